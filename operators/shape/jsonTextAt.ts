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
  /** The deepest nesting of objects and lists. @defaultValue 100 */
  readonly maxDepth?: number | undefined;
}

/**
 * Reads the answer as JSON while it streams, and gives the text of one string in it as it grows.
 *
 * Emits once for each chunk that adds to the string, never an empty text and never half a surrogate pair; joined, the
 * deltas are the string. A path is `$` and steps: a name (`.name`, `['a name']`) or an index (`[0]`). Where it leads to
 * no string, nothing comes; where a name is there twice, its first string does.
 *
 * Where JSON may be in an answer, and how it fails, is as with {@link parseJson}, but without a `partial`. Completion
 * and errors pass; unsubscription drops nothing. Holds half a character at most.
 *
 * @param path - Where the string is.
 * @param options - See {@link JsonTextAtOptions}.
 * @returns An operator from chunks to pieces of text.
 * @throws TypeError - At the call, if `path` is no string.
 * @throws RangeError - At the call, if `path` is none to one value, or `maxDepth` is not a whole number of at least 1.
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
