import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boundaryFinders, type BoundaryKind } from '../../../operators/show/boundaries.js';
import { UnitSplitter } from '../../../operators/show/unitSplitter.js';
import { growth, linear } from '../../support/growth.js';

const longest = 2000;

/** The units of a text that comes in these pieces, all of them, with the rest. */
function unitsOf(kind: BoundaryKind, pieces: readonly string[], maxChars = longest): string[] {
  const splitter = new UnitSplitter(boundaryFinders(kind, longest, 'en', true)(), maxChars);
  const ends = [...pieces.flatMap((piece) => splitter.push(piece)), ...splitter.flush()];
  const text = pieces.join('');
  return [...ends, text.length].map((end, index) => text.slice(ends[index - 1] ?? 0, end)).filter((unit) => unit);
}

const tokens = [
  ...['It rains. ', 'Mr. Smith, ', 'e.g. 5 ', '3.14', '! ', '? ', '12. ', 'No. 5', ' I', 'x', ' ', '  ', '\n'],
  ...['\r\n', '\n\n', '- ', '> ', '1. ', '```', '~~~', '`', 'e\u0301', '😀', '👩‍👩‍👧', '。', '你好', '...', '"', ')'],
];
const prose = fc.array(fc.constantFrom(...tokens), { maxLength: 40 }).map((drawn) => drawn.join(''));

/** One text, in two series of pieces. */
const twoCuts = prose.chain((text) => {
  const cut = fc.array(fc.nat(text.length), { maxLength: 60 }).map((places) => {
    const ends = [...places, text.length].sort((a, b) => a - b);
    return ends.map((end, index) => text.slice(ends[index - 1] ?? 0, end));
  });
  return fc.tuple(cut, cut);
});

describe('UnitSplitter', () => {
  it.each<BoundaryKind>(['sentence', 'line', 'paragraph', /[.?]/u])(
    '%s: finds units that do not depend on the pieces, whatever the longest unit',
    (kind) => {
      fc.assert(
        fc.property(twoCuts, fc.constantFrom(1, 2, 3, 5, 8, 13, 40, longest), ([one, other], maxChars) => {
          const units = unitsOf(kind, one, maxChars);
          expect(unitsOf(kind, other, maxChars)).toEqual(units);
          expect(units.join('')).toBe(one.join(''));
        }),
        { numRuns: 1_000 },
      );
    },
  );

  it('word: finds units that do not depend on the pieces, in a script with spaces', () => {
    fc.assert(
      fc.property(twoCuts, ([one, other]) => {
        const [a, b] = [one, other].map((pieces) =>
          pieces
            .join('|')
            .replace(/[。你好]/gu, '')
            .split('|'),
        );
        expect(unitsOf('word', a ?? [])).toEqual(unitsOf('word', b ?? []));
      }),
    );
  });

  it('gives a word all the white space after it', () => {
    expect(unitsOf('word', ['a', ' ', ' ', '\n', 'b ', 'c'])).toEqual(['a  \n', 'b ', 'c']);
  });

  it('finds sentences that no later text made certain, at the end', () => {
    expect(unitsOf('sentence', ['It rains. 5'])).toEqual(['It rains. ', '5']);
    expect(unitsOf('sentence', ['Done. ', '"'])).toEqual(['Done. ', '"']);
  });

  it('goes on with the text after an end', () => {
    const splitter = new UnitSplitter(boundaryFinders('sentence', longest, 'en')(), longest);
    expect(splitter.push('It rains. It po')).toEqual([10]);
    expect(splitter.length).toBe(5);
    expect(splitter.flush()).toEqual([]);
    expect(splitter.length).toBe(0);
    expect(splitter.push('urs. So')).toEqual([20]);
  });

  it('cuts a long unit after white space, else after a grapheme', () => {
    expect(unitsOf('line', ['aaaa bbbb cccc dddd\n'], 10)).toEqual(['aaaa bbbb ', 'cccc dddd\n']);
    expect(unitsOf('line', ['aaaa bbbbb cccc dddd\n'], 10)).toEqual(['aaaa bbbbb', ' cccc ', 'dddd\n']);
    expect(unitsOf('line', ['a'.repeat(25)], 10)).toEqual(['a'.repeat(10), 'a'.repeat(10), 'aaaaa']);
    expect(unitsOf('line', ['aaae\u0301e\u0301'], 4)).toEqual(['aaa', 'e\u0301e\u0301']);
    expect(unitsOf('line', ['a👩‍👩‍👧👩‍👩‍👧'], 8)).toEqual(['a', '👩‍👩‍👧', '👩‍👩‍👧']);
  });

  it('cuts a grapheme that is longer than a unit, but no character', () => {
    expect(unitsOf('line', ['😀😀'], 1)).toEqual(['😀', '😀']);
    expect(unitsOf('line', ['👩‍👩‍👧'], 4).every((unit) => !/^[\udc00-\udfff]|[\ud800-\udbff]$/.test(unit))).toBe(true);
    expect(unitsOf('line', [`e${'\u0301'.repeat(9)}`], 4)).toEqual([
      'e\u0301\u0301\u0301',
      '\u0301\u0301\u0301\u0301',
      '\u0301\u0301',
    ]);
  });

  it('does not cut a unit that is just as long as allowed, and cuts one that is longer by one', () => {
    expect(unitsOf('sentence', ['Abc. Def. Gh'], 5)).toEqual(['Abc. ', 'Def. ', 'Gh']);
    expect(unitsOf('sentence', ['Abcde. F'], 6)).toEqual(['Abcde.', ' ', 'F']);
    expect(unitsOf('line', ['abcd\n', 'abcde\n', 'abcdef\n'], 5)).toEqual(['abcd\n', 'abcde', '\n', 'abcde', 'f\n']);
  });

  it.each<[string, string]>([
    ['sentences of one line', 'It rains. '],
    ['sentences in lines', 'It rains.\n'],
    ['one endless sentence', 'it rains '],
    ['one endless word', 'x'],
  ])('takes linear time for %s in one piece', async (_, token) => {
    const ratio = await growth(4_000, (size) => unitsOf('sentence', [token.repeat(size)]));
    expect(ratio).toBeLessThan(linear);
  });
});
