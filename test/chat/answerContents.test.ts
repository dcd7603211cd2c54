import { GoogleGenAI } from '@google/genai';
import fc from 'fast-check';
import { defer, from, lastValueFrom, NEVER, of, Subject, tap, throwError, timer, type Observable } from 'rxjs';
import { afterEach, describe, expect, expectTypeOf, it, vi } from 'vitest';
import { classifyErrors } from '../../operators/protect/classifyErrors.js';
import { stopWhen } from '../../operators/protect/stopWhen.js';
import { takeUntilCancel } from '../../operators/protect/takeUntilCancel.js';
import { finalResponse } from '../../operators/show/finalResponse.js';
import { answerContents, type AnswerContentsSettings } from '../../src/chat/answerContents.js';
import type { ChatRequest } from '../../src/chat/chatSource.js';
import type { CallableTools, ChatTool } from '../../src/chat/chatTools.js';
import { createChat } from '../../src/chat/createChat.js';
import { interactions } from '../../src/chat/interactions.js';
import { contentsOf, type GeminiContent } from '../../src/chunk/contentsOf.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { blockedChunk, callChunk, chunk, finishChunk, partsChunk, usageChunk } from '../../src/testing/chunks.js';
import { fakeGemini } from '../../src/testing/fakeGemini.js';
import type { FakeAnswer } from '../../src/testing/fakeReply.js';
import { deepFreeze } from '../support/deepFreeze.js';
import { outcomeOf } from '../support/outcome.js';
import { refusal } from './chatModel.js';

const model = 'gemini-2.5-flash';
const user = (...texts: string[]) => ({ role: 'user', parts: texts.map((text) => ({ text })) });
const said = (text: string) => ({ role: 'model', parts: [{ text }] });
const contents = [user('How is it in Oslo?')];

const tool = (run: ChatTool['run']): ChatTool => ({ declaration: { description: 'A test.' }, run });
const calls = (...names: string[]): FakeAnswer => [
  partsChunk(names.map((name, index) => ({ functionCall: { id: `${index}`, name, args: { index } } }))),
  finishChunk(),
];

type Settings = Partial<Omit<AnswerContentsSettings, 'contents'>>;

function answer(
  answers: readonly FakeAnswer[],
  settings: Settings = {},
  asked: AnswerContentsSettings['contents'] = contents,
) {
  const ai = fakeGemini(answers);
  const reply$ = answerContents(ai, { model, contents: asked, ...settings });
  return { ai, reply$, sent: (index: number) => ai.calls[index]?.params.contents as GeminiContent[] };
}

afterEach(() => {
  vi.useRealTimers();
});

