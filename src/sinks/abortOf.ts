import { NEVER, type Observable } from 'rxjs';
import { typeError } from '../rx/assertions.js';
import { whenAborted } from '../rx/whenAborted.js';

/** Emits when the signal aborts, at once if it has; never without a signal. */
export function abortOf(signal: AbortSignal | undefined): Observable<unknown> {
  if (signal === undefined) return NEVER;
  // Known by its shape: polyfills and other realms have their own class.
  if (!isSignal(signal)) throw typeError('signal', 'an AbortSignal', signal);
  return whenAborted(signal);
}

function isSignal(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'aborted' in value;
}
