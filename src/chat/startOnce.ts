import { defer, finalize, tap, type Observable } from 'rxjs';
import { shareReply } from '../../operators/share/shareReply.js';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { GeminiError } from '../errors/geminiError.js';

/**
 * Makes a reply that is asked for once, however often it is subscribed: the first subscription starts it, and further
 * ones join it. One that comes after all have unsubscribed fails, so that no message is posted twice; if nothing had
 * been posted, it starts the reply as the first one did.
 *
 * @param start - Makes the reply; calls back once its request has gone out.
 * @param assertMayStart - Throws if it cannot be started now; a later subscription may try again.
 */
export function startOnce(
  start: (onRequest: () => void) => Observable<GeminiChunk>,
  assertMayStart: () => void,
): Observable<GeminiChunk> {
  let isOpen = false;
  let isSpent = false;
  const spend = () => {
    isSpent = true;
  };
  const close = () => {
    isOpen = false;
  };
  const shared$ = defer(() => {
    if (isSpent) throw cancelled();
    isOpen = true;
    return start(spend).pipe(tap({ error: spend, complete: spend }), finalize(close));
  }).pipe(shareReply({ keepFailure: true }));
  return defer(() => {
    if (!isOpen && !isSpent) assertMayStart();
    return shared$;
  });
}

function cancelled(): GeminiError {
  return new GeminiError('This turn was cancelled when its last subscriber left: send it again', { kind: 'cancelled' });
}
