import {
  concat,
  config,
  EMPTY,
  from,
  map,
  NEVER,
  Observable,
  of,
  Subject,
  take,
  throwError,
  type OperatorFunction,
} from 'rxjs';
import { afterEach, describe, expect, expectTypeOf, it, vi } from 'vitest';
import { withMetrics, type ReplyReport, type WithMetricsOptions } from '../../../operators/measure/withMetrics.js';
import { withCost } from '../../../operators/measure/withCost.js';
import { takeUntilCancel } from '../../../operators/protect/takeUntilCancel.js';
import { withProgress } from '../../../operators/show/withProgress.js';
import type { ReplyMetrics, WithMetrics } from '../../../src/chunk/annotations.js';
import { ChunkBuilder } from '../../../src/chunk/chunkBuilder.js';
import { emptyChunk } from '../../../src/chunk/emptyChunk.js';
import type { GeminiChunk } from '../../../src/chunk/geminiChunk.js';
import { mergeChunks } from '../../../src/chunk/mergeChunks.js';
import { chunk, finishChunk, thoughtChunk, usageChunk } from '../../../src/testing/chunks.js';
import { marbles } from '../../support/marbles.js';

const none: ReplyMetrics = {
  elapsed: 0,
  chunks: 0,
  chars: 0,
  gaps: { p50: 0, p95: 0, max: 0 },
  longestStall: 0,
};
const cancelled: GeminiChunk = { text: '', cancelled: { reason: 'enough' } };

afterEach(() => {
  config.onUnhandledError = null;
  vi.useRealTimers();
});

/** Collects the reports, in order. */
function collect(): { reports: ReplyReport[]; onReport: (report: ReplyReport) => void } {
  const reports: ReplyReport[] = [];
  return { reports, onReport: (report) => reports.push(report) };
}

