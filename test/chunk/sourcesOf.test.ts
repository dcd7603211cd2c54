import fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { emptyChunk } from '../../src/chunk/emptyChunk.js';
import { mergeChunks } from '../../src/chunk/mergeChunks.js';
import type { GeminiCandidate, GeminiPart, GeminiResponse } from '../../src/chunk/response.js';
import type { GeminiGroundingChunk, GeminiGroundingSegment } from '../../src/chunk/responseMetadata.js';
import { sourcesOf, type ReplySource } from '../../src/chunk/sourcesOf.js';
import { toChunk } from '../../src/chunk/toChunk.js';
import { callChunk, chunk } from '../../src/testing/chunks.js';
import { growth, linear } from '../support/growth.js';

const [who, nih] = ['https://who.example', 'https://nih.example'];
const results: GeminiGroundingChunk[] = [{ web: { uri: who, title: 'WHO' } }, { web: { uri: nih, title: 'NIH' } }];

const bytesOf = (text: string) => Buffer.byteLength(text);

/** A reply of parts, with one segment for each list of results. */
function grounded(
  parts: readonly GeminiPart[],
  ...supports: (readonly [segment: GeminiGroundingSegment, ...results: number[]])[]
): GeminiResponse {
  const groundingSupports = supports.map(([segment, ...groundingChunkIndices]) => ({ segment, groundingChunkIndices }));
  return toChunk({
    candidates: [{ content: { parts }, groundingMetadata: { groundingChunks: results, groundingSupports } }],
  });
}

function replyOf(text: string, fields: GeminiCandidate): GeminiResponse {
  return toChunk({ candidates: [{ content: { parts: [{ text }] }, ...fields }] });
}

/** The texts of the passages, in order; undefined for a source without one. */
function passagesOf(reply: GeminiResponse): (string | undefined)[] {
  const { text } = toChunk(reply);
  return sourcesOf(reply).map(({ start, end }) => (start === undefined ? undefined : text.slice(start, end)));
}

/** The bytes of a passage in a text. */
function bytesIn(text: string, passage: string, from = 0): { startIndex?: number; endIndex: number } {
  const start = text.indexOf(passage, from);
  const startIndex = bytesOf(text.slice(0, start));
  return { ...(startIndex > 0 && { startIndex }), endIndex: startIndex + bytesOf(passage) };
}

