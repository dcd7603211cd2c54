import { firstValueFrom, lastValueFrom, toArray } from 'rxjs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { classifyErrors } from '../../operators/protect/classifyErrors.js';
import { finalResponse } from '../../operators/show/finalResponse.js';
import { toText } from '../../operators/show/toText.js';
import { createChat } from '../../src/chat/createChat.js';
import { interactions } from '../../src/chat/interactions.js';
import type { InteractionEvent } from '../../src/interaction/interactionEvent.js';
import { fromInteraction } from '../../src/sources/interactions/fromInteraction.js';
import { interactionEvents } from '../../src/sources/interactions/interactionEvents.js';
import { callChunk, chunk, finishChunk, thoughtChunk } from '../../src/testing/chunks.js';
import { fakeGemini } from '../../src/testing/fakeGemini.js';

const params = { model: 'gemini-3.5-flash', input: 'Hi' };
const background = { agent: 'deep-research-x', input: 'Hi', background: true };

afterEach(() => {
  vi.useRealTimers();
});

describe('fakeGemini: interactions', () => {
  it('streams the answers of the script as events, with an id each in the background', async () => {
    const ai = fakeGemini(['One two']);
    const events = await firstValueFrom(interactionEvents(ai, background).pipe(toArray()));
    expect(events.map(({ event_type: type }) => type)).toEqual([
      'interaction.created',
      'interaction.status_update',
      'step.start',
      'step.delta',
      'step.delta',
      'step.stop',
      'interaction.completed',
    ]);
    expect(events.map(({ event_id: id }) => id)).toEqual(['1', '2', '3', '4', '5', '6', '7']);
  });

  it('gives the chunks of any reply: thoughts, calls, token counts and the finish', async () => {
    const usage = { promptTokenCount: 3, candidatesTokenCount: 4, totalTokenCount: 7 };
    const ai = fakeGemini([
      [thoughtChunk('Hm.'), chunk('Hello'), callChunk('f', { a: 1 }, 'c1'), finishChunk('STOP', usage)],
    ]);
    const reply = await lastValueFrom(fromInteraction(ai, params).pipe(classifyErrors(), finalResponse()));
    expect(reply).toMatchObject({
      text: 'Hello',
      interaction: { id: 'fake-1', status: 'requires_action' },
      usageMetadata: usage,
      candidates: [
        {
          finishReason: 'STOP',
          content: {
            parts: [
              { text: 'Hm.', thought: true },
              { text: 'Hello' },
              { functionCall: { id: 'c1', name: 'f', args: { a: 1 } } },
            ],
          },
        },
      ],
    });
  });

  it('records a call with its model and its input, and whether it was read to its end', async () => {
    const ai = fakeGemini(['Hello']);
    await lastValueFrom(fromInteraction(ai, { ...params, tools: [] }));
    expect(ai.calls).toMatchObject([
      { method: 'interactions.create', params: { model: params.model, contents: 'Hi', tools: [] }, finished: true },
    ]);
  });

  it('aborts the call when the reader of a foreground interaction leaves, also during a silence', () => {
    const ai = fakeGemini([{ chunks: ['Hello'], stallAfter: { chunks: 1 } }]);
    return new Promise<void>((resolve) => {
      const subscription = fromInteraction(ai, params).subscribe(({ text }) => {
        if (text !== 'Hello') return;
        setTimeout(() => {
          subscription.unsubscribe();
          expect(ai.calls[0]?.aborted).toBe(true);
          resolve();
        });
      });
    });
  });

  it('continues a background interaction without a reader, and gives another reader the rest', async () => {
    vi.useFakeTimers();
    const ai = fakeGemini([{ text: 'One two three', pace: 100 }]);
    const texts: string[] = [];
    let place: { id: string; cursor?: string | undefined } = { id: '' };
    const subscription = fromInteraction(ai, background).subscribe(({ text, interaction }) => {
      texts.push(text);
      place = interaction ?? place;
    });
    await vi.advanceTimersByTimeAsync(150);
    subscription.unsubscribe();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(ai.calls).toMatchObject([{ finished: true, aborted: false }]);
    const rest = firstValueFrom(fromInteraction(ai, { id: place.id, after: place.cursor }).pipe(toText(), toArray()));
    await vi.advanceTimersByTimeAsync(100);
    expect(texts.join('') + (await rest).join('')).toBe('One two three');
    expect(ai.calls).toHaveLength(1);
  });

  it.each([0, 1, 2])(
    'breaks the first connection of a background interaction after %i chunks, and resumes it',
    async (chunks) => {
      const ai = fakeGemini([{ text: 'One two three', errorAfter: { chunks, error: new TypeError('terminated') } }]);
      const reply$ = fromInteraction(ai, background, { reconnect: { delay: 1 } });
      const reply = await firstValueFrom(reply$.pipe(toArray()));
      expect(reply.map(({ text }) => text).join('')).toBe('One two three');
      expect(reply.filter(({ resumed }) => resumed)).toHaveLength(1);
      expect(ai.calls).toHaveLength(1);
    },
  );

  it('cancels a background interaction', async () => {
    vi.useFakeTimers();
    const ai = fakeGemini([{ text: 'One two three', pace: 100 }]);
    const subscription = fromInteraction(ai, background, { cancel: true }).subscribe();
    await vi.advanceTimersByTimeAsync(150);
    subscription.unsubscribe();
    await vi.advanceTimersByTimeAsync(100);
    expect(ai.calls).toMatchObject([{ aborted: true }]);
    expect(await ai.interactions.get('fake-1')).toMatchObject({
      status: 'cancelled',
      steps: [{ type: 'model_output', content: [{ type: 'text', text: 'One two ' }] }],
    });
  });

  it('resolves to the whole interaction without a stream', async () => {
    const ai = fakeGemini(['Hello world']);
    expect(await ai.interactions.create(params)).toMatchObject({
      id: 'fake-1',
      status: 'completed',
      steps: [{ type: 'model_output', content: [{ type: 'text', text: 'Hello world' }] }],
    });
  });

  it.each([
    ['a blocked prompt', { chunks: [{ promptFeedback: { blockReason: 'SAFETY' } }] }, 'blocked'],
    ['an unsafe answer', { chunks: ['Hello'], finishReason: 'SAFETY' }, 'safety'],
    ['a reply without a finish', { chunks: ['Hello'], finishReason: null }, 'truncated'],
    ['an error before the answer', { error: new TypeError('fetch failed') }, 'network'],
    [
      'an error in the answer',
      { text: 'One two', errorAfter: { chunks: 1, error: new TypeError('terminated') } },
      'truncated',
    ],
  ] as const)('fails with the kind of %s', async (_, reply, kind) => {
    const ai = fakeGemini([reply]);
    await expect(lastValueFrom(fromInteraction(ai, params))).rejects.toMatchObject({ kind });
  });

  it.each(['get', 'cancel'] as const)('rejects %s of an unknown interaction with not_found', async (method) => {
    const ai = fakeGemini([]);
    await expect(ai.interactions[method]('fake-9')).rejects.toMatchObject({ kind: 'not_found', status: 404 });
  });

  it('answers a chat by the previous interaction, and keeps nothing with store: false', async () => {
    const ai = fakeGemini((given) => JSON.stringify([given.contents].flat().length));
    const chat = createChat(interactions(ai, { model: 'm' }));
    await lastValueFrom(chat.send('One'));
    await lastValueFrom(chat.send('Two'));
    expect(ai.calls.map(({ params: given }) => given)).toMatchObject([
      { model: 'm' },
      { model: 'm', previous_interaction_id: 'fake-1' },
    ]);
    const events = (await ai.interactions.create({
      ...params,
      store: false,
      stream: true,
    })) as AsyncIterable<InteractionEvent>;
    for await (const event of events)
      if (event.event_type === 'interaction.created') expect(event.interaction.id).toBe('');
  });
});
