import { concat, defer, EMPTY, NEVER, Observable, of, Subject, take, tap, throwError, toArray } from 'rxjs';
import { afterEach, beforeEach, describe, expect, expectTypeOf, it, onTestFinished, vi } from 'vitest';
import { bufferChunks } from '../../../operators/show/bufferChunks.js';
import { classifyErrors } from '../../../operators/protect/classifyErrors.js';
import { finalResponse } from '../../../operators/show/finalResponse.js';
import { timeoutReply } from '../../../operators/protect/timeoutReply.js';
import { withMetrics } from '../../../operators/measure/withMetrics.js';
import {
  retryTransient,
  type RetryInfo,
  type RetryTransientOptions,
} from '../../../operators/protect/retryTransient.js';
import type { Retrying } from '../../../src/chunk/annotations.js';
import type { GeminiChunk } from '../../../src/chunk/geminiChunk.js';
import { GeminiError } from '../../../src/errors/geminiError.js';
import { callChunk, chunk, finishChunk, thoughtChunk, usageChunk } from '../../../src/testing/chunks.js';
import { marbles } from '../../support/marbles.js';
import { outcomeOf } from '../../support/outcome.js';
import { withoutRetryNotices } from '../../support/withoutRetryNotices.js';

const progress = { phase: 'waiting', percent: 0, outputTokens: 0, estimated: true, elapsed: 0 } as const;
const values = {
  a: chunk('a'),
  b: chunk('b'),
  t: thoughtChunk('hm'),
  c: callChunk('f'),
  u: usageChunk({ promptTokenCount: 3 }),
  n: { text: '', progress },
  f: finishChunk(),
};
const busy = new GeminiError('Busy.', { kind: 'overloaded' });
const wrongKey = new GeminiError('Wrong key.', { kind: 'auth' });
const limited = (retryAfter: number) => new GeminiError('Slowly.', { kind: 'rate_limit', retryAfter });

/** Without jitter, so that the waits are known. */
const steady = { jitter: false, delay: 2 } as const;

/** `retryTransient` without its notices, which have tests of their own. */
const retried = (options?: RetryTransientOptions) => withoutRetryNotices(retryTransient(options));

