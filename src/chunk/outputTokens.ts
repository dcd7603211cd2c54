import type { GeminiChunk } from './geminiChunk.js';
import type { GeminiUsage } from './response.js';
import { tokenCount } from './tokenCount.js';

/**
 * Counts the tokens that the model wrote: as the server reports them, and estimated from text that the server has not
 * reported yet.
 *
 * Reports are running totals. Many models report the thoughts first and the answer in the last chunk only, so thoughts
 * and answer each have an estimate of the text after their last report.
 */
export class OutputTokens {
  #answer = 0;
  #thoughts = 0;
  // Quarters are whole numbers, so the sum does not depend on how the text was cut.
  #answerQuarters = 0;
  #thoughtQuarters = 0;

  /** The number of all tokens, thoughts included. */
  get total(): number {
    return this.#answer + this.#thoughts + Math.ceil((this.#answerQuarters + this.#thoughtQuarters) / 4);
  }

  /** The number of tokens of the answer; a fraction if it is estimated. */
  get answer(): number {
    return this.#answer + this.#answerQuarters / 4;
  }

  /** The number of tokens of the thoughts; a fraction if it is estimated. */
  get thoughts(): number {
    return this.#thoughts + this.#thoughtQuarters / 4;
  }

  /** Whether a part of the total is estimated. */
  get isEstimated(): boolean {
    return this.#answerQuarters + this.#thoughtQuarters > 0;
  }

  append({ text: answer, candidates, usageMetadata }: GeminiChunk): void {
    if (!candidates) this.#answerQuarters += quartersOf(answer);
    for (const { content } of candidates ?? []) {
      for (const { text = '', thought } of content?.parts ?? []) {
        if (thought) this.#thoughtQuarters += quartersOf(text);
        else this.#answerQuarters += quartersOf(text);
      }
    }
    if (usageMetadata) this.#correct(usageMetadata);
  }

  /** Applies a report. Some models send 0, or no count, until the last chunk, which is not a report. */
  #correct({ candidatesTokenCount, thoughtsTokenCount }: GeminiUsage): void {
    const answer = tokenCount(candidatesTokenCount);
    const thoughts = tokenCount(thoughtsTokenCount);
    if (answer) {
      this.#answer = answer;
      this.#answerQuarters = 0;
    }
    if (thoughts) this.#thoughts = thoughts;
    // The server omits counts of 0, so a report of the answer also covers the thoughts.
    if (answer || thoughts) this.#thoughtQuarters = 0;
  }
}

/** The quarters of tokens in a text: four characters a token in Latin and similar scripts, one in CJK and emoji. */
function quartersOf(text: string): number {
  let quarters = 0;
  for (let at = 0; at < text.length; at++) quarters += text.charCodeAt(at) < 0x2e80 ? 1 : 4;
  return quarters;
}
