import { withDefaultAnswer } from './answers/withDefaultAnswer.js';
import { apiError } from './apiError.js';
import { scenarioOf } from './scenarioOf.js';
import type { EmulatorRequest } from './exchange.js';
import type { OpenExchange } from './openExchange.js';
import { planAnswer } from './planAnswer.js';
import type { AnswerPlan } from './planFrames.js';
import type { EmulatorReply, EmulatorScenario } from './scenario.js';
import { isListAnswer, sendError } from './sendJson.js';
import { sendPlan, setHeaders } from './sendPlan.js';
import { unlessAborted } from './waits.js';

/** Calls `reply`, and answers the request with its scenario. */
export async function writeAnswer(
  exchange: OpenExchange,
  request: EmulatorRequest,
  reply: EmulatorReply,
): Promise<void> {
  const { signal } = exchange;
  let scenario: EmulatorScenario;
  let plan: AnswerPlan;
  try {
    const answer = await unlessAborted(Promise.resolve(reply(request)), signal);
    if (signal.aborted) return;
    scenario = withDefaultAnswer(scenarioOf(answer), request);
    plan = await planAnswer(scenario, request, isListAnswer(exchange));
    setHeaders(exchange, plan.contentType, scenario.headers);
  } catch (error) {
    sendError(exchange, apiError({ code: 500, message: `The emulator's \`reply\` failed: ${String(error)}` }));
    return;
  }

  await sendPlan(exchange, plan, scenario);
}
