import {
  concat,
  defer,
  EMPTY,
  fromEventPattern,
  ignoreElements,
  merge,
  NEVER,
  share,
  Subject,
  take,
  takeUntil,
  tap,
  type Observable,
} from 'rxjs';
import { sseHeaders } from './sseHeaders.js';
import type { StallLimit } from './stallLimit.js';

/** Events that the sink listens to on a response or a stream. */
type ResponseEvent = 'close' | 'drain' | 'error' | 'finish';

/** A connection of HTTP/1.1, which its responses share. @public */
export interface ServerSocketLike {
  /** Whether the connection is gone. */
  readonly destroyed: boolean;
  /** Listens to an event. */
  on(event: 'close', listener: () => void): unknown;
  /** Stops listening. */
  off(event: 'close', listener: () => void): unknown;
}

/** A stream of HTTP/2, which carries one response. @public */
export interface ServerStreamLike {
  /** Whether the stream is gone. */
  readonly destroyed: boolean;
  /** Whether all was handed to the operating system. */
  readonly writableFinished?: boolean;
  /** Closes the stream with an error code. */
  close?(code: number): unknown;
  /** Listens to an event. */
  on(event: 'finish', listener: () => void): unknown;
  /** Stops listening. */
  off(event: 'finish', listener: () => void): unknown;
}

/**
 * A response of Node's `http`, `https` or `http2`, as Express has it too; Fastify's is `reply.raw`, after
 * `reply.hijack()`.
 *
 * @public
 */
export interface ServerResponseLike {
  /** Whether the headers went out. */
  readonly headersSent: boolean;
  /** Whether the connection is gone. */
  readonly destroyed?: boolean;
  /** Whether the response was ended. */
  readonly writableEnded: boolean;
  /** Whether all was handed to the operating system. */
  readonly writableFinished?: boolean;
  /** The status: with 204 and 304 that were sent there is no body. */
  readonly statusCode?: number;
  /** The request: to `HEAD` there is no body; its socket reports a client that left while other responses were sent. */
  readonly req?: { readonly method?: string | undefined; readonly socket?: ServerSocketLike | undefined };
  /** The connection, on HTTP/1.1; null while other responses are sent on it. */
  readonly socket?: unknown;
  /** The stream, on HTTP/2. */
  readonly stream?: ServerStreamLike | undefined;
  /** Reads a header that was set before. */
  getHeader?(name: string): unknown;
  /** Sets the status and headers. */
  writeHead(status: number, headers: Record<string, string>): unknown;
  /** Sends the headers before the body. */
  flushHeaders?(): unknown;
  /** Writes a piece of the body; false asks to wait for `drain`. */
  write(text: string): boolean;
  /** Sends what a compressing middleware holds back. */
  flush?(): unknown;
  /** Ends the response. */
  end(): unknown;
  /** Closes the connection. */
  destroy?(): unknown;
  /** Listens to an event. */
  on(event: 'close' | 'drain' | 'error' | 'finish', listener: () => void): unknown;
  /** Stops listening. */
  off(event: 'close' | 'drain' | 'error' | 'finish', listener: () => void): unknown;
}

/** A response as the sink uses it. */
export interface ServerPort {
  /** Emits when the client has disconnected or was dropped, or when somebody else has ended the response. */
  readonly left$: Observable<unknown>;
  /** Ends the response; completes when all of it was handed to the operating system. */
  readonly ended$: Observable<never>;
  /** Whether nothing can be written any more. */
  isOver(): boolean;
  /** Sends the headers, and the first text where there is a body; returns whether there is one. */
  open(text: string): boolean;
  /** Writes a text; completes when more may be written. */
  send(text: string): Observable<never>;
  /** Stops listening. */
  readonly release: () => void;
}

/** Longest text of one write: a client that takes a long event slowly is seen to take it. */
const longestWrite = 65_536;

/** `NGHTTP2_CANCEL`. To its client, a stream that closes without an error would look whole. */
const cancelCode = 8;

