import { mcpToTool, GoogleGenAI } from '@google/genai';
import { concat, EMPTY, lastValueFrom, NEVER, Observable, of, Subject, tap, throwError, timer, toArray } from 'rxjs';
import { afterEach, describe, expect, expectTypeOf, it, vi } from 'vitest';
import { finalResponse } from '../../operators/show/finalResponse.js';
import type { GeminiChat } from '../../src/chat/geminiChat.js';
import type { ChatOptions } from '../../src/chat/chatOptions.js';
import { createChat } from '../../src/chat/createChat.js';
import type { CallableTools, ChatTool } from '../../src/chat/chatTools.js';
import type { ChatMessage } from '../../src/chat/chatMessage.js';
import { contentsOf, type GeminiContent } from '../../src/chunk/contentsOf.js';
import { callChunk, chunk, finishChunk, partsChunk, usageChunk } from '../../src/testing/chunks.js';
import { fakeGemini } from '../../src/testing/fakeGemini.js';
import type { FakeAnswer } from '../../src/testing/fakeReply.js';
import { GeminiError } from '../../src/errors/geminiError.js';
import { outcomeOf } from '../support/outcome.js';
import { refusal } from './chatModel.js';

const model = 'gemini-2.5-flash';

function chatWith(answers: readonly FakeAnswer[], options: Partial<ChatOptions>) {
  const ai = fakeGemini(answers);
  const chat = createChat(ai, { model, ...options });
  return { ai, chat, sent: (index: number) => ai.calls[index]?.params.contents as { parts: object[] }[] };
}

function messagesOf(chat: GeminiChat): readonly ChatMessage[] {
  let messages: readonly ChatMessage[] = [];
  chat.messages$.subscribe((latest) => (messages = latest)).unsubscribe();
  return messages;
}

const calls = (...names: string[]): FakeAnswer => [
  partsChunk(names.map((name, index) => ({ functionCall: { id: `${index}`, name, args: { index } } }))),
  finishChunk(),
];
const tool = (run: ChatTool['run'], timeout?: number): ChatTool => ({
  declaration: { description: 'A test.' },
  run,
  timeout,
});
const responses = (message: ChatMessage | undefined) =>
  message?.parts.map(({ functionResponse }) => functionResponse?.response);

afterEach(() => {
  vi.useRealTimers();
});

