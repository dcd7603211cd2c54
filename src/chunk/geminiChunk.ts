import type { ReplyAnnotations } from './replyAnnotations.js';
import type { GeminiResponse } from './response.js';

/**
 * One streamed piece of a response: plain, immutable, JSON-serialisable data in the normal form of {@link toChunk}.
 *
 * Chunks form a monoid: {@link mergeChunks} is associative and {@link emptyChunk} is its identity. An operator
 * (`withProgress`, `withMetrics`, …) adds one property of its own.
 *
 * A notice is a chunk that an operator makes to report something: it has annotations (`progress`, `queued`, …) and
 * nothing else. See {@link isNotice}.
 *
 * @public
 */
export interface GeminiChunk extends GeminiResponse, ReplyAnnotations {
  /** Candidate 0's answer text in this chunk, without thoughts; `''` where there is none. */
  readonly text: string;
  /** Never there: a {@link ReplySnapshot} has it, so a snapshot is no chunk and is not merged a second time. */
  readonly chunks?: never;
}

/**
 * The whole reply so far, from `accumulate`: a merged chunk that is not to be merged again.
 *
 * Immutable and JSON-serialisable. Its `text` is joined when it is first read, at a cost of its length.
 *
 * @public
 */
export interface ReplySnapshot extends GeminiResponse, ReplyAnnotations {
  /** Candidate 0's answer text so far, without thoughts. */
  readonly text: string;
  /** The number of chunks that were merged, notices included. */
  readonly chunks: number;
}
