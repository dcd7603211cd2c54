import type { GeminiResponse } from '../chunk/response.js';

/** The answer to a call: a text (as `{ text }`), a list of chunks (as `{ chunks }`), or a reply. @public */
export type FakeAnswer = string | readonly FakeChunk[] | FakeReply;

/** One chunk of a reply: its answer text, or a whole response: from `chunk`, `callChunk`, … @public */
export type FakeChunk = string | GeminiResponse;

/** A reply: its content, its timing and its failure. All fields are optional, and any of them combine. @public */
export interface FakeReply {
  /** The answer, streamed as one chunk for each word. */
  readonly text?: string | undefined;
  /** The answer, chunk by chunk; instead of `text`. */
  readonly chunks?: readonly FakeChunk[] | undefined;
  /**
   * The finish reason, set on the last chunk; `null` sets none. @defaultValue 'STOP' if the last chunk is a string; an
   * object is not changed
   */
  readonly finishReason?: string | null | undefined;
  /** The wait before the first chunk, or before `error`, in ms. @defaultValue 0 */
  readonly firstDelay?: number | undefined;
  /** The time from one chunk to the next, in ms. @defaultValue 0 */
  readonly pace?: number | undefined;
  /**
   * An error that is thrown instead of an answer, before the headers: an `ApiError`, a `GeminiError`,
   * `new TypeError('fetch failed')`.
   */
  readonly error?: unknown;
  /**
   * An error that is thrown after a number of chunks; a shorter reply ends without the error. An interaction in the
   * background continues, and can be resumed.
   */
  readonly errorAfter?: { readonly chunks: number; readonly error: unknown } | undefined;
  /** The silence after a number of chunks, until the call is aborted; a shorter reply ends without the silence. */
  readonly stallAfter?: { readonly chunks: number } | undefined;
}
