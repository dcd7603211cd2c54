import type { OperatorFunction } from 'rxjs';
import type { WithCost } from '../../src/chunk/annotations.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { annotate } from '../../src/chunk/annotate.js';
import { annotatedFailure } from '../../src/errors/annotatedFailure.js';
import { assertOptions } from '../../src/rx/assertions.js';
import { CostMeter } from './costMeter.js';
import { checkedPrices, type PricePerMillion } from './pricePerMillion.js';

/** Options of {@link withCost}. @public */
export interface WithCostOptions {
  /** The prices of the model; the library has no built-in prices. */
  readonly pricePerMillion: PricePerMillion;
}

/**
 * Adds to each chunk the cost of the reply so far, so that the cost is known even if the reply is cut short.
 *
 * Each chunk is emitted as it arrives, with `cost` in the currency of the prices. If the source emits nothing on
 * subscription, or nothing before its end, a notice (a chunk with annotations only: see {@link isNotice}) is emitted
 * first; notices of other operators have `cost` too. The operator counts the tokens that the server last reported. The
 * tokens that the model wrote after that report are estimated from their text, about four characters a token, or one in
 * Chinese, Japanese and Korean (`estimated` is then true): many models report the answer in the last chunk only, which
 * a cancelled or stopped reply never reaches. A report corrects the estimate, also downwards.
 *
 * Tokens from a cache are a part of the prompt and are counted once. There is one price for each kind: if a price list
 * has other prices for audio, pictures or long prompts, pass the price that applies. Each amount is rounded once, far
 * below the price of a token, and `total` is the exact sum of the others as they read: `0.3`, never
 * `0.30000000000000004`. An error passes with `cost` in its `partial`, if it is a `GeminiError` that has one: a reply
 * that failed has a cost too. Lossless; holds no chunk.
 *
 * Above a retry, `cost` covers one attempt; below `resumeOnDrop`, all requests of the reply.
 *
 * @param options - See {@link WithCostOptions}.
 * @returns An operator from chunks to the same chunks with `cost`.
 * @throws TypeError - At the call, if `pricePerMillion` or a price is missing, or a price is not a number.
 * @throws RangeError - At the call, if a price is negative or not finite.
 * @see {@link costOf} for the cost of token counts without a stream; {@link stopWhen} to end a reply that has cost enough.
 * @example
 * ```ts
 * reply$.pipe(withCost({ pricePerMillion: { input: 0.3, output: 2.5, cached: 0.03 } })).subscribe(({ cost }) => {
 *   console.log(`${cost.estimated ? 'about ' : ''}$${cost.total.toFixed(6)}`);
 * });
 * ```
 * @public
 */
export function withCost<T extends GeminiChunk>(options: WithCostOptions): OperatorFunction<T, T & WithCost> {
  const form = 'withCost({ pricePerMillion: { input: 0.3, output: 2.5 } })';
  assertOptions(options, 'options', form);
  const { pricePerMillion } = options;
  const prices = checkedPrices('pricePerMillion', pricePerMillion, form);

  return annotate('cost', () => new CostMeter(prices), annotatedFailure);
}
