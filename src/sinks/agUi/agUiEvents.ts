import type { GeminiChunk } from '../../chunk/geminiChunk.js';
import { isObject } from '../../rx/isObject.js';
import type { ReplyFormat } from '../replyFormat.js';
import { AgUiEncoder } from './agUiEncoder.js';
import type { AgUiEvent } from './agUiEvent.js';
import type { AgUiInput, AgUiRun } from './agUiInput.js';
import { objectAt, optionalStringAt, stringAt } from '../formats/requestFields.js';

/**
 * Makes the format of an AG-UI run, for `HttpAgent` 0.0.59 and 1.0, CopilotKit and TanStack's `ChatClient`: the option
 * `format` of the sinks, or of `toFormat` for an agent in the same process.
 *
 * Text, thoughts, calls with streamed arguments, results of tools, thought signatures and token counts have events of
 * the protocol. The sources of an answer are `metadata` of its message: `groundingMetadata`, `urlContextMetadata` and
 * `citations`. The rest is `CUSTOM`: see {@link AgUiCustomEvent}. A failure is always sent, as `RUN_ERROR` with the
 * sentence for its kind, the kind as `code`, and `metadata` on when to try again. A cancelled run ends with the outcome
 * `cancelled`; before protocol 1.0, with `RUN_ERROR` and the code `abort`. A run that did not fail has the finish reason
 * as `metadata`: put `classifyErrors` above, so that blocked, unsafe and truncated replies fail. Ids are new at each
 * subscription.
 *
 * A call that the run did not answer is for the client, which sends its result with the next run. A call that was cut
 * keeps its unfinished JSON, so that no client runs it.
 *
 * @param input - The body of the request; the fields that name the run are read, and the ids of the calls so
 *   far, which no call of the run gets.
 * @returns The format.
 * @throws GeminiError - `invalid_request`, if a field that names the run is wrong.
 * @example
 * ```ts
 * const format = agUiEvents({ threadId: 't', runId: 'r' });
 * reply$.pipe(toFormat(format)).subscribe(({ type }) => console.log(type));
 * ```
 * @public
 */
export function agUiEvents(input: AgUiRun & Partial<Pick<AgUiInput, 'messages'>>): ReplyFormat<GeminiChunk, AgUiEvent> {
  const { threadId, runId, protocolVersion, messages } = objectAt(input, 'input');
  const run = {
    threadId: stringAt(threadId, 'threadId'),
    runId: stringAt(runId, 'runId'),
    protocolVersion: optionalStringAt(protocolVersion, 'protocolVersion'),
  };
  const knownIds = callIdsOf(messages);
  return { begin: () => new AgUiEncoder(run, knownIds) };
}

/** The ids of the calls in messages, which {@link contentsFromAgUi} checks. */
function callIdsOf(messages: unknown): string[] {
  const calls = listOrEmpty(messages).flatMap((message) =>
    isObject(message) ? listOrEmpty(message['toolCalls']) : [],
  );
  return calls.flatMap((call) => (isObject(call) && typeof call['id'] === 'string' ? [call['id']] : []));
}

function listOrEmpty(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
