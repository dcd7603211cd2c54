import { GoogleGenAI } from '@google/genai';
import fc from 'fast-check';
import { EMPTY, firstValueFrom, lastValueFrom, NEVER, Observable, of, throwError, toArray } from 'rxjs';
import { describe, expect, expectTypeOf, it, vi } from 'vitest';
import { stopWhen } from '../../operators/protect/stopWhen.js';
import { retryTransient } from '../../operators/protect/retryTransient.js';
import { finalResponse } from '../../operators/show/finalResponse.js';
import type { ChatJson } from '../../src/chat/chatJson.js';
import type { ChatMessage } from '../../src/chat/chatMessage.js';
import type { ChatSettings, ChatSourceOptions } from '../../src/chat/chatOptions.js';
import type { ChatRequest, ChatSource } from '../../src/chat/chatSource.js';
import { createChat } from '../../src/chat/createChat.js';
import type { GeminiChat } from '../../src/chat/geminiChat.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { toChunk } from '../../src/chunk/toChunk.js';
import { GeminiError } from '../../src/errors/geminiError.js';
import { fromGemini } from '../../src/sources/fromGemini.js';
import { chunk, finishChunk, partsChunk } from '../../src/testing/chunks.js';
import type { FakeAnswer } from '../../src/testing/fakeReply.js';
import { outcomeOf } from '../support/outcome.js';
import { ContentsKeeper } from './chatBackends.js';
import { refusal } from './chatModel.js';

const user = (...texts: string[]) => ({ role: 'user', parts: texts.map((text) => ({ text })) });
const said = (text: string) => ({ role: 'model', parts: [{ text }] });

/** A reply with the id and the status of an interaction. */
const reply = (text: string, id: string, status = 'completed'): GeminiChunk[] => [
  { ...chunk(text), interaction: { id, status: 'in_progress', cursor: '' } },
  { ...finishChunk(status === 'incomplete' ? 'MAX_TOKENS' : 'STOP'), interaction: { id, status, cursor: '' } },
];

/** A chat over a function that gives these replies, and its requests. */
function chatOver(
  replies: readonly (readonly GeminiChunk[] | Observable<GeminiChunk>)[],
  options: ChatSourceOptions = {},
) {
  const requests: ChatRequest[] = [];
  const source: ChatSource = (request) => {
    const answer = replies[requests.length] ?? [];
    requests.push(request);
    return answer instanceof Observable ? answer : of(...answer);
  };
  return { chat: createChat(source, options), requests, source };
}

function messagesOf(chat: GeminiChat): readonly ChatMessage[] {
  let messages: readonly ChatMessage[] = [];
  chat.messages$.subscribe((latest) => (messages = latest)).unsubscribe();
  return messages;
}

const savedCopy = (chat: GeminiChat) => JSON.parse(JSON.stringify(chat)) as ChatJson;
const ask = (chat: GeminiChat, message: string) => outcomeOf(chat.send(message));
const weather = { declaration: { description: 'The weather.' }, run: () => 'Rain.' };

