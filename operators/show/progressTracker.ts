import type { ReplyProgress } from '../../src/chunk/annotations.js';
import { finishReasonAfter } from '../../src/chunk/finishReasonAfter.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { hasAnswerPart, hasContent } from '../../src/chunk/hasContent.js';
import { OutputTokens } from '../../src/chunk/outputTokens.js';
import { stopwatch } from '../../src/rx/stopwatch.js';

/** The progress of one reply since its construction. Holds no text. */
export class ProgressTracker {
  readonly #elapsed = stopwatch();
  readonly #tokens = new OutputTokens();
  readonly #expectedTokens: number;
  #phase: ReplyProgress['phase'] = 'waiting';
  #percent = 0;
  #finishReason: string | undefined;
  /** The time and the tokens of the first content, from which the pace is measured. */
  #begin: { readonly elapsed: number; readonly tokens: number } | undefined;

  constructor(expectedTokens: number) {
    this.#expectedTokens = expectedTokens;
  }

  append(chunk: GeminiChunk): void {
    this.#tokens.append(chunk);
    const { total } = this.#tokens;
    if (hasContent(chunk)) this.#begin ??= { elapsed: this.#elapsed(), tokens: total };
    this.#percent = Math.max(this.#percent, Math.min(Math.floor((100 * total) / this.#expectedTokens), 99));
    this.#phase = phaseAfter(this.#phase, chunk);
    this.#finishReason = finishReasonAfter(this.#finishReason, chunk);
  }

  /** Notes that the source has completed. The reply is complete if it has a finish and was not cancelled or stopped. */
  complete(): boolean {
    const isComplete = this.#finishReason !== undefined && this.#phase !== 'cancelled' && this.#phase !== 'stopped';
    if (isComplete) {
      this.#phase = 'complete';
      this.#percent = 100;
    }
    return isComplete;
  }

  read(): ReplyProgress {
    const elapsed = this.#elapsed();
    const remaining = this.#remaining(elapsed);
    const progress: { -readonly [K in keyof ReplyProgress]: ReplyProgress[K] } = {
      phase: this.#phase,
      percent: this.#percent,
      outputTokens: this.#tokens.total,
      estimated: this.#tokens.isEstimated,
      elapsed,
    };
    if (remaining !== undefined) progress.remaining = remaining;
    return progress;
  }

  #remaining(elapsed: number): number | undefined {
    if (this.#phase === 'complete') return 0;
    const rest = this.#expectedTokens - this.#tokens.total;
    const isWriting = this.#phase === 'thinking' || this.#phase === 'answering';
    if (!isWriting || !this.#begin || rest <= 0) return undefined;
    const pace = (this.#tokens.total - this.#begin.tokens) / (elapsed - this.#begin.elapsed);
    return pace > 0 && Number.isFinite(pace) ? Math.round(rest / pace) : undefined;
  }
}

function phaseAfter(phase: ReplyProgress['phase'], chunk: GeminiChunk): ReplyProgress['phase'] {
  if (chunk.cancelled || phase === 'cancelled') return 'cancelled';
  if (chunk.stopped) return 'stopped';
  if (phase !== 'waiting' && phase !== 'thinking') return phase;
  if (hasAnswer(chunk)) return 'answering';
  return hasContent(chunk) ? 'thinking' : phase;
}

function hasAnswer({ text, candidates }: GeminiChunk): boolean {
  return text !== '' || (candidates?.some(hasAnswerPart) ?? false);
}
