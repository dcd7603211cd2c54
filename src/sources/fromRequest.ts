import { map, Observable, type Subscriber, type Subscription } from 'rxjs';
import { hasName } from '../errors/errorLike.js';
import { GeminiError } from '../errors/geminiError.js';
import { toGeminiError } from '../errors/toGeminiError.js';
import { whenAborted } from '../rx/whenAborted.js';

/** The connection of a running request to its subscription. */
export interface RequestHandle<T> {
  /** The subscriber, which gets the values. Once the subscriber is closed, the request ends. */
  readonly destination: Subscriber<T>;
  /** Aborted if the subscription ends before the request does. */
  readonly signal: AbortSignal;
}

/** The request of one subscription. */
export interface PreparedRequest<T> {
  /** The caller's own signal: an abort fails the result at once. */
  readonly abortSignal?: AbortSignal | undefined;
  /** Makes the request; settles when the request has ended. */
  readonly run: (handle: RequestHandle<T>) => Promise<void>;
}

/**
 * A cold Observable that makes one request for each subscription.
 *
 * Unsubscribing aborts the request's signal and waits for nothing: on Node 20 a body may never settle after an abort,
 * so the outcome of `run` is then ignored.
 */
export function fromRequest<T>(prepare: () => PreparedRequest<T>): Observable<T> {
  return new Observable<T>((destination) => {
    const { abortSignal, run } = prepare();
    if (abortSignal) failOnAbort(destination, abortSignal, signalError);
    if (destination.closed) return;
    const controller = new AbortController();
    let isDone = false;
    destination.add(() => {
      // An abort after the end would call the listeners that are still on the signal.
      if (!isDone) controller.abort();
    });
    run({ destination, signal: controller.signal }).then(
      () => {
        isDone = true;
        destination.complete();
      },
      (cause: unknown) => {
        destination.error(toGeminiError(cause));
      },
    );
  });
}

/**
 * Fails `destination` as soon as `signal` is aborted, at once if the signal is already aborted, with the error of the
 * reason.
 */
export function failOnAbort(
  destination: Subscriber<unknown>,
  signal: AbortSignal,
  errorOf: (reason: unknown) => GeminiError,
): Subscription {
  const failure$ = whenAborted(signal).pipe(
    map((reason): never => {
      throw errorOf(reason);
    }),
  );
  const subscription = failure$.subscribe({
    error(error: unknown) {
      if (!destination.closed) destination.error(error);
    },
  });
  destination.add(subscription);
  return subscription;
}

/** The error of a caller's own signal; an `AbortSignal.timeout` is recognised by the name of its reason. */
export function signalError(reason: unknown): GeminiError {
  return hasName(reason, 'TimeoutError')
    ? new GeminiError('The time that `abortSignal` allows was up', { kind: 'timeout', retryable: false, cause: reason })
    : new GeminiError('The request was cancelled by its `abortSignal`', { kind: 'cancelled', cause: reason });
}