describe('a chat over a function', () => {
  it('asks with the contents, the declarations and the config, as plain data', async () => {
    const config = { temperature: 0, nested: { list: [1, 'a', null] } };
    const { chat, requests } = chatOver([reply('Hi.', 'int_1')], { config, tools: { weather } });
    const { text } = await lastValueFrom(chat.send('Hello').pipe(finalResponse()));
    expect(text).toBe('Hi.');
    expect(requests).toStrictEqual([
      {
        contents: [user('Hello')],
        tools: [{ functionDeclarations: [{ description: 'The weather.', name: 'weather' }] }],
        config,
      },
    ]);
    expect(requests[0]?.config).toBe(config);
    expect(JSON.parse(JSON.stringify(requests[0]))).toStrictEqual(requests[0]);
  });

  it('has neither tools nor a config by default, and needs no options', async () => {
    const source = vi.fn((_: ChatRequest) => of(chunk('Hi.'), finishChunk()));
    await lastValueFrom(createChat(source).send('Hello'));
    expect(source).toHaveBeenCalledExactlyOnceWith({ contents: [user('Hello')], tools: [], config: {} });
  });

  it('unsubscribes from the source when the reply is unsubscribed or cancelled', async () => {
    const stop = vi.fn();
    const silent = new Observable<GeminiChunk>(() => stop);
    const { chat, requests } = chatOver([silent, silent]);
    const subscription = chat.send('One').subscribe();
    await vi.waitFor(() => {
      expect(requests).toHaveLength(1);
    });
    subscription.unsubscribe();
    expect(stop).toHaveBeenCalledOnce();
    const cancelled = lastValueFrom(chat.send('Two'));
    await vi.waitFor(() => {
      expect(requests).toHaveLength(2);
    });
    chat.cancel();
    expect((await cancelled).cancelled).toBeDefined();
    expect(stop).toHaveBeenCalledTimes(2);
    expect(messagesOf(chat).map(({ role, status }) => `${role} ${status}`)).toEqual([
      'user complete',
      'model cancelled',
      'user complete',
      'model cancelled',
    ]);
  });

  it('sends a message once its source is subscribed, and nothing when it is left before', async () => {
    const { chat, requests } = chatOver([NEVER]);
    const reply$ = chat.send('One');
    reply$.subscribe().unsubscribe();
    await Promise.resolve();
    expect([requests.length, messagesOf(chat).length]).toEqual([0, 0]);
    const subscription = reply$.subscribe();
    await vi.waitFor(() => {
      expect(requests).toHaveLength(1);
    });
    subscription.unsubscribe();
    expect(messagesOf(chat)).toHaveLength(2);
    expect((await outcomeOf(reply$)).error).toMatchObject({ kind: 'cancelled' });
  });

  it.each<[string, () => unknown, object]>([
    [
      'throws',
      () => {
        throw new GeminiError('The server is busy', { kind: 'overloaded' });
      },
      { kind: 'overloaded', message: 'The server is busy' },
    ],
    ['returns nothing', () => undefined, { message: noObservable('undefined') }],
    ['returns a promise', async () => Promise.resolve(of(chunk('a'))), { message: noObservable('an object') }],
    ['fails', () => throwError(() => new TypeError('fetch failed')), { kind: 'network' }],
    ['ends without a finish', () => of(chunk('Half')), { kind: 'truncated' }],
    ['is empty', () => EMPTY, { kind: 'truncated' }],
    ['emits no object', () => of(3), { message: expect.stringContaining('got number') as string }],
  ])('fails the message if the source %s', async (_, source, error) => {
    const chat = createChat(source as ChatSource);
    expect((await ask(chat, 'Hello')).error).toMatchObject(error);
    expect(messagesOf(chat).map(({ role, status }) => `${role} ${status}`)).toEqual(['user complete', 'model failed']);
  });

  it('calls the source again for each retry, within `pipe`', async () => {
    const source = vi
      .fn<ChatSource>()
      .mockReturnValueOnce(throwError(() => new TypeError('fetch failed')))
      .mockReturnValueOnce(of(chunk('Hi.'), finishChunk()));
    const chat = createChat(source, { pipe: (reply$) => reply$.pipe(retryTransient({ delay: 0 })) });
    expect((await lastValueFrom(chat.send('Hello').pipe(finalResponse()))).text).toBe('Hi.');
    expect(source).toHaveBeenCalledTimes(2);
  });

  it.each<[ChatSourceOptions | ChatSettings | null, string]>([
    [{ model: 'm' } as never, "Expected `model` to be absent, because the source chooses the model, got 'm'"],
    [{ window: { tokens: 5 } } as never, '`window.tokens` to be absent'],
    [{ config: [] }, 'Expected `config` to be an object, got an array'],
    [{ config: new Map() }, 'got a Map'],
    [{ config: { n: 1n } }, '`config` has no JSON: it contains a bigint.'],
    [null, 'Expected `options` to be an object, got null'],
  ])('refuses %s', (options, message) => {
    const create = () => createChat(() => EMPTY, options as never);
    expect(create).toThrow(TypeError);
    expect(create).toThrow(message);
  });

  it('has types that refuse the options of a client, and a request that the SDK accepts', () => {
    const source: ChatSource = () => EMPTY;
    // @ts-expect-error -- The source chooses the model.
    expect(() => createChat(source, { model: 'm' })).toThrow();
    // @ts-expect-error -- A source cannot count tokens.
    expect(() => createChat(source, { window: { tokens: 3 } })).toThrow();
    createChat(source, { window: { messages: 3 }, config: { anything: ['goes'] } });
    const ai = new GoogleGenAI({ apiKey: 'k' });
    createChat(({ contents, config, tools }) => {
      expectTypeOf(tools).not.toBeAny();
      return fromGemini(ai, { model: 'gemini-2.5-flash', contents, config: { ...config, tools } });
    });
  });
});

