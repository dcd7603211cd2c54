import type { MonoTypeOperatorFunction } from 'rxjs';
import { ChunkBuilder } from '../../src/chunk/chunkBuilder.js';
import { ChunkQueue } from '../../src/chunk/chunkQueue.js';
import { cutChunk } from './cutChunk.js';
import { withField } from '../../src/chunk/copyFields.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { isNotice } from '../../src/chunk/isNotice.js';
import { wasCutShort } from '../../src/chunk/wasCutShort.js';
import {
  assertAtLeastOne,
  assertBoolean,
  assertInteger,
  assertOptions,
  assertPositive,
  typeError,
} from '../../src/rx/assertions.js';
import { isRegExp } from '../../src/rx/isRegExp.js';
import { operate } from '../../src/rx/operate.js';
import { StopLimits, type Stop } from './stopLimits.js';
import { textPattern } from './textSearch.js';

/**
 * Decides whether a reply ends with this chunk: `true`, or the reason as a string.
 *
 * `reply()` returns the merge of all chunks so far, including this chunk. The merge is only made when `reply` is
 * called.
 *
 * @public
 */
export type StopPredicate<T extends GeminiChunk = GeminiChunk> = (chunk: T, reply: () => T) => boolean | string;

/** Limits of {@link stopWhen}: at least one; the first that is reached counts. @public */
export interface StopWhenOptions {
  /**
   * The maximum number of tokens that the model writes, thoughts included: as reported, or estimated from the text
   * until the server reports them. The chunk that reaches the limit is the last chunk, and is emitted whole. No limit
   * by default.
   */
  readonly maxOutputTokens?: number | undefined;
  /**
   * The maximum length of the answer text, in UTF-16 units. The text ends exactly there, or before the character (a
   * grapheme: an emoji, a letter with its accents) that does not fit. No limit by default.
   */
  readonly maxChars?: number | undefined;
  /**
   * A pattern that ends the answer text, as a stop sequence does: the text ends before the match, even if the match
   * comes in pieces. A `RegExp` counts as soon as the text so far matches; its flags `g` and `y` are ignored. No
   * pattern by default.
   */
  readonly pattern?: string | RegExp | undefined;
  /** Whether the text ends after the match of `pattern`; then no text is held. @defaultValue false */
  readonly keepMatch?: boolean | undefined;
  /** The length up to which a match of a `RegExp` is always found, in UTF-16 units. @defaultValue 100 */
  readonly maxMatch?: number | undefined;
  /**
   * The maximum cost of the reply, in the currency of the prices of `withCost`, which must be above. No limit by
   * default.
   */
  readonly maxCost?: number | undefined;
}

/**
 * Ends the reply early, and closes its request, when a limit is reached or a predicate returns true.
 *
 * Chunks are emitted as they arrive, up to the chunk that reaches a limit, or for which the predicate returns `true` or
 * a string. That chunk is emitted with a mark, `stopped: { reason }`, and the result completes, which unsubscribes the
 * source. `reason` is the name of the limit (`'maxChars'`, …), the string that the predicate returned, or else
 * `'predicate'`. `maxChars` and `pattern` judge the answer text of candidate 0, and cut the last chunk: later content
 * of candidate 0, its finish and its `interaction`, whose cursor is after that content, are dropped; usage, citations
 * and all other fields of the chunk stay.
 *
 * The mark counts as a finish: `classifyErrors` below reports no failure. A limit does not end a reply that the model
 * has finished, unless text is cut off; a predicate does. Notices are not judged, and the predicate is not called for a
 * chunk that is already marked `cancelled` or `stopped`.
 *
 * A chunk is held while its text may be the beginning of a match: with a string, if its last units are the first of the
 * pattern; with a `RegExp`, if they are among the last `maxMatch`. Later chunks are held as well, merged. If every
 * chunk that the source emits on subscription is held, a notice with the annotations of operators above is emitted
 * first. Completion and an error emit the held chunks first; an unsubscription drops them. Lossless up to the stop.
 * With a predicate, the operator holds the reply.
 *
 * @param limit - A predicate, or {@link StopWhenOptions}.
 * @returns An operator from chunks to the same chunks.
 * @throws TypeError - At the call, if there is no limit or a limit is of the wrong type. In the stream, if `maxCost` is
 * set and a chunk has no `cost`, or any error that the predicate throws.
 * @throws RangeError - At the call, if a number is not positive, or not a whole one where units are counted.
 * @example
 * ```ts
 * reply$.pipe(stopWhen({ pattern: '\nUser:', maxChars: 4000 })).subscribe(({ text, stopped }) => {
 *   console.log(text, stopped?.reason);
 * });
 * reply$.pipe(stopWhen((chunk, reply) => functionCallsOf(reply()).length >= 3 && 'enough calls')).subscribe();
 * ```
 * @public
 */
