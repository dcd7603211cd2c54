import { concatMap, type OperatorFunction } from 'rxjs';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { operate } from '../../src/rx/operate.js';
import { JsonAnswerReader } from './jsonAnswerReader.js';
import { JsonBuilder } from './jsonBuilder.js';
import { JsonPathFilter } from './jsonPathFilter.js';
import { parsePathPattern } from './pathPattern.js';
import { readSchemaOptions } from './schemaOptions.js';
import type { StandardSchema } from './standardSchema.js';
import { validateWithSchema } from './validateWithSchema.js';

/** Options of {@link jsonAt}. @public */
export interface JsonAtOptions<T = unknown> {
  /** The schema that checks each value and may change it: of zod, valibot, arktype, … Default: no check. */
  readonly schema?: StandardSchema<unknown, T> | undefined;
  /** The maximum nesting depth of objects and lists. @defaultValue 100 */
  readonly maxDepth?: number | undefined;
}

/**
 * Parses the answer as JSON while it streams, and emits each value at a path once, as soon as that value is whole and
 * fits the schema.
 *
 * A path is `$` and steps: a name (`.name`, `['a name']`), an index (`[0]`), or all members or elements (`.*`, `[*]`).
 * Emits the values in the order of the text, and no value if the path leads to no value. With a schema, each value is
 * checked before it is emitted; asynchronous checks run one after the other.
 *
 * The JSON is found in the answer, and fails, as with {@link parseJson}, but without a `partial`: whole values are
 * emitted and not held. So a list of any length streams in the memory of one element and of the elements that wait for
 * a check. Completion and errors pass through; an unsubscription drops the open value.
 *
 * @param path - The path of the values.
 * @param schema - The schema that checks each value and may change it: of zod, valibot, arktype, …
 * @returns An operator from chunks to values.
 * @throws TypeError - At the call, if `path` is not a string or `schema` is not a Standard Schema.
 * @throws RangeError - At the call, if `path` is not a path.
 * @see {@link parseJson} for the whole value as it grows.
 * @example
 * ```ts
 * import { z } from 'zod';
 * const Recipe = z.object({ title: z.string() });
 * const recipes$ = of(chunk('{"items":[{"title":"Soup"},{"tit'), chunk('le":"Bread"}]}'), finishChunk());
 * recipes$.pipe(jsonAt('$.items[*]', Recipe)).subscribe(({ title }) => {
 *   console.log(title);
 * });
 * ```
 * @public
 */
export function jsonAt<T>(path: string, schema: StandardSchema<unknown, T>): OperatorFunction<GeminiChunk, T>;
/**
 * Parses the answer as JSON while it streams, and emits each value at a path once, as soon as that value is whole.
 *
 * The same operator without a schema, or with other options. Without a schema, the type of the values is a claim that
 * is not checked.
 *
 * @param path - The path of the values.
 * @param options - See {@link JsonAtOptions}.
 * @returns An operator from chunks to values.
 * @throws TypeError - At the call, if `path` is not a string or `schema` is not a Standard Schema.
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
export function jsonAt<T = unknown>(path: string, options?: JsonAtOptions<T>): OperatorFunction<GeminiChunk, T>;
export function jsonAt<T>(
  path: string,
  schemaOrOptions: StandardSchema<unknown, T> | JsonAtOptions<T> = {},
): OperatorFunction<GeminiChunk, T> {
  const steps = parsePathPattern(path);
  const { schema, maxDepth } = readSchemaOptions(schemaOrOptions);

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
