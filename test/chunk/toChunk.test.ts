import {
  GenerateContentResponse,
  type BlockedReason,
  type FinishReason,
  type GroundingChunk,
  type GroundingSupport,
  type LogprobsResultCandidate,
  type Candidate as SdkCandidate,
  type GroundingMetadata as SdkGroundingMetadata,
  type LogprobsResult as SdkLogprobsResult,
  type SafetyRating as SdkSafetyRating,
  type UrlContextMetadata as SdkUrlContextMetadata,
  type Segment,
  type UrlMetadata,
} from '@google/genai';
import { afterEach, describe, expect, expectTypeOf, it, vi } from 'vitest';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import type {
  GeminiResponse,
  GeminiCandidate,
  GeminiPart,
  GeminiBlockReason,
  GeminiFinishReason,
} from '../../src/chunk/response.js';
import { finishReasonOf } from '../../src/chunk/readers.js';
import { toChunk } from '../../src/chunk/toChunk.js';
import type {
  GeminiGroundingMetadata,
  GeminiGroundingSegment,
  GeminiLogprobsCandidate,
  GeminiLogprobs,
  GeminiSafetyRating,
  GeminiUrlContextMetadata,
} from '../../src/chunk/responseMetadata.js';
import { deepFreeze } from '../support/deepFreeze.js';
import { expectSameData } from '../support/sameData.js';

const partsOfOne = (parts: readonly unknown[]): readonly GeminiPart[] | undefined =>
  toChunk({ candidates: [{ content: { role: 'model', parts: parts as GeminiPart[] } }] }).candidates?.[0]?.content
    ?.parts;

const candidateOfOne = (candidate: object): GeminiCandidate | undefined =>
  toChunk({ candidates: [candidate] }).candidates?.[0];

