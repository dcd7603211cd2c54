import { describe, expect, it } from 'vitest';
import { emptyChunk } from '../../src/chunk/emptyChunk.js';
import { functionCallsOf } from '../../src/chunk/functionCallsOf.js';
import { mergeChunks } from '../../src/chunk/mergeChunks.js';
import { finishReasonOf, partsOf, thoughtsOf, usageOf } from '../../src/chunk/readers.js';
import { toChunk } from '../../src/chunk/toChunk.js';
import { InteractionChunks } from '../../src/interaction/interactionChunks.js';
import type {
  InteractionDelta,
  InteractionEvent,
  InteractionResource,
} from '../../src/interaction/interactionEvent.js';
import { interactionRecordings } from '../support/interactionRecordings.js';

/** A plain reading of the deltas, which shares no code with the mapping. */
function plainReading(events: readonly InteractionEvent[]) {
  const deltas = events.flatMap((event): InteractionDelta[] =>
    event.event_type === 'step.delta' ? [event.delta] : [],
  );
  const starts = events.flatMap((event) => (event.event_type === 'step.start' ? [event] : []));
  const argumentsAt = (index: number) =>
    events
      .map((event) => (event.event_type === 'step.delta' && event.index === index ? event.delta.arguments : ''))
      .filter((piece) => typeof piece === 'string')
      .join('');
  return {
    text: deltas.map(({ text = '' }) => text).join(''),
    thoughts: deltas.map(({ content }) => content?.text ?? '').join(''),
    signatures: deltas.flatMap(({ signature }) => signature ?? []),
    calls: starts.flatMap(({ index, step: { type, id, name } }) =>
      type === 'function_call' ? [{ id, name, args: JSON.parse(argumentsAt(index)) as unknown }] : [],
    ),
    created: resourceOf(events, 'interaction.created'),
    completed: resourceOf(events, 'interaction.completed'),
  };
}

function resourceOf(
  events: readonly InteractionEvent[],
  type: 'interaction.created' | 'interaction.completed',
): InteractionResource {
  const [resource] = events.flatMap((event) =>
    event.event_type === type && 'interaction' in event ? [event.interaction] : [],
  );
  if (!resource) throw new Error(`The recording has no ${type}`);
  return resource;
}

describe.each(interactionRecordings())('the recording %s', (_, events) => {
  const plain = plainReading(events);
  const interaction = { id: plain.created.id, status: 'in_progress', cursor: '' };
  const mapping = new InteractionChunks();
  const chunks = events.flatMap((event) => mapping.read(event, interaction) ?? []);
  const whole = chunks.reduce(mergeChunks, emptyChunk);

  it('has the text, thoughts, calls, counts and ids of a plain reading', () => {
    expect(whole.text).toBe(plain.text);
    expect(thoughtsOf(whole)).toBe(plain.thoughts);
    expect(partsOf(whole).flatMap(({ thoughtSignature }) => thoughtSignature ?? [])).toEqual(plain.signatures);
    expect(functionCallsOf(whole)).toEqual(plain.calls);
    expect(usageOf(whole)?.promptTokenCount).toBe(plain.completed.usage?.total_input_tokens);
    expect(usageOf(whole)?.candidatesTokenCount).toBe(plain.completed.usage?.total_output_tokens);
    expect(usageOf(whole)?.thoughtsTokenCount).toBe(plain.completed.usage?.total_thought_tokens);
    expect(usageOf(whole)?.totalTokenCount).toBe(plain.completed.usage?.total_tokens);
    expect(whole.responseId).toBe(plain.created.id);
    expect(whole.modelVersion).toBe(plain.created.model);
    expect(finishReasonOf(whole)).toBe('STOP');
  });

  it('becomes chunks in normal form, with the annotation as it is', () => {
    for (const chunk of chunks) {
      expect(toChunk(chunk)).toEqual(chunk);
      expect(chunk.interaction).toBe(interaction);
    }
  });
});
