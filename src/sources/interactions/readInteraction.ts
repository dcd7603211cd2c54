import { parseServerError } from '../../errors/parseServerError.js';
import type { InteractionResource } from '../../interaction/interactionEvent.js';
import { isObject } from '../../rx/isObject.js';
import type { InteractionsApi } from './interactionsClient.js';
import { callSdk } from './openInteraction.js';
import { parseUntrustedJson } from '../parseUntrustedJson.js';
import { notAnEvent, notAResponse } from '../protocolErrors.js';

/**
 * Reads an interaction, as far as it is, in one request.
 *
 * @throws GeminiError - If the request fails, or the response is not an interaction.
 */
export async function readInteraction(
  api: InteractionsApi,
  signal: AbortSignal,
  id: string,
  params: object,
): Promise<InteractionResource> {
  let text: string | undefined;
  let json: unknown;
  const value = await callSdk(
    api,
    signal,
    (client, options) => client.get(id, params, options),
    async (response) => {
      // The SDK adds fields of its own to the JSON, and quotes a body that is not JSON.
      text = await response.text();
      json = parseUntrustedJson(text, 'The interaction');
      return jsonResponse(json === undefined ? '{}' : text);
    },
  );
  if (text !== undefined && json === undefined) throw notAnEvent(text);
  const resource = json ?? value;
  if (isResource(resource)) return resource;
  throw parseServerError(resource) ?? notAResponse(resource, 'an interaction');
}

/** The longest wait for the response to a cancel, in ms: nobody else ends its request. */
const maxCancelWait = 10_000;

/** Cancels an interaction. A response of any form means that the server has accepted the request. */
export async function requestCancel(api: InteractionsApi, id: string, params: object): Promise<void> {
  const signal = AbortSignal.timeout(maxCancelWait);
  await callSdk(
    api,
    signal,
    (client, options) => client.cancel(id, params, options),
    () => jsonResponse('{}'),
  );
}

function jsonResponse(body: string): Response {
  return new Response(body, { headers: { 'Content-Type': 'application/json' } });
}

function isResource(value: unknown): value is InteractionResource {
  if (!isObject(value) || typeof value['status'] !== 'string') return false;
  const steps = value['steps'] ?? [];
  return Array.isArray(steps) && steps.every((step) => isObject(step) && typeof step['type'] === 'string');
}
