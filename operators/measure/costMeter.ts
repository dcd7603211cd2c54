import type { ReplyCost } from '../../src/chunk/annotations.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import type { GeminiUsage } from '../../src/chunk/response.js';
import { OutputTokens } from '../../src/chunk/outputTokens.js';
import { usageAfter } from '../../src/chunk/usageAfter.js';

/** The prices of a million tokens, by kind. */
export type Prices = Readonly<Record<'input' | 'output' | 'cached' | 'thoughts', number>>;

/** Computes the cost of one reply. Holds no text. */
export class CostMeter {
  readonly #prices: Prices;
  readonly #tokens = new OutputTokens();
  #usage: GeminiUsage | undefined;

  constructor(prices: Prices) {
    this.#prices = prices;
  }

  append(chunk: GeminiChunk): void {
    this.#tokens.append(chunk);
    this.#usage = usageAfter(this.#usage, chunk);
  }

  read(): ReplyCost {
    const { promptTokenCount, cachedContentTokenCount = 0, toolUsePromptTokenCount = 0 } = this.#usage ?? {};
    const uncached = Math.max((promptTokenCount ?? 0) - cachedContentTokenCount, 0);
    const input = costOf(uncached + toolUsePromptTokenCount, this.#prices.input);
    const cached = costOf(cachedContentTokenCount, this.#prices.cached);
    const output = costOf(this.#tokens.answer, this.#prices.output);
    const thoughts = costOf(this.#tokens.thoughts, this.#prices.thoughts);
    return {
      input,
      cached,
      output,
      thoughts,
      total: input + cached + output + thoughts,
      estimated: this.#tokens.isEstimated || promptTokenCount === undefined,
    };
  }
}

function costOf(tokens: number, pricePerMillion: number): number {
  return (tokens * pricePerMillion) / 1_000_000;
}
