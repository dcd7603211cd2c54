import fc from 'fast-check';
import { concat, defer, EMPTY, identity, map, NEVER, Observable, of, Subject, take, throwError, timer } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { afterEach, describe, expect, expectTypeOf, it, vi } from 'vitest';
import { withProgress } from '../../../operators/show/withProgress.js';
import { classifyErrors } from '../../../operators/protect/classifyErrors.js';
import { createRateLimiter } from '../../../operators/protect/createRateLimiter.js';
import { protectReply, type ProtectReplyOptions } from '../../../operators/protect/protectReply.js';
import { resumeOnDrop } from '../../../operators/protect/resumeOnDrop.js';
import { retryTransient } from '../../../operators/protect/retryTransient.js';
import { takeUntilCancel } from '../../../operators/protect/takeUntilCancel.js';
import { timeoutReply } from '../../../operators/protect/timeoutReply.js';
import type { WithProgress } from '../../../src/chunk/annotations.js';
import type { GeminiChunk } from '../../../src/chunk/geminiChunk.js';
import { GeminiError } from '../../../src/errors/geminiError.js';
import type { GeminiErrorKind } from '../../../src/errors/kinds.js';
import { chunk, finishChunk, usageChunk } from '../../../src/testing/chunks.js';
import { outcomeOf } from '../../support/outcome.js';

const lost = new GeminiError('Reset.', { kind: 'network' });
const finish = finishChunk();

/** The requests of one reply: each with its chunks, the times between them and its end; after them comes a silent one. */
interface Request {
  readonly chunks: readonly GeminiChunk[];
  readonly gap: number;
  readonly fails: GeminiErrorKind | undefined;
}

const request = fc.record<Request>({
  chunks: fc.array(fc.constantFrom(chunk('a'), chunk('b'), usageChunk({ promptTokenCount: 3 }), finish), {
    maxLength: 3,
  }),
  gap: fc.constantFrom(0, 3, 40),
  fails: fc.constantFrom(undefined, 'network', 'overloaded', 'rate_limit', 'invalid_request'),
});

const optionNames = ['timeout', 'classify', 'limit', 'retry', 'resume', 'cancel'] as const;

/** A source that makes one request for each subscription, in order. */
function requestsOf(all: readonly Request[]) {
  const subscriptions = { count: 0 };
  const source = defer((): Observable<GeminiChunk> => {
    const { chunks, gap, fails } = all[subscriptions.count++] ?? { chunks: [], gap: 0, fails: undefined };
    const steps = chunks.map((one, index) => (gap === 0 ? of(one) : timer(index === 0 ? 1 : gap).pipe(map(() => one))));
    const end = fails ? throwError(() => new GeminiError('Oh.', { kind: fails })) : EMPTY;
    return concat(...steps, end);
  });
  return { source, subscriptions };
}

