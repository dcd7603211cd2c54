import { asyncScheduler, type MonoTypeOperatorFunction, type Subscription } from 'rxjs';
import { ChunkQueue } from '../../src/chunk/chunkQueue.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { hasNonTextPart } from '../../src/chunk/hasNonTextPart.js';
import { isNotice } from '../../src/chunk/isNotice.js';
import { PartialCalls } from '../../src/chunk/partialCalls.js';
import { wasCutShort } from '../../src/chunk/wasCutShort.js';
import {
  assertAtLeastOne,
  assertInteger,
  assertOneOf,
  assertOptions,
  assertPositiveDelay,
  rangeError,
  typeError,
} from '../../src/rx/assertions.js';
import { boundaryFinders } from './boundaries.js';
import { operate } from '../../src/rx/operate.js';
import { isRegExp } from '../../src/rx/isRegExp.js';

/** Options of {@link bufferChunks}: one limit or several. @public */
export interface BufferChunksOptions {
  /** The most chunks (without notices) that are merged. No limit by default. */
  readonly maxChunks?: number | undefined;
  /** The longest that the first chunk that is held waits, in ms. No limit by default. */
  readonly maxWait?: number | undefined;
  /**
   * The most text that is held, thoughts and other candidates included, in UTF-16 units. As soon as it is that much or
   * more, it is emitted; no chunk is cut for it. @defaultValue 2000 with `until`, else no limit
   */
  readonly maxChars?: number | undefined;
  /**
   * The boundaries in the answer text of candidate 0: text is emitted up to the last one that is sure; the rest is
   * held.
   *
   * - `'word'`: after the white space that follows a word, and between words that touch in scripts without spaces.
   * - `'line'`: after a line feed.
   * - `'sentence'`: before the next sentence, once that has begun, and after a line feed. In a fenced block of code
   *   only after a line feed. The number of a list item, an initial or a title does not end a sentence.
   * - `'paragraph'`: after a blank line, but not in a fenced block of code.
   * - a `RegExp`: where a match ends in what came since the last boundary. The flags `g` and `y` mean nothing here.
   */
  readonly until?: 'word' | 'line' | 'sentence' | 'paragraph' | RegExp | undefined;
  /** The language of words and sentences, as `Intl` spells it. Default: the one of the system. */
  readonly locale?: string | readonly string[] | undefined;
}

/**
 * Merges chunks into larger ones, so that fewer, or whole words, lines, sentences or paragraphs, reach a view.
 *
 * Emits what it holds as soon as one of the limits is reached, and at once before and with a part that is no text (a
 * function call, an image): it passes in order. A function call that comes in pieces is held until it is whole,
 * whatever the limits say. A mark of `cancelled` or `stopped` lets all that is held out at once. `until` cuts a chunk
 * inside a plain text: its other fields stay on the second piece; a signed part is never cut. A notice passes at once
 * while nothing is held, else it is merged. If all that the source emits on subscription is held, a notice with the
 * annotations of operators above goes ahead of it.
 *
 * Completion emits what is held first, and so does an error; an unsubscription drops it. Lossless: the chunks that
 * come out merge into the same reply as those that went in. Holds what the limits allow.
 *
 * @param options - See {@link BufferChunksOptions}.
 * @returns An operator from chunks to fewer, larger ones.
 * @throws TypeError - At the call, if there is no limit, or `until` is not one of these.
 * @throws RangeError - At the call, if a limit is not positive, or `locale` is not valid.
 * @example
 * ```ts
 * reply$.pipe(bufferChunks({ until: 'sentence', maxWait: 1000 })).subscribe((chunk) => {
 *   console.log(chunk.text);
 * });
 * ```
 * @public
 */
export function bufferChunks<T extends GeminiChunk>(options: BufferChunksOptions): MonoTypeOperatorFunction<T> {
  assertOptions(options);
  const { until, locale, maxWait, maxChunks = Infinity, maxChars = until ? 2000 : Infinity } = options;
  assertLimits(options);
  const makeFinder = until && boundaryFinders(until, maxChars, locale);

  return operate<T, T>((destination) => {
    const held = new ChunkQueue<T>(until !== undefined);
    const calls = new PartialCalls();
    const findBoundaries = makeFinder?.();
    /** Chunks since the last emission. */
    let count = 0;
    let wait: Subscription | undefined;
    let hasEmitted = false;

    const emit = (chunk: T | undefined) => {
      if (!chunk) return;
      hasEmitted = true;
      destination.next(chunk);
    };
    const emitHeld = (chunk: T | undefined) => {
      if (!chunk) return;
      count = 0;
      wait?.unsubscribe();
      wait = undefined;
      emit(chunk);
    };
    const flush = () => {
      emitHeld(held.take());
    };
    const startWait = () => {
      if (maxWait === undefined || wait || held.isEmpty) return;
      wait = asyncScheduler.schedule(flush, maxWait);
      destination.add(wait);
    };
    return {
      next(chunk) {
        if (held.isEmpty && isNotice(chunk)) {
          emit(chunk);
          return;
        }
        const boundaries = findBoundaries?.(chunk.text) ?? [];
        // A part that is no text goes alone; the pieces of one call go together.
        const isApart = calls.hasOpen || hasNonTextPart(chunk);
        if (!calls.hasOpen && isApart) flush();
        held.push(chunk);
        calls.append(chunk);
        if (calls.hasOpen) return;
        if (!isNotice(chunk)) count += 1;
        if (!isApart) emitHeld(held.takeToLast(boundaries));
        if (isApart || wasCutShort(chunk) || count >= maxChunks || held.chars >= maxChars) flush();
        else startWait();
      },
      subscribed() {
        if (!hasEmitted) emit(held.notice());
      },
      flush,
    };
  });
}

const units = ['word', 'line', 'sentence', 'paragraph'];

function assertLimits({ maxChunks, maxWait, maxChars, until, locale }: BufferChunksOptions): void {
  assertAtLeastOne({ maxChunks, maxWait, maxChars, until });
  if (maxChunks !== undefined) assertInteger('maxChunks', maxChunks, 1);
  if (maxWait !== undefined) assertPositiveDelay('maxWait', maxWait);
  if (maxChars !== undefined) assertInteger('maxChars', maxChars, 1);
  if (until !== undefined && !isRegExp(until)) assertOneOf('until', until, units);
  // `Intl` takes a number, or any object, for an empty list.
  if (locale !== undefined && typeof locale !== 'string' && !Array.isArray(locale)) {
    throw typeError('locale', 'a BCP 47 language tag', locale);
  }
  try {
    Intl.getCanonicalLocales(locale);
  } catch {
    throw rangeError('locale', 'a BCP 47 language tag', locale);
  }
}
