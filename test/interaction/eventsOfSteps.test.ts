import { describe, expect, it } from 'vitest';
import { eventsOfSteps } from '../../src/interaction/eventsOfSteps.js';
import type { InteractionStep } from '../../src/interaction/interactionStep.js';

describe('steps as events', () => {
  it('begin with the creation and end with the status', () => {
    expect(eventsOfSteps([], { id: 'v1_a', model: 'gemini', usage: { total_tokens: 1 } })).toEqual([
      { event_type: 'interaction.created', interaction: { id: 'v1_a', model: 'gemini', status: 'in_progress' } },
      { event_type: 'interaction.status_update', interaction_id: 'v1_a', status: 'in_progress' },
      {
        event_type: 'interaction.completed',
        interaction: { id: 'v1_a', model: 'gemini', status: 'completed', usage: { total_tokens: 1 } },
      },
    ]);
  });

  it('have their texts in pieces, which end between characters', () => {
    const steps: InteractionStep[] = [{ type: 'model_output', content: [{ type: 'text', text: 'ab👩cd' }] }];
    expect(eventsOfSteps(steps, { pieceLength: 3 }).slice(2, -1)).toEqual([
      { event_type: 'step.start', index: 0, step: { type: 'model_output' } },
      { event_type: 'step.delta', index: 0, delta: { type: 'text', text: 'ab👩' } },
      { event_type: 'step.delta', index: 0, delta: { type: 'text', text: 'cd' } },
      { event_type: 'step.stop', index: 0 },
    ]);
  });

  it('end with the status that waits for the result of a call', () => {
    const call = { type: 'function_call', id: '1', name: 'f', arguments: {} };
    const result = { type: 'function_result', call_id: '1', result: 'ok' };
    const statusOf = (...steps: InteractionStep[]) => eventsOfSteps(steps).at(-1);
    expect(statusOf(call)).toMatchObject({ interaction: { status: 'requires_action' } });
    expect(statusOf(call, result)).toMatchObject({ interaction: { status: 'completed' } });
    expect(eventsOfSteps([call], { status: 'failed' }).at(-1)).toMatchObject({ interaction: { status: 'failed' } });
  });
});
