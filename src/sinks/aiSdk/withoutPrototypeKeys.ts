import { isObject } from '../../rx/isObject.js';

/**
 * Returns JSON data without the keys that could change a prototype. The AI SDK refuses a whole stream with such a key,
 * which a page that a tool has read may contain.
 */
export function withoutPrototypeKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutPrototypeKeys);
  if (!isObject(value)) return value;
  const safe = Object.entries(value).filter(([key, held]) => !isPrototypeKey(key, held));
  return Object.fromEntries(safe.map(([key, held]) => [key, withoutPrototypeKeys(held)]));
}

function isPrototypeKey(key: string, held: unknown): boolean {
  return key === '__proto__' || (key === 'constructor' && isObject(held) && Object.hasOwn(held, 'prototype'));
}
