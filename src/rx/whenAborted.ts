import { Observable, type Subscriber } from 'rxjs';
import { reportUnhandled } from './reportUnhandled.js';

/** The subscribers of a signal, in the order of their subscription, and the listener for them. */
interface Audience {
  readonly subscribers: Set<Subscriber<unknown>>;
  readonly onAbort: () => void;
}

const audiences = new WeakMap<AbortSignal, Audience>();

/**
 * Emits the reason of a signal when it aborts, or at once if it has aborted, and completes.
 *
 * All subscribers share a listener, which is removed once all have unsubscribed: Node warns of a leak from the eleventh
 * listener on. An error that a subscriber throws is reported, and the others are still called.
 */
export function whenAborted(signal: AbortSignal): Observable<unknown> {
  return new Observable((destination) => {
    if (signal.aborted) {
      destination.next(signal.reason);
      destination.complete();
      return;
    }
    const audience = audiences.get(signal) ?? listenTo(signal);
    audience.subscribers.add(destination);
    destination.add(() => {
      audience.subscribers.delete(destination);
      if (audience.subscribers.size === 0) removeListener(signal, audience);
    });
  });
}

function listenTo(signal: AbortSignal): Audience {
  const subscribers = new Set<Subscriber<unknown>>();
  const onAbort = () => {
    removeListener(signal, audience);
    for (const destination of [...subscribers]) {
      try {
        destination.next(signal.reason);
        destination.complete();
      } catch (cause) {
        reportUnhandled(cause);
      }
    }
  };
  const audience = { subscribers, onAbort };
  audiences.set(signal, audience);
  signal.addEventListener('abort', onAbort);
  return audience;
}

/** Removes the listener; a later subscriber adds a new listener. May be called twice. */
function removeListener(signal: AbortSignal, audience: Audience): void {
  if (audiences.get(signal) === audience) audiences.delete(signal);
  signal.removeEventListener('abort', audience.onAbort);
}
