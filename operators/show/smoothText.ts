import { asyncScheduler, type MonoTypeOperatorFunction, type Subscription } from 'rxjs';
import { ChunkQueue } from '../../src/chunk/chunkQueue.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { hasNonTextPart } from '../../src/chunk/hasNonTextPart.js';
import { candidateOf, partsOf } from '../../src/chunk/readers.js';
import { wasCutShort } from '../../src/chunk/wasCutShort.js';
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
   * The unit that appears at once: a `'grapheme'` (a character, as a reader sees it), a `'word'` with the white space
   * after it (scripts without spaces have words too), a `'line'`, or up to where a `RegExp` matches. @defaultValue
   * 'word'
   */
  readonly by?: 'grapheme' | 'word' | 'line' | RegExp | undefined;
  /** The longest that a text is held, in ms. @defaultValue 400 */
  readonly maxLag?: number | undefined;
}

/**
 * Makes an even flow of text that comes in bursts: letter by letter or word by word, as fast as the model writes.
 *
 * The answer text of candidate 0 is let out piece by piece, every 16 ms while some waits: at the pace at which it has
 * been arriving, and faster where a backlog grows, so that none of it is out later than `maxLag` after it came. The
 * first piece passes at once. The source is never slowed down. No piece ends within a grapheme (an emoji, a letter with
 * its accents), also where the wire cut it: its last one waits for what follows it, for `maxLag` at most; then the text
 * is shown as it is. Only half a surrogate pair, which cannot be shown, goes on waiting.
 *
 * Everything but text (thoughts, usage, a finish, a notice, …) passes at once while no text waits, else with the text
 * before it. A function call, an image or another part, and a text with a signature, which cannot be cut, lets out all
 * that waits at once and goes with it; so does a mark of `cancelled` or `stopped`. In a hidden page, where timers
 * hardly run, nothing waits. If all that the source emits on subscription is held, a notice with the annotations of
 * operators above goes ahead of it.
 *
 * Completion emits what is held first, and so does an error; an unsubscription drops it. Lossless: the chunks that come
 * out merge into the same reply as those that went in. Holds what came within `maxLag`.
 *
 * @param options - See {@link SmoothTextOptions}.
 * @returns An operator from chunks to smaller ones.
 * @throws TypeError - At the call, if `by` is not one of these, or `maxLag` is not a number.
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
    const letOut = (time: number) => {
      emit(held.takeToLast([pacer.advance(time)]));
      startWait();
    };
    const startWait = () => {
      if (wait || !pacer.isWaiting) return;
      const due = now() + tick;
      wait = asyncScheduler.schedule(() => {
        wait = undefined;
        letOut(now(due));
      }, tick);
      destination.add(wait);
    };
    destination.add(onPageHidden(flush));
    return {
      next(chunk) {
        const isUrgent = wasCutShort(chunk) || !mayBeCut(chunk) || isPageHidden();
        if (held.isEmpty && (isUrgent || chunk.text === '')) {
          emit(chunk);
          return;
        }
        held.push(chunk);
        const time = now();
        if (chunk.text !== '') pacer.push(chunk.text, time);
        if (isUrgent) flush();
        // Where chunk follows chunk without a break, no timer runs.
        else if (!wait || pacer.isOverdue(time)) letOut(time);
      },
      subscribed() {
        if (!hasEmitted) emit(held.notice());
      },
      flush,
    };
  });
}

/** Whether a chunk has no other parts than text, of which the answer may be cut anywhere. */
function mayBeCut(chunk: GeminiChunk): boolean {
  if (hasNonTextPart(chunk)) return false;
  if (chunk.text === '') return true;
  return candidateOf(chunk)?.content?.role === 'model' && !partsOf(chunk).some(isSignedText);
}

function isSignedText(part: GeminiPart): boolean {
  return Boolean(part.text) && !part.thought && Object.keys(part).length > 1;
}
