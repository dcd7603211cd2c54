import { asyncScheduler, type MonoTypeOperatorFunction, type Subscription } from 'rxjs';
import { finishReasonAfter } from '../../src/chunk/finishReasonAfter.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { hasContent } from '../../src/chunk/hasContent.js';
import { hasNonTextPart } from '../../src/chunk/hasNonTextPart.js';
import { isNotice } from '../../src/chunk/isNotice.js';
import { wasCutShort } from '../../src/chunk/wasCutShort.js';
import { isGeminiError } from '../../src/errors/geminiError.js';
import { assertFunction, assertOptions, assertPositiveDelay, typeError } from '../../src/rx/assertions.js';
import { MarbleRows, type Mark } from './marbleRows.js';
import { operate } from '../../src/rx/operate.js';
import { reportUnhandled } from '../../src/rx/reportUnhandled.js';
import { stopwatch } from '../../src/rx/stopwatch.js';
import { isErrorLike } from '../../src/errors/errorLike.js';

/** Options of {@link inspectReply}. @public */
export interface InspectReplyOptions {
  /** The time that a column stands for, in ms. @defaultValue 50 */
  readonly interval?: number | undefined;
  /**
   * Called with each row, without a line feed. @defaultValue writes to stderr, or, if there is no stderr, to
   * `console.debug`
   */
  readonly write?: ((row: string) => void) | undefined;
}

/**
 * Draws a live stream as a marble diagram on stderr: the times and sizes of its chunks, its pauses and its end.
 *
 * For development. Chunks, an error and completion pass unchanged, at once. A row of 60 columns is written when its
 * time has passed (3 s), and the last row at the end, so that rows never mix with other output. A row begins with its
 * time; an empty row is omitted. A column shows one symbol, the last in this list of those that occurred:
 *
 * - `-` nothing
 * - `.` a chunk without content: token counts, a finish, a notice
 * - `t` a thought, or another candidate's text
 * - `▁▂▃▄▅▆▇█` answer text: 4 UTF-16 units or less, 8, 16, 32, 64, 128, 256, more
 * - `p` another part: an image, code, a tool's response
 * - `c` a function call
 * - `x` a mark of `cancelled` or `stopped`
 *
 * The last row ends with `|` at completion, `#` at an error or `!` at an unsubscription, then the time, the chunks
 * (without notices), the characters of the answer and the finish reason or the kind of error:
 *
 * ```text
 * reply   0.0 s ----------.-t--t---▃-▅----▅-----▄---c--.| 2.71 s, 9 chunks, 214 characters, STOP
 * ```
 *
 * The label of a further subscription has a number. Lossless; holds a row. An error that `write` throws is an
 * unhandled error of rxjs; the reply continues.
 *
 * @param label - The beginning of each row.
 * @param options - See {@link InspectReplyOptions}.
 * @returns An operator from chunks to the same chunks.
 * @throws TypeError - At the call, if `label` is not a string, or `write` not a function.
 * @throws RangeError - At the call, if `interval` is not a positive number of ms.
 * @example
 * ```ts
 * reply$.pipe(inspectReply('from Gemini'), smoothText(), inspectReply('to the view')).subscribe();
 * ```
 * @public
 */
export function inspectReply<T extends GeminiChunk>(
  label: string,
  options: InspectReplyOptions = {},
): MonoTypeOperatorFunction<T> {
  assertOptions(options);
  const { interval = 50, write = writeToStderr } = options;
  if (typeof label !== 'string') throw typeError('label', 'a string', label);
  assertPositiveDelay('interval', interval);
  assertFunction('write', write);
  let subscriptions = 0;

  return operate<T, T>((destination) => {
    subscriptions += 1;
    const name = subscriptions === 1 ? label : `${label}#${subscriptions}`;
    const rows = new MarbleRows(name, interval, (row) => {
      try {
        write(row);
      } catch (cause) {
        reportUnhandled(cause);
      }
    });
    const now = stopwatch();
    let wait: Subscription | undefined;
    let chunks = 0;
    let characters = 0;
    let finishReason: string | undefined;
    let isOver = false;

    const startWait = () => {
      const { fullAt } = rows;
      if (wait || fullAt === undefined) return;
      wait = asyncScheduler.schedule(() => {
        wait = undefined;
        rows.writeFull(now(fullAt));
        startWait();
      }, fullAt - now());
      destination.add(wait);
    };
    const end = (mark: string, outcome: string | undefined) => {
      if (isOver) return;
      isOver = true;
      const seconds = (now() / 1000).toFixed(2);
      const summary = [`${seconds} s`, countOf(chunks, 'chunk'), countOf(characters, 'character'), outcome];
      rows.end(mark, summary.filter((item) => item !== undefined).join(', '), now());
    };
    destination.add(() => end('!', 'unsubscribed'));
    return {
      next(chunk) {
        if (!isNotice(chunk)) chunks += 1;
        characters += chunk.text.length;
        finishReason = finishReasonAfter(finishReason, chunk);
        const mark = markOf(chunk);
        if (mark) rows.mark(mark, now());
        else rows.text(chunk.text.length, now());
        startWait();
        destination.next(chunk);
      },
      error(cause) {
        end('#', nameOf(cause));
        destination.error(cause);
      },
      complete() {
        end('|', finishReason);
        destination.complete();
      },
    };
  });
}

/** The mark of a chunk; undefined for answer text, which is drawn by its size. */
function markOf(chunk: GeminiChunk): Mark | undefined {
  if (wasCutShort(chunk)) return 'x';
  if (hasNonTextPart(chunk)) return hasCall(chunk) ? 'c' : 'p';
  if (chunk.text !== '') return undefined;
  return hasContent(chunk) ? 't' : '.';
}

function hasCall({ candidates }: GeminiChunk): boolean {
  return candidates?.some(({ content }) => content?.parts?.some((part) => part.functionCall)) ?? false;
}

function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function nameOf(cause: unknown): string {
  return isGeminiError(cause)
    ? cause.kind
    : isErrorLike(cause) && typeof cause.name === 'string'
      ? cause.name
      : 'error';
}

interface Platform {
  readonly process?: { readonly stderr?: { write: (text: string) => unknown } };
  readonly console: { debug: (text: string) => void };
}

/** Imports neither `process` nor `console`, so that it runs and bundles anywhere. */
function writeToStderr(row: string): void {
  const { process, console } = globalThis as unknown as Platform;
  if (process?.stderr) process.stderr.write(`${row}\n`);
  else console.debug(row);
}
