import { isTextTooDeep, isValueTooDeep, maxJsonDepth } from '../errors/jsonDepth.js';

/**
 * Copies a value as plain JSON data, so that all data of a chat has JSON, and does not change with the original.
 *
 * @param name - The subject of the error's sentence.
 * @param deepest - The deepest nesting. By default, a request with the value stays within the limit of the wire.
 * @throws TypeError - If the value has no JSON. The message has the reason, and does not quote the value.
 */
export function jsonCopy(name: string, value: unknown, deepest = maxJsonDepth - 100): unknown {
  return JSON.parse(jsonOf(name, value, deepest));
}

/** @throws TypeError - If a value has no JSON. */
export function assertJson(name: string, value: unknown): void {
  jsonOf(name, value, maxJsonDepth);
}

function jsonOf(name: string, value: unknown, deepest: number): string {
  let json: unknown;
  try {
    json = JSON.stringify(value);
  } catch (cause) {
    throw noJson(name, reasonOf(cause, value));
  }
  if (typeof json !== 'string') throw noJson(name, 'it is a function, a symbol or undefined');
  if (isTextTooDeep(json, deepest)) throw noJson(name, tooDeep);
  return json;
}

const tooDeep = 'it is nested too deeply';

function noJson(name: string, reason: string): TypeError {
  return new TypeError(`${name} has no JSON: ${reason}.`);
}

/**
 * The reason in words of this library: an engine's message quotes names of the value, and a `toJSON` may quote any
 * text.
 */
function reasonOf(cause: unknown, value: unknown): string {
  if (cause instanceof RangeError) return isValueTooDeep(value) ? tooDeep : 'it is too long';
  if (!(cause instanceof TypeError)) return 'it cannot be read';
  if (/circular|cyclic/i.test(cause.message)) return 'it contains itself';
  return /bigint/i.test(cause.message) ? 'it contains a bigint' : 'it cannot be read';
}
