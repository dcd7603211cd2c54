import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { citedText } from '../../src/chunk/citedText.js';
import { emptyChunk } from '../../src/chunk/emptyChunk.js';
import type { GeminiResponse } from '../../src/chunk/response.js';
import type { GeminiGroundingSupport } from '../../src/chunk/responseMetadata.js';
import { sourcesOf } from '../../src/chunk/sourcesOf.js';
import { toChunk } from '../../src/chunk/toChunk.js';
import { chunk } from '../../src/testing/chunks.js';
import { growth, linear } from '../support/growth.js';

const bytesOf = (text: string) => Buffer.byteLength(text);
const groundingChunks = ['a', 'b', 'c'].map((title) => ({ web: { title, uri: `https://${title}.example` } }));

/** A support of the text from one place to another, both in UTF-16 units. */
function support(text: string, start: number, end: number, ...groundingChunkIndices: number[]): GeminiGroundingSupport {
  const segment = { startIndex: bytesOf(text.slice(0, start)), endIndex: bytesOf(text.slice(0, end)) };
  return { segment, groundingChunkIndices };
}

function replyOf(text: string, ...groundingSupports: GeminiGroundingSupport[]): GeminiResponse {
  const groundingMetadata = { groundingChunks, groundingSupports };
  return toChunk({ candidates: [{ content: { parts: [{ text }] }, groundingMetadata }] });
}

const numbered = (_: unknown, number: number) => `[${String(number)}]`;

describe('citedText', () => {
  it('inserts a marker after each passage', () => {
    const text = 'Café ☕. Très 👩‍🔬 bien.';
    const reply = replyOf(text, support(text, 0, 6, 1), support(text, 8, text.length - 1, 0));
    expect(citedText(reply, numbered)).toBe('Café ☕[1]. Très 👩‍🔬 bien[2].');
    expect(citedText(reply, ({ title, uri = '' }) => ` [${title ?? ''}](${uri})`)).toBe(
      'Café ☕ [b](https://b.example). Très 👩‍🔬 bien [a](https://a.example).',
    );
  });

  it('has the sources of one place in the order of their numbers, each once', () => {
    const text = 'One two three.';
    const reply = replyOf(text, support(text, 4, 13, 2, 0), support(text, 0, 13, 1, 2), support(text, 0, 3, 2));
    expect(sourcesOf(reply).map(({ title, number }) => [title, number])).toEqual([
      ['c', 1],
      ['b', 2],
      ['c', 1],
      ['a', 3],
      ['c', 1],
    ]);
    expect(citedText(reply, numbered)).toBe('One[1] two three[1][2][3].');
  });

  it('passes the source with its passage', () => {
    const reply = replyOf('ab', support('ab', 0, 1, 0));
    const marked = citedText(reply, (source, number) => JSON.stringify({ ...source, same: source.number === number }));
    expect(marked).toBe('a{"number":1,"title":"a","uri":"https://a.example","start":0,"end":1,"same":true}b');
  });

  it('returns the answer text of a reply without passages', () => {
    expect(citedText(replyOf('a b'), numbered)).toBe('a b');
    expect(citedText(chunk('a'), numbered)).toBe('a');
    expect(citedText(emptyChunk, numbered)).toBe('');
  });

  it('reads any candidate', () => {
    const citationMetadata = { citations: [{ uri: 'u', endIndex: 1 }] };
    const reply = toChunk({ candidates: [{ index: 2, content: { parts: [{ text: 'ab' }] }, citationMetadata }] });
    expect(citedText(reply, numbered, 2)).toBe('a[1]b');
    expect(citedText(reply, numbered)).toBe('');
  });

  it('throws for a marker that is not a text, and for a wrong argument', () => {
    const reply = replyOf('ab', support('ab', 0, 1, 0));
    expect(() => citedText(reply, (() => undefined) as never)).toThrow('Expected `mark()` to be a text, got undefined');
    expect(() => citedText(reply, 'x' as never)).toThrow('Expected `mark` to be a function');
    expect(() => citedText('x' as never, numbered)).toThrow('Expected `response` to be a response object of Gemini');
  });
});

describe('a marker', () => {
  it.each([
    ['a letter and its accents', 'e\u0301\u0323', 1],
    ['an emoji of several characters', '👩‍👩‍👧', 2],
    ['a flag', '🇫🇷', 2],
    ['a line end', '\r\n', 1],
    ['a conjunct', 'क्षि', 1],
  ])('does not split %s', (_, whole, place) => {
    const text = `x${whole}y`;
    const reply = replyOf(text, support(text, 0, 1 + place, 0), support(text, 0, 1 + whole.length, 1));
    expect(citedText(reply, numbered)).toBe(`x${whole}[1][2]y`);
  });

  const characters = [
    'a',
    'é',
    'e',
    '\u0301',
    '語',
    '👩',
    '\u200d',
    '👧',
    '🏽',
    '🇫',
    '🇷',
    'ש',
    'ا',
    '\r',
    '\n',
    ' ',
    'क',
    '्',
  ];
  const texts = fc.array(fc.constantFrom(...characters), { maxLength: 30 }).map((list) => list.join(''));
  const claims = fc.array(fc.tuple(fc.nat({ max: 60 }), fc.nat({ max: 60 }), fc.nat({ max: 2 })), { maxLength: 8 });
  const segmenter = new Intl.Segmenter();

  it('stands at the first end of a character from the end of its passage on, and the text is kept', () => {
    fc.assert(
      fc.property(texts, claims, (text, list) => {
        const supports = list.map(([a, b, source]) => support(text, Math.min(a, b), Math.max(a, b), source));
        const reply = replyOf(text, ...supports);
        const marked = citedText(reply, (_, number) => `\u0000${String(number)}\u0001`);
        expect(marked.replace(/\0\d\u0001/g, '')).toBe(text);

        const ends = [0, ...[...segmenter.segment(text)].map(({ segment, index }) => index + segment.length)];
        const expected = sourcesOf(reply).flatMap(({ number, end }) =>
          end === undefined ? [] : [`${String(ends.find((place) => place >= end))} ${String(number)}`],
        );
        let removed = 0;
        const found = [...marked.matchAll(/\0(\d)\u0001/g)].map(({ index, 1: number = '' }) => {
          const place = index - removed;
          removed += 3;
          return `${String(place)} ${number}`;
        });
        expect(new Set(found)).toEqual(new Set(expected));
        expect(found).toHaveLength(new Set(expected).size);
        expect(found).toEqual([...found].sort((a, b) => parseInt(a) - parseInt(b) || a.localeCompare(b)));
      }),
      { numRuns: 300 },
    );
  });
});

describe('the time of citedText', () => {
  it.each([
    ['sentences', 'Café ☕ für alle: 語 👩‍🔬. '],
    ['one letter with accents', '\u0301'.repeat(20)],
    ['a text in Devanagari', 'क्षि क्षि '],
  ])('is linear for %s', async (_, piece) => {
    const replies = new Map(
      [300, 1_200].map((count) => {
        const text = piece.repeat(count);
        const supports = Array.from({ length: count }, (__, at) => support(piece, 0, piece.length, at % 3)).map(
          ({ groundingChunkIndices }, at) => ({
            segment: { startIndex: at * bytesOf(piece), endIndex: (at + 1) * bytesOf(piece) },
            groundingChunkIndices,
          }),
        );
        return [count, replyOf(text, ...supports)];
      }),
    );
    expect(await growth(300, (size) => citedText(replies.get(size) ?? emptyChunk, numbered))).toBeLessThan(linear);
  });
});
