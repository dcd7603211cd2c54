import type { GeminiResponse, GeminiPartialFunctionCall, GeminiPart } from './response.js';
import { partsOf } from './readers.js';

/** A finished function call. @public */
export interface GeminiFunctionCall {
  /** The id of the call, to be repeated in its response; absent if the model sends no ids. */
  readonly id?: string | undefined;
  /** The name of the function. */
  readonly name: string;
  /** The arguments; `{}` if the call has no arguments. */
  readonly args: Readonly<Record<string, unknown>>;
}

/**
 * Returns the finished function calls of a response.
 *
 * If the model streams arguments in pieces, a call is finished once its closing piece has been merged: read the calls
 * after `accumulate`, `finalResponse` or `bufferChunks`.
 *
 * @param response - A chunk, a snapshot or the SDK's response.
 * @param index - The index of the candidate. Default: 0.
 * @returns The calls, in order; an empty array if the response has no finished call.
 * @example
 * ```ts
 * const reply = mergeChunks(chunk('Let me see. '), callChunk('weather', { city: 'Cheyenne' }));
 * console.log(functionCallsOf(reply)); // [{ name: 'weather', args: { city: 'Cheyenne' } }]
 * ```
 * @public
 */
export function functionCallsOf(response: GeminiResponse, index = 0): GeminiFunctionCall[] {
  return callsIn(partsOf(response, index));
}

/** The finished function calls in some parts. */
export function callsIn(parts: readonly GeminiPart[]): GeminiFunctionCall[] {
  const calls: GeminiFunctionCall[] = [];
  for (const { functionCall } of parts) {
    if (!functionCall || !isFinishedCall(functionCall)) continue;
    const { id, name, args = {} } = functionCall;
    calls.push(id === undefined ? { name, args } : { id, name, args });
  }
  return calls;
}

/** Whether a call is whole: it has its first piece, which has the name, and its last. */
function isFinishedCall(call: GeminiPartialFunctionCall): call is GeminiPartialFunctionCall & { name: string } {
  return Boolean(call.name) && !call.willContinue && !call.partialArgs;
}

/** Whether a part is a piece of an unfinished call. */
export function isCallPiece({ functionCall }: GeminiPart): boolean {
  return Boolean(functionCall && !isFinishedCall(functionCall));
}
