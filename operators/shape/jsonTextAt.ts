import type { OperatorFunction } from 'rxjs';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { assertInteger, assertOptions } from '../../src/rx/assertions.js';
import { operate } from '../../src/rx/operate.js';
import { JsonAnswerReader } from './jsonAnswerReader.js';
import { JsonPathFilter } from './jsonPathFilter.js';
import { parseSingularPath } from './pathPattern.js';
import { StringDeltaCollector } from './stringDeltaCollector.js';

/** Options of {@link jsonTextAt}. @public */
export interface JsonTextAtOptions {
  /** The maximum nesting depth of objects and lists. @defaultValue 100 */
  readonly maxDepth?: number | undefined;
}

/**
 * Parses the answer as JSON while it streams, and emits the text of one string in it as that string grows.
 *
 * Emits once for each chunk that adds to the string, never an empty text and never half a surrogate pair; joined, the
 * deltas are the string. A path is `$` and steps: a name (`.name`, `['a name']`) or an index (`[0]`). Emits nothing if
 * the path does not lead to a string; of two members with one name, the first string is emitted.
 *
 * The JSON is found in the answer, and fails, as with {@link parseJson}, but without a `partial`. Completion and errors
 * pass through; an unsubscription drops nothing. Holds at most half a character.
 *
 * @param path - The path of the string.
 * @param options - See {@link JsonTextAtOptions}.
 * @returns An operator from chunks to pieces of text.
 * @throws TypeError - At the call, if `path` is not a string.
 * @throws RangeError - At the call, if `path` is not the path of one value, or `maxDepth` is not a whole number of at
 * least 1.
 * @see {@link parseJson} for the whole value as it grows.
 * @example
 * ```ts
 * const story$ = of(chunk('{"title":"Dawn","text":"It w'), chunk('as early."}'), finishChunk());
 * story$.pipe(jsonTextAt('$.text')).subscribe((delta) => {
 *   console.log(delta);
 * });
 * ```
 * @public
 */
export function jsonTextAt(path: string, options: JsonTextAtOptions = {}): OperatorFunction<GeminiChunk, string> {
  assertOptions(options);
  const { maxDepth = 100 } = options;
  const steps = parseSingularPath(path);
  assertInteger('maxDepth', maxDepth, 1);

  return operate<GeminiChunk, string>((destination) => {
    const found = new StringDeltaCollector();
    const answer = new JsonAnswerReader(new JsonPathFilter(steps, found), maxDepth);
    return {
      next(chunk) {
        const failure = answer.read(chunk);
        const text = found.take();
        if (text !== '') destination.next(text);
        if (failure) destination.error(failure);
      },
      complete() {
        const failure = answer.end();
        if (failure) destination.error(failure);
        else destination.complete();
      },
    };
  });
}
