import { NEVER, type Observable } from 'rxjs';
import { typeError } from '../rx/assertions.js';
import { isAbortSignal } from '../rx/isAbortSignal.js';
import { whenAborted } from '../rx/whenAborted.js';

/**
 * Emits when the signal of an option aborts, at once if it has aborted; never emits without a signal. Checks the
 * option.
 */
export function abortOption(signal: AbortSignal | undefined): Observable<unknown> {
  if (signal === undefined) return NEVER;
  if (!isAbortSignal(signal)) throw typeError('signal', 'an AbortSignal', signal);
  return whenAborted(signal);
}
