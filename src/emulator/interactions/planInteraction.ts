import type { InteractionEvent } from '../../interaction/interactionEvent.js';
import { toCodedError } from './codedError.js';
import type { EmulatorRequest } from '../exchange.js';
import { chunkFrames, unterminated } from '../frames.js';
import { interactionFormat } from './interactionFormat.js';
import type { EmulatedRun } from './emulatedRun.js';
import type { InteractionStore } from './interactionStore.js';
import type { OpenExchange } from '../openExchange.js';
import { type AnswerPlan, planFrames } from '../planFrames.js';
import { errorAnswer, planBody, planError, planJson } from '../planPlain.js';
import type { EmulatorScenario } from '../scenario.js';
import { untilAborted } from '../waits.js';
import { jsonFormat } from '../wireFormat.js';
import { writeRun } from './writeRun.js';

/** Plans the answer to the request that creates a run, and starts the run, unless the answer is only an error or a body. */
export async function planInteraction(
  { record, signal }: OpenExchange,
  request: EmulatorRequest,
  run: EmulatedRun,
  store: InteractionStore,
): Promise<AnswerPlan> {
  const { scenario } = run;
  const { stream = false, background = false } = request.interaction ?? {};
  const plain = planPlain(scenario, stream, signal);
  if (plain) {
    run.stop();
    return plain;
  }
  const { continuation } = scenario;
  const { id } = run.interaction;
  if (id !== undefined) run.id = id;
  if (continuation !== undefined) store.setContinuation(run.continuationToken, continuation);
  const keep = () => {
    store.keep(run);
    record.interactionId = run.id;
  };
  keep();

  const written = writeRun(run, request, keep);
  if (run.isDetached) void runToEnd(written);
  const events = run.isDetached ? untilAborted(run.log.from(0), signal) : written;
  if (stream) return planEvents(scenario, events, signal);
  return background ? planStarted(run, signal) : planFinished(run, events, signal);
}

/** Plans an answer that is only an error, or a body that is sent unchanged; undefined for any other answer. */
export function planPlain(scenario: EmulatorScenario, isStream: boolean, signal: AbortSignal): AnswerPlan | undefined {
  const error = errorAnswer(scenario, isStream);
  if (error) {
    const { body, status } = toCodedError(error);
    return planError(scenario, body, status, signal);
  }
  if (scenario.body === undefined) return undefined;
  return planBody(scenario, scenario.body, isStream ? interactionFormat(scenario) : jsonFormat(), signal);
}

/** Plans a stream of events, which have their own pace. */
export function planEvents(
  scenario: EmulatorScenario,
  events: AsyncIterable<InteractionEvent>,
  signal: AbortSignal,
): AnswerPlan {
  const format = interactionFormat(scenario);
  const frames = chunkFrames(events, format);
  const whole = scenario.unterminated ? unterminated(frames, format.delimiter) : frames;
  return planFrames({ ...scenario, firstDelay: 0, pace: 0 }, whole, format, signal);
}

/** Plans the answer of a run in the background: its first state. */
async function planStarted(run: EmulatedRun, signal: AbortSignal): Promise<AnswerPlan> {
  await run.log.from(0).next();
  const { queued } = run.interaction;
  const first = run.summary(queued === undefined ? 'in_progress' : 'queued', { ...run.times(), steps: [] });
  return planJson(run.scenario, first, signal);
}

/** Plans the answer of a run in one piece, once it is over. */
async function planFinished(
  run: EmulatedRun,
  events: AsyncIterable<InteractionEvent>,
  signal: AbortSignal,
): Promise<AnswerPlan> {
  let last: InteractionEvent | undefined;
  for await (const event of events) last = event;
  if (last?.event_type !== 'error') return planJson(run.scenario, run.resource(), signal);
  const { body, status } = toCodedError({ error: last.error });
  return planError(run.scenario, body, status, signal);
}

async function runToEnd(events: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of events);
}
