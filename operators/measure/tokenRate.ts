import { copyFields } from '../../src/chunk/copyFields.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import type { GeminiUsage } from '../../src/chunk/response.js';
import type { Fields } from '../../src/rx/isObject.js';

/** The tokens that the server has reported for one reply, and their rate. */
export class TokenRate {
  #usage: (GeminiUsage & Fields) | undefined;
  /** The time of the first content, in ms, and the tokens that had been reported then. */
  #start: { readonly at: number; readonly tokens: number } | undefined;
  #perSecond: number | undefined;

  /** The tokens that the model wrote, thoughts included; undefined until the server reports them. */
  get output(): number | undefined {
    const { candidatesTokenCount: answer, thoughtsTokenCount: thoughts } = this.#usage ?? {};
    return answer === undefined ? thoughts : answer + (thoughts ?? 0);
  }

  get total(): number | undefined {
    return this.#usage?.totalTokenCount;
  }

  /** The tokens per second since the first content; the time of the hidden thoughts before it is not measured. */
  get perSecond(): number | undefined {
    return this.#perSecond;
  }

  append(chunk: GeminiChunk, isContent: boolean, now: number): void {
    if (chunk.usageMetadata) copyFields((this.#usage ??= {}), chunk.usageMetadata);
    if (isContent) this.#start ??= { at: now, tokens: this.output ?? 0 };
    // Between two reports the count is old and the time is not: the rate would seem to fall.
    if (chunk.usageMetadata) this.#perSecond = this.#rate(now);
  }

  #rate(now: number): number | undefined {
    if (!this.#start) return undefined;
    const tokens = (this.output ?? 0) - this.#start.tokens;
    const seconds = (now - this.#start.at) / 1000;
    return tokens > 0 && seconds > 0 ? tokens / seconds : undefined;
  }
}
