import { EMPTY, map, Observable, Subject, take, throwError, type MonoTypeOperatorFunction } from 'rxjs';
import { afterEach, describe, expect, expectTypeOf, it, vi } from 'vitest';
import { timeoutReply } from '../../../operators/protect/timeoutReply.js';
import { emptyChunk } from '../../../src/chunk/emptyChunk.js';
import type { GeminiChunk } from '../../../src/chunk/geminiChunk.js';
import { GeminiError, isGeminiError } from '../../../src/errors/geminiError.js';
import { callChunk, chunk, finishChunk, thoughtChunk, usageChunk } from '../../../src/testing/chunks.js';
import { holdThread } from '../../support/holdThread.js';
import { marbles } from '../../support/marbles.js';

const values = {
  a: chunk('a'),
  b: chunk('b'),
  c: callChunk('lookUp'),
  t: thoughtChunk('Hm'),
  u: usageChunk({ promptTokenCount: 3 }),
  f: finishChunk(),
  n: emptyChunk,
};

const tooLateToBegin = new GeminiError('The model did not begin to answer within 4 ms', {
  kind: 'timeout',
  retryable: true,
});
const tooSilent = new GeminiError('The model wrote nothing more for 4 ms', { kind: 'timeout', retryable: false });
const tooLong = new GeminiError('The reply was not complete within 4 ms', { kind: 'timeout', retryable: false });

afterEach(() => {
  vi.useRealTimers();
});

