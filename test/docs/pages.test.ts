import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { root } from './docComments.js';
import { blocksIn, isBroken, linksIn, pages, withCopies } from './pages.js';

const { scripts, files } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as {
  readonly scripts: Record<string, string>;
  readonly files: readonly string[];
};

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
    const named = [...text.matchAll(/npm run ([\w:-]+)(?![\w:-]| --prefix)/g)].map(([, name = '']) => name);
    const inExamples = ['dev', 'check'];
    expect(named.filter((name) => !(name in scripts) && !inExamples.includes(name))).toEqual([]);
  });

  it('links only to headings that exist, and to files that ship', () => {
    const links = linksIn(page);
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
