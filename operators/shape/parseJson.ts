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
  /** A schema that checks the whole value, and may change it: of zod, valibot, arktype, … Default: nothing does. */
  readonly schema?: StandardSchema<Input, Output> | undefined;
  /** The deepest nesting of objects and lists. @defaultValue 100 */
  readonly maxDepth?: number | undefined;
}

/**
 * A JSON answer as it stands, from {@link parseJson}: growing and not checked by any schema yet, or `complete`.
 *
 * @public
 */
export type JsonSnapshot<Input = unknown, Output = Input> =
  | { readonly value: DeepPartial<Input>; readonly complete: false }
  | { readonly value: Output; readonly complete: true };

/**
 * Reads the answer as JSON while it streams: the value so far at each chunk that adds to it, and the whole at the end.
 *
 * Strings grow, objects and lists gain members; a name, a number, `true`, `false` or `null` shows when it is whole,
 * half a surrogate pair with its other half. The last value is `complete`: it comes at completion, checked by the
 * `schema`. Values are as `JSON.parse` makes them: of a name that is there twice the later counts, `__proto__` is a
 * name like any other. The answer text of candidate 0 is read: all of it, or, if it does not begin like JSON, the
 * content of its first code fence that is marked `json` or begins with a brace or a bracket; the text around the fence
 * is skipped.
 *
 * A text that is not JSON, ends in its middle, or does not fit the schema fails: kind `protocol`, after the last
 * snapshot, with the reply in `partial` and, where the schema refused it, a {@link SchemaError} as the `cause`; one
 * that is nested deeper than `maxDepth` fails with `overflow`. A reply that this side cancelled or stopped completes
 * without a `complete` value where its JSON is not whole. Errors pass; put `classifyErrors` above, and a bad finish is
 * named as such. Unsubscription drops the value, and the result of a check that takes time.
 *
 * Costs time linear in the answer; holds the reply and its value. A snapshot stays as it is and shares with later ones
 * what was whole. *Reading* its `value` for the first time copies the objects and lists that are open, at a cost of
 * their width: put `bufferChunks` above a view. Treat it as frozen. Until it is complete a snapshot computes its
 * `value`, so that a spread or a clone of the snapshot has none: take the `value`.
 *
 * @param options - See {@link ParseJsonOptions}.
 * @returns An operator from chunks to snapshots.
 * @throws TypeError - At the call, if `schema` is none.
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
