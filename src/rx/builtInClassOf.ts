import { isObservable } from 'rxjs';

/**
 * Names the class of an object that the platform or rxjs made, such as a promise that was not awaited, a map or an
 * `AbortSignal`: none of its fields is the caller's. Returns undefined for all other objects, whatever their class.
 */
export function builtInClassOf(value: object): string | undefined {
  if (Object.getPrototypeOf(value) === Object.prototype) return undefined;
  if (isObservable(value)) return 'an Observable';
  const tag = Object.prototype.toString.call(value).slice('[object '.length, -1);
  if (tag === 'Object' || !(tag in globalThis)) return undefined;
  return /^[AEIO]/.test(tag) ? `an ${tag}` : `a ${tag}`;
}
