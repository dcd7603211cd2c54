import { asyncScheduler, Observable, type SchedulerAction } from 'rxjs';
import { GeminiError } from '../../errors/geminiError.js';
import { toGeminiError } from '../../errors/toGeminiError.js';
import { safeExcerpt } from '../../errors/safeExcerpt.js';
import { isErrorLike } from '../../errors/errorLike.js';
import type { LiveInput } from '../../live/liveInput.js';
import type { LiveMessage } from '../../live/liveMessage.js';
import { idleTimer, type IdleTimer } from '../../rx/idleTimer.js';
import type { LiveApi, SdkSession, SdkSocket } from './liveClient.js';
import { liveConnectionError } from './liveError.js';
import { openSession } from './openSession.js';

/** The limits of a connection, in ms. */
export interface ConnectionLimits {
  readonly connectTimeout: number;
  readonly heartbeat: number | false;
}

/** The way to the model of a session that is set up. */
export interface LiveLine {
  /** Sends an input. @throws GeminiError - `invalid_request`, if the SDK refuses it. */
  send(input: LiveInput): void;
  /** The bytes that wait to be sent. */
  readonly buffered: number;
}

/**
 * Opens one connection of a session, and emits its messages, the first of which has `setupComplete`. Errors when the
 * connection ends, fails, or is not set up in time; never completes. Unsubscribing closes the connection.
 *
 * @param onSetUp - Called before the first message.
 */
export function connectLive(
  api: LiveApi,
  params: object,
  { connectTimeout, heartbeat }: ConnectionLimits,
  onSetUp: (line: LiveLine) => void,
): Observable<LiveMessage> {
  return new Observable((destination) => {
    /** The messages that came before the session was there; undefined once it is. */
    let early: LiveMessage[] | undefined = [];
    const fail = (cause: unknown) => {
      destination.error(toGeminiError(cause));
    };
    let session: SdkSession | undefined;
    /** Tells the heartbeat of a message: a pong may wait behind all that the server says. */
    let touch = (): void => undefined;
    /** Lets the messages through, once both the session is there and it is set up. */
    const begin = (isSetUp: boolean) => {
      if (!session || !early || !isSetUp || destination.closed) return;
      tooLate.unsubscribe();
      const { socket } = opening;
      if (heartbeat !== false && socket) {
        const idle = beat(socket, heartbeat, fail);
        destination.add(idle?.wait);
        touch = () => idle?.touch();
      }
      onSetUp(lineOf(session));
      const messages = early;
      early = undefined;
      if (!messages.some(setsUp)) messages.unshift({ setupComplete: {} });
      for (const message of messages) destination.next(message);
    };
    const opening = openSession(api, params, {
      message(read) {
        try {
          const message = read();
          touch();
          if (early) {
            early.push(message);
            begin(setsUp(message));
          } else destination.next(message);
        } catch (error) {
          fail(error);
        }
      },
      end(errorOf) {
        if (!destination.closed) fail(errorOf(early === undefined));
      },
    });
    destination.add(() => {
      opening.close();
    });
    const tooLate = asyncScheduler.schedule(() => {
      const message = `The Live session was not set up within ${connectTimeout} ms`;
      fail(new GeminiError(message, { kind: 'timeout' }));
    }, connectTimeout);
    destination.add(tooLate);
    opening.session.then((opened) => {
      session = opened;
      try {
        // SDK 1 resolves before the session is set up; a stub may set it up without a message.
        begin(!opening.isAnnounced || (early ?? []).some(setsUp));
      } catch (error) {
        fail(error);
      }
    }, fail);
  });
}

function setsUp({ setupComplete }: LiveMessage): boolean {
  return setupComplete !== undefined;
}

function lineOf(session: SdkSession): LiveLine {
  return {
    send(input) {
      try {
        sendInput(session, input);
      } catch (cause) {
        const words = isErrorLike(cause) ? safeExcerpt(cause.message) : '';
        throw new GeminiError(`The input cannot be sent${words && `: ${words}`}`, { kind: 'invalid_request', cause });
      }
    },
    get buffered() {
      return session.conn?.ws?.bufferedAmount ?? 0;
    },
  };
}

function sendInput(session: SdkSession, input: LiveInput): void {
  const { realtimeInput, clientContent, toolResponse, contextUpdate } = input;
  if (realtimeInput) session.sendRealtimeInput(realtimeInput);
  if (clientContent) session.sendClientContent(clientContent);
  if (toolResponse) session.sendToolResponse(toolResponse);
  if (!contextUpdate) return;
  if (!session.sendContextUpdate) throw new Error('`contextUpdate` needs `@google/genai` 3 or newer');
  session.sendContextUpdate(contextUpdate);
}

/** Pings a socket of `ws`, and fails without a sign of life within two periods. A browser has no pings. */
function beat(socket: SdkSocket, period: number, fail: (error: GeminiError) => void): IdleTimer | undefined {
  if (!socket.ping || !socket.on) return undefined;
  const idle = idleTimer(2 * period, () => {
    fail(
      liveConnectionError(
        true,
        new Error(`The server sent nothing for ${String(2 * period)} ms, no answer to a ping either`),
      ),
    );
  });
  socket.on('pong', () => {
    idle.touch();
  });
  function ping(this: SchedulerAction<void>): void {
    if (socket.readyState === 1) socket.ping?.();
    this.schedule(undefined, period);
  }
  idle.wait.add(asyncScheduler.schedule(ping, period));
  return idle;
}
