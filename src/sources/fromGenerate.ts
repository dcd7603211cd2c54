import type { Observable } from 'rxjs';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import type { GeminiError } from '../errors/geminiError.js';
import { toGeminiError } from '../errors/toGeminiError.js';
import { depthError, isValueTooDeep } from '../errors/jsonDepth.js';
import { assertClient, assertParams, resolveParams, withConfig, type GeneratingClient } from './client.js';
import { fetchCaptureFor } from './fetchCaptureFor.js';
import { chunkOf, contentOf } from './geminiEvent.js';
import { fromRequest } from './fromRequest.js';
import { parseJson } from './parseJson.js';
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
        const body = new ResponseBody();
        capture?.judgeBodies((text) => body.judge(text));
        try {
          const config = { abortSignal: signal, ...capture?.config };
          const response = await ai.models.generateContent(withConfig(resolved, config));
          if (body.error && !body.isResponse) throw body.error;
          if (isValueTooDeep(response)) throw depthError(subject);
          destination.next(chunkOf(response, expected));
          if (body.error) throw body.error;
        } catch (cause) {
          throw requestError(cause, signal, capture);
        }
      },
    };
  });
}

const subject = 'The response';
const expected = 'a response of Gemini';

/** Judges the body of a success before the SDK reads it: an error, or another vendor's answer, would be an empty reply. */
class ResponseBody {
  /** The error that the body is, or has beside its content. */
  error: GeminiError | undefined;
  /** Whether the body has content. */
  isResponse = true;

  judge(text: string): boolean {
    try {
      const json = parseJson(text, subject);
      // The SDK has its own words for a body that is not JSON.
      const content = json === undefined ? undefined : contentOf(json, false, expected);
      this.error = content?.error;
      this.isResponse = content?.error === undefined || content.chunk !== undefined;
    } catch (cause) {
      this.error = toGeminiError(cause);
      this.isResponse = false;
    }
    return this.isResponse;
  }
}