function noObservable(got: string): string {
  return `Expected \`source(request)\` to be an Observable of chunks, got ${got}`;
}

describe('the interaction that a request continues', () => {
  it('is the newest reply, and the new contents are the end of all contents', async () => {
    const { chat, requests } = chatOver([reply('One.', 'int_1'), reply('Two.', 'int_2'), reply('Three.', 'int_3')]);
    for (const message of ['1', '2', '3']) await ask(chat, message);
    expect(requests.map(({ previous }) => previous)).toEqual([
      undefined,
      { id: 'int_1', newContents: [user('2')] },
      { id: 'int_2', newContents: [user('3')] },
    ]);
    expect(requests[0]).not.toHaveProperty('previous');
    expect(requests[2]?.contents).toEqual([user('1'), said('One.'), user('2'), said('Two.'), user('3')]);
  });

  it('is the reply before an edited or regenerated message', async () => {
    const replies = ['int_1', 'int_2', 'int_3', 'int_4'].map((id) => reply(id, id));
    const { chat, requests } = chatOver(replies);
    await ask(chat, '1');
    await ask(chat, '2');
    await outcomeOf(chat.edit(messagesOf(chat)[2]!.id, '2b'));
    await outcomeOf(chat.regenerate());
    expect(requests.slice(2).map(({ previous }) => previous)).toEqual([
      { id: 'int_1', newContents: [user('2b')] },
      { id: 'int_1', newContents: [user('2b')] },
    ]);
    await outcomeOf(chat.edit(messagesOf(chat)[0]!.id, '1b'));
    expect(requests[4]).not.toHaveProperty('previous');
  });

  const withId = (status: string, id = 'int_2') => reply('Two.', id, status);
  it.each<[string, readonly GeminiChunk[] | Observable<GeminiChunk>, ChatSourceOptions, object | undefined]>([
    ['is incomplete', withId('incomplete'), {}, undefined],
    ['has another status', withId('in_progress'), {}, undefined],
    ['has no id', withId('completed', ''), {}, undefined],
    ['is from another API', [chunk('Two.'), finishChunk()], {}, undefined],
    ['is stopped', withId('completed'), { pipe: (reply$) => reply$.pipe(stopWhen({ pattern: 'o.' })) }, undefined],
    ['waits for an action', withId('requires_action'), {}, { id: 'int_2', newContents: [user('3')] }],
    [
      'has failed and is a draft',
      throwError(() => new TypeError('fetch failed')),
      {},
      { id: 'int_1', newContents: [user('2', '3')] },
    ],
    [
      'has failed without content, though it is sent',
      throwError(() => new TypeError('fetch failed')),
      { whenCut: 'commit' },
      { id: 'int_1', newContents: [user('2', '3')] },
    ],
    ['is a half that is sent', [withId('completed')[0]!], { whenCut: 'commit' }, undefined],
    ['is a half that is a draft', [withId('completed')[0]!], {}, { id: 'int_1', newContents: [user('2', '3')] }],
    [
      'is a half that is removed',
      [withId('completed')[0]!],
      { whenCut: 'rollback' },
      { id: 'int_1', newContents: [user('3')] },
    ],
    ['is empty', [withId('completed')[1]!], {}, { id: 'int_1', newContents: [user('2', '3')] }],
  ])('depends on the newest reply: it %s', async (_, second, options, previous) => {
    const stops = options.pipe !== undefined;
    const { chat, requests } = chatOver(
      [reply(stops ? '1' : 'One.', 'int_1'), second, reply('Three.', 'int_3')],
      options,
    );
    for (const message of ['1', '2', '3']) await ask(chat, message);
    expect(requests[2]?.previous).toEqual(previous);
  });

  it('is no reply that was joined from several interactions', async () => {
    const joined = [reply('Half', 'int_2')[0]!, ...reply(' of two.', 'int_3')];
    const { chat, requests } = chatOver([reply('One.', 'int_1'), joined, reply('Three.', 'int_4')]);
    for (const message of ['1', '2', '3']) await ask(chat, message);
    expect(messagesOf(chat)[3]).toMatchObject({ text: 'Half of two.', interaction: undefined });
    expect(requests[2]).not.toHaveProperty('previous');
  });

  it('is no reply to which later responses belong', async () => {
    const call = (name: string) => ({ functionCall: { id: name, name, args: {} } });
    const looked = { functionResponse: { id: 'look', name: 'look', response: { ok: 1 } } };
    const interaction = { id: 'int_1', status: 'requires_action', cursor: '' };
    const partly = [{ ...partsChunk([call('look'), call('weather'), looked]), interaction }, finishChunk()];
    const failure = throwError(() => new TypeError('fetch failed'));
    const { chat, requests } = chatOver([partly, failure, reply('Fine.', 'int_2')], { tools: { weather } });
    for (const message of ['1', '2']) await ask(chat, message);
    const response = { functionResponse: { id: 'weather', name: 'weather', response: { output: 'Rain.' } } };
    for (const { contents, previous } of requests.slice(1)) {
      expect(contents[2]).toEqual({ role: 'user', parts: [looked, response] });
      expect(previous).toBeUndefined();
    }
    expect(requests[2]?.contents).toHaveLength(4);
  });

  it('is no reply that was cancelled', async () => {
    const [half] = reply('Two.', 'int_2');
    const silent = new Observable<GeminiChunk>((subscriber) => {
      subscriber.next({ ...half!, interaction: { id: 'int_2', status: 'completed', cursor: '' } });
    });
    const { chat, requests } = chatOver([reply('One.', 'int_1'), silent, reply('Three.', 'int_3')]);
    await ask(chat, '1');
    await firstValueFrom(chat.send('2'));
    await ask(chat, '3');
    expect(requests[2]?.previous).toEqual({ id: 'int_1', newContents: [user('2', '3')] });
  });

  it('is absent where a window has cut the history, and present where the window has room', async () => {
    const replies = ['int_1', 'int_2', 'int_3'].map((id) => reply(id, id));
    const { chat, requests } = chatOver(replies, { window: { messages: 3 } });
    for (const message of ['1', '2', '3']) await ask(chat, message);
    expect(requests.map(({ previous }) => previous?.id)).toEqual([undefined, 'int_1', undefined]);
    expect(requests[2]?.contents).toEqual([user('2'), said('int_2'), user('3')]);
  });

  it('is no reply whose server got less than the whole history', async () => {
    const cut = chatOver([reply('One.', 'int_1'), reply('Two.', 'int_2')], { window: { messages: 1 } });
    await ask(cut.chat, '1');
    await ask(cut.chat, '2');
    const restored = chatOver([reply('Three.', 'int_3')], { restore: savedCopy(cut.chat) });
    await ask(restored.chat, '3');
    expect(restored.requests[0]?.contents).toHaveLength(5);
    expect(restored.requests[0]).not.toHaveProperty('previous');
  });

  it('is the reply with the calls, and the new contents are their responses', async () => {
    const calling = reply('', 'int_1', 'requires_action').map((piece, index) =>
      index === 0 ? { ...piece, ...partsChunk([{ functionCall: { id: 'c', name: 'weather', args: {} } }]) } : piece,
    );
    const { chat, requests } = chatOver([calling, reply('It rains.', 'int_2')], { tools: { weather } });
    await ask(chat, 'How is it?');
    const response = { functionResponse: { id: 'c', name: 'weather', response: { output: 'Rain.' } } };
    expect(requests[1]?.previous).toEqual({ id: 'int_1', newContents: [{ role: 'user', parts: [response] }] });
    expect(messagesOf(chat).map(({ interaction }) => interaction?.id)).toEqual([
      undefined,
      'int_1',
      undefined,
      'int_2',
    ]);
  });

  it('gets an error for a call that nobody has answered, before the message', async () => {
    const calling = reply('', 'int_1', 'requires_action').map((piece, index) =>
      index === 0 ? { ...piece, ...partsChunk([{ functionCall: { id: 'c', name: 'weather', args: {} } }]) } : piece,
    );
    const { chat, requests } = chatOver([calling, reply('Fine.', 'int_2')]);
    await ask(chat, 'How is it?');
    await ask(chat, 'Well?');
    const unanswered = { error: 'The call was not answered.' };
    expect(requests[1]?.previous?.newContents).toEqual([
      { role: 'user', parts: [{ functionResponse: { id: 'c', name: 'weather', response: unanswered } }] },
      user('Well?'),
    ]);
  });

  it('is known to a restored chat, with all fields of the interaction', async () => {
    const interaction = {
      id: 'int_1',
      status: 'completed',
      cursor: 'c1',
      background: true,
      step: { index: 1, type: 'model_output' },
      environmentId: 'env',
    };
    const { chat } = chatOver([
      [
        { ...chunk('One.'), interaction },
        { ...finishChunk(), interaction },
      ],
    ]);
    await ask(chat, '1');
    const json = savedCopy(chat);
    expect(json.messages[1]).toMatchObject({ interaction, sentMessages: 1 });
    const restored = chatOver([reply('Two.', 'int_2')], { restore: json });
    expect(messagesOf(restored.chat)[1]?.interaction).toEqual(interaction);
    await ask(restored.chat, '2');
    expect(restored.requests[0]?.previous).toEqual({ id: 'int_1', newContents: [user('2')] });
    expect(savedCopy(createChat(restored.source, { restore: json }))).toEqual(json);
  });

  it('is saved while the reply runs, also before it has content', async () => {
    const interaction = { id: 'int_1', status: 'queued', cursor: 'c0', background: true };
    const queued = new Observable<GeminiChunk>((subscriber) => {
      subscriber.next({ text: '', interaction });
    });
    const { chat } = chatOver([queued]);
    const subscription = chat.send('Research this').subscribe();
    await vi.waitFor(() => {
      expect(messagesOf(chat)[1]?.interaction).toEqual(interaction);
    });
    expect(messagesOf(chat)[1]?.status).toBe('waiting');
    expect(savedCopy(chat).messages[1]).toMatchObject({ status: 'cancelled', interaction });
    subscription.unsubscribe();
  });

  it('is left out of a saved chat if a source sends a wrong one', async () => {
    const wrong = [{ id: 3, status: 'completed' }, 'int_1', { id: 'int_1' }];
    for (const interaction of wrong) {
      const { chat } = chatOver([[{ ...chunk('One.'), interaction } as never, finishChunk()]]);
      await ask(chat, '1');
      expect(savedCopy(chat).messages[1]).not.toHaveProperty('interaction');
    }
    const { chat } = chatOver([
      [{ ...chunk('One.'), interaction: { id: 'i', status: 's', cursor: 3, step: {} } } as never, finishChunk()],
    ]);
    await ask(chat, '1');
    expect(savedCopy(chat).messages[1]).toMatchObject({ interaction: { id: 'i', status: 's' } });
    createChat(() => EMPTY, { restore: savedCopy(chat) });
  });
});

