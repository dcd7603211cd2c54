import { concat, firstValueFrom, lastValueFrom, map, of, range, throwError, toArray } from 'rxjs';
import { describe, expect, it, vi } from 'vitest';
import type { GeminiChat } from '../../src/chat/geminiChat.js';
import type { ChatTool, ChatTools } from '../../src/chat/chatTools.js';
import { createChat } from '../../src/chat/createChat.js';
import type { GeminiContent } from '../../src/chunk/contentsOf.js';
import { callChunk, finishChunk } from '../../src/testing/chunks.js';
import { emulate } from '../support/emulate.js';

const model = 'gemini-2.5-flash';
const png = { inlineData: { mimeType: 'image/png', data: 'iVBORw0KGgo=' } };
const pdf = { fileData: { mimeType: 'application/pdf', fileUri: 'files/1' } };

/** A chat over real sockets whose model calls `f` at the first request of each send. */
async function chatWith(tools: ChatTools) {
  const { ai, emulator } = await emulate(({ body }) => {
    const last = (body as { contents: GeminiContent[] }).contents.at(-1);
    return last?.parts[0]?.functionResponse ? 'Fine.' : { chunks: [callChunk('f', { a: 1 }, 'c1'), finishChunk()] };
  });
  const chat = createChat(ai, { model, tools });
  const sent = () => (emulator.requests.at(-1)?.body as { contents: GeminiContent[] }).contents.slice(2);
  return { chat, sent };
}

const own = (run: ChatTool['run']): ChatTools => ({ f: { declaration: { description: 'A test.' }, run } });
const set = (callTool: () => unknown): ChatTools => ({
  set: { tool: async () => ({ functionDeclarations: [{ name: 'f' }] }), callTool: callTool as never },
});
const runOf = async (chat: GeminiChat) =>
  (await firstValueFrom(chat.messages$)).findLast(({ role }) => role === 'tool')?.runs[0];

class Row {
  readonly id = 1;
  readonly at = new Date(0);
}
const cycle: Record<string, unknown> = { name: 'Ann' };
cycle['posts'] = [{ author: cycle }];
const nested = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth));
const secret = new Error('key=AIzaSyA1234567890abcdefghijklmnopqrstuv');
const throwing = {
  toJSON: () => {
    throw secret;
  },
};
const getter = Object.defineProperty({}, 'row', {
  enumerable: true,
  get: () => {
    throw secret;
  },
});

const withoutJson: [string, unknown, string][] = [
  ['a bigint', 10n, 'it contains a bigint'],
  ['a bigint in a row', { rows: [{ id: 10n }] }, 'it contains a bigint'],
  ['a cycle', cycle, 'it contains itself'],
  ['a `toJSON` that throws', throwing, 'it cannot be read'],
  ['a `toJSON` that gives nothing', { toJSON: () => undefined }, 'it is a function, a symbol or undefined'],
  ['a getter that throws', getter, 'it cannot be read'],
  ['a function', () => 1, 'it is a function, a symbol or undefined'],
  ['a symbol', Symbol('s'), 'it is a function, a symbol or undefined'],
  ['a value that is nested too deeply', nested(950), 'it is nested too deeply'],
  ['a value that is nested deeper than a stack', nested(100_000), 'it is nested too deeply'],
];

describe('a result without JSON', () => {
  it.each(withoutJson)('makes its run failed, and the chat continues: %s', async (_, result, reason) => {
    for (const tools of [
      own(() => result),
      own(async () => result),
      own(() => of('half', result)),
      set(async () => [{ functionResponse: { name: 'f', response: { result } } }]),
    ]) {
      const { chat, sent } = await chatWith(tools);
      const chunks = await lastValueFrom(chat.send('Look').pipe(toArray()));
      const run = await runOf(chat);
      if (tools['set'] && run?.status === 'complete') {
        // Fields that JSON drops from an object are dropped from a response, too.
        expect(run.response).toEqual({});
        continue;
      }
      expect(run).toMatchObject({
        status: 'failed',
        response: { error: `The function's result has no JSON: ${reason}.` },
      });
      expect(chunks.at(-1)?.text).toBe('Fine.');
      await lastValueFrom(chat.send('And now?'));
      expect(sent()[0]?.parts).toEqual([{ functionResponse: { id: 'c1', name: 'f', response: run?.response } }]);
      const saved = JSON.stringify([chunks, chat]);
      expect(saved).not.toContain('AIza');
      expect(
        createChat({ models: { generateContentStream: vi.fn() } }, { model, restore: chat.toJSON() }),
      ).toBeDefined();
    }
  });

  it('does not fail its run as progress, and is not shown', async () => {
    const { chat } = await chatWith(own(() => of({ done: 1n }, cycle, 'half', { done: true })));
    const chunks = await lastValueFrom(chat.send('Look').pipe(toArray()));
    const runs = chunks.flatMap(({ tool }) => (tool ? [[tool.status, tool.progress, tool.response]] : []));
    expect(runs).toEqual([
      ['running', undefined, undefined],
      ['running', 'half', undefined],
      ['running', { done: true }, undefined],
      ['complete', undefined, { done: true }],
    ]);
    expect(JSON.parse(JSON.stringify(chunks))).toEqual(chunks);
  });
});

