import type { Observable } from 'rxjs';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { assertOneOf, assertOptions } from '../rx/assertions.js';
import { assertClient, type StreamingClient } from './client.js';
import { geminiReply } from './geminiReply.js';
import { assertParams } from './requestParams.js';

/** Options of {@link fromGemini}. @public */
export interface FromGeminiOptions {
  /**
   * The reader of the response's body: this library (`direct`), or the SDK (`sdk`). The SDK still reads for itself
   * where its request cannot be seen: automatic function calling, SDK 1.x, a stub. @defaultValue 'direct'
   */
  readonly reader?: 'direct' | 'sdk' | undefined;
}

/**
 * A reply of Gemini as a cold Observable of chunks.
 *
 * Each subscription makes its own request through `ai.models.generateContentStream`: the SDK builds it, authenticates,
 * retries as its `retryOptions` say and reports HTTP errors; this library reads the body, which costs a fraction and
 * loses nothing. Chunks are emitted as they arrive and none is held. A long reply that the server continues in further
 * requests arrives as one, with its token counts added up; so do the steps of automatic function calling.
 *
 * Unsubscribing closes the connection, before the headers, mid-stream and in silence. A failure is a `GeminiError`,
 * after everything that had arrived: an HTTP error, an error event, a cut connection, half an event, JSON that is not a
 * response of this protocol (kind `protocol`; the sentence names its fields). Bad outcomes (a blocked prompt, no finish
 * reason) are completions here; `classifyErrors` makes them failures.
 *
 * @param ai - The client: `new GoogleGenAI({ apiKey })` of any version from 1.50, or `fakeGemini`.
 * @param params - The parameters of `generateContentStream`, or a function that makes them once a subscription.
 *   `config.abortSignal`, `config.httpOptions` and its `fetch` are respected; the object is not changed.
 * @param options - See {@link FromGeminiOptions}.
 * @returns The reply. Errors: kind `cancelled` when `config.abortSignal` is aborted, else as the wire failed.
 * @throws TypeError - At the call, if `ai` is not a client, `params` is neither an object nor a function, or an option
 * is wrong.
 * @example
 * ```ts
 * const ai = new GoogleGenAI({ apiKey });
 * fromGemini(ai, { model: 'gemini-2.5-flash', contents: 'Why is the sky blue?' })
 *   .pipe(classifyErrors(), toText())
 *   .subscribe((text) => process.stdout.write(text));
 * ```
 * @public
 */
export function fromGemini<P>(
  ai: StreamingClient<P>,
  params: NoInfer<P> | (() => NoInfer<P>),
  options: FromGeminiOptions = {},
): Observable<GeminiChunk> {
  assertOptions(options);
  const { reader = 'direct' } = options;
  assertOneOf('reader', reader, ['direct', 'sdk']);
  assertClient(ai, 'generateContentStream');
  assertParams(params);
  return geminiReply(ai, params, { isDirect: reader === 'direct' });
}
