import { toBytes } from './bytes.js';

/** A step of a response whose headers are sent. The response ends after its last step. */
export type Step =
  /**
   * Writes bytes, with which `chunks` chunks are complete. The last bytes end the response at once: a client that stops
   * reading there, as at `[DONE]`, does not close the connection early.
   */
  | { readonly kind: 'send'; readonly bytes: Uint8Array; readonly chunks: number; readonly isLast?: boolean }
  /** Waits; with `Infinity`, without end. */
  | { readonly kind: 'wait'; readonly ms: number }
  /** Breaks the connection. */
  | { readonly kind: 'drop'; readonly reset: boolean }
  /** Ends the response here. */
  | { readonly kind: 'end' };

export const send = (content: string | Uint8Array, chunks: number, isLast = false): Step => ({
  kind: 'send',
  bytes: toBytes(content),
  chunks,
  isLast,
});

export const wait = (ms: number): Step => ({ kind: 'wait', ms });
