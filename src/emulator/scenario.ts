import type { GeminiResponse, GeminiUsage } from '../chunk/response.js';
import type { ApiErrorBody } from './apiError.js';
import type { EmulatorRequest } from './exchange.js';

/**
 * One piece of a streamed answer. A string is a piece of candidate 0's text: the emulator adds `modelVersion`,
 * `responseId`, running `usageMetadata` and, on the last one, the `finishReason`. An object is sent exactly as it is,
 * in the wire's shape, whatever it holds.
 *
 * @public
 */
export type EmulatorChunk = string | GeminiResponse | Readonly<Record<string, unknown>>;

/** An answer of `reply`: a text, a list of chunks, or a scenario. @public */
export type EmulatorAnswer = string | readonly EmulatorChunk[] | EmulatorScenario;

/**
 * Decides how a request is answered. Called for `generateContent` and `streamGenerateContent`; what it throws is
 * answered with status 500 and the error's message.
 *
 * @public
 */
export type EmulatorReply = (request: EmulatorRequest) => EmulatorAnswer | PromiseLike<EmulatorAnswer>;

/**
 * A place in a streamed body: after so many chunks, or after so many bytes of the body (0 is before the first). Where
 * the body does not reach that far, nothing happens.
 *
 * @public
 */
export type EmulatorPosition =
  { readonly chunks: number; readonly bytes?: undefined } | { readonly bytes: number; readonly chunks?: undefined };

/** A break of the connection: see {@link EmulatorScenario.dropAfter}. @public */
export type EmulatorDrop = (EmulatorPosition | { readonly request: true }) & {
  /**
   * `true` resets the connection (RST), after 10 ms for the client to read what was sent; otherwise it is closed (FIN).
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
export interface EmulatorErrorAfter {
  /** After how many chunks. */
  readonly chunks: number;
  /** The error, from `apiError(…)` or any object. @defaultValue 503 `UNAVAILABLE` */
  readonly error?: ApiErrorBody | Readonly<Record<string, unknown>> | undefined;
  /**
   * `data`: an event `data: {"error":…}`. `event`: the same with a line `event: error` above it. `body`: indented JSON
   * without `data:`, as Vertex AI does. @defaultValue 'data'
   */
  readonly as?: 'data' | 'event' | 'body' | undefined;
}

/** Bytes within the answer that are not of the protocol: see {@link EmulatorScenario.garbageAfter}. @public */
export interface EmulatorGarbageAfter {
  /** After how many chunks. */
  readonly chunks: number;
  /** The bytes, sent as they are. @defaultValue an event that holds half a JSON object */
  readonly garbage?: string | Uint8Array | undefined;
}

/**
 * The content, the pace and the faults of an answer. All fields are optional and they compose: `{}` is the default
 * answer at once; `{ pace: 50, packetBytes: 1, dropAfter: { chunks: 3 } }` is its first three chunks, 50 ms apart, a
 * byte a packet, and then a broken connection.
 *
 * What it says is one of `text`, `chunks`, `body` and `error`; without any, the default answer of `defaultReply`
 * (with a `status` of 400 or more, the error that goes with it).
 *
 * `generateContent` is answered with the same chunks merged into one response, after the time that the stream would
 * have taken; its body counts as one chunk.
 *
 * @public
 */
export interface EmulatorScenario {
  /** The answer, cut into chunks of a few words. */
  readonly text?: string | undefined;
  /**
   * The answer, chunk by chunk. An async iterable is sent as its chunks come, so a test can hold the model back; when
   * the client disconnects, its iterator is closed. A list serves any number of requests, a generator one.
   */
  readonly chunks?: Iterable<EmulatorChunk> | AsyncIterable<EmulatorChunk> | undefined;
  /** The raw body, sent as it is. Of a list each piece counts as a chunk. */
  readonly body?: string | Uint8Array | Iterable<string | Uint8Array> | undefined;
  /** An error instead of an answer, from `apiError(…)` or any object; sent as JSON. */
  readonly error?: ApiErrorBody | Readonly<Record<string, unknown>> | undefined;

  /**
   * Why the model stopped, set on the last chunk. `null` sets none. After an async iterable it comes in a chunk of its
   * own, without parts, as from some models. @defaultValue 'STOP' if the last chunk is a string; an object is sent as
   * it is
   */
  readonly finishReason?: string | null | undefined;
  /**
   * The token counts of the last chunk; the others then have none. `null` sends none at all. @defaultValue running
   * estimates on each chunk that is a string
   */
  readonly usage?: GeminiUsage | null | undefined;

  /** The HTTP status, 200 to 599. @defaultValue the error's `code`, else 200 */
  readonly status?: number | undefined;
  /** More response headers, e.g. `{ 'Retry-After': '30' }`; they win over the emulator's own. */
  readonly headers?: Readonly<Record<string, string>> | undefined;

  /** The wait before the headers, in ms. @defaultValue 0 */
  readonly headersDelay?: number | undefined;
  /** The wait of the first chunk after the headers, in ms. @defaultValue 0 */
  readonly firstDelay?: number | undefined;
  /** The time from one chunk to the next, in ms. @defaultValue 0 */
  readonly pace?: number | undefined;
  /** Sends an SSE comment after each so many ms of silence once the headers are out. @defaultValue none */
  readonly heartbeat?: number | undefined;

  /** The delimiter of events; the lines within an event end alike. @defaultValue '\r\n\r\n', as Gemini's */
  readonly delimiter?: '\n\n' | '\r\n\r\n' | '\r\r' | undefined;
  /** Lines above each event's `data:` line, e.g. `['event: message', 'id: 7', ': a comment']`. @defaultValue none */
  readonly lines?: readonly string[] | undefined;
  /** Whether `data: [DONE]` comes last, as OpenAI's servers do. @defaultValue false */
  readonly done?: boolean | undefined;
  /** Whether the last event lacks its blank line. @defaultValue false */
  readonly unterminated?: boolean | undefined;

  /**
   * The number of events in a packet, for measurements of throughput; `pace` is then the time between packets. Each
   * packet is written in a turn of the event loop of its own. @defaultValue 1
   */
  readonly eventsPerPacket?: number | undefined;
  /** Cuts the body into packets of at most so many bytes, also within a character. @defaultValue none */
  readonly packetBytes?: number | undefined;

  /** Breaks the connection there, or with `{ request: true }` before any header. */
  readonly dropAfter?: EmulatorDrop | undefined;
  /** Ends the HTTP response properly there, as a proxy that gave up: the SSE may be cut mid-event. */
  readonly endAfter?: EmulatorPosition | undefined;
  /** Falls silent there and keeps the connection open. */
  readonly stallAfter?: EmulatorStall | undefined;
  /** Sends an error there, and ends. */
  readonly errorAfter?: EmulatorErrorAfter | undefined;
  /** Sends bytes that are not of the protocol there, and continues. */
  readonly garbageAfter?: EmulatorGarbageAfter | undefined;
}
