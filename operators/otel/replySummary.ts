import type { ReplyCost } from '../../src/chunk/annotations.js';
import { candidatesOf } from '../../src/chunk/candidatesOf.js';
import { candidateFinishAfter } from '../../src/chunk/finishReasonAfter.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { hasContent, hasContentPart } from '../../src/chunk/hasContent.js';
import { outcomeAfter, type UnfailedOutcome } from '../../src/chunk/outcomeAfter.js';
import type { ReplyOutcome } from '../../src/chunk/replyStatus.js';
import type { GeminiCandidate, GeminiUsage } from '../../src/chunk/response.js';
import { usageAfter } from '../../src/chunk/usageAfter.js';
import { stopwatch } from '../../src/rx/stopwatch.js';
import { finishReasonName } from './conventions.js';

/** The facts of a reply that telemetry reports, from the subscription on. Holds no content. Times are in ms. */
export class ReplySummary {
  /** The time since the beginning. */
  readonly elapsed = stopwatch();
  model: string | undefined;
  id: string | undefined;
  usage: GeminiUsage | undefined;
  /** The latest cost that `withCost` has added. */
  cost: ReplyCost | undefined;
  /** The time from the beginning to the first chunk with content. */
  timeToFirstChunk: number | undefined;
  /** The outcome by the marks of the chunks, if the reply completes now. */
  outcome: UnfailedOutcome = 'complete';
  readonly #finishReasons = new Map<number, string | undefined>();
  #lastChunkAt = 0;

  /** The finish reasons of a reply with this outcome, one for each candidate, by index. */
  finishReasons(outcome: ReplyOutcome): string[] {
    const reasons = [...this.#finishReasons].sort(([a], [b]) => a - b);
    return reasons.map(([, reason]) => finishReasonName(reason, outcome));
  }

  /** Takes the next chunk, and returns the time since the previous one; undefined unless both have content. */
  append(chunk: GeminiChunk): number | undefined {
    if (chunk.modelVersion) this.model = chunk.modelVersion;
    const id = chunk.responseId ?? chunk.interaction?.id;
    if (id) this.id = id;
    this.usage = usageAfter(this.usage, chunk);
    this.cost = chunk.cost ?? this.cost;
    this.outcome = outcomeAfter(this.outcome, chunk);
    for (const candidate of candidatesOf(chunk)) this.#readFinish(candidate);
    return hasContent(chunk) ? this.#time() : undefined;
  }

  #readFinish(candidate: GeminiCandidate): void {
    const { index = 0 } = candidate;
    const finishReason = candidateFinishAfter(this.#finishReasons.get(index), candidate);
    if (finishReason || hasContentPart(candidate)) this.#finishReasons.set(index, finishReason);
  }

  #time(): number | undefined {
    const now = this.elapsed();
    const gap = this.timeToFirstChunk === undefined ? undefined : now - this.#lastChunkAt;
    this.timeToFirstChunk ??= now;
    this.#lastChunkAt = now;
    return gap;
  }
}
