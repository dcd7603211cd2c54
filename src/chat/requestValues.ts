import { GeminiError } from '../errors/geminiError.js';
import { isObject, type Fields } from '../rx/isObject.js';
import type { RequestLimits } from './requestLimits.js';

/** The settings with which the values of a request are read. */
export interface RequestContext {
  readonly limits: RequestLimits;
  /** Whether a request may have a file with this URI. */
  readonly allowFile: (uri: string) => boolean;
}

/**
 * Reads a value of a request: copies its known fields, and counts them.
 *
 * @param place - The place in the request, without names or texts from the request.
 * @throws GeminiError - `invalid_request` if the value is wrong, `overflow` above a limit.
 */
export type ValueReader = (value: unknown, place: string, context: RequestContext) => unknown;

/** Makes the error of a wrong value. The sentence has the type of the value only: the value is the user's. */
export function wrongValue(place: string, expected: string, value: unknown): GeminiError {
  const message = `Expected \`${place}\` of the request to be ${expected}, got ${typeName(value)}`;
  return new GeminiError(message, { kind: 'invalid_request' });
}

function typeName(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** Whether a field is absent: `null` means absent, as in the JSON of the API. */
export function isAbsent(value: unknown): value is null | undefined {
  return value === undefined || value === null;
}

/** A field of a value from a request; undefined if the value only inherits it. */
export function fieldOfRequest(value: Fields, name: string): unknown {
  return Object.hasOwn(value, name) ? value[name] : undefined;
}

export const aText: ValueReader = (value, place, { limits }) => {
  if (typeof value !== 'string') throw wrongValue(place, 'a string', value);
  limits.addLength(value.length + 1);
  return value;
};

export const aFlag: ValueReader = (value, place, { limits }) => {
  if (typeof value !== 'boolean') throw wrongValue(place, 'true or false', value);
  limits.addLength(1);
  return value;
};

/** A signature, whose form is known to the model only. */
export const aSignature: ValueReader = (value, place, { limits }) => {
  if (typeof value !== 'string') throw wrongValue(place, 'a string', value);
  limits.addData(value.length);
  return value;
};

export const base64: ValueReader = (value, place, { limits }) => {
  if (typeof value !== 'string') throw wrongValue(place, 'base64 data', value);
  limits.addData(Math.floor((value.length * 3) / 4));
  if (!/^[\w+/-]+={0,2}$/.test(value)) throw wrongValue(place, 'base64 data', value);
  return value;
};

/** Any JSON. Fields with the name `__proto__` are dropped. */
export const anyJson: ValueReader = (value, place, context) => readJson(value, place, context, 0);

/** An object with any fields. */
export const anyFields: ValueReader = (value, place, context) => {
  if (!isObject(value)) throw wrongValue(place, 'an object', value);
  return readJson(value, place, context, 0);
};

function readJson(value: unknown, place: string, context: RequestContext, outer: number): unknown {
  const { limits } = context;
  limits.addLength(typeof value === 'string' ? value.length + 1 : 1);
  if (value === null || typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value)) return value;
  if (typeof value !== 'object') throw wrongValue(place, 'JSON', value);
  const depth = outer + 1;
  if (depth > limits.maxDepth) throw limits.depthError(`\`${place}\``);
  if (Array.isArray(value)) {
    const list: unknown[] = [];
    for (const item of value) list.push(readJson(item, place, context, depth));
    return list;
  }
  const copy: Fields = {};
  for (const name of Object.keys(value)) {
    if (name === '__proto__') continue;
    limits.addLength(name.length);
    copy[name] = readJson((value as Fields)[name], place, context, depth);
  }
  return copy;
}

/**
 * Reads the known fields of an object.
 *
 * @param required - The fields that must be present.
 */
/* @__NO_SIDE_EFFECTS__ */
export function knownFields(
  readers: Readonly<Record<string, ValueReader>>,
  required: readonly string[] = [],
): (value: unknown, place: string, context: RequestContext) => Fields {
  return (value, place, context) => {
    if (!isObject(value)) throw wrongValue(place, 'an object', value);
    context.limits.addLength(1);
    const known: Fields = {};
    for (const [name, read] of Object.entries(readers)) {
      const field = fieldOfRequest(value, name);
      if (!isAbsent(field)) known[name] = read(field, `${place}.${name}`, context);
      else if (required.includes(name)) throw wrongValue(`${place}.${name}`, 'present', field);
    }
    return known;
  };
}

/** Reads a list. */
/* @__NO_SIDE_EFFECTS__ */
export function listOfValues(read: ValueReader): ValueReader {
  return (value, place, context) => {
    if (!Array.isArray(value)) throw wrongValue(place, 'a list', value);
    const list: unknown[] = [];
    for (let index = 0; index < value.length; index++) {
      context.limits.addLength(1);
      list.push(read(value[index], `${place}[${index}]`, context));
    }
    return list;
  };
}
