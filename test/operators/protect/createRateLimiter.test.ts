import fc from 'fast-check';
import {
  EMPTY,
  defer,
  map,
  NEVER,
  Observable,
  of,
  repeat,
  Subject,
  take,
  takeUntil,
  tap,
  throwError,
  type MonoTypeOperatorFunction,
  type Subscription,
} from 'rxjs';
import { afterEach, beforeEach, describe, expect, expectTypeOf, it, vi } from 'vitest';
import { retryTransient } from '../../../operators/protect/retryTransient.js';
import type { GeminiChunk } from '../../../src/chunk/geminiChunk.js';
import {
  createRateLimiter,
  type LimitOptions,
  type RateLimiter,
  type RateLimiterOptions,
} from '../../../operators/protect/createRateLimiter.js';
import { GeminiError } from '../../../src/errors/geminiError.js';
import { toGeminiError } from '../../../src/errors/toGeminiError.js';
import { chunk, finishChunk, usageChunk } from '../../../src/testing/chunks.js';
import { holdThread } from '../../support/holdThread.js';
import { marbles } from '../../support/marbles.js';
import { withoutRetryNotices } from '../../support/withoutRetryNotices.js';
import { outcomeOf } from '../../support/outcome.js';

const values = {
  a: chunk('a'),
  b: chunk('b'),
  f: finishChunk(),
  0: { text: '', queued: { position: 0 } },
  1: { text: '', queued: { position: 1 } },
  2: { text: '', queued: { position: 2 } },
  3: { text: '', queued: { position: 3 } },
};
const busy = new GeminiError('Busy.', { kind: 'overloaded' });

/** The error of a reply that ends during its subscription. */
const refusalOf = (reply$: Observable<GeminiChunk>): unknown => {
  let refusal: unknown;
  reply$.subscribe({ error: (cause: unknown) => (refusal = cause) });
  return refusal;
};

/** A name is the key; `a1`, `a2` are requests of the key `a`. */
const optionsOf = (name: string): LimitOptions => ({ key: name.slice(0, 1) });

/** A limiter and those who come to it: each has a name, and what happens to its request is done by hand. */
class Desk {
  readonly #limiter: RateLimiter;
  readonly #sources = new Map<string, Subject<GeminiChunk>>();
  readonly #subscriptions = new Map<string, Subscription>();
  /** `a 2` is the position of a, `a!` its request, `a overflow` its failure. */
  readonly #log: string[] = [];

  constructor(options: RateLimiterOptions) {
    this.#limiter = createRateLimiter(options);
  }

  come(...names: string[]): this {
    for (const name of names) {
      const source = new Subject<GeminiChunk>();
      this.#sources.set(name, source);
      const request$ = defer(() => {
        this.#log.push(`${name}!`);
        return source;
      });
      const subscription = request$.pipe(this.#limiter.limit(optionsOf(name))).subscribe({
        next: ({ queued }) => queued && this.#log.push(`${name} ${queued.position}`),
        error: (cause: unknown) => this.#log.push(`${name} ${(cause as GeminiError).kind}`),
      });
      this.#subscriptions.set(name, subscription);
    }
    return this;
  }

  next(name: string, one: GeminiChunk): void {
    this.#sources.get(name)?.next(one);
  }

  error(name: string, cause: unknown): void {
    this.#sources.get(name)?.error(cause);
  }

  complete(name: string): void {
    this.#sources.get(name)?.complete();
  }

  leave(name: string): void {
    this.#subscriptions.get(name)?.unsubscribe();
  }

  /** What happened since the last look. */
  look(): string[] {
    return this.#log.splice(0);
  }
}

