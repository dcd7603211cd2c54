import { map, type Observable } from 'rxjs';
import type { GeminiContent } from '../chunk/contentsOf.js';
import { fromRequest } from '../sources/fromRequest.js';

/** The part of a client that a chat needs: `GoogleGenAI` of any version, `fakeGemini`, or a stub. @public */
export interface ChatClient<P> {
  /** The SDK's `ai.models`. */
  readonly models: {
    /** Opens a stream of responses. */
    generateContentStream(params: P): Promise<AsyncIterable<unknown>>;
    /** Counts tokens; only needed for a `window` of `tokens`. */
    countTokens?(params: TokenQuestion): Promise<{ readonly totalTokens?: number | undefined }>;
  };
}

/** The parameters of `countTokens`. @public */
export interface TokenQuestion {
  /** The model's name. */
  model: string;
  /** The contents to count. */
  contents: GeminiContent[];
  /** The config of the request. */
  config: { abortSignal: AbortSignal };
}

/** The number of tokens of some contents; unsubscribing aborts the request. */
export function requestTokenCount<P>(ai: ChatClient<P>, model: string, contents: GeminiContent[]): Observable<number> {
  return fromRequest<{ readonly totalTokens?: number | undefined } | undefined>(() => ({
    async run({ destination, signal }) {
      destination.next(await ai.models.countTokens?.({ model, contents, config: { abortSignal: signal } }));
    },
  })).pipe(map((answer) => answer?.totalTokens ?? 0));
}
