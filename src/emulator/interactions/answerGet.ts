import type { InteractionEvent } from '../../interaction/interactionEvent.js';
import { codedError } from './codedError.js';
import { answerFollowUp } from './followUp.js';
import type { EmulatedRun } from './emulatedRun.js';
import type { EmulatorFollowUp } from './interactionScenario.js';
import type { InteractionStore } from './interactionStore.js';
import type { OpenExchange } from '../openExchange.js';
import type { AnswerPlan } from '../planFrames.js';
import { planEvents } from './planInteraction.js';
import { planJson } from '../planPlain.js';
import { recutEvents } from './recutEvents.js';
import type { EmulatorScenario } from '../scenario.js';
import { untilAborted } from '../waits.js';

/** Answers `GET …/interactions/{id}`: with the state, or with the events after `last_event_id`. */
export async function answerGet(exchange: OpenExchange, store: InteractionStore): Promise<void> {
  const { signal, route } = exchange;
  const query = route?.query ?? new URLSearchParams();
  const includesInput = query.get('include_input') === 'true';
  if (query.get('stream') !== 'true') {
    await answerFollowUp(exchange, store, 'polls', (run, scenario) =>
      planJson(scenario, run.resource(includesInput), signal),
    );
    return;
  }
  const lastId = query.get('last_event_id') ?? '';
  await answerFollowUp(exchange, store, 'resumes', (run, scenario, fault) => {
    const at = run.log.events.findIndex(({ event_id: id }) => id === lastId);
    if (lastId !== '' && at < 0) return codedError('invalid_request', `The interaction has no event ${lastId}.`);
    const from = lastId === '' || fault.replay === 'start' ? 0 : at + 1;
    return planResumed(run, scenario, fault, from, signal);
  });
}

function planResumed(
  run: EmulatedRun,
  scenario: EmulatorScenario,
  { recut, silent = false }: EmulatorFollowUp,
  from: number,
  signal: AbortSignal,
): AnswerPlan {
  const events = silent ? replayed(run, from) : untilAborted(run.log.from(from), signal);
  return planEvents(scenario, recut === undefined ? events : recutEvents(events, recut), signal);
}

/** The events so far without the last event of the run; then nothing, for ever. */
async function* replayed(run: EmulatedRun, from: number): AsyncGenerator<InteractionEvent> {
  yield* run.log.events.slice(from, run.isOver ? -1 : undefined);
  await new Promise(() => undefined);
}