describe('sourcesOf', () => {
  it('counts UTF-16 units, not the bytes of the wire', () => {
    const text = 'Café ☕ is 👩‍🔬-approved. Really.';
    const segment = bytesIn(text, '👩‍🔬-approved');
    const reply = grounded([{ text }], [segment, 0]);
    const start = text.indexOf('👩‍🔬');
    const [first] = sourcesOf(reply);
    expect(first).toEqual({ number: 1, title: 'WHO', uri: who, start, end: start + '👩‍🔬-approved'.length });
  });

  it('has one entry for each source and passage, in the order of the text', () => {
    const reply = grounded(
      [{ text: 'One. Two. Three.' }],
      [{ startIndex: 10, endIndex: 16 }, 0],
      [{ startIndex: 5, endIndex: 9 }, 1, 0],
      [{ startIndex: 5, endIndex: 9 }, 0],
      [{ endIndex: 4 }, 1],
    );
    expect(sourcesOf(reply)).toEqual([
      { number: 1, title: 'NIH', uri: nih, start: 0, end: 4 },
      { number: 2, title: 'WHO', uri: who, start: 5, end: 9 },
      { number: 1, title: 'NIH', uri: nih, start: 5, end: 9 },
      { number: 2, title: 'WHO', uri: who, start: 10, end: 16 },
    ]);
  });

  it('lists the sources without a passage at the end, once', () => {
    const citations = [{ uri: 'https://c.example' }, { uri: nih, startIndex: 0, endIndex: 1 }, { uri: who }];
    const reply = replyOf('a', {
      groundingMetadata: { groundingChunks: results },
      citationMetadata: { citations },
    });
    expect(sourcesOf(reply)).toEqual([
      { number: 1, title: 'NIH', uri: nih, start: 0, end: 1 },
      { number: 2, title: 'WHO', uri: who },
      { number: 3, uri: 'https://c.example' },
    ]);
  });

  it('reads search results of each kind, citations and the pages that were read', () => {
    const reply = replyOf('a', {
      groundingMetadata: {
        groundingChunks: [
          { web: { uri: 'w' } },
          { maps: { uri: 'm', title: 'Café' } },
          { retrievedContext: { title: 'Contract', text: '…' } },
          { image: { sourceUri: 's', imageUri: 'i' } },
          { image: { imageUri: 'i' } },
          { web: {} },
        ],
      },
      citationMetadata: { citations: [{ uri: 'c', license: 'MIT' }, {}] },
      urlContextMetadata: {
        urlMetadata: [
          { retrievedUrl: 'p', urlRetrievalStatus: 'URL_RETRIEVAL_STATUS_SUCCESS' },
          { retrievedUrl: 'e', urlRetrievalStatus: 'URL_RETRIEVAL_STATUS_ERROR' },
        ],
      },
    });
    const named = [
      { uri: 'w' },
      { title: 'Café', uri: 'm' },
      { title: 'Contract' },
      { uri: 's' },
      { uri: 'i' },
      { uri: 'c' },
    ];
    expect(sourcesOf(reply)).toEqual([...named, { uri: 'p' }].map((source, at) => ({ number: at + 1, ...source })));
  });

  it('reads the positions of search results that are numbers, and no others', () => {
    const [result, hostile] = [{ web: { uri: 'w' } }, { toString: 1, valueOf: 1 }];
    const segment = { endIndex: 1 };
    const supportOf = (groundingChunkIndices: unknown): unknown => ({ segment, groundingChunkIndices });
    const groundingSupports = [[null], [''], [[]], ['0'], [hostile], [-1], [0.5], [7]].map(supportOf);
    const metadata = { groundingChunks: [result], groundingSupports };
    expect(sourcesOf(replyOf('a', { groundingMetadata: metadata as never }))).toEqual([{ number: 1, uri: 'w' }]);
  });

  it('takes the title of a source from any of its mentions', () => {
    const citations = [{ uri: 'u' }, { uri: 'u', title: 'Late' }];
    expect(sourcesOf(replyOf('', { citationMetadata: { citations } }))).toEqual([
      { number: 1, title: 'Late', uri: 'u' },
    ]);
  });

  it('reads citations of the Gemini Developer API, which counts bytes as well', () => {
    const text = 'Ünïted by 語';
    const response = {
      candidates: [
        {
          content: { parts: [{ text }] },
          citationMetadata: { citationSources: [{ ...bytesIn(text, 'by'), uri: 'u' }] },
        },
      ],
    };
    expect(passagesOf(toChunk(response as GeminiResponse))).toEqual(['by']);
  });

  it('returns nothing for a reply without sources, and reads any candidate', () => {
    expect(sourcesOf(emptyChunk)).toEqual([]);
    expect(sourcesOf(chunk('a'))).toEqual([]);
    const second = {
      index: 1,
      content: { parts: [{ text: 'ab' }] },
      citationMetadata: { citations: [{ uri: 'u', endIndex: 1 }] },
    };
    const reply = toChunk({ candidates: [{ index: 0 }, second] });
    expect(sourcesOf(reply)).toEqual([]);
    expect(sourcesOf(reply, 1)).toEqual([{ number: 1, uri: 'u', start: 0, end: 1 }]);
  });

  it('knows a passage by its start', () => {
    const [source] = sourcesOf(chunk('a'));
    if (source?.start !== undefined) expectTypeOf(source.end).toEqualTypeOf<number>();
    expectTypeOf(sourcesOf).returns.toEqualTypeOf<ReplySource[]>();
  });
});

