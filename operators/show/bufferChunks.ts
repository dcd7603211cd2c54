import { asyncScheduler, type MonoTypeOperatorFunction, type Subscription } from 'rxjs';
import { ChunkQueue } from '../../src/chunk/chunkQueue.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { hasNonTextPart } from '../../src/chunk/hasNonTextPart.js';
import { isNotice } from '../../src/chunk/isNotice.js';
import { reportsWait, waitNotice } from '../../src/chunk/withoutWaits.js';
import { PartialCalls } from './partialCalls.js';
import { wasCutShort } from '../../src/chunk/wasCutShort.js';
import {
  assertAtLeastOne,
  assertBoolean,
  assertInteger,
  assertOneOf,
  assertOptions,
  assertPositiveDelay,
  rangeError,
  typeError,
} from '../../src/rx/assertions.js';
import { boundaryFinders } from './boundaries.js';
import { operate } from '../../src/rx/operate.js';
import { Queue } from '../../src/rx/queue.js';
import { isRegExp } from '../../src/rx/isRegExp.js';
import { UnitSplitter } from './unitSplitter.js';

/** Options of {@link bufferChunks}: one limit or several. @public */
export interface BufferChunksOptions {
  /** The maximum number of chunks that are merged; notices do not count. No limit by default. */
  readonly maxChunks?: number | undefined;
  /** The maximum wait of the first held chunk, in ms. No limit by default. */
  readonly maxWait?: number | undefined;
  /**
   * The maximum length of the held text, thoughts and other candidates included, in UTF-16 units. The held chunks are
   * emitted as soon as their text reaches this length; no chunk is cut. With `split`, a unit that is longer is cut: after
   * white space in the second half of this length if there is any, never inside a grapheme that fits.
   * @defaultValue 2000 with `until`, else no limit
   */
  readonly maxChars?: number | undefined;
  /**
   * The boundaries in the answer text of candidate 0: text is emitted up to the last certain boundary, and the rest is
   * held.
   *
   * - `'word'`: after the white space that follows a word, and between words that touch in scripts without spaces.
   * - `'line'`: after a line feed.
   * - `'sentence'`: before the next sentence, once that has begun, and after a line feed; in a fenced block of code, only
   *   after a line feed. The number of a list item, an initial or a title does not end a sentence.
   * - `'paragraph'`: after a blank line outside fenced blocks of code.
   * - a `RegExp`: after each match in the text since the last boundary. The flags `g` and `y` are ignored.
   */
  readonly until?: 'word' | 'line' | 'sentence' | 'paragraph' | RegExp | undefined;
  /**
   * Whether each unit of `until` is an emission of its own: one word, line, sentence, paragraph or match, never two.
   * Needs `until`. @defaultValue false
   */
  readonly split?: boolean | undefined;
  /** The locale of words and sentences: one BCP 47 tag or several. Default: the locale of the system. */
  readonly locale?: string | readonly string[] | undefined;
}

/**
 * Merges chunks into larger chunks, so that a view gets fewer chunks, or whole words, lines, sentences or paragraphs.
 *
 * Emits the held chunks as one chunk when a limit is reached, and before a part that is not text (a function call, an
 * image), which is emitted at once. A function call that comes in pieces is held until it is whole, regardless of the
 * limits. A mark of `cancelled` or `stopped` emits everything at once. `until` cuts a chunk inside a plain text, never
 * inside a signed part; the other fields of the chunk stay on the second piece. A notice (a chunk with annotations
 * only: see {@link isNotice}) passes through while no chunk is held; otherwise it is merged. A notice of a wait
 * (`queued`, `retrying`) emits everything at once, or, while text is held for a boundary, is emitted ahead of that text.
 * If all chunks that the source emits on subscription are held, a notice with the annotations of the operators above is
 * emitted first.
 *
 * With `split`, each chunk has the text of one unit at most, for consumers that work unit by unit: translation, speech,
 * moderation. The units of a text do not depend on the chunks in which it arrives, except words that touch and matches
 * of a pattern that later text would extend. Each piece of a chunk has its standing annotations; the usage, the finish,
 * places and marks are on the last piece, a `resumed` mark is on the first. A chunk without answer text (thoughts, usage)
 * is merged into the unit after it or into the held one. A unit comes in several pieces if it is longer than `maxChars`,
 * if `maxWait` or `maxChunks` emits its beginning, or if a part that is not text stands in it. Units within one signed
 * part, which cannot be cut, stay together.
 *
 * Completion and an error emit the held chunks first; an unsubscription drops them. Lossless: the emitted chunks merge
 * into the same reply. Holds as much as the limits allow.
 *
 * @param options - See {@link BufferChunksOptions}.
 * @returns An operator from chunks to fewer, larger ones.
 * @throws TypeError - At the call, if there is no limit, `split` has no `until`, or `until` or `locale` is not one of its
 * kinds.
 * @throws RangeError - At the call, if a limit is not positive, or `locale` is not valid.
 * @example
 * ```ts
 * reply$.pipe(bufferChunks({ until: 'sentence', maxWait: 1000 })).subscribe((chunk) => {
 *   console.log(chunk.text);
 * });
 * reply$.pipe(bufferChunks({ until: 'word', split: true }), toText()).subscribe((word) => {
 *   console.log(word);
 * });
 * ```
 * @public
 */
