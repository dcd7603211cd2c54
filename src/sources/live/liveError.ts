import { apiFailure } from '../../errors/apiFailure.js';
import { GeminiError } from '../../errors/geminiError.js';
import type { GeminiErrorKind } from '../../errors/kinds.js';
import { readField } from '../../errors/readField.js';
import { toGeminiError } from '../../errors/toGeminiError.js';

/** The code of a close that refuses what the client has sent. */
export const refusedCode = 1007;

/**
 * The error of a connection that has closed, by its event. The code of the close is the `status`.
 *
 * @param isSetUp - Whether the session was set up before.
 */
export function liveCloseError(event: unknown, isSetUp: boolean): GeminiError {
  const code = readField(event, 'code');
  const reason = readField(event, 'reason');
  // 1006 stands for a connection that ended without a word.
  if (typeof code !== 'number' || code === 1006) return liveConnectionError(isSetUp);
  const words = typeof reason === 'string' ? reason : '';
  const { kind, serverMessage, summary } = apiFailure(
    { message: words },
    { status: statusOfReason(words), otherKind: kindByCode.get(code) ?? 'network' },
  );
  const sentence = `The server closed the Live session (${code})`;
  // Advice takes the place of a reason that leads astray.
  const detail = words === '' ? '' : serverMessage || summary;
  return new GeminiError(detail === '' ? sentence : `${sentence}: ${detail}`, { kind, status: code });
}

/**
 * The error of a socket that has failed, by its event: a browser's event says nothing; that of `ws` has the reason.
 *
 * @param isSetUp - Whether the session was set up before.
 */
export function liveSocketError(event: unknown, isSetUp: boolean): GeminiError {
  const cause = readField(event, 'error') ?? undefined;
  const status = /^Unexpected server response: (\d{3})$/.exec(String(readField(cause, 'message')))?.[1];
  if (status !== undefined) return refusedError(Number(status), cause);
  const error = toGeminiError(cause);
  return error.kind === 'unknown' ? liveConnectionError(isSetUp, cause) : error;
}

/** The error of a connection that broke, or cannot be opened. */
export function liveConnectionError(isSetUp: boolean, cause?: unknown): GeminiError {
  const message = isSetUp ? 'The connection of the Live session broke' : 'The Live session cannot be opened';
  return new GeminiError(message, { kind: 'network', cause });
}

/** The error of a server that answers the request for a socket with an HTTP status. */
function refusedError(status: number, cause: unknown): GeminiError {
  const { kind, summary } = apiFailure({ message: '' }, { status });
  return new GeminiError(`${summary} (${status})`, { kind, status, cause });
}

/** The kinds of the codes that do not stand for a broken connection. */
const kindByCode: ReadonlyMap<number, GeminiErrorKind> = /* @__PURE__ */ new Map([
  [1003, 'invalid_request'],
  [refusedCode, 'invalid_request'],
  [1008, 'permission'],
  [1009, 'invalid_request'],
]);

/** The HTTP status of a failure that a socket can only describe in words. */
function statusOfReason(reason: string): number | undefined {
  if (authWords.test(reason)) return 401;
  if (/exceeded your current quota|resource (?:has been |is )?exhausted|too many/i.test(reason)) return 429;
  if (/not found/i.test(reason)) return 404;
  return /currently unavailable|overloaded/i.test(reason) ? 503 : undefined;
}

/** The words of a missing or wrong key or token; a number of tokens is another matter. */
const authWords =
  /API key|(?:access|auth|ephemeral)[ _]?tokens?\b|token (?:has |is )?(?:expired|invalid|not valid)|credential|unauthenticated/i;
