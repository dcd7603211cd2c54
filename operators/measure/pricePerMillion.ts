import { assertNonNegative, assertOptions } from '../../src/rx/assertions.js';

/** The prices of a million tokens, in one currency, from the provider's price list. @public */
export interface PricePerMillion {
  /** The price of the prompt, and of the results of tools. */
  readonly input: number;
  /** The price of the answer. */
  readonly output: number;
  /** The price of the part of the prompt that came from a cache. @defaultValue `input` */
  readonly cached?: number | undefined;
  /** The price of the thoughts. @defaultValue `output` */
  readonly thoughts?: number | undefined;
}

/** The prices of a million tokens, by kind. */
export type Prices = Readonly<Record<'input' | 'output' | 'cached' | 'thoughts', number>>;

/**
 * Checks a caller's prices and fills in the defaults.
 *
 * @param name - The name of the option or the parameter, for the sentence of an error.
 * @param form - An example of the call, for that sentence.
 * @throws TypeError - If a price is missing or not a number.
 * @throws RangeError - If a price is negative or not finite.
 */
export function checkedPrices(name: string, pricePerMillion: PricePerMillion, form: string): Prices {
  assertOptions(pricePerMillion, name, form);
  const { input, output, cached = input, thoughts = output } = pricePerMillion;
  const prices = { input, output, cached, thoughts };
  for (const [kind, price] of Object.entries(prices)) assertNonNegative(`${name}.${kind}`, price);
  return prices;
}
