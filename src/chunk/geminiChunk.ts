import type { ReplyAnnotations } from './replyAnnotations.js';
import type { GeminiResponse } from './response.js';

/**
 * One streamed piece of a response: plain, immutable, JSON-serialisable data in the normal form of {@link toChunk}.
 *
 * Chunks form a monoid: {@link mergeChunks} is associative and {@link emptyChunk} is its identity. An operator
 * (`withProgress`, `withMetrics`, …) may add one property.
 *
 * A notice is a chunk that an operator makes to report something: it has annotations (`progress`, `queued`, …) and
 * nothing else. See {@link isNotice}.
 *
 * @public
 */
export interface GeminiChunk extends GeminiResponse, ReplyAnnotations {
  /** The answer text of candidate 0 in this chunk, without thoughts; `''` if it has no answer text. */
  readonly text: string;
  /**
   * Always absent; a {@link ReplySnapshot} has `chunks`, so that a snapshot is not accepted as a chunk and merged
   * again.
   */
  readonly chunks?: never;
}

/**
 * The whole reply so far, from `accumulate`: a merged chunk that must not be merged again.
 *
 * A snapshot is immutable and JSON-serialisable. Its `text` is joined at the first read, in time proportional to its
 * length.
 *
 * @public
 */
export interface ReplySnapshot extends GeminiResponse, ReplyAnnotations {
  /** The answer text of candidate 0 so far, without thoughts. */
  readonly text: string;
  /** The number of chunks that were merged, notices included. */
  readonly chunks: number;
}
