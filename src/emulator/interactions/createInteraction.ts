import { withDefaultAnswer } from '../answers/withDefaultAnswer.js';
import { apiError } from '../apiError.js';
import { scenarioOf } from '../scenarioOf.js';
import type { EmulatorInteractionRequest, EmulatorRequest } from '../exchange.js';
import { EmulatedRun } from './emulatedRun.js';
import type { InteractionStore } from './interactionStore.js';
import type { OpenExchange } from '../openExchange.js';
import type { AnswerPlan } from '../planFrames.js';
import { planInteraction } from './planInteraction.js';
import type { EmulatorReply } from '../scenario.js';
import { sendError } from '../sendJson.js';
import { sendPlan, setHeaders } from '../sendPlan.js';
import { unlessAborted } from '../waits.js';

/** Calls `reply`, and runs an interaction by its scenario: with its connection, or in the background. */
export async function createInteraction(
  exchange: OpenExchange,
  fields: Omit<EmulatorRequest, 'signal' | 'interaction'>,
  interaction: EmulatorInteractionRequest,
  reply: EmulatorReply,
  store: InteractionStore,
): Promise<void> {
  const { record } = exchange;
  const { model, body } = fields;
  const run = new EmulatedRun({ ...interaction, model, rawInput: body['input'] });
  const request: EmulatorRequest = { ...fields, interaction, signal: run.signal };
  store.start(run);
  void record.closed.then(() => {
    if (run.isOver || run.isDetached) return;
    run.stop();
    store.forget(run);
  });

  let plan: AnswerPlan;
  try {
    const answer =
      store.takeContinuation(interaction.continuationToken) ??
      (await unlessAborted(Promise.resolve(reply(request)), run.signal));
    if (run.signal.aborted) return;
    run.scenario = withDefaultAnswer(scenarioOf(answer), request);
    plan = await planInteraction(exchange, request, run, store);
    setHeaders(exchange, plan.contentType, run.scenario.headers);
  } catch (error) {
    run.stop();
    store.forget(run);
    sendError(exchange, apiError({ code: 500, message: `The emulator's \`reply\` failed: ${String(error)}` }));
    return;
  }
  await sendPlan(exchange, plan, run.scenario);
}
