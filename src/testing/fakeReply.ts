import type { GeminiResponse } from '../chunk/response.js';

/** The answer to a call: a text (as `{ text }`), a list of chunks (as `{ chunks }`), or a reply. @public */
export type FakeAnswer = string | readonly FakeChunk[] | FakeReply;

/** One chunk of a reply: its answer text, or a whole response: from `chunk`, `callChunk`, … @public */
export type FakeChunk = string | GeminiResponse;

/** A reply: what it says, how fast it comes, and what goes wrong. All fields are optional and they compose. @public */
export interface FakeReply {
  /** The answer, a chunk a word. */
  readonly text?: string | undefined;
  /** The answer, chunk by chunk; instead of `text`. */
  readonly chunks?: readonly FakeChunk[] | undefined;
  /**
   * Why the model stopped, set on the last chunk. `null` sets none. @defaultValue 'STOP' if the last chunk is a string;
   * an object is complete as it is
   */
  readonly finishReason?: string | null | undefined;
  /** The wait of the first chunk, or of `error`, in ms. @defaultValue 0 */
  readonly firstDelay?: number | undefined;
  /** The time from one chunk to the next, in ms. @defaultValue 0 */
  readonly pace?: number | undefined;
  /**
   * Thrown instead of an answer, before the headers: an `ApiError`, a `GeminiError`, `new TypeError('fetch failed')`.
   */
  readonly error?: unknown;
  /** Thrown after so many chunks; a reply that is shorter ends without it. */
  readonly errorAfter?: { readonly chunks: number; readonly error: unknown } | undefined;
  /** Falls silent after so many chunks, until the call is aborted; a reply that is shorter ends without it. */
  readonly stallAfter?: { readonly chunks: number } | undefined;
}
