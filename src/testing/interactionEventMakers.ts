import type {
  InteractionCompletedEvent,
  InteractionCreatedEvent,
  InteractionDelta,
  InteractionErrorEvent,
  InteractionResource,
  InteractionStatus,
  InteractionStatusEvent,
  InteractionStepDeltaEvent,
  InteractionStepStartEvent,
  InteractionStepStopEvent,
} from '../interaction/interactionEvent.js';
import type { InteractionStep } from '../interaction/interactionStep.js';
import { assertInteger, assertOptions, assertString } from '../rx/assertions.js';

/** Fields of the interaction of an event, beside its id and its status. @public */
export type InteractionFields = Partial<Omit<InteractionResource, 'id' | 'status'>>;

/**
 * Makes the first event of an interaction.
 *
 * @param id - The id of the interaction; `''` for one that is not stored.
 * @param fields - Further fields of the interaction: `model`, `agent`, `created`, …
 * @returns An event of type `interaction.created`.
 * @example
 * ```ts
 * const events = [createdEvent('v1_a'), stepStartEvent(0, { type: 'model_output' }), textEvent(0, 'Hi'), completedEvent('v1_a')];
 * ```
 * @public
 */
export function createdEvent(id: string, fields: InteractionFields = {}): InteractionCreatedEvent {
  assertString('id', id);
  assertOptions(fields, 'fields');
  return { event_type: 'interaction.created', interaction: { id, status: 'in_progress', ...fields } };
}

/**
 * Makes a change of the status.
 *
 * @param id - The id of the interaction.
 * @param status - The status.
 * @returns An event of type `interaction.status_update`.
 * @public
 */
export function statusEvent(id: string, status: InteractionStatus): InteractionStatusEvent {
  assertString('id', id);
  assertString('status', status);
  return { event_type: 'interaction.status_update', interaction_id: id, status };
}

/**
 * Makes the start of a step.
 *
 * @param index - The index of the step.
 * @param step - The step, which may hold content already.
 * @returns An event of type `step.start`.
 * @public
 */
export function stepStartEvent(index: number, step: InteractionStep): InteractionStepStartEvent {
  assertInteger('index', index, 0);
  assertOptions(step, 'step');
  return { event_type: 'step.start', index, step };
}

/**
 * Makes a piece of a step.
 *
 * @param index - The index of the step.
 * @param delta - The piece.
 * @returns An event of type `step.delta`.
 * @public
 */
export function deltaEvent(index: number, delta: InteractionDelta): InteractionStepDeltaEvent {
  assertInteger('index', index, 0);
  assertOptions(delta, 'delta');
  return { event_type: 'step.delta', index, delta };
}

/**
 * Makes a piece of the answer's text.
 *
 * @param index - The index of the step, of type `model_output`.
 * @param text - The text.
 * @returns An event of type `step.delta`.
 * @public
 */
export function textEvent(index: number, text: string): InteractionStepDeltaEvent {
  assertString('text', text);
  return deltaEvent(index, { type: 'text', text });
}

/**
 * Makes the end of a step.
 *
 * @param index - The index of the step.
 * @returns An event of type `step.stop`.
 * @public
 */
export function stepStopEvent(index: number): InteractionStepStopEvent {
  assertInteger('index', index, 0);
  return { event_type: 'step.stop', index };
}

/**
 * Makes the last event of an interaction.
 *
 * @param id - The id of the interaction.
 * @param status - The status. Default: `completed`.
 * @param fields - Further fields of the interaction: `usage`, …
 * @returns An event of type `interaction.completed`.
 * @public
 */
export function completedEvent(
  id: string,
  status: InteractionStatus = 'completed',
  fields: InteractionFields = {},
): InteractionCompletedEvent {
  assertString('id', id);
  assertString('status', status);
  assertOptions(fields, 'fields');
  return { event_type: 'interaction.completed', interaction: { id, status, ...fields } };
}

/**
 * Makes an error of the server within the stream.
 *
 * @param code - The code: `service_unavailable`, `safety`, …
 * @param message - The server's words.
 * @returns An event of type `error`.
 * @public
 */
export function errorEvent(code: string, message = `The server said ${code}`): InteractionErrorEvent {
  assertString('code', code);
  assertString('message', message);
  return { event_type: 'error', error: { code, message } };
}
