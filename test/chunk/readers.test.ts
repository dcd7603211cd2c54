import { GenerateContentResponse } from '@google/genai';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { functionCallsOf } from '../../src/chunk/functionCallsOf.js';
import type { GeminiResponse } from '../../src/chunk/response.js';
import {
  blockReasonOf,
  candidateOf,
  citationsOf,
  finishReasonOf,
  partsOf,
  textOf,
  thoughtsOf,
  usageOf,
} from '../../src/chunk/readers.js';
import { chunk, finishChunk, usageChunk } from '../../src/testing/chunks.js';

const citations = [{ uri: 'https://a.example' }];
const reply: GeminiResponse = {
  candidates: [
    {
      index: 1,
      content: { role: 'model', parts: [{ text: 'second' }, { functionCall: { name: 'g' } }] },
      finishReason: 'MAX_TOKENS',
    },
    {
      index: 0,
      content: {
        role: 'model',
        parts: [
          { text: 'hm', thought: true },
          { text: 'Hel' },
          { inlineData: { data: 'AA==' } },
          { text: 'ah', thought: true },
          { text: 'lo' },
          { functionCall: { id: 'call-1', name: 'f', args: { a: 1 } } },
          { functionCall: { name: 'f', willContinue: true } },
          { functionCall: { partialArgs: [{ jsonPath: '$.a', numberValue: 1 }] } },
          { functionCall: {} },
        ],
      },
      finishReason: 'STOP',
      citationMetadata: { citations },
    },
  ],
  usageMetadata: { totalTokenCount: 3 },
};

afterEach(() => {
  vi.restoreAllMocks();
});

describe.each([
  ['plain data', reply],
  ["the SDK's response", Object.assign(new GenerateContentResponse(), reply)],
])('the readers, of %s', (_, response) => {
  it('read candidate 0 by its index', () => {
    expect(candidateOf(response)?.finishReason).toBe('STOP');
    expect(textOf(response)).toBe('Hello');
    expect(thoughtsOf(response)).toBe('hmah');
    expect(partsOf(response)).toHaveLength(9);
    expect(functionCallsOf(response)).toStrictEqual([{ id: 'call-1', name: 'f', args: { a: 1 } }]);
    expect(finishReasonOf(response)).toBe('STOP');
    expect(citationsOf(response)).toBe(citations);
    expect(usageOf(response)).toStrictEqual({ totalTokenCount: 3 });
  });

  it('read another candidate', () => {
    expect(textOf(response, 1)).toBe('second');
    expect(thoughtsOf(response, 1)).toBe('');
    expect(partsOf(response, 1)).toHaveLength(2);
    expect(functionCallsOf(response, 1)).toStrictEqual([{ name: 'g', args: {} }]);
    expect(finishReasonOf(response, 1)).toBe('MAX_TOKENS');
    expect(citationsOf(response, 1)).toStrictEqual([]);
  });

  it('print no warning', () => {
    const methods = (['log', 'info', 'warn', 'error', 'debug'] as const).map((name) => vi.spyOn(console, name));
    for (const read of [textOf, thoughtsOf, partsOf, functionCallsOf, finishReasonOf, citationsOf]) {
      read(response);
      read(response, 1);
    }
    for (const method of methods) expect(method).not.toHaveBeenCalled();
  });
});

describe.each<[string, GeminiResponse]>([
  ['an empty response', {}],
  ['no candidates', { candidates: [] }],
  ['a candidate without content', { candidates: [{}] }],
  ['a content without parts', { candidates: [{ content: {} }] }],
  [
    'nulls',
    { candidates: [{ content: null, finishReason: null, citationMetadata: null }] } as unknown as GeminiResponse,
  ],
])('the readers, of %s', (_, response) => {
  it('return an empty result without content', () => {
    expect([textOf(response), thoughtsOf(response)]).toStrictEqual(['', '']);
    expect([partsOf(response), functionCallsOf(response), citationsOf(response)]).toStrictEqual([[], [], []]);
    expect([finishReasonOf(response) ?? undefined, usageOf(response)]).toStrictEqual([undefined, undefined]);
  });
});

describe('a candidate without an index', () => {
  it('has its position', () => {
    const response = { candidates: [{ content: { parts: [{ text: 'a' }] } }, { content: { parts: [{ text: 'b' }] } }] };
    expect([textOf(response), textOf(response, 1), textOf(response, 2)]).toStrictEqual(['a', 'b', '']);
  });
});

describe('finishReasonOf', () => {
  it('treats an unspecified reason as absent', () => {
    expect(finishReasonOf({ candidates: [{ finishReason: 'FINISH_REASON_UNSPECIFIED' }] })).toBeUndefined();
  });

  it('reads chunks', () => {
    expect([chunk('x'), usageChunk({}), finishChunk()].map((one) => finishReasonOf(one))).toStrictEqual([
      undefined,
      undefined,
      'STOP',
    ]);
  });
});

it('blockReasonOf reads the reason of a blocked prompt, and no other', () => {
  expect(blockReasonOf({ promptFeedback: { blockReason: 'SAFETY' } })).toBe('SAFETY');
  expect(blockReasonOf({ promptFeedback: { blockReason: 'BLOCKED_REASON_UNSPECIFIED' } })).toBeUndefined();
  expect(blockReasonOf({ promptFeedback: {} })).toBeUndefined();
  expect(blockReasonOf({})).toBeUndefined();
});
