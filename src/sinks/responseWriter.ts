import { concat, defer, EMPTY, merge, NEVER, share, Subject, takeUntil, tap, type Observable } from 'rxjs';
import type { FailedAnswer } from './firstContent.js';
import { closingOf, eventsOn, isServerSocket, untilNext } from './responseEvents.js';
import type { ServerResponseLike } from './serverResponseLike.js';
import { sseHeadersBeside } from './sseHeaders.js';
import type { StallLimit } from './stallLimit.js';

/** Writes to a response of a server, and reports the client's disconnection. */
export interface ResponseWriter {
  /** Emits when the client has disconnected or was dropped, or when other code has ended the response. */
  readonly closed$: Observable<unknown>;
  /** Ends the response; completes when all of it was handed to the operating system. */
  readonly end$: Observable<never>;
  /** Whether the response is closed, so that no more text can be written. */
  isClosed(): boolean;
  /**
   * Sends the headers, also those of the format, and, in a response with a body, the first text. Returns whether the
   * response has a body.
   */
  open(text: string, ofFormat: Readonly<Record<string, string>>): boolean;
  /** Sends a response without a stream, unless other code has sent headers meanwhile; completes when it may be ended. */
  refuse(refusal: FailedAnswer): Observable<never>;
  /** Closes the connection, so that the client sees that the response is not whole. */
  readonly drop: () => Observable<never>;
  /** Writes a text; completes when more may be written. */
  write(text: string): Observable<never>;
  /** Removes the listener for `drain`. */
  readonly removeListeners: () => void;
}

/** The longest text of one write: a client that reads a long event slowly is seen to read. */
const maxWrite = 65_536;

/** `NGHTTP2_CANCEL`. To its client, a stream that closes without an error would look whole. */
const cancelCode = 8;

export function responseWriter(response: ServerResponseLike, limit: StallLimit): ResponseWriter {
  const { req, stream } = response;
  // A response that waits behind other responses emits no event when its connection closes. HTTP/2 has no such order.
  const socket = !stream && isServerSocket(req?.socket) ? req.socket : undefined;
  const broken$ = new Subject<void>();
  const released$ = new Subject<void>();
  let hasClosed = false;

  // Errors as well: an `error` event without any listener ends the process.
  const closed$ = merge(
    broken$,
    eventsOn(response, 'close'),
    eventsOn(response, 'error'),
    socket ? closingOf(socket) : NEVER,
  ).pipe(tap(() => (hasClosed = true)));
  // Added once for the whole response: `compression` adds the listener to its own stream, but removes it from the
  // response.
  const drains$ = eventsOn(response, 'drain').pipe(takeUntil(released$), share({ resetOnRefCountZero: false }));
  const drained$ = untilNext(drains$);
  const writable = stream ?? response;
  const finished$ = defer(() =>
    writable.writableFinished === false ? untilNext(eventsOn(writable, 'finish')) : EMPTY,
  );

  const isClosed = () =>
    response.destroyed === true || response.writableEnded || stream?.destroyed === true || socket?.destroyed === true;
  const giveUp = () => {
    broken$.next();
    return NEVER;
  };
  const drop = () => {
    if (stream?.close) stream.close(cancelCode);
    else response.destroy?.();
    return giveUp();
  };
  // Behind other responses, no byte can be sent yet, even to a fast client.
  const isQueued = () => socket !== undefined && response.socket === null;
  const dropIfStalled = (ready$: Observable<never>): Observable<never> =>
    limit(ready$, () => (isQueued() ? dropIfStalled(ready$) : drop()));

  const writePiece = (text: string): Observable<never> => {
    if (isClosed()) return giveUp();
    try {
      // Some stand-ins return undefined, and emit no `drain`.
      const isFull = (response.write(text) as boolean | undefined) === false;
      response.flush?.();
      return isFull ? dropIfStalled(drained$) : EMPTY;
    } catch {
      return giveUp();
    }
  };

  return {
    closed$,
    end$: defer(() => {
      try {
        response.end();
      } catch {
        return EMPTY;
      }
      return hasClosed ? EMPTY : dropIfStalled(finished$);
    }),
    isClosed,
    open(text, ofFormat) {
      if (!response.headersSent) response.writeHead(200, sseHeadersBeside(response, ofFormat));
      response.flushHeaders?.();
      const hasBody = req?.method !== 'HEAD' && response.statusCode !== 204 && response.statusCode !== 304;
      if (hasBody) void writePiece(text);
      return hasBody;
    },
    refuse({ status, headers, body }) {
      try {
        response.writeHead(status, { ...headers });
      } catch {
        // Other code has sent headers meanwhile, for another body.
        return drop();
      }
      return writePiece(body);
    },
    drop,
    write: (text) =>
      text.length <= maxWrite
        ? writePiece(text)
        : concat(...writePieces(text).map((piece) => defer(() => writePiece(piece)))),
    removeListeners: () => released$.next(),
  };
}

function writePieces(text: string): string[] {
  const pieces: string[] = [];
  let rest = text;
  while (rest.length > maxWrite) {
    // Half a surrogate pair would become a replacement character.
    const end = /[\uD800-\uDBFF]/.test(rest.charAt(maxWrite - 1)) ? maxWrite - 1 : maxWrite;
    pieces.push(rest.slice(0, end));
    rest = rest.slice(end);
  }
  pieces.push(rest);
  return pieces;
}
