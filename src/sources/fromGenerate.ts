import type { Observable } from 'rxjs';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import type { GeminiError } from '../errors/geminiError.js';
import { toGeminiError } from '../errors/toGeminiError.js';
import { isWebPage } from '../errors/webPage.js';
import { depthError, isValueTooDeep } from '../errors/jsonDepth.js';
import { assertClient, type GeneratingClient } from './client.js';
import { fromRequest } from './fromRequest.js';
import { webPageError } from './protocolErrors.js';
import { parseUntrustedJson } from './parseUntrustedJson.js';
import { assertParams, resolveParams, withConfig } from './requestParams.js';
import { responseChunk, responseContent } from './responseContent.js';
import { sdkRequestError } from './sdkError.js';
import { sdkFetchFor } from './sdkFetch.js';

/**
 * Requests a reply of Gemini that is not streamed, as a cold Observable of one chunk: uses `ai.models.generateContent`.
 * Every operator works on the result, as on that of {@link fromGemini}.
 *
 * Each subscription makes its own request; unsubscribing aborts the request. Errors are those of {@link fromGemini}.
 *
 * @param ai - The client: `new GoogleGenAI({ apiKey })` of any version from 1.50, or `fakeGemini`.
 * @param params - The parameters of `generateContent`, or a function that makes them for each subscription. Not changed.
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
        const body = new ResponseBody();
        const sdkFetch = sdkFetchFor(ai, resolved.config, { onSuccess: body.check });
        try {
          const config = { abortSignal: signal, ...sdkFetch?.config };
          const response = await ai.models.generateContent(withConfig(resolved, config));
          if (body.error && !body.hasContent) throw body.error;
          if (isValueTooDeep(response)) throw depthError(subject);
          destination.next(responseChunk(response, expected));
          if (body.error) throw body.error;
        } catch (cause) {
          throw sdkRequestError(cause, signal, sdkFetch);
        }
      },
    };
  });
}

const subject = 'The response';
const expected = 'a response of Gemini';

/**
 * Reads the body of a success before the SDK does, which drops every field that it does not know: an error, or another
 * vendor's response, would become an empty reply.
 */
class ResponseBody {
  /** The error in the body, alone or beside its content. */
  error: GeminiError | undefined;
  hasContent = true;

  /** Returns a response for the SDK: the body, or an empty object in place of a body without content. */
  readonly check = async (response: Response): Promise<Response> => {
    const { status, headers } = response;
    const text = await response.text();
    this.#read(text);
    return new Response(this.hasContent ? text : '{}', { status, headers });
  };

  #read(text: string): void {
    try {
      if (isWebPage(text)) throw webPageError();
      const json = parseUntrustedJson(text, subject);
      // The SDK reports a body that is not JSON.
      const content = json === undefined ? undefined : responseContent(json, false, expected);
      this.error = content?.error;
      this.hasContent = content?.error === undefined || content.chunk !== undefined;
    } catch (cause) {
      this.error = toGeminiError(cause);
      this.hasContent = false;
    }
  }
}
