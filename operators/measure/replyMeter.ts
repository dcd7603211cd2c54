import type { ReplyMetrics } from '../../src/chunk/annotations.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { hasContent } from '../../src/chunk/hasContent.js';
import { stopwatch } from '../../src/rx/stopwatch.js';
import { Histogram } from './histogram.js';
import { TokenRate } from './tokenRate.js';

/** Measures one reply, from its construction on, in constant memory. */
export class ReplyMeter {
  readonly #elapsed = stopwatch();
  readonly #tokens = new TokenRate();
  readonly #gaps = new Histogram();
  /** Counts chunks with content. */
  #chunks = 0;
  #chars = 0;
  #firstChunkAt: number | undefined;
  #firstTextAt: number | undefined;
  #lastChunkAt = 0;
  #longestStall = 0;

  append(chunk: GeminiChunk): void {
    const now = this.#elapsed();
    const isContent = hasContent(chunk);
    this.#tokens.append(chunk, isContent, now);
    if (isContent) this.#count(chunk, now);
  }

  read(): ReplyMetrics {
    const elapsed = this.#elapsed();
    const { output, total, perSecond } = this.#tokens;
    const metrics: { -readonly [K in keyof ReplyMetrics]: ReplyMetrics[K] } = {
      elapsed,
      chunks: this.#chunks,
      chars: this.#chars,
      gaps: {
        p50: Math.round(this.#gaps.quantile(0.5)),
        p95: Math.round(this.#gaps.quantile(0.95)),
        max: this.#gaps.max,
      },
      longestStall: Math.max(this.#longestStall, elapsed - this.#lastChunkAt),
    };
    if (this.#firstChunkAt !== undefined) metrics.timeToFirstChunk = this.#firstChunkAt;
    if (this.#firstTextAt !== undefined) metrics.timeToFirstText = this.#firstTextAt;
    if (output !== undefined) metrics.outputTokens = output;
    if (total !== undefined) metrics.totalTokens = total;
    if (perSecond !== undefined) metrics.tokensPerSecond = readable(perSecond);
    return metrics;
  }

  #count({ text }: GeminiChunk, now: number): void {
    if (this.#firstChunkAt === undefined) this.#firstChunkAt = now;
    else this.#gaps.add(now - this.#lastChunkAt);
    if (text !== '') this.#firstTextAt ??= now;
    this.#chunks += 1;
    this.#chars += text.length;
    this.#longestStall = Math.max(this.#longestStall, now - this.#lastChunkAt);
    this.#lastChunkAt = now;
  }
}

/** A rate as a person reads it: a whole number, or one digit after the point if the rate is below 10. */
function readable(rate: number): number {
  return rate < 10 ? Math.round(rate * 10) / 10 : Math.round(rate);
}
