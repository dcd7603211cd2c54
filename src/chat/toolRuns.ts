import type { EndedToolRun, ToolRun } from '../chunk/annotations.js';
import type { GeminiPart } from '../chunk/response.js';

/** A run that has ended, as it is; any other is cancelled. */
export function endedRun(run: ToolRun): EndedToolRun {
  if (run.response) return run;
  return { call: run.call, status: 'cancelled', response: { error: 'The call was cancelled.' } };
}

/** The response to a call. */
export function responsePart({ call: { id, name }, response, parts }: EndedToolRun): GeminiPart {
  return { functionResponse: { ...(id !== undefined && { id }), name, response, ...(parts && { parts }) } };
}
