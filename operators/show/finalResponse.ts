import { defer, map, reduce, type MonoTypeOperatorFunction } from 'rxjs';
import { ChunkBuilder } from '../../src/chunk/chunkBuilder.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { withoutWaits } from '../../src/chunk/withoutWaits.js';

/**
 * Emits the whole reply as one chunk at completion, like the response of a call that does not stream.
 *
 * Emits exactly one value: the merge of all chunks, or {@link emptyChunk} for an empty reply. An error passes through
 * without a value: put `classifyErrors` above, so that the error has the reply so far in its `partial`. An
 * unsubscription drops the reply. Holds the reply.
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
        map((reply) => withoutWaits(reply.snapshot())),
      ),
    );
}
