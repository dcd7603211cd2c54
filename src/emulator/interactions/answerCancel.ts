import { codedError } from './codedError.js';
import { answerFollowUp, runOf } from './followUp.js';
import type { InteractionStore } from './interactionStore.js';
import type { OpenExchange } from '../openExchange.js';
import { planJson } from '../planPlain.js';
import { sendJson } from '../sendJson.js';

/** Answers `POST …/interactions/{id}/cancel`. */
export async function answerCancel(exchange: OpenExchange, store: InteractionStore): Promise<void> {
  await answerFollowUp(exchange, store, 'cancels', (run, scenario) => {
    if (!run.request.background || run.isOver) {
      return codedError('failed_precondition', 'Only a background interaction in progress can be cancelled.');
    }
    run.cancel();
    return planJson(scenario, run.resource(), exchange.signal);
  });
}

/** Answers `DELETE …/interactions/{id}`: a run in progress continues, but cannot be got any more. */
export function answerDelete(exchange: OpenExchange, store: InteractionStore): void {
  const run = runOf(exchange, store);
  if (!run) return;
  store.forget(run);
  sendJson(exchange, {});
}
