import fc from 'fast-check';
import { firstValueFrom, lastValueFrom, map, NEVER } from 'rxjs';
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

/** A saved message by hand. */
function message(id: unknown, fields: Loose = {}): Loose {
  const said = { parts: [{ text: `said in ${String(id)}` }], runs: [], citations: [], selected: true };
  return { id, role: 'user', status: 'complete', draft: false, ...said, ...fields };
}
function chatOf(messages: readonly Loose[], fields: Loose = {}): Loose {
  return { version: 2, messages, unsent: [], usage: {}, lastId: messages.length, ...fields };
}

/** The same chat as version 1, with its names. */
function asVersion1({ version, messages, ...rest }: Loose): Loose {
  const withOldIds = (text: unknown) => (typeof text === 'string' ? text.replace('message-', 'turn-') : text);
  const turns = (list: unknown) =>
    !Array.isArray(list)
      ? list
      : list.map((item: Loose | null) =>
          item && 'id' in item
            ? { ...item, id: withOldIds(item['id']), ...('parent' in item && { parent: withOldIds(item['parent']) }) }
            : item,
        );
  expect(version).toBe(2);
  return { version: 1, turns: turns(messages), ...rest, unsent: turns(rest['unsent']) };
}

/** A chat with a message of every kind, saved. */
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
    pipe: map((chunk) => ({ ...chunk, interaction: { id: 'int_1', status: 'completed', cursor: 'c' } })),
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
  it('accepts all that `toJSON` returns, and saves an equal chat', async () => {
    const json = await everything();
    const statuses = new Set(json.messages.map(({ role, status }) => `${role} ${status}`));
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
    ['restore', { ...chatOf([]), version: 3 }],
    ['restore', { ...chatOf([]), version: '2' }],
    ['restore.messages', chatOf([], { messages: undefined })],
    ['restore.messages', chatOf([], { messages: {} })],
    ['restore.unsent', chatOf([], { unsent: null })],
    ['restore.usage', chatOf([], { usage: undefined })],
    ['restore.usage.totalTokenCount', chatOf([], { usage: { totalTokenCount: '7' } })],
    ['restore.usage.promptTokensDetails[0]', chatOf([], { usage: { promptTokensDetails: [null] } })],
    ['restore.usage', chatOf([], { usage: { more: 1n } })],
    ['restore.lastId', chatOf([message('message-1')], { lastId: undefined })],
    ['restore.lastId', chatOf([message('message-1')], { lastId: 0 })],
    ['restore.lastId', chatOf([message('message-5')], { lastId: 4 })],
    ['restore.lastId', chatOf([message('message-1')], { lastId: '1' })],
    ['restore.lastId', chatOf([message('message-1')], { lastId: 1.5 })],
    ['restore.lastId', chatOf([message('message-1')], { lastId: 1e300 })],
    ['restore.lastId', chatOf([message('message-1')], { lastId: null })],
    // The ids that follow it would all be `message-9007199254740992`.
    ['restore.lastId', chatOf([message('message-1')], { lastId: Number.MAX_SAFE_INTEGER })],
    ['restore.lastId', chatOf([message('message-9007199254740992')], { lastId: Number.MAX_SAFE_INTEGER })],
    ['restore.lastId', chatOf([message('a'), message('b', { parent: 'a' })], { lastId: 1 })],
    ['restore.lastId', chatOf([], { unsent: [message('message-3')], lastId: 2 })],
    ['restore.messages[0]', chatOf([null as never])],
    ['restore.messages[1].id', chatOf([message('message-1'), message('message-1')])],
    ['restore.messages[0].id', chatOf([message(1)])],
    ['restore.messages[0].id', chatOf([message('')])],
    ['restore.unsent[0].id', chatOf([message('message-1')], { unsent: [message('message-1')], lastId: 9 })],
    ['restore.unsent[0].role', chatOf([], { unsent: [message('message-1', { role: 'model' })], lastId: 9 })],
    ['restore.messages[0].parent', chatOf([message('message-1', { parent: 'message-1' })])],
    [
      'restore.messages[0].parent',
      chatOf([message('message-1', { parent: 'message-2' }), message('message-2', { parent: 'message-1' })]),
    ],
    ['restore.messages[0].parent', chatOf([message('message-1', { parent: 'message-2' }), message('message-2')])],
    ['restore.messages[1].parent', chatOf([message('message-1'), message('message-2', { parent: 'message-9' })])],
    ['restore.messages[1].parent', chatOf([message('message-1'), message('message-2', { parent: null })])],
    ['restore.messages[1].parent', chatOf([message('message-1'), message('message-2', { parent: '__proto__' })])],
    [
      'restore.messages[1].parent',
      chatOf([message('message-1')], { messages: [message('message-1'), message('message-2', { parent: 1 })] }),
    ],
    ['restore.messages[1].selected', chatOf([message('message-1'), message('message-2')])],
    ['restore.messages[0].selected', chatOf([message('message-1', { selected: 1 })])],
    ['restore.messages[0].role', chatOf([message('message-1', { role: 'system' })])],
    ['restore.messages[0].role', chatOf([message('message-1', { role: 'constructor' })])],
    ['restore.messages[0].status', chatOf([message('message-1', { status: 'streaming' })])],
    ['restore.messages[0].status', chatOf([message('message-1', { status: undefined })])],
    ['restore.messages[0].draft', chatOf([message('message-1', { draft: 'no' })])],
    ['restore.messages[0].parts', chatOf([message('message-1', { parts: 'words' })])],
    ['restore.messages[0].parts[0]', chatOf([message('message-1', { parts: ['text'] })])],
    ['restore.messages[0].parts[1]', chatOf([message('message-1', { parts: [{ text: 'a' }, null] })])],
    ['restore.messages[0].parts[0].text', chatOf([message('message-1', { parts: [{ text: 3 }] })])],
    [
      'restore.messages[0].parts[0].thought',
      chatOf([message('message-1', { parts: [{ text: 'a', thought: 'yes' }] })]),
    ],
    [
      'restore.messages[0].parts[0].thoughtSignature',
      chatOf([message('message-1', { parts: [{ thoughtSignature: {} }] })]),
    ],
    ['restore.messages[0].parts[0].inlineData', chatOf([message('message-1', { parts: [{ inlineData: 'AA==' }] })])],
    [
      'restore.messages[0].parts[0].fileData.fileUri',
      chatOf([message('message-1', { parts: [{ fileData: { fileUri: 1 } }] })]),
    ],
    ['restore.messages[0].parts[0].functionCall', chatOf([message('message-1', { parts: [{ functionCall: [] }] })])],
    [
      'restore.messages[0].parts[0].functionCall.args',
      chatOf([message('message-1', { parts: [{ functionCall: { args: 1 } }] })]),
    ],
    [
      'restore.messages[0].parts[0].functionResponse.name',
      chatOf([message('message-1', { parts: [{ functionResponse: { name: 1 } }] })]),
    ],
    ['restore.messages[0].runs', chatOf([message('message-1', { runs: undefined })])],
    ['restore.messages[0].runs[0].call', chatOf([message('message-1', { role: 'tool', runs: [{}] })])],
    [
      'restore.messages[0].runs[0].call.args',
      chatOf([message('message-1', { role: 'tool', runs: [{ call: { name: 'f' } }] })]),
    ],
    [
      'restore.messages[0].runs[0].status',
      chatOf([message('message-1', { role: 'tool', runs: [{ call: { name: 'f', args: {} }, status: 'done' }] })]),
    ],
    [
      'restore.messages[0].runs[0].response',
      chatOf([message('message-1', { role: 'tool', runs: [{ call: { name: 'f', args: {} }, status: 'complete' }] })]),
    ],
    [
      'restore.messages[0].runs',
      chatOf([message('message-1', { runs: [{ call: { name: 'f', args: {} }, status: 'complete', response: {} }] })]),
    ],
    ['restore.messages[0].citations', chatOf([message('message-1', { citations: {} })])],
    ['restore.messages[0].citations[0]', chatOf([message('message-1', { citations: [1] })])],
    ['restore.messages[0].citations[0].uri', chatOf([message('message-1', { citations: [{ uri: {} }] })])],
    ['restore.messages[0].finishReason', chatOf([message('message-1', { finishReason: 1 })])],
    ['restore.messages[0].usage', chatOf([message('message-1', { usage: 7 })])],
    ['restore.messages[0].error', chatOf([message('message-1', { status: 'failed' })])],
    ['restore.messages[0].error', chatOf([message('message-1', { status: 'failed', error: 'Busy.' })])],
    ['restore.messages[0].error', chatOf([message('message-1', { error: { kind: 'server', message: 'No.' } })])],
    [
      'restore.messages[0].error.kind',
      chatOf([message('message-1', { status: 'failed', error: { kind: 'constructor', message: 'No.' } })]),
    ],
    [
      'restore.messages[0].error.message',
      chatOf([message('message-1', { status: 'failed', error: { kind: 'server' } })]),
    ],
    [
      'restore.messages[0].error.retryAfter',
      chatOf([
        message('message-1', { status: 'failed', error: { kind: 'server', message: 'No.', retryAfter: 'soon' } }),
      ]),
    ],
    [
      'restore.messages[0]',
      chatOf([message('message-1', { parts: [{ functionCall: { name: 'f', args: { a: 1n } } }] })]),
    ],
  ];

  const ofInteraction = (interaction: unknown, fields: Loose = {}) =>
    chatOf([message('message-1', { role: 'model', interaction, ...fields })]);
  wrong.push(
    ['restore.messages[0].interaction', ofInteraction(null)],
    ['restore.messages[0].interaction', ofInteraction('int_1')],
    ['restore.messages[0].interaction.id', ofInteraction({ status: 'completed' })],
    ['restore.messages[0].interaction.status', ofInteraction({ id: 'int_1' })],
    ['restore.messages[0].interaction.cursor', ofInteraction({ id: 'int_1', status: 'completed', cursor: 1 })],
    ['restore.messages[0].interaction.step.index', ofInteraction({ id: 'int_1', status: 'completed', step: {} })],
    ['restore.messages[0].sentMessages', ofInteraction(undefined, { sentMessages: '1' })],
    ['restore.messages[0].role', ofInteraction({ id: 'int_1', status: 'completed' }, { role: 'user' })],
  );

  const wrongVersion2: typeof wrong = [
    ['restore.turns', { ...chatOf([]), version: 1 }],
    ['restore.messages', { ...asVersion1(chatOf([])), version: 2 }],
    ['restore.messages[0].role', chatOf([message('message-1', { status: 'stopped' })])],
  ];
  const wrongVersion1: typeof wrong = [
    ...wrong
      .filter(([, json]) => (json as Loose | null)?.['version'] === 2)
      .map(([place, json]): [string, unknown] => [place.replace('messages', 'turns'), asVersion1(json as Loose)]),
    ['restore.turns[0].status', asVersion1(chatOf([message('message-1', { role: 'model', status: 'stopped' })]))],
  ];

  it.each([...wrong, ...wrongVersion2, ...wrongVersion1])(
    'refuses a value that `toJSON` does not return, and names the place: %s',
    (place, json) => {
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
    },
  );

  it('refuses any other value in any place, or restores a chat that works', async () => {
    const json = await everything();
    const places = fc.array(fc.nat(), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(
        places,
        fc.oneof(fc.jsonValue(), fc.constantFrom('message-1', 'message-3', 0, 1e9)),
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
          const messages = await firstValueFrom(chat.messages$);
          expect(messages.at(-1)?.text).toBe('Fine.');
          expect(new Set(chat.toJSON().messages.map(({ id }) => id)).size).toBe(chat.toJSON().messages.length);
          expect(copyOf(restored(copyOf(chat)))).toEqual(copyOf(chat));
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('reads only the known fields', async () => {
    const odd = { text: 5, thoughts: {}, calls: 'x', toString: 1, more: true };
    const error = { kind: 'server', message: 'No.', cause: 'x' };
    const chat = restored(chatOf([message('message-1', { ...odd, status: 'failed', error })]));
    const [first] = await firstValueFrom(chat.messages$);
    expect(first).toMatchObject({ text: 'said in message-1', thoughts: '', calls: [] });
    expect([first && 'more' in first, isGeminiError(first?.error), first?.error?.kind]).toEqual([
      false,
      true,
      'server',
    ]);
    expect(JSON.parse(JSON.stringify(chat.toJSON().messages[0]?.error))).toMatchObject({
      kind: 'server',
      message: 'No.',
    });
  });

  it('ends the runs that were saved while they ran', async () => {
    const runs = [
      { call: { id: 'c1', name: 'f', args: {} }, status: 'complete', response: { a: 1 } },
      { call: { id: 'c2', name: 'f', args: {} }, status: 'running' },
    ];
    const calls = runs.map(({ call }) => ({ functionCall: call }));
    const chat = restored(
      chatOf([
        message('message-1'),
        message('message-2', { role: 'model', parent: 'message-1', parts: calls }),
        message('message-3', { role: 'tool', parent: 'message-2', status: 'cancelled', parts: [], runs }),
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
          message(`message-${index + 1}`, { ...(index > 0 && { parent: `message-${index}` }) }),
        ),
      ),
    ],
    [
      'wide',
      chatOf(Array.from({ length: size }, (_, index) => message(`message-${index + 1}`, { selected: index === 0 }))),
    ],
    [
      'unsent',
      chatOf([], { unsent: Array.from({ length: size }, (_, index) => message(`message-${index + 1}`)), lastId: size }),
    ],
  ])(
    'takes time that is linear in the messages: %s',
    async (_, json) => {
      const chat = restored(json);
      const messages = await firstValueFrom(chat.messages$);
      chat.branches('message-1');
      if (messages.length > 0) await lastValueFrom(chat.edit('message-1', 'Hello'));
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
    ['before its first word', [{ chunks: [], stallAfter: { chunks: 0 } }], (chat) => [chat.send('Go')], 'waiting'],
    [
      'with a queue',
      [half],
      (chat) => [chat.send('Go'), chat.send('Then'), chat.edit('message-1', 'Other')],
      'streaming',
    ],
    ['while it answers again', [half], (chat) => [chat.regenerate()], 'streaming'],
    ['before it answers again', [{ chunks: [], stallAfter: { chunks: 0 } }], (chat) => [chat.regenerate()], 'waiting'],
    ['while an edit is answered', [half], (chat) => [chat.edit('message-1', 'Other')], 'streaming'],
  ];

  for (const whenCut of ['draft', 'commit', 'rollback'] as const) {
    it.each(cases)(
      `restores as if it had been cancelled at that moment, with whenCut '${whenCut}': %s`,
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

  it('can be saved after any response of the server', async () => {
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
