import { describe, expect, it } from 'vitest';
import { candidateFinishAfter, finishReasonAfter } from '../../src/chunk/finishReasonAfter.js';
import { mergeChunks } from '../../src/chunk/mergeChunks.js';
import { blockReasonOf, finishReasonOf } from '../../src/chunk/readers.js';
import { toChunk } from '../../src/chunk/toChunk.js';
import { chunk, finishChunk } from '../../src/testing/chunks.js';

const content = { parts: [{ text: 'a' }] };

describe('candidateFinishAfter', () => {
  it.each([
    ['a piece with a finish', { finishReason: 'STOP' }, 'STOP'],
    ['a piece with content and a finish', { content, finishReason: 'STOP' }, 'STOP'],
    ['a piece with content, which clears one', { content }, undefined],
    ['a thought, which is content', { content: { parts: [{ text: 'hm', thought: true }] } }, undefined],
    ['a signature, which is not', { content: { parts: [{ text: '', thoughtSignature: 's' }] } }, 'OTHER'],
    ['ratings', { safetyRatings: [] }, 'OTHER'],
    ['a placeholder', { finishReason: 'FINISH_REASON_UNSPECIFIED' }, 'OTHER'],
    ['a placeholder beside content', { content, finishReason: 'FINISH_REASON_UNSPECIFIED' }, undefined],
    ['an empty reason beside content', { content, finishReason: '' }, undefined],
    ['nothing', {}, 'OTHER'],
  ])('after %s', (_, piece, expected) => {
    expect(candidateFinishAfter('OTHER', piece)).toBe(expected);
  });
});

describe('finishReasonAfter', () => {
  const other = (piece: object) => ({ text: '', candidates: [{ index: 1, ...piece }] });

  it.each([
    ['a finish of candidate 0', finishChunk('STOP'), 'STOP'],
    ['content of candidate 0, which clears it', chunk('a'), undefined],
    ['a chunk of text alone, which clears it', { text: 'a' }, undefined],
    ['content of another candidate', other({ content }), 'OTHER'],
    ['a finish of another candidate', other({ finishReason: 'STOP' }), 'OTHER'],
    ['a notice', { text: '', queued: { position: 0 } }, 'OTHER'],
  ])('after %s', (_, next, expected) => {
    expect(finishReasonAfter('OTHER', next)).toBe(expected);
  });
});

describe('a placeholder for a reason', () => {
  const placeholders = ['FINISH_REASON_UNSPECIFIED', 'BLOCK_REASON_UNSPECIFIED', 'BLOCKED_REASON_UNSPECIFIED', ''];

  it.each(placeholders)('counts as absent: %j', (reason) => {
    const response = { candidates: [{ finishReason: reason }], promptFeedback: { blockReason: reason } };
    expect(finishReasonOf(response)).toBeUndefined();
    expect(blockReasonOf(response)).toBeUndefined();
    const one = toChunk(response);
    expect(one.candidates).toEqual([{ index: 0 }]);
    expect(one.promptFeedback).not.toHaveProperty('blockReason');
    const byHand = { text: '', ...response };
    expect(finishReasonOf(mergeChunks(finishChunk('STOP'), byHand))).toBe('STOP');
  });
});
