import fc from 'fast-check';
import { firstValueFrom, lastValueFrom, NEVER } from 'rxjs';
import { describe, expect, it, vi } from 'vitest';
import type { GeminiChat } from '../../src/chat/geminiChat.js';
import type { ChatJson } from '../../src/chat/chatJson.js';
import type { ChatOptions } from '../../src/chat/chatOptions.js';
import { createChat } from '../../src/chat/createChat.js';
import { GeminiError, isGeminiError } from '../../src/errors/geminiError.js';
import { callChunk, chunk, finishChunk, partsChunk } from '../../src/testing/chunks.js';
import { fakeGemini } from '../../src/testing/fakeGemini.js';
import type { FakeAnswer } from '../../src/testing/fakeReply.js';
import { outcomeOf } from '../support/outcome.js';

type Loose = Record<string, unknown>;

const model = 'gemini-2.5-flash';
const f = { declaration: {}, run: () => ({ parts: [{ inlineData: { mimeType: 'image/png', data: 'AA==' } }] }) };
const hang = { declaration: {}, run: () => NEVER };
const call = (name: string): FakeAnswer => [callChunk(name, { a: 1 }, 'c1'), finishChunk()];
const copyOf = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

function restored(
  json: unknown,
  answers: readonly FakeAnswer[] = ['Fine.'],
  options: Partial<ChatOptions> = {},
): GeminiChat {
  return createChat(fakeGemini(answers), { model, ...options, restore: json as ChatJson });
}

/** A turn by hand. */
function turn(id: unknown, fields: Loose = {}): Loose {
  const said = { parts: [{ text: `said in ${String(id)}` }], runs: [], citations: [], selected: true };
  return { id, role: 'user', status: 'complete', draft: false, ...said, ...fields };
}
function chatOf(turns: readonly Loose[], fields: Loose = {}): Loose {
  return { version: 1, turns, unsent: [], usage: {}, lastId: turns.length, ...fields };
}

/** A chat with a turn of every kind, saved. */
async function everything(): Promise<ChatJson> {
  const cited = chunk('b', {
    usageMetadata: { totalTokenCount: 7, promptTokensDetails: [{ modality: 'TEXT', tokenCount: 7 }] } as object,
    candidates: [
      {
        index: 0,
        content: { role: 'model', parts: [{ text: 'b' }, { text: '', thoughtSignature: 'S' }] },
        citationMetadata: { citations: [{ startIndex: 0, uri: 'https://example.com' }] },
      },
    ],
  });
  const broken = { chunks: ['c'], errorAfter: { chunks: 1, error: new GeminiError('Busy.', { kind: 'overloaded' }) } };
  const blocked = { error: new GeminiError('No.', { kind: 'blocked' }) };
  const chat = createChat(fakeGemini([call('f'), [cited, finishChunk()], 'B', broken, blocked, call('hang')]), {
    model,
    tools: { f, hang },
  });
  await lastValueFrom(chat.send('1'));
  await lastValueFrom(chat.regenerate());
  await outcomeOf(chat.send('2'));
  await outcomeOf(chat.send({ text: '3', inlineData: { mimeType: 'image/png', data: 'AA==' } }));
  const waiting = outcomeOf(chat.send('4'));
  const queued = outcomeOf(chat.send('5'));
  await vi.waitFor(async () => {
    expect((await firstValueFrom(chat.messages$)).at(-2)?.runs[0]?.status).toBe('running');
  });
  chat.cancel();
  await Promise.all([waiting, queued]);
  return copyOf(chat.toJSON());
}

