import type { ReplyCost } from '../../src/chunk/annotations.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import type { GeminiUsage } from '../../src/chunk/response.js';
import { OutputTokens } from '../../src/chunk/outputTokens.js';
import { tokenCount } from '../../src/chunk/tokenCount.js';
import { usageAfter } from '../../src/chunk/usageAfter.js';
import type { Prices } from './pricePerMillion.js';

/** The digits of an amount below the highest price: the amounts of 100 million tokens have no noise in a double. */
const digits = 13;

/** The greatest power of 10 in a double. */
const maxExponent = 308;

/**
 * Computes the cost of one reply. Holds no text.
 *
 * An amount is rounded once, to a whole number of very small units, and these are added up: so the total is the exact
 * sum of its parts, without noise such as `0.30000000000000004`.
 */
export class CostMeter {
  readonly #prices: Prices;
  /** The number of units in 1 of the currency, a power of 10; a token at the highest price has 1 to 10 million units. */
  readonly #scale: number;
  readonly #tokens = new OutputTokens();
  #usage: GeminiUsage | undefined;

  constructor(prices: Prices) {
    this.#prices = prices;
    const { input, output, cached, thoughts } = prices;
    const highest = Math.max(input, output, cached, thoughts) || 1;
    this.#scale = 10 ** Math.min(digits - Math.ceil(Math.log10(highest)), maxExponent);
  }

  append(chunk: GeminiChunk): void {
    this.#tokens.append(chunk);
    this.#usage = usageAfter(this.#usage, chunk);
  }

  read(): ReplyCost {
    const { promptTokenCount, cachedContentTokenCount, toolUsePromptTokenCount } = this.#usage ?? {};
    const prompt = tokenCount(promptTokenCount);
    const fromCache = tokenCount(cachedContentTokenCount) ?? 0;
    const uncached = Math.max((prompt ?? 0) - fromCache, 0);
    const input = this.#unitsOf(uncached + (tokenCount(toolUsePromptTokenCount) ?? 0), this.#prices.input);
    const cached = this.#unitsOf(fromCache, this.#prices.cached);
    const output = this.#unitsOf(this.#tokens.answer, this.#prices.output);
    const thoughts = this.#unitsOf(this.#tokens.thoughts, this.#prices.thoughts);
    return {
      input: input / this.#scale,
      cached: cached / this.#scale,
      output: output / this.#scale,
      thoughts: thoughts / this.#scale,
      total: (input + cached + output + thoughts) / this.#scale,
      estimated: this.#tokens.isEstimated || prompt === undefined,
    };
  }

  #unitsOf(tokens: number, pricePerMillion: number): number {
    return Math.round(tokens * pricePerMillion * (this.#scale / 1_000_000));
  }
}
