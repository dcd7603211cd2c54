import { Subject, type Observable, type Subscription } from 'rxjs';
import { Queue } from '../rx/queue.js';
import { waitUntil } from './waitUntil.js';

/** A call of `next()` that waits for its result. */
interface Read<V> {
  readonly resolve: (result: IteratorResult<V, undefined>) => void;
  readonly reject: (cause: unknown) => void;
}

/**
 * Makes an iterator of the values that `start` puts. The first `next()` calls `start` and subscribes to its result;
 * `return()` unsubscribes.
 *
 * @param start - Calls `put` with each value. `put` returns an Observable that completes when more may be put.
 * @param highWaterMark - The number of values that may be put before they are read.
 */
export function pullIterator<V>(
  start: (put: (value: V) => Observable<never>) => Observable<never>,
  highWaterMark: number,
): AsyncIterableIterator<V, undefined> {
  const values = new Queue<V>();
  const reads = new Queue<Read<V>>();
  const read$ = new Subject<void>();
  let running: Subscription | undefined;
  let hasEnded = false;
  /** The error of the source; only the first read after it rejects. */
  let failure: { readonly cause: unknown } | undefined;

  const isReady = () => reads.length > 0 || values.length < highWaterMark;
  const put = (value: V) => {
    values.push(value);
    settleReads();
    return waitUntil(isReady, read$);
  };
  const settleReads = () => {
    while (values.length > 0 || hasEnded) {
      const read = reads.take();
      if (!read) return;
      settle(read);
    }
  };
  const settle = ({ resolve, reject }: Read<V>) => {
    if (values.length > 0) resolve({ done: false, value: values.take() as V });
    else if (!failure) resolve({ done: true, value: undefined });
    else {
      reject(failure.cause);
      failure = undefined;
    }
  };
  const end = (ending?: { readonly cause: unknown }) => {
    hasEnded = true;
    failure = ending;
    settleReads();
  };

  return {
    next() {
      return new Promise((resolve, reject) => {
        reads.push({ resolve, reject });
        settleReads();
        if (hasEnded) return;
        if (running) read$.next();
        else running = start(put).subscribe({ error: (cause: unknown) => end({ cause }), complete: () => end() });
      });
    },
    return() {
      values.clear();
      running?.unsubscribe();
      end();
      return Promise.resolve({ done: true, value: undefined });
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
