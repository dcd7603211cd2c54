import { animationFrameScheduler, asyncScheduler, type MonoTypeOperatorFunction, type Subscription } from 'rxjs';
import { assertOneOf, assertOptions, assertPositiveDelay } from '../../src/rx/assertions.js';
import { operate } from '../../src/rx/operate.js';

/** Options of {@link renderEvery}: how often, by time or by frame. @public */
export type RenderEveryOptions =
  | {
      /** The least time from one value to the next, in ms. */
      readonly interval: number;
      readonly frame?: undefined;
    }
  | {
      readonly interval?: undefined;
      /** One value for each frame that the browser draws. */
      readonly frame: true;
    };

/**
 * Gives a view the newest value, no more often than it can be drawn: once every so many ms, or once a frame.
 *
 * The first value passes at once. Of those that come before the time is up, or the next animation frame, the newest one
 * is emitted then; the others are dropped. The time counts from when the consumer has taken the value before, so a slow
 * view is not drawn without a break. Completion emits the newest value first, and so does an error: the last value
 * always arrives. An unsubscription drops it. Lossy, so it belongs below what gives the whole at each value:
 * `accumulate`, `toReplyState`. Holds one value.
 *
 * A hidden page draws no frames: with `frame`, the newest value waits until the page is seen again, or the source ends.
 * Where there are no frames at all (a server, a test) `frame` means every 16 ms.
 *
 * @param options - See {@link RenderEveryOptions}.
 * @returns An operator from values to fewer of them.
 * @throws TypeError - At the call, if there is neither `interval` nor `frame`, or both, or one of the wrong kind.
 * @throws RangeError - At the call, if `interval` is not a positive number of ms.
 * @see {@link bufferChunks} for chunks: it loses none.
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
      // The consumer may bring the next value about.
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
