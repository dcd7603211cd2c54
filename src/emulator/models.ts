import { apiError, type ApiErrorBody } from './apiError.js';
import type { Route } from './routeOf.js';

/** The list of models, if every model exists. */
const defaultModels = ['gemini-2.5-flash', 'gemini-2.5-flash-lite', 'gemini-2.5-pro'];

/** Gemini's error for a model that does not exist; `undefined` if the model exists. */
export function modelError(route: Route, models: readonly string[] | undefined): ApiErrorBody | undefined {
  const { action, model, resource, version } = route;
  if (models === undefined || model === '' || models.includes(model)) return undefined;
  const message = resource.includes('publishers/')
    ? `Publisher Model \`${resource}\` was not found or your project does not have access to it. Please ensure you are using a valid model version.`
    : `${resource} is not found for API version ${version}, or is not supported for ${action}. Call ListModels to see the list of available models and their supported methods.`;
  return apiError({ code: 404, message });
}

/** The answer to `GET …/models`. */
export function listModels(route: Route, models: readonly string[] = defaultModels): object {
  const list = models.map((model) => describeModel({ ...route, model, resource: route.resource + model }));
  return route.resource.includes('publishers/') ? { publisherModels: list } : { models: list };
}

/** The answer to `GET …/models/{model}`. */
export function describeModel({ model, resource }: Route): object {
  if (resource.includes('publishers/')) return { name: resource, versionId: 'default', launchStage: 'GA' };
  return {
    name: resource,
    version: '001',
    displayName: model,
    description: 'A model of the local emulator.',
    inputTokenLimit: 1_048_576,
    outputTokenLimit: 65_536,
    supportedGenerationMethods: ['generateContent', 'countTokens'],
    temperature: 1,
    topP: 0.95,
    topK: 64,
    maxTemperature: 2,
    thinking: true,
  };
}
