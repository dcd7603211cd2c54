import type { GeminiErrorKind } from '../errors/kinds.js';
import type { ToolMedia } from './response.js';

/**
 * The progress of a reply, added by `withProgress`.
 *
 * @public
 */
export interface ReplyProgress {
  /**
   * The status of the reply; `thinking` (only thoughts have arrived) and `answering` (from the first answer on) refine
   * `streaming`. A failed reply has no last phase: its error is the outcome.
   */
  readonly phase: 'waiting' | 'thinking' | 'answering' | 'complete' | 'stopped' | 'cancelled';
  /**
   * The percentage of `expectedTokens`, a whole number from 0 to 100; never decreases, and is 100 only in the last
   * notice.
   */
  readonly percent: number;
  /** The number of tokens written so far, thoughts included; the server's count may correct an estimate downwards. */
  readonly outputTokens: number;
  /** Whether `outputTokens`, or a part of it, is estimated from the text because the server has not reported it yet. */
  readonly estimated: boolean;
  /** The time since the subscription, in whole ms. */
  readonly elapsed: number;
  /**
   * The time that the rest of `expectedTokens` will take at the present pace, in whole ms; absent until the pace is known,
   * and once the reply is longer than expected.
   */
  readonly remaining?: number | undefined;
}

/**
 * The pace of a reply, added by `withMetrics`. Times are whole ms.
 *
 * @public
 */
export interface ReplyMetrics {
  /**
   * The time from the subscription to the first chunk with content (thoughts count); absent until that chunk arrives.
   */
  readonly timeToFirstChunk?: number | undefined;
  /** The time from the subscription to the first answer text; absent until that text arrives. */
  readonly timeToFirstText?: number | undefined;
  /** The time since the subscription. */
  readonly elapsed: number;
  /** The number of chunks with content. */
  readonly chunks: number;
  /** The length of the answer text so far, in UTF-16 units. */
  readonly chars: number;
  /** The tokens written, thoughts included, in the server's last report; absent until the first report. */
  readonly outputTokens?: number | undefined;
  /** The tokens of prompt, tools, thoughts and answer in the server's last report; absent until the first report. */
  readonly totalTokens?: number | undefined;
  /**
   * The output tokens per second, from the first chunk to the server's last report: a whole number, or with one digit
   * after the point if it is below 10; absent until both have arrived.
   */
  readonly tokensPerSecond?: number | undefined;
  /** The time between chunks with content; p50 and p95 are estimates within 5 %, made in constant memory. */
  readonly gaps: { readonly p50: number; readonly p95: number; readonly max: number };
  /** The longest time without content, including the wait for the first chunk and the wait for the end. */
  readonly longestStall: number;
}

/**
 * The cost of a reply so far, added by `withCost`, in the currency of its prices. Amounts are rounded far below the
 * price of a token, so that they read `0.3` and not `0.30000000000000004`.
 *
 * @public
 */
