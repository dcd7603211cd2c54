import { map, type OperatorFunction } from 'rxjs';
import { ChunkBuilder } from '../../src/chunk/chunkBuilder.js';
import { withField } from '../../src/chunk/copyFields.js';
import type { GeminiChunk, ReplySnapshot } from '../../src/chunk/geminiChunk.js';
import { withPartial, type GeminiError } from '../../src/errors/geminiError.js';
import { toGeminiError } from '../../src/errors/toGeminiError.js';
import { operate } from '../../src/rx/operate.js';
import type { DeepPartial } from './deepPartial.js';
import { JsonAnswerReader } from './jsonAnswerReader.js';
import { JsonBuilder, type GrowingValue } from './jsonBuilder.js';
import { GrowingSnapshot, type JsonSnapshot } from './jsonSnapshot.js';
import { readSchemaOptions } from './schemaOptions.js';
import type { StandardSchema } from './standardSchema.js';
import { validateWithSchema } from './validateWithSchema.js';

/** Options of {@link parseJson}. @public */
export interface ParseJsonOptions<Input = unknown, Output = Input> {
  /** The schema that checks the whole value and may change it: of zod, valibot, arktype, … Default: no check. */
  readonly schema?: StandardSchema<Input, Output> | undefined;
  /** The maximum nesting depth of objects and lists. @defaultValue 100 */
  readonly maxDepth?: number | undefined;
}

/**
 * Parses the answer as JSON while it streams, checks the whole value by a schema, and emits the value and the reply so
 * far at each chunk.
 *
 * Emits one snapshot for each chunk, notices included (a chunk with annotations only: see {@link isNotice}), so that
 * its `reply` shows progress, a queue, a retry or thoughts before the JSON begins; until then, its `value` is
 * undefined. Completion emits the last snapshot again with `complete: true` and the `value` that the schema returns.
 *
 * Strings grow, objects and lists gain members; a name, a number, `true`, `false` and `null` appear when they are
 * whole, and half a surrogate pair appears with its other half. Values are those of `JSON.parse`: of two members with
 * one name the later wins, and `__proto__` is an ordinary name. The JSON is the whole answer text of candidate 0, or,
 * if that text does not begin like JSON, the content of its first code fence that is marked `json` or begins with a
 * brace or a bracket; the text around the fence is skipped.
 *
 * An answer that is not JSON, ends in the middle of its JSON or does not fit the schema fails with kind `protocol`,
 * after the last snapshot, with the reply in `partial` and, if the schema refused the value, a {@link SchemaError} as
 * `cause`. JSON that is nested deeper than `maxDepth` fails with `overflow`. A reply that this side cancelled or stopped
 * completes without a `complete` value if its JSON is not whole. Errors pass through; with `classifyErrors` above, a
 * bad finish fails by its own kind. An unsubscription drops the value and the result of an asynchronous check.
 *
 * Takes time linear in the answer; holds the reply and its value. A snapshot never changes; it shares with later ones
 * the parts of the value that were whole, so treat the value as frozen. The first *read* of a growing `value` copies
 * the open objects and lists, in time proportional to their width, and a read at each delta of a long list takes time
 * quadratic in its length: put `bufferChunks({ maxWait: 50 })` above a view, and read a long list with {@link jsonAt},
 * `jsonAt('$[*]', schema)`, which emits each element once.
 *
 * @param schema - The schema of the whole value: of zod, valibot, arktype, …
 * @returns An operator from chunks to snapshots, with the annotations that the type of the chunks has (`cost`, …).
 * @throws TypeError - At the call, if `schema` is not a Standard Schema.
 * @see {@link jsonAt} for elements, each once; {@link jsonTextAt} for the text of one string.
 * @example
 * ```ts
 * import { z } from 'zod';
 * const Recipe = z.object({ title: z.string(), serves: z.number() });
 * const recipe$ = of(chunk('{"title":"So'), chunk('up","serves":4}'), usageChunk({ totalTokenCount: 30 }));
 * recipe$.pipe(parseJson(Recipe)).subscribe(({ value, complete, reply }) => {
 *   console.log(value?.title, complete, reply.usageMetadata?.totalTokenCount);
 * });
 * ```
 * @public
 */
export function parseJson<Input, Output, T extends GeminiChunk = GeminiChunk>(
  schema: StandardSchema<Input, Output>,
): OperatorFunction<T, JsonSnapshot<Input, Output, T>>;
/**
 * Parses the answer as JSON while it streams, and emits the value and the reply so far at each chunk.
 *
 * The same operator without a schema, or with other options. Without a schema, the type of the value is a claim that is
 * not checked.
 *
 * @param options - See {@link ParseJsonOptions}.
 * @returns An operator from chunks to snapshots, with the annotations that the type of the chunks has (`cost`, …).
 * @throws TypeError - At the call, if `schema` is not a Standard Schema.
 * @throws RangeError - At the call, if `maxDepth` is not a whole number of at least 1.
 * @example
 * ```ts
 * const recipe$ = of(chunk('{"title":"So'), chunk('up","serves":4}'), finishChunk());
 * recipe$.pipe(parseJson<{ title: string; serves: number }>()).subscribe(({ value, complete }) => {
 *   console.log(value?.title, complete);
 * });
 * ```
 * @public
 */
export function parseJson<Input = unknown, Output = Input, T extends GeminiChunk = GeminiChunk>(
  options?: ParseJsonOptions<Input, Output>,
): OperatorFunction<T, JsonSnapshot<Input, Output, T>>;
export function parseJson<Input, Output, T extends GeminiChunk>(
  schemaOrOptions: StandardSchema<Input, Output> | ParseJsonOptions<Input, Output> = {},
): OperatorFunction<T, JsonSnapshot<Input, Output, T>> {
  const { schema, maxDepth } = readSchemaOptions(schemaOrOptions);

  return operate<T, JsonSnapshot<Input, Output, T>>((destination) => {
    const builder = new ChunkBuilder<T>();
    const json = new JsonBuilder();
    const answer = new JsonAnswerReader(json, maxDepth);
    let chunks = 0;
    let reply: ReplySnapshot & Omit<T, 'chunks'>;
    const fail = (failure: GeminiError) => {
      destination.error(withPartial(failure, builder.snapshot()));
    };
    return {
      next(chunk) {
        reply = withField(builder.append(chunk).snapshot(), 'chunks', ++chunks);
        const failure = answer.read(chunk);
        destination.next(new GrowingSnapshot(json.snapshot() as GrowingValue<DeepPartial<Input>>, reply));
        if (failure) fail(failure);
      },
      complete() {
        const failure = answer.end();
        if (failure) fail(failure);
        else if (!answer.isDone) destination.complete();
        else {
          const checked$ = validateWithSchema(schema, json.take()[0], '$').pipe(
            map((value) => ({ value, complete: true as const, reply })),
          );
          destination.add(
            checked$.subscribe({
              next: (snapshot) => destination.next(snapshot),
              error: (cause: unknown) => fail(toGeminiError(cause)),
              complete: () => destination.complete(),
            }),
          );
        }
      },
    };
  });
}