describe('the calls of a reply that a server has answered itself', () => {
  const call = (name: string, id?: string) => ({ functionCall: { ...(id && { id }), name, args: {} } });
  const answer = (name: string, id?: string) => ({
    functionResponse: { ...(id && { id }), name, response: { ok: 1 } },
  });
  const words = { text: 'Done.' };

  it.each<[string, object[][], string[]]>([
    ['one answered call', [[call('f', 'a'), answer('f', 'a')], [words]], []],
    ['an answer in a chunk of its own', [[call('f', 'a')], [answer('f', 'a')], [words]], []],
    ['an answer without ids', [[call('f'), answer('f'), words]], []],
    ['two calls of which one has its answer', [[call('f', 'a'), call('g', 'b'), answer('f', 'a')]], ['g b']],
    ['the same function, called again', [[call('f', 'a'), answer('f', 'a'), call('f', 'b')]], ['f b']],
    ['the same function without ids, called again', [[call('f'), answer('f'), call('f')]], ['f ']],
    ['an answer before words', [[call('f', 'a'), call('g', 'b'), answer('g', 'b'), words]], ['f a']],
    ['no answer, but words', [[call('f', 'a'), words]], ['f a']],
    ['an answer to another call', [[call('f', 'a'), answer('f', 'z'), words]], ['f a']],
  ])('do not run: %s', async (_, chunks, expected) => {
    const run: string[] = [];
    const tool = {
      declaration: {},
      run: (_: unknown, { call }: { call: { name: string; id?: string | undefined } }) => {
        run.push(`${call.name} ${call.id ?? ''}`);
        return 1;
      },
    };
    const first = chunks.map((parts) => toChunk({ candidates: [{ content: { role: 'user', parts } }] }));
    const { chat, requests } = chatOver([[...first, finishChunk()], reply('End.', 'int_2')], {
      tools: { f: tool, g: tool },
    });
    expect((await ask(chat, 'Go')).error).toBeUndefined();
    expect(run).toEqual(expected);
    expect(requests).toHaveLength(expected.length > 0 ? 2 : 1);
    for (const { contents } of requests) expect(refusal(contents)).toBeUndefined();
    const responses = requests[1]?.contents.flatMap(({ parts }) => parts.filter((part) => part.functionResponse)) ?? [];
    expect(responses.some(({ functionResponse }) => 'error' in (functionResponse?.response ?? {}))).toBe(false);
    await ask(chat, 'Next');
    expect(refusal(requests.at(-1)!.contents)).toBeUndefined();
  });
});

