import { describe, expect, it } from 'vitest';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { outcomeAfter } from '../../src/chunk/outcomeAfter.js';
import { chunk } from '../../src/testing/chunks.js';

const plain = chunk('a');
const cancelled: GeminiChunk = { text: '', cancelled: { reason: 'enough' } };
const stopped: GeminiChunk = { text: '', stopped: { reason: 'enough' } };

describe('outcomeAfter', () => {
  it.each([
    ['complete', [plain]],
    ['cancelled', [plain, cancelled, plain]],
    ['stopped', [plain, stopped, plain]],
    ['cancelled', [stopped, cancelled]],
    ['cancelled', [cancelled, stopped]],
  ] as const)('is %s by the marks of %j', (outcome, chunks: readonly GeminiChunk[]) => {
    expect(chunks.reduce((before, one) => outcomeAfter(before, one), outcomeAfter('complete', plain))).toBe(outcome);
  });
});
