import type { OperatorFunction } from 'rxjs';
import type { WithCost } from '../../src/chunk/annotations.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { annotate } from '../../src/chunk/annotate.js';
import { assertNonNegative, assertOptions } from '../../src/rx/assertions.js';
import { CostMeter } from './costMeter.js';

/** The prices of a million tokens, in one currency, from the provider's price list. @public */
export interface PricePerMillion {
  /** Of the prompt, and of what tools returned. */
  readonly input: number;
  /** Of the answer. */
  readonly output: number;
  /** Of the part of the prompt that came from a cache. @defaultValue `input` */
  readonly cached?: number | undefined;
  /** Of the thoughts. @defaultValue `output` */
  readonly thoughts?: number | undefined;
}

/** Options of {@link withCost}. @public */
export interface WithCostOptions {
  /** The prices of the model that is asked; none are built in. */
  readonly pricePerMillion: PricePerMillion;
}

/**
 * Adds to each chunk the cost of the reply so far, so that it is known however the reply ends.
 *
 * Each chunk is emitted as it comes, with `cost` in the currency of the prices. If the source emits nothing on
 * subscription, or nothing before its end, a notice (a chunk with annotations and nothing else: see {@link isNotice}) is
 * emitted first; notices of other operators have `cost` too. The operator counts the tokens that the server last
 * reported. The tokens that the model wrote after that report are estimated from their text, about four characters a
 * token, or one in Chinese, Japanese and Korean (`estimated` is then true): many models report the answer in the last
 * chunk only, and a reply that is cancelled or stopped never gets there. A report corrects the estimate, also downwards.
 *
 * Tokens from a cache are a part of the prompt and are counted once. There is one price a kind: where a price list asks
 * more for audio, for pictures or for a long prompt, give the price that applies. An error passes. Lossless; holds no
 * chunk.
 *
 * Above a retry it counts an attempt, below `resumeOnDrop` all requests of a reply.
 *
 * @param options - See {@link WithCostOptions}.
 * @returns An operator from chunks to the same chunks with `cost`.
 * @throws TypeError - At the call, if `pricePerMillion` or a price is missing, or a price is not a number.
 * @throws RangeError - At the call, if a price is negative or not finite.
 * @see {@link stopWhen} to end a reply that has cost enough.
 * @example
 * ```ts
 * reply$.pipe(withCost({ pricePerMillion: { input: 0.3, output: 2.5, cached: 0.03 } })).subscribe(({ cost }) => {
 *   console.log(`${cost.estimated ? 'about ' : ''}$${cost.total.toFixed(6)}`);
 * });
 * ```
 * @public
 */
export function withCost<T extends GeminiChunk>(options: WithCostOptions): OperatorFunction<T, T & WithCost> {
  assertOptions(options);
  const { pricePerMillion } = options;
  assertOptions(pricePerMillion, 'pricePerMillion');
  const { input, output, cached = input, thoughts = output } = pricePerMillion;
  const prices = { input, output, cached, thoughts };
  for (const [kind, price] of Object.entries(prices)) assertNonNegative(`pricePerMillion.${kind}`, price);

  return annotate('cost', () => new CostMeter(prices));
}
