import type { Subscriber } from 'rxjs';
import { EventReader, type EventHandlers } from './eventReader.js';

/** The handlers of a body. */
export interface BodyHandlers extends EventHandlers {
  /** Called when bytes have arrived, before they are read. */
  readonly onBytes?: () => void;
}

/** The maximum number of bytes that are decoded at once; the events of a larger packet are read piece by piece. */
const maxPiece = 1024 * 1024;

/** Reads the events of a body to its end, or until `destination` is closed, which cancels the body. */
export async function readEvents(
  body: ReadableStream<Uint8Array>,
  destination: Subscriber<unknown>,
  { onEvent, onBytes, ...handlers }: BodyHandlers,
): Promise<void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  const events = new EventReader({
    ...handlers,
    onEvent(event) {
      // One packet may hold many events, which a closed `destination` must not get.
      if (!destination.closed) onEvent(event);
    },
  });
  const cancel = () => {
    reader.cancel().catch(() => undefined);
  };
  destination.add(cancel);
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (destination.closed) return;
      if (done) break;
      onBytes?.();
      for (let at = 0; at < value.length; at += maxPiece) {
        const piece = value.subarray(at, at + maxPiece);
        events.feed(decoder.decode(piece, { stream: true }), piece.length);
      }
    }
    events.feed(decoder.decode());
    events.end();
  } finally {
    // The reply may continue in another body.
    destination.remove(cancel);
    cancel();
  }
}
