import {
  assertBoolean,
  assertDelay,
  assertInteger,
  assertOneOf,
  assertString,
  typeError,
} from '../../rx/assertions.js';
import { isObject } from '../../rx/isObject.js';
import { assertScenario, isListLike } from '../assertScenario.js';
import type { EmulatorInteraction } from './interactionScenario.js';

const flags = ['survives', 'textInStart', 'untypedDeltas', 'oldNames'] as const;
const followUps = ['resumes', 'polls', 'cancels'] as const;

/** Throws a `TypeError` or `RangeError` unless the fields of `interaction` are valid. */
export function assertInteraction(interaction: EmulatorInteraction): void {
  if (!isObject(interaction)) throw typeError('interaction', 'an object', interaction);
  const { steps, events, id, status, environmentId, error, usage, queued, usageDelay = 0, eventIds } = interaction;
  if (steps !== undefined && events !== undefined) {
    throw new TypeError('Expected at most one of `interaction.steps`, `interaction.events`, got both');
  }
  if (steps !== undefined && !isListLike(steps)) throw typeError('interaction.steps', 'an iterable of steps', steps);
  if (events !== undefined && !isListLike(events)) {
    throw typeError('interaction.events', 'an iterable of events', events);
  }
  if (id !== undefined) assertString('interaction.id', id);
  if (status !== undefined) assertString('interaction.status', status);
  if (environmentId !== undefined) assertString('interaction.environmentId', environmentId);
  if (error !== undefined) assertErrorCode(error);
  if (usage !== undefined && usage !== null && !isObject(usage)) {
    throw typeError('interaction.usage', 'an object or null', usage);
  }
  if (queued !== undefined) assertDelay('interaction.queued', queued);
  if (usageDelay !== Infinity) assertDelay('interaction.usageDelay', usageDelay);
  if (eventIds !== undefined) assertInteger('interaction.eventIds', eventIds, 0);
  for (const name of flags)
    if (interaction[name] !== undefined) assertBoolean(`interaction.${name}`, interaction[name]);
  for (const name of followUps) {
    const faults: unknown = interaction[name];
    if (faults === undefined || typeof faults === 'function') continue;
    for (const fault of Array.isArray(faults) ? (faults as unknown[]) : [faults]) assertFollowUp(name, fault);
  }
}

/** Throws a `TypeError` or `RangeError` unless the faults of one later request are valid. */
export function assertFollowUp(name: string, fault: unknown): void {
  if (!isObject(fault)) throw typeError(`interaction.${name}`, 'an object, a list of them or a function', fault);
  const { replay = 'after', recut, silent } = fault;
  assertScenario(fault);
  assertOneOf(`interaction.${name}.replay`, replay, ['after', 'start']);
  if (recut !== undefined) assertInteger(`interaction.${name}.recut`, recut, 1);
  if (silent !== undefined) assertBoolean(`interaction.${name}.silent`, silent);
}

function assertErrorCode(error: unknown): void {
  if (!isObject(error)) throw typeError('interaction.error', 'an object', error);
  assertString('interaction.error.code', error['code']);
}
