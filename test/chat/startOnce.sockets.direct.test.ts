import { firstValueFrom } from 'rxjs';
import { describe, expect, it, vi } from 'vitest';
import type { GeminiChat } from '../../src/chat/geminiChat.js';
import { createChat } from '../../src/chat/createChat.js';
import { emulate } from '../support/emulate.js';

const model = 'gemini-2.5-flash';

/** The whole chat, except the number of ids that it gave. */
const all = async (chat: GeminiChat) => [
  { ...chat.toJSON(), lastId: 0 },
  await firstValueFrom(chat.messages$),
  await firstValueFrom(chat.status$),
];

describe('a send that is unsubscribed before its request goes out', () => {
  it('leaves no message in the chat while the SDK authenticates', async () => {
    let authenticate: (() => void) | undefined;
    const { ai, emulator } = await emulate('Fine.');
    const { generateContentStream } = ai.models;
    const answers: Promise<unknown>[] = [];
    ai.models.generateContentStream = async (params) => {
      await new Promise<void>((resolve) => (authenticate = resolve));
      const answer = generateContentStream(params);
      answers.push(answer);
      return answer;
    };
    const chat = createChat(ai, { model });
    const before = await all(chat);
    const reply = chat.send('Hi').subscribe();
    await vi.waitFor(() => {
      expect(authenticate).toBeDefined();
    });
    reply.unsubscribe();
    expect(await all(chat)).toEqual(before);
    authenticate?.();
    await vi.waitFor(() => {
      expect(answers.length).toBe(1);
    });
    await Promise.allSettled(answers);
    expect(emulator.requests.length).toBe(0);
  });
});
