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
  type Subscription,
} from 'rxjs';
import { afterEach, beforeEach, describe, expect, expectTypeOf, it, vi } from 'vitest';
import { retryTransient } from '../../../operators/protect/retryTransient.js';
import type { GeminiChunk } from '../../../src/chunk/geminiChunk.js';
import {
  createRateLimiter,
  type RateLimiter,
  type RateLimiterOptions,
} from '../../../operators/protect/createRateLimiter.js';
import { GeminiError } from '../../../src/errors/geminiError.js';
import { chunk, finishChunk, usageChunk } from '../../../src/testing/chunks.js';
import { holdThread } from '../../support/holdThread.js';
import { marbles } from '../../support/marbles.js';
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

/** A limiter and those who come to it: each has a name, and what happens to its request is done by hand. */
class Desk {
  readonly #limit: RateLimiter;
  readonly #sources = new Map<string, Subject<GeminiChunk>>();
  readonly #subscriptions = new Map<string, Subscription>();
  /** `a 2` is the position of a, `a!` its request, `a overflow` its failure. */
  readonly #log: string[] = [];

  constructor(options: RateLimiterOptions) {
    this.#limit = createRateLimiter(options);
  }

  come(...names: string[]): this {
    for (const name of names) {
      const source = new Subject<GeminiChunk>();
      this.#sources.set(name, source);
      const request$ = defer(() => {
        this.#log.push(`${name}!`);
        return source;
      });
      const subscription = request$.pipe(this.#limit).subscribe({
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
    'passes a reply on as it is where there is room',
    marbles((m) => {
      const source = m.cold(' -a-b(f|)', values);
      const subs = '          ^---!';
      const limit = createRateLimiter({ requestsPerMinute: 5, tokensPerMinute: 5000, concurrency: 5 });
      m.expectObservable(source.pipe(limit)).toBe('-a-b(f|)', values);
      m.expectSubscriptions(source.subscriptions).toBe(subs);
      m.expectObservable(EMPTY.pipe(limit)).toBe('|');
      m.expectObservable((NEVER as Observable<GeminiChunk>).pipe(limit)).toBe('-');
      m.expectObservable(m.cold('-a#', values, busy).pipe(limit)).toBe('-a#', values, busy);
    }),
  );

  it(
    'subscribes the source when its turn has come, and says where it stands until then',
    marbles((m) => {
      const limit = createRateLimiter({ concurrency: 1 });
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
    it('has so many open at once, first come first served', () => {
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
    ])('has room again, once, when a reply %s', (_, end) => {
      const desk = new Desk({ concurrency: 1 }).come('a', 'b', 'c');
      desk.look();
      end(desk);
      desk.leave('a');
      expect(desk.look().filter((line) => !line.startsWith('a'))).toEqual(['b 0', 'b!', 'c 1']);
    });

    it('has closed the request before the next one is made', () => {
      const limit = createRateLimiter({ concurrency: 1 });
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

    it('has the room of a reply back before its end goes out', () => {
      const limit = createRateLimiter({ concurrency: 1 });
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

    it('has the room of one back that fails while it is being subscribed, or is left then', () => {
      const desk = new Desk({ concurrency: 1 });
      const limit = createRateLimiter({ concurrency: 1 });
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

    it('lets thousands leave in one moment, and tells each of the rest where it stands once', async () => {
      const limit = createRateLimiter({ concurrency: 1, maxQueued: 100_000 });
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

    it('tells those far behind in a microtask, once for all that left', async () => {
      const limit = createRateLimiter({ concurrency: 1 });
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

    it('serves thousands that end while they are being subscribed', () => {
      const limit = createRateLimiter({ concurrency: 1, maxQueued: 10_000 });
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
    it('is left on unsubscription, and the others move up', () => {
      const desk = new Desk({ concurrency: 1 }).come('a', 'b', 'c', 'd');
      desk.look();
      desk.leave('c');
      expect(desk.look()).toEqual(['d 2']);
      desk.leave('b');
      expect(desk.look()).toEqual(['d 1']);
      desk.complete('a');
      expect(desk.look()).toEqual(['d 0', 'd!']);
    });

    it('makes no request for one who leaves in the notice that its turn has come', () => {
      const desk = new Desk({ concurrency: 1 }).come('a');
      const limit = createRateLimiter({ concurrency: 1 });
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

    it('is right for all when one leaves, or comes, in the notice of another', () => {
      const limit = createRateLimiter({ concurrency: 1 });
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

    it('is not kept for one who is gone before it is told', () => {
      vi.useFakeTimers();
      const limit = createRateLimiter({ requestsPerMinute: 1 });
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
      expect(seen).toEqual([values[1]]);
      last.unsubscribe();
      expect(vi.getTimerCount()).toBe(0);
      vi.useRealTimers();
    });

    it('is refused when too many wait, with kind rate_limit and no request', () => {
      const desk = new Desk({ concurrency: 1, maxQueued: 2 }).come('a', 'b', 'c', 'd');
      expect(desk.look()).toEqual(['a!', 'b 1', 'c 2', 'd rate_limit']);
      desk.leave('b');
      expect(desk.look()).toEqual(['c 1']);
      desk.come('e');
      expect(desk.look()).toEqual(['e 2']);
      const never = new Desk({ concurrency: 1, maxQueued: 0 }).come('a', 'b');
      expect(never.look()).toEqual(['a!', 'b rate_limit']);
    });

    it('says in its error how many wait', async () => {
      const limit = createRateLimiter({ concurrency: 1, maxQueued: 0 });
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

    it('has at most so many beginnings, wherever it begins', () => {
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

    it('never has more than so many in any 60 s, whatever comes when', () => {
      const limit = createRateLimiter({ requestsPerMinute: 3 });
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

    it('counts a reply that has ended, but none that left the queue', () => {
      const desk = new Desk({ requestsPerMinute: 1 }).come('a', 'b', 'c');
      desk.complete('a');
      desk.leave('b');
      expect(desk.look()).toEqual(['a!', 'b 1', 'c 2', 'c 1']);
      vi.advanceTimersByTime(60_000);
      expect(desk.look()).toEqual(['c 0', 'c!']);
    });

    it('has at most so many tokens, by the estimate until the server reports', () => {
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

    it('keeps the estimate where the server reports nothing, and counts a prompt once', () => {
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

    it('lets one begin after a minute whose prompt was more than all that is allowed', () => {
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
      vi.advanceTimersByTime(59_999);
      expect(desk.look()).toEqual([]);
      vi.advanceTimersByTime(1);
      expect(desk.look()).toEqual(['d 0', 'd!']);
    });

    it("goes on when the system's clock is set back", () => {
      const desk = new Desk({ requestsPerMinute: 1 }).come('a');
      vi.advanceTimersByTime(20_000);
      desk.come('b');
      vi.setSystemTime(Date.now() - 3_600_000);
      vi.advanceTimersByTime(39_999);
      expect(desk.look()).toEqual(['a!', 'b 1']);
      vi.advanceTimersByTime(60_000);
      expect(desk.look()).toEqual(['b 0', 'b!']);
    });

    it('lasts as long as the server says after kind rate_limit, for all', () => {
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

    it('lasts as long as the longest that the server said', () => {
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

    it('is never shorter than the server says, and does not end at once for 200 processes', () => {
      const limited = new GeminiError('Slowly.', { kind: 'rate_limit', retryAfter: 12_000 });
      const starts: number[] = [];
      const begin = Date.now();
      for (let process = 0; process < 200; process++) {
        const limit = createRateLimiter({ concurrency: 1 });
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

    it('says when it refuses how long it takes until there is room', () => {
      const refusalOf = (limit: RateLimiter) => {
        let failure: unknown;
        (NEVER as Observable<GeminiChunk>).pipe(limit).subscribe({ error: (cause: unknown) => (failure = cause) });
        return failure as GeminiError;
      };
      const limit = createRateLimiter({ requestsPerMinute: 2, maxQueued: 0 });
      of(values.a).pipe(limit).subscribe();
      vi.advanceTimersByTime(15_000);
      of(values.a).pipe(limit).subscribe();
      expect(refusalOf(limit)).toMatchObject({ kind: 'rate_limit', retryable: true, retryAfter: 45_000 });
      vi.advanceTimersByTime(44_999);
      expect(refusalOf(limit).retryAfter).toBe(1);
      vi.advanceTimersByTime(1);
      expect(refusalOf(limit)).toBeUndefined();

      // The first and the second have to expire before there is room for 60 tokens.
      const byTokens = createRateLimiter({ tokensPerMinute: 100, estimate: 60, maxQueued: 0 });
      of(usageChunk({ promptTokenCount: 20 }))
        .pipe(byTokens)
        .subscribe();
      vi.advanceTimersByTime(10_000);
      of(usageChunk({ promptTokenCount: 50 }))
        .pipe(byTokens)
        .subscribe();
      expect(refusalOf(byTokens).retryAfter).toBe(60_000);
    });

    it('is not lengthened by other failures', () => {
      const desk = new Desk({ concurrency: 1 }).come('a', 'b', 'c');
      desk.error('a', new GeminiError('Busy.', { kind: 'overloaded', retryAfter: 1_000 }));
      desk.error('b', new GeminiError('Slowly.', { kind: 'rate_limit' }));
      expect(desk.look().slice(3)).toEqual(['b 0', 'b!', 'c 1', 'a overloaded', 'c 0', 'c!', 'b rate_limit']);
    });

    it('has one timer while somebody waits for it, and none when nobody does', () => {
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
      const limit = createRateLimiter({ requestsPerMinute: 1 });
      const source = m.cold('(a|)', values);
      m.expectObservable(source.pipe(limit)).toBe('(a|)', values);
      m.expectObservable(source.pipe(limit)).toBe('1 59999ms (0a|)', values);
      m.expectObservable(m.cold('b', values).pipe(limit), '- 1s !').toBe('2', values);
    }),
  );

  it(
    'makes each retry wait for its turn, and those that wait are not timed',
    marbles((m) => {
      const limit = createRateLimiter({ requestsPerMinute: 1 });
      const failing = m.cold('#', values, busy);
      const retry = retryTransient<GeminiChunk>({ count: 1, delay: 5, jitter: false });
      m.expectObservable(failing.pipe(limit, retry)).toBe('5ms 1 59994ms (0#)', values, busy);
    }),
  );

  it('shares nothing with another limiter', () => {
    const seen: GeminiChunk[] = [];
    (NEVER as Observable<GeminiChunk>).pipe(createRateLimiter({ concurrency: 1 })).subscribe();
    of(values.a)
      .pipe(createRateLimiter({ concurrency: 1 }))
      .subscribe((one) => seen.push(one));
    expect(seen).toEqual([values.a]);
  });

  it('serves on when a subscriber throws', () => {
    const limit = createRateLimiter({ concurrency: 1 });
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
    [{}, TypeError, 'Expected at least one of `requestsPerMinute`, `tokensPerMinute` and `concurrency`, got none'],
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
    [{ concurrency: 1, maxQueued: -1 }, RangeError, 'Expected `maxQueued` to be a whole number of at least 0, got -1'],
  ])('throws at the call for %j', (options, type, message) => {
    expect(() => createRateLimiter(options)).toThrow(new type(message));
  });

  it('is one operator for chunks of any type, beside which its notices stand', () => {
    const limit = createRateLimiter({ concurrency: 1 });
    const rich$ = of({ text: 'a', rich: true });
    expectTypeOf(rich$.pipe(limit)).toEqualTypeOf<Observable<{ text: string; rich: boolean } | GeminiChunk>>();
    expectTypeOf(of(values.a).pipe(limit)).toEqualTypeOf<Observable<GeminiChunk>>();
  });
});
