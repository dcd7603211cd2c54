/**
 * The text of a recording: whole, or in pieces that are cut anywhere, such as a stream's of Node or of the web.
 *
 * @public
 */
export type RecordingText =
  string | Iterable<string> | AsyncIterable<string | Uint8Array> | ReadableStream<string> | ReadableStream<Uint8Array>;

export interface RecordingPiece {
  readonly done?: boolean | undefined;
  readonly value?: string | Uint8Array | undefined;
}

/** The pieces of a recording's text, which are asked for one by one. */
export interface RecordingPieces {
  next(): RecordingPiece | PromiseLike<RecordingPiece>;
  /** Says that no more are wanted; waits for nothing. */
  close(): void;
}

/** Opens the text of a recording. */
export function recordingPieces(recording: RecordingText): RecordingPieces {
  if (typeof recording === 'string') return piecesOf([recording][Symbol.iterator]());
  // Not by its iterator: while a stream is silent, that cannot be closed.
  if ('getReader' in recording) {
    const reader = recording.getReader();
    return { next: () => reader.read(), close: () => settle(() => reader.cancel()) };
  }
  return piecesOf(Symbol.asyncIterator in recording ? recording[Symbol.asyncIterator]() : recording[Symbol.iterator]());
}

function piecesOf(iterator: Iterator<string> | AsyncIterator<string | Uint8Array>): RecordingPieces {
  return {
    next: () => iterator.next() as RecordingPiece | Promise<RecordingPiece>,
    close: () => settle(() => iterator.return?.()),
  };
}

/** Closes, whatever becomes of it: nobody wants the pieces any more. */
function settle(close: () => unknown): void {
  new Promise((resolve) => {
    resolve(close());
  }).catch(() => undefined);
}
