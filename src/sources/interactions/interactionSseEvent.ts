import { errorFromBody } from '../../errors/apiFailure.js';
import { findErrorBody } from '../../errors/findErrorBody.js';
import { depthError, isValueTooDeep } from '../../errors/jsonDepth.js';
import type { GeminiError } from '../../errors/geminiError.js';
import { toGeminiError } from '../../errors/toGeminiError.js';
import type { InteractionEvent } from '../../interaction/interactionEvent.js';
import { isObject, type Fields } from '../../rx/isObject.js';
import { isEmptyEvent, type ServerSentEvent } from '../eventReader.js';
import { eventError, eventJson, isHeartbeat } from '../geminiEvent.js';
import { notAnEvent, notAResponse } from '../protocolErrors.js';

/** Reads the server-sent events of one connection. */
export class InteractionSseReader {
  /**
   * The error of an event that cannot be read. It is thrown with the next event, or at the end: half an event may be
   * followed by the error for which the server broke off, which says more.
   */
  #broken: GeminiError | undefined;

  /**
   * Reads an event; returns undefined for `[DONE]`, an empty event and a heartbeat of a proxy.
   *
   * @param hasContent - Whether content arrived before: an error that blocks is then one of the answer.
   * @throws GeminiError - For an error that is not an event of the API, and for other JSON.
   */
  read(event: ServerSentEvent, hasContent: boolean): InteractionEvent | undefined {
    this.end();
    if (event.data === '[DONE]' || isEmptyEvent(event)) return undefined;
    const json = this.#parse(event);
    if (isInteractionEvent(json)) return json;
    if (json === undefined || isHeartbeat(event.type)) return undefined;
    return asInteractionEvent(json, hasContent);
  }

  /** @throws GeminiError - If the last event could not be read. */
  end(): void {
    if (this.#broken) throw this.#broken;
  }

  #parse(event: ServerSentEvent): unknown {
    try {
      return eventJson(event);
    } catch (cause) {
      const error = toGeminiError(cause);
      if (event.isLast || error.kind !== 'protocol') throw error;
      // The data of an `error` event may be a sentence.
      if (event.type === 'error' && !/^\s*[[{]/.test(event.data)) throw eventError(event);
      this.#broken = error;
      return undefined;
    }
  }
}

/**
 * The event of an interaction that a value is.
 *
 * @throws GeminiError - If the value is an error, or is not an event.
 */
function asInteractionEvent(value: unknown, hasContent: boolean): InteractionEvent {
  if (isInteractionEvent(value)) return value;
  // The SDK passes the text of an event whose JSON is broken.
  if (typeof value === 'string') throw notAnEvent(value);
  const body = findErrorBody(value);
  throw body ? errorFromBody(body, { hasContent }) : notAResponse(value, 'an event of an interaction');
}

/** The event that a value of the SDK's own stream is. */
export function sdkInteractionEvent(value: unknown, hasContent: boolean): InteractionEvent {
  if (isValueTooDeep(value)) throw depthError('An event');
  return asInteractionEvent(value, hasContent);
}

/** Whether a value is an event: of a known type, with the fields that the type must have, or of another type. */
export function isInteractionEvent(value: unknown): value is InteractionEvent {
  if (!isObject(value) || typeof value['event_type'] !== 'string') return false;
  switch (value['event_type']) {
    case 'step.delta':
      return isIndex(value['index']) && isObject(value['delta']);
    case 'step.start':
      return isIndex(value['index']) && hasTexts(value['step'], 'type');
    case 'step.stop':
      return isIndex(value['index']);
    case 'interaction.created':
    case 'interaction.completed':
      return hasTexts(value['interaction'], 'id', 'status');
    case 'interaction.status_update':
      return typeof value['status'] === 'string';
    default:
      return true;
  }
}

function isIndex(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function hasTexts(value: unknown, ...names: readonly string[]): value is Fields {
  return isObject(value) && names.every((name) => typeof value[name] === 'string');
}
