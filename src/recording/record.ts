import type { MonoTypeOperatorFunction } from 'rxjs';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { GeminiError } from '../errors/geminiError.js';
import { toGeminiError } from '../errors/toGeminiError.js';
import { assertFunction, assertOptions, typeError } from '../rx/assertions.js';
import { LineWriter, type TextWritable } from './lineWriter.js';
import { operate } from '../rx/operate.js';
import { chunkLine, endLine, recordingHeader } from './recordingLines.js';
import { reportUnhandled } from '../rx/reportUnhandled.js';
import { stopwatch } from '../rx/stopwatch.js';

/**
 * A destination of {@link record}: a stream of Node, the writer of a `WritableStream<string>`, a file opened with
 * `node:fs/promises`, an object with a function.
 *
 * @public
 */
export interface RecordWritable {
  /**
   * Takes more text: one line or several. While what it returns is a promise that is pending, or a stream of Node has
   * not called back, nothing more is written.
   */
  write(text: string): unknown;
}

/** Options of {@link record}. @public */
export interface RecordOptions {
  /**
   * Called when the recording cannot go on, at most once a subscription: opening, a write or closing failed, or more
   * than 64 MB wait for a busy `writable` (kind `overflow`). The reply continues.
   *
   * @defaultValue the error goes where rxjs puts errors that nobody handles: `config.onUnhandledError`, or it is thrown
   * in a task of its own
   */
  readonly onError?: ((error: GeminiError) => void) | undefined;
}

/** The most that waits for a busy writable, in UTF-16 units. */
const maxWaiting = 32 * 1024 * 1024;

/**
 * Writes the reply down with its timing, as JSON lines that {@link replay} plays again, and the emulator too.
 *
 * Chunks, the completion and the error are passed on as they are, as they come. Each is a line, written before it is
 * passed on: a first line that names the format, `{"t":…,"chunk":…}` with the ms since the subscription, and a last
 * line that says how the reply ended: `complete`, `error` with the JSON form of the error ({@link GeminiErrorJson}: no
 * cause, no stack, no `partial`, keys redacted), or `cancelled` where it was unsubscribed. The reply itself is written
 * in plain text.
 *
 * A busy `writable` does not hold the reply up: lines wait for it, also after the end, and one that fails ends the
 * recording, not the reply. A `writable` is not closed, and one recording after another may go into it; a function is
 * called once a subscription, and its result is closed (`end()` or `close()`) after the last line. Lossless; holds no
 * chunk, but up to 64 MB of lines while `writable` is busy.
 *
 * Place it above `bufferChunks` for the original timing, and below `retryTransient` for one recording a reply.
 *
 * @param writable - Where to write, or a function that opens it.
 * @param options - See {@link RecordOptions}.
 * @returns An operator from chunks to the same chunks.
 * @throws TypeError - At the call, if `writable` is not one of these, or `onError` not a function.
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
    let isOver = false;
    const end = (...[ending]: [Parameters<typeof endLine>[1]]) => {
      if (isOver) return;
      isOver = true;
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
