import { eventsOfSteps } from './eventsOfSteps.js';
import type { InteractionDelta, InteractionEvent } from './interactionEvent.js';
import type { InteractionStep } from './interactionStep.js';

/** Writes steps as events, as the service does: a start, deltas and a stop, with the indexes of one interaction. */
export class StepWriter {
  #index = -1;
  #openType: string | undefined;
  /** The ids of the function calls that have no result yet. */
  readonly #openCalls = new Set<string | undefined>();

  /** Whether a function call waits for its result. */
  get needsAction(): boolean {
    return this.#openCalls.size > 0;
  }

  /** Writes deltas to the open step, if it has the type; else stops it and starts one of the type. */
  *add(type: 'model_output' | 'thought', deltas: readonly InteractionDelta[]): Generator<InteractionEvent> {
    if (deltas.length === 0) return;
    if (this.#openType !== type) {
      yield* this.stop();
      this.#index += 1;
      this.#openType = type;
      yield { event_type: 'step.start', index: this.#index, step: { type } };
    }
    for (const delta of deltas) yield { event_type: 'step.delta', index: this.#index, delta };
  }

  /** Writes a whole step. */
  *write(step: InteractionStep): Generator<InteractionEvent> {
    yield* this.stop();
    this.#index += 1;
    for (const event of eventsOfSteps([step])) if ('index' in event) yield { ...event, index: this.#index };
    if (step.type === 'function_call') this.#openCalls.add(step.id);
    if (step.type === 'function_result') this.#openCalls.delete(step.call_id);
  }

  /** Stops the open step. */
  *stop(): Generator<InteractionEvent> {
    if (this.#openType === undefined) return;
    this.#openType = undefined;
    yield { event_type: 'step.stop', index: this.#index };
  }
}
