import { isTextTooDeep } from '../errors/jsonDepth.js';
import { isObject } from '../rx/isObject.js';
import { tryParseJson } from '../rx/tryParseJson.js';
import { apiError } from './apiError.js';
import { countTokens } from './countTokens.js';
import type { EmulatorRequest } from './exchange.js';
import { answerCancel, answerDelete } from './interactions/answerCancel.js';
import { answerGet } from './interactions/answerGet.js';
import { handleNewInteraction } from './interactions/handleNewInteraction.js';
import type { InteractionStore } from './interactions/interactionStore.js';
import { keyError } from './keyError.js';
import type { AuthTokens } from './live/authTokens.js';
import { describeModel, listModels, modelError } from './models.js';
import type { OpenExchange } from './openExchange.js';
import { contentsIn, promptIn } from './requestBody.js';
import type { EmulatorReply } from './scenario.js';
import { sendError, sendJson } from './sendJson.js';
import { writeAnswer } from './writeAnswer.js';

/** The options by which an emulator answers. */
export interface EmulatorRules {
  readonly reply: EmulatorReply;
  readonly apiKey: string | undefined;
  readonly models: readonly string[] | undefined;
  readonly interactions: InteractionStore;
  readonly tokens: AuthTokens;
}

/** Answers a request. Rejects only if the client disconnects while it sends its body. */
export async function handleRequest(exchange: OpenExchange, rules: EmulatorRules): Promise<void> {
  const { reply, apiKey, models, interactions, tokens } = rules;
  const { record, route } = exchange;
  const json = await exchange.connection.receiveBody();
  record.body = json === undefined || isTextTooDeep(json) ? undefined : tryParseJson(json);

  if (!route) {
    sendError(
      exchange,
      apiError({ code: 404, message: `${record.method} ${record.path} is not a method of this API.` }),
    );
    return;
  }
  const refusal = keyError(exchange, apiKey) ?? modelError(route, models);
  if (refusal) {
    sendError(exchange, refusal);
    return;
  }
  const { action, model } = route;
  if (action === 'listModels') sendJson(exchange, listModels(route, models));
  else if (action === 'getModel') sendJson(exchange, describeModel(route));
  else if (action === 'getInteraction') await answerGet(exchange, interactions);
  else if (action === 'cancelInteraction') await answerCancel(exchange, interactions);
  else if (action === 'deleteInteraction') answerDelete(exchange, interactions);
  else if (!isObject(record.body)) sendError(exchange, bodyError(json));
  else if (action === 'createAuthToken') sendJson(exchange, tokens.create(record.body));
  else if (action === 'createInteraction') await handleNewInteraction(exchange, record.body, rules);
  else if (action === 'countTokens') sendJson(exchange, countTokens(record.body));
  else if (contentsIn(record.body).length === 0) sendError(exchange, noContents);
  else await writeAnswer(exchange, { ...requestFields(exchange, record.body), action, model }, reply);
}

/** The fields of a request that do not depend on its route. */
function requestFields({ record, signal }: OpenExchange, body: EmulatorRequest['body']) {
  const { index, method, path, headers } = record;
  return { index, method, path, headers, body, prompt: promptIn(body), signal };
}

function bodyError(json: string | undefined) {
  const message =
    json === undefined
      ? 'Request payload size exceeds the limit: 104857600 bytes.'
      : 'Invalid JSON payload received. Expected a JSON object.';
  return apiError({ code: 400, message });
}

const noContents = /* @__PURE__ */ apiError({
  code: 400,
  message: '* GenerateContentRequest.contents: contents is not specified\n',
});
