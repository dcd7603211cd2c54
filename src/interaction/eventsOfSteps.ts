import { endsInHighSurrogate } from '../chunk/surrogates.js';
import type { InteractionDelta, InteractionEvent, InteractionResource, InteractionStatus } from './interactionEvent.js';
import type { InteractionContent, InteractionStep } from './interactionStep.js';
import { isWholeStep } from './wholeStep.js';

/** Options of {@link eventsOfSteps}. */
export interface EventsOfStepsOptions extends Partial<Omit<InteractionResource, 'steps'>> {
  /** The greatest length of the pieces of texts and of the JSON of arguments, in UTF-16 units. Default: 16. */
  readonly pieceLength?: number | undefined;
}

/**
 * Writes steps as the events with which a server sends them: the creation, the status, each step with its content in
 * deltas, and the end.
 *
 * @param steps - The steps of the reply.
 * @param options - The fields of the interaction. By default the status at the end is `requires_action` if a function
 * call has no result, else `completed`.
 * @returns The events, without ids.
 */
export function eventsOfSteps(
  steps: readonly InteractionStep[],
  options: EventsOfStepsOptions = {},
): InteractionEvent[] {
  const { pieceLength = 16, id = 'interaction', status = finalStatus(steps), usage, ...fields } = options;
  const resource = { id, ...fields };
  const ended = { ...resource, status, ...(usage && { usage }) };
  return [
    { event_type: 'interaction.created', interaction: { ...resource, status: 'in_progress' } },
    { event_type: 'interaction.status_update', interaction_id: id, status: 'in_progress' },
    ...steps.flatMap((step, index) => stepEvents(step, index, pieceLength)),
    { event_type: 'interaction.completed', interaction: ended },
  ];
}

function finalStatus(steps: readonly InteractionStep[]): InteractionStatus {
  const answered = new Set(steps.map((step) => step.call_id));
  const isWaiting = steps.some(({ type, id }) => type === 'function_call' && !answered.has(id));
  return isWaiting ? 'requires_action' : 'completed';
}

function stepEvents(step: InteractionStep, index: number, pieceLength: number): InteractionEvent[] {
  const { start, deltas } = step.type === 'user_input' ? { start: step, deltas: [] } : cutStep(step, pieceLength);
  return [
    { event_type: 'step.start', index, step: start },
    ...deltas.map((delta): InteractionEvent => ({ event_type: 'step.delta', index, delta })),
    { event_type: 'step.stop', index },
  ];
}

interface CutStep {
  /** The step as it begins. */
  readonly start: InteractionStep;
  /** The rest of the step. */
  readonly deltas: readonly InteractionDelta[];
}

function cutStep({ content = [], summary = [], ...step }: InteractionStep, pieceLength: number): CutStep {
  if (isWholeStep(step.type)) return cutWholeStep(step, pieceLength);
  const { signature, ...start } = step;
  return {
    start,
    deltas: [
      ...content.flatMap((item) => contentDeltas(item, pieceLength)),
      ...summary.flatMap((item) => summaryDeltas(item, pieceLength)),
      ...(signature === undefined ? [] : [{ type: 'thought_signature', signature }]),
    ],
  };
}

/** A call of a function has its arguments as pieces of JSON; another call, or a result, has all but its id in one delta. */
function cutWholeStep(step: Omit<InteractionStep, 'content' | 'summary'>, pieceLength: number): CutStep {
  const { type, id, call_id, arguments: args = {}, ...fields } = step;
  if (type === 'function_call') {
    const pieces = piecesOf(JSON.stringify(args), pieceLength);
    const start = { ...step, arguments: {} };
    return { start, deltas: pieces.map((piece) => ({ type: 'arguments_delta', arguments: piece })) };
  }
  const start = { type, ...(id !== undefined && { id }), ...(call_id !== undefined && { call_id }) };
  return { start, deltas: [{ type, ...fields, ...(step.arguments && { arguments: args }) }] };
}

/** A text in pieces, with its sources in a delta of their own; a file whole. */
function contentDeltas(content: InteractionContent, pieceLength: number): InteractionDelta[] {
  const { type = 'text', text, annotations, ...file } = content;
  if (text === undefined) return [{ type, ...file }];
  const texts = piecesOf(text, pieceLength).map((piece) => ({ type, text: piece }));
  return annotations ? [...texts, { type: 'text_annotation_delta', annotations }] : texts;
}

function summaryDeltas(content: InteractionContent, pieceLength: number): InteractionDelta[] {
  if (content.text === undefined) return [{ type: 'thought_summary', content }];
  const pieces = piecesOf(content.text, pieceLength);
  return pieces.map((text) => ({ type: 'thought_summary', content: { ...content, text } }));
}

/** Cuts a text into pieces, but not between the two units of a character. */
function piecesOf(text: string, pieceLength: number): string[] {
  const pieces: string[] = [];
  for (let start = 0; start < text.length;) {
    const end = start + pieceLength;
    const next = endsInHighSurrogate(text, end) ? end + 1 : end;
    pieces.push(text.slice(start, next));
    start = next;
  }
  return pieces;
}
