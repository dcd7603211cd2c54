import type { StreamingClient } from './client.js';
import { withConfig, type RequestParams } from './requestParams.js';
import { sdkRequestError } from './sdkError.js';
import { sdkFetchFor, type ResponseWithBody } from './sdkFetch.js';

/** One request for a streamed reply. */
export interface ReplyRequest<P> {
  readonly ai: StreamingClient<P>;
  readonly params: P & RequestParams;
  /** Whether this library reads the body, if possible. */
  readonly isDirect: boolean;
  /** Called as a request goes out, or at the latest before the first chunk. */
  readonly onRequest?: (() => void) | undefined;
}

/** The body of a response, which the SDK did not get. */
export interface CapturedBody {
  readonly body: ReadableStream<Uint8Array>;
  /** The SDK's signal for the request: aborted by ours, and by its `timeout`, which covers the body. */
  readonly signal: AbortSignal | undefined;
}

/**
 * Lets the SDK make a request; returns the body for this library to read, or the stream that the SDK reads.
 *
 * @throws GeminiError - An HTTP error, or another failure before the body.
 */
export async function openResponse<P>(
  { ai, params, isDirect, onRequest }: ReplyRequest<P>,
  signal: AbortSignal,
): Promise<CapturedBody | AsyncIterable<unknown>> {
  const capture = new BodyCapture();
  const sdkFetch = isDirect ? sdkFetchFor(ai, params.config, { onRequest, onSuccess: capture.take }) : undefined;
  if (!sdkFetch) onRequest?.();
  try {
    const config = { abortSignal: signal, ...sdkFetch?.config };
    const stream = await ai.models.generateContentStream(withConfig(params, config));
    onRequest?.();
    // SDK 1.x listens to a signal, but does not check whether it is aborted already: the event is repeated for it.
    if (signal.aborted) signal.dispatchEvent(new Event('abort'));
    const captured = capture.release();
    if (!captured) return stream;
    void drain(stream);
    return captured;
  } catch (cause) {
    void capture
      .release()
      ?.body.cancel()
      .catch(() => undefined);
    throw sdkRequestError(cause, signal, sdkFetch);
  }
}

/**
 * Captures the body of the first successful response, in place of which the SDK gets an empty body.
 *
 * After `release`, responses pass through: automatic function calling makes its requests later, and the SDK reads them.
 */
class BodyCapture {
  #captured: CapturedBody | undefined;
  #isReleased = false;

  readonly take = (response: ResponseWithBody, signal: AbortSignal | undefined): Response => {
    if (this.#isReleased || this.#captured) return response;
    this.#captured = { body: response.body, signal };
    return new Response('', { status: 200, headers: response.headers });
  };

  /** Stops the capture, and returns the captured body. */
  release(): CapturedBody | undefined {
    this.#isReleased = true;
    return this.#captured;
  }
}

/** Reads the SDK's empty stream to its end, so that instrumentation of the SDK ends its spans. */
async function drain(stream: AsyncIterable<unknown>): Promise<void> {
  const iterator = stream[Symbol.asyncIterator]();
  try {
    while ((await iterator.next()).done !== true);
  } catch {
    // The SDK's view of a body that this library reads; the errors that count come from there.
  }
}
