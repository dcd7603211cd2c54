import { Subject, type Observable, type Subscription } from 'rxjs';
import { whenReady } from './whenReady.js';

interface Reader<V> {
  readonly resolve: (result: IteratorResult<V, undefined>) => void;
  readonly reject: (cause: unknown) => void;
}

/**
 * An iterator of what `run` puts. It is run at the first `next()`; `return()` unsubscribes it.
 *
 * @param run - Calls `put` with each value, and may go on when what that returns is over.
 * @param highWaterMark - How many values may be put before they are asked for.
 */
export function pullFrom<V>(
  run: (put: (value: V) => Observable<never>) => Observable<never>,
  highWaterMark: number,
): AsyncIterableIterator<V, undefined> {
  const values: V[] = [];
  const readers: Reader<V>[] = [];
  const asked$ = new Subject<void>();
  let running: Subscription | undefined;
  let isOver = false;
  /** Told to one reader only. */
  let failure: { readonly cause: unknown } | undefined;

  const isReady = () => readers.length > 0 || values.length < highWaterMark;
  const put = (value: V) => {
    values.push(value);
    settle();
    return whenReady(isReady, asked$);
  };
  /** Gives the readers what is there. */
  const settle = () => {
    while (values.length > 0 || isOver) {
      const reader = readers.shift();
      if (!reader) return;
      answer(reader);
    }
  };
  const answer = ({ resolve, reject }: Reader<V>) => {
    if (values.length > 0) resolve({ done: false, value: values.shift() as V });
    else if (!failure) resolve({ done: true, value: undefined });
    else {
      reject(failure.cause);
      failure = undefined;
    }
  };
  const end = (ending?: { readonly cause: unknown }) => {
    isOver = true;
    failure = ending;
    settle();
  };

  return {
    next() {
      return new Promise((resolve, reject) => {
        readers.push({ resolve, reject });
        settle();
        if (isOver) return;
        if (running) asked$.next();
        else running = run(put).subscribe({ error: (cause: unknown) => end({ cause }), complete: () => end() });
      });
    },
    return() {
      values.length = 0;
      running?.unsubscribe();
      end();
      return Promise.resolve({ done: true, value: undefined });
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