/** One stream an attempt, the last for all that follow. */
function attempts(...streams: Observable<GeminiChunk>[]): Observable<GeminiChunk> {
  let attempt = 0;
  return defer(() => streams[Math.min(attempt++, streams.length - 1)] ?? EMPTY);
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe('retryTransient', () => {
  it(
    'passes a reply that succeeds',
    marbles((m) => {
      const source = m.cold(' -a-b(f|)', values);
      const subs = '          ^---!';
      m.expectObservable(source.pipe(retryTransient())).toBe('-a-b(f|)', values);
      m.expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  it(
    'completes with an empty source, and waits for a silent one',
    marbles((m) => {
      m.expectObservable(EMPTY.pipe(retryTransient())).toBe('|');
      m.expectObservable(NEVER.pipe(retryTransient())).toBe('-');
    }),
  );

  it(
    'makes the request again after a wait that doubles, and emits the reply',
    marbles((m) => {
      const first = m.cold('  -#', values, busy);
      const firstSubs = '     ^!';
      const second = m.cold('    -#', values, busy);
      const secondSubs = '    ---^!';
      const third = m.cold('          -a(f|)', values);
      const thirdSubs = '     --------^-!';
      const expected = '      ---------a(f|)';
      m.expectObservable(attempts(first, second, third).pipe(retried(steady))).toBe(expected, values);
      m.expectSubscriptions(first.subscriptions).toBe(firstSubs);
      m.expectSubscriptions(second.subscriptions).toBe(secondSubs);
      m.expectSubscriptions(third.subscriptions).toBe(thirdSubs);
    }),
  );

  it(
    'fails with the last error when all retries are used up',
    marbles((m) => {
      const first = m.cold(' #', values, busy);
      const last = m.cold('  #', values, limited(1));
      const result = attempts(first, first, first, last).pipe(retried({ ...steady, delay: 1 }));
      m.expectObservable(result).toBe('1ms 2ms 4ms #', values, limited(1));
    }),
  );

  it('makes 1 + `count` requests, 4 by default', () => {
    const requests = (options: RetryTransientOptions) => {
      let count = 0;
      const source = defer(() => {
        count += 1;
        return throwError(() => limited(0));
      });
      vi.useFakeTimers();
      source.pipe(retryTransient(options)).subscribe({ error: () => undefined });
      vi.runAllTimers();
      vi.useRealTimers();
      return count;
    };
    expect(requests({})).toBe(4);
    expect(requests({ count: 0 })).toBe(1);
    expect(requests({ count: 10 })).toBe(11);
  });

  it(
    'fails at once with an error that is not retryable',
    marbles((m) => {
      const source = m.cold(' -#', values, wrongKey);
      const subs = '          ^!';
      m.expectObservable(source.pipe(retryTransient())).toBe('-#', values, wrongKey);
      m.expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  it(
    'depends on `retryable` of the error, not on its kind',
    marbles((m) => {
      const late = new GeminiError('Late.', { kind: 'timeout', retryable: false });
      m.expectObservable(m.cold('#', values, late).pipe(retryTransient())).toBe('#', values, late);
    }),
  );

  it('judges a raw error as toGeminiError does, and fails with a GeminiError', () => {
    const failureOf = (cause: unknown) => {
      const notices: RetryInfo[] = [];
      let failure: unknown;
      vi.useFakeTimers();
      throwError(() => cause)
        .pipe(retryTransient({ count: 1, onRetry: (notice) => notices.push(notice) }))
        .subscribe({ error: (error: unknown) => (failure = error) });
      vi.runAllTimers();
      vi.useRealTimers();
      return { failure, kinds: notices.map(({ error }) => error.kind) };
    };
    const lost = new TypeError('fetch failed');
    expect(failureOf(lost)).toMatchObject({
      failure: { name: 'GeminiError', kind: 'network', cause: lost },
      kinds: ['network'],
    });
    expect(failureOf(new Error('a bug'))).toMatchObject({
      failure: { name: 'GeminiError', kind: 'unknown' },
      kinds: [],
    });
  });

  it.each(['a', 't', 'c'] as const)('never makes a request again after content: %s', (content) => {
    marbles((m) => {
      const source = m.cold(` -${content}n#`, values, busy);
      const subs = '           ^--!';
      m.expectObservable(source.pipe(retryTransient())).toBe(`-${content}n#`, values, busy);
      m.expectSubscriptions(source.subscriptions).toBe(subs);
    })();
  });

  it(
    'never makes a request again after content of a second attempt',
    marbles((m) => {
      const result = attempts(m.cold('#', values, busy), m.cold('a#', values, busy)).pipe(retried(steady));
      m.expectObservable(result).toBe('--a#', values, busy);
    }),
  );

  it(
    'makes the request again after notices, token counts and a bare finish, which are not content',
    marbles((m) => {
      const result = attempts(m.cold('nuf#', values, busy), m.cold('a(f|)', values)).pipe(retried(steady));
      m.expectObservable(result).toBe('nuf--a(f|)', values);
    }),
  );

  it(
    'waits as long as the server asks',
    marbles((m) => {
      const result = attempts(m.cold('#', values, limited(31_000)), m.cold('(f|)', values)).pipe(
        retried({ delay: 1, maxDelay: 31_000, jitter: false }),
      );
      m.expectObservable(result).toBe('31s (f|)', values);
    }),
  );

  it(
    'fails at once if the server asks for more than `maxDelay`',
    marbles((m) => {
      const source = m.cold(' #', values, limited(30_001));
      m.expectObservable(source.pipe(retryTransient())).toBe('#', values, limited(30_001));
      m.expectSubscriptions(source.subscriptions).toBe('(^!)');
    }),
  );

  it(
    'never waits longer than `maxDelay`',
    marbles((m) => {
      const result = m.cold('#', values, busy).pipe(retried({ ...steady, delay: 2, maxDelay: 5, count: 4 }));
      m.expectObservable(result).toBe('2ms 4ms 5ms 5ms #', values, busy);
    }),
  );

  it('waits a random part of the time with jitter, which is the default', () => {
    const waits: number[] = [];
    const random = vi.spyOn(Math, 'random').mockReturnValueOnce(0).mockReturnValueOnce(0.5).mockReturnValueOnce(0.999);
    vi.useFakeTimers();
    throwError(() => busy)
      .pipe(retryTransient({ delay: 100, onRetry: ({ delay }) => waits.push(delay) }))
      .subscribe({ error: () => undefined });
    vi.runAllTimers();
    vi.useRealTimers();
    expect(waits).toEqual([0, 100, 399.6]);
    expect(random).toHaveBeenCalledTimes(3);
  });

  it('waits a random part longer than the server asks with jitter, up to a quarter and 5 s, beyond `maxDelay`', () => {
    const waits: number[] = [];
    vi.spyOn(Math, 'random').mockReturnValueOnce(0).mockReturnValueOnce(0.5).mockReturnValueOnce(1);
    vi.useFakeTimers();
    const failures = [limited(8_000), limited(8_000), limited(30_000), limited(8_000)];
    defer(() => throwError(() => failures.shift()))
      .pipe(retryTransient({ onRetry: ({ delay }) => waits.push(delay) }))
      .subscribe({ error: () => undefined });
    vi.runAllTimers();
    vi.useRealTimers();
    expect(waits).toEqual([8_000, 9_000, 35_000]);
  });

  it('spreads the retries of 200 clients', () => {
    vi.useFakeTimers();
    const begin = Date.now();
    const times: number[] = [];
    for (let client = 0; client < 200; client += 1) {
      const requests = [throwError(() => limited(10_000)), EMPTY];
      defer(() => {
        times.push(Date.now() - begin);
        return requests.shift() ?? EMPTY;
      })
        .pipe(retryTransient())
        .subscribe();
    }
    const first = times.splice(0);
    vi.runAllTimers();
    vi.useRealTimers();
    expect([first.length, times.length]).toEqual([200, 200]);
    expect(Math.min(...times)).toBeGreaterThanOrEqual(10_000);
    expect(Math.max(...times)).toBeLessThanOrEqual(12_500);
    expect(new Set(times).size).toBeGreaterThan(100);
  });

  it(
    'backs off as usual if the server asks for no wait',
    marbles((m) => {
      const result = attempts(m.cold('#', values, limited(0)), m.cold('(f|)', values)).pipe(retried(steady));
      m.expectObservable(result).toBe('2ms (f|)', values);
    }),
  );

  it(
    'calls `onRetry` before each wait',
    marbles((m) => {
      const notices: RetryInfo[] = [];
      const failures = [m.cold('-#', values, busy), m.cold('#', values, limited(7)), m.cold('(f|)', values)];
      const result = attempts(...failures).pipe(retried({ ...steady, onRetry: (notice) => notices.push(notice) }));
      m.expectObservable(result).toBe('- 2ms 7ms (f|)', values);
      m.flush();
      expect(notices).toEqual([
        { attempt: 1, delay: 2, error: busy },
        { attempt: 2, delay: 7, error: limited(7) },
      ]);
    }),
  );

  it(
    'fails the result if `onRetry` throws',
    marbles((m) => {
      const source = m.cold(' -#', values, busy);
      const subs = '          ^!';
      const onRetry = () => {
        throw new Error('broken');
      };
      m.expectObservable(source.pipe(retryTransient({ onRetry }))).toBe('-#', values, new Error('broken'));
      m.expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  it(
    'unsubscribes from its source, or clears the wait, on unsubscription',
    marbles((m) => {
      const source = m.cold(' -#', values, busy);
      const unsub = '         --!';
      m.expectObservable(source.pipe(retried({ ...steady, delay: 10 })), unsub).toBe('---');
      m.expectSubscriptions(source.subscriptions).toBe('^!');

      const silent = m.cold(' ------', values);
      m.expectObservable(silent.pipe(retried()), unsub).toBe('---');
      m.expectSubscriptions(silent.subscriptions).toBe('^-!');
    }),
  );

  it(
    'shares no state between two subscriptions',
    marbles((m) => {
      const source = m.cold('#', values, busy);
      const result = source.pipe(retried({ ...steady, count: 1 }));
      m.expectObservable(result).toBe('2ms #', values, busy);
      m.expectObservable(result, '5ms ^').toBe('5ms 2ms #', values, busy);
    }),
  );

  it('does not count content of one subscription in another', () => {
    const source = new Subject<GeminiChunk>();
    const notices: RetryInfo[] = [];
    const result = concat(
      source.pipe(take(1)),
      throwError(() => limited(0)),
    ).pipe(retryTransient({ count: 1, onRetry: (notice) => notices.push(notice) }));
    result.subscribe({ error: () => undefined });
    source.next(values.a);
    expect(notices).toEqual([]);
    const subscription = result.subscribe({ error: () => undefined });
    source.next(values.u);
    expect(notices).toHaveLength(1);
    subscription.unsubscribe();
  });

  it('unsubscribes from an endless synchronous source when its result is closed', () => {
    const endless = new Observable<GeminiChunk>((destination) => {
      while (!destination.closed) destination.next(values.a);
    });
    const seen: GeminiChunk[][] = [];
    endless.pipe(retryTransient(), take(2), toArray()).subscribe((all) => seen.push(all));
    expect(seen).toEqual([[values.a, values.a]]);
  });

  describe('timers', () => {
    beforeEach(() => {
      vi.useFakeTimers();
    });
    afterEach(() => {
      vi.useRealTimers();
    });

    it('are cleared by an unsubscription in a wait', () => {
      const subscription = throwError(() => busy)
        .pipe(retryTransient())
        .subscribe();
      expect(vi.getTimerCount()).toBe(1);
      subscription.unsubscribe();
      expect(vi.getTimerCount()).toBe(0);
    });

    it('are cleared at completion and at an error', () => {
      attempts(
        throwError(() => busy),
        of(values.f),
      )
        .pipe(retryTransient())
        .subscribe();
      throwError(() => busy)
        .pipe(retryTransient())
        .subscribe({ error: () => undefined });
      vi.runAllTimers();
      expect(vi.getTimerCount()).toBe(0);
    });
  });

  it.each(['cancelled', 'stopped'])('does not retry a reply that was %s', (mark) => {
    vi.useFakeTimers();
    onTestFinished(() => {
      vi.useRealTimers();
    });
    let requests = 0;
    const source = defer(() => {
      requests += 1;
      return concat(
        of<GeminiChunk>({ text: '', [mark]: { reason: 'enough' } }),
        throwError(() => busy),
      );
    });
    const errors: unknown[] = [];
    source.pipe(retryTransient()).subscribe({ error: (cause: unknown) => errors.push(cause) });
    vi.runAllTimers();
    expect([requests, errors]).toEqual([1, [busy]]);
  });

  describe('notices', () => {
    const retrying = (attempt: number, delay: number, kind: Retrying['kind'] = 'overloaded') => ({
      text: '',
      retrying: { attempt, delay, kind },
    });

    const noticesOf = async (source: Observable<GeminiChunk>, options: RetryTransientOptions) => {
      const { values: all } = await outcomeOf(source.pipe(retryTransient(options)));
      return all.filter(({ retrying: mark }) => mark);
    };

    it(
      'are emitted before each wait and when each request starts',
      marbles((m) => {
        const first = m.cold('  -#', values, busy);
        const firstSubs = '     ^!';
        const second = m.cold('    -#', values, limited(4));
        const secondSubs = '    ---^!';
        const third = m.cold('          -a(f|)', values);
        const thirdSubs = '     --------^-!';
        const expected = '      -v-wx---ya(f|)';
        const notices = {
          v: retrying(1, 2),
          w: retrying(1, 0),
          x: retrying(2, 4, 'rate_limit'),
          y: retrying(2, 0, 'rate_limit'),
        };
        const result = attempts(first, second, third).pipe(retryTransient(steady));
        m.expectObservable(result).toBe(expected, { ...values, ...notices });
        m.expectSubscriptions(first.subscriptions).toBe(firstSubs);
        m.expectSubscriptions(second.subscriptions).toBe(secondSubs);
        m.expectSubscriptions(third.subscriptions).toBe(thirdSubs);
      }),
    );

    it('are one for each request without a wait', async () => {
      const source = throwError(() => busy);
      expect(await noticesOf(source, { count: 2, delay: 0 })).toEqual([retrying(1, 0), retrying(2, 0)]);
    });

    it('have the wait in whole ms, rounded up', async () => {
      vi.spyOn(Math, 'random').mockReturnValue(0.15);
      const source = throwError(() => busy);
      expect(await noticesOf(source, { count: 1, delay: 10 })).toEqual([retrying(1, 2), retrying(1, 0)]);
    });

    it('follow `onRetry`, and have the standing annotations of the last chunk, but no mark', async () => {
      const log: unknown[] = [];
      const failing = concat(
        of<GeminiChunk[]>(values.n, { text: '', progress, queued: { position: 0 }, responseId: '1' }),
        throwError(() => busy),
      );
      const onRetry = () => log.push('onRetry');
      await outcomeOf(
        failing.pipe(
          retryTransient({ count: 1, delay: 1, jitter: false, onRetry }),
          tap((one) => log.push(one)),
        ),
      );
      const mark = (delay: number) => ({ ...retrying(1, delay), progress });
      expect(log.slice(2, 5)).toEqual(['onRetry', mark(1), mark(0)]);
    });

    it('end with the unsubscription of their subscriber, who clears the wait', () => {
      vi.useFakeTimers();
      onTestFinished(() => {
        vi.useRealTimers();
      });
      let requests = 0;
      const source = defer(() => {
        requests += 1;
        return throwError(() => busy);
      });
      const seen: GeminiChunk[] = [];
      source.pipe(retryTransient(steady), take(1)).subscribe((one) => seen.push(one));
      expect([seen, vi.getTimerCount()]).toEqual([[retrying(1, 2)], 0]);
      source.pipe(retryTransient(steady), take(2)).subscribe((one) => seen.push(one));
      vi.runAllTimers();
      expect([seen.length, requests]).toEqual([3, 2]);
    });

    it('are not counted, timed or retried by the operators around them', async () => {
      vi.useFakeTimers();
      onTestFinished(() => {
        vi.useRealTimers();
      });
      const source = attempts(
        throwError(() => limited(20)),
        of(values.a, values.f),
      );
      const result = outcomeOf(
        source.pipe(
          retryTransient({ jitter: false }),
          timeoutReply({ first: 1_000, each: 10 }),
          withMetrics(),
          bufferChunks({ maxChunks: 2 }),
          finalResponse(),
        ),
      );
      await vi.runAllTimersAsync();
      const { values: all, isComplete } = await result;
      expect([all.length, isComplete]).toEqual([1, true]);
      expect(all[0]).toMatchObject({ text: 'a', metrics: { chunks: 1, timeToFirstChunk: 20 } });
      expect(all[0]).not.toHaveProperty('retrying');
    });

    it('are not in the partial of an error below', async () => {
      vi.spyOn(Math, 'random').mockReturnValue(0);
      const { error } = await outcomeOf(throwError(() => busy).pipe(retryTransient({ count: 1 }), classifyErrors()));
      expect(error?.partial).toEqual({ text: '' });
    });
  });

  it.each([
    [{ count: -1 }, RangeError, 'Expected `count` to be a whole number of at least 0, got -1'],
    [{ count: 1.5 }, RangeError, 'Expected `count` to be a whole number of at least 0, got 1.5'],
    [{ delay: -1 }, RangeError, 'Expected `delay` to be a non-negative number of ms, got -1'],
    [{ delay: Infinity }, RangeError, 'Expected `delay` to be a non-negative number of ms, got Infinity'],
    [{ maxDelay: NaN }, RangeError, 'Expected `maxDelay` to be a non-negative number of ms, got NaN'],
    [{ jitter: 'full' }, TypeError, "Expected `jitter` to be true or false, got 'full'"],
    [{ onRetry: 1 }, TypeError, 'Expected `onRetry` to be a function, got 1'],
  ])('throws at the call for %j', (options, type, message) => {
    expect(() => retryTransient(options as RetryTransientOptions)).toThrow(new type(message));
  });

  it('keeps the type of the chunks', () => {
    const rich$ = of({ text: 'a', rich: true });
    expectTypeOf(rich$.pipe(retryTransient())).toEqualTypeOf<Observable<{ text: string; rich: boolean }>>();
    expectTypeOf<RetryInfo>().toEqualTypeOf<{
      readonly attempt: number;
      readonly delay: number;
      readonly error: GeminiError;
    }>();
  });
});
