import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { partsOf } from '../chunk/readers.js';
import { depthError, isValueTooDeep } from '../errors/jsonDepth.js';
import { UsageTally } from '../chunk/usageTally.js';
import type { RequestHandle } from './fromRequest.js';
import { chunkOf } from './geminiEvent.js';
import { iterate } from './iterate.js';
import { isSdkTimeout, sdkTimeout } from './sdkTimeout.js';

/** Reads a reply through the SDK's own iterator. */
export async function readSdkStream(
  stream: AsyncIterable<unknown>,
  { destination, signal }: RequestHandle<GeminiChunk>,
): Promise<void> {
  const usage = new UsageTally();
  try {
    await iterate(stream, destination, (response) => {
      if (isValueTooDeep(response)) throw depthError('An event');
      const chunk = chunkOf(response);
      destination.next(usage.add(chunk));
      // Automatic function calling puts the tools' answers between its requests.
      if (partsOf(chunk).some((part) => part.functionResponse)) usage.nextRequest();
    });
  } catch (cause) {
    throw isSdkTimeout(cause, signal) ? sdkTimeout(cause) : cause;
  }
}
