import { describe, expect, it } from 'vitest';
import { emptyChunk } from '../../src/chunk/emptyChunk.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { mergeChunks } from '../../src/chunk/mergeChunks.js';
import { toChunk } from '../../src/chunk/toChunk.js';
import type { GeminiPart } from '../../src/chunk/response.js';
import { outcomeError } from '../../src/errors/outcomeError.js';
import {
  blockedChunk,
  callChunk,
  chunk,
  finishChunk,
  partsChunk,
  thoughtChunk,
  usageChunk,
} from '../../src/testing/chunks.js';

const merged = (...chunks: GeminiChunk[]): GeminiChunk => chunks.reduce(mergeChunks);

describe('outcomeError', () => {
  it.each([
    ['SAFETY', 'safety'],
    ['BLOCKLIST', 'safety'],
    ['PROHIBITED_CONTENT', 'safety'],
    ['SPII', 'safety'],
    ['IMAGE_SAFETY', 'safety'],
    ['IMAGE_PROHIBITED_CONTENT', 'safety'],
    ['MODEL_ARMOR', 'safety'],
    ['ESCALATION', 'safety'],
    ['RECITATION', 'recitation'],
    ['IMAGE_RECITATION', 'recitation'],
    ['LANGUAGE', 'invalid_request'],
    ['MISSING_THOUGHT_SIGNATURE', 'invalid_request'],
    ['PUP_LIMITED_DISABLED', 'permission'],
    ['OTHER', 'unknown'],
    ['IMAGE_OTHER', 'unknown'],
    ['NO_IMAGE', 'unknown'],
    ['MALFORMED_RESPONSE', 'unknown'],
  ])('fails on %s, kind %s, not retryable', (finishReason, kind) => {
    const reply = merged(chunk('a'), finishChunk(finishReason));
    const error = outcomeError(reply);
    expect(error).toMatchObject({ kind, finishReason, retryable: false });
    expect(error?.partial).toEqual(reply);
    expect(error?.message).toBe(`The model stopped with ${finishReason}`);
    // What always fails is not renamed by being asked for.
    expect(outcomeError(reply, { failOn: [finishReason], failOnEmpty: true })).toMatchObject({ kind });
    expect(outcomeError(finishChunk(finishReason), { failOnEmpty: true })).toMatchObject({ kind });
  });

  it.each(['MALFORMED_FUNCTION_CALL', 'UNEXPECTED_TOOL_CALL', 'TOO_MANY_TOOL_CALLS'])(
    'fails on %s, retryable',
    (finishReason) => {
      expect(outcomeError(finishChunk(finishReason))).toMatchObject({ kind: 'malformed_call', retryable: true });
    },
  );

  it.each(['STOP', 'MAX_TOKENS', 'CONTINUATION', 'SOMETHING_NEW'])('does not fail on %s', (finishReason) => {
    const reply = merged(chunk('a'), finishChunk(finishReason));
    expect(outcomeError(reply, { failOn: ['OTHER_THING'], failOnEmpty: true })).toBeUndefined();
  });

  it.each(['STOP', 'MAX_TOKENS', 'CONTINUATION'])('does not fail on %s without content', (finishReason) => {
    expect(outcomeError(finishChunk(finishReason))).toBeUndefined();
  });

  it.each(['SOMETHING_NEW', 'MALFORMED_SOMETHING', 'stop', 'UNSPECIFIED'])(
    'fails on %s, an unknown reason, without content',
    (finishReason) => {
      const failure = { kind: 'unknown', retryable: false, finishReason };
      expect(outcomeError(finishChunk(finishReason))).toMatchObject(failure);
      expect(outcomeError(merged(usageChunk({ totalTokenCount: 3 }), finishChunk(finishReason)))).toMatchObject(
        failure,
      );
      expect(outcomeError(merged(partsChunk([{ text: '' }]), finishChunk(finishReason)))).toMatchObject(failure);
      for (const content of [chunk('a'), thoughtChunk('hm'), callChunk('f')]) {
        expect(outcomeError(merged(content, finishChunk(finishReason)))).toBeUndefined();
      }
    },
  );

  it('fails on the reasons of `failOn`', () => {
    const cut = merged(chunk('a'), finishChunk('MAX_TOKENS'));
    expect(outcomeError(cut, { failOn: ['MAX_TOKENS'] })).toMatchObject({
      kind: 'truncated',
      retryable: false,
      finishReason: 'MAX_TOKENS',
    });
    const odd = merged(chunk('a'), finishChunk('SOMETHING_NEW'));
    expect(outcomeError(odd, { failOn: ['MAX_TOKENS', 'SOMETHING_NEW'] })).toMatchObject({ kind: 'unknown' });
  });

  describe('with failOnEmpty', () => {
    const failOnEmpty = true;
    const nothing: [name: string, reply: GeminiChunk][] = [
      ['nothing', finishChunk()],
      ['a content without parts', toChunk({ candidates: [{ content: { role: 'model' } }] })],
      ['an empty text', partsChunk([{ text: '' }])],
      ['an empty part', partsChunk([{}])],
      ['a signature on an empty text', partsChunk([{ text: '', thoughtSignature: 'c2ln' }])],
      ['thoughts', thoughtChunk('hm')],
      ['thoughts and token counts', merged(thoughtChunk('hm'), usageChunk({ thoughtsTokenCount: 3 }))],
      ['the answer of another candidate', toChunk({ candidates: [{ index: 1, content: { parts: [{ text: 'a' }] } }] })],
    ];
    it.each(nothing)('fails on %s and STOP, and the request may be made again', (_, content) => {
      const reply = merged(content, finishChunk());
      const error = outcomeError(reply, { failOnEmpty });
      expect(error).toMatchObject({ kind: 'empty', retryable: true, finishReason: 'STOP' });
      expect(error?.partial).toEqual(reply);
      expect(outcomeError(reply)).toBeUndefined();
    });

    it.each(nothing)('fails on %s and MAX_TOKENS, not retryable', (_, content) => {
      const reply = merged(content, finishChunk('MAX_TOKENS'));
      for (const failOn of [[], ['MAX_TOKENS']]) {
        const error = outcomeError(reply, { failOn, failOnEmpty });
        expect(error).toMatchObject({ kind: 'empty', retryable: false, finishReason: 'MAX_TOKENS' });
        expect(error?.message).toContain('thinking budget');
      }
    });

    it.each([
      ['text', { text: 'a' }],
      ['blanks', { text: ' ' }],
      ['a function call', { functionCall: { name: 'f' } }],
      ['an image', { inlineData: { mimeType: 'image/png', data: 'AA==' } }],
      ['code', { executableCode: { code: '1' } }],
      ['the result of code', { codeExecutionResult: { output: '1' } }],
      ['a file', { fileData: { fileUri: 'gs://a/b' } }],
      ['a part that nobody knows yet', { novelty: 1 } as GeminiPart],
    ])('accepts %s as an answer', (_, part) => {
      const reply = merged(thoughtChunk('hm'), partsChunk([part]), finishChunk());
      expect(outcomeError(reply, { failOnEmpty })).toBeUndefined();
      expect(outcomeError(merged(partsChunk([part]), finishChunk('MAX_TOKENS')), { failOnEmpty })).toBeUndefined();
    });

    it('does not change a continuation, a block, a cancellation and a missing finish', () => {
      expect(outcomeError(finishChunk('CONTINUATION'), { failOnEmpty })).toBeUndefined();
      expect(outcomeError(merged(blockedChunk(), finishChunk()), { failOnEmpty })).toMatchObject({ kind: 'blocked' });
      expect(outcomeError({ text: '', cancelled: { reason: 'enough' } }, { failOnEmpty })).toBeUndefined();
      expect(outcomeError(emptyChunk, { failOnEmpty })).toMatchObject({ kind: 'truncated' });
    });
  });

  it("quotes the server's message about the finish", () => {
    const reply = toChunk({ candidates: [{ finishReason: 'SAFETY', finishMessage: 'Too\nhot.' }] });
    expect(outcomeError(reply)?.message).toBe('The model stopped with SAFETY: Too hot.');
  });

  it.each(['SAFETY', 'OTHER', 'BLOCKLIST', 'PROHIBITED_CONTENT', 'MODEL_ARMOR', 'SOMETHING_NEW'])(
    'fails on a prompt that was blocked for %s',
    (blockReason) => {
      const reply = merged(blockedChunk(blockReason), usageChunk({ promptTokenCount: 3 }));
      expect(outcomeError(reply)).toMatchObject({ kind: 'blocked', retryable: false, blockReason });
      expect(outcomeError(reply)?.partial).toEqual(reply);
      expect(outcomeError(reply)?.message).toBe(`The prompt was blocked (${blockReason}); rephrase it`);
    },
  );

  it("quotes the server's message about a blocked prompt", () => {
    const reply = toChunk({ promptFeedback: { blockReason: 'OTHER', blockReasonMessage: 'By policy.' } });
    expect(outcomeError(reply)?.message).toBe('The prompt was blocked (OTHER): By policy.');
  });

  it.each(['BLOCKED_REASON_UNSPECIFIED', 'BLOCK_REASON_UNSPECIFIED', ''])(
    'treats the block reason %j as absent',
    (blockReason) => {
      expect(outcomeError(merged(blockedChunk(blockReason), finishChunk()))).toBeUndefined();
      const byHand = { text: '', promptFeedback: { blockReason }, candidates: [{ index: 0, finishReason: 'STOP' }] };
      expect(outcomeError(byHand)).toBeUndefined();
    },
  );

  it('does not treat ratings of the prompt as a block', () => {
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
  ])('fails on a reply that %s, retryable', (_, reply) => {
    expect(outcomeError(reply)).toMatchObject({ kind: 'truncated', retryable: true });
    expect(outcomeError(reply)?.partial).toEqual(reply);
    expect(outcomeError(reply)?.message).toBe('The reply ended without a finish reason, so it is not whole');
  });

  it('fails on a reply that is empty', () => {
    expect(outcomeError(emptyChunk)).toMatchObject({ kind: 'truncated', retryable: true });
    expect(outcomeError(emptyChunk)?.partial).toEqual({ text: '' });
    expect(outcomeError(emptyChunk)?.message).toMatch(/^The reply was empty/);
  });

  it('judges candidate 0 only', () => {
    const reply = merged(finishChunk(), toChunk({ candidates: [{ index: 1, finishReason: 'SAFETY' }] }));
    expect(outcomeError(reply)).toBeUndefined();
  });

  it.each([['cancelled'], ['stopped']])('does not fail on a reply that this side marked as %s', (mark) => {
    const notice = { text: '', [mark]: { reason: 'enough' } };
    expect(outcomeError(notice)).toBeUndefined();
    expect(outcomeError(merged(chunk('a'), notice))).toBeUndefined();
  });
});
