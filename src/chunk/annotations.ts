import type { ToolMedia } from './response.js';

/**
 * The progress of a reply, added by `withProgress`.
 *
 * @public
 */
export interface ReplyProgress {
  /**
   * The status of the reply; `thinking` (only thoughts have come) and `answering` (from the first answer on) refine
   * `streaming`. A failed reply has no last phase: its error is the outcome.
   */
  readonly phase: 'waiting' | 'thinking' | 'answering' | 'complete' | 'stopped' | 'cancelled';
  /** Tokens of `expectedTokens`, 0 to 100, a whole number; never goes back, and is 100 only in the last notice. */
  readonly percent: number;
  /** Tokens written so far, thoughts included; the server's count may correct an estimate downwards. */
  readonly outputTokens: number;
  /** Whether `outputTokens`, or a part of it, is estimated from the text: the server has not reported it yet. */
  readonly estimated: boolean;
  /** Time since the subscription, in ms. */
  readonly elapsed: number;
  /**
   * The time that the rest of `expectedTokens` will take at the present pace, in ms; absent until there is a pace, and
   * once more came than was expected.
   */
  readonly remaining?: number | undefined;
}

/**
 * The pace of a reply, added by `withMetrics`. Times are in ms.
 *
 * @public
 */
export interface ReplyMetrics {
  /** From the subscription to the first chunk with content (thoughts count); absent until it came. */
  readonly timeToFirstChunk?: number | undefined;
  /** From the subscription to the first answer text; absent until it came. */
  readonly timeToFirstText?: number | undefined;
  /** Since the subscription. */
  readonly elapsed: number;
  /** Chunks with content. */
  readonly chunks: number;
  /** Answer text so far, in UTF-16 units. */
  readonly chars: number;
  /** Tokens written, thoughts included, as the server last reported; absent until it does. */
  readonly outputTokens?: number | undefined;
  /** Prompt, tools, thoughts and answer, as the server last reported; absent until it does. */
  readonly totalTokens?: number | undefined;
  /** Output tokens a second from the first chunk to the server's last report; absent until it can be told. */
  readonly tokensPerSecond?: number | undefined;
  /** The time between chunks with content. p50 and p95 are estimates within 5 % in constant memory. */
  readonly gaps: { readonly p50: number; readonly p95: number; readonly max: number };
  /** The longest time without content, the wait for the first chunk and the one for the end included. */
  readonly longestStall: number;
}

/**
 * The cost of a reply so far, added by `withCost`, in the currency of its prices.
 *
 * @public
 */
export interface ReplyCost {
  /** The prompt, without what came from a cache, and what tools returned. */
  readonly input: number;
  /** The part of the prompt that came from a cache. */
  readonly cached: number;
  /** The answer. */
  readonly output: number;
  /** The thoughts. */
  readonly thoughts: number;
  /** All of these. */
  readonly total: number;
  /** Whether a part is estimated, or is not in it, because the server has not reported its tokens yet. */
  readonly estimated: boolean;
}

/** The property that `withProgress` adds to each chunk, also to notices: see {@link isNotice}. @public */
export interface WithProgress {
  /** The progress of the reply. */
  readonly progress: ReplyProgress;
}

/** The property that `withMetrics` adds to each chunk, also to notices: see {@link isNotice}. @public */
export interface WithMetrics {
  /** The pace of the reply. */
  readonly metrics: ReplyMetrics;
}

/** The property that `withCost` adds to each chunk, also to notices: see {@link isNotice}. @public */
export interface WithCost {
  /** The cost of the reply so far. */
  readonly cost: ReplyCost;
}

/**
 * Marks a reply that this side cancelled.
 *
 * @public
 */
export interface Cancelled {
  /** The reason: the string, or the message of the error, that the notifier emitted, else `'cancelled'`. */
  readonly reason: string;
}

/**
 * The place of a reply in the queue of a `createRateLimiter`.
 *
 * @public
 */
export interface Queued {
  /** 1 is the next to begin; 0 means that its turn has come. */
  readonly position: number;
}

/**
 * Marks the seam in a reply that broke and goes on with another request, from `resumeOnDrop`.
 *
 * @public
 */
export interface Resumed {
  /** The number of the resumption, counted from 1. */
  readonly attempt: number;
  /** The failure of the request before: the `kind` of its `GeminiError`. */
  readonly kind: 'network' | 'truncated' | 'overloaded' | 'server' | 'timeout';
}

/**
 * Marks a reply that this side ended early on purpose, by `stopWhen`.
 *
 * @public
 */
export interface Stopped {
  /** The reason: the name of the limit that was reached, or the string that the predicate returned. */
  readonly reason: string;
}

/** A run of a tool, whatever its status. @public */
export interface ToolRunFields {
  /** The call of the model. */
  readonly call: {
    readonly id?: string | undefined;
    readonly name: string;
    readonly args: Readonly<Record<string, unknown>>;
  };
}

/** A run of a tool that has not ended. @public */
export interface OpenToolRun extends ToolRunFields {
  /** `waiting` for a free place, `approving` while `approve` is asked, then `running`. */
  readonly status: 'waiting' | 'approving' | 'running';
  /** The latest value of a tool that reports its progress, as JSON data; a value that has no JSON is left out. */
  readonly progress?: unknown;
  /** Never there: the run has not ended. */
  readonly response?: undefined;
  /** Never there: the run has not ended. */
  readonly parts?: undefined;
}

/** A run of a tool that has ended. @public */
export interface EndedToolRun extends ToolRunFields {
  /** The end of the run; `denied` if `approve` refused it. */
  readonly status: 'complete' | 'failed' | 'denied' | 'cancelled';
  /** Never there: the run has ended. */
  readonly progress?: undefined;
  /** The response to the call: the result itself if it is an object, else `{ output }`, or `{ error }`. */
  readonly response: Readonly<Record<string, unknown>>;
  /** The pictures and files of the result. */
  readonly parts?: readonly ToolMedia[] | undefined;
}

/**
 * The state of a call of a tool, in the notices of a chat and in its `tool` messages.
 *
 * @public
 */
export type ToolRun = OpenToolRun | EndedToolRun;