describe('withMetrics', () => {
  it(
    'adds the metrics to each chunk, and the final ones in a notice',
    marbles((m) => {
      const t = thoughtChunk('Hm');
      const a = chunk('abc', { usageMetadata: { thoughtsTokenCount: 4, totalTokenCount: 9 } });
      const f = finishChunk('STOP', { candidatesTokenCount: 6, totalTokenCount: 15 });
      const n = emptyChunk;
      const source = m.cold('  -n-t-----a-f---|', { n, t, a, f });
      const subs = '           ^--------------!';
      const expected = '       wn-t-----a-f---(d|)';
      const thought = { ...none, timeToFirstChunk: 3, elapsed: 3, chunks: 1, longestStall: 3 };
      const answer = {
        ...thought,
        timeToFirstText: 9,
        elapsed: 9,
        chunks: 2,
        chars: 3,
        outputTokens: 4,
        totalTokens: 9,
        tokensPerSecond: 667,
        gaps: { p50: 6, p95: 6, max: 6 },
        longestStall: 6,
      };
      const finish = { ...answer, elapsed: 11, outputTokens: 10, totalTokens: 15, tokensPerSecond: 1250 };
      m.expectObservable(source.pipe(withMetrics())).toBe(expected, {
        w: { text: '', metrics: none },
        n: { text: '', metrics: { ...none, elapsed: 1, longestStall: 1 } },
        t: { ...t, metrics: thought },
        a: { ...a, metrics: answer },
        f: { ...f, metrics: finish },
        d: { text: '', metrics: { ...finish, elapsed: 15 } },
      });
      m.expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  it(
    'measures only the gaps between chunks with content',
    marbles((m) => {
      const values = { a: chunk('a'), n: emptyChunk, u: usageChunk({ promptTokenCount: 1 }) };
      const source = m.cold('-a 9ms a 9ms a 4ms n 4ms a u 98ms a|', values);
      const { reports, onReport } = collect();
      source.pipe(withMetrics({ onReport })).subscribe();
      m.flush();
      expect(reports[0]!.metrics.chunks).toBe(5);
      expect(reports[0]!.metrics.gaps.max).toBe(100);
      expect(reports[0]!.metrics.gaps.p95).toBe(100);
      expect(Math.abs(reports[0]!.metrics.gaps.p50 - 10)).toBeLessThanOrEqual(0.5);
    }),
  );

  it.each([
    ['before the first chunk', '20ms a 5ms a 5ms |', 20],
    ['between two chunks', '     5ms a 20ms a 5ms |', 21],
    ['after the last chunk', '   5ms a 5ms a 20ms |', 21],
    ['without a chunk', '        20ms |', 20],
  ])('finds the longest stall %s', (_, reply, longestStall) => {
    marbles((m) => {
      const { reports, onReport } = collect();
      m.cold(reply.trim(), { a: chunk('a') })
        .pipe(withMetrics({ onReport }))
        .subscribe();
      m.flush();
      expect(reports[0]!.metrics.longestStall).toBe(longestStall);
    })();
  });

  it(
    'does not count hidden thoughts before the first chunk in the pace',
    marbles((m) => {
      const values = {
        a: chunk('a', { usageMetadata: { thoughtsTokenCount: 500, candidatesTokenCount: 10 } }),
        b: chunk('b', { usageMetadata: { thoughtsTokenCount: 500, candidatesTokenCount: 30 } }),
        c: chunk('c'),
      };
      const { reports, onReport } = collect();
      m.cold('2s a 999ms b 2s (c|)', values).pipe(withMetrics({ onReport })).subscribe();
      m.flush();
      expect(reports[0]!.metrics).toMatchObject({ outputTokens: 530, tokensPerSecond: 20, elapsed: 5001 });
    }),
  );

  it('does not count the notices of an interaction', () => {
    const interaction = { id: 'v1_a', status: 'queued', cursor: '0', background: true };
    const seen: ReplyMetrics[] = [];
    of<GeminiChunk[]>({ text: '', interaction }, { ...chunk('a'), interaction }, { text: '', interaction })
      .pipe(withMetrics())
      .subscribe(({ metrics }) => seen.push(metrics));
    expect(seen.map(({ chunks }) => chunks)).toEqual([0, 1, 1, 1]);
  });

  it('has no pace for one chunk, nor before content', () => {
    const { reports, onReport } = collect();
    const usageMetadata = { candidatesTokenCount: 10 };
    of(usageChunk(usageMetadata), chunk('a', { usageMetadata })).pipe(withMetrics({ onReport })).subscribe();
    expect(reports[0]!.metrics).toMatchObject({ outputTokens: 10 });
    expect(reports[0]!.metrics).not.toHaveProperty('tokensPerSecond');
  });

  it(
    'has no pace without time or new tokens since the first content',
    marbles((m) => {
      const a = chunk('a', { usageMetadata: { candidatesTokenCount: 10 } });
      const b = chunk('b', { usageMetadata: { candidatesTokenCount: 20 } });
      const { reports, onReport } = collect();
      m.cold('(ab|)', { a, b }).pipe(withMetrics({ onReport })).subscribe();
      m.cold('a-a-|', { a }).pipe(withMetrics({ onReport })).subscribe();
      m.flush();
      for (const { metrics } of reports) expect(metrics).not.toHaveProperty('tokensPerSecond');
      expect(reports).toHaveLength(2);
    }),
  );

  it('has no field for a figure that is not known', () => {
    const seen: ReplyMetrics[] = [];
    EMPTY.pipe(withMetrics()).subscribe(({ metrics }) => seen.push(metrics));
    expect(Object.keys(seen[0]!)).toEqual(Object.keys(none));
  });

  it(
    'emits first if its source does not, and passes completion, silence and an error',
    marbles((m) => {
      const w = { text: '', metrics: none };
      m.expectObservable(EMPTY.pipe(withMetrics())).toBe('(w|)', { w });
      m.expectObservable(NEVER.pipe(withMetrics())).toBe('w', { w });
      m.expectObservable(throwError(() => 'e').pipe(withMetrics())).toBe('(w#)', { w }, 'e');
    }),
  );

  it('keeps other annotations, and does not change the chunk', () => {
    const marked = Object.freeze({ ...chunk('a'), mark: 7 });
    const seen: unknown[] = [];
    of(marked)
      .pipe(withMetrics(), take(1))
      .subscribe((annotated) => seen.push(annotated));
    expect(seen).toMatchObject([{ ...marked, metrics: { chunks: 1 } }]);
  });

  it('unsubscribes from a synchronous, endless source when it is unsubscribed', () => {
    const { reports, onReport } = collect();
    const endless = new Observable<GeminiChunk>((destination) => {
      while (!destination.closed) destination.next(chunk('a'));
    });
    endless.pipe(withMetrics({ onReport }), take(1)).subscribe();
    expect(reports).toMatchObject([{ outcome: 'cancelled', metrics: { chunks: 1 } }]);
  });

  it('shares no state between two subscriptions', () => {
    const { reports, onReport } = collect();
    const source = new Subject<GeminiChunk>();
    const result = source.pipe(withMetrics({ onReport }));
    result.subscribe();
    source.next(chunk('a'));
    result.subscribe();
    source.next(chunk('a'));
    source.complete();
    expect(reports).toMatchObject([{ metrics: { chunks: 2 } }, { metrics: { chunks: 1 } }]);
  });

  describe('onReport', () => {
    it('is called once when the reply completes, before the last notice', () => {
      const calls: string[] = [];
      const onReport = ({ outcome, metrics }: ReplyReport) => calls.push(`${outcome} ${metrics.chunks}`);
      const subscription = of(chunk('a'), finishChunk())
        .pipe(withMetrics({ onReport }))
        .subscribe({ next: ({ text }) => calls.push(`next '${text}'`), complete: () => calls.push('complete') });
      subscription.unsubscribe();
      expect(calls).toEqual(["next 'a'", "next ''", 'complete 1', "next ''", 'complete']);
    });

    it('is called with `complete` even if the subscriber unsubscribes at the last notice', () => {
      const { reports, onReport } = collect();
      of(chunk('a')).pipe(withMetrics({ onReport }), take(2)).subscribe();
      expect(reports).toMatchObject([{ outcome: 'complete' }]);
      expect(reports[0]).not.toHaveProperty('error');
    });

    it('is called once with the error when the reply fails', () => {
      const { reports, onReport } = collect();
      const source = new Subject<GeminiChunk>();
      const subscription = source.pipe(withMetrics({ onReport })).subscribe({ error: () => {} });
      source.next(chunk('a'));
      source.error('e');
      subscription.unsubscribe();
      expect(reports).toMatchObject([{ outcome: 'failed', error: 'e', metrics: { chunks: 1 } }]);
    });

    it('is called once when the reply is unsubscribed', () => {
      const { reports, onReport } = collect();
      const source = new Subject<GeminiChunk>();
      const subscription = source.pipe(withMetrics({ onReport })).subscribe();
      source.next(chunk('a'));
      expect(reports).toEqual([]);
      subscription.unsubscribe();
      subscription.unsubscribe();
      expect(reports).toMatchObject([{ outcome: 'cancelled', metrics: { chunks: 1 } }]);
      expect(source.observed).toBe(false);
    });

    it('reports `cancelled` for a reply that completes with that mark', () => {
      const { reports, onReport } = collect();
      of(chunk('a'), cancelled, emptyChunk).pipe(withMetrics({ onReport })).subscribe();
      expect(reports).toMatchObject([{ outcome: 'cancelled', metrics: { chunks: 1 } }]);
    });

    it('reports `stopped` for a reply that completes after that mark, and `cancelled` if it has both', () => {
      const { reports, onReport } = collect();
      const stopped = { ...chunk('a'), stopped: { reason: 'maxChars' } };
      of(stopped, emptyChunk).pipe(withMetrics({ onReport })).subscribe();
      of(stopped, cancelled).pipe(withMetrics({ onReport })).subscribe();
      expect(reports.map(({ outcome }) => outcome)).toEqual(['stopped', 'cancelled']);
    });

    it('reports `stopped` for a reply that is unsubscribed after that mark', () => {
      const { reports, onReport } = collect();
      const stopped = { ...chunk('a'), stopped: { reason: 'maxChars' } };
      of(stopped, emptyChunk).pipe(withMetrics({ onReport }), take(1)).subscribe();
      expect(reports).toMatchObject([{ outcome: 'stopped', metrics: { chunks: 1 } }]);
    });

    it.each(['complete', 'error'] as const)('reports `cancelled` for a cancel as %s', (as) => {
      const { reports, onReport } = collect();
      NEVER.pipe(takeUntilCancel(of('enough'), { as }), withMetrics({ onReport })).subscribe({ error: () => {} });
      expect(reports).toMatchObject([{ outcome: 'cancelled' }]);
      expect(reports[0]).not.toHaveProperty('error');
    });

    it('fails the result when it throws at the completion', () => {
      const seen: unknown[] = [];
      const onReport = vi.fn(() => {
        throw new Error('report');
      });
      of(chunk('a'))
        .pipe(withMetrics({ onReport }))
        .subscribe({ next: ({ text }) => seen.push(text), error: (cause: unknown) => seen.push(cause) });
      expect(seen).toEqual(['a', new Error('report')]);
      expect(onReport).toHaveBeenCalledTimes(1);
    });

    it('does not hide the error of the reply when it throws at it', () => {
      vi.useFakeTimers();
      const unhandled: unknown[] = [];
      config.onUnhandledError = (cause) => unhandled.push(cause);
      const errors: unknown[] = [];
      const onReport = () => {
        throw new Error('report');
      };
      throwError(() => 'e')
        .pipe(withMetrics({ onReport }))
        .subscribe({ error: (cause: unknown) => errors.push(cause) });
      expect(errors).toEqual(['e']);
      vi.runAllTimers();
      expect(unhandled).toEqual([new Error('report')]);
    });

    it('does not break the teardown when it throws at an unsubscription', () => {
      vi.useFakeTimers();
      const unhandled: unknown[] = [];
      config.onUnhandledError = (cause) => unhandled.push(cause);
      const source = new Subject<GeminiChunk>();
      const onReport = () => {
        throw new Error('report');
      };
      const subscription = source.pipe(withMetrics({ onReport })).subscribe();
      expect(() => subscription.unsubscribe()).not.toThrow();
      expect(source.observed).toBe(false);
      vi.runAllTimers();
      expect(unhandled).toEqual([new Error('report')]);
    });
  });

  describe('the reply of a report', () => {
    const parts = [
      chunk('Hel', { responseId: 'r' }),
      thoughtChunk('Hm'),
      { text: '', queued: { position: 2 } },
      finishChunk('STOP', { promptTokenCount: 3, candidatesTokenCount: 4 }),
    ];
    const whole = parts.reduce(mergeChunks);

    it('is the merge of all chunks, with the annotations of the operators above', () => {
      const { reports, onReport } = collect();
      const priced = withCost({ pricePerMillion: { input: 1, output: 2 } });
      from(parts).pipe(priced, withProgress(), withMetrics({ onReport })).subscribe();
      const { cost, progress, ...reply } = reports[0]!.reply();
      expect(reply).toEqual(whole);
      expect(cost).toMatchObject({ total: 0.000011, estimated: false });
      expect(progress).toMatchObject({ phase: 'complete', percent: 100 });
    });

    it('is the content so far of a reply that failed, was cancelled or was unsubscribed', () => {
      const { reports, onReport } = collect();
      const measured = <T extends GeminiChunk>() => withMetrics<T>({ onReport });
      const begun$ = from(parts.slice(0, 2));
      concat(
        begun$,
        throwError(() => 'e'),
      )
        .pipe(measured())
        .subscribe({ error: () => {} });
      concat(begun$, of(cancelled)).pipe(measured()).subscribe();
      concat(begun$, NEVER).pipe(measured()).subscribe().unsubscribe();
      EMPTY.pipe(measured()).subscribe();
      const begun = parts.slice(0, 2).reduce(mergeChunks);
      expect(reports.map(({ outcome, reply }) => [outcome, reply()])).toEqual([
        ['failed', begun],
        ['cancelled', mergeChunks(begun, cancelled)],
        ['cancelled', begun],
        ['complete', emptyChunk],
      ]);
    });

    it('may be read more than once, and later than the report', () => {
      const { reports, onReport } = collect();
      const source = new Subject<GeminiChunk>();
      source.pipe(withMetrics({ onReport })).subscribe();
      source.next(chunk('a'));
      source.complete();
      const { reply } = reports[0]!;
      expect([reply().text, reply().text]).toEqual(['a', 'a']);
    });

    it('is not held without `onReport`', () => {
      const append = vi.spyOn(ChunkBuilder.prototype, 'append');
      from(parts).pipe(withMetrics()).subscribe();
      expect(append).not.toHaveBeenCalled();
      from(parts)
        .pipe(withMetrics({ onReport: () => {} }))
        .subscribe();
      expect(append).toHaveBeenCalledTimes(parts.length);
      append.mockRestore();
    });
  });

  it('has whole numbers, and one digit after the point of a low rate', () => {
    vi.useFakeTimers();
    const seen: ReplyMetrics[] = [];
    const source = new Subject<GeminiChunk>();
    source.pipe(withMetrics()).subscribe(({ metrics }) => seen.push(metrics));
    for (const gap of [50.4, 53.7, 47.9, 61.3, 333.3]) {
      vi.advanceTimersByTime(gap);
      source.next(chunk('a'));
    }
    source.next(usageChunk({ candidatesTokenCount: 4 }));
    vi.advanceTimersByTime(3001);
    source.next(usageChunk({ candidatesTokenCount: 13 }));
    const numbers = seen.flatMap(({ gaps, tokensPerSecond, ...rest }) => [
      ...Object.values(rest),
      ...Object.values(gaps),
    ]);
    expect(numbers.filter((value) => !Number.isInteger(value))).toEqual([]);
    expect(seen.at(-1)?.tokensPerSecond).toBe(3.7);
  });

  it('reports an error only with a failure', () => {
    const read = (report: ReplyReport) => {
      if (report.outcome === 'failed') expectTypeOf(report).toHaveProperty('error').toEqualTypeOf<unknown>();
      else expectTypeOf(report.error).toEqualTypeOf<undefined>();
    };
    expectTypeOf(withMetrics).parameter(0).toEqualTypeOf<WithMetricsOptions | undefined>();
    expectTypeOf(read).toExtend<NonNullable<WithMetricsOptions['onReport']>>();
  });

  it('starts no timer', () => {
    vi.useFakeTimers();
    const subscription = NEVER.pipe(withMetrics()).subscribe();
    expect(vi.getTimerCount()).toBe(0);
    subscription.unsubscribe();
  });

  it('refuses a wrong option at the call', () => {
    const sentence = "Expected `onReport` to be a function, got 'log'";
    expect(() => withMetrics({ onReport: 'log' as never })).toThrow(new TypeError(sentence));
  });

  it('requires the annotation in its result', () => {
    type Marked = GeminiChunk & { readonly mark: number };
    type Annotated = Marked & WithMetrics;
    expectTypeOf<WithMetrics>().toEqualTypeOf<{ readonly metrics: ReplyMetrics }>();
    expectTypeOf(withMetrics<Marked>()).toEqualTypeOf<OperatorFunction<Marked, Annotated>>();
    const annotated$ = (EMPTY as Observable<Marked>).pipe(withMetrics());
    expectTypeOf(annotated$).toEqualTypeOf<Observable<Annotated>>();
    expectTypeOf(annotated$.pipe(map(({ metrics }) => metrics.gaps.p95))).toEqualTypeOf<Observable<number>>();
  });
});
