import type { GeminiChunk } from './geminiChunk.js';
import type { GeminiUsage } from './response.js';

/**
 * Counts the tokens that the model wrote: as reported where the server reports them, estimated from the text where it
 * does not, or not yet.
 *
 * Reports are running totals. Many models report the thoughts first and the answer in the last chunk only, so each has
 * its own estimate of what came after its last report.
 */
export class OutputTokens {
  #answer = 0;
  #thoughts = 0;
  // Quarters, which are whole numbers, so that the sum does not depend on how the text was cut.
  #answerQuarters = 0;
  #thoughtQuarters = 0;

  /** All of them, thoughts included. */
  get total(): number {
    return this.#answer + this.#thoughts + Math.ceil((this.#answerQuarters + this.#thoughtQuarters) / 4);
  }

  /** Those of the answer; a fraction where they are estimated. */
  get answer(): number {
    return this.#answer + this.#answerQuarters / 4;
  }

  /** Those of the thoughts; a fraction where they are estimated. */
  get thoughts(): number {
    return this.#thoughts + this.#thoughtQuarters / 4;
  }

  /** Whether some of them are estimated. */
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

  /** Some models say 0, or nothing, until the last chunk: that is no report. */
  #correct({ candidatesTokenCount, thoughtsTokenCount }: GeminiUsage): void {
    if (candidatesTokenCount) {
      this.#answer = candidatesTokenCount;
      this.#answerQuarters = 0;
    }
    if (thoughtsTokenCount) this.#thoughts = thoughtsTokenCount;
    // The wire leaves out what is 0, so one that tells of the answer tells of the thoughts as well.
    if (candidatesTokenCount || thoughtsTokenCount) this.#thoughtQuarters = 0;
  }
}

/** Latin and the like take about four characters a token; Chinese, Japanese, Korean and emoji about one. */
function quartersOf(text: string): number {
  let quarters = 0;
  for (let at = 0; at < text.length; at++) quarters += text.charCodeAt(at) < 0x2e80 ? 1 : 4;
  return quarters;
}