/** All notifications with their times, and the number of requests. */
function played(result: () => { result$: Observable<unknown>; count: () => number }) {
  const log: unknown[] = [];
  const scheduler = new TestScheduler(() => undefined);
  return scheduler.run(() => {
    const { result$, count } = result();
    const at = () => scheduler.now();
    result$.subscribe({
      next: (value) => log.push([at(), value]),
      error: (error: unknown) => log.push([at(), error, (error as GeminiError).partial]),
      complete: () => log.push([at(), 'complete']),
    });
    scheduler.flush();
    return [...log, count()];
  });
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe('protectReply', () => {
  it('equals the pipe of its parts, in their order', () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.5);
    fc.assert(
      fc.property(fc.array(request, { minLength: 1, maxLength: 4 }), fc.subarray([...optionNames]), (all, names) => {
        const optionsNow = (): ProtectReplyOptions => {
          const options: Required<ProtectReplyOptions> = {
            timeout: { first: 50, each: 20, total: 200 },
            classify: { failOn: ['STOP'] },
            limit: createRateLimiter({ requestsPerMinute: 2 }).limit(),
            retry: { count: 2, delay: 10 },
            resume: { continueWith: () => of(chunk('c')), count: 1 },
            cancel: { notifier: timer(150), as: 'error' },
          };
          return Object.fromEntries(names.map((name) => [name, options[name]]));
        };
        const byHand = () => {
          const { source, subscriptions } = requestsOf(all);
          const { timeout, classify, limit, retry, resume } = optionsNow();
          const result$ = source.pipe(
            timeout ? timeoutReply(timeout) : identity,
            classifyErrors(classify),
            limit ?? identity,
            retry ? retryTransient(retry) : identity,
            resume ? resumeOnDrop(resume) : identity,
            names.includes('cancel') ? takeUntilCancel(timer(150), { as: 'error' }) : identity,
          );
          return { result$, count: () => subscriptions.count };
        };
        const protectedReply = () => {
          const { source, subscriptions } = requestsOf(all);
          return { result$: source.pipe(protectReply(optionsNow())), count: () => subscriptions.count };
        };
        expect(played(protectedReply)).toEqual(played(byHand));
      }),
    );
  });

  it.each<[string, ProtectReplyOptions | undefined]>([
    ['no options', undefined],
    ['all options absent', { timeout: undefined, classify: undefined, limit: undefined, retry: undefined }],
    ['every other part', { timeout: { total: 9_000 }, classify: {}, cancel: new AbortController().signal }],
  ])('makes one request without `retry` and `resume`: %s', async (_, options) => {
    for (const chunks of [[], [chunk('a')]]) {
      const { source, subscriptions } = requestsOf([{ chunks, gap: 0, fails: 'network' }]);
      const { error } = await outcomeOf(source.pipe(protectReply(options)));
      expect([error?.kind, error?.partial?.text, subscriptions.count]).toEqual(['network', chunks[0]?.text ?? '', 1]);
    }
  });

  it('judges the outcome without any option', async () => {
    expect((await outcomeOf(of(chunk('a')).pipe(protectReply()))).error?.kind).toBe('truncated');
    expect((await outcomeOf(of(chunk('a'), finish).pipe(protectReply()))).isComplete).toBe(true);
    expect((await outcomeOf(throwError(() => new TypeError('fetch failed')).pipe(protectReply()))).error?.kind).toBe(
      'network',
    );
  });

  it('retries by the defaults with `retry: {}`, each request after the limiter, and continues a reply that breaks', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0);
    const all: Request[] = [
      { chunks: [], gap: 0, fails: 'overloaded' },
      { chunks: [chunk('Hello, ')], gap: 0, fails: 'network' },
    ];
    const { source, subscriptions } = requestsOf(all);
    const begun: string[] = [];
    const limiter = createRateLimiter({ concurrency: 1 });
    const reply$ = source.pipe(
      protectReply({
        limit: (requests$) => defer(() => (begun.push('request'), requests$.pipe(limiter.limit()))),
        retry: {},
        resume: { continueWith: ({ text }) => of(chunk(`${text.length} more`), finish) },
      }),
    );
    const { values, isComplete } = await outcomeOf(reply$);
    expect(isComplete).toBe(true);
    expect(values.map(({ text }) => text).join('')).toBe('Hello, 7 more');
    expect(values.flatMap(({ retrying }) => retrying?.kind ?? [])).toEqual(['overloaded', 'network']);
    expect([subscriptions.count, begun.length]).toEqual([2, 2]);
  });

  it('ends by a signal, by an Observable and by an error', async () => {
    const controller = new AbortController();
    const cancelled = outcomeOf(NEVER.pipe(protectReply({ cancel: controller.signal })));
    controller.abort('enough');
    expect((await cancelled).values).toEqual([{ text: '', cancelled: { reason: 'enough' } }]);
    const stop$ = new Subject<string>();
    const stopped = outcomeOf(concat(of(chunk('a')), NEVER).pipe(protectReply({ cancel: { notifier: stop$ } })));
    stop$.next('later');
    expect((await stopped).values).toEqual([chunk('a'), { text: '', cancelled: { reason: 'later' } }]);
    const failed = outcomeOf(NEVER.pipe(protectReply({ cancel: { notifier: of('no'), as: 'error' } })));
    expect((await failed).error?.kind).toBe('cancelled');
  });

  it('unsubscribes from its source, shares no state, and clears all timers', () => {
    vi.useFakeTimers();
    const source = new Subject<GeminiChunk>();
    const controller = new AbortController();
    const result$ = source.pipe(
      protectReply({ timeout: { first: 5, each: 5, total: 50 }, retry: {}, cancel: controller.signal }),
    );
    const [first, second] = [result$.subscribe(), result$.subscribe()];
    source.next(chunk('a'));
    first.unsubscribe();
    expect(source.observed).toBe(true);
    second.unsubscribe();
    expect([source.observed, vi.getTimerCount()]).toEqual([false, 0]);
    const waiting = throwError(() => lost)
      .pipe(protectReply({ retry: {} }))
      .subscribe();
    waiting.unsubscribe();
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });

  it('unsubscribes from an endless synchronous source when its result is closed', () => {
    const endless$ = new Observable<GeminiChunk>((destination) => {
      while (!destination.closed) destination.next(chunk('a'));
    });
    const seen: GeminiChunk[] = [];
    const cancel = { notifier: NEVER };
    endless$
      .pipe(protectReply({ timeout: { total: 5 }, retry: {}, resume: { continueWith: () => NEVER }, cancel }), take(2))
      .subscribe((one) => seen.push(one));
    expect(seen).toHaveLength(2);
  });

  const limiter = createRateLimiter({ concurrency: 1 });
  it.each<[unknown, string]>([
    [3, 'Expected `options` to be an object, got 3'],
    [
      { retries: 3 },
      'Expected the options of protectReply to be among timeout, classify, limit, retry, resume, cancel, got `retries`',
    ],
    [{ toString: {} }, 'got `toString`'],
    [{ limit: limiter }, 'Expected `limit` to be `limiter.limit()` of a createRateLimiter, got the limiter itself'],
    [{ limit: { concurrency: 1 } }, 'Expected `limit` to be `limiter.limit()` of a createRateLimiter, got an object'],
    [{ retry: true }, 'Expected `retry` to be the options of retryTransient, `{}` for its defaults, got true'],
    [{ retry: 3 }, 'Expected `retry` to be the options of retryTransient, `{}` for its defaults, got 3'],
    [{ retry: { count: -1 } }, 'Expected `count` to be a whole number of at least 0, got -1'],
    [{ timeout: 5_000 }, 'Expected `timeout` to be the options of timeoutReply, such as `{ first: 30_000 }`, got 5000'],
    [{ timeout: {} }, 'Expected at least one of `first`, `each` and `total`, got none'],
    [{ classify: null }, 'Expected `classify` to be the options of classifyErrors, got null'],
    [{ resume: {} }, 'Expected `continueWith` to be a function, got undefined'],
    [
      { resume: () => NEVER },
      'Expected `resume` to be the options of resumeOnDrop, such as `{ continueWith }`, got a function',
    ],
    [{ cancel: new Subject() }, 'Expected `cancel` to be an AbortSignal or `{ notifier, as }`, got an Observable'],
    [
      { cancel: new AbortController() },
      'Expected `cancel` to be an AbortSignal or `{ notifier, as }`, got an AbortController',
    ],
    [{ cancel: { as: 'error' } }, 'Expected `cancel` to be an AbortSignal or `{ notifier, as }`, got an object'],
    [{ cancel: { notifier: 3 } }, 'Expected `notifier` to be an AbortSignal or an ObservableInput, got 3'],
    [{ cancel: { notifier: NEVER, as: 'x' } }, "Expected `as` to be 'complete' or 'error', got 'x'"],
  ])('throws at the call for %o', (options, sentence) => {
    expect(() => protectReply(options as never)).toThrow(sentence);
  });

  it('emits chunks of the source, or plain chunks', () => {
    const reply$: Observable<GeminiChunk> = NEVER;
    expectTypeOf(reply$.pipe(protectReply())).toEqualTypeOf<Observable<GeminiChunk>>();
    expectTypeOf(reply$.pipe(protectReply({ limit: limiter.limit({ key: 'a' }) }))).toEqualTypeOf<
      Observable<GeminiChunk>
    >();
    const rich$ = reply$.pipe(withProgress());
    const protected$ = rich$.pipe(
      protectReply({
        limit: limiter.limit(),
        resume: {
          continueWith: (partial) => {
            expectTypeOf(partial).toExtend<GeminiChunk>();
            return reply$;
          },
        },
      }),
    );
    expectTypeOf(protected$).toEqualTypeOf<Observable<GeminiChunk | (GeminiChunk & WithProgress)>>();
  });
});
