import { BehaviorSubject, defer, EMPTY, NEVER, of, Subject, throwError, type Observable } from 'rxjs';
import { describe, expect, it, vi } from 'vitest';
import { createRateLimiter, type RateLimiterOptions } from '../../../operators/protect/createRateLimiter.js';
import { isLimiterRefusal } from '../../../operators/protect/limiterRefusal.js';
import type { RateLimitStore } from '../../../operators/protect/rateLimitStore.js';
import type { Queued } from '../../../src/chunk/annotations.js';
import type { GeminiChunk } from '../../../src/chunk/geminiChunk.js';
import { GeminiError } from '../../../src/errors/geminiError.js';
import { chunk, usageChunk } from '../../../src/testing/chunks.js';
import { marbles } from '../../support/marbles.js';
import { memoryStore } from '../../support/memoryStore.js';
import { outcomeOf } from '../../support/outcome.js';

/** A store whose places come from an Observable, with all its calls. */
function storeOf(place$: Observable<Queued>) {
  const ticket = { place$, settle: vi.fn(), pause: vi.fn(), leave: vi.fn() };
  const join = vi.fn(() => ticket);
  const open = vi.fn(() => ({ join }));
  return { ...ticket, join, open, store: { open } satisfies RateLimitStore };
}

describe('createRateLimiter with a store', () => {
  it('opens the queue once, with all limits, and joins it at each subscription', async () => {
    const { store, open, join } = storeOf(EMPTY);
    const limits = { concurrency: 2, perKey: { tokensPerMinute: 500 }, maxKeys: 7 };
    const { limit } = createRateLimiter({ ...limits, store });
    const limited$ = of(chunk('a')).pipe(limit({ key: 'me', tokens: 5 }));
    expect(join).not.toHaveBeenCalled();
    await outcomeOf(limited$);
    await outcomeOf(limited$);
    const none = { requestsPerMinute: Infinity, tokensPerMinute: Infinity, concurrency: Infinity };
    expect(open.mock.calls).toEqual([
      [
        {
          ...none,
          concurrency: 2,
          maxQueued: 1000,
          perKey: { ...none, tokensPerMinute: 500, maxQueued: 100 },
          maxKeys: 7,
        },
      ],
    ]);
    expect(join.mock.calls).toEqual([
      ['me', 5],
      ['me', 5],
    ]);
  });

  it(
    'makes the request when the places complete, and emits each place before',
    marbles((m) => {
      const { store } = storeOf(
        m.cold('a--b(c|)', { a: { position: 2 }, b: { position: 1, delay: 9 }, c: { position: 0 } }),
      );
      const { limit } = createRateLimiter({ concurrency: 1, store });
      const source = m.cold('-x|', { x: chunk('x') });
      m.expectObservable(source.pipe(limit())).toBe('a--bcx|', {
        a: { text: '', queued: { position: 2 } },
        b: { text: '', queued: { position: 1, delay: 9 } },
        c: { text: '', queued: { position: 0 } },
        x: chunk('x'),
      });
      m.expectSubscriptions(source.subscriptions).toBe('----^-!');
    }),
  );

  it('settles what the server reports, and no other number', () => {
    const { store, settle } = storeOf(EMPTY);
    const source = new Subject<GeminiChunk>();
    const subscription = source.pipe(createRateLimiter({ concurrency: 1, store }).limit()).subscribe();
    for (const promptTokenCount of [-1, 0, 1.5, Infinity, 12]) source.next(usageChunk({ promptTokenCount }));
    subscription.unsubscribe();
    expect(settle.mock.calls).toEqual([[12]]);
  });

  it('pauses for the `retryAfter` of the source, with jitter, but not of the store', async () => {
    const slowly = new GeminiError('Slowly.', { kind: 'rate_limit', retryAfter: 1_000 });
    const ofSource = storeOf(EMPTY);
    const { limit } = createRateLimiter({ concurrency: 1, store: ofSource.store, jitter: false });
    await outcomeOf(throwError(() => slowly).pipe(limit()));
    expect(ofSource.pause.mock.calls).toEqual([[1_000]]);
    const ofStore = storeOf(throwError(() => slowly));
    const request = vi.fn(() => EMPTY);
    const { error } = await outcomeOf(
      defer(request).pipe(createRateLimiter({ concurrency: 1, store: ofStore.store }).limit()),
    );
    expect(error).toMatchObject({ kind: 'rate_limit', message: 'Slowly.', retryAfter: 1_000 });
    expect(isLimiterRefusal(error)).toBe(true);
    expect([ofStore.pause, request].map((mock) => mock.mock.calls.length)).toEqual([0, 0]);
  });

  it.each([
    ['completes', of(chunk('a'))],
    ['fails', throwError(() => new Error('Broken.'))],
  ])('leaves before its end is seen when the source %s', (_, source) => {
    const { store, leave } = storeOf(EMPTY);
    const calls: number[] = [];
    const end = () => calls.push(leave.mock.calls.length);
    source.pipe(createRateLimiter({ concurrency: 1, store }).limit()).subscribe({ error: end, complete: end });
    expect(calls).toEqual([1]);
  });

  it.each([
    ['waiting', new BehaviorSubject<Queued>({ position: 1 })],
    ['open', EMPTY],
  ])('leaves at once when a %s reply is unsubscribed', (_, place$) => {
    const { store, leave } = storeOf(place$);
    const subscription = NEVER.pipe(createRateLimiter({ concurrency: 1, store }).limit()).subscribe();
    expect(leave).not.toHaveBeenCalled();
    subscription.unsubscribe();
    expect(leave).toHaveBeenCalled();
  });

  it('fails a reply without a request when the store fails', async () => {
    const failure = new GeminiError('Connection is closed.', { kind: 'network' });
    const { store, leave } = storeOf(throwError(() => failure));
    const request = vi.fn(() => of(chunk('a')));
    const { error, values } = await outcomeOf(
      defer(request).pipe(createRateLimiter({ concurrency: 1, store }).limit()),
    );
    expect(error).toBe(failure);
    expect(isLimiterRefusal(error)).toBe(false);
    expect(values).toEqual([]);
    expect(request).not.toHaveBeenCalled();
    expect(leave).toHaveBeenCalled();
  });

  it("makes the request when the store fails, with `whenStoreFails: 'allow'`", async () => {
    const { store } = storeOf(throwError(() => new Error('Connection is closed.')));
    const { limit } = createRateLimiter({ concurrency: 1, store, whenStoreFails: 'allow' });
    expect((await outcomeOf(of(chunk('a')).pipe(limit()))).values).toEqual([chunk('a')]);
  });

  it('decides by a store in memory as without a store', () => {
    const { limit } = createRateLimiter({ concurrency: 1, maxQueued: 1, store: memoryStore() });
    const open = NEVER.pipe(limit()).subscribe();
    const queued: unknown[] = [];
    of(chunk('a'))
      .pipe(limit())
      .subscribe((one) => queued.push(one.queued?.position ?? one.text));
    expect(queued).toEqual([1]);
    open.unsubscribe();
    expect(queued).toEqual([1, 0, 'a']);
  });

  it.each([
    [{ store: 'redis' }, "Expected `store` to be a `RateLimitStore`, got 'redis'"],
    [{ store: {} }, 'Expected `store` to be a `RateLimitStore`, got an object'],
    [{ store: null }, 'Expected `store` to be a `RateLimitStore`, got null'],
    [{ whenStoreFails: 'ignore' }, "Expected `whenStoreFails` to be 'refuse' or 'allow', got 'ignore'"],
  ])('throws at the call for %j', (wrong, message) => {
    expect(() => createRateLimiter({ concurrency: 1, ...wrong } as RateLimiterOptions)).toThrow(new TypeError(message));
  });
});
