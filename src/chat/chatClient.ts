import { map, type Observable } from 'rxjs';
import type { Content } from '../chunk/contentsOf.js';
import { fromRequest } from '../sources/fromRequest.js';

/** What a chat needs of a client: `GoogleGenAI` of any version, `fakeGemini`, or a stub. @public */
export interface ChatClient<P> {
  /** The SDK's `ai.models`. */
  readonly models: {
    /** Opens a stream of responses. */
    generateContentStream(params: P): Promise<AsyncIterable<unknown>>;
    /** Counts tokens; only needed for a `window` of `tokens`. */
    countTokens?(params: TokenQuestion): Promise<{ readonly totalTokens?: number | undefined }>;
  };
}

/** What `countTokens` is asked. @public */
export interface TokenQuestion {
  /** The model's name. */
  model: string;
  /** What is counted. */
  contents: Content[];
  /** How it is asked. */
  config: { abortSignal: AbortSignal };
}

/** How many tokens some contents have; unsubscribing aborts the request. */
export function tokensOf<P>(ai: ChatClient<P>, model: string, contents: Content[]): Observable<number> {
  return fromRequest<{ readonly totalTokens?: number | undefined } | undefined>(() => ({
    async run({ destination, signal }) {
      destination.next(await ai.models.countTokens?.({ model, contents, config: { abortSignal: signal } }));
    },
  })).pipe(map((answer) => answer?.totalTokens ?? 0));
}
