import type { EndedToolRun, ToolRun } from '../chunk/annotations.js';
import type { GeminiPart } from '../chunk/response.js';
import type { ChatMessage, MessageCut } from './chatMessage.js';

/** Returns the end of a run: an ended run is unchanged, any other run is cancelled. */
export function endedRun(run: ToolRun): EndedToolRun {
  if (run.response) return run;
  return { call: run.call, status: 'cancelled', response: { error: 'The call was cancelled.' } };
}

/** The part of a request that responds to a call. */
export function responsePart({ call: { id, name }, response, parts }: EndedToolRun): GeminiPart {
  return { functionResponse: { ...(id !== undefined && { id }), name, response, ...(parts && { parts }) } };
}

/**
 * Ends the runs of a `tool` message. The message is not a draft, because the tools have run; calls that were cut off
 * get a response, too.
 */
export function withRunsEnded(message: ChatMessage, end: MessageCut | { readonly status: 'complete' }): ChatMessage {
  const runs = message.runs.map(endedRun);
  return { ...message, error: undefined, ...end, runs, parts: runs.map(responsePart) };
}
