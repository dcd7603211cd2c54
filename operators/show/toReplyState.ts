import { defer, scan, startWith, type OperatorFunction } from 'rxjs';
import type { Cancelled, Queued, ReplyMetrics, ReplyProgress, Retrying, Stopped } from '../../src/chunk/annotations.js';
import { ShownReply } from '../../src/chunk/shownReply.js';
import { withField } from '../../src/chunk/copyFields.js';
import type { GeminiChunk, ReplySnapshot } from '../../src/chunk/geminiChunk.js';
import { hasContentPart } from '../../src/chunk/hasContent.js';
import { withoutWaits } from '../../src/chunk/withoutWaits.js';
import type { GeminiError } from '../../src/errors/geminiError.js';
import { toEvents, type ReplyEvent } from './toEvents.js';

/** Fields of every {@link ReplyState}. @public */
export interface ReplyStateFields {
  /** The reply so far, with the annotations (`cost`, `queued`, …) that operators above add. */
  readonly reply: ReplySnapshot;
  /** The latest progress, if `withProgress` is above. */
  readonly progress?: ReplyProgress | undefined;
  /** The latest metrics, if `withMetrics` is above. */
  readonly metrics?: ReplyMetrics | undefined;
  /** The place in the queue of a `createRateLimiter`, until the next content or the end of the reply. */
  readonly queued?: Queued | undefined;
  /** The next request after a failure, until the next content or the end of the reply. */
  readonly retrying?: Retrying | undefined;
}

/**
 * The state of a reply for a view, from {@link toReplyState}: a union over `status`, a {@link ReplyStatus}, so that a
 * failed state has its `error`, and a cancelled or stopped state has its reason. Immutable.
 *
 * @public
 */
export type ReplyState =
  | (ReplyStateFields & {
      /** The reply has no content yet; a thought is content. */
      readonly status: 'waiting';
      readonly error?: undefined;
    })
  | (ReplyStateFields & {
      /** The reply has content, and has not ended. */
      readonly status: 'streaming';
      readonly error?: undefined;
    })
  | (ReplyStateFields & {
      /** The reply is whole. */
      readonly status: 'complete';
      readonly error?: undefined;
    })
  | (ReplyStateFields & {
      /** `stopWhen` ended the reply on purpose. */
      readonly status: 'stopped';
      /** The reply up to the place where it was stopped, with the reason. */
      readonly reply: ReplySnapshot & { readonly stopped: Stopped };
      readonly error?: undefined;
    })
  | (ReplyStateFields & {
      /** This side cancelled the reply. */
      readonly status: 'cancelled';
      /** The reply so far, with the reason. */
      readonly reply: ReplySnapshot & { readonly cancelled: Cancelled };
      readonly error?: undefined;
    })
  | (ReplyStateFields & {
      /** The reply failed; `reply` is the reply so far. */
      readonly status: 'failed';
      /** The failure. */
      readonly error: GeminiError;
    });

const waiting: ReplyState = { status: 'waiting', reply: { text: '', chunks: 0 } };

/**
 * Converts a reply into the state of a view, for Angular's `toSignal` and `async` pipe, or for a reducer.
 *
 * Emits a `waiting` state on subscription, one state for each chunk, notices included (a chunk with annotations only:
 * see {@link isNotice}), and one for the outcome; then completes. So states with the same `status` and text may follow
 * each other: `distinctUntilChanged` by the fields that the view shows, or {@link renderEvery}, leaves out equal views.
 * Never errors: a failure is a state with its `error` and the reply so far. A place in a queue (`queued`) and a retry
 * (`retrying`) are present until content comes or the reply ends. An unsubscription drops the reply. Lossless; holds
 * the reply. *Reading* the `text` of the reply takes time in proportion to its length: put `bufferChunks` above.
 *
 * @returns An operator from chunks to states.
 * @see {@link toEvents} for the events of a reply instead of its state.
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
      const reply = new ShownReply();
      const after = (state: ReplyState, event: ReplyEvent): ReplyState => {
        if (event.type === 'chunk') {
          return stateOf(withField(reply.append(event.chunk).snapshot(), 'chunks', state.reply.chunks + 1));
        }
        // A reply that has ended is not waiting in a queue or for a retry.
        const ended = stateOf(withoutWaits(state.reply));
        switch (event.type) {
          case 'complete':
            return { ...ended, status: 'complete' };
          case 'stopped':
            return { ...ended, status: 'stopped', reply: withField(ended.reply, 'stopped', { reason: event.reason }) };
          case 'cancelled':
            return {
              ...ended,
              status: 'cancelled',
              reply: withField(ended.reply, 'cancelled', { reason: event.reason }),
            };
          case 'failed': {
            // The failure may report a later status of the interaction than any chunk.
            const { interaction } = event.error.partial ?? {};
            const whole = interaction ? withField(ended.reply, 'interaction', interaction) : ended.reply;
            return { ...ended, status: 'failed', reply: whole, error: event.error };
          }
        }
      };
      return source.pipe(toEvents(), scan(after, waiting), startWith(waiting));
    });
}

function stateOf(reply: ReplySnapshot): ReplyStateFields & { readonly status: 'waiting' | 'streaming' } {
  const { progress, metrics, queued, retrying } = reply;
  return {
    status: reply.candidates?.some(hasContentPart) ? 'streaming' : 'waiting',
    reply,
    ...(progress && { progress }),
    ...(metrics && { metrics }),
    ...(queued && { queued }),
    ...(retrying && { retrying }),
  };
}