describe('answerContents', () => {
  it('requests an answer, runs the called tools, and requests the next with their results', async () => {
    const ai = fakeGemini([
      [
        chunk('Let me see.'),
        callChunk('weather', { city: 'Oslo' }, 'call-7'),
        finishChunk('STOP', { totalTokenCount: 5 }),
      ],
      [chunk('Rain.'), finishChunk('STOP', { totalTokenCount: 7 })],
    ]);
    const reply$ = answerContents(ai, {
      model,
      contents: [user('Hi'), said('Hello'), ...contents],
      config: { tools: [{ googleSearch: {} }], temperature: 0 },
      tools: { weather: tool(({ city }) => of(1, { city, sky: 'grey' })) },
    });
    const { values, isComplete } = await outcomeOf(reply$);
    expect(isComplete).toBe(true);
    expect(ai.calls[0]?.params).toMatchObject({
      model,
      config: {
        temperature: 0,
        tools: [{ googleSearch: {} }, { functionDeclarations: [{ description: 'A test.', name: 'weather' }] }],
      },
    });
    const functionResponse = { id: 'call-7', name: 'weather', response: { city: 'Oslo', sky: 'grey' } };
    expect(ai.calls[1]?.params.contents).toEqual([
      user('Hi'),
      said('Hello'),
      ...contents,
      {
        role: 'model',
        parts: [{ text: 'Let me see.' }, { functionCall: { id: 'call-7', name: 'weather', args: { city: 'Oslo' } } }],
      },
      { role: 'user', parts: [{ functionResponse }] },
    ]);
    expect(
      values.map(({ text, tool, candidates, usageMetadata }) => [
        tool?.status ?? (text || candidates?.[0]?.content?.role),
        usageMetadata?.totalTokenCount,
      ]),
    ).toEqual([
      ['Let me see.', undefined],
      ['model', undefined],
      [undefined, 5],
      ['running', undefined],
      ['running', undefined],
      ['running', undefined],
      ['complete', undefined],
      ['user', undefined],
      ['Rain.', undefined],
      [undefined, 12],
    ]);
  });

  it('makes its own requests at each subscription, and none before', async () => {
    const asked = deepFreeze([user('Hello')]);
    const { ai, reply$, sent } = answer(
      [calls('f'), 'One.', calls('f'), 'Two.'],
      { tools: { f: tool(() => 1) } },
      asked,
    );
    expect(ai.calls).toEqual([]);
    const [first, second] = [
      await lastValueFrom(reply$.pipe(finalResponse())),
      await lastValueFrom(reply$.pipe(finalResponse())),
    ];
    expect([first.text, second.text]).toEqual(['One.', 'Two.']);
    expect([sent(0), sent(2)]).toEqual([asked, asked]);
    expect(sent(3)).toEqual(sent(1));
  });

  it('makes no request for a subscription that is left at once', async () => {
    const { ai, reply$ } = answer(['Fine.']);
    reply$.subscribe().unsubscribe();
    await lastValueFrom(timer(1));
    expect(ai.calls).toEqual([]);
  });

  it('copies the contents at the call, and sends them in the order that the API demands', async () => {
    const asked = [
      user('Hi'),
      { role: 'model', parts: [{ functionCall: { name: 'a' } }, { functionCall: { name: 'b' } }] },
      { role: 'user', parts: [{ text: 'Well?' }, { functionResponse: { name: 'b', response: { n: 1 } } }] },
    ];
    const { reply$, sent } = answer(['Fine.'], {}, asked);
    asked[0]!.parts[0] = { text: 'Changed' };
    await lastValueFrom(reply$);
    expect(refusal(sent(0))).toBeUndefined();
    expect(sent(0)).toEqual([
      user('Hi'),
      asked[1],
      {
        role: 'user',
        parts: [
          { functionResponse: { name: 'a', response: { error: 'The call was not answered.' } } },
          { functionResponse: { name: 'b', response: { n: 1 } } },
        ],
      },
      user('Well?'),
    ]);
  });

  it.each<[string, AnswerContentsSettings['contents']]>([
    ['no contents', []],
    ['a reply of the model at the end', [user('Hi'), said('Hello')]],
    ['contents of the model alone', [said('Hello')]],
    ['a message without words', [user('Hi'), said('Hello'), user('')]],
    ['a response to no call', [user('Hi'), said('a'), { role: 'user', parts: [{ functionResponse: { name: 'f' } }] }]],
  ])('fails without a request, kind `invalid_request`: %s', async (_, asked) => {
    const { ai, reply$ } = answer(['Fine.'], {}, asked);
    const { error } = await outcomeOf(reply$);
    expect(error).toMatchObject({ kind: 'invalid_request', retryable: false });
    expect(error?.message).toMatch(/^There is nothing to answer: the last message/);
    expect(ai.calls).toEqual([]);
  });

  it.each<[string, unknown, unknown]>([
    ['Expected `source` to be a client of @google/genai or a function', {}, { model, contents }],
    ['Expected `options` to be an object', fakeGemini([]), undefined],
    ["Expected `model` to be a model's name", fakeGemini([]), { contents }],
    ['Expected `model` to be absent', () => NEVER, { model, contents }],
    ['Expected `contents` to be a list of contents', fakeGemini([]), { model }],
    ['Expected `contents` to be a list of contents', fakeGemini([]), { model, contents: 'Hi' }],
    ['Expected `contents[1]` to be an object', () => NEVER, { contents: [user('a'), 'b'] }],
    ["Expected `contents[0].role` to be 'user'", () => NEVER, { contents: [{ role: 'system', parts: [] }] }],
    ['Expected `contents[0].parts[0].text` to be a string', () => NEVER, { contents: [{ parts: [{ text: 1 }] }] }],
    ['Expected `tools` to be an object of tools', () => NEVER, { contents, tools: [] }],
    ['Expected `tools.f.run` to be a function', () => NEVER, { contents, tools: { f: { declaration: {} } } }],
    ['Expected `declaredTools` to be a list', () => NEVER, { contents, declaredTools: {} }],
    [
      'Expected `declaredTools[0].functionDeclarations` to be a list',
      () => NEVER,
      { contents, declaredTools: [{ functionDeclarations: 1 }] },
    ],
    ['Expected `maxSteps` to be a whole number', () => NEVER, { contents, maxSteps: 0 }],
    ['Expected `toolConcurrency` to be a whole number', () => NEVER, { contents, toolConcurrency: 0.5 }],
    ['Expected `pipe` to be a function', () => NEVER, { contents, pipe: [] }],
    ['Expected `approve` to be a function', () => NEVER, { contents, approve: true }],
    ['Expected `dedupeCalls` to be true or false', () => NEVER, { contents, dedupeCalls: 1 }],
    ['Expected `failOnEmpty` to be true or false', () => NEVER, { contents, failOnEmpty: 1 }],
  ])('throws at the call: %s', (sentence, source, options) => {
    expect(() => (answerContents as (...values: unknown[]) => unknown)(source, options)).toThrow(sentence);
  });

  it('ends with a call of a function that is not among its tools, after the responses of the others', async () => {
    const { ai, reply$ } = answer([calls('server', 'browser')], {
      tools: { server: tool(() => 'known') },
      declaredTools: [{ functionDeclarations: [{ name: 'browser', description: 'In the page.' }] }],
    });
    const { values, isComplete } = await outcomeOf(reply$.pipe(classifyErrors()));
    expect(isComplete).toBe(true);
    expect(ai.calls.length).toBe(1);
    expect(ai.calls[0]?.params.config).toEqual({
      abortSignal: expect.anything() as unknown,
      tools: [
        { functionDeclarations: [{ description: 'A test.', name: 'server' }] },
        { functionDeclarations: [{ name: 'browser', description: 'In the page.' }] },
      ],
    });
    expect(values.at(-1)).toMatchObject({
      candidates: [
        { content: { role: 'user', parts: [{ functionResponse: { id: '0', name: 'server' } }] }, finishReason: 'STOP' },
      ],
    });
  });

  it('declares a function of `tools`, not one of `config.tools` with the same name', async () => {
    const forged = (...names: string[]) => names.map((name) => ({ name, description: 'forged' }));
    const tools = [
      { functionDeclarations: forged('f', 'g') },
      { functionDeclarations: forged('f'), googleSearch: {} },
      { functionDeclarations: forged('f') },
    ];
    const ai = fakeGemini(['Hi']);
    await lastValueFrom(answerContents(ai, { model, contents, config: { tools }, tools: { f: tool(() => 1) } }));
    expect(ai.calls[0]?.params.config).toMatchObject({
      tools: [
        { functionDeclarations: forged('g') },
        { googleSearch: {} },
        { functionDeclarations: [{ description: 'A test.', name: 'f' }] },
      ],
    });
  });

  it('declares a function of `tools`, not one of `declaredTools` with the same name', async () => {
    const set: CallableTools = {
      tool: () => Promise.resolve({ functionDeclarations: [{ name: 'remote' }] }),
      callTool: () => Promise.resolve([]),
    };
    const names = ['own', 'remote', 'browser'];
    const { ai, reply$ } = answer(['Fine.'], {
      tools: { own: tool(() => 1), set },
      declaredTools: [{ functionDeclarations: names.map((name) => ({ name, description: 'forged' })) }, {}],
    });
    await lastValueFrom(reply$);
    expect((ai.calls[0]?.params.config as { tools: unknown }).tools).toEqual([
      { functionDeclarations: [{ name: 'own', description: 'A test.' }] },
      { functionDeclarations: [{ name: 'remote' }] },
      { functionDeclarations: [{ name: 'browser', description: 'forged' }] },
    ]);
  });

  it('fails after `maxSteps` requests, and runs no tool whose result would not be sent', async () => {
    let runs = 0;
    const { ai, reply$ } = answer([calls('f'), calls('f'), calls('f')], {
      tools: { f: tool(() => (runs += 1)) },
      maxSteps: 2,
    });
    const { error, values } = await outcomeOf(reply$);
    expect(error).toMatchObject({
      kind: 'overflow',
      limit: 'steps',
      message: 'The model still calls functions after 2 requests, the limit `maxSteps`',
    });
    expect([ai.calls.length, runs]).toEqual([2, 1]);
    expect(values.filter(({ tool }) => tool).length).toBe(3);
  });

  it('applies `pipe` to each request, `approve` and `dedupeCalls` to calls, and `failOnEmpty` to replies', async () => {
    const seen: string[] = [];
    let runs = 0;
    const { reply$ } = answer(
      [
        [callChunk('f', { a: 1 }, '1'), callChunk('f', { a: 1 }, '2'), callChunk('f', { a: 2 }, '3'), finishChunk()],
        [finishChunk()],
      ],
      {
        tools: { f: tool(() => (runs += 1)) },
        approve: ({ args }) => of(args['a'] === 1),
        dedupeCalls: true,
        failOnEmpty: true,
        pipe: (request$) => {
          seen.push('request');
          return request$;
        },
      },
    );
    const { values, error } = await outcomeOf(reply$);
    expect(error?.kind).toBe('empty');
    expect([seen.length, runs]).toEqual([2, 1]);
    expect(
      values.find(({ candidates }) => candidates?.[0]?.content?.role === 'user')?.candidates?.[0]?.content?.parts,
    ).toEqual([
      { functionResponse: { id: '1', name: 'f', response: { output: 1 } } },
      { functionResponse: { id: '2', name: 'f', response: { output: 1 } } },
      { functionResponse: { id: '3', name: 'f', response: { error: 'The user denied this call.' } } },
    ]);
  });

  it('runs the calls of a reply that `stopWhen` has stopped, and none of a cancelled reply', async () => {
    const tools = { f: tool(() => 1) };
    const stopped = answer([[callChunk('f'), chunk('and'), chunk('more'), finishChunk()], 'Fine.'], {
      tools,
      pipe: stopWhen({ pattern: /and/ }),
    });
    expect((await lastValueFrom(stopped.reply$.pipe(finalResponse()))).text).toBe('Fine.');
    const cancelled = answer([[callChunk('f'), chunk('and'), finishChunk()], 'Fine.'], {
      tools,
      pipe: (reply$) =>
        defer(() => {
          const cancel = new Subject<string>();
          return reply$.pipe(
            takeUntilCancel(cancel),
            tap(({ text }) => text === 'and' && cancel.next('enough')),
          );
        }),
    });
    expect(await lastValueFrom(cancelled.reply$)).toMatchObject({ cancelled: { reason: 'enough' } });
    expect(cancelled.ai.calls.length).toBe(1);
  });

  it.each<[string, FakeAnswer, string, string]>([
    ['a failed request', { error: new TypeError('fetch failed') }, 'network', ''],
    [
      'a request that breaks off',
      { chunks: ['Half'], errorAfter: { chunks: 1, error: new Error('!') } },
      'unknown',
      'Half',
    ],
    ['a blocked prompt', [blockedChunk()], 'blocked', ''],
    ['an unfinished reply', [chunk('Half')], 'truncated', 'Half'],
  ])('fails with the kind and the part of %s after the tools', async (_, second, kind, text) => {
    const { reply$ } = answer([calls('f'), second], { tools: { f: tool(() => 1) } });
    const { error, values } = await outcomeOf(reply$);
    expect(error?.kind).toBe(kind);
    expect(error?.partial?.text).toBe(text);
    expect(values.some(({ tool }) => tool?.status === 'complete')).toBe(true);
  });

  it('aborts the signals of its tools when it is left, and asks no more', async () => {
    const signals: AbortSignal[] = [];
    const { ai, reply$ } = answer([calls('f', 'f'), 'Fine.'], {
      tools: {
        f: tool((_, { signal }) => {
          signals.push(signal);
          return NEVER;
        }),
      },
    });
    const subscription = reply$.subscribe();
    await vi.waitFor(() => {
      expect(signals.length).toBe(2);
    });
    subscription.unsubscribe();
    await lastValueFrom(timer(2));
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
    expect(ai.calls.length).toBe(1);
  });

  it('reports an error that a tool set, a source or `pipe` throws', async () => {
    const set: CallableTools = {
      tool: () => Promise.reject(new TypeError('fetch failed')),
      callTool: () => Promise.resolve([]),
    };
    expect((await outcomeOf(answer(['Fine.'], { tools: { set } }).reply$)).error?.kind).toBe('network');
    const fails = (): never => {
      throw new Error('broken');
    };
    expect((await outcomeOf(answerContents(fails, { contents }))).error?.message).toContain('broken');
    expect((await outcomeOf(answerContents(() => of(chunk('a')), { contents, pipe: fails }))).error?.message).toContain(
      'broken',
    );
    expect((await outcomeOf(answerContents((() => 1) as never, { contents }))).error?.message).toContain(
      'an Observable of chunks',
    );
  });
});

