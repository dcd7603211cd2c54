import type { Fields } from '../rx/isObject.js';

/**
 * Fields are copied by `Object.assign`: engines are slower at loops, and at fields that are added after a spread, and
 * every chunk passes here.
 */

/** Sets an own field; `__proto__` is an ordinary name. */
export function setField(target: Fields, field: string, value: unknown): void {
  // Stryker disable next-line ConditionalExpression: to define each field is only slower
  if (field !== '__proto__') target[field] = value;
  else Object.defineProperty(target, field, { value, writable: true, enumerable: true, configurable: true });
}

/** Sets a field, or removes it if `value` is undefined. */
export function setOrRemove(target: Fields, field: string, value: unknown): void {
  if (value !== undefined) target[field] = value;
  else if (field in target) Reflect.deleteProperty(target, field);
}

/** Copies an object to which fields will be added. */
export function shallowCopy(source: object): Fields {
  const copy: Fields = {};
  copyFields(copy, source);
  return copy;
}

/** Copies an object with the fields that it inherits. */
export function copyWithInherited(source: object): Fields {
  const copy: Fields = {};
  for (const field in source) setField(copy, field, (source as Fields)[field]);
  return copy;
}

/** Copies an object without some of its fields. */
export function omitFields(source: object, except: ReadonlySet<string>): Fields {
  const copy: Fields = {};
  for (const field in source) {
    if (!except.has(field)) setField(copy, field, (source as Fields)[field]);
  }
  return copy;
}

/** Copies a chunk and sets a field of the copy. */
export function withField<T extends object, F extends string, V>(
  chunk: T,
  field: F,
  value: V,
): T & Readonly<Record<F, V>> {
  const copy = shallowCopy(chunk);
  copy[field] = value;
  return copy as T & Readonly<Record<F, V>>;
}

/** Copies the fields of `source`; overwrites fields of `target`. */
export function copyFields(target: Fields, source: object): void {
  if (!Object.hasOwn(source, '__proto__')) Object.assign(target, source);
  // `Object.assign` would set the prototype.
  else for (const field in source) setField(target, field, (source as Fields)[field]);
}
