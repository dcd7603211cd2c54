import { lastValueFrom, of, toArray } from 'rxjs';
import { describe, expect, it, vi } from 'vitest';
import { groupCalls } from '../../src/chat/groupCalls.js';
import { createChat } from '../../src/chat/createChat.js';
import type { GeminiFunctionCall } from '../../src/chunk/functionCallsOf.js';
import { finishChunk, partsChunk } from '../../src/testing/chunks.js';
import { fakeGemini } from '../../src/testing/fakeGemini.js';

const model = 'gemini-2.5-flash';
const call = (args: object, name = 'f'): GeminiFunctionCall => ({ name, args: args as GeminiFunctionCall['args'] });
const indexes = (calls: readonly GeminiFunctionCall[], dedupe = true) =>
  groupCalls(calls, dedupe).map((group) => group.indexes);

describe('groupCalls', () => {
  it.each<[string, GeminiFunctionCall[], number[][]]>([
    ['the same', [call({ a: 1 }), call({ a: 1 })], [[0, 1]]],
    ['fields in another order', [call({ a: 1, b: { c: 1, d: 2 } }), call({ b: { d: 2, c: 1 }, a: 1 })], [[0, 1]]],
    [
      'ids of their own',
      [
        { id: '1', ...call({}) },
        { id: '2', ...call({}) },
      ],
      [[0, 1]],
    ],
    ['another function', [call({ a: 1 }), call({ a: 1 }, 'g')], [[0], [1]]],
    ['other values', [call({ a: 1 }), call({ a: '1' }), call({ a: [1] }), call({})], [[0], [1], [2], [3]]],
    ['lists in another order', [call({ a: [1, 2] }), call({ a: [2, 1] })], [[0], [1]]],
    ['objects in lists', [call({ a: [{ b: 1, c: 2 }] }), call({ a: [{ c: 2, b: 1 }] })], [[0, 1]]],
    ['no two in a row', [call({ a: 1 }), call({ a: 2 }), call({ a: 1 })], [[0, 2], [1]]],
    ['a field named __proto__', [call(JSON.parse('{"__proto__":1}') as object), call({})], [[0], [1]]],
    ['names and arguments that look alike', [call({}, 'f",{}'), call({}, 'f')], [[0], [1]]],
  ])('groups identical calls only: %s', (_, calls, expected) => {
    expect(indexes(calls)).toEqual(expected);
    expect(indexes(calls, false)).toEqual(calls.map((_, index) => [index]));
  });

  it('treats arguments that are nested deeper than a stack as unique', () => {
    const deep = () => call({ a: JSON.parse('['.repeat(100_000) + ']'.repeat(100_000)) as unknown });
    expect(indexes([deep(), deep()])).toEqual([[0], [1]]);
  });
});

describe('dedupeCalls', () => {
  const parts = ['1', '2', '3'].map((id) => ({
    functionCall: { id, name: 'f', args: id === '3' ? { city: 'Bergen' } : { city: 'Oslo' } },
  }));

  it.each([
    [true, 2],
    [false, 3],
  ])('%s: each call gets its response under its own id', async (dedupeCalls, times) => {
    const run = vi.fn(({ city }: { city: string }) => of('half', { city }));
    const approve = vi.fn(() => of(true));
    const ai = fakeGemini([[partsChunk(parts), finishChunk()], 'Fine.']);
    const tools = { f: { declaration: {}, run } };
    const chat = createChat(ai, { model, tools, approve, dedupeCalls, toolConcurrency: 1 });
    const chunks = await lastValueFrom(chat.send('Go').pipe(toArray()));
    expect([run.mock.calls.length, approve.mock.calls.length]).toEqual([times, times]);
    const responses = parts.map(({ functionCall: { id, name, args } }) => ({
      functionResponse: { id, name, response: args },
    }));
    expect((ai.calls[1]?.params.contents as unknown[]).at(-1)).toEqual({ role: 'user', parts: responses });
    for (const { functionCall } of parts) {
      const notices = chunks.flatMap(({ tool }) => (tool?.call.id === functionCall.id ? [tool] : []));
      expect(notices.map(({ status }) => status)).toEqual(['approving', 'running', 'running', 'running', 'complete']);
      expect(notices.every(({ call }) => call.args['city'] === functionCall.args.city)).toBe(true);
    }
  });
});

describe('toolConcurrency', () => {
  it.each([
    [undefined, 8],
    [3, 3],
    [Infinity, 20],
  ])('%s: limits the calls of one reply that run at once', async (toolConcurrency, expected) => {
    let running = 0;
    let most = 0;
    const run = async () => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve));
      running -= 1;
    };
    const calls = Array.from({ length: 20 }, (_, index) => ({ functionCall: { name: 'f', args: { index } } }));
    const ai = fakeGemini([[partsChunk(calls), finishChunk()], 'Fine.']);
    await lastValueFrom(createChat(ai, { model, tools: { f: { declaration: {}, run } }, toolConcurrency }).send('Go'));
    expect(most).toBe(expected);
  });
});