type Answering = 'whole' | 'incomplete' | 'empty' | 'broken' | 'fails' | 'blocked' | 'stopped' | 'calls' | 'calls both';

type Act =
  | {
      readonly do: 'send' | 'edit' | 'regenerate' | 'select';
      readonly at: number;
      readonly answer: Answering;
      readonly cancels: boolean;
    }
  | { readonly do: 'restore'; readonly window: { readonly messages: number } | undefined };

/** An answer that no other request gets. */
function answerOf(kind: Answering, unique: number): FakeAnswer {
  const called = (...names: string[]) =>
    partsChunk(names.map((name) => ({ functionCall: { id: `${name} ${unique}`, name, args: {} } })));
  switch (kind) {
    case 'whole':
      return `An answer ${unique}`;
    case 'incomplete':
      return [chunk(`Long ${unique}`), finishChunk('MAX_TOKENS')];
    case 'empty':
      return [finishChunk()];
    case 'broken':
      return { chunks: [`Half ${unique}`], errorAfter: { chunks: 1, error: new TypeError('terminated') } };
    case 'fails':
      return { error: new TypeError('fetch failed') };
    case 'blocked':
      return { error: new GeminiError('Blocked', { kind: 'blocked' }) };
    case 'stopped':
      return [chunk(`Stop ${unique}`), chunk(' here'), finishChunk()];
    case 'calls':
      return [called('weather'), finishChunk()];
    case 'calls both':
      return [called('weather', 'callers'), finishChunk()];
  }
}

