import { retryAfterOf } from '../errors/retryAfterOf.js';
import type { RequestConfig } from './requestParams.js';
import { unboundedFetch } from './unboundedFetch.js';

type Fetch = typeof fetch;

/** A successful response with a body. */
export interface ResponseWithBody extends Response {
  readonly body: ReadableStream<Uint8Array<ArrayBuffer>>;
}

/** The handlers of an {@link SdkFetch}. */
export interface SdkFetchHandlers {
  /** Called just before each request goes out. */
  readonly onRequest?: (() => void) | undefined;
  /**
   * Returns the response that the SDK gets in place of a successful one.
   *
   * @param signal - The SDK's signal for this request: aborted by ours, and by its `timeout`, which covers the body.
   */
  readonly onSuccess: (response: ResponseWithBody, signal: AbortSignal | undefined) => Response | Promise<Response>;
}

/** The facts about a failed response that are not in its body. */
interface FailedResponse {
  readonly status: number;
  /** The wait of the `Retry-After` header, in ms. */
  readonly retryAfter: number | undefined;
}

/**
 * A `fetch` for the SDK, which reports the SDK's requests and their successful responses.
 *
 * Failed responses pass through untouched, so that the SDK retries and reports them.
 */
export class SdkFetch {
  /** Whether the SDK has called this `fetch`; a version or a stub that does not call it reads by itself. */
  isCalled = false;
  /** The last response, if it was an HTTP error. */
  failed: FailedResponse | undefined;
  readonly #fetch: Fetch | undefined;
  readonly #httpOptions: object | undefined;
  readonly #handlers: SdkFetchHandlers;

  /**
   * @param fetch - The caller's or the client's own; without one, the global at the time of the call.
   * @param httpOptions - The caller's other options of the request.
   */
  constructor(fetch: Fetch | undefined, httpOptions: object | undefined, handlers: SdkFetchHandlers) {
    this.#fetch = fetch;
    this.#httpOptions = httpOptions;
    this.#handlers = handlers;
  }

  /** The fields to put into the request's `config`. */
  get config(): { readonly httpOptions: object } {
    return { httpOptions: { ...this.#httpOptions, fetch: this.call } };
  }

  /** The `fetch` for the SDK. */
  readonly call: Fetch = async (input, init) => {
    this.isCalled = true;
    this.#handlers.onRequest?.();
    this.failed = undefined;
    const response = await (this.#fetch ? this.#fetch(input, init) : unboundedFetch(input, init));
    if (!response.ok) this.failed = { status: response.status, retryAfter: retryAfterOf(response.headers) };
    return response.ok && hasBody(response) ? this.#handlers.onSuccess(response, init?.signal ?? undefined) : response;
  };
}

/**
 * The `fetch` for a client, if the one that the SDK would call is known: the caller's, the client's own, or the global.
 * Undefined otherwise (an SDK before 2.24, a stub): then the SDK reads by itself.
 */
export function sdkFetchFor(
  ai: object,
  config: RequestConfig | undefined,
  handlers: SdkFetchHandlers,
): SdkFetch | undefined {
  const { httpOptions } = config ?? {};
  if (httpOptions?.fetch) return new SdkFetch(httpOptions.fetch, httpOptions, handlers);
  const { models, apiClient = models?.apiClient } = ai as { models?: { apiClient?: ApiClient }; apiClient?: ApiClient };
  return apiClient?.getFetch && new SdkFetch(apiClient.getFetch(), httpOptions, handlers);
}

/** The SDK's client as its parts see it; its own types call it private. */
interface ApiClient {
  getFetch?(): Fetch | undefined;
}

function hasBody(response: Response): response is ResponseWithBody {
  return response.body !== null;
}
