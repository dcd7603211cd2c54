import { isObject } from '../rx/isObject.js';

/**
 * Returns the items of a list on the wire that are objects; an empty list if there is no list.
 *
 * @typeParam T - The type of the items, which only their readers check.
 */
export function itemsOf<T extends object>(list: readonly T[] | null | undefined): T[] {
  return Array.isArray(list) ? (list as T[]).filter((item) => isObject(item)) : [];
}
