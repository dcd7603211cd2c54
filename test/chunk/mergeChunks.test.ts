import { describe, expect, expectTypeOf, it } from 'vitest';
import type { ReplyProgress } from '../../src/chunk/annotations.js';
import { ChunkBuilder } from '../../src/chunk/chunkBuilder.js';
import { emptyChunk } from '../../src/chunk/emptyChunk.js';
import type { GeminiChunk, ReplySnapshot } from '../../src/chunk/geminiChunk.js';
import { mergeChunks } from '../../src/chunk/mergeChunks.js';
import { toChunk } from '../../src/chunk/toChunk.js';
import type { GeminiCandidate, GeminiPart, GeminiPartialArg } from '../../src/chunk/response.js';
import { callChunk, chunk, finishChunk, partsChunk, thoughtChunk, usageChunk } from '../../src/testing/chunks.js';

const mergeAll = (...chunks: GeminiChunk[]): GeminiChunk => chunks.reduce(mergeChunks, emptyChunk);
const partsOfAll = (...chunks: GeminiChunk[]) => mergeAll(...chunks).candidates?.[0]?.content?.parts;
const inCandidate = (candidate: GeminiCandidate) => toChunk({ candidates: [{ index: 0, ...candidate }] });
const mergeCandidates = (...candidates: GeminiCandidate[]) => mergeAll(...candidates.map(inCandidate)).candidates?.[0];

describe('mergeChunks: parts', () => {
  it('joins the last text with the first of the same kind', () => {
    expect(partsOfAll(chunk('Hel'), chunk('lo'))).toStrictEqual([{ text: 'Hello' }]);
    expect(partsOfAll(thoughtChunk('h'), thoughtChunk('m'))).toStrictEqual([{ text: 'hm', thought: true }]);
  });

  it('keeps thoughts and text apart', () => {
    const merged = mergeAll(thoughtChunk('hm'), chunk('Hello'), thoughtChunk('ah'), chunk('!'));
    expect(merged.text).toBe('Hello!');
    expect(merged.candidates?.[0]?.content?.parts).toStrictEqual([
      { text: 'hm', thought: true },
      { text: 'Hello' },
      { text: 'ah', thought: true },
      { text: '!' },
    ]);
  });

  it('does not join a signed part with another, on either side', () => {
    const signed = { text: '', thoughtSignature: 'c2ln' };
    expect(partsOfAll(chunk('a'), partsChunk([signed]), chunk('b'))).toStrictEqual([
      { text: 'a' },
      signed,
      { text: 'b' },
    ]);
  });

  it('joins no text with a text that has an unknown field', () => {
    const parts: GeminiPart[] = [{ text: 'a' }, { text: 'b', novelty: 1 } as GeminiPart];
    expect(partsOfAll(...parts.map((part) => partsChunk([part])))).toStrictEqual(parts);
  });

  it('keeps an empty text that does not join another', () => {
    const data = { inlineData: { data: 'AA==', mimeType: 'image/png' } };
    expect(partsOfAll(chunk(''), partsChunk([data]), chunk(''))).toStrictEqual([{ text: '' }, data, { text: '' }]);
  });

  it('keeps data, code, its result, calls and responses whole and in order', () => {
    const parts: GeminiPart[] = [
      { text: 'Look: ' },
      { inlineData: { data: 'AA==', mimeType: 'image/png' } },
      { inlineData: { data: 'BB==', mimeType: 'image/png' } },
      { executableCode: { code: '1 + 1', language: 'PYTHON' } },
      { codeExecutionResult: { outcome: 'OUTCOME_OK', output: '2' } },
      { functionCall: { name: 'f', args: { a: 1 } }, thoughtSignature: 'c2ln' },
      { functionCall: { name: 'f', args: { a: 1 } } },
      { functionResponse: { name: 'f', response: { b: 2 } } },
      { text: 'Done.' },
    ];
    expect(partsOfAll(...parts.map((part) => partsChunk([part])))).toStrictEqual(parts);
  });
});