const answering = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom<Answering>('whole', 'calls', 'calls both') },
  fc.constantFrom<Answering>('incomplete', 'empty', 'broken', 'fails', 'blocked', 'stopped'),
);
const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constantFrom('send' as const, 'send' as const, 'edit' as const, 'regenerate' as const, 'select' as const),
      at: fc.nat(),
      answer: answering,
      cancels: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('restore' as const),
      window: fc.option(fc.record({ messages: fc.integer({ min: 1, max: 8 }) }), { nil: undefined }),
    }),
  },
);

describe('the requests of random chats', () => {
  it('name an interaction exactly if the server then knows the whole history', async () => {
    let continued = 0;
    let unique = 0;
    const follow = async (plan: readonly Act[], whenCut: 'draft' | 'commit' | 'rollback') => {
      let answer: Answering = 'whole';
      let window: { readonly messages: number } | undefined;
      const keeper = new ContentsKeeper(() => {
        const given = answer;
        answer = 'whole';
        return answerOf(given, (unique += 1));
      });
      const faults: unknown[] = [];
      let chat: GeminiChat;
      const source: ChatSource = (request) => {
        try {
          const { contents, previous } = request;
          expect(refusal(contents)).toBeUndefined();
          const canContinue = [...chat.toJSON().messages, ...messagesOf(chat)].some(({ status, interaction }) => {
            const isKept = status === 'complete' && interaction && interaction.status !== 'incomplete';
            return isKept && keeper.hasBeginningOf(interaction.id, contents);
          });
          if (!window) expect(previous !== undefined).toBe(canContinue);
          if (previous) continued += 1;
          return keeper.ask(request);
        } catch (fault) {
          faults.push(fault);
          throw fault;
        }
      };
      const settings: ChatSourceOptions = {
        whenCut,
        tools: { weather },
        maxSteps: 3,
        pipe: (reply$) => reply$.pipe(stopWhen({ pattern: ' here', keepMatch: true })),
      };
      chat = createChat(source, settings);
      for (const [index, step] of plan.entries()) {
        if (step.do === 'restore') {
          ({ window } = step);
          chat = createChat(source, { ...settings, window, restore: savedCopy(chat) });
          continue;
        }
        answer = step.answer;
        const messages = messagesOf(chat);
        const questions = messages.filter(({ role }) => role === 'user');
        const question = questions[step.at % questions.length];
        const any = messages[step.at % messages.length];
        if (step.do === 'select') {
          const branches = any ? chat.branches(any.id) : [];
          if (branches.length > 0) chat.select(branches[step.at % branches.length]!);
          continue;
        }
        const reply$ =
          step.do === 'send' || !question
            ? chat.send(`message ${index}`)
            : step.do === 'edit'
              ? chat.edit(question.id, `edit ${index}`)
              : chat.regenerate();
        await (step.cancels && index % 3 === 0 ? firstValueFrom(reply$).catch(() => undefined) : outcomeOf(reply$));
        if (faults.length > 0) throw faults[0];
      }
    };
    await fc.assert(
      fc.asyncProperty(
        fc.array(act, { maxLength: 60, size: 'max' }),
        fc.constantFrom('draft' as const, 'commit' as const, 'rollback' as const),
        follow,
      ),
      { numRuns: 60 },
    );
    expect(continued).toBeGreaterThan(100);
  }, 60_000);
});

it('joins the chunks of a reply that is collected', async () => {
  const { chat } = chatOver([reply('One.', 'int_1')]);
  expect((await lastValueFrom(chat.send('1').pipe(toArray()))).map(({ interaction }) => interaction?.status)).toEqual([
    'in_progress',
    'completed',
  ]);
});