describe('the passage of a source', () => {
  const thought = { text: 'Thinking… ', thought: true };
  const call = { functionCall: { name: 'f', args: {} } };

  it.each<[string, readonly GeminiPart[], GeminiGroundingSegment, string]>([
    [
      'counts from its part',
      [{ text: 'é one' }, call, { text: 'é two' }],
      { partIndex: 2, startIndex: 3, endIndex: 6 },
      'two',
    ],
    ['counts from the answer, without a part', [thought, { text: 'é one' }], { startIndex: 3, endIndex: 6 }, 'one'],
    ['counts from the part after thoughts', [thought, { text: 'one' }], { partIndex: 1, endIndex: 3 }, 'one'],
    [
      'counts through parts that a signature keeps apart',
      [{ text: 'é one, ' }, { text: 'two', thoughtSignature: 's' }],
      { startIndex: 8, endIndex: 11, text: 'two' },
      'two',
    ],
    [
      'counts from the answer although a part is named, if its text is there',
      [thought, { text: 'one ' }, call, { text: 'two, three' }],
      { partIndex: 3, startIndex: 4, endIndex: 7, text: 'two' },
      'two',
    ],
    [
      'is found by its text, if its part has been joined',
      [{ text: 'é Laravel is a framework. ' }, { text: 'It ships queues.' }],
      { partIndex: 1, endIndex: 16, text: 'It ships queues.' },
      'It ships queues.',
    ],
  ])('%s', (_, parts, segment, passage) => {
    expect(passagesOf(grounded(parts, [segment, 0]))[0]).toBe(passage);
  });

  it('is found from the start of another, if its own text is there more than once', () => {
    const reply = grounded(
      [{ text: '**a** and **b**. ' }, { text: 'Then **c** and **d** follow.' }],
      [{ partIndex: 1, startIndex: 8, endIndex: 10, text: '**' }, 0],
      [{ partIndex: 1, startIndex: 5, endIndex: 28, text: '**c** and **d** follow.' }, 1],
    );
    expect(sourcesOf(reply)).toMatchObject([
      { start: 22, end: 45 },
      { start: 25, end: 27 },
    ]);
  });

  it.each<[string, object]>([
    ['a text that is not in the answer', { endIndex: 3, text: 'two' }],
    ['a text that is there twice, but not at its offsets', { startIndex: 1, endIndex: 2, text: 'e' }],
    ['an end before its start', { startIndex: 2, endIndex: 1 }],
    ['no end', { startIndex: 1 }],
    ['a negative start', { startIndex: -1, endIndex: 2 }],
    ['an end that is not a number', { endIndex: NaN }],
    ['a fraction', { endIndex: 1.5 }],
    ['an endless end', { endIndex: Infinity }],
    ['an offset of the wrong type', { endIndex: '2' }],
    ['a part that is not there', { partIndex: 7, endIndex: 2 }],
    ['a part of the wrong type', { partIndex: 'x', endIndex: 2 }],
    ['a thought', { partIndex: 1, endIndex: 2 }],
  ])('does not exist for %s, and the source is listed', (_, segment) => {
    const reply = grounded([{ text: 'one here' }, thought], [segment, 0]);
    expect(passagesOf(reply)).toEqual([undefined, undefined]);
  });

  it('ends with the text, or with its part', () => {
    expect(passagesOf(grounded([{ text: 'é one' }], [{ startIndex: 3, endIndex: 99 }, 0]))[0]).toBe('one');
    expect(passagesOf(grounded([{ text: 'é one' }], [{ startIndex: 70, endIndex: 99 }, 0]))[0]).toBe('');
    const parts = [{ text: 'one' }, call, { text: 'two' }, call, { text: 'three' }];
    expect(passagesOf(grounded(parts, [{ partIndex: 2, endIndex: 9 }, 0]))[0]).toBe('two');
  });

  it('never splits a surrogate pair', () => {
    expect(passagesOf(grounded([{ text: 'a👩b' }], [{ startIndex: 2, endIndex: 3 }, 0]))[0]).toBe('👩');
    expect(
      passagesOf(grounded([{ text: 'a👩b' }], [{ partIndex: 3, endIndex: 1, text: '\udc69' }, 0]))[0],
    ).toBeUndefined();
  });

  it('is undefined for metadata of any shape', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), fc.jsonValue(), (supports, segment) => {
        const candidate = {
          content: { parts: [{ text: 'a' }] },
          groundingMetadata: {
            groundingChunks: results,
            groundingSupports: [
              ...(Array.isArray(supports) ? supports : [supports]),
              { segment, groundingChunkIndices: [0] },
            ],
          },
          citationMetadata: { citations: [segment, { uri: 'u' }] },
        } as unknown as GeminiCandidate;
        expect(sourcesOf(toChunk({ candidates: [candidate] })).length).toBeGreaterThanOrEqual(3);
      }),
    );
  });
});

const characters = ['a', 'é', 'e\u0301', '語', '👩‍👩‍👧', '🇫🇷', 'שלום', 'مرحبا', '\r\n', ' ', '**', '𝒳', 'क्षि'];
const piece = fc.array(fc.constantFrom(...characters), { minLength: 1, maxLength: 8 }).map((list) => list.join(''));

/** Parts of a reply as a server may send them: texts that a merge joins, signed texts, thoughts and calls. */
const arbitraryParts: fc.Arbitrary<GeminiPart[]> = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: piece.map((text) => ({ text })) },
    piece.map((text) => ({ text, thoughtSignature: 's' })),
    piece.map((text) => ({ text, thought: true })),
    fc.constant<GeminiPart>({ functionCall: { name: 'f', args: {} } }),
  ),
  { minLength: 1, maxLength: 8 },
);

interface Claim {
  readonly part: number;
  readonly from: number;
  readonly length: number;
}

const arbitraryClaims = fc.array(fc.record({ part: fc.nat(), from: fc.nat({ max: 7 }), length: fc.nat({ max: 4 }) }), {
  minLength: 1,
  maxLength: 6,
});

