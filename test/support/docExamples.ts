import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** An `@example` of a public doc. */
export interface DocExample {
  /** The file that it is in, from the project's root. */
  readonly file: string;
  readonly code: string;
}

/** Every `@example` of the sources that ship, and the TypeScript of the README. */
export function docExamples(): DocExample[] {
  const files = ['src', 'operators'].flatMap((folder) =>
    readdirSync(`${root}${folder}`, { recursive: true, encoding: 'utf8' }).map((name) => `${folder}/${name}`),
  );
  const readme = readFileSync(`${root}README.md`, 'utf8');
  const shown = [...readme.matchAll(/^```ts\n([\s\S]*?)\n```$/gm)].map(([, code = '']) => ({
    file: 'README.md',
    code,
  }));
  const documented = files
    .filter((file) => file.endsWith('.ts'))
    .sort()
    .flatMap((file) => examplesIn(readFileSync(`${root}${file}`, 'utf8')).map((code) => ({ file, code })));
  return [...shown, ...documented];
}

function examplesIn(source: string): string[] {
  return [...source.matchAll(/@example\n\s*\* ```ts\n([\s\S]*?)\n\s*\* ```/g)].map(([, block = '']) =>
    block.replace(/^\s*\* ?/gm, ''),
  );
}
