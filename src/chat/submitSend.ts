import type { GeminiPart } from '../chunk/response.js';
import { roleOf } from './chatMessage.js';
import { createMessage } from './messageFields.js';
import { runSend, type SendContext } from './runSend.js';
import type { SendPlan } from './sendTransaction.js';

/** The plan of a send with a message. */
type SubmitPlan = SendPlan & { readonly message: readonly GeminiPart[] };

/**
 * Starts a send at once. The state of the chat alone reports its outcome, so that no caller has to handle an error; a
 * message that a busy chat refuses is unsent.
 */
export function submitSend(plan: SubmitPlan, context: SendContext): void {
  const { state, queue } = context;
  const { message } = plan;
  const error = queue.refusal();
  if (error) {
    const refused = createMessage(state.newId(), roleOf(message), message, 'waiting');
    state.keepUnsent([{ ...refused, status: 'failed', error }]);
    return;
  }
  runSend(plan, context, () => undefined).subscribe({ error: () => undefined });
}
