import { concatMap, type OperatorFunction } from 'rxjs';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { assertInteger, assertOptions } from '../../src/rx/assertions.js';
import { operate } from '../../src/rx/operate.js';
import { JsonAnswerReader } from './jsonAnswerReader.js';
import { JsonBuilder } from './jsonBuilder.js';
import { JsonPathFilter } from './jsonPathFilter.js';
import { parsePathPattern } from './pathPattern.js';
import type { StandardSchema } from './standardSchema.js';
import { assertSchema, validateWithSchema } from './validateWithSchema.js';

/** Options of {@link jsonAt}. @public */
export interface JsonAtOptions<T = unknown> {
  /** A schema that checks each value, and may change it: of zod, valibot, arktype, … Default: nothing does. */
  readonly schema?: StandardSchema<unknown, T> | undefined;
  /** The deepest nesting of objects and lists. @defaultValue 100 */
  readonly maxDepth?: number | undefined;
}

/**
 * Reads the answer as JSON while it streams, and emits each value at a path once, as soon as it is whole.
 *
 * A path is `$` and steps: a name (`.name`, `['a name']`), an index (`[0]`), or all members or elements (`.*`, `[*]`).
 * Values come in the order of the text; where there are none, nothing comes. With a `schema` each is checked before it
 * is emitted, also one after the other where a check takes time.
 *
 * Where JSON may be in an answer, and how it fails, is as with {@link parseJson}, but without a `partial`: whole values
 * have been emitted, and none of them is kept. So a list of any length streams in the memory of one element (and of
 * those that wait for a check). Completion and errors pass; unsubscription drops the open value.
 *
 * @param path - Where the values are.
 * @param options - See {@link JsonAtOptions}.
 * @returns An operator from chunks to values.
 * @throws TypeError - At the call, if `path` is not a string or `schema` is not a schema.
 * @throws RangeError - At the call, if `path` is not a path, or `maxDepth` is not a whole number of at least 1.
 * @example
 * ```ts
 * const recipes$ = of(chunk('{"items":[{"title":"Soup"},{"tit'), chunk('le":"Bread"}]}'), finishChunk());
 * recipes$.pipe(jsonAt<{ title: string }>('$.items[*]')).subscribe(({ title }) => {
 *   console.log(title);
 * });
 * ```
 * @public
 */
export function jsonAt<T = unknown>(path: string, options: JsonAtOptions<T> = {}): OperatorFunction<GeminiChunk, T> {
  assertOptions(options);
  const { schema, maxDepth = 100 } = options;
  const steps = parsePathPattern(path);
  assertSchema(schema);
  assertInteger('maxDepth', maxDepth, 1);

  const read = operate<GeminiChunk, T>((destination) => {
    const found = new JsonBuilder();
    const answer = new JsonAnswerReader(new JsonPathFilter(steps, found), maxDepth);
    const emit = () => {
      for (const value of found.take()) destination.next(value as T);
    };
    return {
      next(chunk) {
        const failure = answer.read(chunk);
        emit();
        if (failure) destination.error(failure);
      },
      complete() {
        const failure = answer.end();
        emit();
        if (failure) destination.error(failure);
        else destination.complete();
      },
    };
  });
  if (!schema) return read;
  return (source) =>
    source.pipe(
      read,
      concatMap((value, index) => validateWithSchema(schema, value, `${path}, value ${index + 1}: $`)),
    );
}
