import { firstValueFrom, lastValueFrom, of, tap, toArray, type Subscription } from 'rxjs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { finalResponse } from '../../operators/show/finalResponse.js';
import { retryTransient } from '../../operators/protect/retryTransient.js';
import { stopWhen } from '../../operators/protect/stopWhen.js';
import { takeUntilCancel } from '../../operators/protect/takeUntilCancel.js';
import { createChat } from '../../src/chat/createChat.js';
import type { GeminiChat } from '../../src/chat/geminiChat.js';
import type { ChatJson } from '../../src/chat/chatJson.js';
import type { ChatOptions } from '../../src/chat/chatOptions.js';
import type { ChatMessage } from '../../src/chat/chatMessage.js';
import { functionCallsOf } from '../../src/chunk/functionCallsOf.js';
import { GeminiError } from '../../src/errors/geminiError.js';
import { callChunk, chunk, finishChunk, partsChunk, thoughtChunk } from '../../src/testing/chunks.js';
import { fakeGemini } from '../../src/testing/fakeGemini.js';
import type { FakeAnswer } from '../../src/testing/fakeReply.js';
import { outcomeOf } from '../support/outcome.js';

const model = 'gemini-2.5-flash';

/** A chat whose client gives these answers, and the contents of its requests. */
function chatWith(answers: readonly FakeAnswer[], options: Partial<ChatOptions> = {}) {
  const ai = fakeGemini(answers);
  const chat = createChat(ai, { model, ...options });
  return { ai, chat, sent: (index: number) => ai.calls[index]?.params.contents };
}

function messagesOf(chat: GeminiChat): readonly ChatMessage[] {
  let messages: readonly ChatMessage[] = [];
  chat.messages$.subscribe((latest) => (messages = latest)).unsubscribe();
  return messages;
}

/** The messages in short: role, status and text. */
const shown = (chat: GeminiChat) => messagesOf(chat).map(({ role, text, status }) => `${role} ${status}: ${text}`);

const user = (text: string) => ({ role: 'user', parts: [{ text }] });
const said = (text: string) => ({ role: 'model', parts: [{ text }] });
const silent: FakeAnswer = { chunks: ['Half of '], stallAfter: { chunks: 1 } };
const broken: FakeAnswer = { chunks: ['Half of '], errorAfter: { chunks: 1, error: new TypeError('fetch failed') } };

/** Subscribes and waits for the first chunk. */
async function begun(reply$: ReturnType<GeminiChat['send']>): Promise<Subscription> {
  let subscription: Subscription | undefined;
  await new Promise<void>((resolve) => {
    subscription = reply$.subscribe({ next: () => resolve(), error: () => resolve() });
  });
  return subscription!;
}

afterEach(() => {
  vi.useRealTimers();
});

describe('createChat', () => {
  it('makes no request before a reply is subscribed', () => {
    const { ai, chat } = chatWith([]);
    chat.send('Hello');
    expect([ai.calls.length, messagesOf(chat)]).toEqual([0, []]);
  });

  it("adds the user's message on subscribe, and completes the model's as one content", async () => {
    const { chat, sent } = chatWith(['Hello to you', 'Fine']);
    const reply = lastValueFrom(chat.send('Hello').pipe(toArray()));
    expect(shown(chat)).toEqual(['user complete: Hello', 'model waiting: ']);
    expect((await reply).map(({ text }) => text)).toEqual(['Hello ', 'to ', 'you']);
    expect(shown(chat)).toEqual(['user complete: Hello', 'model complete: Hello to you']);
    await lastValueFrom(chat.send(['How ', { text: 'are you?' }]));
    expect(sent(1)).toEqual([
      user('Hello'),
      said('Hello to you'),
      { role: 'user', parts: [{ text: 'How ' }, { text: 'are you?' }] },
    ]);
  });

  it('keeps every signature in its part', async () => {
    const signed = [
      thoughtChunk('Hm. '),
      partsChunk([{ text: 'Yes', thoughtSignature: 'c2ln' }]),
      chunk(', it'),
      chunk(' is'),
      partsChunk([{ text: '', thoughtSignature: 'ZW5k' }]),
      finishChunk(),
    ];
    const { chat } = chatWith([signed]);
    await lastValueFrom(chat.send('Is it?'));
    expect(chat.history()[1]?.parts).toEqual([
      { text: 'Hm. ', thought: true },
      { text: 'Yes', thoughtSignature: 'c2ln' },
      { text: ', it is' },
      { text: '', thoughtSignature: 'ZW5k' },
    ]);
    expect(messagesOf(chat)[1]).toMatchObject({ text: 'Yes, it is', thoughts: 'Hm. ', finishReason: 'STOP' });
  });

  it('sends one request for two subscriptions, and the later one gets every chunk', async () => {
    const { ai, chat } = chatWith([{ chunks: ['a', 'b', 'c'], pace: 1 }]);
    const reply$ = chat.send('Hello');
    const first = lastValueFrom(reply$.pipe(finalResponse()));
    const second = lastValueFrom(reply$.pipe(finalResponse()));
    expect((await first).text + (await second).text).toBe('abcabc');
    expect((await lastValueFrom(reply$)).text).toBe('abc');
    expect(ai.calls.length).toBe(1);
  });

  it('cancels when all have unsubscribed, and does not send again for a later subscriber', async () => {
    const { ai, chat } = chatWith([silent, 'never asked']);
    const reply$ = chat.send('Hello');
    const first = await begun(reply$);
    const second = reply$.subscribe();
    first.unsubscribe();
    expect(shown(chat)[1]).toBe('model streaming: Half of ');
    second.unsubscribe();
    expect(shown(chat)[1]).toBe('model cancelled: Half of ');
    expect((await outcomeOf(reply$)).error?.kind).toBe('cancelled');
    await vi.waitFor(() => {
      expect(ai.calls.map(({ aborted }) => aborted)).toEqual([true]);
    });
  });

  it('completes with a chunk marked with the reason after `cancel`', async () => {
    const { chat } = chatWith([silent]);
    const reply = outcomeOf(chat.send('Hello'));
    await vi.waitFor(() => {
      expect(shown(chat)[1]).toBe('model streaming: Half of ');
    });
    chat.cancel('Escape');
    expect((await reply).values.at(-1)).toEqual({ text: '', cancelled: { reason: 'Escape' } });
    expect(await firstValueFrom(chat.status$)).toBe('idle');
  });
});

