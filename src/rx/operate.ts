import { Observable, takeUntil, type OperatorFunction, type Subscriber } from 'rxjs';

/** The handlers of an operator for the notifications of the source; an absent handler forwards. */
export interface Handlers<T> {
  readonly next?: (value: T) => void;
  readonly error?: (cause: unknown) => void;
  readonly complete?: () => void;
  /** Emits the held values; called before `error` and before `complete`. */
  readonly flush?: () => void;
  /** Handles the end of `subscribe`, if the source has not ended: after all values that it emitted synchronously. */
  readonly subscribed?: () => void;
}

/**
 * Makes an operator from handlers. `init` runs once for each subscription, so its locals are that subscription's state.
 *
 * A handler (or `init`) that throws errors the result; no handler runs once the result is closed; the source is
 * unsubscribed as soon as the result is closed, also while it emits synchronously. Add resources that must end with the
 * subscription to `destination`.
 */
export function operate<T, R>(init: (destination: Subscriber<R>) => Handlers<T>): OperatorFunction<T, R> {
  return (source) =>
    new Observable<R>((destination) => {
      const guarded =
        <A>(handler: (value: A) => void) =>
        (value?: A): void => {
          if (destination.closed) return;
          try {
            handler(value as A);
          } catch (cause) {
            destination.error(cause);
          }
        };
      const {
        next = (value: T) => {
          destination.next(value as unknown as R);
        },
        error = (cause) => destination.error(cause),
        complete = () => destination.complete(),
        flush,
        subscribed,
      } = init(destination);
      if (destination.closed) return;
      // The subscription alone is not enough: a source may emit endlessly while it is still being subscribed.
      const closed$ = new Observable<void>((notifier) => {
        destination.add(() => notifier.next());
      });
      destination.add(
        source.pipe(takeUntil(closed$)).subscribe({
          next: guarded(next),
          error: guarded((cause) => {
            flush?.();
            if (!destination.closed) error(cause);
          }),
          complete: guarded(() => {
            flush?.();
            if (!destination.closed) complete();
          }),
        }),
      );
      if (subscribed) guarded(subscribed)();
    });
}