describe('the tools of a chat', () => {
  it("are declared, called with the model's arguments, and their results sent back", async () => {
    const { ai, chat, sent } = chatWith([[callChunk('weather', { city: 'Oslo' }, 'call-7'), finishChunk()], 'Rain.'], {
      config: { tools: [{ googleSearch: {} }], temperature: 0 },
      tools: { weather: tool(({ city }) => ({ city, sky: 'grey' })) },
    });
    const reply = await lastValueFrom(chat.send('How is it in Oslo?').pipe(finalResponse()));
    expect(ai.calls[0]?.params.config).toMatchObject({
      temperature: 0,
      tools: [{ googleSearch: {} }, { functionDeclarations: [{ description: 'A test.', name: 'weather' }] }],
    });
    const called = {
      role: 'model',
      parts: [{ functionCall: { id: 'call-7', name: 'weather', args: { city: 'Oslo' } } }],
    };
    const answered = {
      role: 'user',
      parts: [{ functionResponse: { id: 'call-7', name: 'weather', response: { city: 'Oslo', sky: 'grey' } } }],
    };
    expect(sent(1)).toEqual([{ role: 'user', parts: [{ text: 'How is it in Oslo?' }] }, called, answered]);
    expect(messagesOf(chat).map(({ role, status }) => `${role} ${status}`)).toEqual([
      'user complete',
      'model complete',
      'tool complete',
      'model complete',
    ]);
    expect(contentsOf(reply)).toEqual([called, answered, { role: 'model', parts: [{ text: 'Rain.' }] }]);
  });

  it('report their state in notices and in the `tool` message', async () => {
    const { chat } = chatWith([calls('count'), 'Done.'], { tools: { count: tool(() => of(1, 2, 3)) } });
    const runs: unknown[] = [];
    chat.messages$.subscribe((messages) =>
      runs.push(messages.at(-1)?.runs[0]?.progress ?? messages.at(-1)?.runs[0]?.status),
    );
    const chunks = await lastValueFrom(chat.send('Count').pipe(toArray()));
    expect(chunks.flatMap(({ tool }) => (tool ? [[tool.status, tool.progress, tool.response]] : []))).toEqual([
      ['running', undefined, undefined],
      ['running', 1, undefined],
      ['running', 2, undefined],
      ['running', 3, undefined],
      ['complete', undefined, { output: 3 }],
    ]);
    expect(runs.filter((run) => run !== undefined)).toEqual(['waiting', 'running', 1, 2, 3, 'complete', 'complete']);
  });

  it.each<[string, ChatTool['run'], object]>([
    ['a value', () => 'text', { output: 'text' }],
    ['an object', () => ({ a: 1 }), { a: 1 }],
    ['a list', () => [1, 2], { output: [1, 2] }],
    ['a date', () => new Date(0), { output: '1970-01-01T00:00:00.000Z' }],
    ['nothing', () => undefined, { output: null }],
    ['a promise', async () => 5, { output: 5 }],
    ['an Observable', () => timer(1), { output: 0 }],
    ['an empty Observable', () => EMPTY, { output: null }],
    [
      'an exception',
      () => {
        throw new Error('No such city');
      },
      { error: 'No such city' },
    ],
    ['a rejection', () => Promise.reject(new Error('Offline')), { error: 'Offline' }],
    [
      'an error',
      () =>
        concat(
          of(1),
          throwError(() => 'odd'),
        ),
      { error: 'odd' },
    ],
    [
      'a key in an error',
      () => {
        throw new Error('key=AIzaSyA1234567890abcdefghijklmnopqrstuv');
      },
      { error: expect.not.stringContaining('AIza') as string },
    ],
  ])('may return %s', async (_, run, response) => {
    const { chat } = chatWith([calls('f'), 'Done.'], { tools: { f: tool(run) } });
    await lastValueFrom(chat.send('Go'));
    expect(responses(messagesOf(chat)[2])).toEqual([response]);
    expect(messagesOf(chat)[3]?.text).toBe('Done.');
  });

  it('leave a call of another function to the caller, whose response is sent with theirs', async () => {
    const { chat, ai } = chatWith([calls('g', 'f'), 'Done.'], { tools: { f: tool(() => 1) } });
    await lastValueFrom(chat.send('Go'));
    expect(messagesOf(chat).map(({ role, status }) => `${role} ${status}`)).toEqual([
      'user complete',
      'model complete',
      'tool complete',
    ]);
    expect(responses(messagesOf(chat)[2])).toEqual([{ output: 1 }]);
    expect(ai.calls).toHaveLength(1);
    await lastValueFrom(chat.send({ functionResponse: { id: '0', name: 'g', response: { output: 2 } } }));
    const { contents } = ai.calls[1]!.params as { contents: GeminiContent[] };
    expect(contents.at(-1)?.parts.map(({ functionResponse }) => functionResponse)).toEqual([
      { id: '0', name: 'g', response: { output: 2 } },
      { id: '1', name: 'f', response: { output: 1 } },
    ]);
  });

  it('leave a reply whose calls are all of other functions as it is', async () => {
    const run = vi.fn();
    const { chat, ai } = chatWith([calls('g')], { tools: { f: tool(run) }, maxSteps: 1 });
    await lastValueFrom(chat.send('Go'));
    expect(messagesOf(chat).map(({ role, status }) => `${role} ${status}`)).toEqual([
      'user complete',
      'model complete',
    ]);
    expect(ai.calls).toHaveLength(1);
    expect(run).not.toHaveBeenCalled();
  });

  it('run at once, and respond in the order of the calls', async () => {
    const results = { a: new Subject(), b: new Subject() };
    const started: string[] = [];
    const run = (name: 'a' | 'b') =>
      tool(() => {
        started.push(name);
        return results[name];
      });
    const { chat } = chatWith([calls('a', 'b'), 'Done.'], { tools: { a: run('a'), b: run('b') } });
    const reply = lastValueFrom(chat.send('Go'));
    await vi.waitFor(() => {
      expect(started).toEqual(['a', 'b']);
    });
    for (const name of ['b', 'a'] as const) {
      results[name].next(name);
      results[name].complete();
    }
    await reply;
    expect(responses(messagesOf(chat)[2])).toEqual([{ output: 'a' }, { output: 'b' }]);
  });

  it('run at most `toolConcurrency` at once', async () => {
    let running = 0;
    let most = 0;
    const slow = tool(async () => {
      most = Math.max(most, (running += 1));
      await new Promise((resolve) => setTimeout(resolve, 1));
      running -= 1;
    });
    const { chat } = chatWith([calls('f', 'f', 'f', 'f', 'f'), 'Done.'], { tools: { f: slow }, toolConcurrency: 2 });
    await lastValueFrom(chat.send('Go'));
    expect(most).toBe(2);
  });

  it('are cancelled after their `timeout`, which the model gets as the response', async () => {
    vi.useFakeTimers();
    let signal: AbortSignal | undefined;
    const slow = tool((_, context) => {
      signal = context.signal;
      return NEVER;
    }, 50);
    const { chat } = chatWith([calls('f'), 'Done.'], { tools: { f: slow } });
    const reply = lastValueFrom(chat.send('Go'));
    await vi.advanceTimersByTimeAsync(50);
    await reply;
    expect(signal?.aborted).toBe(true);
    expect(responses(messagesOf(chat)[2])).toEqual([{ error: 'The function gave no result within 50 ms.' }]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each(['cancel', 'unsubscribe'])(
    'are cancelled with their reply, which the model gets as the response: %s',
    async (how) => {
      vi.useFakeTimers();
      const signals: AbortSignal[] = [];
      const left = vi.fn();
      const run: ChatTool['run'] = (_, { signal }) => {
        signals.push(signal);
        return new Observable(() => left);
      };
      const { chat, sent } = chatWith([calls('quick', 'slow'), 'Done.'], {
        tools: {
          quick: tool((_, { signal }) => {
            signals.push(signal);
            return 'sent';
          }),
          slow: tool(run, 1000),
        },
      });
      const subscription = chat.send('Go').subscribe();
      await vi.advanceTimersByTimeAsync(1);
      if (how === 'cancel') chat.cancel();
      else subscription.unsubscribe();
      expect(signals.map(({ aborted }) => aborted)).toEqual([false, true]);
      expect([left.mock.calls.length, vi.getTimerCount()]).toEqual([1, 0]);
      expect(messagesOf(chat)[2]?.runs.map(({ status }) => status)).toEqual(['complete', 'cancelled']);
      await lastValueFrom(chat.send('And?'));
      expect(sent(1).slice(2)).toEqual([
        {
          role: 'user',
          parts: [
            { functionResponse: { id: '0', name: 'quick', response: { output: 'sent' } } },
            { functionResponse: { id: '1', name: 'slow', response: { error: 'The call was cancelled.' } } },
          ],
        },
        { role: 'user', parts: [{ text: 'And?' }] },
      ]);
    },
  );

  it('call `approve` first, and report a denial to the model', async () => {
    const run = vi.fn(() => 1);
    const answers = { yes: of(true), no: of(false), nothing: EMPTY, error: throwError(() => new Error('Closed')) };
    const f = tool(run);
    const { chat } = chatWith([calls('yes', 'no', 'nothing', 'error'), 'Done.'], {
      tools: { yes: f, no: f, nothing: f, error: f },
      approve: ({ name }) => answers[name as keyof typeof answers],
    });
    const chunks = await lastValueFrom(chat.send('Go').pipe(toArray()));
    expect(chunks.find(({ tool }) => tool)?.tool?.status).toBe('approving');
    expect(run).toHaveBeenCalledTimes(1);
    const denied = { error: 'The user denied this call.' };
    expect(responses(messagesOf(chat)[2])).toEqual([{ output: 1 }, denied, denied, { error: 'Closed' }]);
  });

  it.each(['no', 1, {}, undefined])('run only after `true`, and not after %j', async (answer) => {
    const run = vi.fn();
    const { chat } = chatWith([calls('f'), 'Done.'], { tools: { f: tool(run) }, approve: () => of(answer as boolean) });
    await lastValueFrom(chat.send('Go'));
    expect([run.mock.calls.length, responses(messagesOf(chat)[2])]).toEqual([
      0,
      [{ error: 'The user denied this call.' }],
    ]);
  });

  it('unsubscribe from `approve` with the reply', async () => {
    const question = new Subject<boolean>();
    const { chat } = chatWith([calls('f')], { tools: { f: tool(() => 1) }, approve: () => question });
    const subscription = chat.send('Go').subscribe();
    await vi.waitFor(() => {
      expect(question.observed).toBe(true);
    });
    subscription.unsubscribe();
    expect(question.observed).toBe(false);
  });

  it('fail the reply after `maxSteps` requests', async () => {
    const { ai, chat } = chatWith([calls('f'), calls('f'), 'never asked'], {
      tools: { f: tool(() => 1) },
      maxSteps: 2,
    });
    const { error } = await outcomeOf(chat.send('Go'));
    expect(error).toMatchObject({
      kind: 'overflow',
      limit: 'steps',
      retryable: false,
      message: 'The model still calls functions after 2 requests, the limit `maxSteps`',
    });
    expect(ai.calls.length).toBe(2);
    expect(messagesOf(chat).at(-1)).toMatchObject({ role: 'model', status: 'failed', draft: true });
  });

  it('are added up in the token counts', async () => {
    const usage = (totalTokenCount: number) => usageChunk({ totalTokenCount });
    const { chat } = chatWith(
      [
        [callChunk('f'), usage(5), finishChunk()],
        [chunk('Done.'), usage(3), usage(7), finishChunk()],
      ],
      {
        tools: { f: tool(() => 1) },
      },
    );
    const totals: unknown[] = [];
    chat.usage$.subscribe(({ totalTokenCount }) => totals.push(totalTokenCount));
    const reply = await lastValueFrom(chat.send('Go').pipe(finalResponse()));
    expect(reply.usageMetadata).toEqual({ totalTokenCount: 12 });
    expect(messagesOf(chat).map(({ usage }) => usage?.totalTokenCount)).toEqual([undefined, 5, undefined, 7]);
    expect(totals).toEqual([undefined, 5, 8, 12]);
  });

  it('are run by the caller if the chat has no tools', async () => {
    const { chat, sent } = chatWith([calls('f'), 'Done.', calls('f'), 'Well.'], {});
    await lastValueFrom(chat.send('Go'));
    await lastValueFrom(chat.send({ functionResponse: { id: '0', name: 'f', response: { output: 1 } } }));
    expect(messagesOf(chat).map(({ role }) => role)).toEqual(['user', 'model', 'tool', 'model']);
    await lastValueFrom(chat.send('Again'));
    await lastValueFrom(chat.send('Never mind'));
    expect(
      sent(3)
        .slice(-2)
        .map(({ parts }) => parts),
    ).toEqual([
      [{ functionResponse: { id: '0', name: 'f', response: { error: 'The call was not answered.' } } }],
      [{ text: 'Never mind' }],
    ]);
  });
});

describe('sets of tools', () => {
  /** The part of an MCP client that the SDK calls. */
  const mcpClient = (failing = false) => ({
    listTools: async () => {
      if (failing) throw new Error('No server');
      return { tools: [{ name: 'search', description: 'Searches.', inputSchema: { type: 'object' } }] };
    },
    callTool: async ({ name, arguments: args }: { name: string; arguments: unknown }) => ({
      content: [{ type: 'text', text: `${name} ${JSON.stringify(args)}` }],
    }),
  });

  it('accept the result of `mcpToTool`', async () => {
    const { ai, chat, sent } = chatWith([calls('search', 'own'), 'Found.'], {
      tools: { docs: mcpToTool(mcpClient()), own: tool(() => 1) },
    });
    await lastValueFrom(chat.send('Go'));
    expect(ai.calls[0]?.params.config).toMatchObject({
      tools: [{ functionDeclarations: [{ name: 'own' }] }, { functionDeclarations: [{ name: 'search' }] }],
    });
    expect(sent(1).at(-1)?.parts).toEqual([
      {
        functionResponse: {
          id: '0',
          name: 'search',
          response: { content: [{ type: 'text', text: 'search {"index":0}' }] },
        },
      },
      { functionResponse: { id: '1', name: 'own', response: { output: 1 } } },
    ]);
  });

  it('fail the reply if they cannot declare their functions', async () => {
    const { ai, chat } = chatWith(['never asked'], { tools: { docs: mcpToTool(mcpClient(true)) } });
    const { error } = await outcomeOf(chat.send('Go'));
    expect(error?.message).toContain('No server');
    expect(messagesOf(chat)[1]?.status).toBe('failed');
    expect(ai.calls.length).toBe(0);
  });

  it.each<[string, unknown, string]>([
    ['nothing', undefined, 'Expected `tools.docs.tool()` to be an object, got undefined'],
    ['a text', 'f', 'Expected `tools.docs.tool()` to be an object, got a string'],
    [
      'no list',
      { functionDeclarations: {} },
      'Expected `tools.docs.tool().functionDeclarations` to be a list, got an object',
    ],
    [
      'a list with nothing in it',
      { functionDeclarations: [null] },
      'Expected `tools.docs.tool().functionDeclarations[0]` to be an object, got null',
    ],
  ])('fail the reply with a sentence if they declare %s', async (_, declared, sentence) => {
    const docs = { tool: async () => declared, callTool: async () => [] } as CallableTools;
    const { error } = await outcomeOf(chatWith(['never asked'], { tools: { docs } }).chat.send('Go'));
    expect(error?.message).toBe(sentence);
  });

  it('may declare their functions synchronously', async () => {
    const docs = {
      tool: () => ({ functionDeclarations: [{ name: 'f' }] }),
      callTool: () => [{ functionResponse: { response: { a: 1 } } }],
    } as unknown as CallableTools;
    const { chat } = chatWith([calls('f'), 'Done.'], { tools: { docs } });
    await lastValueFrom(chat.send('Go'));
    expect(responses(messagesOf(chat)[2])).toEqual([{ a: 1 }]);
  });

  it('report a missing response to the model', async () => {
    const empty: CallableTools = {
      tool: async () => ({ functionDeclarations: [{ name: 'f' }] }),
      callTool: async () => [],
    };
    const { chat } = chatWith([calls('f'), 'Done.'], { tools: { empty } });
    await lastValueFrom(chat.send('Go'));
    expect(responses(messagesOf(chat)[2])).toEqual([{ error: "The function 'f' gave no response." }]);
  });
});

describe("the user's message after responses is a separate content", () => {
  const error = new GeminiError('Busy.', { kind: 'overloaded' });
  const quick = tool(() => ({ a: 1 }));
  const endings: [string, FakeAnswer[], Partial<ChatOptions>][] = [
    ['the request after the tools fails', [calls('quick', 'quick'), { error }], {}],
    [
      'the request after the tools breaks',
      [calls('quick', 'quick'), { chunks: ['Half'], errorAfter: { chunks: 1, error } }],
      {},
    ],
    ['a tool is cancelled', [calls('quick', 'hang')], {}],
    ['`maxSteps` is reached', [calls('quick', 'quick'), calls('quick')], { maxSteps: 2 }],
    ['the caller answers nothing', [calls('quick', 'quick')], { tools: {} }],
    ['the answer is empty', [calls('quick', 'quick'), [finishChunk()]], {}],
  ];

  for (const whenCut of ['draft', 'commit'] as const) {
    it.each(endings)(`with whenCut '${whenCut}': %s`, async (_, answers, options) => {
      const { chat, sent, ai } = chatWith([...answers, 'Fine.'], {
        whenCut,
        tools: { quick, hang: tool(() => NEVER) },
        ...options,
      });
      await outcomeOf(chat.send('Go').pipe(tap(({ tool }) => tool?.call.name === 'hang' && chat.cancel())));
      await lastValueFrom(chat.send('Try again'));
      const contents = sent(ai.calls.length - 1) as GeminiContent[];
      expect(refusal(contents)).toBe(undefined);
      const kinds = contents.map(({ parts }) => parts.map((part) => Object.keys(part)[0]).join());
      expect(kinds.slice(0, 3)).toEqual(['text', 'functionCall,functionCall', 'functionResponse,functionResponse']);
      expect(contents.at(-1)).toEqual({ role: 'user', parts: [{ text: 'Try again' }] });
    });
  }

  it('applies to one message of the caller, and to `history`', async () => {
    const answer = { functionResponse: { id: '0', name: 'f', response: {} } };
    const { chat, sent } = chatWith([calls('f'), 'Fine.'], {});
    await lastValueFrom(chat.send('Go'));
    await lastValueFrom(chat.send([answer, 'and go on']));
    const { chat: other } = chatWith([], { history: [...sent(1).slice(0, 2), { parts: [{ text: 'go on' }, answer] }] });
    expect(
      sent(1)
        .slice(2)
        .map(({ parts }) => parts),
    ).toEqual([[answer], [{ text: 'and go on' }]]);
    expect(
      other
        .history()
        .slice(2)
        .map(({ parts }) => parts),
    ).toEqual([[answer], [{ text: 'go on' }]]);
  });
});

describe('types', () => {
  it("accept the SDK's client, its config, its tools and its history", () => {
    const ai = new GoogleGenAI({ apiKey: 'none' });
    const history = [{ role: 'user', parts: [{ text: 'Hello' }] }];
    const tools = { f: { declaration: { parametersJsonSchema: {} }, run: ({ city }: { city: string }) => city } };
    const chat = createChat(ai, {
      model,
      config: { systemInstruction: 'Be brief.' },
      history,
      tools,
      window: { tokens: 1 },
    });
    expectTypeOf(chat).toEqualTypeOf<GeminiChat>();
    // @ts-expect-error Not a field of the SDK's config.
    createChat(ai, { model, config: { systemInstructions: 'Be brief.' } });
    expectTypeOf(mcpToTool).returns.toExtend<CallableTools>();
  });
});
