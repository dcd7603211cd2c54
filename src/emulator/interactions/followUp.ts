import { apiError } from '../apiError.js';
import { assertFollowUp } from './assertInteraction.js';
import { codedError, type CodedErrorBody, statusOfErrorCode } from './codedError.js';
import type { EmulatedRun } from './emulatedRun.js';
import type { EmulatorFollowUp } from './interactionScenario.js';
import type { InteractionStore } from './interactionStore.js';
import type { OpenExchange } from '../openExchange.js';
import type { AnswerPlan } from '../planFrames.js';
import { planPlain } from './planInteraction.js';
import type { EmulatorScenario } from '../scenario.js';
import { sendError, sendJson } from '../sendJson.js';
import { sendPlan, setHeaders } from '../sendPlan.js';

/** A kind of later request for a run: a stream, another `get`, or a cancel. */
type FollowUpKind = keyof EmulatedRun['followUps'];

/** Plans the answer of a run without an error; or returns the service's error. */
type FollowUpPlanner = (
  run: EmulatedRun,
  scenario: EmulatorScenario,
  fault: EmulatorFollowUp,
) => AnswerPlan | CodedErrorBody;

/** Answers a later request for a run, with the faults that its scenario has for the request. */
export async function answerFollowUp(
  exchange: OpenExchange,
  store: InteractionStore,
  kind: FollowUpKind,
  planFor: FollowUpPlanner,
): Promise<void> {
  const run = runOf(exchange, store);
  if (!run) return;
  let scenario: EmulatorScenario;
  let plan: AnswerPlan | CodedErrorBody;
  try {
    const fault = nextFault(run, kind);
    scenario = { ...formatOf(run.scenario), ...fault };
    plan = planPlain(scenario, kind === 'resumes', exchange.signal) ?? planFor(run, scenario, fault);
    if ('steps' in plan) setHeaders(exchange, plan.contentType, scenario.headers);
  } catch (error) {
    sendError(exchange, apiError({ code: 500, message: `The emulator's \`${kind}\` failed: ${String(error)}` }));
    return;
  }
  if ('steps' in plan) await sendPlan(exchange, plan, scenario);
  else sendCodedError(exchange, plan);
}

/** The run of a request; answers with 404 if it is not kept. */
export function runOf(exchange: OpenExchange, store: InteractionStore): EmulatedRun | undefined {
  const id = exchange.route?.interactionId ?? '';
  const run = store.get(id);
  if (!run) sendCodedError(exchange, codedError('not_found', `The interaction ${id} was not found.`));
  return run;
}

/** Answers with an error of the API, and the status of its code. */
export function sendCodedError(exchange: OpenExchange, error: CodedErrorBody): void {
  sendJson(exchange, error, statusOfErrorCode(error.error.code));
}

/** The faults of the next request of a kind, which is counted. */
function nextFault(run: EmulatedRun, kind: FollowUpKind): EmulatorFollowUp {
  const index = run.followUps[kind];
  run.followUps[kind] += 1;
  const faults = run.interaction[kind] ?? {};
  if (typeof faults !== 'function') return (isFaultList(faults) ? faults[index] : faults) ?? {};
  const fault = faults(index) ?? {};
  assertFollowUp(kind, fault);
  return fault;
}

const isFaultList = (faults: EmulatorFollowUp | readonly EmulatorFollowUp[]): faults is readonly EmulatorFollowUp[] =>
  Array.isArray(faults);

/** The fields of a scenario that are no faults of its own connection. */
function formatOf(scenario: EmulatorScenario): EmulatorScenario {
  const { heartbeat, delimiter, lines, done, eventsPerPacket, packetBytes, interaction } = scenario;
  return {
    heartbeat,
    delimiter,
    lines,
    done,
    eventsPerPacket,
    packetBytes,
    interaction: { oldNames: interaction?.oldNames },
  };
}
