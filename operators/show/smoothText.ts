import { asyncScheduler, type MonoTypeOperatorFunction, type Subscription } from 'rxjs';
import { ChunkQueue } from '../../src/chunk/chunkQueue.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { hasNonTextPart } from '../../src/chunk/hasNonTextPart.js';
import { candidateOf, partsOf } from '../../src/chunk/readers.js';
import { wasCutShort } from '../../src/chunk/wasCutShort.js';
import { reportsWait } from '../../src/chunk/withoutWaits.js';
import type { GeminiPart } from '../../src/chunk/response.js';
import { assertOneOf, assertOptions, assertPositiveDelay } from '../../src/rx/assertions.js';
import { isRegExp } from '../../src/rx/isRegExp.js';
import { operate } from '../../src/rx/operate.js';
import { isPageHidden, onPageHidden } from './pageVisibility.js';
import { stopwatch } from '../../src/rx/stopwatch.js';
import { tick } from './textArrivals.js';
import { textPacers } from './textPacer.js';

/** Options of {@link smoothText}. @public */
export interface SmoothTextOptions {
  /**
   * The unit in which text appears: a `'grapheme'` (a character, as a reader sees it), a `'word'` with the white space
   * after it (in scripts without spaces too), a `'line'`, or the text up to the end of a match of a `RegExp`.
   *
   * @defaultValue 'word'
   */
  readonly by?: 'grapheme' | 'word' | 'line' | RegExp | undefined;
  /** The maximum time that text is held, in ms. @defaultValue 400 */
  readonly maxLag?: number | undefined;
}

/**
 * Smooths text that arrives in bursts into an even flow, unit by unit, at the pace of the model.
 *
 * The answer text of candidate 0 is emitted in pieces, every 16 ms while text waits: at the pace at which it arrives,
 * faster for a backlog, and never later than `maxLag` after its arrival. The first whole unit is emitted at once; the
 * last unit waits until later text shows that it is whole, for `maxLag` at most. The source is never slowed down. A piece never ends inside a grapheme (an emoji, a letter with its accents), even if a chunk
 * does: the last grapheme waits for the text after it, for `maxLag` at most, and is then emitted unfinished. Only half
 * a surrogate pair, which cannot be shown, waits longer.
 *
 * Everything but text (thoughts, usage, a finish, a notice: see {@link isNotice}) passes through while no text waits;
 * otherwise it is emitted with the text before it. A function call, an image or another part, a text with a signature,
 * which cannot be cut, a notice of a wait (`queued`, `retrying`), and a mark of `cancelled` or `stopped` emit all waiting
 * text at once. In a hidden page, which slows timers down, no text waits. If all chunks that the source emits on subscription are held, a notice with the
 * annotations of the operators above is emitted first.
 *
 * Completion and an error emit the held text first; an unsubscription drops it. Lossless: the emitted chunks merge into
 * the same reply. Holds the chunks of the last `maxLag` ms.
 *
 * @param options - See {@link SmoothTextOptions}.
 * @returns An operator from chunks to smaller chunks.
 * @throws TypeError - At the call, if `by` is not one of its units, or `maxLag` is not a number.
 * @throws RangeError - At the call, if `maxLag` is not positive.
 * @see {@link bufferChunks} for fewer and larger chunks.
 * @example
 * ```ts
 * reply$.pipe(smoothText({ by: 'word' }), toText()).subscribe((words) => {
 *   console.log(words);
 * });
 * ```
 * @public
 */
export function smoothText<T extends GeminiChunk>(options: SmoothTextOptions = {}): MonoTypeOperatorFunction<T> {
  assertOptions(options);
  const { by = 'word', maxLag = 400 } = options;
  if (!isRegExp(by)) assertOneOf('by', by, ['grapheme', 'word', 'line']);
  assertPositiveDelay('maxLag', maxLag);
  const makePacer = textPacers(by, maxLag);

  return operate<T, T>((destination) => {
    const now = stopwatch();
    const held = new ChunkQueue<T>(true);
    const pacer = makePacer();
    let wait: Subscription | undefined;
    let hasEmitted = false;

    const emit = (chunk: T | undefined) => {
      if (!chunk) return;
      hasEmitted = true;
      destination.next(chunk);
    };
    const flush = () => {
      wait?.unsubscribe();
      wait = undefined;
      pacer.skip();
      emit(held.take());
    };
    const emitDue = (time: number) => {
      emit(held.takeToLast([pacer.advance(time)]));
      startWait();
    };
    const startWait = () => {
      if (wait || !pacer.isWaiting) return;
      const due = now() + tick;
      wait = asyncScheduler.schedule(() => {
        wait = undefined;
        emitDue(now(due));
      }, tick);
      destination.add(wait);
    };
    destination.add(onPageHidden(flush));
    return {
      next(chunk) {
        const isUrgent = wasCutShort(chunk) || reportsWait(chunk) || !mayBeCut(chunk) || isPageHidden();
        if (held.isEmpty && (isUrgent || chunk.text === '')) {
          emit(chunk);
          return;
        }
        held.push(chunk);
        const time = now();
        if (chunk.text !== '') pacer.push(chunk.text, time);
        if (isUrgent) flush();
        // Overdue text does not wait for the timer, which cannot fire while chunk follows chunk without a pause.
        else if (!wait || pacer.isOverdue(time)) emitDue(time);
      },
      subscribed() {
        if (!hasEmitted) emit(held.notice());
      },
      flush,
    };
  });
}

/** Whether a chunk has only parts of text, and its answer text may be cut anywhere. */
function mayBeCut(chunk: GeminiChunk): boolean {
  if (hasNonTextPart(chunk)) return false;
  if (chunk.text === '') return true;
  return candidateOf(chunk)?.content?.role === 'model' && !partsOf(chunk).some(isSignedText);
}

function isSignedText(part: GeminiPart): boolean {
  return Boolean(part.text) && !part.thought && Object.keys(part).length > 1;
}
