import { GeminiError } from './geminiError.js';
import type { GeminiErrorKind } from './kinds.js';
import { readThrown, type ThrownError } from './readThrown.js';
import { safeExcerpt } from './safeExcerpt.js';

/** The failure of a connection, which `fetch` hides in the cause; undefined for other failures. */
export function connectionError(error: ThrownError): GeminiError | undefined {
  const cause = readThrown(error.cause);
  const code = cause?.code ?? error.code ?? '';
  const detail = safeExcerpt(cause?.message ?? '') || code;
  const suffix = detail === '' ? '' : `: ${detail}`;
  if (timeoutCodes.test(code)) return errorOfThrown('timeout', 'The service took too long', error);
  if (code.startsWith('HPE_')) return errorOfThrown('protocol', `The answer is not HTTP${suffix}`, error);
  // The server closed the connection in the middle of the reply; a reset counts as `network`.
  if (cutCodes.test(code) || (error.message === 'terminated' && !networkCodes.test(code))) {
    return errorOfThrown('truncated', 'The connection was closed before the reply was whole', error);
  }
  const isNetwork = networkCodes.test(code) || error.name === 'NetworkError';
  if (!isNetwork && !(error.name === 'TypeError' && fetchFailures.test(error.message))) return undefined;
  const sentence = `There is no connection to the service, or it was reset${suffix}`;
  return errorOfThrown('network', `${sentence}${adviceFor(detail === '' ? undefined : code)}`, error);
}

/** The advice for the failures that a repeat does not mend. */
function adviceFor(code: string | undefined): string {
  // A browser, or a proxy that Node's `fetch` does not accept: no more is known.
  if (code === undefined) return '; check the network, the base URL and the proxy';
  const [, advice] = advices.find(([codes]) => codes.test(code)) ?? [];
  return advice === undefined ? '' : `; ${advice}`;
}

const advices: readonly (readonly [codes: RegExp, advice: string])[] = [
  [/^ECONNREFUSED$/, 'nothing listens there: check the base URL, and that the server or the proxy runs'],
  [/^(?:ENOTFOUND|EAI_)/, 'check the network, the host of the base URL, and whether a proxy is needed'],
  [/^(?:EHOST|ENET)/, 'check the network, and whether a proxy is needed'],
  [
    /^(?:CERT_|ERR_TLS|ERR_SSL|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|EPROTO)/,
    'behind a proxy with a certificate of its own, set NODE_EXTRA_CA_CERTS to its file',
  ],
];

const timeoutCodes = /^(?:UND_ERR_(?:HEADERS|BODY|CONNECT)_TIMEOUT|ETIMEDOUT|ESOCKETTIMEDOUT)$/;
const cutCodes = /^(?:ERR_STREAM_PREMATURE_CLOSE|UND_ERR_RES_CONTENT_LENGTH_MISMATCH)$/;
const networkCodes =
  /^(?:ECONN|ENOTFOUND|EAI_|EHOST|ENET|EPIPE|EPROTO|CERT_|ERR_TLS|ERR_SSL|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_)/;

/**
 * The messages of Node, Chrome, Safari, Firefox, React Native and Workers. Other messages with `fetch` are bugs of the
 * caller.
 */
const fetchFailures =
  /^(?:fetch failed|failed to fetch\b|load failed|a?\s*network ?error\b|network request failed|network connection lost|the network connection was lost|the internet connection appears to be offline|error in input stream)/i;

/** Makes an error whose cause is the thrown value. */
export function errorOfThrown(kind: GeminiErrorKind, message: string, { thrown: cause }: ThrownError): GeminiError {
  return new GeminiError(message, { kind, cause });
}
