import { existsSync, readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { filesIn, nameOf, root, shippedDocs, type DocComment } from './docComments.js';

/** The pages that users read, as paths from the project's root; each of them ships. */
export const pages = ['README.md', ...filesIn(['docs'], '.md'), 'SKILL.md'].filter((page) => existsSync(root + page));

/** A block of code in a page. */
export interface CodeBlock {
  /** The page and the heading under which the block stands: `docs/errors: CORS`. */
  readonly of: string;
  /** The page, from the project's root. */
  readonly file: string;
  readonly language: string;
  readonly code: string;
  /** The place from which `npm run docs` copies the block, if it is a copy. */
  readonly copyOf: string | undefined;
}

/**
 * A directive, and the block below it: `<!-- example toText -->` is the example in the doc comment of `toText`
 * (`parseJson 2` is the second one), `<!-- file examples/x.ts -->` is a file, and `<!-- file examples/x.ts#name -->` is
 * the part of it between `// #region name` and `// #endregion`.
 */
const copied = /^<!-- (example|file) ([^\n]+) -->\n+(?:```\w*\n[^]*?\n```\n)?/gm;

/** The blocks of code of a page, in order. */
export function blocksIn(file: string): CodeBlock[] {
  const page = file.replace(/\.md$/, '');
  let heading = '';
  let copyOf: string | undefined;
  const lines = /^#+ (.+)$|^<!-- ((?:example|file) .+) -->$|^```(\w*)\n([^]*?)\n```$/gm;
  return [...readFileSync(root + file, 'utf8').matchAll(lines)].flatMap(([, title, directive, language = '', code]) => {
    heading = title ?? heading;
    if (code === undefined) {
      copyOf = directive;
      return [];
    }
    const block = { of: `${page}: ${heading}`, file, language, code, copyOf };
    copyOf = undefined;
    return [block];
  });
}

/** A page with the present text of all its copied blocks. */
export async function withCopies(page: string): Promise<string> {
  let text = readFileSync(root + page, 'utf8');
  for (const [found, kind = '', place = ''] of text.matchAll(copied)) {
    const { language, code } = kind === 'file' ? partOf(place) : exampleOf(place);
    const name = `${root}block.${language}`;
    const options = { ...(await resolveConfig(`${root}README.md`)), filepath: name };
    const block = `<!-- ${kind} ${place} -->\n\n\`\`\`${language}\n${(await format(code, options)).trim()}\n\`\`\`\n`;
    text = text.replace(found, () => block);
  }
  return text;
}

function partOf(place: string): { readonly language: string; readonly code: string } {
  const [file = '', region] = place.split('#');
  const lines = readFileSync(root + file, 'utf8').split('\n');
  const isMark = (line: string) => /^\s*(\/\/|<!--|#) #(end)?region\b/.test(line);
  const start = region === undefined ? 0 : lines.findIndex((line) => line.trim().endsWith(`#region ${region}`)) + 1;
  if (region !== undefined && start === 0) throw new Error(`Expected a "#region ${region}" in ${file}`);
  const end = region === undefined ? lines.length : lines.findIndex((line, i) => i >= start && isMark(line));
  const code = lines.slice(start, end === -1 ? undefined : end).filter((line) => !isMark(line));
  const indent = Math.min(...code.filter((line) => line.trim()).map((line) => line.search(/\S/)));
  return { language: extname(file).slice(1), code: code.map((line) => line.slice(indent)).join('\n') };
}

/** Reading all sources takes a second, and a page may have an example of each operator. */
let comments: readonly DocComment[] | undefined;

function exampleOf(place: string): { readonly language: string; readonly code: string } {
  const [, name, number = '1'] = /^(\w+)(?: (\d+))?$/.exec(place) ?? [];
  comments ??= shippedDocs();
  const named = comments.filter(({ declaration }) => nameOf(declaration) === name);
  const examples = named.flatMap(({ text }) => [...text.matchAll(/@example\n```ts\n([^]*?)\n```/g)]);
  const code = examples[Number(number) - 1]?.[1];
  if (code === undefined) throw new Error(`Expected an @example ${number} in the doc comment of ${String(name)}`);
  return { language: 'ts', code };
}

/** A link from a page to a file of the project. */
export interface PageLink {
  /** The file, from the project's root. */
  readonly path: string;
  readonly heading: string | undefined;
}

/** Blocks of code, in which nothing is a link or a heading. */
const fenced = /^```[^]*?^```$/gm;

/** The links of a page to files, blocks of code aside. */
export function linksIn(page: string): PageLink[] {
  const text = readFileSync(root + page, 'utf8').replace(fenced, '');
  return [...text.matchAll(/\]\((?![a-z]+:)([^)#\s]*)(?:#([\w-]+))?\)/g)].map(([, file = '', heading]) => ({
    path: file === '' ? page : new URL(file, `file:///${page}`).pathname.slice(1),
    heading,
  }));
}

/** Whether the file or the heading of a link does not exist. */
export function isBroken({ path, heading }: PageLink): boolean {
  return !existsSync(root + path) || (heading !== undefined && !headingsOf(path).includes(heading));
}

/** The anchors of the headings of a page, as GitHub makes them. */
function headingsOf(path: string): string[] {
  const text = readFileSync(root + path, 'utf8').replace(fenced, '');
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
}