describe('answerContents over a source', () => {
  const chunks = (...list: GeminiChunk[]) => from(list);
  const interaction = (id: string, status: string) => ({ interaction: { id, status } });

  it('sends requests of plain data, of which the later continue the interaction before them', async () => {
    const requests: ChatRequest[] = [];
    const replies = [
      chunks(
        { ...callChunk('f', {}, '1'), ...interaction('int_1', 'in_progress') },
        { ...finishChunk(), ...interaction('int_1', 'requires_action') },
      ),
      chunks(
        { ...callChunk('f', {}, '2'), ...interaction('int_2', 'in_progress') },
        { ...finishChunk(), ...interaction('int_2', 'requires_action') },
      ),
      chunks({ ...chunk('Fine.'), ...interaction('int_3', 'completed') }, finishChunk()),
    ];
    const reply$ = answerContents(
      (request) => {
        expect(JSON.parse(JSON.stringify(request))).toStrictEqual(request);
        return replies[requests.push(request) - 1]!;
      },
      {
        contents,
        config: { labels: 1 },
        tools: { f: tool(() => 1) },
        declaredTools: [{ functionDeclarations: [{ name: 'g' }] }],
      },
    );
    await lastValueFrom(reply$);
    const newContents = (id: string) => [
      { role: 'user', parts: [{ functionResponse: { id, name: 'f', response: { output: 1 } } }] },
    ];
    expect(requests.map(({ previous }) => previous)).toEqual([
      undefined,
      { id: 'int_1', newContents: newContents('1') },
      { id: 'int_2', newContents: newContents('2') },
    ]);
    expect(requests.map((request) => request.contents.length)).toEqual([1, 3, 5]);
    expect(requests[0]).toMatchObject({
      config: { labels: 1 },
      tools: [{ functionDeclarations: [{ name: 'f' }] }, { functionDeclarations: [{ name: 'g' }] }],
    });
    expect(requests[0]).not.toHaveProperty('previous');
  });

  it('sends the whole history after a reply that was stopped or is from several interactions', async () => {
    const requests: ChatRequest[] = [];
    const replies = [
      chunks(
        { ...chunk('a'), ...interaction('int_0', 'in_progress') },
        { ...callChunk('f', {}, '1'), ...interaction('int_1', 'requires_action') },
        finishChunk(),
      ),
      chunks({
        ...callChunk('f', {}, '2'),
        ...interaction('int_2', 'requires_action'),
        stopped: { reason: 'test' },
      }),
      chunks({ ...chunk('Fine.'), ...interaction('int_3', 'completed') }, finishChunk()),
    ];
    await lastValueFrom(
      answerContents((request) => replies[requests.push(request) - 1]!, { contents, tools: { f: tool(() => 1) } }),
    );
    expect(requests.map(({ previous }) => previous)).toEqual([undefined, undefined, undefined]);
    expect(requests.map((request) => refusal(request.contents))).toEqual([undefined, undefined, undefined]);
  });

  it('works with the Interactions API', async () => {
    const ai = fakeGemini([calls('f'), 'Fine.']);
    const reply$ = answerContents(interactions(ai, { model }), { contents, tools: { f: tool(() => 1) } });
    const reply = await lastValueFrom(reply$.pipe(finalResponse()));
    expect(reply.text).toBe('Fine.');
    expect(
      ai.calls.map(
        ({ params }) => (params as { previous_interaction_id?: unknown }).previous_interaction_id !== undefined,
      ),
    ).toEqual([false, true]);
  });
});

