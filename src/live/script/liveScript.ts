import type { LiveAnswer } from './liveAnswer.js';
import type { LiveFaults } from './liveFaults.js';
import type { LiveInput } from '../liveInput.js';
import type { LiveSetup } from './liveSetup.js';

/** The circumstances of an input, for {@link LiveReply}. @public */
export interface LiveReplyContext {
  /** The text of the input; for the end of speech, a sentence with its length. */
  readonly prompt: string;
  /**
   * Whether the input asks for an answer: text in real time, the end of speech (`activityEnd`, `audioStreamEnd`), or
   * contents with `turnComplete`.
   */
  readonly isComplete: boolean;
  /** The setup of the session. */
  readonly setup: LiveSetup;
  /** The number of turns of the model before, on this connection. */
  readonly turn: number;
  /** The position among all connections, from 0. */
  readonly index: number;
}

/**
 * Decides how an input is answered; `undefined` does not answer. Called for each input, pieces of sound included, but
 * not for the `toolResponse` for which a turn waits. If it throws, the connection is closed with 1011 and the error's
 * message.
 *
 * @public
 */
export type LiveReply = (input: LiveInput, context: LiveReplyContext) => LiveAnswer | undefined;

/** An input that interrupts the model; `audio` is any piece of sound, also of silence. @public */
export type LiveInterruption = 'activityStart' | 'clientContent' | 'audio' | 'text';

/**
 * The server's side of a connection of the Live API: its messages, its pace and its faults. All fields are optional and
 * can be combined: `{}` answers each input with a text or with speech; `{ reply: 'Hello', dropAfter: { messages: 2 } }`
 * breaks the connection after the first piece of the answer.
 *
 * @public
 */
export interface LiveScript extends LiveFaults {
  /** Whether the setup is answered; with `false`, the client waits for ever. @defaultValue true */
  readonly setup?: boolean | undefined;
  /** The wait before the setup is answered, in ms. @defaultValue 0 */
  readonly setupDelay?: number | undefined;
  /** The HTTP status with which the connection is refused, 400 to 599, instead of a WebSocket. */
  readonly refuse?: number | undefined;

  /** The first turn, which the model begins by itself once the session is set up. @defaultValue none */
  readonly start?: LiveAnswer | undefined;
  /**
   * The answer to each input that asks for one, or a function that answers every input.
   * @defaultValue `defaultLiveReply()`
   */
  readonly reply?: LiveReply | LiveAnswer | undefined;
  /** The wait before the first step of an answer, in ms. @defaultValue 0 */
  readonly firstDelay?: number | undefined;
  /** The time from one step of an answer to the next, in ms. @defaultValue 0 */
  readonly pace?: number | undefined;
  /**
   * The inputs that interrupt the model in the middle of a turn: it sends `toolCallCancellation` for its open calls,
   * then `interrupted`, then `turnComplete`. Otherwise the answer to the input follows the turn.
   * @defaultValue `['activityStart', 'clientContent']`
   */
  readonly interruptedBy?: readonly LiveInterruption[] | undefined;
  /**
   * Whether a handle is sent after each turn, by which the session can continue, if the setup asks for handles.
   * @defaultValue true
   */
  readonly resumable?: boolean | undefined;
  /** The form of the frames of messages: binary, as those of the service, or text. @defaultValue 'binary' */
  readonly frames?: 'binary' | 'text' | undefined;
}

/** The beginning of a connection, for a function that makes its script. @public */
export interface LiveOpening {
  /** The position among all connections, from 0. */
  readonly index: number;
  /** The setup that the client has sent. */
  readonly setup: LiveSetup;
  /** The handle of the session that continues. */
  readonly handle: string | undefined;
}

/**
 * A script, or a function that makes it from the setup. Such a script comes too late to `refuse`: use a list.
 *
 * @public
 */
export type LiveConnectionScript = LiveScript | ((opening: LiveOpening) => LiveScript);

/** The script of all connections, or a list: one for each connection, the last one for all that follow. @public */
export type LiveScripts = LiveConnectionScript | readonly LiveConnectionScript[];
