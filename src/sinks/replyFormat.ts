import type { GeminiChunk } from '../chunk/geminiChunk.js';
import type { PublicError } from '../errors/publicError.js';

/**
 * The format of a reply on the wire, for readers that expect another protocol than ours. The same object serves any
 * number of replies.
 *
 * @typeParam T - The chunks.
 * @typeParam E - The events: any values that have JSON.
 * @public
 */
export interface ReplyFormat<T extends GeminiChunk = GeminiChunk, E = unknown> {
  /** Headers of the response, beside those of an event stream. @defaultValue no headers */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** The data of one more event after the last, such as `[DONE]`; written unchanged, not as JSON. @defaultValue no event */
  readonly terminator?: string | undefined;
  /** Begins a reply: called once for each subscription, so that replies share no state. */
  begin(): ReplyEncoder<T, E>;
}

/**
 * Makes the events of one reply, in order: those of `start`, those of each chunk, then those of `end` or of `failure`.
 * An empty list sends nothing. The events of one call are written together.
 *
 * If a function throws, or returns no list, or an event that has no JSON, then none of its events is sent, the source is
 * unsubscribed, and `failure` is called with an error of kind `unknown`. If `failure` fails as well, the stream breaks
 * off without a terminator, so that no reader takes the reply for whole.
 *
 * @public
 */
export interface ReplyEncoder<T extends GeminiChunk = GeminiChunk, E = unknown> {
  /** The events before the first chunk. */
  start(): readonly E[];
  /**
   * The events of a chunk, with all of its annotations. Chunks that arrived while the reader was busy are merged before.
   */
  chunk(chunk: T): readonly E[];
  /** The events after the last chunk of a reply that did not fail. */
  end(): readonly E[];
  /** The events of a failure, which gets the public form of the error: its kind and a sentence, never the cause. */
  failure(error: PublicError): readonly E[];
}
