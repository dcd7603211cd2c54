import { isEqual } from './matchesSchema.js';
import { limitOf, namesIn, schemaEntries, schemaOf, typesOf, type SchemaFields } from './schemaFields.js';

/** Joins two schemas into one that both have to be met: each limit is the tighter one. */
export function mergeSchemas(a: SchemaFields, b: SchemaFields): SchemaFields {
  const merged: Record<string, unknown> = { ...a };
  for (const [name, value] of Object.entries(b)) {
    const own = merged[name];
    merged[name] = own === undefined ? value : join(name, own, value);
  }
  const [types, others] = [typesOf(a), typesOf(b)];
  if (types && others) merged['type'] = commonTypes(types, others);
  return merged;
}

/** A number of one schema is an integer of the other. */
function commonTypes(a: readonly string[], b: readonly string[]): string[] {
  const common = a.filter((type) => b.includes(type));
  const isInteger =
    [a, b].some((types) => types.includes('integer')) && [a, b].some((types) => types.includes('number'));
  return isInteger && !common.includes('integer') ? [...common, 'integer'] : common;
}

function join(name: string, a: unknown, b: unknown): unknown {
  if (lowest.has(name)) return Math.max(limitOf(a) ?? -Infinity, limitOf(b) ?? -Infinity);
  if (highest.has(name)) return Math.min(limitOf(a) ?? Infinity, limitOf(b) ?? Infinity);
  if (name === 'required') return [...new Set([...namesIn(a), ...namesIn(b)])];
  if (name === 'enum' && Array.isArray(a) && Array.isArray(b)) {
    return (a as unknown[]).filter((value) => b.some((other) => isEqual(value, other)));
  }
  if (name === 'properties') {
    const properties = new Map(schemaEntries(a));
    for (const [key, schema] of schemaEntries(b)) {
      const own = properties.get(key);
      properties.set(key, own ? { allOf: [own, schema] } : schema);
    }
    return Object.fromEntries(properties);
  }
  if (name === 'items' || name === 'additionalProperties') {
    return a === false || b === false ? false : { allOf: [schemaOf(a), schemaOf(b)] };
  }
  if (name === 'not') return { anyOf: [schemaOf(a), schemaOf(b)] };
  return b;
}

const lowest = new Set(['minimum', 'exclusiveMinimum', 'minLength', 'minItems', 'minProperties']);
const highest = new Set(['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems', 'maxProperties']);