describe('mergeChunks: calls in pieces', () => {
  const piece = (functionCall: object, fields: object = {}) => partsChunk([{ functionCall, ...fields }]);
  const arg = (jsonPath: string, stringValue: string, willContinue = false): GeminiPartialArg => ({
    jsonPath,
    stringValue,
    ...(willContinue && { willContinue }),
  });
  const pieces = [
    piece({ id: 'call-1', name: 'weather', willContinue: true }, { thoughtSignature: 'c2ln' }),
    piece({ partialArgs: [arg('$.city', 'Chey', true)], willContinue: true }),
    piece({ partialArgs: [arg('$.city', 'enne', true)], willContinue: true }),
    piece({ partialArgs: [arg('$.city', '')], willContinue: true }),
    piece({ partialArgs: [arg('$.unit', 'C')], willContinue: true }),
    piece({}),
  ];

  it('makes a whole call once the closing piece has merged, and keeps its signature', () => {
    const call = { id: 'call-1', name: 'weather', args: { city: 'Cheyenne', unit: 'C' } };
    expect(partsOfAll(...pieces)).toStrictEqual([{ functionCall: call, thoughtSignature: 'c2ln' }]);
  });

  it('keeps the pieces until then, and joins neighbouring strings of one path', () => {
    expect(partsOfAll(...pieces.slice(0, 3))).toStrictEqual([
      {
        functionCall: {
          id: 'call-1',
          name: 'weather',
          partialArgs: [arg('$.city', 'Cheyenne', true)],
          willContinue: true,
        },
        thoughtSignature: 'c2ln',
      },
    ]);
    expect(partsOfAll(...pieces.slice(0, 5))?.[0]?.functionCall?.partialArgs).toStrictEqual([
      arg('$.city', 'Cheyenne'),
      arg('$.unit', 'C'),
    ]);
  });

  it('merges a tail without its first piece into pieces, and later into the whole call', () => {
    const tail = mergeAll(...pieces.slice(2));
    expect(tail.candidates?.[0]?.content?.parts).toStrictEqual([
      { functionCall: { partialArgs: [arg('$.city', 'enne'), arg('$.unit', 'C')] } },
    ]);
    expect(mergeAll(mergeAll(...pieces.slice(0, 2)), tail)).toStrictEqual(mergeAll(...pieces));
  });

  it('assembles a call that comes with its arguments in one closing piece', () => {
    expect(partsOfAll(piece({ name: 'f', partialArgs: [arg('$.a', 'x')] }))).toStrictEqual([
      { functionCall: { name: 'f', args: { a: 'x' } } },
    ]);
    expect(partsOfAll(piece({ name: 'f', willContinue: true }), piece({ willContinue: false }))).toStrictEqual([
      { functionCall: { name: 'f', args: {} } },
    ]);
  });

  it('begins another call with a name, and keeps the pieces of a call that was never closed', () => {
    const first = { name: 'f', partialArgs: [arg('$.a', 'x', true)], willContinue: true };
    const second = { name: 'g', args: {} };
    expect(partsOfAll(piece(first), piece(second))).toStrictEqual([{ functionCall: first }, { functionCall: second }]);
  });

  it('does not join across a part in between', () => {
    const first = { functionCall: { name: 'f', willContinue: true } };
    expect(partsOfAll(partsChunk([first]), chunk('x'), piece({}))).toStrictEqual([
      first,
      { text: 'x' },
      { functionCall: {} },
    ]);
  });

  it('treats an empty name as absent', () => {
    expect(partsOfAll(piece({ name: 'f', willContinue: true }), piece({ name: '' }))).toStrictEqual([
      { functionCall: { name: 'f', args: {} } },
    ]);
  });

  it('keeps two whole calls apart', () => {
    expect(partsOfAll(callChunk('f', { a: 1 }), callChunk('f', { a: 1 }))).toHaveLength(2);
  });
});

