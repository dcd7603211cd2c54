import { animationFrameScheduler, asyncScheduler, type MonoTypeOperatorFunction, type Subscription } from 'rxjs';
import { assertOneOf, assertOptions, assertPositiveDelay } from '../../src/rx/assertions.js';
import { operate } from '../../src/rx/operate.js';

/** Options of {@link renderEvery}: either an interval or frames. @public */
export type RenderEveryOptions =
  | {
      /** The minimum time between two values, in ms. */
      readonly interval: number;
      readonly frame?: undefined;
    }
  | {
      readonly interval?: undefined;
      /** Emits at most one value for each frame that the browser draws. */
      readonly frame: true;
    };

/**
 * Emits the newest value to a view at most once per interval, or once per animation frame.
 *
 * Emits the first value at once. Of the values that arrive before the interval has passed or the next frame is drawn,
 * only the newest is emitted then; the others are dropped. The interval begins when the consumer's `next` returns, so
 * that a slow view gets a pause. Completion and an error emit the newest value first, whatever the interval, so the
 * last value always arrives, also just after the value before it; an unsubscription drops it. Lossy: place it below an
 * operator each of whose values contains all earlier ones (`accumulate`, `toReplyState`). Holds one value.
 *
 * A hidden page draws no frames: with `frame`, the newest value waits until the page is visible again or the source
 * ends. Without frames at all (a server, a test), `frame` means every 16 ms.
 *
 * @param options - See {@link RenderEveryOptions}.
 * @returns An operator from values to fewer values.
 * @throws TypeError - At the call, unless exactly one of `interval` and `frame` is set, and of the right type.
 * @throws RangeError - At the call, if `interval` is not a positive number of ms.
 * @see {@link bufferChunks} for chunks, which is lossless.
 * @example
 * ```ts
 * reply$.pipe(accumulate(), renderEvery({ interval: 100 })).subscribe((reply) => {
 *   console.log(reply.text);
 * });
 * ```
 * @public
 */
export function renderEvery<T>(options: RenderEveryOptions): MonoTypeOperatorFunction<T> {
  assertOptions(options);
  const { interval, frame } = options;
  if ((interval === undefined) === (frame === undefined)) throw new TypeError('Expected one of `interval` and `frame`');
  if (interval !== undefined) assertPositiveDelay('interval', interval);
  else assertOneOf('frame', frame, [true]);

  return operate<T, T>((destination) => {
    let newest: { readonly value: T } | undefined;
    let isWaiting = false;

    const emitNewest = () => {
      isWaiting = false;
      if (!newest) return;
      const { value } = newest;
      newest = undefined;
      // The consumer may cause the next value inside its `next`.
      isWaiting = true;
      destination.next(value);
      destination.add(interval === undefined ? onNextFrame(emitNewest) : asyncScheduler.schedule(emitNewest, interval));
    };
    return {
      next(value) {
        newest = { value };
        if (!isWaiting) emitNewest();
      },
      flush() {
        if (newest) destination.next(newest.value);
      },
    };
  });
}

function onNextFrame(callback: () => void): Subscription {
  return typeof requestAnimationFrame === 'function'
    ? animationFrameScheduler.schedule(callback)
    : asyncScheduler.schedule(callback, 16);
}
