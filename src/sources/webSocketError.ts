import { apiFailure } from '../errors/apiFailure.js';
import { GeminiError } from '../errors/geminiError.js';
import type { GeminiErrorKind } from '../errors/kinds.js';
import { readField } from '../errors/readField.js';
import { safeExcerpt } from '../errors/safeExcerpt.js';
import { toGeminiError } from '../errors/toGeminiError.js';

/**
 * The error of a socket that has closed, by its event.
 *
 * @param isOpened - Whether the socket was open before.
 */
export function closeError(event: unknown, isOpened: boolean): GeminiError {
  if (!isOpened) return unopenedError();
  const code = readField(event, 'code');
  const reason = readField(event, 'reason');
  // 1006 stands for a connection that ended without a word.
  if (typeof code !== 'number' || code === 1006) return brokenError();
  const words = typeof reason === 'string' && reason !== '' ? `: ${safeExcerpt(reason)}` : '';
  const message = `The server closed the socket before the reply was whole (${code})${words}`;
  return new GeminiError(message, { kind: kindByCode.get(code) ?? 'truncated' });
}

/** The kinds of the codes by which a server says why it closes a socket: RFC 6455, and IANA's later ones. */
const kindByCode: ReadonlyMap<number, GeminiErrorKind> = new Map([
  // The message was of a type or a size that the server refuses, or against its policy.
  [1003, 'invalid_request'],
  [1008, 'permission'],
  [1009, 'invalid_request'],
  [1011, 'server'],
  [1012, 'overloaded'],
  [1013, 'overloaded'],
]);

/**
 * The error of a socket that has failed, by its event: a browser's event says nothing; that of `ws` has the reason.
 *
 * @param isOpened - Whether the socket was open before.
 */
export function socketError(event: unknown, isOpened: boolean): GeminiError {
  const cause = readField(event, 'error') ?? undefined;
  const status = /^Unexpected server response: (\d{3})$/.exec(String(readField(cause, 'message')))?.[1];
  if (status !== undefined) return refusedError(Number(status), cause);
  const error = toGeminiError(cause);
  if (error.kind !== 'unknown') return error;
  return isOpened ? brokenError(cause) : unopenedError(cause);
}

/** The error of a socket of the caller that was closed before a reply began. */
export function closedError(): GeminiError {
  return new GeminiError('The socket is closed: pass a URL, or a new socket', { kind: 'network', retryable: false });
}

/** The error of a server that answers the request for a socket with an HTTP status. */
function refusedError(status: number, cause: unknown): GeminiError {
  const { kind } = apiFailure({ message: '' }, { status });
  return new GeminiError(`The server refused to open a socket: it answered with ${status}`, {
    kind,
    status,
    cause,
  });
}

function unopenedError(cause?: unknown): GeminiError {
  return new GeminiError('The socket cannot be opened', { kind: 'network', cause });
}

function brokenError(cause?: unknown): GeminiError {
  return new GeminiError('The socket broke before the reply was whole', { kind: 'network', cause });
}
