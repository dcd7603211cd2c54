import type { Subscriber } from 'rxjs';

/**
 * Hands every value of an iterable to `each`, until `destination` is closed. Then the iterator is closed as well, and
 * not waited for: one that is silent answers only when its next value is there.
 */
export async function iterate<T>(
  iterable: AsyncIterable<T>,
  destination: Subscriber<unknown>,
  each: (value: T) => void,
): Promise<void> {
  const iterator = iterable[Symbol.asyncIterator]();
  let isOver = false;
  destination.add(() => {
    if (!isOver) close(iterator);
  });
  for (;;) {
    const result = await iterator.next();
    isOver = result.done === true;
    if (isOver || destination.closed) return;
    each(result.value as T);
  }
}

/** Closes an iterator whose values nobody wants any more, and whatever it says to that. */
function close(iterator: AsyncIterator<unknown>): void {
  void (async () => iterator.return?.())().catch(() => undefined);
}
