import { isObservable } from 'rxjs';

/**
 * Returns the class of an object of the platform or of rxjs, with its article, such as a promise that was not awaited,
 * a map or an `AbortSignal`: its fields are not the caller's. Returns undefined for all other objects.
 */
export function builtInClassOf(value: object): string | undefined {
  if (Object.getPrototypeOf(value) === Object.prototype) return undefined;
  if (isObservable(value)) return 'an Observable';
  const tag = Object.prototype.toString.call(value).slice('[object '.length, -1);
  if (tag === 'Object' || !(tag in globalThis)) return undefined;
  return /^[AEIO]/.test(tag) ? `an ${tag}` : `a ${tag}`;
}
