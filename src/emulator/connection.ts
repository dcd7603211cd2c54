import type { ApiErrorBody } from './apiError.js';

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
 * The answer on one connection: an error or a raw body in place of the content, the response, the form of its events,
 * and the faults. All fields are optional and can be combined.
 *
 * @public
 */
export interface EmulatorConnection {
  /** The raw body, sent unchanged. Each piece of a list counts as a chunk. */
  readonly body?: string | Uint8Array | Iterable<string | Uint8Array> | undefined;
  /** An error instead of an answer, from `apiError(…)` or any object; sent as JSON. */
  readonly error?: ApiErrorBody | Readonly<Record<string, unknown>> | undefined;

  /** The HTTP status, 200 to 599. @defaultValue the error's `code`, else 200 */
  readonly status?: number | undefined;
  /** More response headers, e.g. `{ 'Retry-After': '30' }`; they replace the emulator's own. */
  readonly headers?: Readonly<Record<string, string>> | undefined;

  /** The wait before the headers, in ms. @defaultValue 0 */
  readonly headersDelay?: number | undefined;
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
}
