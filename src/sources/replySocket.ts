import {
  defer,
  finalize,
  ignoreElements,
  map,
  merge,
  NEVER,
  Observable,
  of,
  Subject,
  switchMap,
  take,
  tap,
  type Subscriber,
} from 'rxjs';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { moment, msBetween } from '../rx/clock.js';
import { keepAlive } from '../rx/keepAlive.js';
import { socketEvents, socketMessages, socketState, type WebSocketLike } from '../rx/webSocketLike.js';
import { dataError } from './geminiEvent.js';
import { HeartbeatMonitor } from './heartbeatMonitor.js';
import type { ReceivedReply } from './receivedReply.js';
import {
  foreignMessage,
  isLastMessage,
  messageContent,
  readServerMessage,
  type ReplyMessage,
} from './serverMessage.js';
import { cancelMessage, startMessage } from './startMessage.js';
import { closedError, closeError, socketError } from './webSocketError.js';

/** The heartbeats of a socket. */
export interface ReplySocketBeats {
  /** The silence after which a heartbeat is sent, in ms; `false` sends none. */
  readonly heartbeat: number | false;
  /** The longest silence of the server, in ms; undefined for three of the heartbeats that the server announces. */
  readonly maxSilence: number | false | undefined;
}

/**
 * Emits a socket for replies as soon as it is open; fails when the socket closes, breaks or is silent too long.
 *
 * @param isOwn - Whether the socket carries nothing else, and closes with the unsubscription.
 */
export function replySocket(socket: WebSocketLike, isOwn: boolean, beats: ReplySocketBeats): Observable<ReplySocket> {
  return defer(() => {
    const { connecting, open } = socketState;
    if (socket.readyState > open) throw closedError();
    const replies = new ReplySocket(socket, isOwn, beats);
    const opened$ = socket.readyState === connecting ? socketEvents(socket, 'open').pipe(take(1)) : of(undefined);
    let isOpened = socket.readyState === open;
    const failWith = (errorOf: (event: unknown, isOpened: boolean) => Error) =>
      map((event: unknown): never => {
        throw errorOf(event, isOpened);
      });
    return merge(
      socketEvents(socket, 'error').pipe(failWith(socketError)),
      socketEvents(socket, 'close').pipe(failWith(closeError)),
      socketMessages(socket).pipe(
        tap(({ data }) => replies.receive(data)),
        ignoreElements(),
      ),
      replies.failure$,
      replies.heartbeats$,
      opened$.pipe(
        map(() => {
          isOpened = true;
          return replies;
        }),
      ),
    ).pipe(
      tap({ error: () => isOwn && socket.terminate?.() }),
      finalize(() => {
        if (isOwn) closeSocket(socket);
      }),
    );
  });
}

function closeSocket(socket: WebSocketLike): void {
  // A socket of `ws` that is closed before it is open fails, and the process ends if nobody listens.
  socket.addEventListener('error', () => undefined);
  socket.close?.();
}

/** A reply that has not ended. */
interface OpenReply {
  /** Whether no message of the reply has arrived. */
  isWaiting: boolean;
  readonly read: (message: ReplyMessage) => void;
  readonly destination: Subscriber<GeminiChunk>;
}

/** The replies of one socket. */
export class ReplySocket {
  /** Fails if the server is silent too long, or {@link assertOpen} finds the socket closed. */
  readonly failure$: Observable<never>;
  /** Sends heartbeats after silences of this side, once the server has announced its own. */
  readonly heartbeats$: Observable<never>;
  readonly #socket: WebSocketLike;
  readonly #isOwn: boolean;
  readonly #heartbeat: number | false;
  readonly #replies = new Map<string, OpenReply>();
  readonly #failures$ = new Subject<never>();
  readonly #announced$ = new Subject<void>();
  #monitor: HeartbeatMonitor | undefined;
  /** Makes the names of the replies: others may use the same socket. */
  readonly #prefix = Math.random().toString(36).slice(2, 10);
  #count = 0;
  #sentAt = moment();
  /** Whether the server expects heartbeats. */
  #isBeating = false;

  constructor(socket: WebSocketLike, isOwn: boolean, { heartbeat, maxSilence }: ReplySocketBeats) {
    this.#socket = socket;
    this.#isOwn = isOwn;
    this.#heartbeat = heartbeat;
    const silence$ = new Observable<never>((destination) => {
      this.#monitor = new HeartbeatMonitor(destination, maxSilence);
    });
    this.failure$ = merge(this.#failures$, silence$);
    this.heartbeats$ = this.#announced$.pipe(
      take(1),
      switchMap(() => (heartbeat === false ? NEVER : NEVER.pipe(keepAlive(heartbeat, undefined, () => this.#sentAt)))),
      tap(() => this.#beat()),
      ignoreElements(),
    );
  }

  /** Fails the socket if it is about to close: its event may take long to come. */
  assertOpen(): void {
    if (this.#socket.readyState > socketState.open) this.#failures$.error(closeError(undefined, true));
  }

  /** Starts a reply, or the rest of it, and emits its chunks to `destination`; `json` is the caller's message. */
  begin(received: ReceivedReply, json: string, destination: Subscriber<GeminiChunk>): void {
    const reply = `${this.#prefix}-${++this.#count}`;
    const { lastEventId } = received;
    let isEnded = false;
    const read = (message: ReplyMessage) => {
      isEnded = isLastMessage(message);
      const content = messageContent(message, received.isText);
      isEnded ||= content.isEnd === true;
      received.take(content, message.id, destination);
    };
    this.#replies.set(reply, { isWaiting: true, read, destination });
    destination.add(() => {
      this.#replies.delete(reply);
      if (!isEnded) this.#send(cancelMessage(reply));
    });
    received.open();
    // The first message of a socket announces its heartbeats.
    const heartbeat = this.#heartbeat !== false && this.#count === 1 ? this.#heartbeat : undefined;
    this.#send(startMessage({ reply, json, lastEventId, heartbeat }));
  }

  /** Reads a message of the server. @throws GeminiError - If the socket is not one of `serveWebSocket`. */
  receive(data: unknown): void {
    this.#monitor?.touch();
    // A page in the background gets messages, but few timers.
    if (this.#isBeating && this.#heartbeat !== false && msBetween(this.#sentAt, moment()) >= this.#heartbeat)
      this.#beat();
    const message = readServerMessage(data);
    if (message.type === 'reply') this.#read(message);
    else if (message.type === 'heartbeat') this.#readHeartbeat(message.interval);
    // On a socket of the caller, other messages are for others.
    else if (!this.#isOwn) return;
    else if (message.type === 'refusal') this.#refuse(message.data);
    else if (message.isUnknown) throw foreignMessage(data);
  }

  #read(message: ReplyMessage): void {
    const open = this.#replies.get(message.reply);
    if (!open) return;
    open.isWaiting = false;
    try {
      open.read(message);
    } catch (cause) {
      open.destination.error(cause);
    }
  }

  #readHeartbeat(interval: number | undefined): void {
    if (interval === undefined) return;
    this.#monitor?.announce(interval);
    this.#isBeating = true;
    this.#announced$.next();
  }

  /** Fails the replies that have no answer: the server could not read a message, and does not say which. */
  #refuse(data: unknown): void {
    for (const { isWaiting, destination } of [...this.#replies.values()]) {
      if (isWaiting) destination.error(dataError(data));
    }
  }

  #beat(): void {
    this.#send('{"event":"heartbeat"}');
  }

  #send(text: string): void {
    if (this.#socket.readyState !== socketState.open) return;
    this.#sentAt = moment();
    this.#socket.send(text);
  }
}
