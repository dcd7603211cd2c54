import { describe, expect, it } from 'vitest';
import { emptyChunk } from '../../src/chunk/emptyChunk.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { mergeChunks } from '../../src/chunk/mergeChunks.js';
import { toChunk } from '../../src/chunk/toChunk.js';
import { outcomeError } from '../../src/errors/outcomeError.js';
import { blockedChunk, chunk, finishChunk, usageChunk } from '../../src/testing/chunks.js';

const merged = (...chunks: GeminiChunk[]): GeminiChunk => chunks.reduce(mergeChunks);

describe('outcomeError', () => {
  it.each([
    ['SAFETY', 'safety'],
    ['BLOCKLIST', 'safety'],
    ['PROHIBITED_CONTENT', 'safety'],
    ['SPII', 'safety'],
    ['IMAGE_SAFETY', 'safety'],
    ['IMAGE_PROHIBITED_CONTENT', 'safety'],
    ['RECITATION', 'recitation'],
    ['IMAGE_RECITATION', 'recitation'],
    ['MALFORMED_FUNCTION_CALL', 'malformed_call'],
    ['MALFORMED_RESPONSE', 'malformed_call'],
    ['UNEXPECTED_TOOL_CALL', 'malformed_call'],
    ['TOO_MANY_TOOL_CALLS', 'malformed_call'],
    ['LANGUAGE', 'invalid_request'],
    ['OTHER', 'unknown'],
    ['IMAGE_OTHER', 'unknown'],
    ['NO_IMAGE', 'unknown'],
  ])('fails on %s, kind %s, and the same request is not made again', (finishReason, kind) => {
    const reply = merged(chunk('a'), finishChunk(finishReason));
    const error = outcomeError(reply);
    expect(error).toMatchObject({ kind, finishReason, retryable: false, partial: reply });
    expect(error?.message).toBe(`The model stopped with ${finishReason}`);
    // What always fails is not renamed by being asked for.
    expect(outcomeError(reply, [finishReason])).toMatchObject({ kind });
  });

  it.each(['STOP', 'MAX_TOKENS', 'CONTINUATION', 'SOMETHING_NEW'])('does not fail on %s', (finishReason) => {
    expect(outcomeError(merged(chunk('a'), finishChunk(finishReason)), ['OTHER_THING'])).toBeUndefined();
  });

  it('fails on what it is told to', () => {
    const cut = merged(chunk('a'), finishChunk('MAX_TOKENS'));
    expect(outcomeError(cut, ['MAX_TOKENS'])).toMatchObject({
      kind: 'truncated',
      retryable: false,
      finishReason: 'MAX_TOKENS',
    });
    expect(outcomeError(finishChunk('SOMETHING_NEW'), ['MAX_TOKENS', 'SOMETHING_NEW'])).toMatchObject({
      kind: 'unknown',
    });
  });

  it('quotes what the server says of the finish', () => {
    const reply = toChunk({ candidates: [{ finishReason: 'SAFETY', finishMessage: 'Too\nhot.' }] });
    expect(outcomeError(reply)?.message).toBe('The model stopped with SAFETY: Too hot.');
  });

  it.each(['SAFETY', 'OTHER', 'BLOCKLIST', 'PROHIBITED_CONTENT', 'MODEL_ARMOR', 'SOMETHING_NEW'])(
    'fails on a prompt that was blocked for %s',
    (blockReason) => {
      const reply = merged(blockedChunk(blockReason), usageChunk({ promptTokenCount: 3 }));
      expect(outcomeError(reply)).toMatchObject({ kind: 'blocked', retryable: false, blockReason, partial: reply });
      expect(outcomeError(reply)?.message).toBe(`The prompt was blocked (${blockReason}); rephrase it`);
    },
  );

  it('quotes why a prompt was blocked', () => {
    const reply = toChunk({ promptFeedback: { blockReason: 'OTHER', blockReasonMessage: 'By policy.' } });
    expect(outcomeError(reply)?.message).toBe('The prompt was blocked (OTHER): By policy.');
  });

  it.each(['BLOCKED_REASON_UNSPECIFIED', ''])('takes the block reason %j for none', (blockReason) => {
    expect(outcomeError(merged(blockedChunk(blockReason), finishChunk()))).toBeUndefined();
  });

  it('takes ratings of the prompt for no block', () => {
    expect(outcomeError(merged(toChunk({ promptFeedback: { safetyRatings: [] } }), finishChunk()))).toBeUndefined();
  });

  it.each([
    ['has no finish reason', chunk('a')],
    ['has only an unspecified one', merged(chunk('a'), finishChunk('FINISH_REASON_UNSPECIFIED'))],
    ['goes on after it', merged(chunk('a'), finishChunk(), chunk('b'))],
    [
      'has one only for another candidate',
      merged(chunk('a'), toChunk({ candidates: [{ index: 1, finishReason: 'STOP' }] })),
    ],
  ])('fails on a reply that %s, and that may be made again', (_, reply) => {
    expect(outcomeError(reply)).toMatchObject({ kind: 'truncated', retryable: true, partial: reply });
    expect(outcomeError(reply)?.message).toBe('The reply ended without a finish reason, so it is not whole');
  });

  it('fails on a reply that is empty', () => {
    expect(outcomeError(emptyChunk)).toMatchObject({ kind: 'truncated', retryable: true, partial: { text: '' } });
    expect(outcomeError(emptyChunk)?.message).toMatch(/^The reply was empty/);
  });

  it('judges candidate 0 alone', () => {
    const reply = merged(finishChunk(), toChunk({ candidates: [{ index: 1, finishReason: 'SAFETY' }] }));
    expect(outcomeError(reply)).toBeUndefined();
  });

  it.each([['cancelled'], ['stopped']])('does not fail on a reply that this side marked as %s', (mark) => {
    const notice = { text: '', [mark]: { reason: 'enough' } };
    expect(outcomeError(notice)).toBeUndefined();
    expect(outcomeError(merged(chunk('a'), notice))).toBeUndefined();
  });
});
