import type { GeminiChunk, ReplySnapshot } from '../../src/chunk/geminiChunk.js';
import type { DeepPartial } from './deepPartial.js';
import type { GrowingValue } from './jsonBuilder.js';

/**
 * A snapshot of a JSON answer and its reply, from {@link parseJson}: a union over `complete`. Immutable.
 *
 * @public
 */
export type JsonSnapshot<Input = unknown, Output = Input, T extends GeminiChunk = GeminiChunk> =
  | {
      /** The value so far, not checked by a schema; undefined until the JSON has begun. */
      readonly value: DeepPartial<Input> | undefined;
      readonly complete: false;
      /** The reply so far, as from `accumulate`: text, thoughts, usage, and the annotations of operators above. */
      readonly reply: ReplySnapshot & Omit<T, 'chunks'>;
    }
  | {
      /** The whole value, as the schema returns it. */
      readonly value: Output;
      readonly complete: true;
      /** The whole reply, with the latest value of each annotation: `cost`, `metrics`, `cancelled`, … */
      readonly reply: ReplySnapshot & Omit<T, 'chunks'>;
    };

/**
 * A snapshot of a value that is not whole. `value` is assembled at its first read.
 *
 * The getter is the snapshot's own, so that a spread or a clone finds the value. All snapshots share one function: a
 * closure of each would keep its value in memory until the next collection of all garbage. Frozen, because a view that
 * wraps a value in a proxy could not read the private field through it, and wraps no frozen object.
 */
export class GrowingSnapshot<Value, Reply> {
  declare readonly value: Value | undefined;
  readonly complete = false;
  readonly reply: Reply;
  readonly #growing: GrowingValue<Value>;

  static readonly #value: PropertyDescriptor & ThisType<GrowingSnapshot<unknown, unknown>> = {
    get() {
      return this.#growing.read();
    },
    enumerable: true,
  };

  constructor(growing: GrowingValue<Value>, reply: Reply) {
    this.#growing = growing;
    this.reply = reply;
    Object.defineProperty(this, 'value', GrowingSnapshot.#value);
    Object.freeze(this);
  }
}