describe('toChunk', () => {
  it("adds candidate 0's answer text, without thoughts", () => {
    const chunk = toChunk({
      candidates: [
        { index: 1, content: { parts: [{ text: 'other' }] } },
        {
          index: 0,
          content: {
            parts: [{ text: 'hm', thought: true }, { text: 'Hello' }, { functionCall: { name: 'f' } }, { text: '!' }],
          },
        },
      ],
    });
    expect(chunk.text).toBe('Hello!');
  });

  it.each<[string, GeminiResponse]>([
    ['an empty response', {}],
    ['no candidates', { candidates: [] }],
    ['nulls', { candidates: null, usageMetadata: null, promptFeedback: null } as unknown as GeminiResponse],
    ['the empty chunk', { text: '' } as GeminiResponse],
  ])('makes the empty chunk from %s', (_, response) => {
    expect(toChunk(response)).toStrictEqual({ text: '' });
  });

  it('uses the index of a candidate, or else its position, and sorts by it', () => {
    const chunk = toChunk({ candidates: [{ index: 2 }, {}, { index: 0 }] });
    expect(chunk.candidates).toStrictEqual([{ index: 0 }, { index: 1 }, { index: 2 }]);
  });

  it('joins neighbouring texts of one kind', () => {
    const parts = [
      { text: 'a', thought: true },
      { text: 'b', thought: true },
      { text: 'c' },
      { text: 'd', thought: false },
    ];
    expect(partsOfOne(parts)).toStrictEqual([{ text: 'ab', thought: true }, { text: 'cd' }]);
  });

  it('joins no text that has a signature or another field', () => {
    const parts = [
      { text: 'a' },
      { text: 'b', thoughtSignature: 'c2ln' },
      { text: 'c' },
      { text: 'd', novelty: 1 },
      { text: 'e' },
    ];
    expect(partsOfOne(parts)).toStrictEqual(parts);
  });

  it('joins no texts around another part', () => {
    const parts = [
      { text: 'a' },
      { inlineData: { data: 'AA==' } },
      { text: 'b' },
      { functionCall: { name: 'f', args: {} } },
      { text: 'c' },
    ];
    expect(partsOfOne(parts)).toStrictEqual(parts);
  });

  it('drops fields without meaning: null, undefined, a `thought` that is not true', () => {
    const parts = [
      { text: 'a', thought: false, inlineData: null },
      { functionCall: { name: 'f', id: null, args: undefined } },
    ];
    expect(partsOfOne(parts)).toStrictEqual([{ text: 'a' }, { functionCall: { name: 'f' } }]);
    expect(candidateOfOne({ content: null, finishReason: undefined, safetyRatings: null })).toStrictEqual({ index: 0 });
  });

  it('drops fields of a wrong type', () => {
    const parts = [
      null,
      'text',
      7,
      [],
      { text: 7 },
      { functionCall: 'f' },
      { functionCall: { args: 'x', partialArgs: 'y' } },
    ];
    expect(partsOfOne(parts)).toStrictEqual([{}, {}, { functionCall: {} }]);
    expect(candidateOfOne({ finishReason: 7 })).toStrictEqual({ index: 0 });
    expect(toChunk({ candidates: 'x', usageMetadata: 'y' } as unknown as GeminiResponse)).toStrictEqual({ text: '' });
  });

  it('turns `citationSources` into `citations`', () => {
    const citations = [{ uri: 'https://a.example' }];
    expect(candidateOfOne({ citationMetadata: { citationSources: citations } })?.citationMetadata).toStrictEqual({
      citations,
    });
    expect(candidateOfOne({ citationMetadata: { citations } })?.citationMetadata).toStrictEqual({ citations });
  });

  it('drops repeated citations, and keeps two that differ anywhere', () => {
    const a = { uri: 'https://a.example', publicationDate: { year: 2025, month: 1 } };
    const same = { publicationDate: { month: 1, year: 2025 }, uri: 'https://a.example' };
    const other = { uri: 'https://a.example', publicationDate: { year: 2026, month: 1 } };
    expect(candidateOfOne({ citationMetadata: { citations: [a, other, same] } })?.citationMetadata).toStrictEqual({
      citations: [a, other],
    });
  });

  it('drops an unspecified finish reason, and keeps an unknown one', () => {
    expect(candidateOfOne({ finishReason: 'FINISH_REASON_UNSPECIFIED' })).toStrictEqual({ index: 0 });
    expect(candidateOfOne({ finishReason: '' })).toStrictEqual({ index: 0 });
    expect(candidateOfOne({ finishReason: 'SOMETHING_NEW' })).toStrictEqual({
      index: 0,
      finishReason: 'SOMETHING_NEW',
    });
  });

  it('drops `sdkHttpResponse` and keeps every other field, known or not', () => {
    const fields = {
      usageMetadata: { totalTokenCount: 3, novelty: [1] },
      promptFeedback: { blockReason: 'SAFETY' },
      modelVersion: 'gemini-a',
      responseId: 'r1',
      createTime: '2026-11-21T00:00:00Z',
      novelty: { deep: [{ a: 1 }] },
    };
    const response = { ...fields, sdkHttpResponse: { headers: { 'x-goog-api-key': 'secret' } } };
    expect(toChunk(response)).toStrictEqual({ text: '', ...fields });
    expect(candidateOfOne({ novelty: 1, content: { novelty: 2, parts: [{ novelty: 3 }] } })).toStrictEqual({
      index: 0,
      novelty: 1,
      content: { novelty: 2, parts: [{ novelty: 3 }] },
    });
  });

  it('keeps a key named `__proto__`, at every level, as a key', () => {
    const json =
      '{"__proto__":{"a":1},"candidates":[{"index":0,"__proto__":{"b":1},"content":{"__proto__":{"c":1},"parts":[{"__proto__":{"d":1}}]}}],"usageMetadata":{"__proto__":{"e":1}}}';
    const chunk = toChunk(JSON.parse(json) as GeminiResponse);
    expectSameData(chunk, { text: '', ...(JSON.parse(json) as object) });
    expect(Object.getPrototypeOf(chunk)).toBe(Object.prototype);
  });

  it('keeps the fields around one that changes, and the items around one that is dropped', () => {
    const list = [{ extra: 1, index: 4 }, undefined, { content: { role: 'model', parts: null }, extra: 2 }];
    const response = { candidates: list, usageMetadata: { a: 1, b: null, c: 3 } } as unknown as GeminiResponse;
    const before = structuredClone(response);
    expect(toChunk(response)).toEqual({
      candidates: [
        { index: 1, content: { role: 'model' }, extra: 2 },
        { index: 4, extra: 1 },
      ],
      usageMetadata: { a: 1, c: 3 },
      text: '',
    });
    expect(response).toEqual(before);
  });

  it('turns instances of classes, at every level, into plain data', () => {
    class Usage {
      readonly totalTokenCount = 3;
    }
    class Part {
      readonly text = 'a';
    }
    const candidates = [{ index: 0, content: { parts: [new Part()] } }];
    const { usageMetadata, candidates: [candidate] = [] } = toChunk({ candidates, usageMetadata: new Usage() });
    expect(usageMetadata).toStrictEqual({ totalTokenCount: 3 });
    expect(candidate?.content?.parts).toStrictEqual([{ text: 'a' }]);
  });

  it('turns a `text` without candidates into a text part, and ignores `text` beside candidates', () => {
    expect(toChunk({ text: 'Hi' } as GeminiResponse)).toStrictEqual({
      text: 'Hi',
      candidates: [{ index: 0, content: { role: 'model', parts: [{ text: 'Hi' }] } }],
    });
    expect(toChunk({ text: 'Hi', candidates: [{ index: 0 }] } as GeminiResponse).text).toBe('');
  });

  it.each([
    [null, 'null'],
    [undefined, 'undefined'],
    ['text', 'string'],
    [[], 'an array'],
  ])('refuses %j', (value, words) => {
    const call = () => toChunk(value as unknown as GeminiResponse);
    expect(call).toThrow(TypeError);
    expect(call).toThrow(`Expected \`response\` to be a response object of Gemini, got ${words}`);
  });
});

