import { GeminiError } from '../errors/geminiError.js';
import { hasName } from '../errors/errorLike.js';
import { typeError } from '../rx/assertions.js';
import { isWebSocket, type WebSocketLike } from '../rx/webSocketLike.js';
import { isUrl } from './isUrl.js';
import { urlError } from './urlError.js';

/** A URL, or a socket that is open or opens. @public */
export type WebSocketTarget = string | URL | WebSocketLike;

/** The options with which a socket is opened. @public */
export interface OpenSocketOptions {
  /**
   * The class of the sockets that are opened: `WebSocket` of the package `ws`, on Node 20, which has none of its own.
   *
   * @defaultValue the global `WebSocket`
   */
  readonly WebSocket?: (new (url: string, protocols?: string | string[]) => WebSocketLike) | undefined;
  /** The subprotocols of the sockets that are opened. */
  readonly protocols?: string | readonly string[] | undefined;
}

/** Whether a value is a {@link WebSocketTarget}. */
export function isWebSocketTarget(value: unknown): value is WebSocketTarget {
  return typeof value === 'string' || isUrl(value) || isWebSocket(value);
}

/**
 * Opens a socket, or returns the socket that `target` is.
 *
 * @throws GeminiError - `invalid_request`, if the socket cannot be made.
 */
export function openWebSocket(target: WebSocketTarget, options: OpenSocketOptions): WebSocketLike {
  if (isWebSocket(target)) return target;
  // Of a function that was passed, whose result is only known now.
  if (!isWebSocketTarget(target)) throw typeError('target', 'a URL or a WebSocket', target);
  const url = webSocketUrl(target);
  const { WebSocket = (globalThis as { WebSocket?: OpenSocketOptions['WebSocket'] }).WebSocket, protocols } = options;
  if (!WebSocket) throw new GeminiError(noWebSocket, { kind: 'invalid_request' });
  try {
    if (protocols === undefined) return new WebSocket(url);
    return new WebSocket(url, typeof protocols === 'string' ? protocols : [...protocols]);
  } catch (cause) {
    throw new GeminiError(sentenceOfRefusal(cause), { kind: 'invalid_request', cause });
  }
}

const noWebSocket =
  'There is no WebSocket on this platform: pass `WebSocket` of the package `ws` as an option, or subscribe in the ' +
  'browser only';

function sentenceOfRefusal(cause: unknown): string {
  if (hasName(cause, 'SecurityError')) return 'A page of `https:` can open sockets of `wss:` only';
  return 'The URL, or a name in `protocols`, is not valid for a WebSocket';
}

/** The absolute URL of a socket: not every platform resolves a path, or takes `http:` and a fragment. */
function webSocketUrl(input: string | URL): string {
  const url = absoluteUrl(input);
  url.protocol = url.protocol.replace(/^http/, 'ws');
  if (!/^wss?:$/.test(url.protocol)) {
    const message = 'Expected a URL of the scheme `ws:`, `wss:`, `http:` or `https:`, got another scheme';
    throw new GeminiError(message, { kind: 'invalid_request' });
  }
  url.hash = '';
  return url.href;
}

function absoluteUrl(input: string | URL): URL {
  const { document, location } = globalThis as {
    readonly document?: { readonly baseURI?: string };
    readonly location?: { readonly href?: string };
  };
  try {
    return new URL(input, document?.baseURI ?? location?.href);
  } catch (cause) {
    throw urlError(input, cause) ?? new GeminiError('The URL is not valid', { kind: 'invalid_request' });
  }
}
