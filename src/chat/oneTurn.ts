import { defer, type Observable } from 'rxjs';
import { shareReply } from '../../operators/shareReply.js';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { GeminiError } from '../errors/geminiError.js';

/**
 * Makes a reply of which there is one, however often it is subscribed: the first subscription starts it, further ones
 * join it, and one that comes after all have left finds it cancelled: a message is not posted twice.
 *
 * @param assertMayStart - Throws if it cannot be started now; a later subscription may try again.
 */
export function oneTurn(reply$: Observable<GeminiChunk>, assertMayStart: () => void): Observable<GeminiChunk> {
  let hasStarted = false;
  const shared$ = defer(() => {
    if (hasStarted) throw cancelled();
    hasStarted = true;
    return reply$;
  }).pipe(shareReply({ keepFailure: true }));
  return defer(() => {
    if (!hasStarted) assertMayStart();
    return shared$;
  });
}

function cancelled(): GeminiError {
  return new GeminiError('This turn was cancelled when its last subscriber left: send it again', { kind: 'cancelled' });
}