describe('messages$', () => {
  it('emits every change: an unchanged message stays the same object, a changed message keeps its id', async () => {
    const { chat } = chatWith([{ chunks: ['a', 'b'] }, 'c']);
    const states: (readonly ChatMessage[])[] = [];
    chat.messages$.subscribe((messages) => states.push(messages));
    await lastValueFrom(chat.send('1'));
    await lastValueFrom(chat.send('2'));
    const answers = states.map((messages) => messages[1]).filter((message) => message !== undefined);
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
    expect(states.map((messages) => messages.at(-1)?.text)).toEqual(
      ['', 'a', 'ab', 'ab', '', 'c', 'c'].flatMap((text, index) =>
        index === 0 ? [undefined, '1', text] : index === 4 ? ['2', text] : [text],
      ),
    );
    expect(states.at(-1)?.slice(0, 2)).toEqual(states.at(-4)?.slice(0, 2));
    expect(states.at(-1)?.[1]).toBe(states.at(-4)?.[1]);
    expect(new Set(states.at(-1)?.map(({ id }) => id)).size).toBe(4);
  });

  it('emits the changes to all subscribers in one order, also changes made in a `next`', async () => {
    const { chat } = chatWith([{ chunks: ['a', 'b'], stallAfter: { chunks: 2 } }]);
    const seen: string[] = [];
    chat.messages$.subscribe((messages) => {
      if (messages[1]?.text === 'a') chat.cancel();
    });
    chat.messages$.subscribe((messages) => seen.push(messages[1]?.status ?? 'none'));
    await lastValueFrom(chat.send('Hello'));
    expect(seen).toEqual(['none', 'none', 'waiting', 'streaming', 'cancelled']);
  });

  it('carries the error and the token counts of a message', async () => {
    const usageMetadata = { promptTokenCount: 3, totalTokenCount: 5 };
    const { chat } = chatWith([
      {
        chunks: [chunk('Half', { usageMetadata })],
        errorAfter: { chunks: 1, error: new GeminiError('Busy.', { kind: 'overloaded' }) },
      },
    ]);
    expect((await outcomeOf(chat.send('Hello'))).error?.kind).toBe('overloaded');
    expect(messagesOf(chat)[1]).toMatchObject({
      status: 'failed',
      draft: true,
      text: 'Half',
      error: { kind: 'overloaded' },
      usage: usageMetadata,
    });
  });
});

describe('status$', () => {
  it('emits each step of a send', async () => {
    const { chat } = chatWith([[callChunk('f'), finishChunk()], 'Done.'], {
      tools: { f: { declaration: {}, run: () => 1 } },
    });
    const seen: string[] = [];
    chat.status$.subscribe((status) => seen.push(status));
    await lastValueFrom(chat.send('Go'));
    expect(seen).toEqual(['idle', 'waiting', 'streaming', 'calling', 'waiting', 'streaming', 'idle']);
  });

  it.each<[string, FakeAnswer[], string[]]>([
    ['waiting', [silent], ['user complete', 'model cancelled']],
    ['streaming', [silent], ['user complete', 'model cancelled']],
    ['calling', [[callChunk('f'), finishChunk()]], ['user complete', 'model complete', 'tool cancelled']],
  ])('lets a subscriber cancel at once: %s', async (status, answers, expected) => {
    const { chat } = chatWith(answers, { tools: { f: { declaration: {}, run: () => 1 } } });
    chat.status$.subscribe((latest) => {
      if (latest === status) chat.cancel();
    });
    await outcomeOf(chat.send('Go'));
    expect(messagesOf(chat).map(({ role, status }) => `${role} ${status}`)).toEqual(expected);
    expect(await firstValueFrom(chat.status$)).toBe('idle');
  });
});

