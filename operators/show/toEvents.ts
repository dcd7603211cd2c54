import { catchError, concat, defer, map, of, type OperatorFunction } from 'rxjs';
import { ChunkBuilder } from '../../src/chunk/chunkBuilder.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { withPartial, type GeminiError } from '../../src/errors/geminiError.js';
import { toGeminiError } from '../../src/errors/toGeminiError.js';
import { reasonOf } from '../../src/rx/reasonOf.js';

/** An event of a reply, from {@link toEvents}: chunks, then one of the other three. @public */
export type ReplyEvent<T extends GeminiChunk = GeminiChunk> =
  | {
      /** A chunk came. */
      readonly type: 'chunk';
      /** The chunk. */
      readonly chunk: T;
    }
  | {
      /** The reply is complete, or was stopped on purpose. */
      readonly type: 'complete';
      /** All of it. */
      readonly response: T;
    }
  | {
      /** The reply failed. */
      readonly type: 'error';
      /** The failure; its `partial` is the part that had come. */
      readonly error: GeminiError;
    }
  | {
      /** This side cancelled the reply. */
      readonly type: 'cancelled';
      /** Why. */
      readonly reason: string;
      /** The part that had come. */
      readonly response: GeminiChunk;
    };

/**
 * Turns a reply into events, its outcome included: for a reducer, a log, a socket.
 *
 * Emits `chunk` for each chunk, notices included; then `complete` with the whole reply, `error` with a
 * {@link GeminiError} with the part that had come as its `partial`, or `cancelled` with that part, in both modes of
 * `takeUntilCancel`; then completes. It never errors. Lossless. Holds the reply.
 *
 * @returns An operator from chunks to events.
 * @see {@link toReplyState} for a view.
 * @example
 * ```ts
 * reply$.pipe(toEvents()).subscribe((event) => {
 *   if (event.type === 'chunk') console.log(event.chunk.text);
 *   if (event.type === 'error') console.log(event.error.kind);
 * });
 * ```
 * @public
 */
export function toEvents<T extends GeminiChunk>(): OperatorFunction<T, ReplyEvent<T>> {
  return (source) =>
    defer(() => {
      const reply = new ChunkBuilder<T>();
      const chunks = source.pipe(
        map((chunk): ReplyEvent<T> => {
          reply.append(chunk);
          return { type: 'chunk', chunk };
        }),
      );
      const outcome = defer(() => of(completed(reply.snapshot())));
      return concat(chunks, outcome).pipe(catchError((cause: unknown) => of(failed<T>(cause, reply.snapshot()))));
    });
}

function completed<T extends GeminiChunk>(response: T): ReplyEvent<T> {
  const { cancelled } = response;
  return cancelled ? { type: 'cancelled', reason: cancelled.reason, response } : { type: 'complete', response };
}

function failed<T extends GeminiChunk>(cause: unknown, response: T): ReplyEvent<T> {
  const error = withPartial(toGeminiError(cause), response);
  if (error.kind !== 'cancelled') return { type: 'error', error };
  return { type: 'cancelled', reason: reasonOf(error.cause), response: error.partial ?? response };
}