export function stopWhen<T extends GeminiChunk>(
  limit: StopPredicate<T> | StopWhenOptions,
): MonoTypeOperatorFunction<T> {
  const makeRule = typeof limit === 'function' ? predicateRule(limit) : limitsRule(limit);

  return operate<T, T>((destination) => {
    const rule = makeRule();
    const held = new ChunkQueue<T>(true);
    /** The length of the answer text so far. */
    let end = 0;
    // The subscriber may cause the next chunk when it gets the last one.
    let isStopped = false;

    let hasEmitted = false;

    const emit = (chunk: T | undefined) => {
      if (!chunk) return;
      hasEmitted = true;
      destination.next(chunk);
    };
    const stopAt = ({ reason, at }: Stop) => {
      isStopped = true;
      const chunk = held.take();
      if (chunk) emit(withField(cutChunk(chunk, at - (end - chunk.text.length)), 'stopped', { reason }));
      destination.complete();
    };
    return {
      next(chunk) {
        if (isStopped) return;
        end += chunk.text.length;
        const stop = rule.read(chunk);
        if (!stop && held.isEmpty && rule.openEnd === 0) {
          emit(chunk);
          return;
        }
        held.push(chunk);
        if (stop) stopAt(stop);
        else emit(held.takeAllBut(rule.openEnd));
      },
      subscribed() {
        if (!hasEmitted) emit(held.notice());
      },
      flush() {
        emit(held.take());
      },
    };
  });
}

/** The rule of one subscription. */
interface StopRule<T extends GeminiChunk> {
  /** Takes the next chunk, and returns where the reply ends if it ends with this chunk. */
  readonly read: (chunk: T) => Stop | undefined;
  /** The length of the end of the answer text that must be held. */
  readonly openEnd: number;
}

function predicateRule<T extends GeminiChunk>(predicate: StopPredicate<T>): () => StopRule<T> {
  return () => {
    const reply = new ChunkBuilder<T>();
    return {
      openEnd: 0,
      read(chunk) {
        reply.append(chunk);
        const result = !isNotice(chunk) && !wasCutShort(chunk) && predicate(chunk, () => reply.snapshot());
        return result ? { reason: result === true ? 'predicate' : result, at: Infinity } : undefined;
      },
    };
  };
}

function limitsRule(options: StopWhenOptions): () => StopRule<GeminiChunk> {
  assertOptions(options, 'limit');
  const { maxOutputTokens, maxChars, pattern, keepMatch = false, maxMatch = 100, maxCost } = options;
  assertAtLeastOne({ maxOutputTokens, maxChars, pattern, maxCost });
  if (maxOutputTokens !== undefined) assertInteger('maxOutputTokens', maxOutputTokens, 1);
  if (maxChars !== undefined) assertInteger('maxChars', maxChars, 1);
  if (pattern !== undefined) assertPattern(pattern);
  assertBoolean('keepMatch', keepMatch);
  assertInteger('maxMatch', maxMatch, 1);
  if (maxCost !== undefined) assertPositive('maxCost', maxCost);
  const textSearch = pattern === undefined ? undefined : textPattern(pattern, maxMatch);
  return () => new StopLimits({ maxOutputTokens, maxChars, maxCost, pattern: textSearch, keepMatch });
}

function assertPattern(pattern: unknown): void {
  const isPattern = isRegExp(pattern) || (typeof pattern === 'string' && pattern !== '');
  if (!isPattern) throw typeError('pattern', 'a RegExp or a string of at least one character', pattern);
}
