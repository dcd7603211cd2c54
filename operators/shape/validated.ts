import { defer, from, map, of, type Observable } from 'rxjs';
import { GeminiError } from '../../src/errors/geminiError.js';
import { safeExcerpt } from '../../src/errors/safeExcerpt.js';
import { readField } from '../../src/errors/readField.js';
import { typeError } from '../../src/rx/assertions.js';
import { SchemaError } from './schemaError.js';
import type { StandardIssue, StandardSchema } from './standardSchema.js';

/** Throws unless `schema` follows the specification, or is left out. */
export function assertSchema(schema: StandardSchema | undefined): void {
  if (schema === undefined || typeof (schema as Partial<StandardSchema> | null)?.['~standard']?.validate === 'function')
    return;
  throw typeError('schema', 'a Standard Schema (of zod, valibot, arktype, …)', schema);
}

/**
 * What a schema makes of a value: synchronously, unless the schema takes time. Without one, the value itself.
 *
 * @param place - The path of the value, for the sentence: `$`.
 */
export function validated<T>(
  schema: StandardSchema<unknown, T> | undefined,
  value: unknown,
  place: string,
): Observable<T> {
  if (!schema) return of(value as T);
  return defer(() => {
    const result = schema['~standard'].validate(value);
    return 'then' in result ? from(result) : of(result);
  }).pipe(
    map((result) => {
      if (result.issues) throw refused(value, result.issues, place);
      return result.value;
    }),
  );
}

/** So many issues are in the sentence; the cause has them all. */
const named = 3;

function refused(value: unknown, issues: readonly StandardIssue[], place: string): GeminiError {
  const said = issues
    .slice(0, named)
    .map(({ path = [], message }) => `${place}${path.map(spelled).join('')}: ${withoutValue(message, value, path)}`);
  const more = issues.length > named ? `, and ${issues.length - named} more` : '';
  const message = `The JSON of the answer does not fit the schema: ${safeExcerpt(said.join('; '))}${more}`;
  return new GeminiError(message, { kind: 'protocol', cause: new SchemaError(message, value, issues) });
}

/** An issue's message without the text that it is about: some schemas quote it, and it is of the user's reply. */
function withoutValue(message: string, value: unknown, path: readonly PathSegment[]): string {
  const refused = path.reduce((held, segment) => readField(held, keyOf(segment)), value);
  if (typeof refused !== 'string' || refused === '') return message;
  const unquoted = message.replaceAll(JSON.stringify(refused), '"…"');
  // A short text may be a part of any word.
  return refused.length < 4 ? unquoted : unquoted.replaceAll(refused, '…');
}

type PathSegment = PropertyKey | { readonly key: PropertyKey };

function keyOf(segment: PathSegment): PropertyKey {
  return typeof segment === 'object' ? segment.key : segment;
}

function spelled(segment: PathSegment): string {
  const key = keyOf(segment);
  if (typeof key === 'number') return `[${key}]`;
  const name = String(key);
  return /^[\p{L}_$][\p{L}\d_$]*$/u.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}
