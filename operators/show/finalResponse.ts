import { defer, map, reduce, type MonoTypeOperatorFunction } from 'rxjs';
import { ChunkBuilder } from '../../src/chunk/chunkBuilder.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';

/**
 * Emits the whole reply as one chunk, once it is complete: the response of the call that does not stream.
 *
 * Emits exactly one value at completion: the merge of all chunks, {@link emptyChunk} if there was none. An error passes
 * and nothing is emitted: put `classifyErrors` above, and all that had arrived is in the error's `partial`. Holds the
 * reply.
 *
 * @returns An operator from chunks to their merge.
 * @example
 * ```ts
 * const response = await firstValueFrom(reply$.pipe(finalResponse()));
 * console.log(response.text, usageOf(response)?.totalTokenCount);
 * ```
 * @public
 */
export function finalResponse<T extends GeminiChunk>(): MonoTypeOperatorFunction<T> {
  return (source) =>
    defer(() =>
      source.pipe(
        reduce((reply, chunk) => reply.append(chunk), new ChunkBuilder<T>()),
        map((reply) => reply.snapshot()),
      ),
    );
}
