import { asyncScheduler, type Subscription } from 'rxjs';
import { apiFailure } from '../errors/apiFailure.js';
import { findErrorBody } from '../errors/findErrorBody.js';
import { retryAfterOf } from '../errors/retryAfterOf.js';
import { GeminiError } from '../errors/geminiError.js';
import { safeExcerpt } from '../errors/safeExcerpt.js';
import { parsePublicError, parseServerError } from '../errors/parseServerError.js';
import { parseUntrustedJson } from './parseUntrustedJson.js';

/** A response whose body is an event stream. */
interface StreamResponse extends Response {
  readonly body: ReadableStream<Uint8Array<ArrayBuffer>>;
}

/** Whether a response is an event stream; some servers omit the type, and then the first line decides. */
export function isEventStream(response: Response): response is StreamResponse {
  const type = response.headers.get('content-type');
  return response.ok && response.body !== null && (type === null || /^\s*text\/event-stream\b/i.test(type));
}

/**
 * The error of a response that is not an event stream: an HTTP error, a response without a body, or another type.
 *
 * @param isResumed - Whether the request asked for the rest of a reply.
 * @param subscription - Ends the wait for the body of the error.
 */
export async function sseResponseError(
  response: Response,
  isResumed: boolean,
  subscription: Subscription,
): Promise<GeminiError> {
  const { ok, body, status } = response;
  const text = body ? await beginningOf(body, subscription) : '';
  if (!ok) return statusError(response, text);
  return !body || status === 204 ? emptyResponseError(response, isResumed) : contentTypeError(response, text);
}

/**
 * The error of an HTTP error. The message is not the message of Google's errors: the key, or the user, may belong to
 * this server.
 */
function statusError({ status, headers }: Response, text: string): GeminiError {
  const context = { status, retryAfter: retryAfterOf(headers) };
  const json = parseUntrustedJson(text);
  const body = findErrorBody(json ?? text);
  const { kind, retryAfter, serverMessage } = apiFailure(body ?? { message: text }, context);
  const sentence = `The server answered with ${status}${serverMessage === '' ? '' : `: ${serverMessage}`}`;
  return parsePublicError(json, context) ?? new GeminiError(sentence, { kind, status, retryAfter });
}

/** The error of a server without a stream: no content at all, or no more content of a reply that broke off. */
function emptyResponseError({ status }: Response, isResumed: boolean): GeminiError {
  if (!isResumed) {
    const message = `Expected an event stream, got an answer without a body (status ${status})`;
    return new GeminiError(message, { kind: 'protocol', status });
  }
  const message = `The reply broke off, and the server has nothing more of it (status ${status})`;
  return new GeminiError(message, { kind: 'truncated', status, retryable: false });
}

function contentTypeError({ headers, redirected }: Response, text: string): GeminiError {
  const type = safeExcerpt(headers.get('content-type') ?? '');
  const message = `Expected an event stream, got ${type}${redirected ? ' after a redirect' : ''}`;
  return parseServerError(parseUntrustedJson(text)) ?? new GeminiError(message, { kind: 'protocol' });
}

/** The maximum number of bytes that are read of a body that is not an event stream; an error's JSON is far smaller. */
const maxSize = 64 * 1024;

/** The longest wait for that body, in ms: some servers keep the connection of an error open. */
const maxWait = 3_000;

/** The beginning of a body: the bytes that arrive within the limits. */
async function beginningOf(body: ReadableStream<Uint8Array>, subscription: Subscription): Promise<string> {
  const reader = body.getReader();
  const cancel = () => {
    reader.cancel().catch(() => undefined);
  };
  // The cancellation settles a pending read, as at the end of the body.
  const wait = asyncScheduler.schedule(cancel, maxWait);
  subscription.add(wait);
  const decoder = new TextDecoder();
  let text = '';
  let rest = maxSize;
  try {
    while (rest > 0) {
      const { done, value } = await reader.read();
      if (done) break;
      text += decoder.decode(value.subarray(0, rest), { stream: true });
      rest -= value.length;
    }
  } catch {
    // The status is known, and matters more than the loss of the rest.
  }
  wait.unsubscribe();
  cancel();
  return text;
}
