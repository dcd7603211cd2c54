import { candidatesOf } from '../../src/chunk/candidatesOf.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { hasContent, hasContentPart } from '../../src/chunk/hasContent.js';
import { normalizeReason } from '../../src/chunk/normalizeReason.js';
import type { GeminiCandidate, GeminiUsage } from '../../src/chunk/response.js';
import { stopwatch } from '../../src/rx/stopwatch.js';
import { finishReasonName } from './conventions.js';

/** What telemetry tells of a reply, from its making on. Holds no content. Times are in ms. */
export class ReplyFacts {
  /** Now, since the beginning. */
  readonly elapsed = stopwatch();
  model: string | undefined;
  id: string | undefined;
  usage: GeminiUsage = {};
  /** From the beginning to the first chunk with content. */
  timeToFirstChunk: number | undefined;
  /** How this side ended the reply, if a chunk is marked with it. */
  mark: 'cancelled' | 'stopped' | undefined;
  readonly #finishReasons = new Map<number, string>();
  #lastChunkAt = 0;

  /** One for each candidate, by index. */
  get finishReasons(): string[] {
    return [...this.#finishReasons].sort(([a], [b]) => a - b).map(([, reason]) => reason);
  }

  /** Takes the next chunk, and tells how long after the one before it came; undefined unless both have content. */
  append(chunk: GeminiChunk): number | undefined {
    if (chunk.modelVersion) this.model = chunk.modelVersion;
    if (chunk.responseId) this.id = chunk.responseId;
    if (chunk.usageMetadata) this.usage = { ...this.usage, ...chunk.usageMetadata };
    if (chunk.cancelled) this.mark = 'cancelled';
    if (chunk.stopped) this.mark = 'stopped';
    for (const candidate of candidatesOf(chunk)) this.#readFinish(candidate);
    return hasContent(chunk) ? this.#time() : undefined;
  }

  #readFinish(candidate: GeminiCandidate): void {
    const { index = 0 } = candidate;
    const finishReason = normalizeReason(candidate.finishReason);
    // Content that follows a finish clears it.
    if (finishReason || hasContentPart(candidate)) this.#finishReasons.set(index, finishReasonName(finishReason));
  }

  #time(): number | undefined {
    const now = this.elapsed();
    const gap = this.timeToFirstChunk === undefined ? undefined : now - this.#lastChunkAt;
    this.timeToFirstChunk ??= now;
    this.#lastChunkAt = now;
    return gap;
  }
}
