import { from, of, type Observable } from 'rxjs';
import { isPromiseLike } from './isPromiseLike.js';

/** Emits an option that may be a function that makes it: at once, or when the promise of the function resolves. */
export function resolveOption<T>(option: T | (() => T | PromiseLike<T>)): Observable<T> {
  const value = typeof option === 'function' ? (option as () => T | PromiseLike<T>)() : option;
  return isPromiseLike(value) ? from(value) : of(value);
}