export interface ReplyCost {
  /** The cost of the prompt, without its cached part, and of the results of tools. */
  readonly input: number;
  /** The cost of the part of the prompt that came from a cache. */
  readonly cached: number;
  /** The cost of the answer. */
  readonly output: number;
  /** The cost of the thoughts. */
  readonly thoughts: number;
  /** The exact sum of all these costs, as they read. */
  readonly total: number;
  /** Whether a part of the cost is estimated or still missing, because the server has not reported its tokens yet. */
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
 * The state of an interaction and the place of a chunk in it, added by `fromInteraction`: the latest known value of each
 * field. The same object is on every chunk until a field changes.
 *
 * @public
 */
export interface ReplyInteraction {
  /** The id of the interaction; `''` if the server does not store it. */
  readonly id: string;
  /** The status: `queued`, `in_progress`, `requires_action`, `completed`, …; `''` until the server has reported it. */
  readonly status: string;
  /**
   * An opaque position: `fromInteraction(ai, { id, after: cursor })`, also in another process, continues exactly after
   * this chunk. Always present below `fromInteraction`; absent in a chunk from a sink to which it was not named. Below
   * an operator that cuts chunks (`bufferChunks` with `until`, `smoothText`), the text may be ahead of the cursor,
   * never behind it: read the cursor above such an operator.
   */
  readonly cursor?: string | undefined;
  /** Whether the interaction runs in the background, and continues without a reader. */
  readonly background?: boolean | undefined;
  /** The step to which the newest event belongs. */
  readonly step?: { readonly index: number; readonly type: string } | undefined;
  /** The environment in which an agent works. */
  readonly environmentId?: string | undefined;
}

/**
 * The mark of a reply that this side cancelled.
 *
 * @public
 */
export interface Cancelled {
  /** The string, or the message of the error, that the notifier emitted; `'cancelled'` for any other value. */
  readonly reason: string;
}

/**
 * The place of a reply in the queue of a `createRateLimiter`.
 *
 * @public
 */
export interface Queued {
  /** The position in the queue: 1 starts next, and 0 means that the request may start now. */
  readonly position: number;
  /**
   * The wait until the request may begin, as known now, in ms from this notice, rounded up; absent if the wait depends
   * on the end of another reply, and at position 0.
   */
  readonly delay?: number | undefined;
}

/**
 * The mark of a reply whose request failed and is made again, from `retryTransient`, `resumeOnDrop` and
 * `fallback`; in the messages of `fromLive`, that of a connection.
 *
 * @public
 */
export interface Retrying {
  /** The number of the new request, counted from 1 for the first one after the original request. */
  readonly attempt: number;
  /** The wait before the new request, in ms from this notice; 0 when the request starts. */
  readonly delay: number;
  /** The `kind` of the `GeminiError` with which the request before failed. */
  readonly kind: GeminiErrorKind;
}

/**
 * The mark of the seam in a reply that broke and that `resumeOnDrop` or `fromInteraction` continued with another request;
 * from `toTurns`, the mark of a turn whose rest was lost with its connection.
 *
 * @public
 */
export interface Resumed {
  /** The number of the resumption, counted from 1. */
  readonly attempt: number;
  /** The `kind` of the `GeminiError` that broke the request before. */
  readonly kind: 'network' | 'truncated' | 'overloaded' | 'server' | 'timeout';
}

/**
 * The mark of a reply that this side ended early on purpose, by `stopWhen`, or by an interruption of `toTurns`.
 *
 * @public
 */
export interface Stopped {
  /** The name of the limit that was reached, the string that the predicate returned, or `'interrupted'`. */
  readonly reason: string;
}

/**
 * The mark of a turn that answers the speech of the user, from `toTurns`.
 *
 * @public
 */
export interface Heard {
  /** The transcript of the user's speech, all words so far. */
  readonly text: string;
}

/** A run of a tool, whatever its status. @public */
export interface ToolRunFields {
  /** The model's call. */
  readonly call: {
    readonly id?: string | undefined;
    readonly name: string;
    readonly args: Readonly<Record<string, unknown>>;
  };
}

/** A run of a tool that has not ended: a union over `status`. @public */
export type OpenToolRun = ToolRunFields & {
  /** The latest progress that the tool reported, as JSON data; absent if the value has no JSON form. */
  readonly progress?: unknown;
  /** Always absent, because the run has not ended. */
  readonly response?: undefined;
  /** Always absent, because the run has not ended. */
  readonly parts?: undefined;
} & (
    | {
        /** The run waits for a free place. */
        readonly status: 'waiting';
      }
    | {
        /** The option `approve` decides on the call. */
        readonly status: 'approving';
      }
    | {
        /** The tool runs. */
        readonly status: 'running';
      }
  );

/** A run of a tool that has ended: a union over `status`, the outcome of the run. @public */
export type EndedToolRun = ToolRunFields & {
  /** Always absent, because the run has ended. */
  readonly progress?: undefined;
  /** The response to the call: the result itself if it is an object, else `{ output }`, or `{ error }`. */
  readonly response: Readonly<Record<string, unknown>>;
  /** The pictures and files of the result. */
  readonly parts?: readonly ToolMedia[] | undefined;
} & (
    | {
        /** The tool returned a result. */
        readonly status: 'complete';
      }
    | {
        /** The tool failed. */
        readonly status: 'failed';
      }
    | {
        /** The option `approve` refused the call. */
        readonly status: 'denied';
      }
    | {
        /** The send was cancelled before the run ended. */
        readonly status: 'cancelled';
      }
  );

/**
 * The state of a tool call, in the notices of a chat and in its `tool` messages.
 *
 * @public
 */
export type ToolRun = OpenToolRun | EndedToolRun;
