import { createInteraction } from './createInteraction.js';
import type { EmulatorRequest } from '../exchange.js';
import { sendCodedError } from './followUp.js';
import { inputText, readInteractionRequest } from './interactionRequest.js';
import type { InteractionStore } from './interactionStore.js';
import type { OpenExchange } from '../openExchange.js';
import type { EmulatorReply } from '../scenario.js';

/** The options by which requests for interactions are answered. */
interface InteractionRules {
  readonly reply: EmulatorReply;
  readonly models: readonly string[] | undefined;
  readonly interactions: InteractionStore;
}

/** Answers a request for a new interaction, whose body is an object. */
export async function handleNewInteraction(
  exchange: OpenExchange,
  body: EmulatorRequest['body'],
  { reply, models, interactions }: InteractionRules,
): Promise<void> {
  const { record } = exchange;
  const { index, method, path, headers } = record;
  const { model: name = body['agent'] } = body;
  const model = typeof name === 'string' ? name.replace(/^models\//, '') : '';
  record.model = model === '' ? undefined : model;
  const interaction = readInteractionRequest(body, interactions, models);
  if ('error' in interaction) {
    sendCodedError(exchange, interaction);
    return;
  }
  const prompt = inputText(interaction.input);
  const fields = { index, method, path, headers, body, prompt, model, action: 'createInteraction' } as const;
  await createInteraction(exchange, fields, interaction, reply, interactions);
}
