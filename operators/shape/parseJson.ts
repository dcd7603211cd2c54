import { map, type OperatorFunction } from 'rxjs';
import { ChunkBuilder } from '../../src/chunk/chunkBuilder.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { withPartial, type GeminiError } from '../../src/errors/geminiError.js';
import { toGeminiError } from '../../src/errors/toGeminiError.js';
import { assertInteger, assertOptions } from '../../src/rx/assertions.js';
import { operate } from '../../src/rx/operate.js';
import { JsonAnswerReader } from './jsonAnswerReader.js';
import type { DeepPartial } from './deepPartial.js';
import { JsonBuilder } from './jsonBuilder.js';
import type { StandardSchema } from './standardSchema.js';
import { assertSchema, validateWithSchema } from './validateWithSchema.js';

/** Options of {@link parseJson}. @public */
export interface ParseJsonOptions<Input = unknown, Output = Input> {
  /** The schema that checks the whole value and may change it: of zod, valibot, arktype, … Default: no check. */
  readonly schema?: StandardSchema<Input, Output> | undefined;
  /** The maximum nesting depth of objects and lists. @defaultValue 100 */
  readonly maxDepth?: number | undefined;
}

/**
 * A snapshot of a JSON answer, from {@link parseJson}: still growing and not checked by a schema, or `complete`.
 *
 * @public
 */
export type JsonSnapshot<Input = unknown, Output = Input> =
  | { readonly value: DeepPartial<Input>; readonly complete: false }
  | { readonly value: Output; readonly complete: true };

/**
 * Parses the answer as JSON while it streams, and emits the value so far at each chunk that adds to it.
 *
 * Strings grow, objects and lists gain members; a name, a number, `true`, `false` and `null` appear when they are
 * whole, and half a surrogate pair appears with its other half. Completion emits the last value with `complete: true`,
 * checked by the `schema`. Values are those of `JSON.parse`: of two members with one name the later wins, and
 * `__proto__` is an ordinary name. The JSON is the whole answer text of candidate 0, or, if that text does not begin
 * like JSON, the content of its first code fence that is marked `json` or begins with a brace or a bracket; the text
 * around the fence is skipped.
 *
 * An answer that is not JSON, ends in the middle of its JSON or does not fit the schema fails with kind `protocol`,
 * after the last snapshot, with the reply in `partial` and, if the schema refused the value, a {@link SchemaError} as
 * `cause`. JSON that is nested deeper than `maxDepth` fails with `overflow`. A reply that this side cancelled or stopped
 * completes without a `complete` value if its JSON is not whole. Errors pass through; with `classifyErrors` above, a
 * bad finish fails by its own kind. An unsubscription drops the value and the result of an asynchronous check.
 *
 * Takes time linear in the answer; holds the reply and its value. A snapshot never changes, and shares with later ones
 * the parts that were whole. The first *read* of its `value` copies the open objects and lists, in time proportional to
 * their width: put `bufferChunks` above a view. Treat the value as frozen. Until a snapshot is complete, `value` is a
 * getter of its prototype, which a spread or a clone of the snapshot does not copy: take the `value`.
 *
 * @param options - See {@link ParseJsonOptions}.
 * @returns An operator from chunks to snapshots.
 * @throws TypeError - At the call, if `schema` is not a Standard Schema.
 * @throws RangeError - At the call, if `maxDepth` is not a whole number of at least 1.
 * @see {@link jsonAt} for elements, each once; {@link jsonTextAt} for the text of one string.
 * @example
 * ```ts
 * const recipe$ = of(chunk('{"title":"So'), chunk('up","serves":4}'), finishChunk());
 * recipe$.pipe(parseJson<{ title: string; serves: number }>()).subscribe(({ value, complete }) => {
 *   console.log(value.title, complete);
 * });
 * ```
 * @public
 */
export function parseJson<Input = unknown, Output = Input>(
  options: ParseJsonOptions<Input, Output> = {},
): OperatorFunction<GeminiChunk, JsonSnapshot<Input, Output>> {
  assertOptions(options);
  const { schema, maxDepth = 100 } = options;
  assertSchema(schema);
  assertInteger('maxDepth', maxDepth, 1);

  return operate<GeminiChunk, JsonSnapshot<Input, Output>>((destination) => {
    const reply = new ChunkBuilder();
    const json = new JsonBuilder();
    const answer = new JsonAnswerReader(json, maxDepth);
    const emit = () => {
      if (json.hasChanged) destination.next(json.snapshot() as JsonSnapshot<Input, Output>);
    };
    const fail = (failure: GeminiError) => {
      destination.error(withPartial(failure, reply.snapshot()));
    };
    return {
      next(chunk) {
        reply.append(chunk);
        const failure = answer.read(chunk);
        emit();
        if (failure) fail(failure);
      },
      complete() {
        const failure = answer.end();
        if (failure) fail(failure);
        else if (!answer.isDone) destination.complete();
        else {
          const checked$ = validateWithSchema(schema, json.take()[0], '$').pipe(
            map((value) => ({ value, complete: true as const })),
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
