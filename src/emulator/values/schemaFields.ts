import { isObject, type Fields } from '../../rx/isObject.js';

/** A schema: a JSON Schema, or the OpenAPI form of Gemini with upper-case types. */
export type SchemaFields = Readonly<Fields>;

/** The types of JSON in which a schema can be written. */
const jsonTypes = ['object', 'array', 'string', 'number', 'integer', 'boolean', 'null'] as const;
export type JsonType = (typeof jsonTypes)[number];

const anySchema: SchemaFields = {};
const nothing: SchemaFields = { not: anySchema };

/** A schema as an object: `true` allows all values, and `false` none. */
export function schemaOf(schema: unknown): SchemaFields {
  if (isObject(schema)) return schema;
  return schema === false ? nothing : anySchema;
}

/** The schemas of a list. */
export function schemasIn(list: unknown): SchemaFields[] | undefined {
  return Array.isArray(list) ? (list as unknown[]).map(schemaOf) : undefined;
}

/** The types that a schema allows, `nullable` included; undefined for a schema without `type`. */
export function typesOf({ type, nullable }: SchemaFields): readonly JsonType[] | undefined {
  const names = [type].flat().map((name) => String(name).toLowerCase());
  const types = jsonTypes.filter((known) => names.includes(known));
  if (types.length === 0) return undefined;
  return nullable === true && !types.includes('null') ? [...types, 'null'] : types;
}

/** The names and schemas of a field such as `properties`. */
export function schemaEntries(value: unknown): [name: string, schema: SchemaFields][] {
  return isObject(value) ? Object.entries(value).map(([name, schema]) => [name, schemaOf(schema)]) : [];
}

/** The texts of a list such as `required`. */
export function namesIn(list: unknown): string[] {
  return Array.isArray(list) ? list.filter((name) => typeof name === 'string') : [];
}

/** A limit: protobuf writes the 64-bit ones (`minItems`) as texts. */
export function limitOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

/** The limits of a number, with those of the form of draft 4, in which `exclusiveMinimum` is a boolean. */
export function numberLimits({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: SchemaFields) {
  const [least, most] = [limitOf(minimum), limitOf(maximum)];
  return {
    least,
    most,
    above: exclusiveMinimum === true ? least : limitOf(exclusiveMinimum),
    below: exclusiveMaximum === true ? most : limitOf(exclusiveMaximum),
  };
}

/** The schema to which `$ref` points within the root; undefined if it points nowhere. */
export function refTarget(root: SchemaFields, ref: string): unknown {
  if (ref === '#') return root;
  if (!ref.startsWith('#/')) return findAnchor(root, ref);
  let target: unknown = root;
  for (const step of ref.slice(2).split('/')) {
    const name = decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~');
    target = typeof target === 'object' && target !== null ? (target as Readonly<Fields>)[name] : undefined;
  }
  return target;
}

/** The definition with an `$anchor` or an `$id`. */
function findAnchor(root: SchemaFields, ref: string): unknown {
  const definitions = [...schemaEntries(root['$defs']), ...schemaEntries(root['definitions'])];
  const name = ref.replace(/^#/, '');
  return definitions.find(([, { $anchor, $id }]) => $anchor === name || $id === ref)?.[1];
}

/** A pattern of a schema, with the meaning of Unicode if it allows it; undefined for one that is not valid. */
export function patternOf(pattern: unknown): RegExp | undefined {
  if (typeof pattern !== 'string') return undefined;
  for (const flags of ['u', '']) {
    try {
      return new RegExp(pattern, flags);
    } catch {
      // Tried without Unicode, which allows needless escapedCharacters.
    }
  }
  return undefined;
}
