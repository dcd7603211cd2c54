import type { Fields } from '../rx/isObject.js';

/** Fields are set one by one: engines are slow at spreading, and every chunk passes here. */

/** Sets an own field; one that is named `__proto__` is a field like any other. */
export function setField(target: Fields, field: string, value: unknown): void {
  if (field !== '__proto__') target[field] = value;
  else Object.defineProperty(target, field, { value, writable: true, enumerable: true, configurable: true });
}

/** A copy to which fields are going to be added: an engine takes a microsecond for that after `{ ...source }`. */
export function shallowCopy(source: object): Fields {
  const copy: Fields = {};
  copyFields(copy, source);
  return copy;
}

/** A copy without some of the fields. */
export function omitFields(source: object, except: ReadonlySet<string>): Fields {
  const copy: Fields = {};
  copyFields(copy, source, except);
  return copy;
}

/** A chunk with one more field. */
export function withField<T extends object, F extends string, V>(
  chunk: T,
  field: F,
  value: V,
): T & Readonly<Record<F, V>> {
  const copy = shallowCopy(chunk);
  copy[field] = value;
  return copy as T & Readonly<Record<F, V>>;
}

/** Copies the fields of `source`, but those in `except`; what `target` had under the same name is lost. */
export function copyFields(target: Fields, source: object, except?: ReadonlySet<string>): void {
  for (const field in source) {
    if (!except?.has(field)) setField(target, field, (source as Fields)[field]);
  }
}
