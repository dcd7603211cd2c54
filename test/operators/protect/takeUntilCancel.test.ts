import { getEventListeners } from 'node:events';
import { concat, EMPTY, NEVER, Observable, of, range, Subject, take, throwError, type OperatorFunction } from 'rxjs';
import { describe, expect, expectTypeOf, it, vi } from 'vitest';
import { retryTransient } from '../../../operators/protect/retryTransient.js';
import { takeUntilCancel } from '../../../operators/protect/takeUntilCancel.js';
import { emptyChunk } from '../../../src/chunk/emptyChunk.js';
import type { GeminiChunk } from '../../../src/chunk/geminiChunk.js';
import { mergeChunks } from '../../../src/chunk/mergeChunks.js';
import { GeminiError, isGeminiError } from '../../../src/errors/geminiError.js';
import { callChunk, chunk, finishChunk, usageChunk } from '../../../src/testing/chunks.js';
import { marbles } from '../../support/marbles.js';

const cancelled = (reason: string): GeminiChunk => ({ text: '', cancelled: { reason } });

const values = {
  a: chunk('a'),
  b: chunk('b'),
  f: finishChunk(),
  x: cancelled('cancelled'),
};

const cancelError = (partial: GeminiChunk, cause?: unknown): GeminiError =>
  new GeminiError('The reply was cancelled', { kind: 'cancelled', partial, cause });

function listenersOf(signal: AbortSignal): number {
  return getEventListeners(signal, 'abort').length;
}

function observe(reply$: Observable<GeminiChunk>) {
  const seen: { chunks: GeminiChunk[]; error?: unknown; isComplete: boolean } = { chunks: [], isComplete: false };
  const subscription = reply$.subscribe({
    next: (next) => seen.chunks.push(next),
    error: (cause: unknown) => {
      seen.error = cause;
    },
    complete: () => (seen.isComplete = true),
  });
  return { seen, subscription };
}