describe('a result', () => {
  it.each<[string, unknown, object]>([
    ['an entity', new Row(), { id: 1, at: '1970-01-01T00:00:00.000Z' }],
    ['an entity with a `toJSON`', { toJSON: () => 'row 1' }, { output: 'row 1' }],
    ['what JSON leaves out', { a: undefined, f: () => 1, list: [undefined, NaN] }, { list: [null, null] }],
    ['an own `__proto__`', JSON.parse('{"__proto__":{"a":1}}'), JSON.parse('{"__proto__":{"a":1}}') as object],
  ])('is plain data: %s', async (_, result, response) => {
    const { chat } = await chatWith(own(() => result));
    await lastValueFrom(chat.send('Look'));
    expect((await runOf(chat))?.response).toStrictEqual(response);
  });

  it('does not change when the tool changes its object, its progress or its arguments', async () => {
    const rows = [1];
    const { chat, sent } = await chatWith(
      own((args) => {
        Object.assign(args, { self: args });
        return range(2, 2).pipe(
          map((row) => {
            rows.push(row);
            return rows;
          }),
        );
      }),
    );
    const chunks = await lastValueFrom(chat.send('Look').pipe(toArray()));
    rows.push(4);
    expect(chunks.flatMap(({ tool }) => tool?.progress ?? [])).toEqual([1, 2, 1, 2, 3]);
    expect((await runOf(chat))?.response).toEqual({ output: [1, 2, 3] });
    expect(sent()[0]?.parts[0]?.functionResponse?.response).toEqual({ output: [1, 2, 3] });
    expect((await firstValueFrom(chat.messages$))[1]?.calls[0]?.args).toEqual({ a: 1 });
  });

  it.each<[string, unknown, object]>([
    ['a picture beside fields', { output: 'see', parts: [png] }, { response: { output: 'see' }, parts: [png] }],
    ['pictures and files alone', { parts: [png, pdf] }, { response: {}, parts: [png, pdf] }],
    ["the SDK's response", { response: { a: 1 }, parts: [png] }, { response: { a: 1 }, parts: [png] }],
    [
      "the SDK's part",
      { functionResponse: { response: { a: 1 }, parts: [png] } },
      { response: { a: 1 }, parts: [png] },
    ],
    ['parts of another kind', { parts: ['wheel', 'door'] }, { response: { parts: ['wheel', 'door'] } }],
    ['parts with a text', { parts: [png, { text: 'a' }] }, { response: { parts: [png, { text: 'a' }] } }],
    ['no parts', { parts: [] }, { response: { parts: [] } }],
    ['a response of its own', { response: { a: 1 } }, { response: { response: { a: 1 } } }],
  ])('may have pictures and files: %s', async (_, result, expected) => {
    const { chat, sent } = await chatWith(own(async () => result));
    const chunks = await lastValueFrom(chat.send('Look').pipe(toArray()));
    const parts = [{ functionResponse: { id: 'c1', name: 'f', ...expected } }];
    expect(sent()).toStrictEqual([{ role: 'user', parts }]);
    expect(chunks.find(({ tool }) => tool?.status === 'complete')?.tool).toMatchObject(expected);
    const restored = createChat({ models: { generateContentStream: vi.fn() } }, { model, restore: chat.toJSON() });
    expect(restored.history()).toEqual(chat.history());
    expect((await runOf(restored))?.parts).toEqual((await runOf(chat))?.parts);
  });

  it.each<[string, unknown[], object]>([
    ['in its response', [{ functionResponse: { name: 'f', response: { a: 1 }, parts: [png] } }], { a: 1 }],
    ['beside its response', [{ functionResponse: { name: 'f', response: { a: 1 } } }, png], { a: 1 }],
    ['before its response', [{ text: 'a' }, png, { functionResponse: { name: 'f' } }], {}],
    ['with a response that is not an object', [{ functionResponse: { response: 'a', parts: [png] } }], { output: 'a' }],
  ])('of a set of tools may have pictures: %s', async (_, answer, response) => {
    const { chat, sent } = await chatWith(set(async () => answer));
    await lastValueFrom(chat.send('Look'));
    const parts = [{ functionResponse: { id: 'c1', name: 'f', response, parts: [png] } }];
    expect(sent()).toStrictEqual([{ role: 'user', parts }]);
  });

  it.each([undefined, null, 'text', [null], [{ text: 'a' }], [{ functionResponse: 1 }]])(
    'fails its run if a set of tools returns no response: %j',
    async (answer) => {
      const { chat } = await chatWith(set(async () => answer));
      await lastValueFrom(chat.send('Look'));
      expect(await runOf(chat)).toMatchObject({
        status: 'failed',
        response: { error: "The function 'f' gave no response." },
      });
    },
  );
});

describe('the error of a tool', () => {
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  it.each<[string, unknown, unknown]>([
    ['without a word', new Error(''), 'The function failed.'],
    ['that cannot be read', revoked.proxy, 'The function failed.'],
    ['that is a cycle', cycle, 'an object'],
    ['that is a bigint', 10n, '10'],
    ['that is longer than a page', new Error('ab '.repeat(5_000)), expect.stringMatching(/^(?:ab )+…$/)],
    ['that is one word longer than a page', new Error('x'.repeat(20_000)), 'The function failed.'],
    ['with a key', secret, expect.not.stringContaining('AIza')],
  ])('is a short sentence for the model: %s', async (_, cause, error) => {
    const { chat } = await chatWith(
      own(() =>
        concat(
          of(1),
          throwError(() => cause),
        ),
      ),
    );
    expect((await lastValueFrom(chat.send('Look').pipe(toArray()))).at(-1)?.text).toBe('Fine.');
    expect(await runOf(chat)).toMatchObject({ status: 'failed', response: { error } });
  });
});
