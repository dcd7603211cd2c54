import { asyncScheduler, type Subscription } from 'rxjs';
import { apiFailure } from '../errors/apiFailure.js';
import { findErrorBody } from '../errors/findErrorBody.js';
import { retryAfterOf } from '../errors/retryAfterOf.js';
import { GeminiError } from '../errors/geminiError.js';
import { safeExcerpt } from '../errors/safeExcerpt.js';
import { parsePublicError, parseServerError } from '../errors/parseServerError.js';
import { parseJson } from './parseJson.js';

/**
 * The body of a response that is an event stream; any other is an error.
 *
 * @param isResumed - Whether the rest of a reply was asked for.
 * @param subscription - Ends the wait for the body of an error.
 */
export async function sseBody(
  response: Response,
  isResumed: boolean,
  subscription: Subscription,
): Promise<ReadableStream<Uint8Array>> {
  const { ok, body, headers } = response;
  const type = headers.get('content-type');
  // Some servers do not say what they send; if it is no event stream, its first line tells.
  if (ok && body && (type === null || /^\s*text\/event-stream\b/i.test(type))) return body;
  const text = body ? await beginningOf(body, subscription) : '';
  if (!ok) throw refusal(response, text);
  throw !body || response.status === 204 ? nothing(response, isResumed) : notAStream(response, text);
}

/**
 * The error of a status. It does not use the words for Google's errors: the key, or the user, may be this server's own.
 */
function refusal({ status, headers }: Response, text: string): GeminiError {
  const context = { status, retryAfter: retryAfterOf(headers) };
  const json = parseJson(text);
  const body = findErrorBody(json ?? text);
  const { kind, retryAfter, serverMessage } = apiFailure(body ?? { message: text }, context);
  const sentence = `The server answered with ${String(status)}${serverMessage === '' ? '' : `: ${serverMessage}`}`;
  return parsePublicError(json, context) ?? new GeminiError(sentence, { kind, status, retryAfter });
}

/** A server that has nothing to stream: nothing at all, or no more of a reply that broke off. */
function nothing({ status }: Response, isResumed: boolean): GeminiError {
  if (!isResumed) {
    const message = `Expected an event stream, got an answer without a body (status ${String(status)})`;
    return new GeminiError(message, { kind: 'protocol', status });
  }
  const message = `The reply broke off, and the server has nothing more of it (status ${String(status)})`;
  return new GeminiError(message, { kind: 'truncated', status, retryable: false });
}

function notAStream({ headers, redirected }: Response, text: string): GeminiError {
  const type = safeExcerpt(headers.get('content-type') ?? '');
  const message = `Expected an event stream, got ${type}${redirected ? ' after a redirect' : ''}`;
  return parseServerError(parseJson(text)) ?? new GeminiError(message, { kind: 'protocol' });
}

/** The most that is read of a body that is not an event stream, in bytes; an error's JSON is far smaller. */
const maxSize = 64 * 1024;

/** The longest wait for it, in ms: some servers keep the connection of an error open. */
const maxWait = 3_000;

/** The beginning of a body, as far as it comes. */
async function beginningOf(body: ReadableStream<Uint8Array>, subscription: Subscription): Promise<string> {
  const reader = body.getReader();
  const cancel = () => {
    reader.cancel().catch(() => undefined);
  };
  // A read that waits settles by it, as if that were all.
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
    // The status is known, and counts for more than how the rest was lost.
  }
  wait.unsubscribe();
  subscription.remove(wait);
  cancel();
  return text;
}
