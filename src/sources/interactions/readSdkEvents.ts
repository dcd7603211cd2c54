import type { Subscriber } from 'rxjs';
import { notAResponse } from '../protocolErrors.js';
import { readAsyncIterable } from '../readAsyncIterable.js';

/**
 * Reads the events of the SDK's own stream, if this library cannot read the body.
 *
 * The SDK's stream is a `ReadableStream`: cancelling its reader closes the connection, also while a read is pending; the
 * iterator's `return` would wait for the next event.
 *
 * @throws GeminiError - If the value is not a stream.
 */
export async function readSdkEvents(
  stream: unknown,
  destination: Subscriber<unknown>,
  each: (value: unknown) => void,
): Promise<void> {
  if (isReadableStream(stream)) {
    await readStream(stream, destination, each);
  } else if (isAsyncIterable(stream)) {
    await readAsyncIterable(stream, destination, each);
  } else {
    throw notAResponse(stream, 'a stream of events');
  }
}

async function readStream(
  stream: ReadableStream<unknown>,
  destination: Subscriber<unknown>,
  each: (value: unknown) => void,
): Promise<void> {
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

function isReadableStream(value: unknown): value is ReadableStream<unknown> {
  return typeof (value as Partial<ReadableStream> | null | undefined)?.getReader === 'function';
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof (value as Partial<AsyncIterable<unknown>> | null | undefined)?.[Symbol.asyncIterator] === 'function';
}
