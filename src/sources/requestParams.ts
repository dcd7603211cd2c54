import { assertOptions, typeError } from '../rx/assertions.js';

/** The fields of the SDK's parameters that a source reads or replaces. */
export interface RequestParams {
  readonly config?: RequestConfig | undefined;
}

export interface RequestConfig {
  readonly abortSignal?: AbortSignal | undefined;
  readonly httpOptions?: { readonly fetch?: typeof fetch | undefined } | undefined;
  readonly automaticContinuation?: boolean | null | undefined;
}

/** @throws TypeError - If `params` is neither an object nor a function, whose result is checked when it is called. */
export function assertParams(params: unknown): void {
  if (typeof params === 'object' && params !== null) assertOptions(params, 'params');
  else if (typeof params !== 'function') throw typeError('params', 'an object, or a function that makes one', params);
}

/** The parameters of one subscription. The type `P` is the client's, and unknown to this library. */
export function resolveParams<P>(params: P | (() => P)): P & RequestParams {
  const resolved: unknown = typeof params === 'function' ? (params as () => P)() : params;
  assertOptions(resolved, 'params');
  return resolved as P & RequestParams;
}

/** A copy of the parameters with some fields of `config` replaced: the SDK changes the object that is passed to it. */
export function withConfig<P extends RequestParams>(params: P, config: object): P {
  return { ...params, config: { ...params.config, ...config } };
}
