import type { MonoTypeOperatorFunction } from 'rxjs';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { GeminiError } from '../errors/geminiError.js';
import { toGeminiError } from '../errors/toGeminiError.js';
import { assertFunction, assertOptions, typeError } from '../rx/assertions.js';
import { LineWriter, type TextWritable } from './lineWriter.js';
import { operate } from '../rx/operate.js';
import { chunkLine, endLine, recordingHeader, type RecordedEnd } from './recordingLines.js';
import { reportUnhandled } from '../rx/reportUnhandled.js';
import { stopwatch } from '../rx/stopwatch.js';

/**
 * A destination of {@link record}: a stream of Node, the writer of a `WritableStream<string>`, a file opened with
 * `node:fs/promises`, or an object with a function `write`.
 *
 * @public
 */
export interface RecordWritable {
  /**
   * Writes text: one line or several. The next call waits for the promise that it returns, or for the callback of a
   * stream of Node.
   */
  write(text: string): unknown;
}

/** Options of {@link record}. @public */
export interface RecordOptions {
  /**
   * Called when the recording cannot continue, at most once per subscription: opening, a write or closing failed, or more
   * than 64 MB wait for a busy `writable` (kind `overflow`). The reply continues.
   *
   * @defaultValue the error is reported as rxjs reports unhandled errors: to `config.onUnhandledError`, or thrown in a
   * separate task
   */
  readonly onError?: ((error: GeminiError) => void) | undefined;
}

/** The maximum length of the text that waits for a busy writable, in UTF-16 units. */
const maxWaiting = 32 * 1024 * 1024;

/**
 * Writes the reply with its timing, as JSON lines that {@link replay} and the emulator can play.
 *
 * Chunks, the completion and the error pass through unchanged and at once; each is written as a line before it is
 * emitted. The first line names the format. Each chunk is `{"t":…,"chunk":…}`, with the ms since the subscription. The
 * last line has the end of the reply: `complete`, `error` with the JSON form of the error ({@link GeminiErrorJson}: no
 * cause, no stack, no `partial`, keys redacted), or `cancelled` after an unsubscription. The content of the reply is
 * written in plain text.
 *
 * A busy `writable` does not delay the reply: lines wait for it, also after the end. A `writable` that fails ends the
 * recording, not the reply. A `writable` is not closed, and may take several recordings, one after the other; a
 * function is called at each subscription, and its result is closed (`end()` or `close()`) after the last line.
 * Lossless; holds no chunk, but up to 64 MB of lines while `writable` is busy.
 *
 * Place it above `bufferChunks` for the original timing, and below `retryTransient` for one recording per reply.
 *
 * @param writable - The destination, or a function that opens one.
 * @param options - See {@link RecordOptions}.
 * @returns An operator from chunks to the same chunks.
 * @throws TypeError - At the call, if `writable` is not a destination or a function, or `onError` is not a function.
 * @example
 * ```ts
 * const lines: string[] = [];
 * reply$.pipe(record({ write: (text) => lines.push(text) })).subscribe({
 *   complete: () => replay(lines, { speed: 10 }).subscribe((chunk) => console.log(chunk.text)),
 * });
 * ```
 * @public
 */
export function record<T extends GeminiChunk>(
  writable: RecordWritable | (() => RecordWritable),
  options: RecordOptions = {},
): MonoTypeOperatorFunction<T> {
  assertOptions(options);
  const { onError = reportUnhandled } = options;
  const open = openerOf(writable);
  assertFunction('onError', onError);

  return operate<T, T>((destination) => {
    const elapsed = stopwatch();
    const lines = new LineWriter({ open, closes: open === writable, maxWaiting, overflow, onFailure });
    let hasEnded = false;
    const end = (ending: RecordedEnd) => {
      if (hasEnded) return;
      hasEnded = true;
      lines.write(() => endLine(elapsed(), ending));
      lines.end();
    };
    lines.write(() => recordingHeader);
    destination.add(() => end({ end: 'cancelled' }));
    return {
      next(chunk) {
        lines.write(() => chunkLine(elapsed(), chunk));
        destination.next(chunk);
      },
      error(cause) {
        end({ end: 'error', error: toGeminiError(cause).toJSON() });
        destination.error(cause);
      },
      complete() {
        end({ end: 'complete' });
        destination.complete();
      },
    };
  });

  function onFailure(cause: unknown): void {
    try {
      onError(toGeminiError(cause));
    } catch (thrown) {
      reportUnhandled(thrown);
    }
  }
}

function openerOf(writable: unknown): () => TextWritable {
  if (typeof writable === 'function') return writable as () => TextWritable;
  const isWritable = typeof writable === 'object' && writable !== null && 'write' in writable;
  if (!isWritable || typeof writable.write !== 'function') {
    throw typeError('writable', 'an object with a function `write`, or a function that gives one', writable);
  }
  return () => writable as TextWritable;
}

function overflow(): GeminiError {
  const message = 'The recording is given up: more than 64 MB of it wait for its writable, which is too slow';
  return new GeminiError(message, { kind: 'overflow', limit: 'memory' });
}