export function bufferChunks<T extends GeminiChunk>(options: BufferChunksOptions): MonoTypeOperatorFunction<T> {
  assertOptions(options, 'options', "bufferChunks({ until: 'sentence' })");
  const { until, split = false, locale, maxWait, maxChunks = Infinity } = options;
  const { maxChars = until ? defaultMaxChars : Infinity } = options;
  assertBufferLimits(options);
  /** A chunk of text is at the limit by itself. */
  const passesText = maxChunks === 1 && until === undefined;
  const makeFinder = until && boundaryFinders(until, Math.max(defaultMaxChars, maxChars), locale, split);

  return operate<T, T>((destination) => {
    const held = new ChunkQueue<T>(until !== undefined);
    const calls = new PartialCalls();
    const findBoundaries = makeFinder?.();
    const units = findBoundaries && split ? new UnitSplitter(findBoundaries, maxChars) : undefined;
    /** The ends of units that are not emitted: a subscriber may cause the next chunk within an emission. */
    const unitEnds = new Queue<number>();
    /** The chunks since the last emission, without notices. */
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
    const emitUnits = (ends: readonly number[]) => {
      for (const end of ends) unitEnds.push(end);
      for (let end = unitEnds.take(); end !== undefined; end = unitEnds.take()) {
        if (!destination.closed) emitHeld(held.takeToLast([end]));
      }
    };
    const flush = () => {
      if (units) emitUnits(units.flush());
      emitHeld(held.take());
    };
    const startWait = () => {
      if (maxWait === undefined || wait || held.isEmpty) return;
      wait = asyncScheduler.schedule(flush, maxWait);
      destination.add(wait);
    };
    return {
      next(chunk) {
        const isCounted = !isNotice(chunk);
        if (held.isEmpty && !isCounted) {
          emit(chunk);
          return;
        }
        // A part other than text is emitted alone, the pieces of one call together.
        const isApart = calls.hasOpen || hasNonTextPart(chunk);
        if (passesText && held.isEmpty && !isApart && chunk.candidates) {
          emit(chunk);
          return;
        }
        if (!calls.hasOpen && isApart) flush();
        held.push(chunk);
        calls.append(chunk);
        if (units) emitUnits(units.push(chunk.text));
        const boundaries = units ? undefined : findBoundaries?.(chunk.text);
        const isWait = reportsWait(chunk);
        if (calls.hasOpen) {
          if (isWait) emit(waitNotice(chunk));
          return;
        }
        if (isCounted) count += 1;
        if (boundaries && !isApart) emitHeld(held.takeToLast(boundaries));
        // The splitter cuts a long unit; text beside the unit is the rest.
        const chars = held.chars - (units?.length ?? 0);
        // A wait that is reported after the wait is of no use; but half a sentence is of no use either.
        const isFree = isWait && (until === undefined || held.chars === 0);
        if (isApart || isFree || wasCutShort(chunk) || count >= maxChunks || chars >= maxChars) flush();
        else {
          if (isWait) emit(waitNotice(chunk));
          startWait();
        }
      },
      subscribed() {
        if (!hasEmitted) emit(held.notice());
      },
      flush,
    };
  });
}

/** The `maxChars` of `until`, and the length up to which a unit is searched for its end at least. */
const defaultMaxChars = 2000;
const boundaryKinds = ['word', 'line', 'sentence', 'paragraph'];

function assertBufferLimits({ maxChunks, maxWait, maxChars, until, split, locale }: BufferChunksOptions): void {
  if (split !== undefined) assertBoolean('split', split);
  if (split && until === undefined) {
    throw new TypeError("Expected `until` with `split: true`, such as `until: 'sentence'`, got undefined");
  }
  assertAtLeastOne({ maxChunks, maxWait, maxChars, until });
  if (maxChunks !== undefined) assertInteger('maxChunks', maxChunks, 1);
  if (maxWait !== undefined) assertPositiveDelay('maxWait', maxWait);
  if (maxChars !== undefined) assertInteger('maxChars', maxChars, 1);
  if (until !== undefined && !isRegExp(until)) assertOneOf('until', until, boundaryKinds);
  // `Intl` reads a number, or any other object, as an empty list.
  if (locale !== undefined && typeof locale !== 'string' && !Array.isArray(locale)) {
    throw typeError('locale', 'a BCP 47 language tag', locale);
  }
  try {
    Intl.getCanonicalLocales(locale);
  } catch {
    throw rangeError('locale', 'a BCP 47 language tag', locale);
  }
}
