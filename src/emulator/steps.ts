/** What the emulator does next with a response whose headers are out. A list of steps that ends, ends the response. */
export type Step =
  /** Writes bytes; so many chunks are complete with them. */
  | { readonly kind: 'send'; readonly bytes: Buffer; readonly chunks: number }
  /** Waits so many ms; `Infinity` is for ever. */
  | { readonly kind: 'wait'; readonly ms: number }
  /** Breaks the connection. */
  | { readonly kind: 'drop'; readonly reset: boolean }
  /** Ends the response here. */
  | { readonly kind: 'end' };

export const send = (content: string | Uint8Array, chunks: number): Step => ({
  kind: 'send',
  bytes: Buffer.from(content as string),
  chunks,
});

export const wait = (ms: number): Step => ({ kind: 'wait', ms });
