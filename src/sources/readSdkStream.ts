import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { partsOf } from '../chunk/readers.js';
import { UsageTally } from '../chunk/usageTally.js';
import { depthError, isValueTooDeep } from '../errors/jsonDepth.js';
import type { RequestHandle } from './fromRequest.js';
import { readAsyncIterable } from './readAsyncIterable.js';
import { responseChunk } from './responseContent.js';
import { isSdkTimeout, sdkTimeout } from './sdkError.js';

/** Reads a reply through the SDK's own iterator, if this library cannot read the body. */
export async function readSdkStream(
  stream: AsyncIterable<unknown>,
  { destination, signal }: RequestHandle<GeminiChunk>,
): Promise<void> {
  const usage = new UsageTally();
  try {
    await readAsyncIterable(stream, destination, (response) => {
      if (isValueTooDeep(response)) throw depthError('An event');
      const chunk = responseChunk(response);
      destination.next(usage.add(chunk));
      // Automatic function calling puts the tools' results between its requests.
      if (partsOf(chunk).some((part) => part.functionResponse)) usage.nextRequest();
    });
  } catch (cause) {
    throw isSdkTimeout(cause, signal) ? sdkTimeout(cause) : cause;
  }
}