describe('createRateLimiter', () => {
  it(
    'passes a reply unchanged if there is room',
    marbles((m) => {
      const source = m.cold(' -a-b(f|)', values);
      const subs = '          ^---!';
      const limit = createRateLimiter({ requestsPerMinute: 5, tokensPerMinute: 5000, concurrency: 5 }).limit();
      m.expectObservable(source.pipe(limit)).toBe('-a-b(f|)', values);
      m.expectSubscriptions(source.subscriptions).toBe(subs);
      m.expectObservable(EMPTY.pipe(limit)).toBe('|');
      m.expectObservable((NEVER as Observable<GeminiChunk>).pipe(limit)).toBe('-');
      m.expectObservable(m.cold('-a#', values, busy).pipe(limit)).toBe('-a#', values, busy);
    }),
  );

  it(
    'subscribes to the source when there is room, and reports its position until then',
    marbles((m) => {
      const limit = createRateLimiter({ concurrency: 1 }).limit();
      const first = m.cold('  --a--|', values);
      const firstSubs = '     ^----!';
      const second = m.cold('      ---a|', values);
      const secondSubs = '    -----^---!';
      const third = m.cold('           -b|', values);
      const thirdSubs = '     ---------^-!';
      m.expectObservable(first.pipe(limit)).toBe('      --a--|', values);
      m.expectObservable(second.pipe(limit)).toBe('     1----0--a|', values);
      m.expectObservable(third.pipe(limit)).toBe('      2----1---0b|', values);
      m.expectSubscriptions(first.subscriptions).toBe(firstSubs);
      m.expectSubscriptions(second.subscriptions).toBe(secondSubs);
      m.expectSubscriptions(third.subscriptions).toBe(thirdSubs);
    }),
  );

  describe('concurrency', () => {
    it('limits the open replies, first come, first served', () => {
      const desk = new Desk({ concurrency: 2 }).come('a', 'b', 'c', 'd');
      expect(desk.look()).toEqual(['a!', 'b!', 'c 1', 'd 2']);
      desk.complete('b');
      expect(desk.look()).toEqual(['c 0', 'c!', 'd 1']);
      desk.come('e');
      expect(desk.look()).toEqual(['e 2']);
    });

    it.each<[string, (desk: Desk) => void]>([
      ['completes', (desk) => desk.complete('a')],
      ['fails', (desk) => desk.error('a', busy)],
      ['is unsubscribed', (desk) => desk.leave('a')],
    ])('frees one place when a reply %s', (_, end) => {
      const desk = new Desk({ concurrency: 1 }).come('a', 'b', 'c');
      desk.look();
      end(desk);
      desk.leave('a');
      expect(desk.look().filter((line) => !line.startsWith('a'))).toEqual(['b 0', 'b!', 'c 1']);
    });

    it('closes a request before it makes the next one', () => {
      const limit = createRateLimiter({ concurrency: 1 }).limit();
      const source = new Subject<GeminiChunk>();
      const wasOpen: boolean[] = [];
      const subscription = source.pipe(limit).subscribe();
      defer(() => {
        wasOpen.push(source.observed);
        return EMPTY;
      })
        .pipe(limit)
        .subscribe();
      subscription.unsubscribe();
      expect(wasOpen).toEqual([false]);
    });

    it('frees the place of a reply before it emits the end', () => {
      const limit = createRateLimiter({ concurrency: 1 }).limit();
      const seen: GeminiChunk[] = [];
      const next = () => {
        of(values.b)
          .pipe(limit)
          .subscribe((one) => seen.push(one));
      };
      of(values.a).pipe(limit).subscribe({ complete: next });
      throwError(() => busy)
        .pipe(limit)
        .subscribe({ error: next });
      of(values.a)
        .pipe(limit, repeat(2))
        .subscribe((one) => seen.push(one));
      expect(seen).toEqual([values.b, values.b, values.a, values.a]);
    });

    it('frees the place of a reply that fails, or is unsubscribed, during its subscription', () => {
      const desk = new Desk({ concurrency: 1 });
      const limit = createRateLimiter({ concurrency: 1 }).limit();
      throwError(() => busy)
        .pipe(limit)
        .subscribe({ error: () => {} });
      defer(() => {
        throw busy;
      })
        .pipe(limit)
        .subscribe({ error: () => {} });
      const endless$ = new Observable<GeminiChunk>((destination) => {
        while (!destination.closed) destination.next(values.a);
      });
      endless$.pipe(limit, take(1)).subscribe();
      const seen: GeminiChunk[] = [];
      of(values.b)
        .pipe(limit)
        .subscribe((one) => seen.push(one));
      expect(seen).toEqual([values.b]);
      expect(desk.look()).toEqual([]);
    });

    it('sends few notices when thousands are unsubscribed in one moment', async () => {
      const limit = createRateLimiter({ concurrency: 1, maxQueued: 100_000 }).limit();
      const first = (NEVER as Observable<GeminiChunk>).pipe(limit).subscribe();
      let notices = 0;
      const waiting = Array.from({ length: 20_000 }, () =>
        (NEVER as Observable<GeminiChunk>).pipe(limit).subscribe(() => (notices += 1)),
      );
      const positions: unknown[] = [];
      const last = (NEVER as Observable<GeminiChunk>).pipe(limit).subscribe(({ queued }) => {
        positions.push(queued?.position);
      });
      expect(notices).toBe(20_000);
      for (const one of waiting) one.unsubscribe();
      await Promise.resolve();
      // Where each leave tells all who are behind it, this is 200 million.
      expect(notices).toBeLessThan(20 * 20_000);
      expect(positions[0]).toBe(20_001);
      expect(positions.at(-1)).toBe(1);
      first.unsubscribe();
      expect(positions.at(-1)).toBe(0);
      last.unsubscribe();
    });

    it('notifies replies from the 17th on in a microtask, once for all changes', async () => {
      const limit = createRateLimiter({ concurrency: 1 }).limit();
      (NEVER as Observable<GeminiChunk>).pipe(limit).subscribe();
      const log: number[][] = Array.from({ length: 40 }, () => []);
      const waiting = log.map((positions) =>
        (NEVER as Observable<GeminiChunk>).pipe(limit).subscribe(({ queued }) => {
          positions.push(queued?.position ?? -1);
        }),
      );
      waiting[0]?.unsubscribe();
      waiting[1]?.unsubscribe();
      waiting[30]?.unsubscribe();
      expect([log[2], log[29], log[39]]).toEqual([[3, 2, 1], [30], [40]]);
      await Promise.resolve();
      expect([log[2], log[29], log[39]]).toEqual([
        [3, 2, 1],
        [30, 28],
        [40, 37],
      ]);
      for (const one of waiting) one.unsubscribe();
    });

    it('is correct for all when replies end in the notice of a microtask', async () => {
      const limit = createRateLimiter({ concurrency: 1 }).limit();
      const open = NEVER.pipe(limit).subscribe();
      const positions: number[] = [];
      const queued = Array.from({ length: 21 }, (_, index) =>
        // The first four end as they begin.
        (index < 4 ? of(values.a) : (NEVER as Observable<GeminiChunk>)).pipe(limit).subscribe((one) => {
          if (one.queued) positions[index] = one.queued.position;
          if (index === 17 && positions[index] === 17) open.unsubscribe();
        }),
      );
      queued[0]?.unsubscribe();
      await Promise.resolve();
      expect(positions.slice(4)).toEqual(Array.from({ length: 17 }, (_, index) => index));
      for (const subscription of queued) subscription.unsubscribe();
    });

    it('serves thousands that end during their subscription', () => {
      const limit = createRateLimiter({ concurrency: 1, maxQueued: 10_000 }).limit();
      const first = new Subject<GeminiChunk>();
      first.pipe(limit).subscribe();
      let count = 0;
      for (let index = 0; index < 2_000; index++) {
        of(values.a)
          .pipe(limit)
          .subscribe({ complete: () => (count += 1) });
      }
      first.complete();
      expect(count).toBe(2_000);
    });
  });

  describe('a place in the queue', () => {
    it('is not refused if there is room, when a queued reply makes requests as it begins', () => {
      const limit = createRateLimiter({ concurrency: 3, maxQueued: 1 }).limit();
      const open = Array.from({ length: 3 }, () => NEVER.pipe(limit).subscribe());
      const log: string[] = [];
      const ask = (name: string) =>
        defer(() => (log.push(name), NEVER))
          .pipe(limit)
          .subscribe({ error: (cause: unknown) => log.push(`${name} ${toGeminiError(cause).kind}`) });
      const nested: Subscription[] = [];
      const parent = defer(() => {
        for (const one of open) one.unsubscribe();
        nested.push(ask('1'), ask('2'));
        return NEVER;
      }).pipe(limit);
      nested.push(parent.subscribe());
      open[0]?.unsubscribe();
      expect(log).toEqual(['1', '2']);
      for (const one of nested) one.unsubscribe();
    });

    it('is freed on unsubscription, and the others move up', () => {
      const desk = new Desk({ concurrency: 1 }).come('a', 'b', 'c', 'd');
      desk.look();
      desk.leave('c');
      expect(desk.look()).toEqual(['d 2']);
      desk.leave('b');
      expect(desk.look()).toEqual(['d 1']);
      desk.complete('a');
      expect(desk.look()).toEqual(['d 0', 'd!']);
    });

    it('makes no request for a reply that is unsubscribed in its last notice', () => {
      const desk = new Desk({ concurrency: 1 }).come('a');
      const limit = createRateLimiter({ concurrency: 1 }).limit();
      const first = new Subject<GeminiChunk>();
      const request = vi.fn(() => NEVER);
      first.pipe(limit).subscribe();
      defer(request).pipe(limit, take(2)).subscribe();
      const last: GeminiChunk[] = [];
      of(values.b)
        .pipe(limit)
        .subscribe((one) => last.push(one));
      first.complete();
      expect(request).not.toHaveBeenCalled();
      expect(last).toEqual([values[2], values[0], values.b]);
      desk.leave('a');
    });

    it('is correct for all when a reply comes or is unsubscribed in the notice of another', () => {
      const limit = createRateLimiter({ concurrency: 1 }).limit();
      const first = new Subject<GeminiChunk>();
      const log: string[] = [];
      const wait = (name: string, onPosition?: (position: number) => void) =>
        (NEVER as Observable<GeminiChunk>).pipe(limit).subscribe(({ queued }) => {
          log.push(`${name} ${String(queued?.position)}`);
          onPosition?.(queued?.position ?? -1);
        });
      first.pipe(limit).subscribe();
      wait('b');
      const leaves: Subscription[] = [];
      wait('c', (position) => {
        if (position !== 1) return;
        leaves[0]?.unsubscribe();
        wait('f');
      });
      leaves.push(wait('d'));
      wait('e');
      log.length = 0;
      first.complete();
      expect(log.filter((line) => line.startsWith('b'))).toEqual(['b 0']);
      expect(log.filter((line) => line.startsWith('c'))).toEqual(['c 1']);
      expect(log.filter((line) => line.startsWith('d'))).toEqual([]);
      expect(log.filter((line) => line.startsWith('e')).at(-1)).toBe('e 2');
      expect(log.filter((line) => line.startsWith('f')).at(-1)).toBe('f 3');
    });

    it('is freed when a reply is unsubscribed before its last notice', () => {
      vi.useFakeTimers();
      const limit = createRateLimiter({ requestsPerMinute: 1 }).limit();
      const gone$ = new Subject<void>();
      const seen: GeminiChunk[] = [];
      of(values.a).pipe(limit).subscribe();
      of(values.a)
        .pipe(limit)
        .subscribe(({ queued }) => {
          if (queued?.position === 0) gone$.next();
        });
      // The timer is late, so it is the next to come who finds that there is room.
      holdThread(60_000);
      of(values.a)
        .pipe(limit, takeUntil(gone$))
        .subscribe((one) => seen.push(one));
      const last = of(values.b)
        .pipe(limit)
        .subscribe((one) => seen.push(one));
      expect(seen).toEqual([{ text: '', queued: { position: 1, delay: 60_000 } }]);
      last.unsubscribe();
      expect(vi.getTimerCount()).toBe(0);
      vi.useRealTimers();
    });

    it('is refused beyond `maxQueued`, with kind rate_limit and no request', () => {
      const desk = new Desk({ concurrency: 1, maxQueued: 2 }).come('a', 'b', 'c', 'd');
      expect(desk.look()).toEqual(['a!', 'b 1', 'c 2', 'd rate_limit']);
      desk.leave('b');
      expect(desk.look()).toEqual(['c 1']);
      desk.come('e');
      expect(desk.look()).toEqual(['e 2']);
      const never = new Desk({ concurrency: 1, maxQueued: 0 }).come('a', 'b');
      expect(never.look()).toEqual(['a!', 'b rate_limit']);
    });

    it('has `maxQueued` in its error', async () => {
      const limit = createRateLimiter({ concurrency: 1, maxQueued: 0 }).limit();
      const open = (NEVER as Observable<GeminiChunk>).pipe(limit).subscribe();
      const { error } = await outcomeOf(of(values.a).pipe(limit));
      expect(error).toMatchObject({ kind: 'rate_limit', retryable: true });
      // Only the end of the other decides when there is room.
      expect(error).not.toHaveProperty('retryAfter');
      expect(error?.message).toBe('More than 0 replies wait for the rate limit');
      open.unsubscribe();
    });
  });

  describe('a minute', () => {
    beforeEach(() => {
      vi.useFakeTimers();
    });
    afterEach(() => {
      expect(vi.getTimerCount()).toBe(0);
      vi.useRealTimers();
    });

    it('has at most `requestsPerMinute` beginnings in any 60 s', () => {
      const desk = new Desk({ requestsPerMinute: 2 }).come('a');
      vi.advanceTimersByTime(59_000);
      desk.come('b', 'c', 'd', 'e');
      expect(desk.look()).toEqual(['a!', 'b!', 'c 1', 'd 2', 'e 3']);
      vi.advanceTimersByTime(999);
      expect(desk.look()).toEqual([]);
      vi.advanceTimersByTime(1);
      expect(desk.look()).toEqual(['c 0', 'c!', 'd 1', 'e 2']);
      vi.advanceTimersByTime(58_999);
      expect(desk.look()).toEqual([]);
      vi.advanceTimersByTime(1);
      expect(desk.look()).toEqual(['d 0', 'd!', 'e 1']);
      vi.advanceTimersByTime(1_000);
      expect(desk.look()).toEqual(['e 0', 'e!']);
    });

    it('has at most `requestsPerMinute` beginnings with any arrivals', () => {
      const limit = createRateLimiter({ requestsPerMinute: 3 }).limit();
      const starts: number[] = [];
      for (let index = 0; index < 30; index++) {
        defer(() => {
          starts.push(Date.now());
          return of(values.a);
        })
          .pipe(limit)
          .subscribe();
        vi.advanceTimersByTime((index * 7_919) % 23_000);
      }
      vi.runAllTimers();
      expect(starts).toHaveLength(30);
      const gaps = starts.slice(3).map((start, index) => start - (starts[index] ?? NaN));
      expect(Math.min(...gaps)).toBeGreaterThanOrEqual(60_000);
    });

    it('counts a reply that has ended, but not one that was unsubscribed in the queue', () => {
      const desk = new Desk({ requestsPerMinute: 1 }).come('a', 'b', 'c');
      desk.complete('a');
      desk.leave('b');
      expect(desk.look()).toEqual(['a!', 'b 1', 'c 2', 'c 1']);
      vi.advanceTimersByTime(60_000);
      expect(desk.look()).toEqual(['c 0', 'c!']);
    });

    it('has at most `tokensPerMinute`, by the estimate until the server reports', () => {
      const desk = new Desk({ tokensPerMinute: 100, estimate: 40 }).come('a', 'b', 'c');
      vi.advanceTimersByTime(1_000);
      expect(desk.look()).toEqual(['a!', 'b!', 'c 1']);
      // Fewer than estimated: 20 + 40 + 40.
      desk.next('a', usageChunk({ promptTokenCount: 20, totalTokenCount: 1_000 }));
      expect(desk.look()).toEqual(['c 0', 'c!']);
      // More than estimated: 90 + 40, also when a and b are a minute old.
      desk.next('c', usageChunk({ promptTokenCount: 90 }));
      desk.come('d');
      vi.advanceTimersByTime(59_500);
      expect(desk.look()).toEqual(['d 1']);
      desk.next('c', usageChunk({ promptTokenCount: 60 }));
      expect(desk.look()).toEqual(['d 0', 'd!']);
    });

    it('keeps the estimate if the server does not report, and counts a prompt once', () => {
      const desk = new Desk({ tokensPerMinute: 100, estimate: 50 }).come('a', 'b', 'c');
      for (const one of [values.a, usageChunk({ promptTokenCount: 40 }), usageChunk({ promptTokenCount: 40 })]) {
        desk.next('a', one);
      }
      desk.next('b', usageChunk({ promptTokenCount: 0 }));
      vi.advanceTimersByTime(59_999);
      expect(desk.look()).toEqual(['a!', 'b!', 'c 1']);
      vi.advanceTimersByTime(1);
      expect(desk.look()).toEqual(['c 0', 'c!']);
    });

    it('has room again a minute after a prompt above the limit', () => {
      const desk = new Desk({ tokensPerMinute: 100 }).come('a');
      desk.next('a', usageChunk({ promptTokenCount: 5_000 }));
      desk.come('b');
      vi.advanceTimersByTime(59_999);
      expect(desk.look()).toEqual(['a!', 'b 1']);
      vi.advanceTimersByTime(1);
      expect(desk.look()).toEqual(['b 0', 'b!']);
    });

    it('keeps all limits at once', () => {
      const desk = new Desk({ requestsPerMinute: 2, concurrency: 1 }).come('a', 'b', 'c');
      vi.advanceTimersByTime(60_000);
      expect(desk.look()).toEqual(['a!', 'b 1', 'c 2']);
      desk.complete('a');
      desk.complete('b');
      desk.come('d');
      expect(desk.look()).toEqual(['b 0', 'b!', 'c 1', 'c 0', 'c!', 'd 1']);
      desk.complete('c');
      // Now its wait is known.
      expect(desk.look()).toEqual(['d 1']);
      vi.advanceTimersByTime(59_999);
      expect(desk.look()).toEqual([]);
      vi.advanceTimersByTime(1);
      expect(desk.look()).toEqual(['d 0', 'd!']);
    });

    it("continues when the system's clock is set back", () => {
      const desk = new Desk({ requestsPerMinute: 1 }).come('a');
      vi.advanceTimersByTime(20_000);
      desk.come('b');
      vi.setSystemTime(Date.now() - 3_600_000);
      vi.advanceTimersByTime(39_999);
      expect(desk.look()).toEqual(['a!', 'b 1']);
      vi.advanceTimersByTime(60_000);
      expect(desk.look()).toEqual(['b 0', 'b!']);
    });

    it('ends with its timer if a test tool moves the timers alone', () => {
      vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
      const desk = new Desk({ requestsPerMinute: 1 }).come('a', 'b');
      expect(desk.look()).toEqual(['a!', 'b 1']);
      vi.advanceTimersByTime(60_000);
      expect(desk.look()).toEqual(['b 0', 'b!']);
    });

    it('lasts for all replies as long as the `retryAfter` of a rate_limit', () => {
      const limited = new GeminiError('Slowly.', { kind: 'rate_limit', retryAfter: 150_000 });
      const desk = new Desk({ concurrency: 2, jitter: false }).come('a', 'b');
      desk.error('a', limited);
      desk.come('c', 'd');
      expect(desk.look()).toEqual(['a!', 'b!', 'a rate_limit', 'c 1', 'd 2']);
      vi.advanceTimersByTime(149_999);
      expect(desk.look()).toEqual([]);
      vi.advanceTimersByTime(1);
      expect(desk.look()).toEqual(['c 0', 'c!', 'd 1']);
    });

    it('lasts as long as the longest `retryAfter`', () => {
      const limited = (retryAfter: number) => new GeminiError('Slowly.', { kind: 'rate_limit', retryAfter });
      const desk = new Desk({ concurrency: 2, jitter: false }).come('a', 'b');
      desk.error('a', limited(5_000));
      desk.error('b', limited(1_000));
      desk.come('c');
      vi.advanceTimersByTime(4_999);
      expect(desk.look().at(-1)).toBe('c 1');
      vi.advanceTimersByTime(1);
      expect(desk.look()).toEqual(['c 0', 'c!']);
    });

    it('is never shorter than `retryAfter`, and does not end at once for 200 processes', () => {
      const limited = new GeminiError('Slowly.', { kind: 'rate_limit', retryAfter: 12_000 });
      const starts: number[] = [];
      const begin = Date.now();
      for (let process = 0; process < 200; process++) {
        const limit = createRateLimiter({ concurrency: 1 }).limit();
        throwError(() => limited)
          .pipe(limit)
          .subscribe({ error: () => undefined });
        defer(() => {
          starts.push(Date.now() - begin);
          return EMPTY;
        })
          .pipe(limit)
          .subscribe();
      }
      vi.advanceTimersByTime(12_000);
      expect(starts.length).toBeLessThan(10);
      vi.runAllTimers();
      expect(starts).toHaveLength(200);
      expect(Math.min(...starts)).toBeGreaterThanOrEqual(12_000);
      expect(Math.max(...starts)).toBeLessThanOrEqual(15_000);
      expect(new Set(starts).size).toBeGreaterThan(100);
    });

    it('reports in a refusal the wait until there is room', () => {
      const refusalOf = (limit: MonoTypeOperatorFunction<GeminiChunk>) => {
        let failure: unknown;
        (NEVER as Observable<GeminiChunk>).pipe(limit).subscribe({ error: (cause: unknown) => (failure = cause) });
        return failure as GeminiError;
      };
      const limit = createRateLimiter({ requestsPerMinute: 2, maxQueued: 0 }).limit();
      of(values.a).pipe(limit).subscribe();
      vi.advanceTimersByTime(15_000);
      of(values.a).pipe(limit).subscribe();
      expect(refusalOf(limit)).toMatchObject({ kind: 'rate_limit', retryable: true, retryAfter: 45_000 });
      vi.advanceTimersByTime(44_999);
      expect(refusalOf(limit).retryAfter).toBe(1);
      vi.advanceTimersByTime(1);
      expect(refusalOf(limit)).toBeUndefined();

      // The first and the second have to expire before there is room for 60 tokens.
      const byTokens = createRateLimiter({ tokensPerMinute: 100, estimate: 60, maxQueued: 0 }).limit();
      of(usageChunk({ promptTokenCount: 20 }))
        .pipe(byTokens)
        .subscribe();
      vi.advanceTimersByTime(10_000);
      of(usageChunk({ promptTokenCount: 50 }))
        .pipe(byTokens)
        .subscribe();
      expect(refusalOf(byTokens).retryAfter).toBe(60_000);
    });

    it.each([NaN, Infinity])('is not lengthened by a `retryAfter` of %s', (retryAfter) => {
      const limit = createRateLimiter({ concurrency: 1, maxQueued: 0 }).limit();
      const failing$ = throwError(() => new GeminiError('Slow down.', { kind: 'rate_limit', retryAfter }));
      failing$.pipe(limit).subscribe({ error: () => undefined });
      expect(refusalOf(of(values.a).pipe(limit))).toBeUndefined();
    });

    it.each([-500, 0, NaN, Infinity, 0.5])('keeps the estimate if the server reports %s', (promptTokenCount) => {
      const limit = createRateLimiter({ tokensPerMinute: 100, estimate: 60, maxQueued: 0 }).limit();
      const come = () => refusalOf(of({ ...values.a, usageMetadata: { promptTokenCount } }).pipe(limit));
      come();
      expect(come()).toMatchObject({ retryAfter: 60_000 });
      vi.advanceTimersByTime(60_000);
      expect(come()).toBeUndefined();
      expect(come()).toMatchObject({ retryAfter: 60_000 });
    });

    it('is not lengthened by other failures', () => {
      const desk = new Desk({ concurrency: 1 }).come('a', 'b', 'c');
      desk.error('a', new GeminiError('Busy.', { kind: 'overloaded', retryAfter: 1_000 }));
      desk.error('b', new GeminiError('Slowly.', { kind: 'rate_limit' }));
      expect(desk.look().slice(3)).toEqual(['b 0', 'b!', 'c 1', 'a overloaded', 'c 0', 'c!', 'b rate_limit']);
    });

    it('has one timer while a reply waits for time, and otherwise no timer', () => {
      const desk = new Desk({ requestsPerMinute: 1 }).come('a');
      expect(vi.getTimerCount()).toBe(0);
      desk.come('b', 'c');
      expect(vi.getTimerCount()).toBe(1);
      desk.leave('b');
      expect(vi.getTimerCount()).toBe(1);
      desk.leave('c');
      expect(vi.getTimerCount()).toBe(0);
      // One that waits for another to end needs none.
      new Desk({ concurrency: 1, requestsPerMinute: 2 }).come('a', 'b');
      expect(vi.getTimerCount()).toBe(0);
    });
  });

  it(
    'runs in virtual time',
    marbles((m) => {
      const limit = createRateLimiter({ requestsPerMinute: 1 }).limit();
      const source = m.cold('(a|)', values);
      m.expectObservable(source.pipe(limit)).toBe('(a|)', values);
      m.expectObservable(source.pipe(limit)).toBe('1 59999ms (0a|)', {
        ...values,
        1: { text: '', queued: { position: 1, delay: 60_000 } },
      });
      m.expectObservable(m.cold('b', values).pipe(limit), '- 1s !').toBe('2', {
        2: { text: '', queued: { position: 2, delay: 120_000 } },
      });
    }),
  );

  it(
    'makes each retry wait, and does not time the replies that wait',
    marbles((m) => {
      const limit = createRateLimiter({ requestsPerMinute: 1 }).limit();
      const failing = m.cold('#', values, busy);
      const retry = withoutRetryNotices(retryTransient({ count: 1, delay: 5, jitter: false }));
      const first = { text: '', queued: { position: 1, delay: 59_995 } };
      m.expectObservable(failing.pipe(limit, retry)).toBe('5ms 1 59994ms (0#)', { ...values, 1: first }, busy);
    }),
  );

  describe('the wait in a notice', () => {
    beforeEach(() => {
      vi.useFakeTimers();
    });
    afterEach(() => {
      vi.useRealTimers();
    });

    /** A reply that is silent, with the places that it was sent and the time at which its request began. */
    function joined(limiter: RateLimiter, options: LimitOptions = {}) {
      const places: (GeminiChunk['queued'] & { at: number })[] = [];
      const source = new Subject<GeminiChunk>();
      const state = { places, source, beganAt: undefined as number | undefined };
      const request$ = defer(() => {
        state.beganAt = Date.now();
        return source;
      });
      request$.pipe(limiter.limit(options)).subscribe({
        next: ({ queued }) => queued && places.push({ ...queued, at: Date.now() }),
        error: () => undefined,
      });
      return state;
    }
    const toldBy = ({ places }: ReturnType<typeof joined>) => places.map(({ position, delay }) => [position, delay]);

    it('is the time until the limits per minute have room, for each position', () => {
      const limiter = createRateLimiter({ requestsPerMinute: 2 });
      joined(limiter);
      vi.advanceTimersByTime(10_000);
      joined(limiter);
      const waiting = [joined(limiter), joined(limiter), joined(limiter)];
      expect(waiting.map(toldBy)).toEqual([[[1, 50_000]], [[2, 60_000]], [[3, 110_000]]]);
      vi.advanceTimersByTime(50_000);
      expect(waiting.map(toldBy)).toEqual([
        [
          [1, 50_000],
          [0, undefined],
        ],
        [
          [2, 60_000],
          [1, 10_000],
        ],
        [
          [3, 110_000],
          [2, 60_000],
        ],
      ]);
    });

    it('is absent if it depends on the end of another reply, until that end', () => {
      const limiter = createRateLimiter({ requestsPerMinute: 1, concurrency: 1 });
      const first = joined(limiter);
      const second = joined(limiter);
      vi.advanceTimersByTime(20_000);
      expect(toldBy(second)).toEqual([[1, undefined]]);
      first.source.complete();
      expect(toldBy(second)).toEqual([
        [1, undefined],
        [1, 40_000],
      ]);
      vi.advanceTimersByTime(39_999);
      expect(second.places).toHaveLength(2);
      vi.advanceTimersByTime(1);
      expect(toldBy(second).at(-1)).toEqual([0, undefined]);
      const alone = createRateLimiter({ concurrency: 1 });
      joined(alone);
      expect(toldBy(joined(alone))).toEqual([[1, undefined]]);
    });

    it('is sent again when the server makes it longer, and not when it becomes shorter', () => {
      const limiter = createRateLimiter({ requestsPerMinute: 2, tokensPerMinute: 2_000, jitter: false });
      const first = joined(limiter);
      joined(limiter);
      const third = joined(limiter);
      vi.advanceTimersByTime(1_000);
      first.source.next(usageChunk({ promptTokenCount: 5 }));
      expect(toldBy(third)).toEqual([[1, 60_000]]);
      first.source.error(new GeminiError('Slowly.', { kind: 'rate_limit', retryAfter: 90_000 }));
      expect(toldBy(third)).toEqual([
        [1, 60_000],
        [1, 90_000],
      ]);
      vi.advanceTimersByTime(90_000);
      expect(third.beganAt).toBe(third.places[1]!.at + 90_000);
    });

    it('is that of the key, or of all if that is longer', () => {
      const limiter = createRateLimiter({ requestsPerMinute: 4, perKey: { requestsPerMinute: 1 } });
      joined(limiter);
      vi.advanceTimersByTime(10_000);
      joined(limiter, { key: 'a' });
      joined(limiter, { key: 'b' });
      const ofKey = joined(limiter, { key: 'a' });
      expect(toldBy(ofKey)).toEqual([[1, 60_000]]);
      joined(limiter);
      const ofAll = [joined(limiter), joined(limiter)];
      expect(ofAll.map(toldBy)).toEqual([[[1, 50_000]], [[2, 60_000]]]);
      vi.advanceTimersByTime(120_000);
      expect(ofAll.map(({ beganAt, places }) => beganAt! - places[0]!.at)).toEqual([50_000, 60_000]);
      expect(ofKey.beganAt! - ofKey.places[0]!.at).toBe(60_000);
    });

    it('is corrected if a reply that waits for its key takes the turn of another', () => {
      const limiter = createRateLimiter({ requestsPerMinute: 2, perKey: { requestsPerMinute: 1 } });
      joined(limiter, { key: 'a' });
      vi.advanceTimersByTime(10_000);
      joined(limiter, { key: 'b' });
      const [first, second] = [joined(limiter, { key: 'a' }), joined(limiter, { key: 'c' })];
      expect(toldBy(second)).toEqual([[1, 50_000]]);
      vi.advanceTimersByTime(60_000);
      expect([first.beganAt! - first.places[0]!.at, second.beganAt! - second.places[0]!.at]).toEqual([50_000, 60_000]);
      expect(toldBy(second)).toContainEqual([1, 10_000]);
    });

    it('is the true one, for any limits and prompts, if no other reply comes, ends or reports', () => {
      const shape = fc.record({
        requestsPerMinute: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
        tokensPerMinute: fc.integer({ min: 10, max: 30 }),
        replies: fc.array(
          fc.record({ gap: fc.constantFrom(0, 0, 7, 20_000), tokens: fc.integer({ min: 1, max: 10 }) }),
          {
            minLength: 1,
            maxLength: 40,
          },
        ),
      });
      fc.assert(
        fc.property(shape, fc.boolean(), ({ replies, ...limits }, isOfKey) => {
          const limiter = createRateLimiter(isOfKey ? { perKey: limits } : limits);
          const all = replies.map(({ gap, tokens }) => {
            vi.advanceTimersByTime(gap);
            return joined(limiter, { tokens, ...(isOfKey && { key: 'a' }) });
          });
          vi.advanceTimersByTime(40 * 60_000);
          for (const { places, beganAt } of all) {
            for (const { position, delay, at } of places) {
              if (position === 0 || delay === undefined) continue;
              expect(beganAt).toBe(at + delay);
            }
            // Behind the 16th, the wait follows in a microtask.
            if (places[0] && places[0].position <= 16) expect(places[0].delay).toBeDefined();
          }
        }),
        { numRuns: 60 },
      );
    });

    it('costs a step for each waiting reply', async () => {
      const limiter = createRateLimiter({ requestsPerMinute: 5, maxQueued: 5_000 });
      const all = Array.from({ length: 5_005 }, () => joined(limiter));
      await Promise.resolve();
      expect(toldBy(all[5_004]!).at(-1)).toEqual([5_000, 1_000 * 60_000]);
    });
  });

  it('shares nothing with another limiter', () => {
    const seen: GeminiChunk[] = [];
    (NEVER as Observable<GeminiChunk>).pipe(createRateLimiter({ concurrency: 1 }).limit()).subscribe();
    of(values.a)
      .pipe(createRateLimiter({ concurrency: 1 }).limit())
      .subscribe((one) => seen.push(one));
    expect(seen).toEqual([values.a]);
  });

  it('continues when a subscriber throws', () => {
    const limit = createRateLimiter({ concurrency: 1 }).limit();
    const first = new Subject<GeminiChunk>();
    const seen: unknown[] = [];
    const throws = map(() => {
      throw new Error('broken');
    });
    first.pipe(limit).subscribe();
    of(values.a)
      .pipe(
        limit,
        tap((one) => seen.push(one)),
        throws,
      )
      .subscribe({ error: (cause: unknown) => seen.push(cause) });
    of(values.b)
      .pipe(limit)
      .subscribe((one) => seen.push(one));
    first.complete();
    expect(seen).toEqual([values[1], new Error('broken'), values[1], values[0], values.b]);
  });

  it.each<[object, typeof TypeError | typeof RangeError, string]>([
    [
      {},
      TypeError,
      'Expected at least one of `requestsPerMinute`, `tokensPerMinute`, `concurrency` and `perKey`, got none',
    ],
    [{ concurrency: 0 }, RangeError, 'Expected `concurrency` to be a whole number of at least 1, got 0'],
    [
      { requestsPerMinute: 1.5 },
      RangeError,
      'Expected `requestsPerMinute` to be a whole number of at least 1, got 1.5',
    ],
    [{ tokensPerMinute: '9' }, TypeError, "Expected `tokensPerMinute` to be a whole number of at least 1, got '9'"],
    [{ tokensPerMinute: 9, estimate: 10 }, RangeError, 'Expected `estimate` to be a whole number from 1 to 9, got 10'],
    [{ concurrency: 1, estimate: 0 }, RangeError, 'Expected `estimate` to be a whole number of at least 1, got 0'],
    [{ concurrency: 1, jitter: 1 }, TypeError, 'Expected `jitter` to be true or false, got 1'],
    [
      { perKey: {} },
      TypeError,
      'Expected at least one of `requestsPerMinute`, `tokensPerMinute`, `concurrency` and `perKey`, got none',
    ],
    [{ perKey: 3 }, TypeError, 'Expected `perKey` to be an object, got 3'],
    [
      { perKey: { concurrency: 0 } },
      RangeError,
      'Expected `perKey.concurrency` to be a whole number of at least 1, got 0',
    ],
    [
      { tokensPerMinute: 20, perKey: { tokensPerMinute: 9 }, estimate: 10 },
      RangeError,
      'Expected `estimate` to be a whole number from 1 to 9, got 10',
    ],
    [{ concurrency: 1, maxKeys: 0 }, RangeError, 'Expected `maxKeys` to be a whole number of at least 1, got 0'],
    [{ concurrency: 1, maxQueued: -1 }, RangeError, 'Expected `maxQueued` to be a whole number of at least 0, got -1'],
  ])('throws at the call for %j', (options, type, message) => {
    expect(() => createRateLimiter(options)).toThrow(new type(message));
  });

  it('keeps the type of the chunks, and adds its notices', () => {
    const limiter = createRateLimiter({ concurrency: 1 });
    const rich$ = of({ text: 'a', rich: true });
    expectTypeOf(rich$.pipe(limiter.limit())).toEqualTypeOf<
      Observable<{ text: string; rich: boolean } | GeminiChunk>
    >();
    expectTypeOf(of(values.a).pipe(limiter.limit({ key: 'a' }))).toEqualTypeOf<Observable<GeminiChunk>>();
  });

  describe('limits of each key', () => {
    beforeEach(() => {
      vi.useFakeTimers();
    });
    afterEach(() => {
      expect(vi.getTimerCount()).toBe(0);
      vi.useRealTimers();
    });

    it(
      'makes the second request of a key wait, and no other',
      marbles((m) => {
        const limiter = createRateLimiter({ concurrency: 5, perKey: { concurrency: 1 } });
        const first = m.cold('  --a--|', values);
        const second = m.cold('      -b|', values);
        const secondSubs = '    -----^-!';
        const other = m.cold('  -a|', values);
        m.expectObservable(first.pipe(limiter.limit({ key: 'a' }))).toBe('   --a--|', values);
        m.expectObservable(second.pipe(limiter.limit({ key: 'a' }))).toBe('  1----0b|', values);
        m.expectObservable(other.pipe(limiter.limit({ key: 'b' }))).toBe('   -a|', values);
        m.expectObservable(other.pipe(limiter.limit())).toBe('   -a|', values);
        m.expectSubscriptions(second.subscriptions).toBe(secondSubs);
      }),
    );

    it('lets a key with five waiting replies take no common place and delay no other key', () => {
      const desk = new Desk({ concurrency: 2, perKey: { concurrency: 1 } });
      desk.come('a1', 'a2', 'a3', 'a4', 'a5', 'a6');
      expect(desk.look()).toEqual(['a1!', 'a2 1', 'a3 2', 'a4 3', 'a5 4', 'a6 5']);
      desk.come('b1');
      expect(desk.look()).toEqual(['b1!']);
      // Both common places are taken: c is the next to begin, though all of a came before.
      desk.come('c1');
      expect(desk.look()).toEqual(['a2 2', 'a3 3', 'a4 4', 'a5 5', 'a6 6', 'c1 1']);
      desk.complete('b1');
      expect(desk.look()).toEqual(['c1 0', 'c1!', 'a2 1', 'a3 2', 'a4 3', 'a5 4', 'a6 5']);
      desk.complete('a1');
      expect(desk.look()).toEqual(['a2 0', 'a2!', 'a3 1', 'a4 2', 'a5 3', 'a6 4']);
    });

    it('is first come, first served among the keys that have room', () => {
      const desk = new Desk({ concurrency: 1, perKey: { concurrency: 2 } }).come(
        'x',
        'a1',
        'b1',
        'a2',
        'a3',
        'b2',
        'c1',
      );
      // All but a3 have a place in their key.
      expect(desk.look()).toEqual(['x!', 'a1 1', 'b1 2', 'a2 3', 'a3 4', 'a3 5', 'b2 4', 'a3 6', 'c1 5']);
      const begun = ['x', 'a1', 'b1', 'a2', 'a3', 'b2', 'c1'].flatMap((name) => {
        desk.complete(name);
        return desk.look().filter((line) => line.endsWith('!'));
      });
      expect(begun).toEqual(['a1!', 'b1!', 'a2!', 'a3!', 'b2!', 'c1!']);
    });

    it('frees the place of a queued reply that is unsubscribed, in its key and in the common queue', () => {
      const desk = new Desk({ concurrency: 1, perKey: { concurrency: 1 } }).come('x', 'a1', 'a2', 'a3', 'b1');
      expect(desk.look().slice(1)).toEqual(['a1 1', 'a2 2', 'a3 3', 'a2 3', 'a3 4', 'b1 2']);
      desk.leave('a1');
      // a2 has the place of a1, and came before b1.
      expect(desk.look()).toEqual(['a2 1', 'a3 3']);
      desk.leave('a3');
      desk.complete('x');
      expect(desk.look()).toEqual(['a2 0', 'a2!', 'b1 1']);
    });

    it('counts the minute of each key separately, with a timer only for keys that wait for it', () => {
      const desk = new Desk({ perKey: { requestsPerMinute: 1 } }).come('a1', 'a2');
      vi.advanceTimersByTime(30_000);
      desk.come('b1', 'b2', 'a3');
      expect(desk.look()).toEqual(['a1!', 'a2 1', 'b1!', 'b2 2', 'a3 3']);
      expect(vi.getTimerCount()).toBe(2);
      vi.advanceTimersByTime(29_999);
      expect(desk.look()).toEqual([]);
      vi.advanceTimersByTime(1);
      expect(desk.look()).toEqual(['a2 0', 'a2!', 'b2 1', 'a3 2']);
      desk.leave('b2');
      expect(vi.getTimerCount()).toBe(1);
      vi.advanceTimersByTime(60_000);
      expect(desk.look()).toEqual(['a3 1', 'a3 0', 'a3!']);
    });

    it('counts `tokens` until the server reports them, for the key and for all', () => {
      const limiter = createRateLimiter({ tokensPerMinute: 100, perKey: { tokensPerMinute: 60 }, estimate: 10 });
      const log: string[] = [];
      const come = (name: string, tokens?: number) => {
        const source = new Subject<GeminiChunk>();
        defer(() => (log.push(name), source))
          .pipe(limiter.limit({ key: name.slice(0, 1), tokens }))
          .subscribe();
        return (promptTokenCount: number) => source.next(usageChunk({ promptTokenCount }));
      };
      const report = come('a1', 50);
      come('a2');
      come('a3');
      come('b1', 30);
      come('c1', 20);
      expect(log).toEqual(['a1', 'a2', 'b1']);
      report(30);
      expect(log).toEqual(['a1', 'a2', 'b1', 'a3', 'c1']);
      report(60);
      come('d1');
      vi.advanceTimersByTime(60_000);
      expect(log.slice(5)).toEqual(['d1']);
    });

    it('withdraws the places of a key after a prompt that was longer than expected', () => {
      const desk = new Desk({ concurrency: 1, perKey: { tokensPerMinute: 100 }, estimate: 40 }).come('a1');
      desk.complete('a1');
      desk.come('x', 'a2', 'b1');
      expect(desk.look()).toEqual(['a1!', 'x!', 'a2 1', 'b1 2']);
      const late = new Desk({ concurrency: 2, perKey: { tokensPerMinute: 100 }, estimate: 40 }).come(
        'a1',
        'x',
        'a2',
        'a3',
        'b1',
      );
      expect(late.look()).toEqual(['a1!', 'x!', 'a2 1', 'a3 2', 'a3 3', 'b1 2']);
      late.next('a1', usageChunk({ promptTokenCount: 90 }));
      expect(late.look()).toEqual(['b1 1', 'a2 2']);
      late.complete('x');
      late.complete('b1');
      // The end of b1 makes the wait of a2 known.
      expect(late.look()).toEqual(['b1 0', 'b1!', 'a2 1', 'a3 2', 'a2 1']);
      vi.advanceTimersByTime(60_000);
      expect(late.look()).toEqual(['a2 0', 'a2!', 'a3 1']);
      late.complete('a2');
      expect(late.look()).toEqual(['a3 0', 'a3!']);
    });

    it('pauses all keys when the server asks for it: it is the quota of the project', () => {
      const desk = new Desk({ perKey: { concurrency: 1 }, jitter: false }).come('a1', 'a2');
      desk.error('a1', new GeminiError('Slowly.', { kind: 'rate_limit', retryAfter: 5_000 }));
      desk.come('b1');
      expect(desk.look()).toEqual(['a1!', 'a2 1', 'a2 1', 'a1 rate_limit', 'b1 2']);
      vi.advanceTimersByTime(5_000);
      expect(desk.look()).toEqual(['a2 0', 'a2!', 'b1 0', 'b1!']);
    });

    it('refuses a reply beyond `maxQueued` of its key, and not those of other keys', () => {
      const desk = new Desk({ concurrency: 2, maxQueued: 3, perKey: { concurrency: 1, maxQueued: 1 } });
      desk.come('a1', 'a2', 'a3', 'b1', 'c1', 'd1', 'e1');
      expect(desk.look()).toEqual([
        'a1!',
        'a2 1',
        'a3 rate_limit',
        'b1!',
        'a2 2',
        'c1 1',
        'a2 3',
        'd1 2',
        'e1 rate_limit',
      ]);
      const usual = new Desk({ perKey: { concurrency: 1 } });
      usual.come(...Array.from({ length: 102 }, (_, index) => `a${index}`));
      expect(usual.look().slice(-2)).toEqual(['a100 100', 'a101 rate_limit']);
    });

    it('reports in a refusal the wait until the next reply of the key may begin', () => {
      const limiter = createRateLimiter({ concurrency: 1, perKey: { requestsPerMinute: 1, maxQueued: 0 } });
      const failureOf = (key: string) => {
        let failure: unknown;
        of(values.a)
          .pipe(limiter.limit({ key }))
          .subscribe({ error: (cause: unknown) => (failure = cause) });
        return failure as GeminiError;
      };
      expect(failureOf('a')).toBeUndefined();
      vi.advanceTimersByTime(15_000);
      expect(failureOf('a')).toMatchObject({ kind: 'rate_limit', retryable: true, retryAfter: 45_000 });
      expect(failureOf('a').message).toBe('More than 0 replies of one key wait for the rate limit');
      const open = NEVER.pipe(limiter.limit()).subscribe();
      expect(failureOf('b')).not.toHaveProperty('retryAfter');
      open.unsubscribe();
    });

    it('forgets a key that has been idle for a minute, and refuses a new one beyond `maxKeys`', () => {
      const desk = new Desk({ maxKeys: 2, perKey: { requestsPerMinute: 5 } }).come('a1', 'b1', 'c1');
      expect(desk.look()).toEqual(['a1!', 'b1!', 'c1 rate_limit']);
      desk.complete('a1');
      vi.advanceTimersByTime(59_999);
      desk.come('c2');
      expect(desk.look()).toEqual(['c2 rate_limit']);
      vi.advanceTimersByTime(1);
      // b is open still.
      desk.come('c3', 'd1', 'a2');
      expect(desk.look()).toEqual(['c3!', 'd1 rate_limit', 'a2 rate_limit']);
      // The minute of b has passed, so that it is forgotten when it ends.
      desk.complete('b1');
      desk.come('d2');
      expect(desk.look()).toEqual(['d2!']);
    });

    it('forgets a key at its end if `perKey` does not limit a minute', () => {
      const desk = new Desk({ maxKeys: 1, concurrency: 1, perKey: { concurrency: 1, maxQueued: 0 } }).come('a1', 'b1');
      expect(desk.look()).toEqual(['a1!', 'b1 rate_limit']);
      desk.complete('a1');
      desk.come('b2', 'b3');
      expect(desk.look()).toEqual(['b2!', 'b3 rate_limit']);
      desk.leave('b2');
    });

    it('forgets the key of a reply that is refused, or leaves the queue', () => {
      const limiter = createRateLimiter({ maxKeys: 1, concurrency: 1, maxQueued: 1, perKey: { requestsPerMinute: 1 } });
      const errors: unknown[] = [];
      const come = (key?: string) =>
        NEVER.pipe(limiter.limit({ key })).subscribe({
          error: (cause: unknown) => errors.push((cause as GeminiError).message),
        });
      const open = come();
      const queued = come();
      come('a');
      queued.unsubscribe();
      come('b').unsubscribe();
      const last = come('c');
      expect(errors).toEqual(['More than 1 replies wait for the rate limit']);
      open.unsubscribe();
      last.unsubscribe();
    });

    it('reports when a key is forgotten, if time decides that', () => {
      const limiter = createRateLimiter({ maxKeys: 1, perKey: { requestsPerMinute: 5 } });
      const failureOf = (key: string, source$: Observable<GeminiChunk>) => {
        let failure: unknown;
        const subscription = source$
          .pipe(limiter.limit({ key }))
          .subscribe({ error: (cause: unknown) => (failure = cause) });
        return [failure as GeminiError, subscription] as const;
      };
      const [, open] = failureOf('a', NEVER);
      vi.advanceTimersByTime(20_000);
      const [refused] = failureOf('b', NEVER);
      expect(refused.message).toBe('More than 1 keys of the rate limit are in use');
      expect(refused).toMatchObject({ kind: 'rate_limit', retryable: true });
      expect(refused).not.toHaveProperty('retryAfter');
      open.unsubscribe();
      expect(failureOf('b', NEVER)[0]).toMatchObject({ retryAfter: 40_000 });
    });

    it('reports when the first idle key is forgotten, although another key is open', () => {
      const limiter = createRateLimiter({ maxKeys: 2, perKey: { requestsPerMinute: 5 } });
      const open = NEVER.pipe(limiter.limit({ key: 'a' })).subscribe();
      vi.advanceTimersByTime(20_000);
      of(values.a)
        .pipe(limiter.limit({ key: 'b' }))
        .subscribe();
      vi.advanceTimersByTime(10_000);
      expect(refusalOf(of(values.a).pipe(limiter.limit({ key: 'c' })))).toMatchObject({ retryAfter: 50_000 });
      open.unsubscribe();
    });

    it('reports the wait of the common queue to a key whose queued reply waits there', () => {
      const limiter = createRateLimiter({ requestsPerMinute: 1, perKey: { concurrency: 1, maxQueued: 1 } });
      of(values.a).pipe(limiter.limit()).subscribe();
      const queued = NEVER.pipe(limiter.limit({ key: 'a' })).subscribe();
      expect(refusalOf(of(values.a).pipe(limiter.limit({ key: 'a' })))).toMatchObject({ retryAfter: 60_000 });
      queued.unsubscribe();
    });

    it('reports the wait of the common queue, if that is full, to a key that has no room', () => {
      const limiter = createRateLimiter({ requestsPerMinute: 2, maxQueued: 1, perKey: { concurrency: 1 } });
      const open = NEVER.pipe(limiter.limit({ key: 'a' })).subscribe();
      of(values.a).pipe(limiter.limit()).subscribe();
      const queued = of(values.a).pipe(limiter.limit()).subscribe();
      expect(refusalOf(of(values.a).pipe(limiter.limit({ key: 'a' })))).toMatchObject({ retryAfter: 60_000 });
      open.unsubscribe();
      queued.unsubscribe();
    });

    it('reports the wait of the key, if the common queue is full of replies that wait for the key', () => {
      const limiter = createRateLimiter({ concurrency: 9, maxQueued: 1, perKey: { requestsPerMinute: 1 } });
      of(values.a)
        .pipe(limiter.limit({ key: 'a' }))
        .subscribe();
      const queued = NEVER.pipe(limiter.limit({ key: 'a' })).subscribe();
      const refusal = refusalOf(of(values.a).pipe(limiter.limit({ key: 'a' })));
      expect(refusal).toMatchObject({ message: 'More than 1 replies wait for the rate limit', retryAfter: 60_000 });
      queued.unsubscribe();
    });

    it('counts a reply without a key for the outer limits only', () => {
      const limiter = createRateLimiter({ concurrency: 3, perKey: { concurrency: 1 } });
      const begun: string[] = [];
      const come = (name: string, key?: string) =>
        defer(() => (begun.push(name), NEVER))
          .pipe(limiter.limit({ key }))
          .subscribe();
      const all = [come('1'), come('2'), come('a1', 'a'), come('3')];
      expect(begun).toEqual(['1', '2', 'a1']);
      for (const one of all) one.unsubscribe();
    });

    it('makes a request of each subscription', () => {
      const limiter = createRateLimiter({ perKey: { concurrency: 1 } });
      const request = vi.fn(() => NEVER);
      const limited$ = defer(request).pipe(limiter.limit({ key: 'a' }));
      const first = limited$.subscribe();
      const second = limited$.subscribe();
      expect(request).toHaveBeenCalledTimes(1);
      first.unsubscribe();
      expect(request).toHaveBeenCalledTimes(2);
      second.unsubscribe();
    });

    it('sends a number of notices that is linear in the number of replies of many keys', async () => {
      const limiter = createRateLimiter({ concurrency: 4, perKey: { concurrency: 1 } });
      const sources = Array.from({ length: 1_000 }, () => new Subject<GeminiChunk>());
      let notices = 0;
      for (const [index, source] of sources.entries())
        source.pipe(limiter.limit({ key: `${index % 200}` })).subscribe(() => (notices += 1));
      for (const source of sources) source.complete();
      await Promise.resolve();
      expect(notices).toBeLessThan(20 * 1_000);
    });

    it.each<[unknown, string]>([
      [{ key: 3 }, 'Expected `key` to be a string, got 3'],
      [{ key: null }, 'Expected `key` to be a string, got null'],
      [{}, 'Expected `key` to be a string, as only `perKey` has limits, got undefined'],
      [{ key: 'a', tokens: 0 }, 'Expected `tokens` to be a whole number from 1 to 9, got 0'],
      [{ key: 'a', tokens: 10 }, 'Expected `tokens` to be a whole number from 1 to 9, got 10'],
      [{ key: 'a', tokens: '5' }, "Expected `tokens` to be a whole number from 1 to 9, got '5'"],
      ['a', "Expected `options` to be an object, as in `limit({ key: 'user 1' })`, got 'a'"],
    ])('throws at the call for limit(%j)', (options, message) => {
      const { limit } = createRateLimiter({ perKey: { tokensPerMinute: 9 } });
      expect(() => limit(options as LimitOptions)).toThrow(message);
    });

    it('allows more tokens for a reply without a key', () => {
      const { limit } = createRateLimiter({ tokensPerMinute: 20, perKey: { tokensPerMinute: 9 } });
      expect(() => limit({ tokens: 20 })).not.toThrow();
      expect(() => limit({ tokens: 21 })).toThrow('from 1 to 20, got 21');
    });

    it('is not an operator itself', () => {
      const limiter = createRateLimiter({ concurrency: 1 });
      // @ts-expect-error -- The operator is `limiter.limit()`.
      expect(() => of(values.a).pipe(limiter)).toThrow('Expected `limiter.limit()` in a pipe, got the limiter itself');
    });
  });
});