describe("toChunk of the SDK's response", () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it('reads no getter, prints no warning, does not change the response, and returns plain data', () => {
    const warn = vi.spyOn(console, 'warn');
    const parts = [
      { text: 'Hello' },
      { inlineData: { data: 'AA==' } },
      { functionCall: { name: 'f', args: { a: 1 } } },
    ];
    const response = Object.assign(new GenerateContentResponse(), {
      candidates: deepFreeze([{ content: { role: 'model', parts } }, { content: { parts: [{ text: 'second' }] } }]),
      sdkHttpResponse: { headers: {} },
      usageMetadata: Object.defineProperty({ totalTokenCount: 1 }, 'initialPromptTokenCount', { value: 5 }),
    });
    const chunk = toChunk(Object.freeze(response));
    expect(Object.getPrototypeOf(chunk)).toBe(Object.prototype);
    expect(chunk).toStrictEqual({
      text: 'Hello',
      candidates: [
        { index: 0, content: { role: 'model', parts } },
        { index: 1, content: { parts: [{ text: 'second' }] } },
      ],
      usageMetadata: { totalTokenCount: 1 },
    });
    expect(warn).not.toHaveBeenCalled();
  });

  it('is typed', () => {
    expectTypeOf<GenerateContentResponse>().toExtend<GeminiResponse>();
    expectTypeOf(toChunk).parameter(0).toEqualTypeOf<GeminiResponse>();
    expectTypeOf(toChunk).returns.toEqualTypeOf<GeminiChunk>();
  });

  it("is typed as the SDK's responses are, field by field", () => {
    expectTypeOf<SdkCandidate>().toExtend<GeminiCandidate>();
    expectTypeOf<SdkGroundingMetadata>().toExtend<GeminiGroundingMetadata>();
    expectTypeOf<SdkSafetyRating>().toExtend<GeminiSafetyRating>();
    expectTypeOf<SdkUrlContextMetadata>().toExtend<GeminiUrlContextMetadata>();
    expectTypeOf<SdkLogprobsResult>().toExtend<GeminiLogprobs>();
    // What is declared has the SDK's names: a field of ours that it does not know would be a typing error.
    type Wrong<Ours, Sdk> = Exclude<keyof Ours, keyof Sdk>;
    expectTypeOf<Wrong<GeminiGroundingMetadata, SdkGroundingMetadata>>().toBeNever();
    expectTypeOf<Wrong<GeminiSafetyRating, SdkSafetyRating>>().toBeNever();
    expectTypeOf<Wrong<GeminiLogprobs, SdkLogprobsResult>>().toBeNever();
    expectTypeOf<Wrong<Item<GeminiGroundingMetadata['groundingChunks']>, GroundingChunk>>().toBeNever();
    expectTypeOf<Wrong<Item<GeminiGroundingMetadata['groundingSupports']>, GroundingSupport>>().toBeNever();
    expectTypeOf<Wrong<GeminiGroundingSegment, Segment>>().toBeNever();
    expectTypeOf<Wrong<GeminiLogprobsCandidate, LogprobsResultCandidate>>().toBeNever();
    type Page = Item<GeminiUrlContextMetadata['urlMetadata']>;
    expectTypeOf<Wrong<Page, UrlMetadata>>().toBeNever();
    type Of<Field extends keyof GroundingChunk> = Wrong<
      NonNullable<Item<GeminiGroundingMetadata['groundingChunks']>[Field]>,
      NonNullable<GroundingChunk[Field]>
    >;
    expectTypeOf<Of<'web'>>().toBeNever();
    expectTypeOf<Of<'retrievedContext'>>().toBeNever();
    expectTypeOf<Of<'maps'>>().toBeNever();
    expectTypeOf<Of<'image'>>().toBeNever();
  });

  it('reads the fields of a grounded answer without a cast', () => {
    const { candidates } = toChunk({});
    const candidate = candidates?.[0];
    expectTypeOf(candidate?.groundingMetadata?.groundingChunks?.[0]?.web?.uri).toEqualTypeOf<string | undefined>();
    const support = candidate?.groundingMetadata?.groundingSupports?.[0];
    expectTypeOf(support?.segment?.endIndex).toEqualTypeOf<number | undefined>();
    expectTypeOf(support?.groundingChunkIndices).toEqualTypeOf<readonly number[] | undefined>();
    expectTypeOf(candidate?.safetyRatings?.[0]?.blocked).toEqualTypeOf<boolean | undefined>();
    const page = candidate?.urlContextMetadata?.urlMetadata?.[0];
    expectTypeOf(page?.urlRetrievalStatus).toEqualTypeOf<string | undefined>();
    const token = candidate?.logprobsResult?.topCandidates?.[0]?.candidates?.[0];
    expectTypeOf(token?.logProbability).toEqualTypeOf<number | undefined>();
  });

  it('drops values that are not objects from lists of objects, and an index that is not a number', () => {
    const wrong = [null, 1, 'a', { startIndex: 0 }];
    const response = { candidates: [null, 7, { index: '3', citationMetadata: { citations: wrong } }] };
    expect(toChunk(response as unknown as GeminiResponse).candidates).toEqual([
      { index: 0, citationMetadata: { citations: [{ startIndex: 0 }] } },
    ]);
  });

  it('completes the reasons of the SDK, and accepts any other', () => {
    type Known<T> = T extends string ? (string extends T ? never : T) : never;
    type Named<E extends string, U extends string> = Exclude<`${E}`, U>;
    expectTypeOf<Named<FinishReason, 'FINISH_REASON_UNSPECIFIED'>>().toExtend<Known<GeminiFinishReason>>();
    expectTypeOf<Named<BlockedReason, 'BLOCKED_REASON_UNSPECIFIED'>>().toExtend<Known<GeminiBlockReason>>();
    expectTypeOf<'SOMETHING_NEW'>().toExtend<GeminiFinishReason>();
    expectTypeOf<GeminiFinishReason>().toExtend<string>();
    expectTypeOf(finishReasonOf).returns.toEqualTypeOf<GeminiFinishReason | undefined>();
  });
});

type Item<L extends readonly unknown[] | undefined> = NonNullable<L>[number];
