import type { OperatorFunction } from 'rxjs';
import type { ReplyMetrics, WithMetrics } from '../../src/chunk/annotations.js';
import { ChunkBuilder } from '../../src/chunk/chunkBuilder.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { outcomeAfter, type UnfailedOutcome } from '../../src/chunk/outcomeAfter.js';
import { annotatedFailure } from '../../src/errors/annotatedFailure.js';
import { toGeminiError } from '../../src/errors/toGeminiError.js';
import { annotate, type ChunkMeter } from '../../src/chunk/annotate.js';
import { assertFunction, assertOptions } from '../../src/rx/assertions.js';
import { ReplyMeter } from './replyMeter.js';
import { reportUnhandled } from '../../src/rx/reportUnhandled.js';

/** A report on one subscription, at its end, from {@link withMetrics}: a union over {@link ReplyOutcome}. @public */
export type ReplyReport = {
  /** The final metrics. */
  readonly metrics: ReplyMetrics;
  /**
   * Returns the merge of all chunks that arrived: the text, the parts, the token counts, the finish, and the annotations
   * of operators above, such as `cost`. Made at the call, in time that does not grow with the text. May be called at any
   * later time: the reply is held as long as this function.
   */
  readonly reply: () => GeminiChunk;
} & (
  | {
      /** The stream completed. */
      readonly outcome: 'complete';
      readonly error?: undefined;
    }
  | {
      /** The stream completed, or was unsubscribed, after a chunk that is marked `stopped` (by `stopWhen`). */
      readonly outcome: 'stopped';
      readonly error?: undefined;
    }
  | {
      /**
       * The stream was unsubscribed earlier, it completed after a chunk that is marked `cancelled` (by
       * `takeUntilCancel`), or it failed with kind `cancelled`.
       */
      readonly outcome: 'cancelled';
      readonly error?: undefined;
    }
  | {
      /** The stream failed with `error`, which is not of kind `cancelled`. */
      readonly outcome: 'failed';
      /** The error that arrived, unchanged; its `partial` has `metrics` only below the operator. */
      readonly error: unknown;
    }
);

/** Options of {@link withMetrics}. @public */
export interface WithMetricsOptions {
  /**
   * Called exactly once per subscription, at its end. If `onReport` throws at completion, the result fails with that
   * error; otherwise the error is reported as an unhandled error of rxjs (`config.onUnhandledError`, or thrown in a
   * separate task).
   */
  readonly onReport?: ((report: ReplyReport) => void) | undefined;
}

/**
 * Adds to each chunk the pace of the reply: time to the first chunk, tokens per second, gaps, stalls.
 *
 * Each chunk is emitted as it arrives. If the source emits nothing on subscription, or nothing before an error, a
 * notice (a chunk with annotations only: see {@link isNotice}) is emitted first. Completion emits the final metrics in
 * a notice, `{ text: '', metrics }`, even without a chunk. An error passes with the final metrics in its `partial`, if
 * it is a `GeminiError` that has one. `onReport` is called before that notice, before an error is
 * passed on, or on unsubscription. Notices of other operators are annotated and not counted. The notices of this
 * operator also have the `progress` and the `cost` of operators above, but no property that your own `map` adds.
 * Lossless. Memory is constant without `onReport`; with `onReport` the operator holds the reply until the report, so
 * that one structured log line needs no second subscription.
 *
 * Times are whole ms. Place `withMetrics` below `withCost` and `withProgress`, so that `reply()` of the report has
 * their last values, and above `bufferChunks`; below, it measures the buffer. Above a retry it reports each attempt,
 * below a retry each reply.
 *
 * @param options - See {@link WithMetricsOptions}.
 * @returns An operator from chunks to the same chunks with `metrics`.
 * @throws TypeError - At the call, if `options` is not an object or `onReport` not a function.
 * @example
 * ```ts
 * const measured$ = reply$.pipe(
 *   withCost({ pricePerMillion: { input: 0.3, output: 2.5 } }),
 *   withMetrics({
 *     onReport: ({ outcome, metrics: { elapsed }, reply }) => {
 *       const { text, usageMetadata, cost } = reply();
 *       console.log(JSON.stringify({ outcome, elapsed, chars: text.length, ...usageMetadata, cost: cost?.total }));
 *     },
 *   }),
 * );
 * ```
 * @public
 */
export function withMetrics<T extends GeminiChunk>(
  options: WithMetricsOptions = {},
): OperatorFunction<T, T & WithMetrics> {
  assertOptions(options);
  const { onReport } = options;
  assertFunction('onReport', onReport);

  return annotate('metrics', () => new ReportingMeter(onReport), annotatedFailure);
}

/** The ending of a reply, without its metrics and its content. */
type Ending = DistributiveOmit<ReplyReport, 'metrics' | 'reply'>;
type DistributiveOmit<R, K extends keyof R> = R extends unknown ? Omit<R, K> : never;

/** Measures one reply, and reports it once. */
class ReportingMeter extends ReplyMeter implements ChunkMeter<ReplyMetrics> {
  readonly #onReport: WithMetricsOptions['onReport'];
  /** The reply so far, for the report; released with it. */
  #content: ChunkBuilder | undefined;
  #isReported = false;
  #outcome: UnfailedOutcome = 'complete';

  constructor(onReport: WithMetricsOptions['onReport']) {
    super();
    this.#onReport = onReport;
    if (onReport) this.#content = new ChunkBuilder();
  }

  override append(chunk: GeminiChunk): void {
    this.#outcome = outcomeAfter(this.#outcome, chunk);
    this.#content?.append(chunk);
    super.append(chunk);
  }

  complete(): boolean {
    this.#report({ outcome: this.#outcome });
    return true;
  }

  fail(cause: unknown): void {
    // A cancellation is not a failure of the reply.
    const isCancelled = toGeminiError(cause).kind === 'cancelled';
    this.#reportSafely(isCancelled ? { outcome: 'cancelled' } : { outcome: 'failed', error: cause });
  }

  dispose(): void {
    this.#reportSafely({ outcome: this.#outcome === 'complete' ? 'cancelled' : this.#outcome });
  }

  #report(ending: Ending): void {
    if (this.#isReported) return;
    this.#isReported = true;
    const content = this.#content;
    this.#content = undefined;
    if (content) this.#onReport?.({ ...ending, metrics: this.read(), reply: () => content.snapshot() });
  }

  #reportSafely(ending: Ending): void {
    try {
      this.#report(ending);
    } catch (cause) {
      reportUnhandled(cause);
    }
  }
}
