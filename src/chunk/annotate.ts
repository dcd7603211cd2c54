import type { OperatorFunction } from 'rxjs';
import { withField } from './copyFields.js';
import type { GeminiChunk } from './geminiChunk.js';
import { noticeAfter } from './noticeAfter.js';
import { operate } from '../rx/operate.js';

/** Follows one reply, and reads a value for each chunk. */
export interface ChunkMeter<V> {
  append(chunk: GeminiChunk): void;
  read(): V;
  /** Called at completion; returns whether a last notice is due. */
  complete?(): boolean;
  /** Called when the source has failed. */
  fail?(cause: unknown): void;
  /** Called when the subscription has ended, in whatever way. */
  dispose?(): void;
}

/**
 * Makes a `withX` operator: adds one property to each chunk.
 *
 * The source is subscribed first, so that several such operators add one notice together: the operator emits its own
 * only if the source has emitted nothing by the time that `subscribe` returns, or that it ends.
 */
export function annotate<T extends GeminiChunk, K extends string, V>(
  name: K,
  makeMeter: () => ChunkMeter<V>,
): OperatorFunction<T, T & Readonly<Record<K, V>>> {
  return operate((destination) => {
    const meter = makeMeter();
    let latest: T | undefined;
    const emit = (chunk: T) => destination.next(withField<T, K, V>(chunk, name, meter.read()));
    const speakFirst = () => {
      if (!latest) emit(noticeAfter<T>(latest));
    };
    destination.add(() => meter.dispose?.());
    return {
      next(chunk) {
        latest = chunk;
        meter.append(chunk);
        emit(chunk);
      },
      subscribed: speakFirst,
      error(cause) {
        meter.fail?.(cause);
        speakFirst();
        destination.error(cause);
      },
      complete() {
        const isNoticeDue = meter.complete?.() ?? false;
        if (isNoticeDue || !latest) emit(noticeAfter(latest));
        destination.complete();
      },
    };
  });
}
