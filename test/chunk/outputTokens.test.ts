import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { OutputTokens } from '../../src/chunk/outputTokens.js';
import { chunk, partsChunk, thoughtChunk, usageChunk } from '../../src/testing/chunks.js';

function count(...chunks: GeminiChunk[]): { total: number; isEstimated: boolean } {
  const tokens = new OutputTokens();
  for (const next of chunks) tokens.append(next);
  return { total: tokens.total, isEstimated: tokens.isEstimated };
}

describe('OutputTokens', () => {
  it('estimates four Latin characters a token, rounded up', () => {
    expect(count(chunk('abcd'), chunk('efgh'), chunk('i'))).toEqual({ total: 3, isEstimated: true });
  });

  it('estimates one token for each dense character', () => {
    expect(count(chunk('空は青い'))).toEqual({ total: 4, isEstimated: true });
    expect(count(chunk('하늘'))).toEqual({ total: 2, isEstimated: true });
  });

  it('estimates the same number for any cut of the text', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' })), (texts) => {
        expect(count(...texts.map((text) => chunk(text))).total).toBe(count(chunk(texts.join(''))).total);
      }),
    );
  });

  it('reads a chunk written as `{ text }`', () => {
    expect(count({ text: 'abcdefgh' })).toEqual({ total: 2, isEstimated: true });
  });

  it('estimates the answer and the thoughts separately', () => {
    const tokens = new OutputTokens();
    tokens.append(thoughtChunk('abcdef'));
    tokens.append(chunk('ab'));
    expect([tokens.thoughts, tokens.answer]).toEqual([1.5, 0.5]);
    tokens.append(usageChunk({ thoughtsTokenCount: 40 }));
    expect([tokens.thoughts, tokens.answer]).toEqual([40, 0.5]);
    tokens.append(usageChunk({ thoughtsTokenCount: 40, candidatesTokenCount: 3 }));
    expect([tokens.thoughts, tokens.answer]).toEqual([40, 3]);
  });

  it('uses a report, and estimates the text after it', () => {
    const reported = chunk('abcd', { usageMetadata: { candidatesTokenCount: 7, thoughtsTokenCount: 30 } });
    expect(count(chunk('abcdefgh'), reported)).toEqual({ total: 37, isEstimated: false });
    expect(count(reported, chunk('abcdefgh'))).toEqual({ total: 39, isEstimated: true });
  });

  it('treats reports as running totals', () => {
    const first = usageChunk({ candidatesTokenCount: 5 });
    const second = usageChunk({ candidatesTokenCount: 9 });
    expect(count(first, second)).toEqual({ total: 9, isEstimated: false });
  });

  it('estimates the answer while only thoughts are reported', () => {
    const thoughts = { thoughtsTokenCount: 70 };
    expect(count(partsChunk([{ text: 'Hm.', thought: true }], { usageMetadata: thoughts }))).toEqual({
      total: 70,
      isEstimated: false,
    });
    expect(count(chunk('abcdefgh', { usageMetadata: thoughts }))).toEqual({ total: 72, isEstimated: true });
  });

  it('drops the estimate of thoughts once the answer is reported', () => {
    const answer = usageChunk({ candidatesTokenCount: 5 });
    expect(count(thoughtChunk('abcdefgh'), answer)).toEqual({ total: 5, isEstimated: false });
  });

  it('does not treat 0 as a report', () => {
    const usageMetadata = { promptTokenCount: 9, candidatesTokenCount: 0, totalTokenCount: 9 };
    expect(count(chunk('abcd', { usageMetadata }))).toEqual({ total: 1, isEstimated: true });
  });

  it('estimates no tokens for a part without text', () => {
    expect(count(partsChunk([{ functionCall: { name: 'f' } }]))).toEqual({ total: 0, isEstimated: false });
  });
});
