import type { GeminiResponse } from '../chunk/response.js';
import { assertOptions, typeError } from '../rx/assertions.js';

/** A client that streams: `GoogleGenAI` of any version, `fakeGemini`, or a stub. @public */
export interface StreamingClient<P> {
  /** The SDK's `ai.models`. */
  readonly models: {
    /** Opens a stream of responses. */
    generateContentStream(params: P): Promise<AsyncIterable<unknown>>;
  };
}

/** A client that answers at once: `GoogleGenAI` of any version, `fakeGemini`, or a stub. @public */
export interface GeneratingClient<P> {
  /** The SDK's `ai.models`. */
  readonly models: {
    /** Asks for one whole response. */
    generateContent(params: P): Promise<GeminiResponse>;
  };
}

/** The fields of the SDK's parameters that a source reads or replaces. */
export interface RequestParams {
  readonly config?: RequestConfig | undefined;
}

export interface RequestConfig {
  readonly abortSignal?: AbortSignal | undefined;
  readonly httpOptions?: { readonly fetch?: typeof fetch | undefined } | undefined;
  readonly automaticContinuation?: boolean | null | undefined;
}

/** A reply to be read. */
export interface ReplyRequest<P> {
  readonly ai: StreamingClient<P>;
  readonly params: P & RequestParams;
  /** Whether we read the body, where that can be done. */
  readonly isDirect: boolean;
  /** Called as a request goes out, or at the latest before the first chunk. */
  readonly onRequest?: (() => void) | undefined;
}

/** The parameters of one subscription. The type `P` is the client's, which is not ours to know. */
export function resolveParams<P>(params: P | (() => P)): P & RequestParams {
  const resolved: unknown = typeof params === 'function' ? (params as () => P)() : params;
  assertOptions(resolved, 'params');
  return resolved as P & RequestParams;
}

/** Parameters with some fields of `config` replaced. The SDK changes what it is given, so it gets a copy each time. */
export function withConfig<P extends RequestParams>(params: P, config: object): P {
  return { ...params, config: { ...params.config, ...config } };
}

/** @throws TypeError - If `params` is neither an object nor a function, whose result is checked when it is called. */
export function assertParams(params: unknown): void {
  if (typeof params === 'object' && params !== null) assertOptions(params, 'params');
  else if (typeof params !== 'function') throw typeError('params', 'an object, or a function that makes one', params);
}

/** @throws TypeError - If `ai` has no `models` with that method. */
export function assertClient(ai: unknown, method: string): void {
  const models = (ai as { models?: Record<string, unknown> } | null | undefined)?.models;
  if (typeof models?.[method] === 'function') return;
  throw typeError('ai', `a client with \`models.${method}\`, such as \`new GoogleGenAI({ apiKey })\``, ai);
}
