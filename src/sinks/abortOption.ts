import { NEVER, type Observable } from 'rxjs';
import { GeminiError } from '../errors/geminiError.js';
import { toGeminiError } from '../errors/toGeminiError.js';
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

/**
 * The failure of a reply whose signal aborted. Only a reason that says more than that the reply was cancelled is kept,
 * such as a timeout.
 */
export function abortFailure(reason: unknown): GeminiError {
  const error = toGeminiError(reason);
  if (error.kind !== 'unknown') return error;
  return new GeminiError('The signal of the response aborted', { kind: 'cancelled', cause: reason });
}