/** A segment of whole characters, counted from its part or from the answer, and its place. */
function claimed(parts: readonly GeminiPart[], { part, from, length }: Claim, isOfPart: boolean) {
  const answers = parts.flatMap(({ text, thought }, partIndex) => (text && !thought ? [{ text, partIndex }] : []));
  const chosen = answers[part % Math.max(1, answers.length)];
  if (!chosen) return undefined;
  const list = [...chosen.text];
  const before = list.slice(0, from).join('');
  const text = list.slice(from, from + length + 1).join('');
  if (text === '') return undefined;
  const earlier = answers
    .filter(({ partIndex }) => partIndex < chosen.partIndex)
    .map((answer) => answer.text)
    .join('');
  const startIndex = bytesOf(isOfPart ? before : earlier + before);
  const partIndex = isOfPart ? chosen.partIndex : 0;
  const start = (earlier + before).length;
  return {
    segment: { startIndex, endIndex: startIndex + bytesOf(text), text, ...(partIndex > 0 && { partIndex }) },
    place: { start, end: start + text.length },
  };
}

describe('any reply', () => {
  it('has each passage of the whole answer at its place', () => {
    fc.assert(
      fc.property(arbitraryParts, arbitraryClaims, (parts, claims) => {
        for (const claim of claims) {
          const { segment, place } = claimed(parts, claim, false) ?? {};
          if (!segment || !place) continue;
          const { text: _, ...untold } = segment;
          for (const sent of [segment, untold]) expect(sourcesOf(grounded(parts, [sent, 0]))[0]).toMatchObject(place);
        }
      }),
    );
  });

  it('has each passage of a part where its text is, and at its place if the text is there once', () => {
    fc.assert(
      fc.property(arbitraryParts, arbitraryClaims, (parts, claims) => {
        for (const claim of claims) {
          const { segment, place } = claimed(parts, claim, true) ?? {};
          if (!segment || !place) continue;
          const reply = grounded(parts, [segment, 0]);
          const { text } = toChunk(reply);
          const [source] = sourcesOf(reply);
          if (text.indexOf(segment.text) === text.lastIndexOf(segment.text)) expect(source).toMatchObject(place);
          else if (source?.start !== undefined) expect(text.slice(source.start, source.end)).toBe(segment.text);
        }
      }),
    );
  });

  it('has the same sources, however its stream was cut', () => {
    fc.assert(
      fc.property(arbitraryParts, arbitraryClaims, fc.array(fc.nat({ max: 5 })), (parts, claims, cuts) => {
        const supports = claims.flatMap((claim, at) => {
          const found = claimed(parts, claim, at % 2 === 0);
          return found ? [[found.segment, at % 2] as const] : [];
        });
        const whole = grounded(parts, ...supports);
        let cut = 0;
        const pieces = parts.flatMap((part) => {
          if (part.functionCall || part.thoughtSignature) return [part];
          const { text = '', ...fields } = part;
          const at = cuts[cut++ % Math.max(1, cuts.length)] ?? 0;
          return [text.slice(0, at), text.slice(at, at + 1), text.slice(at + 1)].map((piece) => ({
            ...fields,
            text: piece,
          }));
        });
        const { groundingMetadata } = whole.candidates?.[0] ?? {};
        const chunks = [
          ...pieces.map((part) => toChunk({ candidates: [{ content: { parts: [part] } }] })),
          toChunk({ candidates: [{ groundingMetadata }] }),
        ];
        expect(sourcesOf(chunks.reduce(mergeChunks, emptyChunk))).toEqual(sourcesOf(whole));
      }),
    );
  });

  it('keeps the places of a part after a function call that is merged from pieces', () => {
    const answer = chunk('é two');
    const reply = [chunk('one'), callChunk('f', {}), answer].reduce(mergeChunks);
    const segment = { partIndex: 2, startIndex: 3, endIndex: 6 };
    const sources = toChunk({
      candidates: [
        {
          groundingMetadata: { groundingChunks: results, groundingSupports: [{ segment, groundingChunkIndices: [0] }] },
        },
      ],
    });
    expect(passagesOf(mergeChunks(reply, sources))[0]).toBe('two');
  });
});

describe('the time of sourcesOf', () => {
  const sentence = 'Café ☕ für alle: 語 👩‍🔬. ';
  const replyOfSentences = (count: number, segmentOf: (at: number) => GeminiGroundingSegment) =>
    grounded(
      [{ text: sentence.repeat(count) }],
      ...Array.from({ length: count }, (_, at) => [segmentOf(at), at % 2] as const),
    );
  const bytes = bytesOf(sentence);

  it.each<[string, (at: number) => GeminiGroundingSegment]>([
    ['segments at their places', (at) => ({ startIndex: at * bytes, endIndex: (at + 1) * bytes, text: sentence })],
    ['segments that are nowhere', (at) => ({ startIndex: at, endIndex: at + 5, text: `missing ${String(at)}` })],
  ])('is linear for %s', async (_, segmentOf) => {
    const replies = [400, 1_600].map((count) => [count, replyOfSentences(count, segmentOf)] as const);
    const prepared = new Map(replies);
    expect(await growth(400, (size) => sourcesOf(prepared.get(size) ?? emptyChunk))).toBeLessThan(linear);
  });
});
