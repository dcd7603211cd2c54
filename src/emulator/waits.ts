import { firstValueFrom, map, merge } from 'rxjs';
import { whenAborted } from '../rx/whenAborted.js';

/**
 * Resolves after `ms`, at once for 0 and never for `Infinity`; earlier if the signal aborts. Leaves no timer and no
 * listener. The timer does not hold the process: its client does, while it waits.
 */
export async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  if (ms === 0) return;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const elapsed = new Promise<void>((resolve) => {
    if (ms !== Infinity) timer = setTimeout(resolve, ms);
  });
  (timer as Unreferenced | undefined)?.unref?.();
  await unlessAborted(elapsed, signal);
  clearTimeout(timer);
}

/** Resolves with the value of `promise`, or with `undefined` as soon as the signal aborts. Leaves no listener. */
export function unlessAborted<T>(promise: PromiseLike<T>, signal: AbortSignal): Promise<T | undefined> {
  // The promise comes first, so that its rejection is handled even if the signal has aborted.
  const result$ = merge(Promise.resolve(promise), whenAborted(signal).pipe(map(() => undefined)));
  return firstValueFrom(result$, { defaultValue: undefined });
}

/**
 * Yields the values of `source` until the signal aborts, even while the next value is awaited; then closes the
 * iterator.
 */
export async function* untilAborted<T>(source: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T> {
  const iterator = source[Symbol.asyncIterator]();
  try {
    for (;;) {
      const result = await unlessAborted(iterator.next(), signal);
      if (!result || result.done) return;
      yield result.value;
    }
  } finally {
    // Not awaited: a generator whose `next()` never settles never answers a `return()`.
    Promise.resolve(iterator.return?.()).catch(() => undefined);
  }
}

/** A timer of Node; a page's is a number. */
interface Unreferenced {
  unref?(): void;
}

/** Resolves in the next turn of the event loop: after sockets that are ready have been read and written. */
export function nextTurn(): Promise<void> {
  const { setImmediate } = globalThis as { setImmediate?: (resolve: () => void) => unknown };
  return setImmediate ? new Promise((resolve) => setImmediate(resolve)) : nextMessage();
}

/** Resolves in a later turn of the event loop, also in a page, where a timer may take 4 ms, and under fake timers. */
export function nextMessage(): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}
