import { defer, NEVER, throwError } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createRateLimiter } from '../../../operators/protect/createRateLimiter.js';
import { protectReply } from '../../../operators/protect/protectReply.js';
import { GeminiError } from '../../../src/errors/geminiError.js';
import { chunk } from '../../../src/testing/chunks.js';

const overloaded = new GeminiError('Busy.', { kind: 'overloaded', status: 503 });

describe('the refusal of a full limiter', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it.each([
    ['its queue', { perKey: { concurrency: 1, maxQueued: 0 } }, 'user 1', /More than 0 replies of one key wait/],
    ['the queue of all', { concurrency: 1, maxQueued: 0 }, undefined, /More than 0 replies wait/],
    ['its keys', { perKey: { concurrency: 1 }, maxKeys: 1 }, 'user 2', /More than 1 keys/],
  ])('of %s fails a reply at once, without a retry', (_, options, key, sentence) => {
    const limiter = createRateLimiter(options);
    const open = NEVER.pipe(limiter.limit({ key: 'user 1' })).subscribe();
    let failure: unknown;
    NEVER.pipe(protectReply({ limit: limiter.limit({ key }), retry: {} })).subscribe({
      error: (cause: unknown) => (failure = cause),
    });
    expect(failure).toMatchObject({ kind: 'rate_limit' });
    expect(String(failure)).toMatch(sentence);
    open.unsubscribe();
  });

  it('of a retry leaves the failure that led to the retry', async () => {
    const limiter = createRateLimiter({ requestsPerMinute: 1, maxQueued: 0 });
    let requests = 0;
    const reply$ = defer(() => {
      requests += 1;
      return throwError(() => overloaded);
    });
    const seen: unknown[] = [];
    let failure: unknown;
    reply$.pipe(protectReply({ limit: limiter.limit(), retry: { delay: 100 } })).subscribe({
      next: ({ retrying }) => seen.push(retrying?.kind),
      error: (cause: unknown) => (failure = cause),
    });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(failure).toMatchObject({ kind: 'overloaded', status: 503 });
    expect(requests).toBe(1);
    expect(seen).toEqual(['overloaded', 'overloaded']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is no 429 of the service, which is retried', async () => {
    const limiter = createRateLimiter({ concurrency: 1, maxQueued: 0 });
    let requests = 0;
    const reply$ = defer(() => {
      requests += 1;
      if (requests > 1) return [chunk('Here I am.')];
      return throwError(() => new GeminiError('Too many.', { kind: 'rate_limit', status: 429, retryAfter: 50 }));
    });
    const texts: string[] = [];
    reply$.pipe(protectReply({ limit: limiter.limit(), retry: {} })).subscribe({
      next: ({ text }) => text && texts.push(text),
      error: () => undefined,
    });
    await vi.advanceTimersByTimeAsync(20_000);
    expect([requests, texts]).toEqual([2, ['Here I am.']]);
  });
});
