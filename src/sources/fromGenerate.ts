import type { Observable } from 'rxjs';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { depthError, isValueTooDeep } from '../internal/jsonDepth.js';
import { assertClient, assertParams, resolveParams, withConfig, type GeneratingClient } from './client.js';
import { fetchCaptureFor } from './fetchCaptureFor.js';
import { chunkOf } from './geminiEvent.js';
import { fromRequest } from './fromRequest.js';
import { requestError } from './requestError.js';

/**
 * A reply of Gemini that is not streamed, as a cold Observable of one chunk: `ai.models.generateContent`, so that the
 * two ways can be compared and swapped. Every operator works on it.
 *
 * Each subscription makes its own request; unsubscribing aborts it. Errors are those of {@link fromGemini}.
 *
 * @param ai - The client: `new GoogleGenAI({ apiKey })` of any version from 1.50, or `fakeGemini`.
 * @param params - The parameters of `generateContent`, or a function that makes them once a subscription. Not changed.
 * @returns The whole reply as one chunk, then completion.
 * @throws TypeError - At the call, if `ai` is not a client, or `params` is neither an object nor a function.
 * @example
 * ```ts
 * fromGenerate(ai, { model: 'gemini-2.5-flash', contents: 'Why is the sky blue?' })
 *   .pipe(classifyErrors())
 *   .subscribe((reply) => console.log(reply.text));
 * ```
 * @public
 */
export function fromGenerate<P>(
  ai: GeneratingClient<P>,
  params: NoInfer<P> | (() => NoInfer<P>),
): Observable<GeminiChunk> {
  assertClient(ai, 'generateContent');
  assertParams(params);
  return fromRequest(() => {
    const resolved = resolveParams(params);
    return {
      abortSignal: resolved.config?.abortSignal,
      async run({ destination, signal }) {
        const capture = fetchCaptureFor(ai, resolved.config);
        // The SDK reads the body; the capture only tells what the headers of a failure said.
        capture?.release();
        try {
          const config = { abortSignal: signal, ...capture?.config };
          const response = await ai.models.generateContent(withConfig(resolved, config));
          if (isValueTooDeep(response)) throw depthError('The response');
          destination.next(chunkOf(response, 'a response of Gemini'));
        } catch (cause) {
          throw requestError(cause, signal, capture);
        }
      },
    };
  });
}
