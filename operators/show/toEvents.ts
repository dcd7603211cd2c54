import { catchError, concat, defer, map, of, type OperatorFunction } from 'rxjs';
import { ChunkBuilder } from '../../src/chunk/chunkBuilder.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { withoutWaits } from '../../src/chunk/withoutWaits.js';
import { withPartial, type GeminiError } from '../../src/errors/geminiError.js';
import { toGeminiError } from '../../src/errors/toGeminiError.js';
import { cancelReasonOf } from '../../src/rx/cancelReasonOf.js';

/**
 * An event of a reply, from {@link toEvents}: `chunk` for each chunk, then one event whose type is the
 * {@link ReplyOutcome}.
 *
 * @public
 */
export type ReplyEvent<T extends GeminiChunk = GeminiChunk> =
  | {
      /** A chunk arrived. */
      readonly type: 'chunk';
      /** The chunk. */
      readonly chunk: T;
    }
  | {
      /** The reply is complete. */
      readonly type: 'complete';
      /** The whole reply. */
      readonly response: T;
    }
  | {
      /** `stopWhen` ended the reply on purpose. */
      readonly type: 'stopped';
      /** The name of the limit that was reached, or the string that the predicate returned. */
      readonly reason: string;
      /** The reply up to the place where it was stopped. */
      readonly response: T;
    }
  | {
      /** This side cancelled the reply. */
      readonly type: 'cancelled';
      /** The reason, as in `chunk.cancelled.reason`. */
      readonly reason: string;
      /** The reply so far. */
      readonly response: GeminiChunk;
    }
  | {
      /** The reply failed. */
      readonly type: 'failed';
      /** The failure; its `partial` is the reply so far. */
      readonly error: GeminiError;
    };

/**
 * Converts a reply into events, its outcome included: for a reducer, a log or a socket.
 *
 * Emits `chunk` for each chunk, notices included (a chunk with annotations only: see {@link isNotice}), then the
 * outcome, and completes: `complete` with the whole reply; `stopped` with the reply up to the place where `stopWhen`
 * ended it; `cancelled` with the reply so far, in both modes of `takeUntilCancel`; or `failed` with a {@link
 * GeminiError} whose `partial` is the reply so far. Never errors. An unsubscription drops the reply. Lossless; holds
 * the reply.
 *
 * @returns An operator from chunks to events.
 * @see {@link toReplyState} for a view.
 * @example
 * ```ts
 * reply$.pipe(toEvents()).subscribe((event) => {
 *   if (event.type === 'chunk') console.log(event.chunk.text);
 *   if (event.type === 'failed') console.log(event.error.kind);
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
      const outcome = defer(() => of(completionEvent(withoutWaits(reply.snapshot()))));
      return concat(chunks, outcome).pipe(
        catchError((cause: unknown) => of(failureEvent<T>(cause, withoutWaits(reply.snapshot())))),
      );
    });
}

function completionEvent<T extends GeminiChunk>(response: T): ReplyEvent<T> {
  const { cancelled, stopped } = response;
  if (cancelled) return { type: 'cancelled', reason: cancelled.reason, response };
  return stopped ? { type: 'stopped', reason: stopped.reason, response } : { type: 'complete', response };
}

function failureEvent<T extends GeminiChunk>(cause: unknown, response: T): ReplyEvent<T> {
  const error = withPartial(toGeminiError(cause), response);
  if (error.kind !== 'cancelled') return { type: 'failed', error };
  return { type: 'cancelled', reason: cancelReasonOf(error.cause), response: error.partial ?? response };
}
