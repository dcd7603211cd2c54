import { isObject } from '../rx/isObject.js';
import type { DeclaredFunction, DeclaredTools } from './chatSource.js';

/** A function in the `tools` of an interaction. */
interface FunctionTool {
  readonly type: 'function';
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  /** The arguments, as a JSON Schema. */
  readonly parameters?: unknown;
}

/** Converts declared functions into the form of the Interactions API. */
export function functionTools(tools: readonly DeclaredTools[]): FunctionTool[] {
  return tools.flatMap(({ functionDeclarations }) => (functionDeclarations ?? []).map(functionTool));
}

function functionTool({ name, description, parameters, parametersJsonSchema }: DeclaredFunction): FunctionTool {
  const schema: unknown = parametersJsonSchema ?? (parameters && jsonSchemaOf(parameters));
  return {
    type: 'function',
    name,
    ...(description !== undefined && { description }),
    ...(schema !== undefined && { parameters: schema }),
  };
}

/** The textLimits that the SDK's `Schema` has as texts. */
const textLimits: ReadonlySet<string> = new Set([
  'maxItems',
  'maxLength',
  'maxProperties',
  'minItems',
  'minLength',
  'minProperties',
]);

/**
 * Converts the SDK's `Schema` into a JSON Schema: types get lower case, limits that are texts become
 * numbers, and `nullable` becomes a type. A JSON Schema does not change.
 */
function jsonSchemaOf(schema: unknown): unknown {
  if (!isObject(schema)) return schema;
  const { nullable, ...fields } = schema;
  const converted = Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, convertField(name, value)]),
  );
  const { type } = converted;
  if (nullable === true && typeof type === 'string') return { ...converted, type: [type, 'null'] };
  return converted;
}

function convertField(name: string, value: unknown): unknown {
  if (name === 'type' && typeof value === 'string') return value.toLowerCase();
  if (textLimits.has(name) && typeof value === 'string') return Number(value);
  if (name === 'items') return jsonSchemaOf(value);
  if (name === 'anyOf' && Array.isArray(value)) return value.map(jsonSchemaOf);
  if (name !== 'properties' || !isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([property, schema]) => [property, jsonSchemaOf(schema)]));
}
