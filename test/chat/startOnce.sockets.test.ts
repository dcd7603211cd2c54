import { firstValueFrom, lastValueFrom } from 'rxjs';
import { describe, expect, it, vi } from 'vitest';
import type { GeminiChat } from '../../src/chat/geminiChat.js';
import { createChat } from '../../src/chat/createChat.js';
import { emulate } from '../support/emulate.js';
import { outcomeOf } from '../support/outcome.js';

const model = 'gemini-2.5-flash';

const shown = async (chat: GeminiChat) =>
  (await firstValueFrom(chat.messages$)).map(({ role, status, text }) => `${role} ${status}: ${text}`);

describe('a send on real sockets', () => {
  it('sends no request if it is unsubscribed before, and is shown once', async () => {
    const { ai, emulator } = await emulate('Fine.');
    const chat = createChat(ai, { model });
    chat.send('Hi').subscribe().unsubscribe();
    await lastValueFrom(chat.send('Hi'));
    expect(emulator.requests.map(({ body }) => (body as { contents: unknown }).contents)).toEqual([
      [{ role: 'user', parts: [{ text: 'Hi' }] }],
    ]);
    expect(await shown(chat)).toEqual(['user complete: Hi', 'model complete: Fine.']);
  });

  it.each(['unsubscribe', 'cancel'])('keeps its message once its request has gone out: %s', async (how) => {
    const { ai, emulator } = await emulate({ chunks: [], stallAfter: { chunks: 0 } });
    const chat = createChat(ai, { model });
    const reply$ = chat.send('Hi');
    const reply = reply$.subscribe();
    await vi.waitFor(() => {
      expect(emulator.requests[0]?.status).toBe(200);
    });
    if (how === 'cancel') chat.cancel();
    else reply.unsubscribe();
    expect(await shown(chat)).toEqual(['user complete: Hi', 'model cancelled: ']);
    if (how === 'unsubscribe') expect((await outcomeOf(reply$)).error?.kind).toBe('cancelled');
    await emulator.requests[0]?.closed;
    expect(emulator.requests.length).toBe(1);
  });
});
