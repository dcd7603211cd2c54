import { describe, expect, expectTypeOf, it } from 'vitest';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { toChunk } from '../../src/chunk/toChunk.js';
import {
  blockedChunk,
  callChunk,
  chunk,
  finishChunk,
  partsChunk,
  thoughtChunk,
  usageChunk,
} from '../../src/testing/chunks.js';

const withParts = (text: string, ...parts: object[]) => ({
  text,
  candidates: [{ index: 0, content: { role: 'model', parts } }],
});

describe('the chunk builders', () => {
  it.each<[string, GeminiChunk, object]>([
    ['chunk', chunk('Hi'), withParts('Hi', { text: 'Hi' })],
    ['chunk', chunk('Hi', { responseId: 'r1' }), { ...withParts('Hi', { text: 'Hi' }), responseId: 'r1' }],
    ['thoughtChunk', thoughtChunk('Hm'), withParts('', { text: 'Hm', thought: true })],
    ['callChunk', callChunk('f'), withParts('', { functionCall: { name: 'f', args: {} } })],
    [
      'callChunk',
      callChunk('f', { a: 1 }, 'c'),
      withParts('', { functionCall: { id: 'c', name: 'f', args: { a: 1 } } }),
    ],
    ['partsChunk', partsChunk([{ text: 'a' }, { text: 'b' }]), withParts('ab', { text: 'ab' })],
    ['finishChunk', finishChunk(), { text: '', candidates: [{ index: 0, finishReason: 'STOP' }] }],
    [
      'finishChunk',
      finishChunk('MAX_TOKENS', { totalTokenCount: 3 }),
      { text: '', candidates: [{ index: 0, finishReason: 'MAX_TOKENS' }], usageMetadata: { totalTokenCount: 3 } },
    ],
    ['usageChunk', usageChunk({ totalTokenCount: 3 }), { text: '', usageMetadata: { totalTokenCount: 3 } }],
    ['blockedChunk', blockedChunk(), { text: '', promptFeedback: { blockReason: 'SAFETY' } }],
    ['blockedChunk', blockedChunk('OTHER'), { text: '', promptFeedback: { blockReason: 'OTHER' } }],
  ])('%s makes a chunk in normal form', (_, made, expected) => {
    expect(made).toStrictEqual(expected);
    expect(toChunk(made)).toStrictEqual(made);
  });

  it('are typed', () => {
    expectTypeOf(chunk).returns.toEqualTypeOf<GeminiChunk>();
    expectTypeOf(chunk).parameter(0).toBeString();
  });
});
