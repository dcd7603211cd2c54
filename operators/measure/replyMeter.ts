import type { ReplyMetrics } from '../../src/chunk/annotations.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { hasContent } from '../../src/chunk/hasContent.js';
import type { GeminiUsage } from '../../src/chunk/response.js';
import { Histogram } from './histogram.js';
import { stopwatch } from '../../src/rx/stopwatch.js';

/** Measures one reply, from its making on, in constant memory. */
export class ReplyMeter {
  readonly #elapsed = stopwatch();
  readonly #gaps = new Histogram();
  /** The latest of what was reported of each. */
  #answerTokens: number | undefined;
  #thoughtTokens: number | undefined;
  #totalTokens: number | undefined;
  #chunks = 0;
  #chars = 0;
  #firstChunkAt: number | undefined;
  #firstTextAt: number | undefined;
  #lastChunkAt = 0;
  #longestStall = 0;
  /** What was reported when the first chunk came: hidden thoughts took place before, and are not in its pace. */
  #tokensAtFirstChunk = 0;
  #tokensPerSecond: number | undefined;

  append(chunk: GeminiChunk): void {
    const now = this.#elapsed();
    if (chunk.usageMetadata) this.#report(chunk.usageMetadata);
    if (hasContent(chunk)) this.#count(chunk, now);
    // Between two reports the count is old and the time is not: the pace would seem to fall.
    if (chunk.usageMetadata) this.#tokensPerSecond = this.#pace(now);
  }

  read(): ReplyMetrics {
    const elapsed = this.#elapsed();
    const metrics: { -readonly [K in keyof ReplyMetrics]: ReplyMetrics[K] } = {
      elapsed,
      chunks: this.#chunks,
      chars: this.#chars,
      gaps: { p50: this.#gaps.quantile(0.5), p95: this.#gaps.quantile(0.95), max: this.#gaps.max },
      longestStall: Math.max(this.#longestStall, elapsed - this.#lastChunkAt),
    };
    const outputTokens = this.#outputTokens;
    if (this.#firstChunkAt !== undefined) metrics.timeToFirstChunk = this.#firstChunkAt;
    if (this.#firstTextAt !== undefined) metrics.timeToFirstText = this.#firstTextAt;
    if (outputTokens !== undefined) metrics.outputTokens = outputTokens;
    if (this.#totalTokens !== undefined) metrics.totalTokens = this.#totalTokens;
    if (this.#tokensPerSecond !== undefined) metrics.tokensPerSecond = this.#tokensPerSecond;
    return metrics;
  }

  get #outputTokens(): number | undefined {
    if (this.#answerTokens === undefined && this.#thoughtTokens === undefined) return undefined;
    return (this.#answerTokens ?? 0) + (this.#thoughtTokens ?? 0);
  }

  #report({ candidatesTokenCount, thoughtsTokenCount, totalTokenCount }: GeminiUsage): void {
    this.#answerTokens = candidatesTokenCount ?? this.#answerTokens;
    this.#thoughtTokens = thoughtsTokenCount ?? this.#thoughtTokens;
    this.#totalTokens = totalTokenCount ?? this.#totalTokens;
  }

  #count({ text }: GeminiChunk, now: number): void {
    if (this.#firstChunkAt === undefined) {
      this.#firstChunkAt = now;
      this.#tokensAtFirstChunk = this.#outputTokens ?? 0;
    } else {
      this.#gaps.add(now - this.#lastChunkAt);
    }
    if (text !== '') this.#firstTextAt ??= now;
    this.#chunks++;
    this.#chars += text.length;
    this.#longestStall = Math.max(this.#longestStall, now - this.#lastChunkAt);
    this.#lastChunkAt = now;
  }

  #pace(now: number): number | undefined {
    if (this.#firstChunkAt === undefined) return undefined;
    const tokens = (this.#outputTokens ?? 0) - this.#tokensAtFirstChunk;
    const seconds = (now - this.#firstChunkAt) / 1000;
    return tokens > 0 && seconds > 0 ? tokens / seconds : undefined;
  }
}
