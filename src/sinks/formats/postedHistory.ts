import type { GeminiContent } from '../../chunk/contentsOf.js';
import { normalizeHistory } from '../../chunk/normalizeHistory.js';
import { isLocalCallId } from './localCallId.js';

/**
 * Makes the contents of a posted history ready to send: in the order that the API demands, and without the ids that
 * were made up for the client. The ids are removed last, because they match responses to calls.
 */
export function postedHistory(contents: readonly GeminiContent[]): GeminiContent[] {
  return normalizeHistory(contents).map(withoutLocalIds);
}

function withoutLocalIds({ role, parts }: GeminiContent): GeminiContent {
  const own = parts.map((part) => {
    const { functionCall, functionResponse } = part;
    if (functionCall) return { ...part, functionCall: withoutLocalId(functionCall) };
    return functionResponse ? { ...part, functionResponse: withoutLocalId(functionResponse) } : part;
  });
  return { role, parts: own };
}

function withoutLocalId<C extends { id?: string }>(call: C): C {
  const { id, ...rest } = call;
  return id !== undefined && isLocalCallId(id) ? (rest as C) : call;
}
