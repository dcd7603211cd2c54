import type { Subscriber } from 'rxjs';
import { readAsyncIterable } from './readAsyncIterable.js';

/**
 * Calls `each` with every value of a stream, until `destination` is closed.
 *
 * A `ReadableStream` is read through its reader: cancelling the reader closes the connection, also while a read is
 * pending; the iterator's `return` would wait for the next value.
 */
export async function readStream<T>(
  stream: AsyncIterable<T> | ReadableStream<T>,
  destination: Subscriber<unknown>,
  each: (value: T) => void,
): Promise<void> {
  if (!isReadableStream(stream)) {
    await readAsyncIterable(stream, destination, each);
    return;
  }
  const reader = stream.getReader();
  const cancel = () => {
    reader.cancel().catch(() => undefined);
  };
  destination.add(cancel);
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done || destination.closed) return;
      each(value);
    }
  } finally {
    destination.remove(cancel);
    cancel();
  }
}

/** Whether a value is a `ReadableStream`, known by its shape: other realms have their own class. */
export function isReadableStream(value: unknown): value is ReadableStream {
  return typeof (value as Partial<ReadableStream> | null | undefined)?.getReader === 'function';
}
