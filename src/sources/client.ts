import type { GeminiResponse } from '../chunk/response.js';
import { typeError } from '../rx/assertions.js';

/** A client that streams: `GoogleGenAI` of any version, `fakeGemini`, or a stub. @public */
export interface StreamingClient<P> {
  /** The SDK's `ai.models`. */
  readonly models: {
    /** Opens a stream of responses. */
    generateContentStream(params: P): Promise<AsyncIterable<unknown>>;
  };
}

/** A client that does not stream: `GoogleGenAI` of any version, `fakeGemini`, or a stub. @public */
export interface GeneratingClient<P> {
  /** The SDK's `ai.models`. */
  readonly models: {
    /** Requests one whole response. */
    generateContent(params: P): Promise<GeminiResponse>;
  };
}

/** @throws TypeError - If `ai` has no `models` with that method. */
export function assertClient(ai: unknown, method: string): void {
  if (isClient(ai, method)) return;
  throw typeError('ai', `a client with \`models.${method}\`, such as \`new GoogleGenAI({ apiKey })\``, ai);
}

/** Whether `ai` has `models` with that method. */
export function isClient(ai: unknown, method: string): boolean {
  const models = (ai as { models?: Record<string, unknown> } | null | undefined)?.models;
  return typeof models?.[method] === 'function';
}
