import { GoogleGenAI, Type } from '@google/genai';
import { lastValueFrom } from 'rxjs';
import { describe, expect, it, vi } from 'vitest';
import { finalResponse } from '../../operators/show/finalResponse.js';
import type { ChatJson } from '../../src/chat/chatJson.js';
import type { ChatSourceOptions } from '../../src/chat/chatOptions.js';
import { createChat } from '../../src/chat/createChat.js';
import type { GeminiChat } from '../../src/chat/geminiChat.js';
import { interactions } from '../../src/chat/interactions.js';
import { chunk, finishChunk, partsChunk } from '../../src/testing/chunks.js';
import { outcomeOf } from '../support/outcome.js';
import { thrownError, InteractionKeeper, type CreateRequest, type KeeperAnswer } from './interactionKeeper.js';

const model = 'gemini-2.5-flash';
const input = (...texts: string[]) => ({ type: 'user_input', content: texts.map((text) => ({ type: 'text', text })) });
const output = (text: string) => ({ type: 'model_output', content: [{ type: 'text', text }] });

/** A chat over a server that gives these answers. */
function chatWith(
  answers: readonly KeeperAnswer[],
  params: Omit<CreateRequest, 'input' | 'previous_interaction_id' | 'stream'> = { model },
  options: ChatSourceOptions = {},
) {
  const rest = [...answers];
  const keeper = new InteractionKeeper(() => rest.shift() ?? { error: new Error('No answer is left') });
  return { keeper, chat: createChat(interactions(keeper.ai, params), options) };
}

const ask = (chat: GeminiChat, message: string) => outcomeOf(chat.send(message));
const calls = (...names: string[]) => [
  partsChunk(names.map((name) => ({ functionCall: { name, args: { city: 'Oslo' } } }))),
  finishChunk(),
];