describe('restore', () => {
  it('takes all that `toJSON` gives, and gives the same again', async () => {
    const json = await everything();
    const statuses = new Set(json.turns.map(({ role, status }) => `${role} ${status}`));
    expect([...statuses].sort()).toEqual([
      'model complete',
      'model failed',
      'tool cancelled',
      'tool complete',
      'user complete',
    ]);
    expect(json.unsent.map(({ parts }) => parts)).toEqual([[{ text: '5' }]]);
    expect(copyOf(restored(json))).toEqual(json);
    expect(restored(json).toJSON()).toEqual(json);
  });

  const wrong: [place: string, json: unknown][] = [
    ['restore', null],
    ['restore', []],
    ['restore', 'the words of a user'],
    ['restore', 7],
    ['restore', { ...chatOf([]), version: 2 }],
    ['restore', { ...chatOf([]), version: '1' }],
    ['restore.turns', chatOf([], { turns: undefined })],
    ['restore.turns', chatOf([], { turns: {} })],
    ['restore.unsent', chatOf([], { unsent: null })],
    ['restore.usage', chatOf([], { usage: undefined })],
    ['restore.usage.totalTokenCount', chatOf([], { usage: { totalTokenCount: '7' } })],
    ['restore.usage.promptTokensDetails[0]', chatOf([], { usage: { promptTokensDetails: [null] } })],
    ['restore.usage', chatOf([], { usage: { more: 1n } })],
    ['restore.lastId', chatOf([turn('turn-1')], { lastId: undefined })],
    ['restore.lastId', chatOf([turn('turn-1')], { lastId: 0 })],
    ['restore.lastId', chatOf([turn('turn-5')], { lastId: 4 })],
    ['restore.lastId', chatOf([turn('turn-1')], { lastId: '1' })],
    ['restore.lastId', chatOf([turn('turn-1')], { lastId: 1.5 })],
    ['restore.lastId', chatOf([turn('turn-1')], { lastId: 1e300 })],
    ['restore.lastId', chatOf([turn('turn-1')], { lastId: null })],
    ['restore.lastId', chatOf([turn('a'), turn('b', { parent: 'a' })], { lastId: 1 })],
    ['restore.lastId', chatOf([], { unsent: [turn('turn-3')], lastId: 2 })],
    ['restore.turns[0]', chatOf([null as never])],
    ['restore.turns[1].id', chatOf([turn('turn-1'), turn('turn-1')])],
    ['restore.turns[0].id', chatOf([turn(1)])],
    ['restore.turns[0].id', chatOf([turn('')])],
    ['restore.unsent[0].id', chatOf([turn('turn-1')], { unsent: [turn('turn-1')], lastId: 9 })],
    ['restore.unsent[0].role', chatOf([], { unsent: [turn('turn-1', { role: 'model' })], lastId: 9 })],
    ['restore.turns[0].parent', chatOf([turn('turn-1', { parent: 'turn-1' })])],
    ['restore.turns[0].parent', chatOf([turn('turn-1', { parent: 'turn-2' }), turn('turn-2', { parent: 'turn-1' })])],
    ['restore.turns[0].parent', chatOf([turn('turn-1', { parent: 'turn-2' }), turn('turn-2')])],
    ['restore.turns[1].parent', chatOf([turn('turn-1'), turn('turn-2', { parent: 'turn-9' })])],
    ['restore.turns[1].parent', chatOf([turn('turn-1'), turn('turn-2', { parent: null })])],
    ['restore.turns[1].parent', chatOf([turn('turn-1'), turn('turn-2', { parent: '__proto__' })])],
    ['restore.turns[1].parent', chatOf([turn('turn-1')], { turns: [turn('turn-1'), turn('turn-2', { parent: 1 })] })],
    ['restore.turns[1].selected', chatOf([turn('turn-1'), turn('turn-2')])],
    ['restore.turns[0].selected', chatOf([turn('turn-1', { selected: 1 })])],
    ['restore.turns[0].role', chatOf([turn('turn-1', { role: 'system' })])],
    ['restore.turns[0].role', chatOf([turn('turn-1', { role: 'constructor' })])],
    ['restore.turns[0].status', chatOf([turn('turn-1', { status: 'streaming' })])],
    ['restore.turns[0].status', chatOf([turn('turn-1', { status: undefined })])],
    ['restore.turns[0].draft', chatOf([turn('turn-1', { draft: 'no' })])],
    ['restore.turns[0].parts', chatOf([turn('turn-1', { parts: 'words' })])],
    ['restore.turns[0].parts[0]', chatOf([turn('turn-1', { parts: ['text'] })])],
    ['restore.turns[0].parts[1]', chatOf([turn('turn-1', { parts: [{ text: 'a' }, null] })])],
    ['restore.turns[0].parts[0].text', chatOf([turn('turn-1', { parts: [{ text: 3 }] })])],
    ['restore.turns[0].parts[0].thought', chatOf([turn('turn-1', { parts: [{ text: 'a', thought: 'yes' }] })])],
    ['restore.turns[0].parts[0].thoughtSignature', chatOf([turn('turn-1', { parts: [{ thoughtSignature: {} }] })])],
    ['restore.turns[0].parts[0].inlineData', chatOf([turn('turn-1', { parts: [{ inlineData: 'AA==' }] })])],
    ['restore.turns[0].parts[0].fileData.fileUri', chatOf([turn('turn-1', { parts: [{ fileData: { fileUri: 1 } }] })])],
    ['restore.turns[0].parts[0].functionCall', chatOf([turn('turn-1', { parts: [{ functionCall: [] }] })])],
    [
      'restore.turns[0].parts[0].functionCall.args',
      chatOf([turn('turn-1', { parts: [{ functionCall: { args: 1 } }] })]),
    ],
    [
      'restore.turns[0].parts[0].functionResponse.name',
      chatOf([turn('turn-1', { parts: [{ functionResponse: { name: 1 } }] })]),
    ],
    ['restore.turns[0].runs', chatOf([turn('turn-1', { runs: undefined })])],
    ['restore.turns[0].runs[0].call', chatOf([turn('turn-1', { role: 'tool', runs: [{}] })])],
    ['restore.turns[0].runs[0].call.args', chatOf([turn('turn-1', { role: 'tool', runs: [{ call: { name: 'f' } }] })])],
    [
      'restore.turns[0].runs[0].status',
      chatOf([turn('turn-1', { role: 'tool', runs: [{ call: { name: 'f', args: {} }, status: 'done' }] })]),
    ],
    [
      'restore.turns[0].runs[0].response',
      chatOf([turn('turn-1', { role: 'tool', runs: [{ call: { name: 'f', args: {} }, status: 'complete' }] })]),
    ],
    [
      'restore.turns[0].runs',
      chatOf([turn('turn-1', { runs: [{ call: { name: 'f', args: {} }, status: 'complete', response: {} }] })]),
    ],
    ['restore.turns[0].citations', chatOf([turn('turn-1', { citations: {} })])],
    ['restore.turns[0].citations[0]', chatOf([turn('turn-1', { citations: [1] })])],
    ['restore.turns[0].citations[0].uri', chatOf([turn('turn-1', { citations: [{ uri: {} }] })])],
    ['restore.turns[0].finishReason', chatOf([turn('turn-1', { finishReason: 1 })])],
    ['restore.turns[0].usage', chatOf([turn('turn-1', { usage: 7 })])],
    ['restore.turns[0].error', chatOf([turn('turn-1', { status: 'failed' })])],
    ['restore.turns[0].error', chatOf([turn('turn-1', { status: 'failed', error: 'Busy.' })])],
    ['restore.turns[0].error', chatOf([turn('turn-1', { error: { kind: 'server', message: 'No.' } })])],
    [
      'restore.turns[0].error.kind',
      chatOf([turn('turn-1', { status: 'failed', error: { kind: 'constructor', message: 'No.' } })]),
    ],
    ['restore.turns[0].error.message', chatOf([turn('turn-1', { status: 'failed', error: { kind: 'server' } })])],
    [
      'restore.turns[0].error.retryAfter',
      chatOf([turn('turn-1', { status: 'failed', error: { kind: 'server', message: 'No.', retryAfter: 'soon' } })]),
    ],
    ['restore.turns[0]', chatOf([turn('turn-1', { parts: [{ functionCall: { name: 'f', args: { a: 1n } } }] })])],
  ];

  it.each(wrong)('refuses what `toJSON` does not give, and names the place: %s', (place, json) => {
    let error: unknown;
    try {
      restored(json);
    } catch (cause) {
      error = cause;
    }
    expect(error).toBeInstanceOf(TypeError);
    const { message } = error as TypeError;
    expect(message.slice(0, message.indexOf('`', 10) + 1).replace(/^Expected /, '')).toBe(`\`${place}\``);
    expect(message).not.toContain('words');
  });

  it('refuses any other value in any place, or gives a chat that works', async () => {
    const json = await everything();
    const places = fc.array(fc.nat(), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(
        places,
        fc.oneof(fc.jsonValue(), fc.constantFrom('turn-1', 'turn-3', 0, 1e9)),
        async (path, value) => {
          const changed = copyOf(json);
          let holder: unknown = changed;
          for (const [depth, choice] of path.entries()) {
            const fields = Object.keys(holder as object);
            const field = fields[choice % fields.length]!;
            const held = (holder as Loose)[field];
            if (
              depth === path.length - 1 ||
              typeof held !== 'object' ||
              held === null ||
              Object.keys(held).length === 0
            ) {
              (holder as Loose)[field] = value;
              break;
            }
            holder = held;
          }
          let chat: GeminiChat;
          try {
            chat = restored(changed);
          } catch (error) {
            expect(error).toBeInstanceOf(TypeError);
            return;
          }
          await lastValueFrom(chat.send('And?'));
          const turns = await firstValueFrom(chat.messages$);
          expect(turns.at(-1)?.text).toBe('Fine.');
          expect(new Set(chat.toJSON().turns.map(({ id }) => id)).size).toBe(chat.toJSON().turns.length);
          expect(copyOf(restored(copyOf(chat)))).toEqual(copyOf(chat));
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('takes only the fields that it knows', async () => {
    const odd = { text: 5, thoughts: {}, calls: 'x', toString: 1, more: true };
    const error = { kind: 'server', message: 'No.', cause: 'x' };
    const chat = restored(chatOf([turn('turn-1', { ...odd, status: 'failed', error })]));
    const [first] = await firstValueFrom(chat.messages$);
    expect(first).toMatchObject({ text: 'said in turn-1', thoughts: '', calls: [] });
    expect([first && 'more' in first, isGeminiError(first?.error), first?.error?.kind]).toEqual([
      false,
      true,
      'server',
    ]);
    expect(JSON.parse(JSON.stringify(chat.toJSON().turns[0]?.error))).toMatchObject({ kind: 'server', message: 'No.' });
  });

  it('ends the runs that version 0.1 saved while they ran', async () => {
    const runs = [
      { call: { id: 'c1', name: 'f', args: {} }, status: 'complete', response: { a: 1 } },
      { call: { id: 'c2', name: 'f', args: {} }, status: 'running' },
    ];
    const calls = runs.map(({ call }) => ({ functionCall: call }));
    const chat = restored(
      chatOf([
        turn('turn-1'),
        turn('turn-2', { role: 'model', parent: 'turn-1', parts: calls }),
        turn('turn-3', { role: 'tool', parent: 'turn-2', status: 'cancelled', parts: [], runs }),
      ]),
    );
    const ended = (await firstValueFrom(chat.messages$))[2];
    expect(ended?.runs.map(({ status }) => status)).toEqual(['complete', 'cancelled']);
    expect(ended?.parts.map(({ functionResponse }) => functionResponse?.response)).toEqual([
      { a: 1 },
      { error: 'The call was cancelled.' },
    ]);
  });

  const size = 100_000;
  it.each<[string, Loose]>([
    [
      'deep',
      chatOf(
        Array.from({ length: size }, (_, index) =>
          turn(`turn-${index + 1}`, { ...(index > 0 && { parent: `turn-${index}` }) }),
        ),
      ),
    ],
    ['wide', chatOf(Array.from({ length: size }, (_, index) => turn(`turn-${index + 1}`, { selected: index === 0 })))],
    [
      'unsent',
      chatOf([], { unsent: Array.from({ length: size }, (_, index) => turn(`turn-${index + 1}`)), lastId: size }),
    ],
  ])(
    'takes time that is linear in the turns: %s',
    async (_, json) => {
      const chat = restored(json);
      const turns = await firstValueFrom(chat.messages$);
      chat.branches('turn-1');
      if (turns.length > 0) await lastValueFrom(chat.edit('turn-1', 'Hello'));
      expect(JSON.stringify(chat).length).toBeGreaterThan(size);
    },
    30_000,
  );
});

describe('a chat that is saved while it is busy', () => {
  const half = { chunks: ['half'], stallAfter: { chunks: 1 } };
  const cases: [string, FakeAnswer[], (chat: GeminiChat) => ReturnType<GeminiChat['send']>[], string][] = [
    ['while a tool runs', [call('hang')], (chat) => [chat.send('Go')], 'calling'],
    ['in the second step', [call('f'), half], (chat) => [chat.send('Go')], 'streaming'],
    ['while it streams', [half], (chat) => [chat.send('Go')], 'streaming'],
    ['before its first word', [{ chunks: [], stallAfter: { chunks: 0 } }], (chat) => [chat.send('Go')], 'pending'],
    ['with a queue', [half], (chat) => [chat.send('Go'), chat.send('Then'), chat.edit('turn-1', 'Other')], 'streaming'],
    ['while it answers again', [half], (chat) => [chat.regenerate()], 'streaming'],
    ['before it answers again', [{ chunks: [], stallAfter: { chunks: 0 } }], (chat) => [chat.regenerate()], 'pending'],
    ['while an edit is answered', [half], (chat) => [chat.edit('turn-1', 'Other')], 'streaming'],
  ];

  for (const whenCut of ['draft', 'commit', 'rollback'] as const) {
    it.each(cases)(
      `restores as if it had been cancelled there, with whenCut '${whenCut}': %s`,
      async (_, answers, begin, status) => {
        const chat = createChat(fakeGemini(['Hello.', ...answers]), { model, whenCut, tools: { f, hang } });
        await lastValueFrom(chat.send('Hi'));
        const replies = begin(chat).map((reply$) => outcomeOf(reply$));
        await vi.waitFor(async () => {
          expect(await firstValueFrom(chat.status$)).toBe(status);
          const last = (await firstValueFrom(chat.messages$)).find(({ status }) => status === 'streaming');
          expect(status === 'calling' ? last?.runs[0]?.status : 'running').toBe('running');
        });
        const before = await firstValueFrom(chat.messages$);
        const saved = copyOf(chat);
        expect(await firstValueFrom(chat.messages$)).toBe(before);
        chat.cancel();
        await Promise.all(replies);
        expect(saved).toEqual(copyOf(chat));
        expect(copyOf(restored(saved))).toEqual(saved);
        const { text, runs } = (await firstValueFrom(restored(saved).messages$)).at(-1) ?? { text: '', runs: [] };
        expect([text, runs.every(({ response }) => response)]).toEqual([
          (await firstValueFrom(chat.messages$)).at(-1)?.text,
          true,
        ]);
      },
    );
  }

  it('can be saved after whatever the wire said', async () => {
    const odd = partsChunk([
      { text: 'a' },
      { inlineData: 5 } as never,
      { functionCall: { name: 'f', args: {}, id: 7 } } as never,
      { functionResponse: 'x' } as never,
      { thoughtSignature: {} } as never,
    ]);
    const usageMetadata = { totalTokenCount: '5', promptTokensDetails: [null] } as never;
    const chat = createChat(
      fakeGemini([
        [{ ...odd, usageMetadata }, finishChunk()],
        [chunk('b', { usageMetadata }), finishChunk()],
      ]),
      { model },
    );
    await lastValueFrom(chat.send('Go'));
    await lastValueFrom(chat.send('On'));
    expect(copyOf(restored(copyOf(chat)))).toEqual(copyOf(chat));
    expect(chat.history()[1]?.parts).toEqual([{ text: 'a' }]);
  });
});
