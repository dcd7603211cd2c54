import {
  defer,
  Subject,
  takeUntil,
  takeWhile,
  type ObservableInput,
  type ObservedValueOf,
  type OperatorFunction,
  type Subscription,
} from 'rxjs';
import { GeminiError } from '../../src/errors/geminiError.js';
import { assertInteger, assertOptions, typeError } from '../../src/rx/assertions.js';
import { operate } from '../../src/rx/operate.js';
import { OrderedResults } from './orderedResults.js';

/** Options of {@link mapInOrder}. @public */
export interface MapInOrderOptions {
  /** The maximum number of inner sources that run at once. @defaultValue 4 */
  readonly concurrency?: number | undefined;
  /**
   * The maximum number of values of the source that wait for an inner source to end, and the maximum number of results
   * that wait for the results before them. One more of either fails the result. For a source of known length, such as
   * `from(files)`, use `Infinity`: the values then wait as they do in the list. @defaultValue 1000
   */
  readonly maxQueued?: number | undefined;
}

/**
 * Projects several values at once, and emits the results in the order of the values: the `concatMapEager` of RxJava.
 *
 * Calls `project` with up to `concurrency` values at once; a place is free again when an inner source has completed. The
 * results of the first inner source that runs pass at once; those of later ones wait until it has completed. Use it for
 * slow work that is done for each value and read in order: translation, speech, moderation of each sentence.
 *
 * Two queues are bounded by `maxQueued`: the values of the source that wait for a place, and the results that wait for
 * earlier ones. While as many results wait, no further value is projected. Beyond `maxQueued` the result fails at once
 * with a `GeminiError` of kind `overflow`; the source is never slowed down.
 *
 * An error of an inner source, or a `project` that throws, comes after the results of all values before it and after the
 * results of that inner source; the source and the later inner sources are unsubscribed at once. An error of the source
 * and completion wait for the results of all values that arrived before. An unsubscription unsubscribes from all inner
 * sources and drops the waiting values. Lossless.
 *
 * @param project - Returns an Observable, a promise or an iterable of results for a value. `index` counts the values,
 * from 0.
 * @param options - See {@link MapInOrderOptions}.
 * @returns An operator from values to the results of all inner sources, in the order of the values.
 * @throws TypeError - At the call, if `project` is not a function, or an option is not a number.
 * @throws RangeError - At the call, if an option is not a whole number of at least 1; `maxQueued` may be `Infinity`.
 * @see {@link bufferChunks} with `split`, which makes a chunk of each sentence.
 * @example
 * ```ts
 * const translate = async (sentence: string) => {
 *   await new Promise((resolve) => setTimeout(resolve, sentence.length));
 *   return sentence.toUpperCase();
 * };
 * const translation$ = reply$.pipe(
 *   bufferChunks({ until: 'sentence', split: true }),
 *   toText(),
 *   mapInOrder(translate, { concurrency: 4 }),
 * );
 * console.log(await lastValueFrom(translation$)); // 'HELLO, WORLD.'
 * ```
 * @public
 */
export function mapInOrder<T, O extends ObservableInput<unknown>>(
  project: (value: T, index: number) => O,
  options: MapInOrderOptions = {},
): OperatorFunction<T, ObservedValueOf<O>> {
  if (typeof project !== 'function') throw typeError('project', 'a function', project);
  assertOptions(options);
  const { concurrency = 4, maxQueued = 1000 } = options;
  assertInteger('concurrency', concurrency, 1);
  if (maxQueued !== Infinity) assertInteger('maxQueued', maxQueued, 1);

  return (source) =>
    defer(() => {
      const failed$ = new Subject<void>();
      const values$ = source.pipe(takeUntil(failed$));
      return values$.pipe(projectInOrder(project, concurrency, maxQueued, failed$));
    });
}

/** @param failed$ - Emits when an inner source has failed, so that no further value counts. */
function projectInOrder<T, O extends ObservableInput<unknown>>(
  project: (value: T, index: number) => O,
  concurrency: number,
  maxQueued: number,
  failed$: Subject<void>,
): OperatorFunction<T, ObservedValueOf<O>> {
  return operate((destination) => {
    const results = new OrderedResults(destination);
    /** The values that wait for a place, and the inner sources that run, by the index of the value. */
    const waiting = new Map<number, T>();
    const running = new Map<number, Subscription>();
    let received = 0;
    let started = 0;
    let free = concurrency;
    /** The index of the first inner source that failed: those after it have no meaning. */
    let failedAt = Infinity;
    let isStarting = false;
    /** Ends the result as the source ended; called once all results were emitted. */
    let end: (() => void) | undefined;

    /** A loop, so that inner sources that complete at once do not grow the stack. */
    const startWaiting = () => {
      // The running loop, or the inner source whose end let results be emitted, calls this again.
      if (isStarting || results.isEmitting) return;
      isStarting = true;
      while (waiting.size > 0 && free > 0 && results.waiting < maxQueued && !destination.closed) start();
      isStarting = false;
      if (waiting.size === 0 && results.isEmpty) end?.();
    };
    const start = () => {
      const index = started++;
      const value = waiting.get(index) as T;
      waiting.delete(index);
      free -= 1;
      results.open();
      const inner = defer(() => project(value, index))
        // A source that emits endlessly while it is being subscribed cannot be unsubscribed yet.
        .pipe(takeWhile(() => !destination.closed && index <= failedAt))
        .subscribe({
          next: (result) => {
            results.push(index, result);
            if (results.waiting > maxQueued) destination.error(tooManyWait('results', maxQueued));
          },
          error: (cause: unknown) => {
            failFrom(index);
            results.fail(index, cause);
          },
          complete: () => results.complete(index),
        });
      running.set(index, inner);
      // After the teardown of the inner source, so that never more run at once.
      inner.add(() => {
        running.delete(index);
        free += 1;
        startWaiting();
      });
    };
    const failFrom = (index: number) => {
      failedAt = index;
      waiting.clear();
      running.forEach((inner, other) => {
        if (other > index) inner.unsubscribe();
      });
      failed$.next();
    };
    // A list of its own: to remove one of many finalizers from `destination` takes time proportional to their number.
    destination.add(() => running.forEach((inner) => inner.unsubscribe()));

    const endWith = (ending: () => void) => {
      end = ending;
      startWaiting();
    };
    return {
      next(value) {
        waiting.set(received++, value);
        startWaiting();
        if (waiting.size > maxQueued) destination.error(tooManyWait('values', maxQueued));
      },
      error(cause) {
        endWith(() => destination.error(cause));
      },
      complete() {
        endWith(() => destination.complete());
      },
    };
  });
}

function tooManyWait(subject: 'values' | 'results', maxQueued: number): GeminiError {
  const cause = subject === 'values' ? 'an inner source to end' : 'the results before them';
  const message = `More than ${String(maxQueued)} ${subject}, the limit \`maxQueued\` of mapInOrder, wait for ${cause}`;
  const advice = 'raise `maxQueued`, to Infinity for a source of known length';
  return new GeminiError(`${message}; ${advice}`, { kind: 'overflow', limit: 'memory' });
}
