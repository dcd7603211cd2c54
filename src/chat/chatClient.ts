import type { GeminiContent } from '../chunk/contentsOf.js';

/** The part of a client that a chat needs: `GoogleGenAI` of any version, `fakeGemini`, or a stub. @public */
export interface ChatClient<P> {
  /** The SDK's `ai.models`. */
  readonly models: {
    /** Opens a stream of responses. */
    generateContentStream(params: P): Promise<AsyncIterable<unknown>>;
    /** Counts tokens; only needed for a `window` of `tokens`. */
    countTokens?(params: {
      model: string;
      contents: GeminiContent[];
      config: { abortSignal: AbortSignal };
    }): Promise<{ readonly totalTokens?: number | undefined }>;
  };
}
