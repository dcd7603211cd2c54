import type { InteractionStep } from '../interaction/interactionStep.js';

/** A method of the API that the emulator answers. @public */
export type EmulatorAction =
  | 'streamGenerateContent'
  | 'generateContent'
  | 'countTokens'
  | 'listModels'
  | 'getModel'
  | 'createAuthToken'
  | 'createInteraction'
  | 'getInteraction'
  | 'cancelInteraction'
  | 'deleteInteraction';

/** A request for an answer, passed to `reply`. @public */
export interface EmulatorRequest {
  /** The position among all requests, from 0: the index in `emulator.requests`, unless `history` dropped some. */
  readonly index: number;
  /** The HTTP method. */
  readonly method: string;
  /** The path with its query. */
  readonly path: string;
  /** The method of the API. */
  readonly action: 'streamGenerateContent' | 'generateContent' | 'createInteraction';
  /** The name of the model, without `models/`, or of the agent. */
  readonly model: string;
  /** The headers, by lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  /** The parsed body. */
  readonly body: Readonly<Record<string, unknown>>;
  /** The text of the user's last message; `''` without one. */
  readonly prompt: string;
  /** The fields of an interaction; `undefined` for a request of another method. */
  readonly interaction?: EmulatorInteractionRequest | undefined;
  /**
   * Aborts when the client disconnects or the emulator closes before the answer is finished. For an interaction in the
   * background, aborts when the interaction is cancelled or the emulator closes.
   */
  readonly signal: AbortSignal;
}

/** The fields of a request for an interaction, with their defaults. @public */
export interface EmulatorInteractionRequest {
  /** The id that the interaction gets unless the answer has another one; `''` with `store: false`. */
  readonly id: string;
  /** The input as steps: a text or a list of contents is one `user_input`. */
  readonly input: readonly InteractionStep[];
  /**
   * The steps before the input, oldest first: those of the previous interaction and of its own previous ones, inputs
   * included, as far as the emulator still keeps them.
   */
  readonly history: readonly InteractionStep[];
  /** The tools, as in the body. */
  readonly tools: readonly Readonly<Record<string, unknown>>[];
  /** The id of the previous interaction. */
  readonly previousId: string | undefined;
  /** The token of the interaction that this request continues. */
  readonly continuationToken: string | undefined;
  /** The agent; `undefined` if a model answers. */
  readonly agent: string | undefined;
  /** Whether the events are streamed. */
  readonly stream: boolean;
  /** Whether the interaction runs in the background. */
  readonly background: boolean;
  /** Whether the interaction is kept. */
  readonly store: boolean;
}

/**
 * A request and its answer, as observed by the emulator: a live record, final once `closed` resolves. Times are in ms,
 * of `performance.now()`.
 *
 * @public
 */
export interface EmulatorExchange {
  /** The position among all requests, from 0. */
  readonly index: number;
  /** The HTTP method. */
  readonly method: string;
  /** The path with its query. */
  readonly path: string;
  /** The method of the API; `undefined` if the emulator does not know the path. */
  readonly action: EmulatorAction | undefined;
  /** The model's name, without `models/`, if the path names a model; for a new interaction, its model or agent. */
  readonly model: string | undefined;
  /** The id of the interaction that the request is about, once it is known; `undefined` for other methods. */
  readonly interactionId: string | undefined;
  /** The headers, by lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  /** The parsed body; `undefined` until the body has arrived, and if the body is not JSON. */
  readonly body: unknown;
  /** The time at which the headers arrived. */
  readonly startedAt: number;
  /** The time at which the exchange ended; `undefined` until then. */
  readonly closedAt: number | undefined;
  /** The status that was sent; `undefined` before the headers are sent. */
  readonly status: number | undefined;
  /** The number of chunks, or of events of an interaction, that were handed to the socket. */
  readonly chunksSent: number;
  /** The number of bytes of the body that were handed to the socket. */
  readonly bytesSent: number;
  /** Whether the whole HTTP response was sent; false after a drop. */
  readonly finished: boolean;
  /** Whether the client closed the connection before the answer was finished. */
  readonly closedEarly: boolean;
  /** Resolves when the exchange has ended, for any reason; never rejects. */
  readonly closed: Promise<void>;
}