describe('whenCut', () => {
  it('draft: shows the answer and does not send it; sends the message of the user', async () => {
    const { chat, sent } = chatWith([broken, 'Fine']);
    await outcomeOf(chat.send('Hello'));
    expect(shown(chat)).toEqual(['user complete: Hello', 'model failed: Half of ']);
    await outcomeOf(chat.send('Are you there?'));
    expect(sent(1)).toEqual([{ role: 'user', parts: [{ text: 'Hello' }, { text: 'Are you there?' }] }]);
  });

  it('commit: sends the part that had arrived', async () => {
    const { chat, sent } = chatWith([broken, 'Fine'], { whenCut: 'commit' });
    await outcomeOf(chat.send('Hello'));
    await outcomeOf(chat.send('Go on'));
    expect(sent(1)).toEqual([user('Hello'), said('Half of '), user('Go on')]);
  });

  it('rollback: restores the earlier messages, and adds the user message to `unsent$`', async () => {
    const { chat } = chatWith(['Hi', broken], { whenCut: 'rollback' });
    await outcomeOf(chat.send('Hello'));
    const before = messagesOf(chat);
    await outcomeOf(chat.send('How are you?'));
    expect(messagesOf(chat)).toEqual(before);
    const [unsent] = await firstValueFrom(chat.unsent$);
    expect(unsent).toMatchObject({ role: 'user', text: 'How are you?', status: 'failed', error: { kind: 'network' } });
    chat.discard(unsent!.id);
    expect(await firstValueFrom(chat.unsent$)).toEqual([]);
  });

  it('does not send a refused message again until `regenerate`', async () => {
    const refused: FakeAnswer = { error: new GeminiError('No.', { kind: 'blocked' }) };
    const { chat, sent } = chatWith([{ error: new TypeError('fetch failed') }, refused, 'Fine', refused, 'Now']);
    await outcomeOf(chat.send('One'));
    await outcomeOf(chat.send('Two'));
    expect(messagesOf(chat).map(({ draft }) => draft)).toEqual([true, true, true, true]);
    await outcomeOf(chat.send('Three'));
    expect(sent(2)).toEqual([user('Three')]);
    await outcomeOf(chat.send('Four'));
    await outcomeOf(chat.regenerate());
    expect(sent(4)).toEqual([user('Three'), said('Fine'), user('Four')]);
    expect(chat.history()).toEqual([user('Three'), said('Fine'), user('Four'), said('Now')]);
  });
});

describe('whenBusy', () => {
  it('queue: a send waits, and its message is shown', async () => {
    const { ai, chat, sent } = chatWith(['a', 'b', 'c']);
    const requests: number[] = [];
    const count = tap(() => requests.push(ai.calls.length));
    const replies = ['1', '2', '3'].map((text) => lastValueFrom(chat.send(text).pipe(count)));
    expect(shown(chat)).toEqual(['user complete: 1', 'model waiting: ', 'user waiting: 2', 'user waiting: 3']);
    await Promise.all(replies);
    expect(requests).toEqual([1, 2, 3]);
    expect(sent(2)).toEqual([user('1'), said('a'), user('2'), said('b'), user('3')]);
  });

  it('queue: keeps the message of a send that is cancelled while it waits', async () => {
    const { ai, chat } = chatWith([silent, 'never asked']);
    await begun(chat.send('1'));
    const waiting = [outcomeOf(chat.send('2')), outcomeOf(chat.send('3'))];
    chat.cancel('stop');
    const notice = { text: '', cancelled: { reason: 'stop' } };
    expect((await Promise.all(waiting)).map(({ values }) => values)).toEqual([[notice], [notice]]);
    expect((await firstValueFrom(chat.unsent$)).map(({ text }) => text)).toEqual(['2', '3']);
    expect(shown(chat)).toEqual(['user complete: 1', 'model cancelled: Half of ']);
    expect(ai.calls.length).toBe(1);
  });

  it('switch: cancels the reply that streams', async () => {
    const { chat, sent } = chatWith([silent, 'b'], { whenBusy: 'switch' });
    const first = outcomeOf(chat.send('1'));
    await vi.waitFor(() => {
      expect(shown(chat)[1]).toBe('model streaming: Half of ');
    });
    await lastValueFrom(chat.send('2'));
    expect((await first).values.at(-1)?.cancelled?.reason).toBe('another message was sent');
    expect(sent(1)).toEqual([{ role: 'user', parts: [{ text: '1' }, { text: '2' }] }]);
  });

  it('reject: fails at once, adds no message, and may be subscribed again', async () => {
    const { chat } = chatWith([silent, 'b'], { whenBusy: 'reject' });
    const first = await begun(chat.send('1'));
    const second$ = chat.send('2');
    expect((await outcomeOf(second$)).error).toMatchObject({ kind: 'rate_limit', retryable: true });
    expect(messagesOf(chat).length).toBe(2);
    first.unsubscribe();
    expect((await outcomeOf(second$)).isComplete).toBe(true);
  });

  it('allows a send in the completion of the previous send', async () => {
    const { chat } = chatWith(['a', 'b'], { whenBusy: 'reject' });
    const second = new Promise<string>((resolve, reject) => {
      chat
        .send('1')
        .subscribe({ complete: () => chat.send('2').subscribe({ next: ({ text }) => resolve(text), error: reject }) });
    });
    expect(await second).toBe('b');
  });
});

