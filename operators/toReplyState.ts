import { defer, scan, startWith, type OperatorFunction } from 'rxjs';
import type { ReplyMetrics, ReplyProgress } from '../src/chunk/annotations.js';
import { ChunkBuilder } from '../src/chunk/chunkBuilder.js';
import { annotated } from '../src/chunk/fields.js';
import type { GeminiChunk, ReplySnapshot } from '../src/chunk/geminiChunk.js';
import { hasContentPart } from '../src/chunk/hasContent.js';
import type { GeminiError } from '../src/errors/geminiError.js';
import { toEvents, type ReplyEvent } from './toEvents.js';

/** Where a reply stands, from {@link toReplyState}: all that a view shows. Immutable. @public */
export interface ReplyState {
  /** `waiting` before any content (a thought is some), `streaming` from then on, and how it ended. */
  readonly status: 'waiting' | 'streaming' | 'complete' | 'cancelled' | 'failed';
  /** The reply so far; its `cancelled` says why, once it is cancelled. */
  readonly reply: ReplySnapshot;
  /** The latest progress, if `withProgress` is above. */
  readonly progress?: ReplyProgress;
  /** The latest metrics, if `withMetrics` is above. */
  readonly metrics?: ReplyMetrics;
  /** Why it failed; there only if it did. */
  readonly error?: GeminiError;
}

const waiting: ReplyState = { status: 'waiting', reply: { text: '', chunks: 0 } };

/**
 * Turns a reply into the state of a view: what Angular's `toSignal` and `async` pipe, or a reducer, want.
 *
 * Emits a `waiting` state at once on subscribe, one more for each chunk, notices included, and one for the outcome; then
 * completes. It never errors: a failure is a state with its `error`, and the reply so far stays. Holds the reply;
 * *reading* the reply's `text` costs its length: put `bufferChunks` above.
 *
 * @returns An operator from chunks to states.
 * @see {@link toEvents} for what happens, where this is how it stands.
 * @example
 * ```ts
 * reply$.pipe(bufferChunks({ maxWait: 50 }), toReplyState()).subscribe(({ status, reply, error }) => {
 *   console.log(status, reply.text, error?.message);
 * });
 * ```
 * @public
 */
export function toReplyState(): OperatorFunction<GeminiChunk, ReplyState> {
  return (source) =>
    defer(() => {
      const reply = new ChunkBuilder();
      const after = (state: ReplyState, event: ReplyEvent): ReplyState => {
        switch (event.type) {
          case 'chunk':
            return streamed(annotated(reply.append(event.chunk).snapshot(), 'chunks', state.reply.chunks + 1));
          case 'complete':
            return { ...state, status: 'complete' };
          case 'cancelled':
            return { ...state, status: 'cancelled', reply: { ...state.reply, cancelled: { reason: event.reason } } };
          case 'error':
            return { ...state, status: 'failed', error: event.error };
        }
      };
      return source.pipe(toEvents(), scan(after, waiting), startWith(waiting));
    });
}

function streamed(reply: ReplySnapshot): ReplyState {
  const { progress, metrics } = reply;
  return {
    status: reply.candidates?.some(hasContentPart) ? 'streaming' : 'waiting',
    reply,
    ...(progress && { progress }),
    ...(metrics && { metrics }),
  };
}
