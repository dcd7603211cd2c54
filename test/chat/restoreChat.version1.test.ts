import { readFileSync } from 'node:fs';
import { firstValueFrom, lastValueFrom } from 'rxjs';
import { describe, expect, expectTypeOf, it } from 'vitest';
import type { ChatJson } from '../../src/chat/chatJson.js';
import type { ChatOptions } from '../../src/chat/chatOptions.js';
import { createChat } from '../../src/chat/createChat.js';
import { fakeGemini } from '../../src/testing/fakeGemini.js';

type Version1 = Omit<ChatJson, 'version' | 'messages'> & { version: 1; turns: ChatJson['messages'] };

/** Saved by 0.1.0: branches, a tool, a failed and a refused answer, a cancelled one, a tool that was cut, one unsent. */
const file = readFileSync(new URL('chat-0.1.0.json', import.meta.url), 'utf8');
const saved = JSON.parse(file) as Version1;

function restored(json: Version1 = saved) {
  const ai = fakeGemini(['Fine.']);
  return { ai, chat: createChat(ai, { model: 'gemini-2.5-flash', restore: json }) };
}

describe('a chat that version 0.1.0 saved', () => {
  it('restores to the state in which it was saved', async () => {
    const { chat } = restored();
    const messages = await firstValueFrom(chat.messages$);
    expect(
      messages.map(({ id, role, status, draft, text }) => `${id} ${role} ${status}${draft ? ' draft' : ''}: ${text}`),
    ).toEqual([
      'turn-1 user complete: How is it in Oslo?',
      'turn-5 model complete: Wet.',
      'turn-8 user complete draft: And now?',
      'turn-9 model failed draft: Half of it',
      'turn-10 user complete draft: Something refused',
      'turn-11 model failed draft: ',
      'turn-12 user complete: In a word?',
      'turn-13 model cancelled draft: It is',
      'turn-14 user complete: Look again',
      'turn-15 model complete: ',
      'turn-17 tool cancelled: ',
    ]);
    expect(messages.map(({ error }) => error?.kind).filter((kind) => kind)).toEqual(['overloaded', 'blocked']);
    expect(messages.at(-1)?.runs).toMatchObject([{ call: { id: 'c2', name: 'hang' }, status: 'cancelled' }]);
    expect(chat.branches('turn-1').map(({ id }) => id)).toEqual(['turn-1', 'turn-6']);
    expect(chat.branches('turn-5').map(({ id }) => id)).toEqual(['turn-2', 'turn-5']);
    const [unsent] = await firstValueFrom(chat.unsent$);
    expect(unsent).toMatchObject({ id: 'turn-16', status: 'cancelled', text: 'And then?' });
    expect(await firstValueFrom(chat.usage$)).toEqual({ totalTokenCount: 7 });
  });

  it('restores the branches that are not selected', async () => {
    const { chat } = restored();
    chat.select({ id: 'turn-2' });
    const [, called, tool, answer] = await firstValueFrom(chat.messages$);
    expect(called?.calls).toEqual([{ id: 'c1', name: 'f', args: { city: 'Oslo' } }]);
    expect(tool?.runs).toMatchObject([{ status: 'complete', response: { sky: 'grey' } }]);
    expect(answer).toMatchObject({
      text: 'Grey.',
      thoughts: 'Think. ',
      parts: [{ thought: true }, { thoughtSignature: 'c2ln' }],
      citations: [{ uri: 'https://example.com' }],
      usage: { totalTokenCount: 7 },
    });
  });

  it('is saved as version 2, with its original ids', () => {
    const { turns: messages, ...rest } = saved;
    const json = JSON.parse(JSON.stringify(restored().chat)) as ChatJson;
    expect(json).toEqual({ ...rest, version: 2, messages });
    expect(JSON.parse(JSON.stringify(createChat(fakeGemini([]), { model: 'm', restore: json })))).toEqual(json);
  });

  it('continues the numbers of its ids', async () => {
    const { ai, chat } = restored();
    await lastValueFrom(chat.send('And?'));
    expect((await firstValueFrom(chat.messages$)).slice(-2).map(({ id }) => id)).toEqual(['message-18', 'message-19']);
    const contents = ai.calls[0]?.params.contents as { role: string; parts: { text?: string }[] }[];
    expect(contents.map(({ role, parts }) => `${role} ${parts.map(({ text }) => text ?? '…').join(' ')}`)).toEqual([
      'user How is it in Oslo?',
      'model Wet.',
      'user In a word? Look again',
      'model …',
      'user …',
      'user And?',
    ]);
  });

  it('ends the runs that were saved while they ran', async () => {
    const turns = saved.turns.map((turn) =>
      turn.id !== 'turn-17'
        ? turn
        : { ...turn, parts: [], runs: turn.runs.map(({ call }) => ({ call, status: 'running' })) },
    );
    const { chat } = restored({ ...saved, turns } as Version1);
    const last = (await firstValueFrom(chat.messages$)).at(-1);
    expect(last?.runs.map(({ status }) => status)).toEqual(['cancelled']);
    expect(last?.parts).toEqual(saved.turns.at(-1)?.parts);
  });

  it('names the place of a flaw with the names of its version', () => {
    const first = saved.turns[0]!;
    const wrong: [Version1, string][] = [
      [
        { ...saved, turns: [first, first] },
        "Expected `restore.turns[1].id` to be an id that no other turn has, got 'turn-1'",
      ],
      [
        { ...saved, turns: [{ ...first, parent: 'turn-9' }] },
        "Expected `restore.turns[0].parent` to be the id of an earlier turn, got 'turn-9'",
      ],
    ];
    for (const [json, message] of wrong) expect(() => restored(json)).toThrow(message);
  });

  it('is accepted by the type of `restore`', () => {
    expectTypeOf<Version1>().toExtend<ChatOptions['restore']>();
    expectTypeOf<ChatJson>().toExtend<ChatOptions['restore']>();
    expectTypeOf<{ version: 3 }>().not.toExtend<ChatOptions['restore']>();
  });
});
