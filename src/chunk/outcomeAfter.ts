import type { GeminiChunk } from './geminiChunk.js';
import type { ReplyOutcome } from './replyStatus.js';

/** The outcome of a reply that has not failed. */
export type UnfailedOutcome = Exclude<ReplyOutcome, 'failed'>;

/**
 * The outcome of a reply after one more chunk, if it completes then: `cancelled` or `stopped` by the marks of its chunks,
 * `cancelled` if it has both.
 *
 * @param outcome - The outcome before this chunk; `complete` at the beginning.
 * @param chunk - The next chunk.
 */
export function outcomeAfter(outcome: UnfailedOutcome, { cancelled, stopped }: GeminiChunk): UnfailedOutcome {
  if (cancelled || outcome === 'cancelled') return 'cancelled';
  return stopped ? 'stopped' : outcome;
}
