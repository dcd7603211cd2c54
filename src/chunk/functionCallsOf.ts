import type { GeminiResponse, GeminiPartialFunctionCall, GeminiPart } from './response.js';
import { partsOf } from './readers.js';

/** A finished function call. @public */
export interface GeminiFunctionCall {
  /** The call's id, to be repeated in its response; not every model gives one. */
  readonly id?: string | undefined;
  /** The function's name. */
  readonly name: string;
  /** Its arguments; `{}` where it has none. */
  readonly args: Readonly<Record<string, unknown>>;
}

/**
 * The finished function calls of a response.
 *
 * Where the model streams arguments in pieces, a call is finished once its closing piece has merged: read it after
 * `accumulate`, `finalResponse` or `bufferChunks`.
 *
 * @param response - A chunk, a snapshot or the SDK's response.
 * @param index - Which candidate. Default: 0.
 * @returns The calls, in order; empty where there are none.
 * @example
 * ```ts
 * const reply = mergeChunks(chunk('Let me see. '), callChunk('weather', { city: 'Cheyenne' }));
 * console.log(functionCallsOf(reply)); // [{ name: 'weather', args: { city: 'Cheyenne' } }]
 * ```
 * @public
 */
export function functionCallsOf(response: GeminiResponse, index = 0): GeminiFunctionCall[] {
  return partsOf(response, index).flatMap(({ functionCall }) => {
    if (!functionCall || !isFinishedCall(functionCall)) return [];
    const { id, name, args = {} } = functionCall;
    return [id === undefined ? { name, args } : { id, name, args }];
  });
}

/** Whether a call is whole: it has its first piece, which names it, and its last, after which none follows. */
function isFinishedCall(call: GeminiPartialFunctionCall): call is GeminiPartialFunctionCall & { name: string } {
  return Boolean(call.name) && !call.willContinue && !call.partialArgs;
}

/** Whether a part is a piece of a call that is not whole. */
export function isCallPiece({ functionCall }: GeminiPart): boolean {
  return Boolean(functionCall && !isFinishedCall(functionCall));
}
