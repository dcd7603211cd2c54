import type {
  Cancelled,
  Queued,
  ReplyCost,
  ReplyMetrics,
  ReplyProgress,
  Resumed,
  Stopped,
  ToolRun,
} from './annotations.js';
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
export interface GeminiChunk extends GeminiResponse {
  /** Candidate 0's answer text in this chunk, without thoughts; `''` where there is none. */
  readonly text: string;
  /** The progress of the reply; from `withProgress`. */
  readonly progress?: ReplyProgress | undefined;
  /** The pace of the reply; from `withMetrics`. */
  readonly metrics?: ReplyMetrics | undefined;
  /** Its place in the queue; from `createRateLimiter`, in notices. Content that comes later clears it in a merge. */
  readonly queued?: Queued | undefined;
  /** The cost of the reply so far; from `withCost`. */
  readonly cost?: ReplyCost | undefined;
  /** Marks the first chunk after a seam: the reply broke before it; from `resumeOnDrop`. */
  readonly resumed?: Resumed | undefined;
  /** Marks the last chunk of a reply that this side cancelled; from `takeUntilCancel`. */
  readonly cancelled?: Cancelled | undefined;
  /** Marks the last chunk of a reply that this side ended early; from `stopWhen`. */
  readonly stopped?: Stopped | undefined;
  /** The state of a call of a tool; from `createChat`, in notices. */
  readonly tool?: ToolRun | undefined;
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
export interface ReplySnapshot extends GeminiResponse {
  /** Candidate 0's answer text so far, without thoughts. */
  readonly text: string;
  /** The number of chunks that were merged, notices included. */
  readonly chunks: number;
  /** The latest progress, if `withProgress` is above. */
  readonly progress?: ReplyProgress | undefined;
  /** The latest metrics, if `withMetrics` is above. */
  readonly metrics?: ReplyMetrics | undefined;
  /** Its place in the queue, until content comes, if `createRateLimiter` is above. */
  readonly queued?: Queued | undefined;
  /** The latest cost, if `withCost` is above. */
  readonly cost?: ReplyCost | undefined;
  /** The latest seam, if the reply broke and `resumeOnDrop` went on with it. */
  readonly resumed?: Resumed | undefined;
  /** Set once the reply was cancelled by `takeUntilCancel`. */
  readonly cancelled?: Cancelled | undefined;
  /** Set once the reply was ended early by `stopWhen`. */
  readonly stopped?: Stopped | undefined;
  /** The state of the latest call of a tool, if a chat runs tools. */
  readonly tool?: ToolRun | undefined;
}
