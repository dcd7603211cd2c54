import { isObject } from '../../rx/isObject.js';
import { formatText } from './formatText.js';
import { matchesSchema } from './matchesSchema.js';
import { mergeSchemas } from './mergeSchemas.js';
import { namedRange, namedText, wordsOf } from './namedValues.js';
import { patternText } from './patternText.js';
import { PromptValues } from './promptValues.js';
import {
  limitOf,
  namesIn,
  numberLimits,
  refTarget,
  schemaEntries,
  schemaOf,
  schemasIn,
  typesOf,
  type JsonType,
  type SchemaFields,
} from './schemaFields.js';
import { SeededRandom } from './seededRandom.js';
import { itemName, topicOf, type Topic } from './topic.js';

/** The error of a schema for which no value was found. */
export class NoValueError extends Error {}

/** Options of {@link schemaValue}. */
interface ValueOptions {
  /** The prompt, whose words and numbers the value takes where they fit. */
  readonly prompt: string;
  /** The seed: the same prompt, schema and seed have the same value. */
  readonly seed: number;
  /** Whether optional properties are left out unless the prompt names their value, as in the arguments of a call. */
  readonly isCall?: boolean;
}

/** The number of values that are tried: a pattern or a `not` may refuse some. */
const maxAttempts = 40;
/** The depth from which a value is kept small: only required properties, and no more items than are asked for. */
const smallDepth = 4;
/** The depth of a value that is given up: the schema has no finite value on this way. */
const deepestValue = 24;
/** The length of a text that is given up, in UTF-16 units. */
const longestText = 1_000_000;
/** The number of values, and of repeated tries, that all attempts for one schema may take together. */
const maxWork = { nodes: 40_000, tries: 400 };

/**
 * Makes a plausible value of a schema: a JSON Schema, or Gemini's OpenAPI form.
 *
 * @throws NoValueError - If no value is found, such as for a pattern with a lookahead; names the place.
 */
export function schemaValue(schema: unknown, options: ValueOptions): unknown {
  const root = schemaOf(schema);
  let reason = '';
  const work = { ...maxWork };
  for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
    const writer = new ValueWriter(root, options, attempt, work);
    try {
      const value = writer.value(root, { words: [], path: '', depth: 0, position: undefined });
      if (matchesSchema(value, root, root)) return value;
    } catch (error) {
      if (!(error instanceof NoValueError)) throw error;
      reason ||= error.message;
    }
  }
  throw new NoValueError(reason || 'The emulator finds no value that matches the schema as a whole');
}

/** The place of a value. */
interface ValuePlace {
  /** The words of the name of the nearest property. */
  readonly words: readonly string[];
  readonly path: string;
  readonly depth: number;
  /** The position in the nearest list. */
  readonly position: number | undefined;
}

class ValueWriter {
  readonly #root: SchemaFields;
  readonly #random: SeededRandom;
  readonly #prompt: PromptValues;
  readonly #topic: Topic;
  readonly #isCall: boolean;
  readonly #work: typeof maxWork;

  constructor(
    root: SchemaFields,
    { prompt, seed, isCall = false }: ValueOptions,
    attempt: number,
    work: typeof maxWork,
  ) {
    this.#root = root;
    this.#work = work;
    this.#random = new SeededRandom(`${String(seed)}/${String(attempt)}/${prompt}`);
    this.#prompt = new PromptValues(prompt);
    this.#topic = topicOf(prompt);
    this.#isCall = isCall;
  }

