import type { GeminiPart } from '../chunk/response.js';
import type { InteractionStep } from '../interaction/interactionStep.js';

/** The steps of a part that is a call or a result. */
export function stepsOfPart(part: GeminiPart): InteractionStep[] {
  const { functionCall: call, functionResponse: response, thoughtSignature } = part;
  const signature = thoughtSignature === undefined ? {} : { signature: thoughtSignature };
  if (call) return [{ type: 'function_call', id: call.id, name: call.name, arguments: call.args ?? {}, ...signature }];
  if (response)
    return [{ type: 'function_result', call_id: response.id, name: response.name, result: response.response }];
  return [];
}
