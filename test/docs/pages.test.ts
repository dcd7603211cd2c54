import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { root } from './docComments.js';
import { blocksIn, pages, withCopies } from './pages.js';

const { scripts, files } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as {
  readonly scripts: Record<string, string>;
  readonly files: readonly string[];
};

/** Blocks of code, in which nothing is a link or a heading. */
const code = /^```[^]*?^```$/gm;

/** Languages of blocks that are not programs. */
const plain = ['sh', 'text', 'json', 'nginx', 'yaml', 'diff'];

describe.each(pages)('%s', (page) => {
  const text = readFileSync(root + page, 'utf8');

  it('has the present text of the blocks that are copied into it', async () => {
    expect(text, '`npm run docs` writes them anew').toBe(await withCopies(page));
  }, 60_000);

  it('has no program that the suite does not run', () => {
    const unproven = blocksIn(page).filter(
      ({ language, copyOf }) => copyOf === undefined && language !== 'ts' && !plain.includes(language),
    );
    const indented = [...text.matchAll(/^ +```(\w+)$/gm)].map(([, language = '']) => language);
    expect(indented.filter((language) => !plain.includes(language))).toEqual([]);
    expect(unproven.map(({ of, language }) => `${of}: ${language}`)).toEqual([]);
  });

  it('names only scripts that exist', () => {
    const named = [...text.matchAll(/npm run ([\w:-]+)(?! --prefix)/g)].map(([, name = '']) => name);
    const inExamples = ['dev', 'check'];
    expect(named.filter((name) => !(name in scripts) && !inExamples.includes(name))).toEqual([]);
  });

  it('links only to headings that exist, and to files that ship', () => {
    const links = [...text.replace(code, '').matchAll(/\]\((?![a-z]+:)([^)#\s]*)(?:#([\w-]+))?\)/g)].map(
      ([, file = '', heading]) => ({
        path: file === '' ? page : new URL(file, `file:///${page}`).pathname.slice(1),
        heading,
      }),
    );
    const isBroken = ({ path, heading }: (typeof links)[number]) =>
      !existsSync(root + path) || (heading !== undefined && !headingsOf(path).includes(heading));
    expect(links.filter(isBroken)).toEqual([]);
    expect(links.filter(({ path }) => !ships(path))).toEqual([]);
  });
});

/** Whether the package contains a file. */
function ships(path: string): boolean {
  const always = ['README.md', 'LICENSE', 'package.json'];
  return (
    always.includes(path) || files.some((entry) => path === entry || path.startsWith(`${entry.replace(/\/$/, '')}/`))
  );
}

/** The anchors of the headings of a page, as GitHub makes them. */
function headingsOf(path: string): string[] {
  const titles = readFileSync(root + path, 'utf8')
    .replace(code, '')
    .matchAll(/^#+ (.+)$/gm);
  return [...titles].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
}
