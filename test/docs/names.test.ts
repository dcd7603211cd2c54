import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { expect, it } from 'vitest';

const root = new URL('../../', import.meta.url);
const files = ['src', 'operators'].flatMap((folder) =>
  readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' })
    .map((name) => `${folder}/${name}`)
    // Not the faces, which repeat the names of the rooms.
    .filter((file) => /\/.+\/.+\.ts$/.test(file)),
);

/** The values of a list that stand in it more than once. */
function repeated(values: readonly string[]): string[] {
  return values.filter((value, index) => values.indexOf(value) !== index);
}

it('finds a value that stands in a list more than once', () => {
  expect(repeated(['a', 'b', 'a'])).toEqual(['a']);
});

it('gives no two source files the same name', () => {
  expect(files.length).toBeGreaterThan(300);
  expect(repeated(files.map((file) => basename(file)))).toEqual([]);
});

it('exports no name from two source files', () => {
  const declared = /^export (?:abstract |async )?(?:function\*?|class|interface|type|const) (\w+)/gm;
  const names = files.flatMap((file) => {
    const matches = readFileSync(new URL(file, root), 'utf8').matchAll(declared);
    // The declarations of an overloaded function are one.
    return [...new Set([...matches].map(([, name = '']) => name))];
  });
  expect(names.length).toBeGreaterThan(500);
  expect(repeated(names)).toEqual([]);
});
