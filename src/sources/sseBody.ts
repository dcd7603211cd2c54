import { apiError, errorBodyOf } from '../errors/apiErrorBody.js';
import { GeminiError } from '../errors/geminiError.js';
import { quoted } from '../errors/quoted.js';
import { publicErrorOf, receivedError } from '../errors/receivedError.js';
import { retryAfterOf } from './fetchCapture.js';
import { parseJson } from './parseJson.js';

/** The body of a response that is an event stream; any other is an error. */
export async function sseBody(response: Response): Promise<ReadableStream<Uint8Array>> {
  const { ok, body, headers } = response;
  const type = headers.get('content-type');
  // Some servers do not say what they send; if it is no event stream, its first line tells.
  if (ok && body && (type === null || /^\s*text\/event-stream\b/i.test(type))) return body;
  const text = body ? await beginningOf(body) : '';
  throw ok ? notAStream(response, text) : refusal(response, text);
}

/** The error of a status. What Google's errors are called is not said here: it may be this server's own key, or user. */
function refusal({ status, headers }: Response, text: string): GeminiError {
  const context = { status, retryAfter: retryAfterOf(headers) };
  const json = parseJson(text);
  const body = errorBodyOf(json);
  const message = body?.message ?? (json === undefined ? text : '');
  const said = typeof message === 'string' ? quoted(message) : '';
  const { kind, retryAfter } = apiError(body ?? {}, context);
  const sentence = `The server answered with ${String(status)}${said === '' ? '' : `: ${said}`}`;
  return publicErrorOf(json, context) ?? new GeminiError(sentence, { kind, status, retryAfter });
}

function notAStream({ status, headers, redirected }: Response, text: string): GeminiError {
  const type = quoted(headers.get('content-type') ?? `nothing, and status ${String(status)}`);
  const message = `Expected an event stream, got ${type}${redirected ? ' after a redirect' : ''}`;
  return receivedError(parseJson(text)) ?? new GeminiError(message, { kind: 'protocol' });
}

/** The most that is read of what is no event stream, in UTF-16 units; an error's JSON is far smaller. */
const maxLength = 64 * 1024;

/** The beginning of a body, as far as it comes. */
async function beginningOf(body: ReadableStream<Uint8Array>): Promise<string> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  try {
    while (text.length < maxLength) {
      const { done, value } = await reader.read();
      text += decoder.decode(value, { stream: !done });
      if (done) break;
    }
  } catch {
    // The status is known, and counts for more than how the rest was lost.
  }
  reader.cancel().catch(() => undefined);
  return text;
}
