import { GoogleGenAI } from '@google/genai';
import type { Observable } from 'rxjs';
import {
  fromInteraction,
  interactionEvents,
  type GeminiChunk,
  type InteractionEvent,
  type InteractionsClient,
} from 'rxjs-gemini';
import { describe, expectTypeOf, it } from 'vitest';

const ai = new GoogleGenAI({ apiKey: 'none' });
const never$ = (_: () => unknown) => undefined;

describe('the parameters of an interaction', () => {
  it("are those of the SDK's client", () => {
    const reply$ = fromInteraction(ai, { model: 'gemini-3.5-flash', input: 'Hi' });
    expectTypeOf(reply$).toEqualTypeOf<Observable<GeminiChunk>>();
    fromInteraction(ai, {
      model: 'gemini-3.5-flash',
      input: [{ type: 'text', text: 'Hi' }],
      previous_interaction_id: 'v1_a',
      system_instruction: 'Be brief',
      tools: [{ type: 'google_search' }],
      generation_config: { thinking_level: 'low' },
      store: false,
      stream: true,
      api_version: 'v1',
      automatic_continuation: false,
    });
    fromInteraction(ai, { agent: 'deep-research-pro-preview-12-2025', input: 'Hi', background: true });
    fromInteraction(ai, () => ({ model: 'gemini-3.5-flash', input: 'Hi' }));
    expectTypeOf(interactionEvents(ai, { model: 'm', input: 'Hi' })).toEqualTypeOf<Observable<InteractionEvent>>();
  });

  it('are the id of an interaction, and a cursor', () => {
    const cursor = undefined as string | undefined;
    fromInteraction(ai, { id: 'v1_a' });
    fromInteraction(ai, { id: 'v1_a' }, { reconnect: { poll: 1_000, maxSilence: false }, cancel: true });
    never$(() => fromInteraction(ai, { id: 'v1_a', after: cursor }));
    never$(() => interactionEvents(ai, { id: 'v1_a', after: cursor }));
  });

  it('are no others', () => {
    // @ts-expect-error -- No such field.
    never$(() => fromInteraction(ai, { model: 'm', input: 'Hi', temperature: 1 }));
    // @ts-expect-error -- No model or agent.
    never$(() => fromInteraction(ai, { input: 'Hi' }));
    // @ts-expect-error -- A number is no input.
    never$(() => fromInteraction(ai, { model: 'm', input: 3 }));
    // @ts-expect-error -- The field is called `after`.
    never$(() => fromInteraction(ai, { id: 'v1_a', cursor: 'x' }));
    // @ts-expect-error -- A cursor without an id.
    never$(() => interactionEvents(ai, { after: 'x' }));
    // @ts-expect-error -- No such option.
    never$(() => fromInteraction(ai, { id: 'v1_a' }, { resume: 5 }));
    // @ts-expect-error -- A client without interactions.
    never$(() => fromInteraction({ models: {} }, { id: 'v1_a' }));
  });

  it('are those of a stub', () => {
    const stub = {} as InteractionsClient<{ prompt: string }>;
    never$(() => fromInteraction(stub, { prompt: 'Hi' }));
    // @ts-expect-error -- Not a field of the stub.
    never$(() => fromInteraction(stub, { model: 'm', input: 'Hi' }));
  });
});
