import { hasName } from '../errors/errorLike.js';
import { GeminiError } from '../errors/geminiError.js';

/** The error of the SDK's `httpOptions.timeout`. The SDK reports it as an abort like any other. */
export function sdkTimeout(cause?: unknown): GeminiError {
  return new GeminiError("The time that the SDK's `httpOptions.timeout` allows was up", { kind: 'timeout', cause });
}

/** Whether an abort was not ours, and so the SDK's own timeout. */
export function isSdkTimeout(cause: unknown, signal: AbortSignal): boolean {
  return !signal.aborted && hasName(cause, 'AbortError');
}
