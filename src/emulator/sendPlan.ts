import type { OpenExchange } from './openExchange.js';
import type { AnswerPlan } from './planFrames.js';
import { dropConnection, runSteps } from './runSteps.js';
import type { EmulatorScenario } from './scenario.js';
import { sleep } from './waits.js';

/** Sends a planned answer: the headers, after their delay, and the steps; or breaks the connection before the headers. */
export async function sendPlan(
  exchange: OpenExchange,
  plan: AnswerPlan,
  { dropAfter }: EmulatorScenario,
): Promise<void> {
  const { signal, record, connection } = exchange;
  await sleep(plan.headersDelay, signal);
  if (signal.aborted) return;
  if (dropAfter && 'request' in dropAfter) {
    dropConnection(exchange, dropAfter.reset ?? false);
    return;
  }
  record.status = plan.status;
  connection.sendHead(plan.status);
  await runSteps(plan.steps, exchange);
}

/** Sets the headers of an answer. Throws if one is not valid. */
export function setHeaders(
  { connection }: OpenExchange,
  contentType: string,
  headers: EmulatorScenario['headers'] = {},
): void {
  connection.setHeader('content-type', contentType);
  for (const [name, value] of Object.entries(headers)) connection.setHeader(name, value);
}
