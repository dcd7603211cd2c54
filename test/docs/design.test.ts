import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { filesIn, root } from './docComments.js';
import { isBroken, linksIn } from './pages.js';

/** Names that are patterns, the operator that CONTRIBUTING adds, and a function of vitest. */
const others = ['maxX', 'whenX', 'onX', 'withX', 'toThoughts', 'expectTypeOf'];

const sources = [
  ...filesIn(['src', 'operators', 'test/support', 'test/laws'], '.ts'),
  'package.json',
  'vitest.config.ts',
];
const known = new Set(sources.flatMap((file) => readFileSync(`${root}${file}`, 'utf8').match(/[\w$]+/g) ?? []));

describe.each(['docs/design.md', 'CONTRIBUTING.md'])('%s', (page) => {
  const text = readFileSync(`${root}${page}`, 'utf8');
  const quoted = [...text.replace(/^```[^]*?^```$/gm, '').matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);

  it('names only files and folders that exist', () => {
    const paths = quoted.filter((code) => /^(?:src|operators|test|docs|examples)\/[\w./-]+$/.test(code));
    expect(paths.length).toBeGreaterThan(3);
    expect(paths.filter((path) => !path.includes('toThoughts') && !existsSync(`${root}${path}`))).toEqual([]);
  });

  it('names only identifiers that the sources have', () => {
    const names = quoted.flatMap((code) => /^[A-Za-z]\w*[a-z][A-Z]\w*/.exec(code) ?? []);
    expect(names.length).toBeGreaterThan(3);
    expect(names.filter((name) => !others.includes(name) && !known.has(name))).toEqual([]);
  });

  it('names only scripts that exist', () => {
    const { scripts } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as { scripts: Record<string, string> };
    const named = [...text.matchAll(/npm run ([\w:]+)/g)].map(([, name = '']) => name);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });

  it('links only to headings and files that exist', () => {
    expect(linksIn(page).filter(isBroken)).toEqual([]);
  });
});
