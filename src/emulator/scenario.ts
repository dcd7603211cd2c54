import type { GeminiResponse, GeminiUsage } from '../chunk/response.js';
import type { EmulatorConnection } from './connection.js';
import type { EmulatorRequest } from './exchange.js';
import type { EmulatorInteraction } from './interactions/interactionScenario.js';

/**
 * A chunk of a streamed answer. A string is a piece of the text of candidate 0: the emulator adds `modelVersion`,
 * `responseId`, running `usageMetadata` and, on the last chunk, the `finishReason`. An object is sent unchanged, so it
 * must have the shape of the wire format, unless the test needs another shape.
 *
 * @public
 */
export type EmulatorChunk = string | GeminiResponse | Readonly<Record<string, unknown>>;

/** A result of `reply`: a text, a list of chunks, or a scenario. @public */
export type EmulatorAnswer = string | readonly EmulatorChunk[] | EmulatorScenario;

/**
 * Decides how a request is answered. Called for `generateContent`, `streamGenerateContent` and new interactions; if it
 * throws, the request is answered with status 500 and the error's message.
 *
 * @public
 */
export type EmulatorReply = (request: EmulatorRequest) => EmulatorAnswer | PromiseLike<EmulatorAnswer>;

/**
 * The content, the pace and the faults of an answer. All fields are optional and can be combined: `{}` is the default
 * answer without delays; `{ pace: 50, packetBytes: 1, dropAfter: { chunks: 3 } }` sends its first three chunks, 50 ms
 * apart, a byte a packet, and then breaks the connection.
 *
 * The content is one of `text`, `chunks`, `body` and `error`; without any of these, the text of `defaultReply`, or, if
 * `status` is 400 or more, the error that belongs to `status`.
 *
 * `generateContent` is answered with all chunks merged into one response, after the time that the stream would have
 * taken; its body counts as one chunk.
 *
 * An interaction is answered with the same content as steps and their events; `interaction` has the rest. Its id and its
 * status are sent at once: `firstDelay` and `pace` are the waits before its first step and between its other events. In
 * the background the run keeps that pace without a reader. The token counts and the finish reason become those of the
 * Interactions API: `MAX_TOKENS` is the status `incomplete`, a blocked or broken answer is an error with its code, and
 * `finishReason: null` leaves out the last event. Errors have the codes of the Interactions API.
 *
 * @public
 */
export interface EmulatorScenario extends EmulatorConnection {
  /** The answer, cut into chunks of a few words. */
  readonly text?: string | undefined;
  /**
   * The answer, chunk by chunk. The chunks of an async iterable are sent as they arrive, so a test can hold the model
   * back; its iterator is closed when the client disconnects. A list answers any number of requests, a generator only
   * one.
   */
  readonly chunks?: Iterable<EmulatorChunk> | AsyncIterable<EmulatorChunk> | undefined;

  /**
   * The reason for which the model stopped, set on the last chunk; `null` sets no reason. After an async iterable, the
   * reason is sent in a separate chunk without parts, as some models do. @defaultValue 'STOP' if the last chunk is a
   * string; an object is sent unchanged
   */
  readonly finishReason?: string | null | undefined;
  /**
   * The token counts of the last chunk; the other chunks then have no counts. `null` removes the counts of all chunks.
   * @defaultValue running estimates on each chunk that is a string
   */
  readonly usage?: GeminiUsage | null | undefined;

  /** The wait of the first chunk after the headers, in ms. @defaultValue 0 */
  readonly firstDelay?: number | undefined;
  /** The time from one chunk to the next, in ms. @defaultValue 0 */
  readonly pace?: number | undefined;

  /** The content, the state and the faults that only the Interactions API has. */
  readonly interaction?: EmulatorInteraction | undefined;
  /**
   * The answer to the request that continues an interaction: the interaction ends with the status
   * `requires_continuation` and a token of its own, and the first request with this `continuation_token` gets this
   * answer, without a call of `reply`.
   */
  readonly continuation?: EmulatorAnswer | undefined;
}