describe('mergeChunks: candidates', () => {
  it('merges them by index, in ascending order', () => {
    const second = toChunk({ candidates: [{ index: 1, content: { role: 'model', parts: [{ text: 'B' }] } }] });
    const merged = mergeAll(second, chunk('A'), second, chunk('a'));
    expect(merged.text).toBe('Aa');
    expect(merged.candidates).toStrictEqual([
      { index: 0, content: { role: 'model', parts: [{ text: 'Aa' }] } },
      { index: 1, content: { role: 'model', parts: [{ text: 'BB' }] } },
    ]);
  });

  it('sets the role `model` on a merged candidate, and keeps the role of an unmerged candidate', () => {
    const response = { role: 'user', parts: [{ functionResponse: { name: 'f' } }] };
    expect(mergeCandidates({ content: response })?.content?.role).toBe('user');
    expect(mergeCandidates({ content: response }, { finishReason: 'STOP' })?.content?.role).toBe('user');
    expect(mergeCandidates({ content: response }, { content: { role: 'user', parts: [] } })?.content?.role).toBe(
      'model',
    );
  });

  it('keeps the later finish reason', () => {
    expect(mergeAll(finishChunk('STOP'), finishChunk('MAX_TOKENS')).candidates?.[0]?.finishReason).toBe('MAX_TOKENS');
  });

  it('clears a finish when content follows, and sets it again', () => {
    const cleared = mergeAll(chunk('a'), finishChunk(), chunk('b'));
    expect(cleared.candidates).toStrictEqual([{ index: 0, content: { role: 'model', parts: [{ text: 'ab' }] } }]);
    expect(mergeAll(cleared, finishChunk()).candidates?.[0]?.finishReason).toBe('STOP');
  });

  it.each<[string, GeminiChunk]>([
    ['an unspecified one', finishChunk('FINISH_REASON_UNSPECIFIED')],
    ['token counts', usageChunk({ totalTokenCount: 3 })],
    ['an empty text', chunk('')],
    ['a signature on an empty text', partsChunk([{ text: '', thoughtSignature: 'c2ln' }])],
    ["another candidate's content", toChunk({ candidates: [{ index: 1, content: { parts: [{ text: 'x' }] } }] })],
    ['a mark', { text: '', cancelled: { reason: 'enough' } }],
  ])('keeps a finish when %s follows', (_, later) => {
    expect(mergeAll(finishChunk(), later).candidates?.[0]?.finishReason).toBe('STOP');
  });

  it('keeps the finish of a chunk that has both', () => {
    const last = inCandidate({ finishReason: 'MAX_TOKENS', content: { parts: [{ text: 'b' }] } });
    expect(mergeAll(finishChunk(), last).candidates?.[0]?.finishReason).toBe('MAX_TOKENS');
  });

  it.each(['groundingMetadata', 'urlContextMetadata', 'safetyRatings', 'avgLogprobs', 'novelty'])(
    'keeps the later whole `%s`',
    (field) => {
      const merged = mergeCandidates({ [field]: { a: 1, b: [1] } }, { [field]: { b: [2] } }, {});
      expect(merged).toStrictEqual({ index: 0, [field]: { b: [2] } });
    },
  );

  it('unites citations in order', () => {
    const [a, b, c] = ['a', 'b', 'c'].map((name) => ({ startIndex: 0, uri: `https://${name}.example` }));
    const merged = mergeCandidates(
      { citationMetadata: { citations: [b!, a!] } },
      { citationMetadata: { citations: [a!, c!] } },
    );
    expect(merged?.citationMetadata).toStrictEqual({ citations: [b, a, c] });
  });

  it('concatenates the lists of `logprobsResult`, and keeps the later of its other fields', () => {
    const a = { topCandidates: [{ candidates: [] }], chosenCandidates: [{ token: 'a' }], logProbabilitySum: -1 };
    const b = {
      topCandidates: [{ candidates: [{ tokenId: 2 }] }],
      chosenCandidates: [{ token: 'b' }],
      logProbabilitySum: -3,
    };
    expect(mergeCandidates({ logprobsResult: a }, {}, { logprobsResult: b })?.logprobsResult).toStrictEqual({
      topCandidates: [{ candidates: [] }, { candidates: [{ tokenId: 2 }] }],
      chosenCandidates: [{ token: 'a' }, { token: 'b' }],
      logProbabilitySum: -3,
    });
  });
});

describe('mergeChunks: the response', () => {
  it('merges usage field by field, the later wins', () => {
    const merged = mergeAll(
      usageChunk({ promptTokenCount: 7, totalTokenCount: 7 }),
      usageChunk({ candidatesTokenCount: 2, totalTokenCount: 9 }),
    );
    expect(merged).toStrictEqual({
      text: '',
      usageMetadata: { promptTokenCount: 7, candidatesTokenCount: 2, totalTokenCount: 9 },
    });
  });

  it('keeps the later value of all other fields: feedback, version, id, unknown fields, annotations', () => {
    const fieldsOf = (n: number) => ({
      promptFeedback: { blockReason: 'SAFETY', safetyRatings: n === 1 ? [{}] : undefined },
      modelVersion: `gemini-${n}`,
      responseId: `r${n}`,
      novelty: { [`only${n}`]: true },
      cancelled: { reason: `${n}` },
    });
    const merged = mergeAll({ text: '', ...fieldsOf(1) }, { text: '', ...fieldsOf(2) }, chunk(''));
    expect(merged).toMatchObject({ text: '', ...fieldsOf(2) });
    expect(merged).not.toHaveProperty('novelty.only1');
  });

  it('accepts a chunk written as `{ text }`', () => {
    expect(mergeAll({ text: 'Hel' }, { text: 'lo' }, finishChunk())).toStrictEqual(
      mergeAll(chunk('Hello'), finishChunk()),
    );
  });

  it('keeps the fields that the types of both chunks promise', () => {
    interface Annotated extends GeminiChunk {
      readonly progress: ReplyProgress;
    }
    expectTypeOf(mergeChunks<Annotated>).returns.toEqualTypeOf<Annotated>();
    expectTypeOf(mergeChunks(emptyChunk, emptyChunk)).toEqualTypeOf<GeminiChunk>();
    expectTypeOf<ReplySnapshot>().not.toExtend<GeminiChunk>();
    expectTypeOf(new ChunkBuilder<Annotated>().snapshot()).toEqualTypeOf<Annotated>();
  });

  it('returns the other chunk itself if one is empty', () => {
    const other = chunk('a');
    expect(mergeChunks(emptyChunk, other)).toBe(other);
    expect(mergeChunks(other, emptyChunk)).toBe(other);
  });

  it('names the argument that is not a chunk', () => {
    const wrong = 'x' as unknown as GeminiChunk;
    expect(() => mergeChunks(wrong, chunk('b'))).toThrow('Expected `a` to be');
    expect(() => mergeChunks(chunk('a'), wrong)).toThrow('Expected `b` to be');
  });
});
