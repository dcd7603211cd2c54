import type { Subscriber } from 'rxjs';
import { notAResponse } from '../protocolErrors.js';
import { isReadableStream, readStream } from '../readStream.js';

/**
 * Reads the events of the SDK's own stream, if this library cannot read the body.
 *
 * @throws GeminiError - If the value is not a stream.
 */
export async function readSdkEvents(
  stream: unknown,
  destination: Subscriber<unknown>,
  each: (value: unknown) => void,
): Promise<void> {
  if (!isReadableStream(stream) && !isAsyncIterable(stream)) throw notAResponse(stream, 'a stream of events');
  await readStream(stream, destination, each);
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof (value as Partial<AsyncIterable<unknown>> | null | undefined)?.[Symbol.asyncIterator] === 'function';
}
