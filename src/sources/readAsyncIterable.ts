import type { Subscriber } from 'rxjs';

/**
 * Calls `each` with every value of an iterable, until `destination` is closed. Then the iterator is closed as well,
 * without a wait: a silent iterator answers only when its next value is there.
 */
export async function readAsyncIterable<T>(
  iterable: AsyncIterable<T>,
  destination: Subscriber<unknown>,
  each: (value: T) => void,
): Promise<void> {
  const iterator = iterable[Symbol.asyncIterator]();
  let isDone = false;
  destination.add(() => {
    if (!isDone) closeIterator(iterator);
  });
  for (;;) {
    const result = await iterator.next();
    isDone = result.done === true;
    if (isDone || destination.closed) return;
    each(result.value as T);
  }
}

/** Closes an iterator whose values are no longer needed; a failure to close is ignored. */
function closeIterator(iterator: AsyncIterator<unknown>): void {
  void (async () => iterator.return?.())().catch(() => undefined);
}
