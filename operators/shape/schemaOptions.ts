import { assertInteger, assertOptions, typeError } from '../../src/rx/assertions.js';
import { isObject } from '../../src/rx/isObject.js';
import type { StandardSchema } from './standardSchema.js';
import { assertSchema, expectedSchema } from './validateWithSchema.js';

interface SchemaOptions<Schema> {
  readonly schema?: Schema | undefined;
  readonly maxDepth?: number | undefined;
}

/**
 * Reads an argument that is a schema, or options with or without a schema.
 *
 * An object of other names only, such as a JSON Schema, is refused: a schema that is ignored would check no value.
 */
export function readSchemaOptions<Schema extends StandardSchema>(
  given: Schema | SchemaOptions<Schema>,
): { readonly schema: Schema | undefined; readonly maxDepth: number } {
  if (!isSchema(given)) assertSchemaOptions(given);
  const { schema, maxDepth = 100 } = isSchema(given) ? { schema: given } : given;
  assertSchema(schema);
  assertInteger('maxDepth', maxDepth, 1);
  return { schema, maxDepth };
}

/** Whether an argument is meant as a schema: that of arktype is a function. */
function isSchema<Schema extends StandardSchema>(given: Schema | SchemaOptions<Schema>): given is Schema {
  return (typeof given === 'function' || isObject(given)) && '~standard' in given;
}

function assertSchemaOptions(given: unknown): void {
  if (isObject(given)) assertOptions(given);
  const isOptions = isObject(given) && (Object.keys(given).length === 0 || 'schema' in given || 'maxDepth' in given);
  if (!isOptions) throw typeError('schema', `${expectedSchema} or options with a \`schema\``, given);
}
