import type { GeminiContent } from '../chunk/contentsOf.js';
import type { ToolMedia } from '../chunk/response.js';

/** Data of a microphone, a camera or a screen, as base64. @public */
export interface LiveBlob {
  /** The bytes, as base64. */
  readonly data?: string | undefined;
  /** The format, such as `audio/pcm;rate=16000` or `image/jpeg`. */
  readonly mimeType?: string | undefined;
}

/** Input in real time, which the model hears and sees as it arrives: the SDK's `sendRealtimeInput`. @public */
export interface LiveRealtimeInput {
  /** Sound: little-endian 16-bit PCM, mono, usually `audio/pcm;rate=16000`. */
  readonly audio?: LiveBlob | undefined;
  /** A frame of video, as a picture such as `image/jpeg`; about one a second. */
  readonly video?: LiveBlob | undefined;
  /** Text, as if it had been spoken. */
  readonly text?: string | undefined;
  /** The microphone is off. */
  readonly audioStreamEnd?: boolean | undefined;
  /** The user begins to speak, with automatic activity detection disabled: `{}`. */
  readonly activityStart?: object | undefined;
  /** The user has stopped speaking, with automatic activity detection disabled: `{}`. */
  readonly activityEnd?: object | undefined;
}

/** Contents for the history: the SDK's `sendClientContent`. @public */
export interface LiveClientContent {
  /** The contents, or a text. */
  readonly turns?: string | GeminiContent | readonly GeminiContent[] | undefined;
  /** Whether the model is to answer now. @defaultValue true */
  readonly turnComplete?: boolean | undefined;
}

/** The result of a function. @public */
export interface LiveFunctionResponse {
  /** The id of the call. */
  readonly id?: string | undefined;
  /** The name of the function. */
  readonly name?: string | undefined;
  /** The result; by convention `{ output }`, or `{ error }` for a failure. */
  readonly response?: Readonly<Record<string, unknown>> | undefined;
  /** The pictures and files of the result. */
  readonly parts?: readonly ToolMedia[] | undefined;
  /** When the model is to speak about it: `INTERRUPT`, `WHEN_IDLE` or `SILENT`. */
  readonly scheduling?: string | undefined;
  /** Whether more responses to the same call follow. */
  readonly willContinue?: boolean | undefined;
}

/** One message to the model, with exactly one of the fields. @public */
export interface LiveInput {
  /** Sound, video or text in real time; dropped while the connection is too slow. */
  readonly realtimeInput?: LiveRealtimeInput | undefined;
  /** Contents for the history; never dropped. */
  readonly clientContent?: LiveClientContent | undefined;
  /** Results of functions; never dropped. */
  readonly toolResponse?:
    { readonly functionResponses: LiveFunctionResponse | readonly LiveFunctionResponse[] } | undefined;
  /** Another `systemInstruction` or other `tools`, with SDK 3; never dropped. */
  readonly contextUpdate?: object | undefined;
}
