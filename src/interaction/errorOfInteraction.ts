import { isObject } from '../rx/isObject.js';
import type { InteractionResource } from './interactionEvent.js';
import { itemsOf } from './itemsOf.js';

/**
 * Returns the error that explains the status of an interaction: its first error, or the error of its last step that has
 * one; undefined if the server sent no error. See `interactionStatusError`.
 */
export function errorOfInteraction(resource: InteractionResource): unknown {
  const { error, errors, steps } = resource as InteractionResource & { readonly error?: unknown };
  if (isObject(error)) return error;
  const failedStep = itemsOf(steps).findLast((step) => isObject(step.error));
  return itemsOf(errors)[0] ?? failedStep?.error;
}
