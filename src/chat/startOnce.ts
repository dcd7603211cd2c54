import { defer, finalize, tap, type Observable } from 'rxjs';
import { shareRequest } from '../../operators/share/shareRequest.js';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { GeminiError } from '../errors/geminiError.js';

/**
 * Makes a reply that starts once: the first subscription starts the reply, and further subscriptions join it. After all
 * have unsubscribed, a subscription fails, so that no message is posted twice; if no request had been sent, the
 * subscription starts the reply again.
 *
 * @param start - Starts the reply; calls back once its request has gone out.
 * @param refusal - Returns an error if the reply cannot start now; a later subscription may try again.
 */
export function startOnce(
  start: (onRequest: () => void) => Observable<GeminiChunk>,
  refusal: () => GeminiError | undefined,
): Observable<GeminiChunk> {
  let isActive = false;
  /** Whether the reply must not start again. */
  let isSpent = false;
  const spend = () => {
    isSpent = true;
  };
  const deactivate = () => {
    isActive = false;
  };
  const reply$ = defer(() => {
    if (isSpent) throw alreadyCancelled();
    isActive = true;
    return start(spend).pipe(tap({ error: spend, complete: spend }), finalize(deactivate));
  });
  const shared$ = shareRequest(reply$);
  return defer(() => {
    const refused = isActive || isSpent ? undefined : refusal();
    if (refused) throw refused;
    return shared$;
  });
}

function alreadyCancelled(): GeminiError {
  const message = 'This reply was cancelled when its last subscriber unsubscribed: send the message again';
  return new GeminiError(message, { kind: 'cancelled' });
}
