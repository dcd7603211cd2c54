import type { InteractionsApi } from './interactionsClient.js';
import { sdkRequestError, withShortCause } from '../sdkError.js';
import { SdkFetch, type ResponseWithBody } from '../sdkFetch.js';
import { unboundedFetch } from '../unboundedFetch.js';

/** A request through the SDK, with the SDK's options for it. */
export type InteractionRequest = (api: InteractionsApi, options: object) => Promise<unknown>;

/** The SDK repeats a request by default, also one that starts a paid run. */
const once = { maxRetries: 0 };

/** The body of a response, or the value of the SDK, if the SDK did not let its request be seen. */
export type OpenedInteraction =
  | { readonly body: ReadableStream<Uint8Array>; readonly value?: undefined }
  | { readonly value: unknown; readonly body?: undefined };

/**
 * Lets the SDK make a request for a stream; returns the body for this library to read. The SDK gets an empty body.
 *
 * @throws GeminiError - An HTTP error, or another failure before the body.
 */
export async function openInteraction(
  api: InteractionsApi,
  signal: AbortSignal,
  request: InteractionRequest,
): Promise<OpenedInteraction> {
  let body: ReadableStream<Uint8Array> | undefined;
  const value = await callSdk(api, signal, request, (response) => {
    body = response.body;
    return new Response('', { status: 200, headers: { 'Content-Type': 'text/event-stream' } });
  });
  return body ? { body } : { value };
}

/**
 * Lets the SDK make a request, which the signal aborts.
 *
 * The SDK passes its own signal through a `Request`, where it reaches nothing after a garbage collection. So the request
 * is made by a client that is derived for it, with a `fetch` that has the signal. A client that cannot be derived (a
 * stub, a later SDK) makes the request itself.
 *
 * @throws GeminiError - An HTTP error, with its `Retry-After`, or another failure of the request.
 */
export async function callSdk(
  api: InteractionsApi,
  signal: AbortSignal,
  request: InteractionRequest,
  onSuccess: (response: ResponseWithBody) => Response | Promise<Response> = (response) => response,
): Promise<unknown> {
  const { parentClient } = api as { parentClient?: ParentClient };
  if (typeof parentClient?.getFetch !== 'function') return request(api, { ...once, fetchOptions: { signal } });
  const own = parentClient.getFetch();
  const sdkFetch = new SdkFetch(
    (input, init) => {
      signal.throwIfAborted();
      const withSignal = { ...init, signal };
      return own ? own(input, withSignal) : unboundedFetch(input, withSignal);
    },
    undefined,
    { onSuccess },
  );
  try {
    return await request(deriveApi(api, parentClient, sdkFetch.call), once);
  } catch (cause) {
    throw withShortCause(sdkRequestError(cause, signal, sdkFetch));
  }
}

/** The limit of the client's `httpOptions.timeout`, in ms, which covers a whole response. */
export function timeoutOf(api: InteractionsApi): number | undefined {
  const timeout = (api as { parentClient?: ParentClient }).parentClient?.getTimeout?.();
  return timeout !== undefined && timeout > 0 ? timeout : undefined;
}

/** The SDK's own client, which its part for interactions calls; its types call it private. */
interface ParentClient {
  getFetch?(): typeof fetch | undefined;
  getTimeout?(): number | undefined;
}

/** A client that differs in its `fetch`, and leaves the timeout, whose signal would be replaced, to the caller. */
function deriveApi(api: InteractionsApi, parentClient: ParentClient, fetch: typeof globalThis.fetch): InteractionsApi {
  const parent: unknown = Object.create(parentClient, {
    getFetch: { value: () => fetch },
    getTimeout: { value: () => undefined },
  });
  return Object.create(api, {
    parentClient: { value: parent },
    // The SDK keeps the client that it has built before.
    sdk: { value: undefined, writable: true },
  }) as InteractionsApi;
}
