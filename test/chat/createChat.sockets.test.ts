import { getEventListeners } from 'node:events';
import { lastValueFrom, NEVER, toArray } from 'rxjs';
import { describe, expect, it, vi } from 'vitest';
import { finalResponse } from '../../operators/show/finalResponse.js';
import { createChat } from '../../src/chat/createChat.js';
import type { GeminiContent } from '../../src/chunk/contentsOf.js';
import { apiError } from '../../src/emulator/apiError.js';
import type { EmulatorExchange } from '../../src/emulator/exchange.js';
import { callChunk, finishChunk } from '../../src/testing/chunks.js';
import { emulate } from '../support/emulate.js';
import { outcomeOf } from '../support/outcome.js';
import { refusal } from './chatModel.js';

const model = 'gemini-2.5-flash';
const contentsOf = (exchange: EmulatorExchange | undefined) =>
  (exchange?.body as { contents: GeminiContent[] }).contents;
const user = (...texts: string[]) => ({ role: 'user', parts: texts.map((text) => ({ text })) });
const said = (text: string) => ({ role: 'model', parts: [{ text }] });

describe('a chat over real sockets', () => {
  it('closes the request of a reply that is unsubscribed, cancelled or replaced, and sends whole messages', async () => {
    const { ai, emulator } = await emulate(({ prompt }) =>
      prompt.endsWith('last') ? 'Fine.' : { chunks: ['Half of '], stallAfter: { chunks: 1 } },
    );
    const chat = createChat(ai, { model, whenBusy: 'switch' });
    const half = async (message: string, count: number) => {
      const reply = chat.send(message).subscribe();
      await vi.waitFor(() => {
        expect(emulator.requests.map(({ chunksSent }) => chunksSent)).toEqual(Array(count).fill(1));
      });
      return reply;
    };
    (await half('slow 1', 1)).unsubscribe();
    await half('slow 2', 2);
    chat.cancel();
    await half('slow 3', 3);
    const reply = await lastValueFrom(chat.send('last').pipe(finalResponse()));
    expect(reply.text).toBe('Fine.');
    await Promise.all(emulator.requests.map(({ closed }) => closed));
    expect(emulator.requests.map(({ closedEarly }) => closedEarly)).toEqual([true, true, true, false]);
    expect(contentsOf(emulator.requests[3])).toEqual([user('slow 1', 'slow 2', 'slow 3', 'last')]);
  });

  it('opens no request for a send that is unsubscribed at once or while it is queued', async () => {
    const { ai, emulator } = await emulate({ chunks: ['a'], stallAfter: { chunks: 1 } });
    const chat = createChat(ai, { model });
    const first = chat.send('1').subscribe();
    const second = chat.send('2').subscribe();
    await vi.waitFor(() => {
      expect(emulator.requests.length).toBe(1);
    });
    second.unsubscribe();
    first.unsubscribe();
    await emulator.requests[0]?.closed;
    expect(emulator.requests.map(({ closedEarly }) => closedEarly)).toEqual([true]);
  });

  it('sends alternating contents after errors, drops and blocks of every kind', async () => {
    const bad = [
      { error: apiError({ code: 503 }) },
      { chunks: ['Half of ', 'it'], dropAfter: { chunks: 1 } },
      { chunks: [{ promptFeedback: { blockReason: 'SAFETY' } }] },
      { chunks: ['Half'], finishReason: 'SAFETY' },
      { chunks: ['Half'], finishReason: null },
      { error: apiError({ code: 400 }) },
    ];
    const { ai, emulator } = await emulate(({ index }) => bad[index] ?? 'Fine.');
    const chat = createChat(ai, { model });
    const kinds: (string | undefined)[] = [];
    for (const index of [...bad.keys(), bad.length]) {
      kinds.push((await outcomeOf(chat.send(`${index}`))).error?.kind);
    }
    expect(kinds).toEqual(['overloaded', 'truncated', 'blocked', 'safety', 'truncated', 'invalid_request', undefined]);
    expect(emulator.requests.map((exchange) => refusal(contentsOf(exchange)))).toEqual(kinds.map(() => undefined));
    expect(contentsOf(emulator.requests.at(-1))).toEqual([user('6')]);
    expect(chat.history()).toEqual([user('6'), said('Fine.')]);
  });

  it('closes the request of the next step, and the tools of the last one', async () => {
    const signals: AbortSignal[] = [];
    const { ai, emulator } = await emulate(({ index }) =>
      index === 0 ? { chunks: [callChunk('f'), finishChunk()] } : { chunks: [], stallAfter: { chunks: 0 } },
    );
    const f = {
      declaration: { description: 'A test.' },
      run: (_: object, { signal }: { signal: AbortSignal }) => {
        signals.push(signal);
        return signals.length === 1 ? 'done' : NEVER;
      },
    };
    const chat = createChat(ai, { model, tools: { f } });
    const reply = chat.send('Go').subscribe();
    await vi.waitFor(() => {
      expect(emulator.requests[1]?.status).toBe(200);
    });
    expect(emulator.requests[1]?.body).toMatchObject({
      tools: [{ functionDeclarations: [{ name: 'f', description: 'A test.' }] }],
      contents: [user('Go'), { role: 'model' }, { role: 'user', parts: [{ functionResponse: { name: 'f' } }] }],
    });
    reply.unsubscribe();
    await emulator.requests[1]?.closed;
    expect(emulator.requests[1]?.closedEarly).toBe(true);
    expect(signals.map((signal) => [signal.aborted, getEventListeners(signal, 'abort').length])).toEqual([[false, 0]]);
  });

  it("removes its listeners from the caller's signal, after twenty messages", async () => {
    const { ai } = await emulate('Fine.');
    const { signal } = new AbortController();
    const chat = createChat(ai, { model, config: { abortSignal: signal } });
    for (let message = 0; message < 20; message += 1) await lastValueFrom(chat.send(`${message}`));
    expect(getEventListeners(signal, 'abort')).toEqual([]);
    expect(chat.history().length).toBe(40);
  });

  it('sends as many messages as the tokens of the window allow', async () => {
    const long = 'word '.repeat(200);
    const { ai, emulator } = await emulate('Fine.');
    const history = [user(long), said(long), user('short'), said('short')];
    const chat = createChat(ai, { model, history, window: { tokens: 100 } });
    await lastValueFrom(chat.send('Hello'));
    const actions = emulator.requests.map(({ action }) => action);
    expect(actions).toEqual(['countTokens', 'countTokens', 'countTokens', 'streamGenerateContent']);
    expect(contentsOf(emulator.requests.at(-1))).toEqual([user('short'), said('short'), user('Hello')]);
  });

  it('shares one request among its subscribers', async () => {
    const { ai, emulator } = await emulate({ chunks: ['a', 'b', 'c'], pace: 5 });
    const reply$ = createChat(ai, { model }).send('Hello');
    const replies = await Promise.all([1, 2, 3].map(() => lastValueFrom(reply$.pipe(toArray()))));
    expect(replies.map((chunks) => chunks.map(({ text }) => text).join(''))).toEqual(['abc', 'abc', 'abc']);
    expect(emulator.requests.length).toBe(1);
  });
});
