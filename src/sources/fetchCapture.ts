import { retryAfterOf } from '../errors/retryAfterOf.js';
import { unboundedDispatcher } from './unboundedDispatcher.js';

type Fetch = typeof fetch;

/** A body that was kept from the SDK. */
export interface CapturedBody {
  readonly body: ReadableStream<Uint8Array>;
  readonly headers: Headers;
  /** The SDK's signal for this request: aborted by ours, and by its `timeout`, which covers the body. */
  readonly signal: AbortSignal | undefined;
}

/** What the last answer that was an error said beside its body. */
export interface FailedResponse {
  readonly status: number;
  /** In ms, from `Retry-After`. */
  readonly retryAfter: number | undefined;
}

/**
 * A `fetch` for the SDK that keeps the body of the first success: the SDK gets an empty one, and we read.
 *
 * Failures go back untouched, so that the SDK retries and reports them. After `release` everything passes through:
 * automatic function calling opens its requests lazily, and reads them itself.
 */
export class FetchCapture {
  /** Whether the SDK has called it; a version or a stub that never does reads for itself. */
  isCalled = false;
  captured: CapturedBody | undefined;
  failed: FailedResponse | undefined;
  #isReleased = false;
  readonly #fetch: Fetch | undefined;
  readonly #httpOptions: object | undefined;
  readonly #onRequest: (() => void) | undefined;
  #judge: ((text: string) => boolean) | undefined;

  /**
   * @param fetch - The caller's or the client's own; without one, the global at the time of the call.
   * @param httpOptions - The caller's other options of the request.
   * @param onRequest - Called just before each request goes out.
   */
  constructor(fetch: Fetch | undefined, httpOptions: object | undefined, onRequest?: () => void) {
    this.#fetch = fetch;
    this.#httpOptions = httpOptions;
    this.#onRequest = onRequest;
  }

  /** What goes into the request's `config`. */
  get config(): { readonly httpOptions: object } {
    return { httpOptions: { ...this.#httpOptions, fetch: this.fetch } };
  }

  readonly fetch: Fetch = async (input, init) => {
    this.isCalled = true;
    this.#onRequest?.();
    this.failed = undefined;
    const response = await (this.#fetch ? this.#fetch(input, init) : globalThis.fetch(input, unbounded(init)));
    if (!response.ok) this.failed = { status: response.status, retryAfter: retryAfterOf(response.headers) };
    if (!response.ok || !response.body) return response;
    if (this.#judge) return judged(response, this.#judge);
    if (this.#isReleased || this.captured) return response;
    this.captured = { body: response.body, headers: response.headers, signal: init?.signal ?? undefined };
    return new Response('', { status: 200, headers: response.headers });
  };

  /**
   * Reads the bodies of successes for the SDK, which drops every field that it does not know.
   *
   * @param judge - Is called with each body; returns whether the SDK may read it. If not, the SDK gets an empty object.
   */
  judgeBodies(judge: (text: string) => boolean): void {
    this.#judge = judge;
  }

  /** Stops keeping bodies, and gives the one that was kept. */
  release(): CapturedBody | undefined {
    this.#isReleased = true;
    return this.captured;
  }
}

async function judged(response: Response, judge: (text: string) => boolean): Promise<Response> {
  const { status, headers } = response;
  const text = await response.text();
  return new Response(judge(text) ? text : '{}', { status, headers });
}

/** Given a `fetch`, the SDK no longer lifts the limits of Node's; then it is on us. */
export function unbounded(init: RequestInit | undefined): RequestInit | undefined {
  if (init && 'dispatcher' in init) return init;
  const dispatcher = unboundedDispatcher();
  return dispatcher ? Object.assign({}, init, { dispatcher }) : init;
}
