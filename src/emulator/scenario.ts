import type { GeminiResponse, GeminiUsage } from '../chunk/response.js';
import type { ApiErrorBody } from './apiError.js';
import type { EmulatorRequest } from './exchange.js';
import type { EmulatorInteraction } from './interactionScenario.js';

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
 * A position in a streamed body: after a number of chunks (0 is before the first), after a number of bytes of the body,
 * or at a time, in ms after the headers. A position beyond the end of the body has no effect. In the stream of an
 * interaction, each event is a chunk; `[DONE]` is not.
 *
 * @public
 */
export type EmulatorPosition =
  | { readonly chunks: number; readonly bytes?: undefined; readonly ms?: undefined }
  | { readonly bytes: number; readonly chunks?: undefined; readonly ms?: undefined }
  | { readonly ms: number; readonly chunks?: undefined; readonly bytes?: undefined };

/** A break of the connection: see {@link EmulatorScenario.dropAfter}. @public */
export type EmulatorDrop = (EmulatorPosition | { readonly request: true }) & {
  /**
   * Whether the connection is reset (RST), 10 ms after the last write, so that the client can read that write;
   * otherwise the connection is closed (FIN).
   * @defaultValue false
   */
  readonly reset?: boolean | undefined;
};

/** A silence in the answer: see {@link EmulatorScenario.stallAfter}. @public */
export type EmulatorStall = EmulatorPosition & {
  /** The length of the silence, in ms; the answer then continues. @defaultValue Infinity */
  readonly duration?: number | undefined;
};

/** An error within the answer: see {@link EmulatorScenario.errorAfter}. @public */
export type EmulatorErrorAfter = EmulatorPosition & {
  /** The error, from `apiError(…)` or any object. @defaultValue 503 `UNAVAILABLE` */
  readonly error?: ApiErrorBody | Readonly<Record<string, unknown>> | undefined;
  /**
   * `data`: an event `data: {"error":…}`. `event`: the same event with a line `event: error` above `data:`. `body`:
   * indented JSON without `data:`, as Vertex AI sends it. `list`: the same JSON in a list, `[{"error":…}]`, with which
   * the service ends a long connection of the Interactions API.
   * @defaultValue 'data'; for an interaction 'event'
   */
  readonly as?: 'data' | 'event' | 'body' | 'list' | undefined;
};

/** Bytes within the answer that break the protocol: see {@link EmulatorScenario.garbageAfter}. @public */
export interface EmulatorGarbageAfter {
  /** The number of chunks before the bytes. */
  readonly chunks: number;
  /** The bytes, sent unchanged. @defaultValue an event that holds half a JSON object */
  readonly garbage?: string | Uint8Array | undefined;
}

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
export interface EmulatorScenario {
  /** The answer, cut into chunks of a few words. */
  readonly text?: string | undefined;
  /**
   * The answer, chunk by chunk. The chunks of an async iterable are sent as they arrive, so a test can hold the model
   * back; its iterator is closed when the client disconnects. A list answers any number of requests, a generator only
   * one.
   */
  readonly chunks?: Iterable<EmulatorChunk> | AsyncIterable<EmulatorChunk> | undefined;
  /** The raw body, sent unchanged. Each piece of a list counts as a chunk. */
  readonly body?: string | Uint8Array | Iterable<string | Uint8Array> | undefined;
  /** An error instead of an answer, from `apiError(…)` or any object; sent as JSON. */
  readonly error?: ApiErrorBody | Readonly<Record<string, unknown>> | undefined;

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

  /** The HTTP status, 200 to 599. @defaultValue the error's `code`, else 200 */
  readonly status?: number | undefined;
  /** More response headers, e.g. `{ 'Retry-After': '30' }`; they replace the emulator's own. */
  readonly headers?: Readonly<Record<string, string>> | undefined;

  /** The wait before the headers, in ms. @defaultValue 0 */
  readonly headersDelay?: number | undefined;
  /** The wait of the first chunk after the headers, in ms. @defaultValue 0 */
  readonly firstDelay?: number | undefined;
  /** The time from one chunk to the next, in ms. @defaultValue 0 */
  readonly pace?: number | undefined;
  /** The silence after which an SSE comment is sent, in ms, once the headers are sent. @defaultValue no comments */
  readonly heartbeat?: number | undefined;

  /**
   * The delimiter of events; its first half ends the lines within an event.
   * @defaultValue '\r\n\r\n', as Gemini's; for an interaction '\n\n'
   */
  readonly delimiter?: '\n\n' | '\r\n\r\n' | '\r\r' | undefined;
  /**
   * Lines above each event's `data:` line, e.g. `['event: message', 'id: 7', ': a comment']`; for an interaction they
   * follow the line with the event's type. @defaultValue no lines
   */
  readonly lines?: readonly string[] | undefined;
  /** Whether `data: [DONE]` is sent last, as OpenAI's servers do. @defaultValue false; for an interaction true */
  readonly done?: boolean | undefined;
  /** Whether the last event lacks its blank line. @defaultValue false */
  readonly unterminated?: boolean | undefined;

  /**
   * The number of events in a packet, to measure throughput; `pace` is then the time between packets. Each packet is
   * written in its own turn of the event loop. @defaultValue 1
   */
  readonly eventsPerPacket?: number | undefined;
  /** The maximum size of a packet, in bytes; the body is cut there, even within a character. @defaultValue no limit */
  readonly packetBytes?: number | undefined;

  /** Breaks the connection at a position, or with `{ request: true }` before the headers. */
  readonly dropAfter?: EmulatorDrop | undefined;
  /** Ends the HTTP response without an error at a position, as some proxies do: an event may be cut. */
  readonly endAfter?: EmulatorPosition | undefined;
  /** Sends no more bytes from a position on, and keeps the connection open. */
  readonly stallAfter?: EmulatorStall | undefined;
  /** Sends an error at a position, even within an event, and ends the response. */
  readonly errorAfter?: EmulatorErrorAfter | undefined;
  /** Sends bytes that break the protocol at a position, and continues. */
  readonly garbageAfter?: EmulatorGarbageAfter | undefined;

  /** The content, the state and the faults that only the Interactions API has. */
  readonly interaction?: EmulatorInteraction | undefined;
}
