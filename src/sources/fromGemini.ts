import type { Observable } from 'rxjs';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { assertOneOf, assertOptions } from '../rx/assertions.js';
import { assertClient, type StreamingClient } from './client.js';
import { geminiReply } from './geminiReply.js';
import { assertParams } from './requestParams.js';

/** Options of {@link fromGemini}. @public */
export interface FromGeminiOptions {
  /**
   * The reader of the response's body: this library (`direct`), or the SDK (`sdk`). With `direct`, the SDK still reads
   * the body where its request cannot be seen: automatic function calling, an SDK before 2.24, a stub.
   *
   * @defaultValue 'direct'
   */
  readonly reader?: 'direct' | 'sdk' | undefined;
}

/**
 * Streams a reply of Gemini as a cold Observable of chunks.
 *
 * Each subscription makes its own request through `ai.models.generateContentStream`. The SDK builds the request,
 * authenticates, retries according to its `retryOptions` and reports HTTP errors; this library reads the body, which
 * takes a fraction of the SDK's time and loses nothing. Chunks are emitted as they arrive; holds nothing. A long reply
 * that the server continues in further requests, and the steps of automatic function calling, arrive as one reply with
 * its token counts added up.
 *
 * Unsubscribing closes the connection, before the headers, mid-stream and during a silence. A failure is a
 * `GeminiError`, after all chunks that had arrived: an HTTP error, an error event, a cut connection, half an event, JSON
 * that is not a response of this protocol (kind `protocol`; the message names its fields). Bad outcomes (a blocked
 * prompt, no finish reason) are completions here; `classifyErrors` makes them failures.
 *
 * @param ai - The client: `new GoogleGenAI({ apiKey })` of any version from 1.50, or `fakeGemini`.
 * @param params - The parameters of `generateContentStream`, or a function that makes them for each subscription.
 *   `config.abortSignal`, `config.httpOptions` and its `fetch` are respected; the object is not changed.
 * @param options - See {@link FromGeminiOptions}.
 * @returns The reply. Errors: kind `cancelled` when `config.abortSignal` is aborted (`timeout` for `AbortSignal.timeout`),
 * otherwise the kind of the failure.
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
