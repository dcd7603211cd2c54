import type { IncomingMessage } from 'node:http';

/** Gemini's own limit on a request, media included. */
const MAX_BYTES = 100 * 1024 * 1024;

/** The request's body as text, or `undefined` if it is too large. Rejects if the client leaves meanwhile. */
export async function readBody(incoming: IncomingMessage): Promise<string | undefined> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of incoming as AsyncIterable<Buffer>) {
    bytes += piece.length;
    // The rest is read and forgotten: a client that is still writing would not read an answer.
    if (bytes > MAX_BYTES) pieces.length = 0;
    else pieces.push(piece);
  }
  return bytes > MAX_BYTES ? undefined : Buffer.concat(pieces).toString();
}
