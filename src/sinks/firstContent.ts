import { defer, EMPTY, ignoreElements, merge, mergeMap, Subject, take, tap, throwError, type Observable } from 'rxjs';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { hasContent } from '../chunk/hasContent.js';
import { httpStatusOf } from '../errors/httpStatusOf.js';
import { publicError } from '../errors/publicError.js';
import { toGeminiError } from '../errors/toGeminiError.js';
import { assertBoolean, assertDelay } from '../rx/assertions.js';
import { timeUp } from '../rx/idleTimer.js';
import { operate } from '../rx/operate.js';
import { abortFailure } from './abortOption.js';

/** Options of the sinks that answer a request of HTTP. @public */
export interface WaitForFirstOptions {
  /**
   * Whether the response waits for the first content of the reply (a thought or a call counts), so that a reply that
   * fails before that is answered with the status of its failure: 429 with `Retry-After`, 422 for a blocked prompt, …
   * (see {@link httpStatusOf}). The body of that response is the JSON `{ error }` with the {@link publicError}. An error
   * that is not retryable has no `Retry-After`.
   *
   * Nothing is sent meanwhile, not even the headers, and notices (a place in a queue, the wait before a retry) are
   * merged into the first event. A reply that ends without content has status 200.
   *
   * @defaultValue false
   */
  readonly waitForFirst?: boolean | undefined;
  /**
   * With `waitForFirst`, the longest wait, in ms. Then the response begins with status 200, and a later failure is an
   * event of it. Proxies wait 30 to 60 seconds for a response; a notice is not seen during the wait.
   *
   * @defaultValue 15_000
   */
  readonly waitAtMost?: number | undefined;
}

/** A response with the status of a failure. */
export interface FailedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The status of nginx for a client that has disconnected: no failure of the server, in logs. */
const clientClosedRequest = 499;

/** The wait of one response for the first content of its reply. Until it has begun, a failure can have a status. */
export class FirstContent<T extends GeminiChunk> {
  /**
   * Completes when the response begins: at the first content, at the end of a reply without content, or when the time
   * is up. Fails with the failure of the reply, and with that of an abort.
   */
  readonly begun$: Observable<never>;
  readonly #begin$ = new Subject<void>();
  #isAwaited = true;
  #hasAborted = false;

  constructor(waitAtMost: number, abort$: Observable<unknown>) {
    const aborted$ = abort$.pipe(
      tap(() => (this.#hasAborted = true)),
      mergeMap((reason) => throwError(() => abortFailure(reason))),
    );
    const begins$ = merge(aborted$, this.#begin$, timeUp(waitAtMost)).pipe(
      take(1),
      tap(() => (this.#isAwaited = false)),
      ignoreElements(),
    );
    this.begun$ = defer(() => (this.#isAwaited ? begins$ : EMPTY));
  }

  /** Whether the response has not begun. */
  get isAwaited(): boolean {
    return this.#isAwaited;
  }

  /** Begins without a wait; called before the reply is subscribed. */
  begin(): void {
    this.#isAwaited = false;
  }

  /** The response to a failure, if the response has not begun. */
  refusal(failure: unknown): FailedAnswer {
    const error = publicError(failure);
    const { retryable, retryAfter } = error;
    const headers = { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' };
    // A client repeats a request that has the header, whatever the body says: in vain if a quota is used up.
    const isWaitSent = retryable && retryAfter !== undefined;
    return {
      status: this.#hasAborted && error.kind === 'cancelled' ? clientClosedRequest : httpStatusOf(failure),
      headers: isWaitSent ? { ...headers, 'Retry-After': secondsIn(retryAfter) } : headers,
      body: JSON.stringify({ error }),
    };
  }

  /** Looks for content in the chunks of a source. */
  readonly content = (source: Observable<T>): Observable<T> =>
    source.pipe(
      operate<T, T>((destination) => ({
        next: (chunk) => {
          // Emitted first, so that the notices of the wait are merged with this chunk.
          destination.next(chunk);
          if (this.#isAwaited && hasContent(chunk)) this.#begin$.next();
        },
      })),
    );

  /** Looks for the end of the chunks to send. */
  readonly end = (chunks$: Observable<T>): Observable<T> =>
    chunks$.pipe(
      operate<T, T>((destination) => ({
        error: (cause) => {
          destination.error(cause);
          this.#begin$.error(toGeminiError(cause));
        },
        complete: () => {
          destination.complete();
          this.#begin$.next();
        },
      })),
    );
}

/** The wait of a response with these options, which are checked; undefined if the response does not wait. */
export function firstContentOf<T extends GeminiChunk>(
  options: WaitForFirstOptions,
  abort$: Observable<unknown>,
): FirstContent<T> | undefined {
  const { waitForFirst = false, waitAtMost = 15_000 } = options;
  assertBoolean('waitForFirst', waitForFirst);
  assertDelay('waitAtMost', waitAtMost);
  return waitForFirst ? new FirstContent(waitAtMost, abort$) : undefined;
}

/** A wait in whole seconds, at least 1: to a client, 0 would mean that it need not wait. */
function secondsIn(ms: number): string {
  return String(Math.max(1, Math.ceil(ms / 1000)));
}