describe('branches', () => {
  it('keeps the old answer until the new answer has content', async () => {
    const { chat } = chatWith(['Old', { chunks: [thoughtChunk('Hm'), 'New'], firstDelay: 1 }]);
    await lastValueFrom(chat.send('Hello'));
    const seen: string[] = [];
    chat.messages$.subscribe((messages) => seen.push(`${messages[1]?.status ?? ''} ${messages[1]?.text ?? ''}`));
    await lastValueFrom(chat.regenerate());
    expect(seen).toEqual(['complete Old', 'streaming ', 'streaming New', 'complete New']);
    const [old, latest] = chat.branches(messagesOf(chat)[1]!.id);
    expect([old?.text, latest?.text]).toEqual(['Old', 'New']);
    chat.select(old!);
    expect(chat.history()).toEqual([user('Hello'), said('Old')]);
  });

  it('keeps the old answer if the new answer fails before content', async () => {
    const { chat } = chatWith(['Old', { error: new TypeError('fetch failed') }]);
    await lastValueFrom(chat.send('Hello'));
    const before = messagesOf(chat);
    expect((await outcomeOf(chat.regenerate())).error?.kind).toBe('network');
    expect(messagesOf(chat)).toEqual(before);
    expect(chat.branches(before[1]!.id)).toEqual([before[1]]);
  });

  it('opens a branch by `edit`, and keeps the old branch with all its messages', async () => {
    const { chat, sent } = chatWith(['a', 'b', 'c']);
    await lastValueFrom(chat.send('1'));
    await lastValueFrom(chat.send('2'));
    const [first] = messagesOf(chat);
    await lastValueFrom(chat.edit(first!.id, 'One'));
    expect(sent(2)).toEqual([user('One')]);
    expect(shown(chat)).toEqual(['user complete: One', 'model complete: c']);
    chat.select(first!);
    expect(shown(chat)).toEqual(['user complete: 1', 'model complete: a', 'user complete: 2', 'model complete: b']);
  });

  it("fails for an id that is not of a user's message, and adds the message to `unsent$`", async () => {
    const { chat } = chatWith(['a']);
    expect((await outcomeOf(chat.regenerate())).error?.kind).toBe('invalid_request');
    expect((await outcomeOf(chat.edit('message-9', 'Hello'))).error?.kind).toBe('invalid_request');
    expect((await firstValueFrom(chat.unsent$)).map(({ text }) => text)).toEqual(['Hello']);
    expect(chat.branches('message-9')).toEqual([]);
    expect(() => {
      chat.select({ id: 'message-9' });
    }).toThrow("Expected `branch` to be a message of this chat, got 'message-9'");
  });
});

