import { Observable, type Subscriber } from 'rxjs';
import { reportUnhandled } from './reportUnhandled.js';

/** The subscribers of one signal, in the order of their subscription, and our listener for them. */
interface Audience {
  readonly subscribers: Set<Subscriber<unknown>>;
  readonly onAbort: () => void;
}

const audiences = new WeakMap<AbortSignal, Audience>();

/**
 * Emits the reason of a signal when it aborts, at once if it has, and completes.
 *
 * A signal has one listener of ours, however many subscribe, and none once all have unsubscribed: Node warns of a leak
 * from the eleventh listener on. An error that one subscriber throws is reported, and the others are still called.
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
      if (audience.subscribers.size === 0) leave(signal, audience);
    });
  });
}

function listenTo(signal: AbortSignal): Audience {
  const subscribers = new Set<Subscriber<unknown>>();
  const onAbort = () => {
    leave(signal, audience);
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

/** Removes the listener; a later subscriber adds another. May be called twice. */
function leave(signal: AbortSignal, audience: Audience): void {
  if (audiences.get(signal) === audience) audiences.delete(signal);
  signal.removeEventListener('abort', audience.onAbort);
}
