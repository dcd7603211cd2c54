import type {
  InteractionDelta,
  InteractionEvent,
  InteractionResource,
  InteractionStepDeltaEvent,
} from '../../interaction/interactionEvent.js';
import type { InteractionStep } from '../../interaction/interactionStep.js';
import { isWholeStep } from '../../interaction/wholeStep.js';
import type { InteractionProgress } from './interactionProgress.js';
import { stepDeltas } from './stepDeltas.js';

/** The events that a stream would have sent so far, beside those that were delivered, by the steps of a poll. */
export function polledEvents(
  resource: InteractionResource,
  progress: InteractionProgress,
  isOver: boolean,
): InteractionEvent[] {
  const steps = outputSteps(resource.steps ?? [], progress);
  const events: InteractionEvent[] = [];
  for (const [index, step] of steps.entries()) {
    if (progress.isStopped(index)) continue;
    const isWhole = isWholeStep(step.type);
    // Any text may grow until the interaction is over; a call or a result is whole once another step follows.
    const isStopped = isOver || (isWhole && index < steps.length - 1);
    if (!isWhole) events.push(...growingStepEvents(index, step));
    else if (isStopped) events.push(...wholeStepEvents(index, step, progress));
    if (isStopped) events.push({ event_type: 'step.stop', index });
  }
  return events;
}

/** The steps by the index that they have in the stream, which mostly does not count the input. */
function outputSteps(
  steps: readonly InteractionStep[],
  { firstIndex = 0, countsInput }: InteractionProgress,
): readonly InteractionStep[] {
  if (firstIndex !== 0 || countsInput) return steps;
  const first = steps.findIndex(({ type }) => type !== 'user_input');
  // At first, a run has only its input.
  return first < 0 ? [] : steps.slice(first);
}

/** A text or a thought: its start, unless that was delivered, and its content, of which the new end is delivered. */
function growingStepEvents(index: number, step: InteractionStep): InteractionEvent[] {
  const { content: _, summary: __, ...fields } = step;
  const { signature, ...start } = fields;
  const keepsSignature = step.type !== 'thought' && signature !== undefined;
  // The start moves the position of a step to its beginning, also if it was delivered.
  const begin: InteractionEvent = { event_type: 'step.start', index, step: keepsSignature ? fields : start };
  return [begin, ...stepDeltas(step).map((delta): InteractionEvent => ({ event_type: 'step.delta', index, delta }))];
}

/** A call or a result, which is delivered whole: the part that its deltas had delivered is completed, or replaced. */
function wholeStepEvents(index: number, step: InteractionStep, progress: InteractionProgress): InteractionEvent[] {
  const open = progress.stepAt(index);
  if (!open) return [{ event_type: 'step.start', index, step }];
  open.catchUp();
  if (step.type !== 'function_call') {
    const { id: _, call_id: __, ...fields } = step;
    return open.isFilled || open.delivered.others > 0 ? [] : [toDeltaEvent(index, fields as InteractionDelta)];
  }
  const json = JSON.stringify(step.arguments ?? {});
  if (json.startsWith(open.args)) {
    const rest = json.slice(open.args.length);
    return rest === '' || json === '{}' ? [] : [toDeltaEvent(index, { type: 'arguments_delta', arguments: rest })];
  }
  // The server formats its JSON in another way: the step begins again.
  progress.forget(index);
  return [{ event_type: 'step.start', index, step }];
}

function toDeltaEvent(index: number, delta: InteractionDelta): InteractionStepDeltaEvent {
  return { event_type: 'step.delta', index, delta };
}
