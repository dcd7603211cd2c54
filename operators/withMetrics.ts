import type { OperatorFunction } from 'rxjs';
import type { ReplyMetrics } from '../src/chunk/annotations.js';
import { emptyChunk } from '../src/chunk/emptyChunk.js';
import { annotated } from '../src/chunk/fields.js';
import type { GeminiChunk } from '../src/chunk/geminiChunk.js';
import { assertFunction } from '../src/internal/assertions.js';
import { operate } from '../src/internal/operate.js';
import { ReplyMeter } from '../src/internal/replyMeter.js';
import { reportUnhandled } from '../src/internal/reportUnhandled.js';

/** How one subscription ended, from {@link withMetrics}. @public */
export interface ReplyReport {
  /**
   * `completed`: the stream completed. `failed`: it failed with `error`. `cancelled`: it was unsubscribed, or a chunk
   * was marked `cancelled` (by `takeUntilCancel`) and it completed.
   */
  readonly outcome: 'completed' | 'failed' | 'cancelled';
  /** The final metrics. */
  readonly metrics: ReplyMetrics;
  /** What the stream failed with; absent unless it failed. */
  readonly error?: unknown;
}

/** Options of {@link withMetrics}. @public */
export interface WithMetricsOptions {
  /**
   * Called exactly once a subscription, when it ends. If it throws at completion, the result fails with that; otherwise
   * the error goes where rxjs puts errors that nobody handles: `config.onUnhandledError`, or it is thrown in a task of
   * its own.
   */
  readonly onReport?: ((report: ReplyReport) => void) | undefined;
}

/**
 * Adds to each chunk how fast the reply is: time to the first chunk, tokens a second, gaps, stalls.
 *
 * Each chunk is emitted as it comes. Completion emits the final metrics in a notice, `{ text: '', metrics }`, also if
 * nothing came. `onReport` is called before that notice, before an error is passed on, or on unsubscription. Notices
 * of other operators are annotated and not counted; its own has nothing of what operators above add. Lossless; holds no
 * chunk, and memory is constant.
 *
 * Place it above `bufferChunks`, or it measures the buffer. Above a retry it reports once an attempt, below it once a
 * reply.
 *
 * @param options - See {@link WithMetricsOptions}.
 * @returns An operator from chunks to the same chunks with `metrics`.
 * @throws TypeError - At the call, if `onReport` is not a function.
 * @example
 * ```ts
 * const measured$ = reply$.pipe(
 *   withMetrics({
 *     onReport: ({ outcome, metrics }) => console.log(outcome, metrics.tokensPerSecond),
 *   }),
 * );
 * ```
 * @public
 */
export function withMetrics<T extends GeminiChunk>(
  options: WithMetricsOptions = {},
): OperatorFunction<T, T & { readonly metrics: ReplyMetrics }> {
  const { onReport } = options;
  assertFunction('onReport', onReport);

  return operate((destination) => {
    const meter = new ReplyMeter();
    let isReported = false;
    let isCancelled = false;
    const report = (ending: Omit<ReplyReport, 'metrics'>) => {
      if (isReported) return;
      isReported = true;
      onReport?.({ ...ending, metrics: meter.read() });
    };
    const reportSafely = (ending: Omit<ReplyReport, 'metrics'>) => {
      try {
        report(ending);
      } catch (cause) {
        reportUnhandled(cause);
      }
    };
    destination.add(() => reportSafely({ outcome: 'cancelled' }));
    return {
      next(chunk) {
        isCancelled ||= chunk.cancelled !== undefined;
        meter.append(chunk);
        destination.next(annotated(chunk, 'metrics', meter.read()));
      },
      error(cause) {
        reportSafely({ outcome: 'failed', error: cause });
        destination.error(cause);
      },
      complete() {
        report({ outcome: isCancelled ? 'cancelled' : 'completed' });
        destination.next(annotated(emptyChunk as T, 'metrics', meter.read()));
        destination.complete();
      },
    };
  });
}
