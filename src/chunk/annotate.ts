import type { OperatorFunction } from 'rxjs';
import { withField } from './copyFields.js';
import type { GeminiChunk } from './geminiChunk.js';
import { noticeAfter } from './noticeAfter.js';
import { operate } from '../rx/operate.js';

/** Follows a reply, and computes the value of an annotation for each chunk. */
export interface ChunkMeter<V> {
  append(chunk: GeminiChunk): void;
  read(): V;
  /** Handles completion; returns whether a last notice is due. */
  complete?(): boolean;
  /** Handles a failure of the source. */
  fail?(cause: unknown): void;
  /** Handles the end of the subscription, of any kind. */
  dispose?(): void;
}

/**
 * Makes a `withX` operator: adds one property to each chunk.
 *
 * The source is subscribed first, so that several such operators add one notice together: the operator emits its own
 * notice only if the source has emitted nothing by the time that `subscribe` returns or the source ends.
 *
 * An error is emitted as `annotateFailure` returns it: this room does not know the errors that carry a reply.
 */
export function annotate<T extends GeminiChunk, K extends string, V>(
  name: K,
  makeMeter: () => ChunkMeter<V>,
  annotateFailure: (cause: unknown, name: K, value: V) => unknown,
): OperatorFunction<T, T & Readonly<Record<K, V>>> {
  return operate((destination) => {
    const meter = makeMeter();
    let latest: T | undefined;
    const emit = (chunk: T) => destination.next(withField<T, K, V>(chunk, name, meter.read()));
    const emitFirstNotice = () => {
      if (!latest) emit(noticeAfter<T>(latest));
    };
    destination.add(() => meter.dispose?.());
    return {
      next(chunk) {
        latest = chunk;
        meter.append(chunk);
        emit(chunk);
      },
      subscribed: emitFirstNotice,
      error(cause) {
        meter.fail?.(cause);
        emitFirstNotice();
        destination.error(annotateFailure(cause, name, meter.read()));
      },
      complete() {
        const isNoticeDue = meter.complete?.() ?? false;
        if (isNoticeDue || !latest) emit(noticeAfter(latest));
        destination.complete();
      },
    };
  });
}