describe('timeoutReply', () => {
  it(
    'passes a reply that keeps all limits',
    marbles((m) => {
      const source = m.cold(' -n-a--t--(bf)-|', values);
      const subs = '          ^-------------!';
      const expected = '      -n-a--t--(bf)-|';
      const result = source.pipe(timeoutReply({ first: 4, each: 10, total: 100 }));
      m.expectObservable(result).toBe(expected, values);
      m.expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  it(
    'fails, retryable, when no content arrives in time',
    marbles((m) => {
      const source = m.cold(' -n-u---a|', values);
      const subs = '          ^---!';
      const expected = '      -n-u#';
      const result = source.pipe(timeoutReply({ first: 4 }));
      m.expectObservable(result).toBe(expected, values, tooLateToBegin);
      m.expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  it(
    'counts a thought and a call as a beginning',
    marbles((m) => {
      const options = { first: 4 };
      m.expectObservable(m.cold('--t------a|', values).pipe(timeoutReply(options))).toBe('--t------a|', values);
      m.expectObservable(m.cold('--c------a|', values).pipe(timeoutReply(options))).toBe('--c------a|', values);
    }),
  );

  it(
    'fails when no content follows in time, even if other chunks arrive',
    marbles((m) => {
      const source = m.cold(' ------a--b-nf-ua|', values);
      const subs = '          ^------------!';
      const expected = '      ------a--b-nf#';
      const result = source.pipe(timeoutReply({ each: 4 }));
      m.expectObservable(result).toBe(expected, values, tooSilent);
      m.expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  it(
    'fails when the completion does not follow the last content in time',
    marbles((m) => {
      const source = m.cold(' -a------|', values);
      const expected = '      -a---#';
      m.expectObservable(source.pipe(timeoutReply({ each: 4 }))).toBe(expected, values, tooSilent);
    }),
  );

  it(
    'fails when the whole reply takes too long',
    marbles((m) => {
      const source = m.cold(' -a-b-a|', values);
      const subs = '          ^---!';
      const expected = '      -a-b#';
      const result = source.pipe(timeoutReply({ total: 4 }));
      m.expectObservable(result).toBe(expected, values, tooLong);
      m.expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  it(
    'has the message of the limit that is passed first',
    marbles((m) => {
      const never = m.cold('-', values);
      m.expectObservable(never.pipe(timeoutReply({ first: 4, total: 9 }))).toBe('----#', values, tooLateToBegin);
      m.expectObservable(never.pipe(timeoutReply({ first: 9, total: 4 }))).toBe('----#', values, tooLong);
    }),
  );

  it('has a retryable error only for `first`', () => {
    vi.useFakeTimers();
    const errors: unknown[] = [];
    const source = new Subject<GeminiChunk>();
    for (const limit of ['first', 'each', 'total']) {
      source.pipe(timeoutReply({ [limit]: 50 })).subscribe({ error: (cause: unknown) => errors.push(cause) });
      if (limit === 'each') source.next(chunk('a'));
      vi.advanceTimersByTime(50);
    }
    expect(errors.every(isGeminiError)).toBe(true);
    expect(errors).toMatchObject([
      { kind: 'timeout', retryable: true },
      { kind: 'timeout', retryable: false },
      { kind: 'timeout', retryable: false },
    ]);
  });

  it(
    'completes with an empty source and ends with a failing one',
    marbles((m) => {
      const options = { first: 4, each: 4, total: 9 };
      m.expectObservable(m.cold('--|', values).pipe(timeoutReply(options))).toBe('--|');
      m.expectObservable(m.cold('-a-#', values).pipe(timeoutReply(options))).toBe('-a-#', values);
      m.expectObservable(throwError(() => 'e').pipe(timeoutReply(options))).toBe('#', {}, 'e');
    }),
  );

  it(
    'shares no state between two subscriptions',
    marbles((m) => {
      const source = m.cold('     ---a-----|', values);
      const first = '             ^';
      const expectedOfFirst = '   ---a---#';
      const second = '            -----^';
      const expectedOfSecond = '  --------a---#';
      const result = source.pipe(timeoutReply({ first: 4, each: 4 }));
      m.expectObservable(result, first).toBe(expectedOfFirst, values, tooSilent);
      m.expectObservable(result, second).toBe(expectedOfSecond, values, tooSilent);
    }),
  );

  it('does not count the time of the subscriber as silence', () => {
    vi.useFakeTimers();
    const source = new Subject<GeminiChunk>();
    const errors: unknown[] = [];
    const slow = map((next: GeminiChunk) => {
      holdThread(1_000);
      return next;
    });
    source.pipe(timeoutReply({ each: 100 }), slow).subscribe({ error: (cause: unknown) => errors.push(cause) });
    source.next(chunk('a'));
    vi.advanceTimersByTime(99);
    expect(errors).toHaveLength(0);
    vi.advanceTimersByTime(1);
    expect(errors).toHaveLength(1);
  });

  it('waits once after content that a subscriber causes in its `next`', () => {
    vi.useFakeTimers();
    const source = new Subject<GeminiChunk>();
    const result = source.pipe(timeoutReply({ each: 100 }));
    const subscription = result.subscribe(({ text }) => {
      if (text === 'a') source.next(chunk('b'));
    });
    source.next(chunk('a'));
    expect(vi.getTimerCount()).toBe(1);
    subscription.unsubscribe();
    expect(vi.getTimerCount()).toBe(0);
  });

  it(
    'accepts content of the last ms',
    marbles((m) => {
      m.expectObservable(m.cold('----a|', values).pipe(timeoutReply({ first: 4 }))).toBe('----a|', values);
      m.expectObservable(m.cold('a---b|', values).pipe(timeoutReply({ each: 4 }))).toBe('a---b|', values);
      m.expectObservable(m.cold('a---|', values).pipe(timeoutReply({ total: 4 }))).toBe('a---|', values);
      m.expectObservable(m.cold('-----a|', values).pipe(timeoutReply({ first: 4 }))).toBe('----#', {}, tooLateToBegin);
    }),
  );

  it('fails at the ms of its limit, for any limit', () => {
    vi.useFakeTimers();
    for (const limit of [1, 2, 3, 5, 49, 50, 51, 99, 100, 101, 1_000, 60_000]) {
      const failed = vi.fn();
      new Subject<GeminiChunk>().pipe(timeoutReply({ first: limit })).subscribe({ error: failed });
      vi.advanceTimersByTime(limit - 1);
      expect(failed).not.toHaveBeenCalled();
      vi.advanceTimersByTime(1);
      expect(failed).toHaveBeenCalledOnce();
    }
  });

  it('clears its timers in every ending', () => {
    vi.useFakeTimers();
    const options = { first: 50, each: 50, total: 500 };
    const endings: ((source: Subject<GeminiChunk>) => void)[] = [
      (source) => source.complete(),
      (source) => source.error('e'),
      () => vi.advanceTimersByTime(50),
    ];
    for (const end of endings) {
      const source = new Subject<GeminiChunk>();
      source.pipe(timeoutReply(options)).subscribe({ error: () => {} });
      source.next(chunk('a'));
      expect(vi.getTimerCount()).toBe(2);
      end(source);
      expect(source.observed).toBe(false);
      expect(vi.getTimerCount()).toBe(0);
    }
    const subscription = new Subject<GeminiChunk>().pipe(timeoutReply(options)).subscribe();
    expect(vi.getTimerCount()).toBe(2);
    subscription.unsubscribe();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('starts no timer for a limit that is not set', () => {
    vi.useFakeTimers();
    const source = new Subject<GeminiChunk>();
    const subscription = source.pipe(timeoutReply({ total: 500 })).subscribe();
    source.next(chunk('a'));
    expect(vi.getTimerCount()).toBe(1);
    subscription.unsubscribe();
  });

  it('unsubscribes from a synchronous, endless source when it is unsubscribed', () => {
    vi.useFakeTimers();
    const endless = new Observable<GeminiChunk>((destination) => {
      while (!destination.closed) destination.next(chunk('a'));
    });
    const texts: string[] = [];
    endless.pipe(timeoutReply({ each: 5 }), take(1)).subscribe(({ text }) => texts.push(text));
    expect(texts).toEqual(['a']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('refuses wrong options at the call', () => {
    expect(() => timeoutReply({})).toThrow(
      new TypeError('Expected at least one of `first`, `each` and `total`, got none'),
    );
    expect(() => timeoutReply({ first: undefined })).toThrow(TypeError);
    for (const name of ['first', 'each', 'total']) {
      const sentence = `Expected \`${name}\` to be a positive number of ms, got -1`;
      expect(() => timeoutReply({ [name]: -1 })).toThrow(new RangeError(sentence));
      expect(() => timeoutReply({ [name]: 0 })).toThrow(RangeError);
      expect(() => timeoutReply({ [name]: NaN })).toThrow(RangeError);
    }
  });

  it('keeps the type of the chunks', () => {
    type Marked = GeminiChunk & { readonly mark: number };
    expectTypeOf(timeoutReply<Marked>({ first: 1 })).toEqualTypeOf<MonoTypeOperatorFunction<Marked>>();
    expectTypeOf((EMPTY as Observable<Marked>).pipe(timeoutReply({ first: 1 }))).toEqualTypeOf<Observable<Marked>>();
  });
});
