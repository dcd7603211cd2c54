import type { InteractionEvent } from '../../interaction/interactionEvent.js';
import { codedError, streamErrorEvent } from './codedError.js';
import { shapeEvents } from './eventShapes.js';
import type { EmulatorRequest } from '../exchange.js';
import type { EmulatedRun } from './emulatedRun.js';
import type { EmulatorEvent } from './interactionScenario.js';
import { runEvents } from './runEvents.js';
import type { EmulatorScenario } from '../scenario.js';
import { sleep } from '../waits.js';

/**
 * Writes the events of a run to its log, at its pace, and yields each. An iterable that throws ends in an error event.
 * Calls back once the run has the id that its events have.
 */
export async function* writeRun(
  run: EmulatedRun,
  request: EmulatorRequest,
  onId: () => void,
): AsyncGenerator<InteractionEvent> {
  const { signal } = run;
  try {
    for await (const event of paceEvents(shapeEvents(runEvents(run, request), run.interaction), run.scenario, signal)) {
      if (signal.aborted) return;
      const written = run.append(event);
      if (written.event_type === 'interaction.created') onId();
      yield written;
    }
  } catch (error) {
    if (!signal.aborted) yield run.append(streamErrorEvent(codedError('api_error', String(error))));
  } finally {
    run.end();
  }
}

/** Adds the delays between the events. The id and the status are known at once: only steps and the end take time. */
async function* paceEvents(
  events: AsyncIterable<EmulatorEvent>,
  { firstDelay = 0, pace = 0, eventsPerPacket = 1 }: EmulatorScenario,
  signal: AbortSignal,
): AsyncGenerator<EmulatorEvent> {
  let paced = 0;
  for await (const event of events) {
    if (!announcements.has(event.event_type)) {
      if (paced === 0) await sleep(firstDelay, signal);
      else if (paced % eventsPerPacket === 0) await sleep(pace, signal);
      paced += 1;
    }
    yield event;
  }
}

const announcements = new Set<unknown>(['interaction.created', 'interaction.status_update']);
