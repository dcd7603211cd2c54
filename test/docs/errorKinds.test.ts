import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { httpStatusOf } from '../../src/errors/httpStatusOf.js';
import { GeminiError } from '../../src/errors/geminiError.js';
import { isKind, isRetryableKind } from '../../src/errors/kinds.js';
import { root } from './docComments.js';

const page = readFileSync(`${root}docs/errors.md`, 'utf8');
/** The cells of the rows of a table, below a heading of the page. */
const rowsBelow = (heading: string, columns: number) =>
  (page.split(`\n## ${heading}\n`)[1] ?? '')
    .split('\n## ')[0]!
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
    .filter((cells) => cells.length === columns);

const namesIn = (cell = '') => [...cell.matchAll(/`(\w+)`/g)].map(([, name = '']) => name);

describe('docs/errors.md', () => {
  const kindRows = rowsBelow('Kinds', 4).filter(([kind = '']) => kind.startsWith('`'));

  it('has one row for every kind of GeminiErrorKind', () => {
    const kinds = kindsOfUnion();
    expect(kinds.length).toBeGreaterThan(15);
    expect(kinds.every(isKind)).toBe(true);
    expect(kindRows.flatMap(([kind]) => namesIn(kind)).sort()).toEqual([...kinds].sort());
  });

  it('states whether each kind is retryable', () => {
    const wrong = kindRows.filter(([kind, , retryable = '']) => {
      const isRetryable = isRetryableKind(namesIn(kind)[0] as Parameters<typeof isRetryableKind>[0]);
      return !retryable.startsWith(isRetryable ? 'yes' : 'no');
    });
    expect(wrong).toEqual([]);
  });

  it('has the statuses of httpStatusOf', () => {
    const rows = rowsBelow('The fields of `GeminiError`', 2).filter(([, status = '']) => /^\d{3}$/.test(status));
    const stated = new Map(rows.flatMap(([kinds, status]) => namesIn(kinds).map((kind) => [kind, Number(status)])));
    const rest = Number(rows.find(([kinds]) => kinds === 'all others')?.[1]);
    const answered = kindsOfUnion().map((kind) => [kind, httpStatusOf(new GeminiError('Failed', { kind }))]);
    expect(kindsOfUnion().map((kind) => [kind, stated.get(kind) ?? rest])).toEqual(answered);
  });
});

/** The members of the union, read from its source. */
function kindsOfUnion() {
  const file = `${root}src/errors/kinds.ts`;
  const tree = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
  const union = tree.statements
    .filter(ts.isTypeAliasDeclaration)
    .find(({ name }) => name.text === 'GeminiErrorKind')?.type;
  if (!union || !ts.isUnionTypeNode(union)) throw new Error('Expected GeminiErrorKind to be a union of names');
  return union.types.map((type) => type.getText(tree).slice(1, -1)).filter(isKind);
}
