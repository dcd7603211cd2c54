import { apiError } from './apiError.js';
import { scenarioOf } from './assertScenario.js';
import type { EmulatorRequest } from './exchange.js';
import type { OpenExchange } from './openExchange.js';
import { planAnswer } from './planAnswer.js';
import type { AnswerPlan } from './planFrames.js';
import { dropConnection, runSteps } from './runSteps.js';
import type { EmulatorReply, EmulatorScenario } from './scenario.js';
import { isListAnswer, sendError } from './sendJson.js';
import { sleep, unlessAborted } from './waits.js';

/** Calls `reply`, and answers the request with its scenario. */
export async function writeAnswer(
  exchange: OpenExchange,
  request: EmulatorRequest,
  reply: EmulatorReply,
): Promise<void> {
  const { signal } = exchange;
  const hasDisconnected = () => signal.aborted;
  let scenario: EmulatorScenario;
  let plan: AnswerPlan;
  try {
    const answer = await unlessAborted(Promise.resolve(reply(request)), signal);
    if (hasDisconnected()) return;
    scenario = scenarioOf(answer);
    plan = await planAnswer(scenario, request, isListAnswer(exchange));
    setHeaders(exchange, plan.contentType, scenario.headers);
  } catch (error) {
    sendError(exchange, apiError({ code: 500, message: `The emulator's \`reply\` failed: ${String(error)}` }));
    return;
  }

  await sleep(plan.headersDelay, signal);
  if (hasDisconnected()) return;
  const { dropAfter } = scenario;
  if (dropAfter && 'request' in dropAfter) {
    dropConnection(exchange, dropAfter.reset ?? false);
    return;
  }
  exchange.record.status = plan.status;
  exchange.response.writeHead(plan.status);
  exchange.response.flushHeaders();
  await runSteps(plan.steps, exchange);
}

function setHeaders({ response }: OpenExchange, contentType: string, headers: EmulatorScenario['headers'] = {}): void {
  response.setHeader('content-type', contentType);
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
}
