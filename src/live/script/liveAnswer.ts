import type { LiveMessage, LiveUsage } from '../liveMessage.js';

/** Something that the server of a script does, instead of sending a message: exactly one field. @public */
export interface LiveAction {
  /** Waits, in ms. */
  readonly wait?: number | undefined;
  /**
   * Sends a frame that the protocol may not allow, unchanged: `'oops'`, `'[]'`, or bytes. A string is sent as the other
   * frames are, bytes as a binary frame.
   */
  readonly frame?: string | Uint8Array | undefined;
  /** Sends a valid message of this size in bytes: an empty one, padded with spaces. */
  readonly bigFrame?: number | undefined;
  /** Closes the connection. */
  readonly close?: LiveClose | undefined;
  /** Breaks the connection (RST), with `true`. */
  readonly drop?: boolean | undefined;
  /** Sends nothing for this time, in ms, and reads on; `Infinity` is for ever. */
  readonly stall?: number | undefined;
  /** Vanishes, with `true`: neither reads nor writes, nor answers pings, nor ends the connection. */
  readonly vanish?: boolean | undefined;
}

/** The end of a connection. @public */
export interface LiveClose {
  /** The code of the close frame, 1000 to 4999. @defaultValue 1000 */
  readonly code?: number | undefined;
  /** The reason; the first 123 bytes are sent. @defaultValue '' */
  readonly reason?: string | undefined;
}

/**
 * A step of an answer. A string is a piece of what the model says: text, or if the session asked for speech, a tone,
 * with its transcript if the session asked for transcripts. An object with a field of {@link LiveAction} is done; any
 * other object is a message, and is sent unchanged.
 *
 * After a message with `toolCall`, the server waits for the `toolResponse` before the next step, unless the function
 * was declared `NON_BLOCKING`. A call without an `id` gets one.
 *
 * @public
 */
export type LiveStep = string | LiveMessage | LiveAction | Readonly<Record<string, unknown>>;

/** A turn of the model: its content and its pace. All fields are optional. @public */
export interface LiveTurn {
  /** The answer, cut into pieces of a few words. */
  readonly text?: string | undefined;
  /** The answer, step by step; instead of `text`. */
  readonly steps?: readonly LiveStep[] | undefined;
  /** The transcript of the user's speech, sent before the first step if the session asked for it. */
  readonly inputTranscription?: string | undefined;
  /** The wait before the first step, in ms. @defaultValue the script's */
  readonly firstDelay?: number | undefined;
  /** The time from one step to the next, in ms. @defaultValue the script's */
  readonly pace?: number | undefined;
  /** The token counts of the turn; `null` sends none. @defaultValue an estimate */
  readonly usage?: LiveUsage | null | undefined;
  /**
   * Whether `generationComplete` and `turnComplete` with the token counts are sent after the last step.
   * @defaultValue true, if a step was content of the model, and none has sent `turnComplete`
   */
  readonly turnComplete?: boolean | undefined;
}

/** An answer in a Live session: a text (as `{ text }`), a list of steps (as `{ steps }`), or a turn. @public */
export type LiveAnswer = string | readonly LiveStep[] | LiveTurn;
