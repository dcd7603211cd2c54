import { isObject, type Fields } from '../../rx/isObject.js';
import {
  limitOf,
  namesIn,
  patternOf,
  numberLimits,
  refTarget,
  schemaEntries,
  schemaOf,
  schemasIn,
  typesOf,
  type JsonType,
  type SchemaFields,
} from './schemaFields.js';

/** The greatest number of schemas that are followed in one another without a step into the value. */
const maxSteps = 64;

/** Whether a value is one of a schema. Formats are not checked: they are made, not read. */
export function matchesSchema(value: unknown, schema: unknown, root: SchemaFields, steps = 0): boolean {
  if (steps > maxSteps) return false;
  const fields = schemaOf(schema);
  const matches = (part: unknown) => matchesSchema(value, part, root, steps + 1);
  const { $ref, allOf, anyOf, oneOf, not, if: condition, then, else: otherwise } = fields;
  if (typeof $ref === 'string' && !matches(refTarget(root, $ref) ?? false)) return false;
  if (schemasIn(allOf)?.every(matches) === false) return false;
  if (schemasIn(anyOf)?.some(matches) === false) return false;
  const alternatives = schemasIn(oneOf);
  if (alternatives && alternatives.filter(matches).length !== 1) return false;
  if (not !== undefined && matches(not)) return false;
  if (condition !== undefined && !matches((matches(condition) ? then : otherwise) ?? true)) return false;
  return matchesValue(value, fields) && matchesContent(value, fields, root);
}

function matchesValue(value: unknown, fields: SchemaFields): boolean {
  const types = typesOf(fields);
  if (types && !types.some((type) => hasType(value, type))) return false;
  const isNull = value === null && types?.includes('null') === true && fields['nullable'] === true;
  const { enum: values, const: constant } = fields;
  if (Array.isArray(values) && !isNull && !values.some((one) => isEqual(one, value))) return false;
  return constant === undefined || isEqual(constant, value);
}

function hasType(value: unknown, type: JsonType): boolean {
  switch (type) {
    case 'null':
      return value === null;
    case 'array':
      return Array.isArray(value);
    case 'object':
      return isObject(value);
    case 'integer':
      return Number.isInteger(value);
    default:
      return typeof value === type;
  }
}

function matchesContent(value: unknown, fields: SchemaFields, root: SchemaFields): boolean {
  if (typeof value === 'string') return matchesText(value, fields);
  if (typeof value === 'number') return matchesNumber(value, fields);
  if (Array.isArray(value)) return matchesList(value, fields, root);
  return !isObject(value) || matchesObject(value, fields, root);
}

function matchesText(text: string, { minLength, maxLength, pattern }: SchemaFields): boolean {
  const length = Array.from(text).length;
  if (!isWithin(length, minLength, maxLength)) return false;
  return pattern === undefined || (patternOf(pattern)?.test(text) ?? false);
}

function matchesNumber(number: number, fields: SchemaFields): boolean {
  const { least = -Infinity, most = Infinity, above = -Infinity, below = Infinity } = numberLimits(fields);
  if (number < least || number > most || number <= above || number >= below) return false;
  const step = limitOf(fields['multipleOf']);
  if (step === undefined) return true;
  const count = number / step;
  return Math.abs(count - Math.round(count)) <= 1e-9 * Math.max(1, Math.abs(count));
}

function matchesList(list: readonly unknown[], fields: SchemaFields, root: SchemaFields): boolean {
  const { minItems, maxItems, uniqueItems, contains, items } = fields;
  if (!isWithin(list.length, minItems, maxItems)) return false;
  // In draft 7, `items` may be the list of the first items.
  const first = schemasIn(fields['prefixItems']) ?? schemasIn(items) ?? [];
  const rest = Array.isArray(items) ? fields['additionalItems'] : items;
  if (!list.every((item, at) => matchesSchema(item, first[at] ?? rest ?? true, root))) return false;
  if (uniqueItems === true && list.some((item, at) => list.slice(0, at).some((one) => isEqual(one, item))))
    return false;
  return contains === undefined || list.some((item) => matchesSchema(item, contains, root));
}

function matchesObject(object: Readonly<Fields>, fields: SchemaFields, root: SchemaFields): boolean {
  const names = Object.keys(object);
  if (!isWithin(names.length, fields['minProperties'], fields['maxProperties'])) return false;
  if (namesIn(fields['required']).some((name) => !Object.hasOwn(object, name))) return false;
  const { propertyNames = true, additionalProperties = true } = fields;
  const properties = new Map(schemaEntries(fields['properties']));
  const patterns = schemaEntries(fields['patternProperties']);
  return names.every((name) => {
    const byPattern = patterns.filter(([pattern]) => patternOf(pattern)?.test(name)).map(([, schema]) => schema);
    const known = [properties.get(name) ?? [], byPattern].flat();
    const schemas = known.length > 0 ? known : [additionalProperties];
    return (
      matchesSchema(name, propertyNames, root) && schemas.every((schema) => matchesSchema(object[name], schema, root))
    );
  });
}

function isWithin(count: number, least: unknown, most: unknown): boolean {
  return count >= (limitOf(least) ?? 0) && count <= (limitOf(most) ?? Infinity);
}

/** Whether two values of JSON are equal; the order of names does not count. */
export function isEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, at) => isEqual(item, b[at]));
  if (!isObject(a) || !isObject(b)) return false;
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length && names.every((name) => Object.hasOwn(b, name) && isEqual(a[name], b[name]))
  );
}
