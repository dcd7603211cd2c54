import { builtInClassOf } from '../rx/builtInClassOf.js';
import { isObject } from '../rx/isObject.js';

/** Throws unless `response` is an object that may be a response of the server, the SDK or this library. */
export function assertResponse(response: unknown, name = 'response'): void {
  // A plain object, as almost every response is, is not asked for its class.
  if (isObject(response) && (Object.getPrototypeOf(response) === Object.prototype || !builtInClassOf(response))) return;
  throw new TypeError(`Expected \`${name}\` to be a response object of Gemini, got ${describeShape(response)}`);
}

/** Throws unless `index` is the index of a candidate. */
export function assertIndex(index: unknown): void {
  if (Number.isSafeInteger(index) && (index as number) >= 0) return;
  throw new TypeError(
    `Expected \`index\` to be the index of a candidate, got ${typeof index === 'number' ? index : describeShape(index)}`,
  );
}

function describeShape(value: unknown): string {
  if (!isObject(value)) return Array.isArray(value) ? 'an array' : value === null ? 'null' : typeof value;
  return builtInClassOf(value) ?? 'an object';
}
