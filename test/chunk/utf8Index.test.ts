import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Utf8Index } from '../../src/chunk/utf8Index.js';

const bytesOf = (text: string) => Buffer.byteLength(text);

/** Texts of characters of every length, longer than the distance of two known places; also halves of pairs. */
const texts = fc
  .array(fc.constantFrom('a', 'é', 'ß', '語', '👩‍💻', '𝒳', '\u0301', '\ud83d', '\udc69', 'x'.repeat(70)), {
    maxLength: 40,
  })
  .map((pieces) => pieces.join(''));

/** The places between the characters of a text, in UTF-16 units. */
function placesIn(text: string): number[] {
  let place = 0;
  return [0, ...[...text].map((character) => (place += character.length))];
}

describe('Utf8Index', () => {
  it('converts each place between two characters, both ways', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const index = new Utf8Index(text);
        expect(index.byteLength).toBe(bytesOf(text));
        for (const place of placesIn(text)) {
          const bytes = bytesOf(text.slice(0, place));
          expect(index.byteAt(place)).toBe(bytes);
          expect(index.unitAt(bytes)).toBe(place);
          expect(index.unitAt(bytes, 'up')).toBe(place);
        }
      }),
    );
  });

  it('moves a place within a character to its start, or up to its end', () => {
    const index = new Utf8Index('é👩z');
    expect([0, 1, 2, 3, 4, 5, 6, 7].map((byte) => index.unitAt(byte))).toEqual([0, 0, 1, 1, 1, 1, 3, 4]);
    expect([0, 1, 2, 3, 4, 5, 6, 7].map((byte) => index.unitAt(byte, 'up'))).toEqual([0, 1, 1, 3, 3, 3, 3, 4]);
  });

  it('has no place after the end', () => {
    expect(new Utf8Index('é').unitAt(9)).toBe(1);
    expect(new Utf8Index('').unitAt(9, 'up')).toBe(0);
    expect(new Utf8Index('é').byteAt(9)).toBe(2);
  });
});
