import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { textPattern, type TextMatch } from '../../../operators/protect/textSearch.js';
import { growth, linear } from '../../support/growth.js';

function search(pattern: string | RegExp, pieces: readonly string[], maxMatch = 10): TextMatch | undefined {
  const found = textPattern(pattern, maxMatch)();
  for (const piece of pieces) {
    const match = found.next(piece);
    if (match) return match;
  }
  return undefined;
}

/** How much is open after each piece. */
function openEnds(pattern: string | RegExp, pieces: readonly string[], maxMatch?: number): number[] {
  const found = textPattern(pattern, maxMatch ?? 10)();
  return pieces.map((piece) => {
    expect(found.next(piece)).toBeUndefined();
    return found.openEnd;
  });
}

const pieces = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', '\n'), maxLength: 4 }), { maxLength: 12 });
const wanted = fc.string({ unit: fc.constantFrom('a', 'b', '\n'), minLength: 1, maxLength: 5 });

describe('textPattern', () => {
  it('finds a string at the same place as `indexOf`, for any cut of the text', () => {
    fc.assert(
      fc.property(pieces, wanted, (texts, pattern) => {
        const start = texts.join('').indexOf(pattern);
        expect(search(pattern, texts)).toEqual(start < 0 ? undefined : { start, end: start + pattern.length });
      }),
    );
  });

  it('finds a string after a longer run of its beginning', () => {
    expect(search('aaab', ['aaaab'])).toEqual({ start: 1, end: 5 });
    expect(search('ababc', ['abab', 'abc'])).toEqual({ start: 2, end: 7 });
  });

  it('finds a match of fixed length at the same place as `exec`, however the text is cut', () => {
    fc.assert(
      fc.property(pieces, fc.constantFrom(/ab[ab]/, /^ab/, /^b/m, /(?<=a)b/, /\nb?a/, /(?<!a)ba/), (texts, pattern) => {
        expect(search(pattern, texts, 4)?.start).toBe(pattern.exec(texts.join(''))?.index);
      }),
    );
  });

  it('keeps open exactly the units that may begin the string', () => {
    expect(openEnds('aab', ['x', 'a', 'a', 'a', 'ca', 'x'])).toEqual([0, 1, 2, 2, 1, 0]);
    fc.assert(
      fc.property(pieces, wanted, (texts, pattern) => {
        const found = textPattern(pattern, 10)();
        let text = '';
        for (const piece of texts) {
          text += piece;
          if (found.next(piece)) return;
          const lengths = Array.from({ length: pattern.length }, (_, length) => length);
          expect(found.openEnd).toBe(lengths.findLast((length) => text.endsWith(pattern.slice(0, length))));
        }
      }),
    );
  });

  it('keeps open the units in which the longest match may begin', () => {
    expect(openEnds(/x/, ['ab', 'cde', 'f'], 4)).toEqual([2, 3, 3]);
    expect(openEnds(/x/, ['ab', 'cde', 'f'], 1)).toEqual([0, 0, 0]);
  });

  it('finds no match that is longer than `maxMatch`', () => {
    expect(search(/a.*b/, ['a', '-----', 'b'], 3)).toBeUndefined();
    expect(search(/a.*b/, ['a', '-----', 'b'], 7)).toEqual({ start: 0, end: 7 });
  });

  it('ignores `lastIndex`, and the flags g and y, of a pattern', () => {
    const pattern = /A/giy;
    pattern.lastIndex = 7;
    expect(search(pattern, ['b', 'a'])).toEqual({ start: 1, end: 2 });
    expect(pattern.lastIndex).toBe(7);
  });

  it('does not scan the text repeatedly with a pattern', () => {
    const scan = vi.spyOn(RegExp.prototype, 'exec');
    search(/needle/, Array<string>(1_000).fill('need hay '));
    const scanned = scan.mock.calls.reduce((sum, [text]) => sum + text.length, 0);
    scan.mockRestore();
    expect(scanned).toBeGreaterThan(9_000);
    expect(scanned).toBeLessThan(4 * 9_000);
  });

  it('takes time linear in the text for a string of any length', async () => {
    const work = (size: number) => {
      const pieces = Array<string>(size).fill('a');
      search(`${'a'.repeat(size)}b`, pieces);
    };
    expect(await growth(4_000, work)).toBeLessThan(linear);
  });

  it('returns the first match again after later text', () => {
    const found = textPattern('ab', 10)();
    expect([found.next('xa'), found.next('b'), found.next('ab')]).toEqual([
      undefined,
      { start: 1, end: 3 },
      { start: 1, end: 3 },
    ]);
  });
});