describe('the property', () => {
  const names = fc.array(fc.constantFrom('value', 'throws', 'denied', 'picture', 'callers', 'late'), {
    minLength: 1,
    maxLength: 3,
  });
  const ending = fc.constantFrom<FakeAnswer>(
    [
      chunk('Fine'),
      chunk('.'),
      partsChunk([{ thoughtSignature: 'S' }]),
      usageChunk({ totalTokenCount: 3 }),
      finishChunk(),
    ],
    [chunk('Half')],
    { error: new TypeError('fetch failed') },
    { chunks: ['Half'], errorAfter: { chunks: 1, error: new TypeError('terminated') } },
    [blockedChunk()],
    [finishChunk()],
    [chunk('Long'), finishChunk('MAX_TOKENS')],
  );
  const part = fc.constantFrom<object>(
    { text: 'a' },
    { text: '' },
    { text: 'thought', thought: true },
    { inlineData: { mimeType: 'image/png', data: 'AA==' } },
    { functionCall: { name: 'f', args: {} } },
    { functionCall: { id: '1', name: 'f', args: {} } },
    { functionResponse: { name: 'f', response: {} } },
    { functionResponse: { id: '1', name: 'f', response: {} } },
    { thoughtSignature: 'S' },
  );
  const history = fc.array(
    fc.record({ role: fc.constantFrom('user', 'model', undefined), parts: fc.array(part, { maxLength: 4 }) }),
    { maxLength: 6 },
  );
  const message = fc.array(
    fc.constantFrom({ text: 'a' }, { text: 'b' }, { functionResponse: { id: '1', name: 'f', response: {} } }),
    {
      minLength: 1,
      maxLength: 2,
    },
  );

  it('emits and sends the same as a chat with this history', async () => {
    await fc.assert(
      fc.asyncProperty(
        history,
        message,
        fc.array(names, { maxLength: 3 }),
        ending,
        fc.boolean(),
        async (before, parts, steps, end, over) => {
          const answers = [...steps.map((called) => calls(...called)), end];
          const settings = {
            tools: {
              value: tool(() => ({ a: 1 })),
              throws: tool(() => throwError(() => new Error('broken'))),
              denied: tool(() => 1),
              picture: tool(() => ({ parts: [{ inlineData: { mimeType: 'image/png', data: 'AA==' } }] })),
              late: tool(() => Promise.resolve(1)),
            },
            approve: ({ name }: { name: string }) => of(name !== 'denied'),
            maxSteps: 3,
            dedupeCalls: true,
          };
          const ofChat = fakeGemini(answers);
          const ofAnswer = fakeGemini(answers);
          const asked = [...before, { role: 'user', parts }];
          const sourceOf = (ai: typeof ofChat) => interactions(ai, { model });
          const chat = over
            ? createChat(sourceOf(ofChat), { ...settings, history: before })
            : createChat(ofChat, { model, ...settings, history: before });
          const expected = await outcomeOf(chat.send(parts));
          const actual = await outcomeOf(
            over
              ? answerContents(sourceOf(ofAnswer), { ...settings, contents: asked })
              : answerContents(ofAnswer, { model, ...settings, contents: asked }),
          );
          expect(actual.values).toEqual(expected.values);
          expect(actual.error?.toJSON()).toEqual(expected.error?.toJSON());
          expect(actual.error?.partial).toEqual(expected.error?.partial);
          const paramsOf = ({ calls }: typeof ofChat) =>
            calls.map(({ params }) => JSON.parse(JSON.stringify(params)) as unknown);
          expect(paramsOf(ofAnswer)).toEqual(paramsOf(ofChat));
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('types', () => {
  it("infer the SDK's config from the client, and accept the SDK's contents", () => {
    const ai = new GoogleGenAI({ apiKey: 'none' });
    const options = { model, contents: contentsOf(chunk('a')) };
    expectTypeOf(answerContents(ai, { ...options, config: { temperature: 0 } })).toEqualTypeOf<
      Observable<GeminiChunk>
    >();
    // @ts-expect-error Not a field of the SDK's config.
    answerContents(ai, { ...options, config: { temperatures: 0 } });
    // @ts-expect-error The source chooses the model.
    expect(() => answerContents(() => NEVER, options)).toThrow(TypeError);
    // @ts-expect-error Without a model.
    expect(() => answerContents(ai, { contents })).toThrow(TypeError);
    answerContents(() => NEVER, { contents, config: { any: 1 } });
  });
});
