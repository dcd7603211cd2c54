import type { ReplyCost } from '../../src/chunk/annotations.js';
import type { GeminiUsage } from '../../src/chunk/response.js';
import { isObject } from '../../src/rx/isObject.js';
import { typeError } from '../../src/rx/assertions.js';
import { CostMeter } from './costMeter.js';
import { checkedPrices, type PricePerMillion } from './pricePerMillion.js';

/**
 * Computes the cost of token counts: of a finished reply, of a whole chat, of a row in a log.
 *
 * A pure function with the arithmetic of {@link withCost}: tokens from a cache are a part of the prompt and are counted
 * once, the results of tools cost as much as the prompt, and `candidatesTokenCount` does not include the thoughts. A
 * missing count costs nothing, and so does a count that is not a number of 0 or more; `totalTokenCount` is not read.
 * Nothing is estimated from text; `estimated` is true if the tokens of the prompt are missing. Each amount is rounded
 * once, far below the price of a token, and `total` is the exact sum of the others as they read.
 *
 * @param usage - The token counts: `usageOf(reply)`, or a value of `chat.usage$`; undefined costs nothing.
 * @param prices - The prices of a million tokens.
 * @returns The cost, in the currency of the prices.
 * @throws TypeError - If `usage` is not an object, or a price is missing or not a number.
 * @throws RangeError - If a price is negative or not finite.
 * @see {@link withCost} for the cost of a reply while it streams, also if it is cut short.
 * @example
 * ```ts
 * const prices = { input: 0.3, output: 2.5, cached: 0.03 };
 * const usage = { promptTokenCount: 1000, cachedContentTokenCount: 400, candidatesTokenCount: 200 };
 * console.log(costOf(usage, prices).total); // 0.000692
 * ```
 * @public
 */
export function costOf(usage: GeminiUsage | undefined, prices: PricePerMillion): ReplyCost {
  if (usage !== undefined && !isObject(usage)) throw typeError('usage', 'the token counts of a reply', usage);
  const meter = new CostMeter(checkedPrices('prices', prices, 'costOf(usage, { input: 0.3, output: 2.5 })'));
  if (usage) meter.append({ text: '', usageMetadata: usage });
  return meter.read();
}
