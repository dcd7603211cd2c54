import { defer, from, map, of, type Observable } from 'rxjs';
import { GeminiError } from '../../src/errors/geminiError.js';
import { safeExcerpt } from '../../src/errors/safeExcerpt.js';
import { readField } from '../../src/errors/readField.js';
import { typeError } from '../../src/rx/assertions.js';
import { isPromiseLike } from '../../src/rx/isPromiseLike.js';
import { SchemaError } from './schemaError.js';
import type { StandardIssue, StandardSchema } from './standardSchema.js';

/** The valid schemas, for the sentences of errors. */
export const expectedSchema = 'a Standard Schema (of zod, valibot, arktype, …)';

/** Throws a TypeError unless `schema` follows the specification or is undefined. */
export function assertSchema(schema: StandardSchema | undefined): void {
  if (schema === undefined || typeof (schema as Partial<StandardSchema> | null)?.['~standard']?.validate === 'function')
    return;
  throw typeError('schema', expectedSchema, schema);
}

/**
 * Emits the output of a schema for a value: synchronously, unless the schema is asynchronous. Without a schema, emits
 * the value itself.
 *
 * @param place - The path of the value, for the messages of errors: `$`.
 */
export function validateWithSchema<T>(
  schema: StandardSchema<unknown, T> | undefined,
  value: unknown,
  place: string,
): Observable<T> {
  if (!schema) return of(value as T);
  return defer(() => {
    const result = schema['~standard'].validate(value);
    return isPromiseLike(result) ? from(result) : of(result);
  }).pipe(
    map((result) => {
      if (result.issues) throw schemaFailure(value, result.issues, place);
      return result.value;
    }),
  );
}

/** The maximum number of issues in the message; the cause has all issues. */
const maxListed = 3;

function schemaFailure(value: unknown, issues: readonly StandardIssue[], place: string): GeminiError {
  const listed = issues
    .slice(0, maxListed)
    .map(
      ({ path = [], message }) => `${place}${path.map(formatSegment).join('')}: ${redactValue(message, value, path)}`,
    );
  const more = issues.length > maxListed ? `, and ${issues.length - maxListed} more` : '';
  const message = `The JSON of the answer does not fit the schema: ${safeExcerpt(listed.join('; '))}${more}`;
  return new GeminiError(message, { kind: 'protocol', cause: new SchemaError(message, value, issues) });
}

/** The message of an issue without the refused text, which belongs to the user's reply: some schemas quote that text. */
function redactValue(message: string, value: unknown, path: readonly IssuePathSegment[]): string {
  const refused = path.reduce((held, segment) => readField(held, segmentKey(segment)), value);
  if (typeof refused !== 'string' || refused === '') return message;
  const unquoted = message.replaceAll(JSON.stringify(refused), '"…"');
  // A short text may be part of any word.
  return refused.length < 4 ? unquoted : unquoted.replaceAll(refused, '…');
}

type IssuePathSegment = PropertyKey | { readonly key: PropertyKey };

function segmentKey(segment: IssuePathSegment): PropertyKey {
  return typeof segment === 'object' ? segment.key : segment;
}

function formatSegment(segment: IssuePathSegment): string {
  const key = segmentKey(segment);
  if (typeof key === 'number') return `[${key}]`;
  const name = String(key);
  return /^[\p{L}_$][\p{L}\d_$]*$/u.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}
