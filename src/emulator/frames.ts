import { apiError } from './apiError.js';
import type { WireFormat } from './wireFormat.js';

/** A piece of a body: a chunk, or the text around the chunks. */
export interface Frame {
  readonly content: string | Uint8Array;
  readonly isChunk: boolean;
  /** Whether nothing follows. */
  readonly isLast?: boolean;
}

/** Writes chunks in a wire format. An iterable that throws ends in an error event, as a server's stream does. */
export async function* chunkFrames(chunks: AsyncIterable<unknown>, format: WireFormat): AsyncGenerator<Frame> {
  let isFirst = true;
  try {
    for await (const chunk of chunks) {
      yield { content: format.event(chunk, isFirst), isChunk: true };
      isFirst = false;
    }
  } catch (error) {
    yield { content: format.error(apiError({ code: 500, message: String(error) }), 'data', isFirst), isChunk: false };
    isFirst = false;
  }
  const tail = format.tail(isFirst);
  if (tail !== '') yield { content: tail, isChunk: false, isLast: true };
}

/** The frames of a body that is sent unchanged. */
export function* rawFrames(body: string | Uint8Array | Iterable<string | Uint8Array>): Generator<Frame> {
  const pieces = typeof body === 'string' || body instanceof Uint8Array ? [body] : body;
  for (const content of pieces) yield { content, isChunk: true };
}

/** The frames, the last of them without its delimiter: reads one frame ahead. */
export async function* unterminated(frames: AsyncIterable<Frame>, delimiter: string): AsyncGenerator<Frame> {
  let held: Frame | undefined;
  for await (const frame of frames) {
    if (held) yield held;
    held = frame;
  }
  if (!held) return;
  const { content, isChunk } = held;
  const cut = typeof content === 'string' && content.endsWith(delimiter);
  yield { content: cut ? content.slice(0, content.length - delimiter.length) : content, isChunk };
}
