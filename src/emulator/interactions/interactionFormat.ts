import { streamErrorEvent } from './codedError.js';
import { toOldEvent } from './eventShapes.js';
import type { EmulatorEvent } from './interactionScenario.js';
import type { EmulatorScenario } from '../scenario.js';
import { bareError, type WireFormat } from '../wireFormat.js';

/** Server-sent events of the Interactions API: each has its type in a line `event:`, and `[DONE]` is the last. */
export function interactionFormat(scenario: EmulatorScenario): WireFormat {
  const { delimiter = '\n\n', lines = [], done = true, interaction } = scenario;
  const eol = delimiter.slice(0, delimiter.length / 2);
  const write = (above: readonly string[], data: string) => [...above, `data: ${data}`].join(eol) + delimiter;
  const event = (data: unknown) => {
    const shown = interaction?.oldNames ? toOldEvent(data as EmulatorEvent) : (data as EmulatorEvent);
    const { event_type: type } = shown;
    return write([...(typeof type === 'string' ? [`event: ${type}`] : []), ...lines], JSON.stringify(shown));
  };
  return {
    contentType: 'text/event-stream',
    event,
    error: (error, as) =>
      bareError(error, as) ??
      (as === 'data' ? write([], JSON.stringify(streamErrorEvent(error))) : event(streamErrorEvent(error))),
    tail: () => (done ? write(['event: done'], '[DONE]') : ''),
    delimiter,
    comment: `: heartbeat${delimiter}`,
  };
}