export function serverPort(response: ServerResponseLike, limit: StallLimit): ServerPort {
  const { req, stream } = response;
  // A response that waits behind others does not learn that its connection was closed. HTTP/2 has no such order.
  const socket = !stream && isSocket(req?.socket) ? req.socket : undefined;
  const broken$ = new Subject<void>();
  const released$ = new Subject<void>();
  let hasLeft = false;

  // Errors as well: nobody else may be listening to them, and that ends the process.
  const left$ = merge(
    broken$,
    eventOf(response, 'close'),
    eventOf(response, 'error'),
    socket ? closingOf(socket) : NEVER,
  ).pipe(tap(() => (hasLeft = true)));
  // Once it is needed, to the end: `compression` has a listener elsewhere than it is removed from.
  const drains$ = eventOf(response, 'drain').pipe(takeUntil(released$), share({ resetOnRefCountZero: false }));
  const drained$ = first(drains$);
  const writable = stream ?? response;
  const finished$ = defer(() => (writable.writableFinished === false ? first(eventOf(writable, 'finish')) : EMPTY));

  const isOver = () =>
    response.destroyed === true || response.writableEnded || stream?.destroyed === true || socket?.destroyed === true;
  const leave = () => {
    broken$.next();
    return NEVER;
  };
  const drop = () => {
    if (stream?.close) stream.close(cancelCode);
    else response.destroy?.();
    return leave();
  };
  // Behind other responses nothing can be taken yet, however eagerly this client reads.
  const isQueued = () => socket !== undefined && response.socket === null;
  const untilTaken = (taken$: Observable<never>): Observable<never> =>
    limit(taken$, () => (isQueued() ? untilTaken(taken$) : drop()));

  const write = (text: string): Observable<never> => {
    if (isOver()) return leave();
    try {
      // Some stand-ins return nothing, and emit no `drain`.
      const isFull = (response.write(text) as boolean | undefined) === false;
      response.flush?.();
      return isFull ? untilTaken(drained$) : EMPTY;
    } catch {
      return leave();
    }
  };

  return {
    left$,
    ended$: defer(() => {
      try {
        response.end();
      } catch {
        return EMPTY;
      }
      return hasLeft ? EMPTY : untilTaken(finished$);
    }),
    isOver,
    open(text) {
      if (!response.headersSent) response.writeHead(200, headersBeside(response));
      response.flushHeaders?.();
      const hasBody = req?.method !== 'HEAD' && response.statusCode !== 204 && response.statusCode !== 304;
      if (hasBody) void write(text);
      return hasBody;
    },
    send: (text) =>
      text.length <= longestWrite ? write(text) : concat(...piecesOf(text).map((piece) => defer(() => write(piece)))),
    release: () => released$.next(),
  };
}

/** Our headers beside those that the application has set: its own rules for caches stay. */
function headersBeside(response: ServerResponseLike): Record<string, string> {
  const theirs = response.getHeader?.('Cache-Control');
  if (typeof theirs !== 'string' || theirs === '') return { ...sseHeaders };
  return { ...sseHeaders, 'Cache-Control': /\bno-transform\b/i.test(theirs) ? theirs : `${theirs}, no-transform` };
}

function piecesOf(text: string): string[] {
  const pieces: string[] = [];
  let rest = text;
  while (rest.length > longestWrite) {
    // Half a surrogate pair would become a replacement character.
    const end = /[\uD800-\uDBFF]/.test(rest.charAt(longestWrite - 1)) ? longestWrite - 1 : longestWrite;
    pieces.push(rest.slice(0, end));
    rest = rest.slice(end);
  }
  pieces.push(rest);
  return pieces;
}

const closings = new WeakMap<ServerSocketLike, Observable<unknown>>();

/** One listener for each connection: thousands of responses may wait on it in turn, hundreds at once. */
function closingOf(socket: ServerSocketLike): Observable<unknown> {
  const closing$ = closings.get(socket) ?? eventOf(socket, 'close').pipe(share());
  closings.set(socket, closing$);
  return closing$;
}

/** Some stand-ins for a request have an object that is not a socket. */
function isSocket(socket: ServerSocketLike | undefined): socket is ServerSocketLike {
  return typeof socket?.on === 'function' && typeof socket.off === 'function';
}

interface Emitter<E extends ResponseEvent> {
  on(event: E, listener: () => void): unknown;
  off(event: E, listener: () => void): unknown;
}

function eventOf<E extends ResponseEvent>(emitter: Emitter<E>, event: E): Observable<unknown> {
  return fromEventPattern(
    (listener) => emitter.on(event, listener),
    (listener) => emitter.off(event, listener),
  );
}

function first(event$: Observable<unknown>): Observable<never> {
  return event$.pipe(take(1), ignoreElements());
}
