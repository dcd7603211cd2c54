import { map, Observable, type Subscriber } from 'rxjs';
import { hasName } from '../errors/errorLike.js';
import { GeminiError } from '../errors/geminiError.js';
import { toGeminiError } from '../errors/toGeminiError.js';
import { whenAborted } from '../rx/whenAborted.js';

/** What a running request has to do with its subscription. */
export interface RequestHandle<T> {
  /** Where the values go. Once it is closed nothing more is to be done. */
  readonly destination: Subscriber<T>;
  /** Aborted when the subscription ends before the request does. */
  readonly signal: AbortSignal;
}

/** One subscription's request. */
export interface Request<T> {
  /** The caller's own signal: as soon as it is aborted, the result fails. */
  readonly abortSignal?: AbortSignal | undefined;
  /** Makes the request, and settles when it is over. */
  readonly run: (handle: RequestHandle<T>) => Promise<void>;
}

/**
 * A cold Observable that makes one request a subscription.
 *
 * Unsubscribing aborts the request's signal and waits for nothing: on Node 20 a body may never settle after an abort,
 * so what `run` does later is ignored.
 */
export function fromRequest<T>(prepare: () => Request<T>): Observable<T> {
  return new Observable<T>((destination) => {
    const { abortSignal, run } = prepare();
    if (abortSignal) failOnAbort(destination, abortSignal);
    if (destination.closed) return;
    const controller = new AbortController();
    let isOver = false;
    destination.add(() => {
      // An abort after the end would be heard by whoever still listens to the signal.
      if (!isOver) controller.abort();
    });
    run({ destination, signal: controller.signal }).then(
      () => {
        isOver = true;
        destination.complete();
      },
      (cause: unknown) => {
        destination.error(toGeminiError(cause));
      },
    );
  });
}

/** Fails `destination` as soon as `signal` is aborted: at once if it is already. */
function failOnAbort(destination: Subscriber<unknown>, signal: AbortSignal): void {
  const failure$ = whenAborted(signal).pipe(
    map((reason): never => {
      throw abortError(reason);
    }),
  );
  destination.add(failure$.subscribe({ error: (error: unknown) => destination.error(error) }));
}

/** The error of a caller's own signal: `AbortSignal.timeout` says so by the name of its reason. */
function abortError(reason: unknown): GeminiError {
  return hasName(reason, 'TimeoutError')
    ? new GeminiError('The time that `abortSignal` allows was up', { kind: 'timeout', retryable: false, cause: reason })
    : new GeminiError('The request was cancelled by its `abortSignal`', { kind: 'cancelled', cause: reason });
}