  value(schema: SchemaFields, place: ValuePlace): unknown {
    this.#work.nodes -= 1;
    if (place.depth > deepestValue || this.#work.nodes < 0) throw this.#failure(place, 'a value of finite depth');
    const fields = this.#expand(schema, place, 0);
    const value = this.#valueOf(fields, place);
    if (!matchesSchema(value, fields, this.#root)) return this.#again(fields, place);
    return value;
  }

  /** Tries other values here, so that a value of many parts is not thrown away for one of them. */
  #again(fields: SchemaFields, place: ValuePlace): unknown {
    for (let attempt = 1; attempt < maxAttempts && this.#work.tries > 0; attempt += 1) {
      this.#work.tries -= 1;
      const value = this.#valueOf(fields, place);
      if (matchesSchema(value, fields, this.#root)) return value;
    }
    throw this.#failure(place, demandOf(fields));
  }

  #failure({ path }: ValuePlace, demand: string): NoValueError {
    return new NoValueError(`The emulator finds no value for ${path === '' ? 'the schema' : `\`${path}\``}: ${demand}`);
  }

  /** Follows references, and joins the schemas of `allOf` and one of `anyOf` and of `oneOf`. */
  #expand(schema: SchemaFields, place: ValuePlace, steps: number): SchemaFields {
    if (steps > 32) throw this.#failure(place, 'a schema that does not refer to itself');
    const { $ref, allOf, anyOf, oneOf, ...own } = schema;
    const parts: SchemaFields[] = [];
    if (typeof $ref === 'string') {
      const target = refTarget(this.#root, $ref);
      if (target === undefined) throw this.#failure(place, `a schema at ${$ref}`);
      parts.push(schemaOf(target));
    }
    parts.push(...(schemasIn(allOf) ?? []));
    for (const choices of [schemasIn(anyOf), schemasIn(oneOf)]) if (choices) parts.push(this.#choose(choices, place));
    if (parts.length === 0) return schema;
    const expanded = parts.map((part) => this.#expand(part, place, steps + 1));
    const merged = expanded.reduce(mergeSchemas, own);
    // `oneOf` stays, so that the value is one of a single branch.
    return oneOf === undefined ? merged : { ...merged, oneOf };
  }

  /** One of several schemas: deep in a value, one that ends it. */
  #choose(choices: readonly SchemaFields[], { depth }: ValuePlace): SchemaFields {
    const [first = {}, ...others] = this.#random.shuffle(choices);
    if (depth < smallDepth) return isNullOnly(first) ? (others[0] ?? first) : first;
    const ends = [first, ...others].filter((choice) => !this.#isNested(choice));
    return ends.find(isNullOnly) ?? ends[0] ?? first;
  }

  #isNested(schema: SchemaFields): boolean {
    const { $ref } = schema;
    const fields = typeof $ref === 'string' ? schemaOf(refTarget(this.#root, $ref)) : schema;
    const types = typesOf(fields) ?? [];
    return types.includes('object') || types.includes('array') || fields['anyOf'] !== undefined;
  }

  #valueOf(fields: SchemaFields, place: ValuePlace): unknown {
    const { const: constant, enum: values } = fields;
    if (constant !== undefined) return constant;
    if (Array.isArray(values)) {
      const [first, ...others] = values.filter((value) => matchesSchema(value, fields, this.#root)) as unknown[];
      return this.#prompt.oneOf([first, ...others]) ?? this.#random.pick([first, ...others]);
    }
    switch (this.#typeFor(fields, place)) {
      case 'null':
        return null;
      case 'boolean':
        return this.#random.next() < 0.5;
      case 'integer':
        return this.#number(fields, place, true);
      case 'number':
        return this.#number(fields, place, false);
      case 'array':
        return this.#list(fields, place);
      case 'object':
        return this.#object(fields, place);
      default:
        return this.#text(fields, place);
    }
  }

  #typeFor(fields: SchemaFields, { depth }: ValuePlace): JsonType {
    const types = typesOf(fields) ?? [impliedType(fields)];
    if (depth >= smallDepth && types.includes('null')) return 'null';
    const [first, ...others] = types.filter((type) => type !== 'null');
    return first === undefined ? 'null' : this.#random.pick([first, ...others]);
  }

  #number(fields: SchemaFields, { words }: ValuePlace, isInteger: boolean): number {
    const { least = -Infinity, most = Infinity, above = -Infinity, below = Infinity } = numberLimits(fields);
    const step = limitOf(fields['multipleOf']);
    const named = this.#prompt.takeNumber();
    if (named !== undefined && matchesSchema(named, fields, this.#root)) return named;
    const [from, to, decimals] = namedRange(words);
    let low = Math.max(least, above);
    let high = Math.min(most, below);
    if (low < to && from < high) [low, high] = [Math.max(low, from), Math.min(high, to)];
    else if (low === -Infinity) low = high - 100;
    else if (high === Infinity) high = low + 100;
    if (step !== undefined || isInteger) {
      const unit = step !== undefined && isInteger && !Number.isInteger(step) ? step * 1000 : (step ?? 1);
      const [fewest, greatest] = [Math.ceil(low / unit), Math.max(Math.ceil(low / unit), Math.floor(high / unit))];
      const multiple = this.#random.integer(fewest, greatest) * unit;
      // 3 × 0.1 is 0.30000000000000004.
      return Number(multiple.toPrecision(12)) + 0;
    }
    const number = low + this.#random.next() * (high - low);
    // Without a negative zero, which JSON has not.
    const rounded = Number(number.toFixed(decimals)) + 0;
    return rounded >= least && rounded <= most && rounded > above && rounded < below ? rounded : number;
  }

  #text(fields: SchemaFields, place: ValuePlace): string {
    const { pattern, format } = fields;
    const least = limitOf(fields['minLength']) ?? 0;
    if (least > longestText) throw this.#failure(place, demandOf(fields));
    const most = limitOf(fields['maxLength']) ?? Infinity;
    if (typeof pattern === 'string') {
      const named = this.#prompt.textFor(place.words);
      if (named !== undefined && matchesSchema(named, fields, this.#root)) return named;
      return patternText(pattern, this.#random);
    }
    const formatted = typeof format === 'string' ? formatText(format, this.#random) : undefined;
    if (formatted !== undefined) return formatted;
    const text = this.#namedText(place);
    if (Array.from(text).length > most) return Array.from(text).slice(0, most).join('').trimEnd().padEnd(least, '.');
    return text.padEnd(least, ' and so on');
  }

  #namedText({ words, position }: ValuePlace): string {
    const isName = words.length === 0 || ['name', 'title', 'item', 'label'].includes(words.at(-1) ?? '');
    const hasTopic = isName && this.#topic.noun !== '' && !this.#isCall;
    if (hasTopic && position !== undefined) return itemName(this.#topic, position);
    const named = this.#prompt.textFor(words);
    return (
      named ?? (hasTopic ? itemName(this.#topic, 0) : namedText(words.length === 0 ? ['text'] : words, this.#random))
    );
  }

  #list(fields: SchemaFields, place: ValuePlace): unknown[] {
    const { items, uniqueItems, contains } = fields;
    const first = schemasIn(fields['prefixItems']) ?? schemasIn(items) ?? [];
    const rest = schemaOf(Array.isArray(items) ? fields['additionalItems'] : items);
    const least = Math.max(limitOf(fields['minItems']) ?? 0, first.length);
    const most = limitOf(fields['maxItems']) ?? Infinity;
    const usual = place.depth >= smallDepth ? 0 : place.position === undefined ? (this.#topic.count ?? 3) : 2;
    const isClosed = (Array.isArray(items) ? fields['additionalItems'] : items) === false;
    const count = Math.min(isClosed ? first.length : Math.max(least, usual), most);
    const list: unknown[] = [];
    for (let at = 0; list.length < count && at < count + maxAttempts; at += 1) {
      const schema =
        contains !== undefined && list.length === first.length
          ? mergeSchemas(rest, schemaOf(contains))
          : (first[list.length] ?? rest);
      const path = `${place.path}[${String(list.length)}]`;
      const item = this.value(schema, { ...place, path, depth: place.depth + 1, position: at });
      if (uniqueItems !== true || matchesSchema([...list, item], { uniqueItems }, this.#root)) list.push(item);
    }
    return list;
  }

  #object(fields: SchemaFields, place: ValuePlace): object {
    const properties = new Map(schemaEntries(fields['properties']));
    const required = namesIn(fields['required']);
    const most = limitOf(fields['maxProperties']) ?? Infinity;
    const names = new Set([...namesIn(fields['propertyOrdering']), ...properties.keys(), ...required]);
    const chosen = [...names].filter(
      (name) => required.includes(name) || this.#wants(name, properties.get(name), place),
    );
    // The optional ones go first if they are too many.
    const optional = chosen.filter((name) => !required.includes(name));
    const dropped = new Set(optional.slice(Math.max(0, most - (chosen.length - optional.length))));
    const object: Record<string, unknown> = {};
    for (const name of chosen) {
      if (!dropped.has(name)) this.#set(object, name, properties.get(name) ?? this.#schemaForName(name, fields), place);
    }
    const more = properties.size === 0 && isObject(fields['additionalProperties']) && place.depth < smallDepth ? 2 : 0;
    const least = Math.min(most, Math.max(limitOf(fields['minProperties']) ?? 0, more));
    for (let at = 0; Object.keys(object).length < least && at < least + maxAttempts; at += 1) {
      const name = this.#newName(fields, at);
      if (!Object.hasOwn(object, name)) this.#set(object, name, this.#schemaForName(name, fields), place);
    }
    return object;
  }

  #set(object: Record<string, unknown>, name: string, schema: SchemaFields, place: ValuePlace): void {
    const path = place.path === '' ? name : `${place.path}.${name}`;
    const value = this.value(schema, { ...place, words: wordsOf(name), path, depth: place.depth + 1 });
    // `__proto__` is a name like any other in JSON.
    Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
  }

  /** Whether an optional property is in the value. */
  #wants(name: string, schema: SchemaFields | undefined, { depth }: ValuePlace): boolean {
    if (schema === undefined || depth >= smallDepth || schema['not'] !== undefined) return false;
    if (!this.#isCall) return this.#random.next() < 0.8;
    const { enum: values } = schema;
    return Array.isArray(values)
      ? this.#prompt.oneOf(values) !== undefined
      : typesOf(schema)?.includes('string') === true && this.#prompt.textFor(wordsOf(name)) !== undefined;
  }

  #schemaForName(name: string, { patternProperties, additionalProperties }: SchemaFields): SchemaFields {
    const byPattern = schemaEntries(patternProperties).find(([pattern]) => new RegExp(pattern).test(name));
    return byPattern?.[1] ?? (isObject(additionalProperties) ? additionalProperties : { type: 'string' });
  }

  #newName({ propertyNames, patternProperties, additionalProperties }: SchemaFields, at: number): string {
    const [[pattern] = []] = schemaEntries(patternProperties);
    if (pattern !== undefined && additionalProperties === false) return patternText(pattern, this.#random);
    const place: ValuePlace = { words: ['key'], path: 'the name of a property', depth: 0, position: undefined };
    if (propertyNames !== undefined) return String(this.value(schemaOf(propertyNames), place));
    return ['first', 'second', 'third'][at] ?? `key${String(at + 1)}`;
  }
}

function isNullOnly(schema: SchemaFields): boolean {
  return typesOf(schema)?.every((type) => type === 'null') ?? false;
}

/** The type of a schema without `type`, by the other fields. */
function impliedType(fields: SchemaFields): JsonType {
  const has = (...names: readonly string[]) => names.some((name) => fields[name] !== undefined);
  if (has('properties', 'required', 'additionalProperties', 'minProperties', 'patternProperties')) return 'object';
  if (has('items', 'prefixItems', 'minItems', 'maxItems', 'contains')) return 'array';
  return has('minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf') ? 'number' : 'string';
}

/** The field that makes a schema hard to match, in words. */
function demandOf(fields: SchemaFields): string {
  const { pattern, not } = fields;
  if (pattern !== undefined) return `a text that matches the pattern ${JSON.stringify(pattern)}`;
  if (not !== undefined) return 'a value that `not` allows';
  return fields['oneOf'] === undefined
    ? 'one that meets all of its limits'
    : 'one that matches a single schema of `oneOf`';
}
