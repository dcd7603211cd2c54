/**
 * The text of a recording: whole, or in pieces cut anywhere, such as a stream of Node or of the web.
 *
 * @public
 */
export type RecordingText =
  string | Iterable<string> | AsyncIterable<string | Uint8Array> | ReadableStream<string> | ReadableStream<Uint8Array>;

/** A piece of a recording's text, or the end of the text. */
export interface RecordingPiece {
  readonly done?: boolean | undefined;
  readonly value?: string | Uint8Array | undefined;
}

/** The pieces of a recording's text, read one by one. */
export interface RecordingPieces {
  next(): RecordingPiece | PromiseLike<RecordingPiece>;
  /** Stops reading; waits for nothing. */
  close(): void;
}

/** Opens the text of a recording. */
export function openRecording(recording: RecordingText): RecordingPieces {
  if (typeof recording === 'string') return iteratorPieces([recording][Symbol.iterator]());
  // Not by its iterator, which cannot be closed while the stream is silent.
  if ('getReader' in recording) {
    const reader = recording.getReader();
    return { next: () => reader.read(), close: () => ignoreFailure(() => reader.cancel()) };
  }
  return iteratorPieces(
    Symbol.asyncIterator in recording ? recording[Symbol.asyncIterator]() : recording[Symbol.iterator](),
  );
}

function iteratorPieces(iterator: Iterator<string> | AsyncIterator<string | Uint8Array>): RecordingPieces {
  return {
    next: () => iterator.next() as RecordingPiece | Promise<RecordingPiece>,
    close: () => ignoreFailure(() => iterator.return?.()),
  };
}

/** Closes, and ignores a failure: the pieces are no longer needed. */
function ignoreFailure(close: () => unknown): void {
  new Promise((resolve) => {
    resolve(close());
  }).catch(() => undefined);
}