describe('takeUntilCancel', () => {
  describe('with an Observable', () => {
    it(
      'completes with a marked chunk, and unsubscribes from the source and the notifier',
      marbles((m) => {
        const source = m.cold('  -a-b-a-|', values);
        const notifier = m.cold('----n-n-', { n: undefined });
        const subs = '           ^---!';
        const expected = '       -a-b(x|)';
        const result = source.pipe(takeUntilCancel(notifier));
        m.expectObservable(result).toBe(expected, values);
        m.expectSubscriptions(source.subscriptions).toBe(subs);
        m.expectSubscriptions(notifier.subscriptions).toBe(subs);
      }),
    );

    it(
      'fails with the reply so far with `as: error`',
      marbles((m) => {
        const source = m.cold('  -a-b-a-|', values);
        const notifier = m.cold('----n-n-', { n: 7 });
        const subs = '           ^---!';
        const expected = '       -a-b#';
        const result = source.pipe(takeUntilCancel(notifier, { as: 'error' }));
        const error = cancelError(mergeChunks(values.a, values.b), 7);
        m.expectObservable(result).toBe(expected, values, error);
        m.expectSubscriptions(source.subscriptions).toBe(subs);
        m.expectSubscriptions(notifier.subscriptions).toBe(subs);
      }),
    );

    it(
      'cancels a silent reply, and a finished reply that has not completed',
      marbles((m) => {
        const notifier = m.cold('---n', { n: undefined });
        m.expectObservable(m.cold('-', values).pipe(takeUntilCancel(notifier))).toBe('   ---(x|)', values);
        m.expectObservable(m.cold('-af--|', values).pipe(takeUntilCancel(notifier))).toBe('-af(x|)', values);
      }),
    );

    it(
      'passes a reply that ends before the notifier emits',
      marbles((m) => {
        const notifier = m.cold('   -------n');
        const subs = '              ^---!';
        const completed = m.cold('  -a-f|', values);
        const failed = m.cold('     -a-f#', values);
        m.expectObservable(completed.pipe(takeUntilCancel(notifier))).toBe('-a-f|', values);
        m.expectObservable(failed.pipe(takeUntilCancel(notifier, { as: 'error' }))).toBe('-a-f#', values);
        m.expectSubscriptions(notifier.subscriptions).toBe([subs, subs]);
      }),
    );

    it(
      'passes an empty source',
      marbles((m) => {
        m.expectObservable(EMPTY.pipe(takeUntilCancel(NEVER))).toBe('|');
        m.expectObservable(EMPTY.pipe(takeUntilCancel(NEVER, { as: 'error' }))).toBe('|');
      }),
    );

    it(
      'continues when the notifier completes',
      marbles((m) => {
        const source = m.cold('  -a-b-f|', values);
        const notifier = m.cold('--|');
        const expected = '       -a-b-f|';
        m.expectObservable(source.pipe(takeUntilCancel(notifier))).toBe(expected, values);
      }),
    );

    it(
      'fails with the error of the notifier',
      marbles((m) => {
        const source = m.cold('  -a-b-f|', values);
        const notifier = m.cold('--#');
        const subs = '           ^-!';
        const expected = '       -a#';
        m.expectObservable(source.pipe(takeUntilCancel(notifier))).toBe(expected, values);
        m.expectSubscriptions(source.subscriptions).toBe(subs);
      }),
    );

    it(
      'unsubscribes silently from the source and the notifier',
      marbles((m) => {
        const source = m.cold('  -a-b-a-|', values);
        const notifier = m.cold('----n');
        const unsub = '          --!';
        const expected = '       -a-';
        const subs = '           ^-!';
        m.expectObservable(source.pipe(takeUntilCancel(notifier)), unsub).toBe(expected, values);
        m.expectSubscriptions(source.subscriptions).toBe(subs);
        m.expectSubscriptions(notifier.subscriptions).toBe(subs);
      }),
    );

    it(
      'shares no state between two subscriptions',
      marbles((m) => {
        const source = m.cold('             -a-b-a-|', values);
        const notifier = m.cold('           ----n', { n: undefined });
        const first = '                     ^';
        const expectedOfFirst = '           -a-b#';
        const second = '                    --^';
        const expectedOfSecond = '          ---a-b#';
        const result = source.pipe(takeUntilCancel(notifier, { as: 'error' }));
        const error = cancelError(mergeChunks(values.a, values.b));
        m.expectObservable(result, first).toBe(expectedOfFirst, values, error);
        m.expectObservable(result, second).toBe(expectedOfSecond, values, error);
      }),
    );

    it('makes no request when the notifier emits at once, even without end', () => {
      let requests = 0;
      const source = new Observable<GeminiChunk>(() => {
        requests++;
      });
      const { seen } = observe(source.pipe(takeUntilCancel(range(0, Infinity))));
      expect(seen).toEqual({ chunks: [values.x], isComplete: true });
      const failed = observe(source.pipe(takeUntilCancel(of('stop'), { as: 'error' })));
      expect(failed.seen.error).toMatchObject({ kind: 'cancelled', cause: 'stop', partial: emptyChunk });
      expect(requests).toBe(0);
    });

    it('closes the request before it emits the notice', () => {
      const source = new Subject<GeminiChunk>();
      const cancel = new Subject<string>();
      const observed: boolean[] = [];
      source.pipe(takeUntilCancel(cancel)).subscribe(() => observed.push(source.observed));
      cancel.next('now');
      expect(observed).toEqual([false]);
      const failing = { error: () => observed.push(source.observed) };
      source.pipe(takeUntilCancel(cancel, { as: 'error' })).subscribe(failing);
      cancel.next('now');
      expect(observed).toEqual([false, false]);
    });

    it('has in the partial the chunk whose subscriber cancels', () => {
      const source = new Subject<GeminiChunk>();
      const cancel = new Subject<void>();
      const errors: unknown[] = [];
      source.pipe(takeUntilCancel(cancel, { as: 'error' })).subscribe({
        next: () => cancel.next(),
        error: (cause: unknown) => errors.push(cause),
      });
      source.next(values.a);
      source.next(values.b);
      expect(errors).toMatchObject([{ kind: 'cancelled', partial: values.a }]);
    });
  });

  it('accepts a promise and an iterable as the notifier', async () => {
    expect(observe(NEVER.pipe(takeUntilCancel(['because', 'why not']))).seen.chunks).toEqual([cancelled('because')]);
    const reason = Promise.resolve('later');
    const { seen } = observe(NEVER.pipe(takeUntilCancel(reason)));
    expect(seen.isComplete).toBe(false);
    await reason;
    expect(seen).toEqual({ chunks: [cancelled('later')], isComplete: true });
  });

  describe('with an AbortSignal', () => {
    it('completes with the reason, and removes its listener', () => {
      const controller = new AbortController();
      const source = new Subject<GeminiChunk>();
      const { seen } = observe(source.pipe(takeUntilCancel(controller.signal)));
      source.next(values.a);
      expect(listenersOf(controller.signal)).toBe(1);
      controller.abort('the user pressed Escape');
      expect(seen).toEqual({ chunks: [values.a, cancelled('the user pressed Escape')], isComplete: true });
      expect(source.observed).toBe(false);
      expect(listenersOf(controller.signal)).toBe(0);
    });

    it('makes no request when the signal was aborted before the subscription', () => {
      let requests = 0;
      const controller = new AbortController();
      const source = new Observable<GeminiChunk>(() => {
        requests++;
      });
      const result = source.pipe(takeUntilCancel(controller.signal));
      controller.abort('early');
      expect(observe(result).seen).toEqual({ chunks: [cancelled('early')], isComplete: true });
      expect(requests).toBe(0);
      expect(listenersOf(controller.signal)).toBe(0);
    });

    it('removes its listener in every ending', () => {
      const { signal } = new AbortController();
      const endings: ((source: Subject<GeminiChunk>) => void)[] = [
        (source) => source.complete(),
        (source) => source.error('e'),
        (source) => source.next(values.b),
      ];
      for (const end of endings) {
        const source = new Subject<GeminiChunk>();
        observe(source.pipe(takeUntilCancel(signal), take(2)));
        source.next(values.a);
        expect(listenersOf(signal)).toBe(1);
        end(source);
        expect(source.observed).toBe(false);
        expect(listenersOf(signal)).toBe(0);
      }
      const { subscription } = observe(NEVER.pipe(takeUntilCancel(signal, { as: 'error' })));
      expect(listenersOf(signal)).toBe(1);
      subscription.unsubscribe();
      expect(listenersOf(signal)).toBe(0);
    });

    it('recognises the signal of a polyfill by its shape', () => {
      const signal = Object.assign(new EventTarget(), { aborted: false, reason: undefined });
      const { seen } = observe(NEVER.pipe(takeUntilCancel(signal as unknown as AbortSignal)));
      Object.assign(signal, { aborted: true, reason: 'other realm' });
      signal.dispatchEvent(new Event('abort'));
      expect(seen.chunks).toEqual([cancelled('other realm')]);
    });
  });

  it.each([
    ['a string', 'because', 'because'],
    ['an error', new Error('because'), 'because'],
    ['an error of another realm', { name: 'AbortError', message: 'because' }, 'because'],
    ['an error without a message', new Error(''), 'cancelled'],
    ['an empty string', '', 'cancelled'],
    ['nothing', undefined, 'cancelled'],
    ['null', null, 'cancelled'],
    ['anything else', { why: 'because' }, 'cancelled'],
    ['the default reason of a signal', AbortSignal.abort().reason, 'This operation was aborted'],
  ])('takes the reason from %s', (_, reason: unknown, words) => {
    expect(observe(NEVER.pipe(takeUntilCancel(of(reason)))).seen.chunks).toEqual([cancelled(words)]);
    const { error } = observe(NEVER.pipe(takeUntilCancel(of(reason), { as: 'error' }))).seen;
    const message = words === 'cancelled' ? 'The reply was cancelled' : `The reply was cancelled: ${words}`;
    expect(error).toMatchObject({ kind: 'cancelled', retryable: false, message });
    expect((error as GeminiError).cause).toBe(reason);
  });

  it('distinguishes a timeout from a cancel', () => {
    const reason = new DOMException('The operation was aborted due to timeout', 'TimeoutError');
    const signal = AbortSignal.abort(reason);
    const { error } = observe(NEVER.pipe(takeUntilCancel(signal, { as: 'error' }))).seen;
    expect(isGeminiError(error)).toBe(true);
    expect(error).toMatchObject({
      kind: 'timeout',
      retryable: false,
      message: 'The time ran out before the reply was complete',
      cause: reason,
      partial: emptyChunk,
    });
    expect(observe(NEVER.pipe(takeUntilCancel(signal))).seen.chunks).toEqual([cancelled(reason.message)]);
  });

  it('has text, parts and usage in the partial', () => {
    const chunks = [chunk('a'), callChunk('lookUp', { city: 'Bern' }), usageChunk({ candidatesTokenCount: 4 })];
    const cancel = new Subject<void>();
    const result = concat(of(...chunks), NEVER).pipe(takeUntilCancel(cancel, { as: 'error' }));
    const { seen } = observe(result);
    cancel.next();
    expect(seen.chunks).toEqual(chunks);
    expect(seen.error).toMatchObject({ partial: chunks.reduce(mergeChunks) });
  });

  it('unsubscribes from a synchronous, endless source when it is unsubscribed, and when it is cancelled', () => {
    const endless = new Observable<GeminiChunk>((destination) => {
      while (!destination.closed) destination.next(values.a);
    });
    expect(observe(endless.pipe(takeUntilCancel(NEVER), take(1))).seen.chunks).toEqual([values.a]);
    const cancel = new Subject<string>();
    const chunks: GeminiChunk[] = [];
    endless.pipe(takeUntilCancel(cancel)).subscribe((next) => {
      chunks.push(next);
      if (chunks.length === 3) cancel.next('enough');
    });
    expect(chunks).toEqual([values.a, values.a, values.a, cancelled('enough')]);
  });

  it('fails with the error of an iterable that throws', () => {
    const notifier = {
      [Symbol.iterator]: vi.fn((): Iterator<unknown> => {
        throw new Error('no iterator');
      }),
    };
    const result = NEVER.pipe(takeUntilCancel(notifier));
    expect(notifier[Symbol.iterator]).not.toHaveBeenCalled();
    expect(observe(result).seen.error).toEqual(new Error('no iterator'));
    expect(observe(NEVER.pipe(takeUntilCancel(throwError(() => 'e')))).seen.error).toBe('e');
  });

  it('refuses a wrong notifier and a wrong option at the call', () => {
    const wrong = [undefined, null, 7, {}, new AbortController(), () => {}];
    const words = ['undefined', 'null', '7', 'an object', 'an object', 'a function'];
    for (const [at, notifier] of wrong.entries()) {
      const sentence = `Expected \`notifier\` to be an AbortSignal or an ObservableInput, got ${words[at]!}`;
      expect(() => takeUntilCancel(notifier as never)).toThrow(new TypeError(sentence));
    }
    const sentence = "Expected `as` to be 'complete' or 'error', got 'fail'";
    expect(() => takeUntilCancel(NEVER, { as: 'fail' as never })).toThrow(new TypeError(sentence));
  });

  it('adds the latest annotations of operators above to its last chunk, and no mark', () => {
    const cancel$ = new Subject<string>();
    const source = new Subject<GeminiChunk>();
    const cost = { input: 1, cached: 0, output: 0, thoughts: 0, total: 1, estimated: false };
    const { seen } = observe(source.pipe(takeUntilCancel(cancel$)));
    source.next({ ...chunk('a'), cost: { ...cost, total: 0 } });
    source.next({ text: '', cost, resumed: { attempt: 1, kind: 'network' }, queued: { position: 1 } });
    cancel$.next('enough');
    expect(seen.chunks.at(-1)).toEqual({ ...cancelled('enough'), cost });
  });

  it('has the type of the chunks, or of its marked chunk, which may be the only one', () => {
    type Marked = GeminiChunk & { readonly mark: number };
    const { signal } = new AbortController();
    expectTypeOf(takeUntilCancel<Marked>(NEVER)).toEqualTypeOf<OperatorFunction<Marked, Marked | GeminiChunk>>();
    const marked$ = (EMPTY as Observable<Marked>).pipe(takeUntilCancel(signal));
    expectTypeOf(marked$).toEqualTypeOf<Observable<Marked | GeminiChunk>>();
    const reply$ = (EMPTY as Observable<GeminiChunk>).pipe(takeUntilCancel(signal), retryTransient());
    expectTypeOf(reply$).toEqualTypeOf<Observable<GeminiChunk>>();
  });
});
