import type { GeminiChunk } from '../chunk/geminiChunk.js';
import type { CapturedBody } from './fetchCapture.js';
import { EventReader, type EventHandlers } from './eventReader.js';
import type { RequestHandle } from './fromRequest.js';
import { sdkTimeout } from './sdkTimeout.js';

/** The handlers of a body. */
export interface BodyHandlers extends EventHandlers {
  /** Called when bytes have come, before they are read. */
  readonly onBytes?: () => void;
}

/** The most bytes that are decoded at once: of a packet that is larger, the events are read piece by piece. */
const maxPiece = 1024 * 1024;

/** Reads the events of a body to its end, or until `destination` is closed, which cancels it. */
export async function readBody(
  { body, signal: sdkSignal }: Pick<CapturedBody, 'body' | 'signal'>,
  { destination, signal }: RequestHandle<GeminiChunk>,
  { onEvent, onBytes, ...handlers }: BodyHandlers,
): Promise<void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  const events = new EventReader({
    ...handlers,
    onEvent(event) {
      // One packet may hold many events, and a reader that has enough wants none of the rest.
      if (!destination.closed) onEvent(event);
    },
  });
  // Node 20 may leave a read unsettled after an abort, so the SDK's timeout is heard here.
  const onAbort = () => {
    if (!signal.aborted) destination.error(sdkTimeout());
  };
  const leave = () => {
    sdkSignal?.removeEventListener('abort', onAbort);
    reader.cancel().catch(() => undefined);
  };
  sdkSignal?.addEventListener('abort', onAbort, { once: true });
  destination.add(leave);
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
    // The reply may go on in another body.
    destination.remove(leave);
    leave();
  }
}