describe('toJSON', () => {
  it('returns a chat that continues like the original', async () => {
    const { chat } = chatWith([
      'a',
      { chunks: [chunk('b', { usageMetadata: { totalTokenCount: 7 } }), finishChunk()] },
      broken,
    ]);
    await lastValueFrom(chat.send('1'));
    await lastValueFrom(chat.regenerate());
    await outcomeOf(chat.send('2'));
    const saved = JSON.stringify(chat);
    const { chat: restored, sent } = chatWith(['c'], { restore: JSON.parse(saved) as ChatJson });
    expect(JSON.stringify(restored)).toBe(saved);
    expect(shown(restored)).toEqual(shown(chat));
    expect(messagesOf(restored)[3]?.error).toBeInstanceOf(GeminiError);
    expect(await firstValueFrom(restored.usage$)).toEqual({ totalTokenCount: 7 });
    expect(restored.branches(messagesOf(restored)[1]!.id).map(({ text }) => text)).toEqual(['a', 'b']);
    await lastValueFrom(restored.send('3'));
    expect(sent(0)).toEqual([user('1'), said('b'), { role: 'user', parts: [{ text: '2' }, { text: '3' }] }]);
    const ids = messagesOf(restored).map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('saves a streaming reply as cancelled, and a queued message as unsent', async () => {
    const { chat } = chatWith([silent]);
    await begun(chat.send('1'));
    chat.send('2').subscribe();
    const { chat: restored } = chatWith([], { restore: chat.toJSON() });
    expect(shown(restored)).toEqual(['user complete: 1', 'model cancelled: Half of ']);
    expect((await firstValueFrom(restored.unsent$)).map(({ text }) => text)).toEqual(['2']);
    chat.cancel();
  });
});

describe('window', () => {
  const history = [user('1'), said('a'), user('2'), said('b'), user('3'), said('c')];

  it('sends as many of the latest messages as fit, beginning with a message of the user', async () => {
    const { chat, sent } = chatWith(['d'], { history, window: { messages: 4 } });
    await lastValueFrom(chat.send('4'));
    expect(sent(0)).toEqual([user('3'), said('c'), user('4')]);
    expect(chat.history().length).toBe(8);
  });

  it('always sends the last exchange, with all calls and responses', async () => {
    const calls: FakeAnswer = [callChunk('lookUp'), finishChunk()];
    const tools = { lookUp: { declaration: {}, run: () => 1 } };
    const { chat, sent } = chatWith([calls, calls, 'd'], { history, window: { messages: 1 }, tools });
    await lastValueFrom(chat.send('4'));
    expect((sent(2) as unknown[]).length).toBe(5);
  });

  it('throws for `tokens` and a client that does not count tokens', () => {
    expect(() => chatWith([], { window: { tokens: 10 } })).toThrow('`models.countTokens`');
  });

  it('counts each exchange once, newest first, and aborts the count with the send', async () => {
    const asked: string[] = [];
    let signal: AbortSignal | undefined;
    const { models } = fakeGemini(['d', 'e']);
    const countTokens = async ({
      contents,
      config,
    }: {
      contents: { parts: { text?: string }[] }[];
      config: { abortSignal: AbortSignal };
    }) => {
      asked.push(contents.map(({ parts }) => parts.map(({ text }) => text).join('')).join(' '));
      signal = config.abortSignal;
      return asked.length === 6 ? new Promise<never>(() => {}) : { totalTokens: 10 * contents.length };
    };
    const chat = createChat({ models: { ...models, countTokens } }, { model, history, window: { tokens: 35 } });
    await lastValueFrom(chat.send('4'));
    expect(asked).toEqual(['4', '3 c', '2 b']);
    await lastValueFrom(chat.send('5'));
    expect(asked.slice(3)).toEqual(['5', '4 d']);
    const sixth = chat.send('6').subscribe();
    await vi.waitFor(() => {
      expect(asked.at(-1)).toBe('6');
    });
    sixth.unsubscribe();
    expect(signal?.aborted).toBe(true);
  });
});

describe('a request without a message to answer', () => {
  const response = (name: string) => ({ functionResponse: { name, response: { output: 1 } } });

  it.each<[string, Partial<ChatOptions>]>([
    ['in a new chat', {}],
    ['after an answer', { history: [user('Hello'), said('Hello to you')] }],
    ['after a response to another call', { history: [user('Go'), said('Fine'), { parts: [response('g')] }] }],
  ])('is not sent: a response without a call of the model, %s', async (_, options) => {
    const { ai, chat } = chatWith(['Fine'], options);
    const { error } = await outcomeOf(chat.send(response('f')));
    expect([error?.kind, ai.calls.length]).toEqual(['invalid_request', 0]);
    await lastValueFrom(chat.send('Hello again'));
    expect(ai.calls).toHaveLength(1);
  });

  it("has the empty text that the API demands in a user's part that is only a signature", async () => {
    const history = [{ role: 'user', parts: [{ text: 'Hi' }, { thoughtSignature: 'S' }] }];
    expect(chatWith([], { history }).chat.history()).toEqual([
      { role: 'user', parts: [{ text: 'Hi' }, { text: '', thoughtSignature: 'S' }] },
    ]);
  });
});

describe('an object of the platform', () => {
  const values: [string, object][] = [
    ['a promise', Promise.resolve({})],
    ['a map', new Map()],
    ['bytes', new Uint8Array(2)],
  ];

  it.each(values)('is not accepted as tools, a declaration, a config or a part: %s', (_, value) => {
    const wrong: [string, () => unknown][] = [
      ['tools', () => chatWith([], { tools: value as never })],
      ['tools.f.declaration', () => chatWith([], { tools: { f: { declaration: value, run: () => 1 } } })],
      ['config', () => chatWith([], { config: value })],
      ['message', () => chatWith([]).chat.send(value)],
    ];
    for (const [name, call] of wrong) expect(call).toThrow(`Expected \`${name}\` to be `);
  });
});

describe('options of a class', () => {
  it('are read, also if inherited', async () => {
    class Defaults {
      readonly piped: string[] = [];
      readonly model = 'own';
      get config() {
        return { systemInstruction: 'Be brief.' };
      }
      get pipe(): NonNullable<ChatOptions['pipe']> {
        return tap(({ text }) => this.piped.push(text));
      }
    }
    const ai = fakeGemini(['Fine']);
    const options = new Defaults();
    await lastValueFrom(createChat(ai, options).send('Hello'));
    expect(ai.calls[0]?.params).toMatchObject({ config: { systemInstruction: 'Be brief.' } });
    expect(options.piped).toEqual(['Fine']);
  });
});

describe('createChat with wrong arguments', () => {
  const wrong: [string, object][] = [
    ["Expected `model` to be a model's name, got undefined", { model: undefined }],
    ["Expected `whenCut` to be 'draft' or 'commit' or 'rollback', got 'all'", { whenCut: 'all' }],
    ["Expected `whenBusy` to be 'queue' or 'switch' or 'reject', got 2", { whenBusy: 2 }],
    ['Expected `maxSteps` to be a whole number of at least 1, got 0', { maxSteps: 0 }],
    ['Expected `toolConcurrency` to be a whole number of at least 1, got 0', { toolConcurrency: 0 }],
    ['Expected `window.messages` to be a whole number of at least 1, got 0', { window: { messages: 0 } }],
    ['Expected `window.tokens` to be a whole number of at least 1, got 1.5', { window: { tokens: 1.5 } }],
    ['Expected `history` to be a list of contents, got an object', { history: {} }],
    ['Expected `restore` to be a chat that `toJSON` saved, version 1 or 2, got an object', { restore: { version: 3 } }],
    ['Expected one of `history` and `restore`, got both', { history: [], restore: {} }],
    ['Expected `restore` to be a chat that `toJSON` saved, version 1 or 2, got null', { restore: null }],
    ['Expected `history` to be a list of contents, got null', { history: null }],
    ['Expected `history[0]` to be an object, got a string', { history: ['Hello to you'] }],
    [
      "Expected `history[1].role` to be 'user' or 'model' or 'function' or 'tool', got 'assistant'",
      { history: [{}, { role: 'assistant' }] },
    ],
    ['Expected `history[0].parts` to be a list, got a string', { history: [{ parts: 'Hello to you' }] }],
    ['Expected `history[0].parts[0].text` to be a string, got 3', { history: [{ parts: [{ text: 3 }] }] }],
    [
      '`history[0].parts[0]` has no JSON: it contains a bigint.',
      { history: [{ parts: [{ functionResponse: { response: { id: 1n } } }] }] },
    ],
    ['Expected `window` to be an object, got null', { window: null }],
    ['Expected `window` to be an object, got 4', { window: 4 }],
    ['Expected `config` to be an object, got null', { config: null }],
    ['Expected `config` to be an object, got an array', { config: [] }],
    ['Expected `config.tools` to be a list, got an object', { config: { tools: {} } }],
    ['Expected `dedupeCalls` to be true or false, got 1', { dedupeCalls: 1 }],
    ["Expected `failOnEmpty` to be true or false, got 'yes'", { failOnEmpty: 'yes' }],
    ['Expected `toolConcurrency` to be a whole number of at least 1, got null', { toolConcurrency: null }],
    ['Expected `tools` to be an object of tools by their names, got null', { tools: null }],
    [
      'Expected `tools` to be an object of tools by their names, got an array',
      { tools: [{ functionDeclarations: [] }] },
    ],
    [
      'Expected `tools.f` to be a tool: an object with `declaration` and `run`, got a function',
      { tools: { f: () => 1 } },
    ],
    ['Expected `tools.f` to be a tool: an object with `declaration` and `run`, got null', { tools: { f: null } }],
    ['Expected `tools.f.declaration` to be an object, got null', { tools: { f: { declaration: null, run: () => 1 } } }],
    ['Expected `tools.f.callTool` to be a function, got 1', { tools: { f: { tool: () => 1, callTool: 1 } } }],
    ['Expected `pipe` to be a function, got 1', { pipe: 1 }],
    ['Expected `approve` to be a function, got true', { approve: true }],
    ['Expected `config` to be an object, got 1', { config: 1 }],
    ['Expected `tools.f.run` to be a function, got undefined', { tools: { f: { declaration: {} } } }],
    ['Expected `tools.f.declaration` to be an object, got undefined', { tools: { f: { run: () => 1 } } }],
    [
      'Expected `tools.f.timeout` to be a positive number of ms, got 0',
      { tools: { f: { declaration: {}, run: () => 1, timeout: 0 } } },
    ],
  ];

  it.each(wrong)('throws: %s', (message, options) => {
    expect(() => chatWith([], options)).toThrow(message);
  });

  it.each(['', [], [''], 7, null, { parts: [] }])('throws for an empty message: %j', (message) => {
    expect(() => chatWith([]).chat.send(message as never)).toThrow(
      'Expected `message` to be a non-empty text, a part with content or a list of them',
    );
  });

  const wrongMessages: [unknown, string][] = [
    [{}, 'Expected `message` to be a non-empty text, a part with content or a list of them, got an object'],
    [{ text: '' }, 'Expected `message` to be a non-empty text, a part with content or a list of them, got an object'],
    [['Hello', null], 'Expected `message` to be a non-empty text, a part with content or a list of them, got an array'],
    [new Date(0), 'Expected `message` to be a non-empty text, a part with content or a list of them, got an object'],
    [new Map(), 'Expected `message` to be a non-empty text, a part with content or a list of them, got an object'],
    [of('Hello'), 'Expected `message` to be a non-empty text, a part with content or a list of them, got an object'],
    [
      Promise.resolve('Hello'),
      'Expected `message` to be a non-empty text, a part with content or a list of them, got an object',
    ],
    [['Hello', { text: 3 }], 'Expected `message[1].text` to be a string, got 3'],
    [{ inlineData: 'AA==' }, 'Expected `message.inlineData` to be an object, got a string'],
    [
      { functionResponse: { name: 'f', response: 'Rain.' } },
      'Expected `message.functionResponse.response` to be an object, got a string',
    ],
    [{ functionResponse: { name: 'f', response: { id: 1n } } }, '`message` has no JSON: it contains a bigint.'],
  ];

  it.each(wrongMessages)('throws for a message that cannot be sent: %#', (message, words) => {
    const { chat } = chatWith([]);
    for (const say of [() => chat.send(message as never), () => chat.edit('message-1', message as never)]) {
      expect(say).toThrow(TypeError);
      expect(say).toThrow(words);
    }
    expect(messagesOf(chat)).toEqual([]);
  });

  it('copies a message at the call, and treats `null` as absent', async () => {
    const { chat, sent } = chatWith(['Fine']);
    const part: { text: string; inlineData: null } = { text: 'Hello', inlineData: null };
    const reply$ = chat.send(part as never);
    part.text = 'Changed';
    await lastValueFrom(reply$);
    expect(sent(0)).toEqual([user('Hello')]);
  });

  const wrongArguments: [string, (chat: Record<keyof GeminiChat, (...values: unknown[]) => unknown>) => unknown][] = [
    ['Expected `messageId` to be a string, got 3', (chat) => chat.edit(3, 'Hello')],
    ['Expected `messageId` to be a string, got an object', (chat) => chat.edit({ id: 'message-1' }, 'Hello')],
    [
      'Expected `message` to be a non-empty text, a part with content or a list of them, got undefined',
      (chat) => chat.edit('message-1'),
    ],
    [
      'Expected `message` to be a non-empty text, a part with content or a list of them, got undefined',
      (chat) => chat.send(),
    ],
    ["Expected `regenerate` to be called without an argument, got 'message-1'", (chat) => chat.regenerate('message-1')],
    ['Expected `messageId` to be a string, got undefined', (chat) => chat.branches()],
    ['Expected `messageId` to be a string, got null', (chat) => chat.discard(null)],
    ['Expected `branch` to be a message of this chat, got undefined', (chat) => chat.select()],
    ["Expected `branch` to be a message of this chat, got 'message-1'", (chat) => chat.select('message-1')],
    ['Expected `branch` to be a message of this chat, got 3', (chat) => chat.select({ id: 3 })],
    ['Expected `reason` to be a string, got 3', (chat) => chat.cancel(3)],
  ];

  it.each(wrongArguments)('throws at the call of a method: %s', (message, call) => {
    const chat = chatWith([], { history: [user('1')] }).chat as never;
    expect(() => call(chat)).toThrow(TypeError);
    expect(() => call(chat)).toThrow(message);
  });

  it.each([
    [[null], 'Expected `source` to be a client of @google/genai or a function (a ChatSource), got null'],
    [['/api/chat'], "Expected `source` to be a client of @google/genai or a function (a ChatSource), got '/api/chat'"],
    [[fakeGemini([])], 'Expected `options` to be an object, got undefined'],
    [[fakeGemini([]), null], 'Expected `options` to be an object, got null'],
    [[fakeGemini([]), model], `Expected \`options\` to be an object, got '${model}'`],
    [[fakeGemini([]), [model]], 'Expected `options` to be an object, got an array'],
    [[fakeGemini([]), {}], "Expected `model` to be a model's name, got undefined"],
  ])('throws for arguments that are missing or of another type: %#', (values, message) => {
    const create = () => createChat(...(values as unknown as Parameters<typeof createChat>));
    expect(create).toThrow(TypeError);
    expect(create).toThrow(message);
  });

  it('throws for an object that is not a client', () => {
    expect(() => createChat({} as never, { model })).toThrow(
      'Expected `source` to be a client of @google/genai or a function (a ChatSource), got an object',
    );
  });
});

describe('failOnEmpty', () => {
  const empty = [finishChunk()];
  const thoughts = [thoughtChunk('Hm'), finishChunk('MAX_TOKENS')];

  it('fails a reply without an answer, as `classifyErrors` does', async () => {
    const { chat, sent } = chatWith([empty, thoughts, 'Fine'], { failOnEmpty: true });
    expect((await outcomeOf(chat.send('1'))).error).toMatchObject({ kind: 'empty', retryable: true });
    expect((await outcomeOf(chat.send('2'))).error).toMatchObject({ kind: 'empty', retryable: false });
    expect(shown(chat)).toEqual(['user complete: 1', 'model failed: ', 'user complete: 2', 'model failed: ']);
    expect((await outcomeOf(chat.send('3'))).isComplete).toBe(true);
    expect(sent(2)).toEqual([{ role: 'user', parts: [{ text: '1' }, { text: '2' }, { text: '3' }] }]);
  });

  it('counts calls as an answer, and fails an empty second step', async () => {
    const tools = { f: { declaration: {}, run: () => 1 } };
    const { chat, sent } = chatWith([[callChunk('f'), finishChunk()], empty, 'Fine'], { failOnEmpty: true, tools });
    expect((await outcomeOf(chat.send('1'))).error?.kind).toBe('empty');
    await outcomeOf(chat.send('2'));
    expect((sent(2) as { parts: object[] }[]).map(({ parts }) => Object.keys(parts[0]!))).toEqual([
      ['text'],
      ['functionCall'],
      ['functionResponse'],
      ['text'],
    ]);
  });

  it('is false by default', async () => {
    const { chat } = chatWith([empty, thoughts]);
    expect((await outcomeOf(chat.send('1'))).isComplete).toBe(true);
    expect((await outcomeOf(chat.send('2'))).isComplete).toBe(true);
  });
});

describe('pipe', () => {
  it('applies operators to each request', async () => {
    const { ai, chat } = chatWith([{ error: new GeminiError('Busy.', { kind: 'overloaded' }) }, 'Fine'], {
      pipe: (reply$) => reply$.pipe(retryTransient({ delay: 1 })),
    });
    expect((await lastValueFrom(chat.send('Hello').pipe(finalResponse()))).text).toBe('Fine');
    expect(ai.calls.length).toBe(2);
  });

  it('stops a reply with `stopWhen`: the message is whole, and is sent', async () => {
    const { chat, sent } = chatWith([{ chunks: ['Yes. ', 'And more.'] }, 'Fine'], {
      pipe: (reply$) => reply$.pipe(stopWhen({ pattern: 'And' })),
    });
    const { values, isComplete } = await outcomeOf(chat.send('Is it?'));
    expect([values.at(-1)?.stopped, isComplete]).toEqual([{ reason: 'pattern' }, true]);
    expect(shown(chat)).toEqual(['user complete: Is it?', 'model stopped: Yes. ']);
    expect(messagesOf(chat)[1]).toMatchObject({ draft: false });
    await lastValueFrom(chat.send('So?'));
    expect(sent(1)).toEqual([user('Is it?'), said('Yes. '), user('So?')]);
  });

  it('stops a reply with `stopWhen` after whole calls: the tools run', async () => {
    const calls = [callChunk('f', {}, 'c1'), callChunk('f', {}, 'c2'), callChunk('f', {}, 'c3'), finishChunk()];
    const { chat, sent } = chatWith([calls, 'Fine'], {
      tools: { f: { declaration: {}, run: () => 1 } },
      pipe: (reply$) => reply$.pipe(stopWhen((_, reply) => functionCallsOf(reply()).length === 2 && 'enough calls')),
    });
    await lastValueFrom(chat.send('Go'));
    expect(messagesOf(chat).map(({ role, status }) => `${role} ${status}`)).toEqual([
      'user complete',
      'model stopped',
      'tool complete',
      'model complete',
    ]);
    const answers = (sent(1) as { parts: { functionResponse?: { id?: string } }[] }[]).at(-1)?.parts;
    expect(answers?.map(({ functionResponse }) => functionResponse?.id)).toEqual(['c1', 'c2']);
  });

  it('keeps a stopped reply `stopped` in a saved chat', async () => {
    const { chat } = chatWith(['Yes. And more.'], { pipe: (reply$) => reply$.pipe(stopWhen({ maxChars: 4 })) });
    await lastValueFrom(chat.send('Is it?'));
    const saved = chat.toJSON();
    expect(saved.messages.map(({ status }) => status)).toEqual(['complete', 'stopped']);
    const { chat: restored } = chatWith([], { restore: saved });
    expect(shown(restored)).toEqual(shown(chat));
    expect(restored.toJSON()).toEqual(saved);
  });

  it('may cancel a reply', async () => {
    const { chat } = chatWith([silent], { pipe: (reply$) => reply$.pipe(takeUntilCancel(of('enough'))) });
    await outcomeOf(chat.send('Hello'));
    expect(shown(chat)).toEqual(['user complete: Hello', 'model cancelled: ']);
  });

  it('does not hide a reply that did not finish', async () => {
    const { chat } = chatWith([{ chunks: ['Half'], finishReason: null }], { pipe: (reply$) => reply$ });
    expect((await outcomeOf(chat.send('Hello'))).error?.kind).toBe('truncated');
  });
});
