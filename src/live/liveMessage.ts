import type { GeminiCandidate, GeminiPart } from '../chunk/response.js';
import type { Resumed, Retrying } from '../chunk/annotations.js';

/** A transcript of speech, piece by piece. @public */
export interface LiveTranscription {
  /** The next piece of the transcript. */
  readonly text?: string | undefined;
  /** Whether the transcript has ended. */
  readonly finished?: boolean | undefined;
  /** The language, as a BCP 47 code. */
  readonly languageCode?: string | undefined;
}

/** Content of the model, and the states of its turn. @public */
export interface LiveServerContent {
  /** The next parts of the turn: text, thoughts, audio as `inlineData`. */
  readonly modelTurn?:
    { readonly role?: string | undefined; readonly parts?: readonly GeminiPart[] | undefined } | undefined;
  /** Whether the turn has ended. */
  readonly turnComplete?: boolean | undefined;
  /** The reason for which the turn ended, if it ended early. */
  readonly turnCompleteReason?: string | undefined;
  /** Whether the model has generated the whole turn; `turnComplete` follows once it would have been played. */
  readonly generationComplete?: boolean | undefined;
  /** Whether the user has interrupted the model: playback must stop. */
  readonly interrupted?: boolean | undefined;
  /** The transcript of the user's speech, with `config.inputAudioTranscription`; may arrive before or after the answer. */
  readonly inputTranscription?: LiveTranscription | undefined;
  /** A transcript of the user's speech that may still change. */
  readonly interimInputTranscription?: LiveTranscription | undefined;
  /** The transcript of the model's speech, with `config.outputAudioTranscription`. */
  readonly outputTranscription?: LiveTranscription | undefined;
  /** The sources of the answer. */
  readonly groundingMetadata?: GeminiCandidate['groundingMetadata'];
  /** The web pages that the model has read. */
  readonly urlContextMetadata?: GeminiCandidate['urlContextMetadata'];
  /** Whether the model waits for more input before it answers. */
  readonly waitingForInput?: boolean | undefined;
  /** `IN_PROGRESS`, `REQUIRES_ACTION` or `IDLE`. */
  readonly interactionStatus?: string | undefined;
}

/** A call of a function by the model. @public */
export interface LiveFunctionCall {
  /** The id, which the response repeats. */
  readonly id?: string | undefined;
  /** The name of the function. */
  readonly name?: string | undefined;
  /** The arguments. */
  readonly args?: Readonly<Record<string, unknown>> | undefined;
}

/** Token counts of a turn: those of the Live API, whose answer tokens are `responseTokenCount`. @public */
export interface LiveUsage {
  /** Tokens of the input, the history included. */
  readonly promptTokenCount?: number | undefined;
  /** Tokens of the answer. */
  readonly responseTokenCount?: number | undefined;
  /** Tokens of the thoughts. */
  readonly thoughtsTokenCount?: number | undefined;
  /** Tokens of the input that were cached. */
  readonly cachedContentTokenCount?: number | undefined;
  /** Tokens of the results of tools. */
  readonly toolUsePromptTokenCount?: number | undefined;
  /** The sum. */
  readonly totalTokenCount?: number | undefined;
}

/** The seam where a session continued on another connection. @public */
export interface LiveSeam {
  /** The number of the connection, counted from 1 for the second; connections that failed count as well. */
  readonly attempt: number;
  /** The number of realtime inputs that were dropped since the last `resumed`; each is in a message `dropped` too. */
  readonly dropped: number;
  /** The first failure since the last content; absent if there was none, because the server had announced its end. */
  readonly kind?: Resumed['kind'] | undefined;
  /** Whether the session began anew, without its history, because the server has refused its handle. */
  readonly isNew?: boolean | undefined;
}

/**
 * A message of a Live session, as plain data: the fields of the SDK's `LiveServerMessage`, and the marks `retrying`,
 * `resumed` and `dropped` of this library. One message may have several fields; unknown fields are kept.
 *
 * @public
 */
export interface LiveMessage {
  /** The session is set up: on the first message of each connection. */
  readonly setupComplete?: { readonly sessionId?: string | undefined } | undefined;
  /** Content of the model. */
  readonly serverContent?: LiveServerContent | undefined;
  /** Calls of functions, to be answered with a `toolResponse`. */
  readonly toolCall?: { readonly functionCalls?: readonly LiveFunctionCall[] | undefined } | undefined;
  /** Calls that need no answer any more, because the user has interrupted the model. */
  readonly toolCallCancellation?: { readonly ids?: readonly string[] | undefined } | undefined;
  /** Token counts. */
  readonly usageMetadata?: LiveUsage | undefined;
  /** The server will close the connection, after `timeLeft`, such as `'9.5s'`. */
  readonly goAway?: { readonly timeLeft?: string | undefined } | undefined;
  /** The handle by which the session can continue on another connection. */
  readonly sessionResumptionUpdate?:
    | {
        readonly newHandle?: string | undefined;
        readonly resumable?: boolean | undefined;
        readonly lastConsumedClientMessageIndex?: string | undefined;
      }
    | undefined;
  /** The user has begun or ended to speak. */
  readonly voiceActivity?: { readonly voiceActivityType?: string | undefined } | undefined;
  /**
   * The connection broke, and another one is opened after `delay` ms: a message of its own. `resumed` follows once the
   * session is set up again; otherwise another `retrying`, or the error of the session.
   */
  readonly retrying?: Retrying | undefined;
  /** The session continues on another connection, from here on. */
  readonly resumed?: LiveSeam | undefined;
  /**
   * The number of realtime inputs that were dropped since the last such message, because the connection is too slow: 1 as
   * soon as the first is dropped, and the others once the input flows again.
   */
  readonly dropped?: number | undefined;
}