describe('interactions', () => {
  it('sends new contents alone, after the id of the interaction before them', async () => {
    const { keeper, chat } = chatWith(['One.', 'Two.', 'Three.']);
    for (const message of ['1', '2']) await ask(chat, message);
    const reply = await lastValueFrom(chat.regenerate().pipe(finalResponse()));
    expect(reply.text).toBe('Three.');
    expect(keeper.requests).toEqual([
      { model, stream: true, input: [input('1')] },
      { model, stream: true, previous_interaction_id: 'int_1', input: [input('2')] },
      { model, stream: true, previous_interaction_id: 'int_1', input: [input('2')] },
    ]);
  });

  it('declares tools as functions, runs their calls, and sends the results alone', async () => {
    const weather = { declaration: { description: 'The weather.' }, run: () => ({ sky: 'grey' }) };
    const { keeper, chat } = chatWith(
      [calls('weather'), 'It rains.'],
      { model, tools: [{ type: 'google_search' }] },
      { tools: { weather } },
    );
    await ask(chat, 'How is it?');
    const tools = [{ type: 'google_search' }, { type: 'function', name: 'weather', description: 'The weather.' }];
    const result = { type: 'function_result', call_id: 'int_1-0', name: 'weather', result: { sky: 'grey' } };
    expect(keeper.requests).toEqual([
      { model, stream: true, tools, input: [input('How is it?')] },
      { model, stream: true, tools, previous_interaction_id: 'int_1', input: [result] },
    ]);
  });

  it('converts a schema of the SDK into a JSON Schema, and leaves a JSON Schema as it is', async () => {
    const run = () => 1;
    const schema = {
      type: Type.OBJECT,
      properties: {
        type: { type: Type.STRING, enum: ['STRING', 'B'], nullable: true },
        days: { type: Type.ARRAY, items: { anyOf: [{ type: Type.INTEGER }, { type: Type.STRING }] }, minItems: '2' },
      },
      required: ['type'],
    };
    const json = { type: 'object', properties: { minItems: { type: ['string', 'null'], minLength: 3 } }, $defs: {} };
    const { keeper, chat } = chatWith(
      ['Hi.'],
      { model },
      {
        tools: {
          a: { declaration: { parameters: schema }, run },
          b: { declaration: { parametersJsonSchema: json }, run },
          c: { declaration: { parameters: json }, run },
        },
      },
    );
    await ask(chat, 'Hello');
    const converted = {
      type: 'object',
      properties: {
        type: { type: ['string', 'null'], enum: ['STRING', 'B'] },
        days: { type: 'array', items: { anyOf: [{ type: 'integer' }, { type: 'string' }] }, minItems: 2 },
      },
      required: ['type'],
    };
    expect(keeper.requests[0]?.tools).toEqual([
      { type: 'function', name: 'a', parameters: converted },
      { type: 'function', name: 'b', parameters: json },
      { type: 'function', name: 'c', parameters: json },
    ]);
  });

  it("sends the chat's config, whose fields win over the parameters", async () => {
    const config = { system_instruction: 'Be brief.', tools: [{ type: 'url_context' }] };
    const { keeper, chat } = chatWith(
      ['Hi.'],
      { model, system_instruction: 'Be long.', tools: [{ type: 'google_search' }] },
      { config, tools: { f: { declaration: {}, run: () => 1 } } },
    );
    await ask(chat, 'Hello');
    expect(keeper.requests[0]).toEqual({
      model,
      stream: true,
      system_instruction: 'Be brief.',
      tools: [{ type: 'url_context' }, { type: 'function', name: 'f' }],
      input: [input('Hello')],
    });
  });

  it('asks once more with the whole history if the interaction has expired', async () => {
    const { keeper, chat } = chatWith(['One.', 'Two.', 'Three.']);
    await ask(chat, '1');
    keeper.expire();
    expect((await lastValueFrom(chat.send('2').pipe(finalResponse()))).text).toBe('Two.');
    await ask(chat, '3');
    expect(keeper.requests.slice(1)).toEqual([
      { model, stream: true, previous_interaction_id: 'int_1', input: [input('2')] },
      { model, stream: true, input: [input('1'), output('One.'), input('2')] },
      { model, stream: true, previous_interaction_id: 'int_2', input: [input('3')] },
    ]);
  });

  const half = (error: unknown) => ({ chunks: ['Half'], errorAfter: { chunks: 1, error } });
  it.each<[string, KeeperAnswer, kind: string, requests: number]>([
    ['of a model that does not exist', { error: thrownError(404, 'model_not_found') }, 'not_found', 2],
    ['of another kind', { error: thrownError(403, 'permission_denied') }, 'permission', 2],
    ['after content', half(thrownError(404, 'not_found')), 'not_found', 2],
    ['in an event', { errorCode: 'not_found' }, 'not_found', 3],
    ['of a model, in an event', { errorCode: 'model_not_found' }, 'not_found', 2],
    ['that an expired interaction explains', { error: thrownError(404, 'not_found') }, 'not_found', 3],
  ])('repeats only a failure that can be of an expired interaction: one %s', async (_, answer, kind, requests) => {
    const { keeper, chat } = chatWith(['One.', answer, answer, answer]);
    await ask(chat, '1');
    expect((await ask(chat, '2')).error).toMatchObject({ kind });
    expect(keeper.requests).toHaveLength(requests);
  });

  it('does not repeat a request that has the whole history', async () => {
    const { keeper, chat } = chatWith([{ error: thrownError(404, 'not_found') }]);
    expect((await ask(chat, '1')).error).toMatchObject({ kind: 'not_found' });
    expect(keeper.requests).toHaveLength(1);
  });

  it('starts no second run beside a background run that has begun', async () => {
    const { keeper, chat } = chatWith(['One.', { errorCode: 'not_found' }], { model, background: true });
    await ask(chat, '1');
    const { error } = await ask(chat, '2');
    expect(error).toMatchObject({ kind: 'not_found', retryable: false });
    expect(keeper.requests).toHaveLength(2);
  });

  it.each([
    ['the parameters', { model, store: false }, {}],
    ['the config', { model }, { config: { store: false } }],
  ])('sends the whole history with `store: false` in %s', async (_, params, options) => {
    const { keeper, chat } = chatWith(['One.', 'Two.'], params, options);
    for (const message of ['1', '2']) await ask(chat, message);
    expect(keeper.requests[1]).toEqual({
      model,
      store: false,
      stream: true,
      input: [input('1'), output('One.'), input('2')],
    });
  });

  it('sends the whole history with `store: false` to a chat whose replies were kept', async () => {
    const { keeper, chat } = chatWith(['One.', 'Two.']);
    await ask(chat, '1');
    const source = interactions(keeper.ai, { model, store: false });
    await ask(createChat(source, { restore: chat.toJSON() }), '2');
    expect(keeper.requests[1]).not.toHaveProperty('previous_interaction_id');
    expect(keeper.requests[1]?.input).toHaveLength(3);
  });

  it('sends the steps of server tools, thoughts and signatures back as they came', async () => {
    const steps = [
      { type: 'thought', summary: [{ type: 'text', text: 'Search first.' }], signature: 'S1' },
      { type: 'google_search_call', id: 'g1', arguments: { queries: ['sky'] }, signature: 'S2' },
      { type: 'google_search_result', call_id: 'g1', result: [{ search_suggestions: '<b>' }], signature: 'S3' },
      { type: 'code_execution_call', id: 'c1', arguments: { code: 'print(1)', language: 'python' } },
      { type: 'code_execution_result', call_id: 'c1', result: '1' },
      output('It is blue.'),
    ];
    const { keeper, chat } = chatWith([{ steps }, 'Two.'], { model, store: false });
    await ask(chat, '1');
    const restored = createChat(interactions(keeper.ai, { model, store: false }), {
      restore: JSON.parse(JSON.stringify(chat)) as ChatJson,
    });
    await ask(restored, '2');
    expect(keeper.requests[1]?.input).toEqual([input('1'), ...steps, input('2')]);
  });

  it('leaves calls that an agent has answered itself', async () => {
    const run = vi.fn();
    const answered = partsChunk([
      { functionCall: { name: 'look', args: {} } },
      { functionResponse: { id: 'int_1-0', name: 'look', response: { result: 'seen' } } },
      { text: 'I looked.' },
    ]);
    const { keeper, chat } = chatWith(
      [[answered, finishChunk()], 'Two.'],
      { agent: 'explorer' },
      {
        tools: { look: { declaration: {}, run } },
      },
    );
    await ask(chat, 'Look');
    await ask(chat, 'Again');
    expect(run).not.toHaveBeenCalled();
    expect(keeper.requests.map(({ previous_interaction_id: id, agent }) => [agent, id])).toEqual([
      ['explorer', undefined],
      ['explorer', 'int_1'],
    ]);
  });

  it('closes the stream when the reply is unsubscribed', async () => {
    const { keeper, chat } = chatWith([{ chunks: ['Half'], stallAfter: { chunks: 1 } }]);
    const subscription = chat.send('1').subscribe();
    await vi.waitFor(() => {
      expect(keeper.requests).toHaveLength(1);
    });
    subscription.unsubscribe();
    await vi.waitFor(() => {
      expect(keeper.closed).toBe(1);
    });
  });

  it.each<[string, () => unknown, string]>([
    ['another client', () => interactions({ models: {} } as never, {}), 'Expected `ai` to be a client with'],
    ['an input', () => interactions(keeper(), { model, input: 'Hi' } as never), '`params.input` to be absent'],
    [
      'a previous id',
      () => interactions(keeper(), { model, previous_interaction_id: 'int_1' } as never),
      'Expected `params.previous_interaction_id` to be absent, because the chat sends it',
    ],
    ['a stream', () => interactions(keeper(), { model, stream: true } as never), '`params.stream` to be absent'],
    ['no parameters', () => interactions(keeper(), undefined as never), 'Expected `params` to be an object'],
    ['wrong options', () => interactions(keeper(), { model }, { cancel: 1 } as never), '`cancel`'],
  ])('refuses %s', (_, call, message) => {
    expect(call).toThrow(TypeError);
    expect(call).toThrow(message);
  });

  it('fails a send whose config has a field of the chat', async () => {
    const { chat } = chatWith([], { model }, { config: { input: 'Hi' } });
    expect((await ask(chat, '1')).error).toMatchObject({
      message: "Expected `config.input` to be absent, because the chat sends it, got 'Hi'",
    });
  });

  it('takes the parameters of the SDK without those of the chat', () => {
    const ai = new GoogleGenAI({ apiKey: 'k' });
    createChat(interactions(ai, { model: 'gemini-2.5-flash', store: true, tools: [{ type: 'google_search' }] }));
    createChat(interactions(ai, { agent: 'deep-research-pro-preview-12-2025', background: true }));
    // @ts-expect-error -- The chat sends the input.
    expect(() => interactions(ai, { model: 'gemini-2.5-flash', input: 'Hi' })).toThrow();
    // @ts-expect-error -- The chat sends the id.
    expect(() => interactions(ai, { model: 'gemini-2.5-flash', previous_interaction_id: 'x' })).toThrow();
    // @ts-expect-error -- There is no such parameter.
    interactions(ai, { model: 'gemini-2.5-flash', temperature: 1 });
  });
});

const keeper = () => new InteractionKeeper(() => [chunk('Hi.'), finishChunk()]).ai;
