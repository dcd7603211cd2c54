import { Chat } from '@ai-sdk/react';
import * as ai7 from 'ai';
import * as ai5 from 'ai-5';
import * as ai6 from 'ai-6';
import { of } from 'rxjs';
import { createRateLimiter, protectReply } from 'rxjs-gemini';
import { apiError, type EmulatorReply } from 'rxjs-gemini/emulator';
import { describe, expect, it } from 'vitest';
import { everyKind, partialCall, raw, startAiSdkServer, type AiSdkServer } from './aiSdkServer.js';

const replies: EmulatorReply = ({ prompt }) => {
  switch (prompt) {
    case 'everything':
      return { chunks: everyKind as never };
    case 'partial':
      return { chunks: partialCall as never };
    case '503':
      return { chunks: ['one ', 'two ', 'three '], errorAfter: { chunks: 2 } };
    case 'drop':
      return { chunks: ['one ', 'two ', 'three '], dropAfter: { chunks: 2, reset: true } };
    case '429':
      return { error: apiError({ code: 429, message: 'SECRET', retryDelay: 7000 }) };
    case 'safety':
      return { chunks: ['half an ans'], finishReason: 'SAFETY' };
    case 'blocked':
      return { chunks: [{ promptFeedback: { blockReason: 'SAFETY' } }] as never };
    case 'cut':
      return { chunks: ['half an ans'], finishReason: null };
    case 'long':
      return { chunks: ['half an ans'], finishReason: 'MAX_TOKENS' };
    case 'slow':
      return { chunks: Array.from({ length: 500 }, (_, index) => `w${String(index)} `), pace: 20 };
    default:
      return { text: `You said: ${prompt}` };
  }
};

type AnyPart = Readonly<Record<string, unknown>> & { readonly type: string };
interface AnyMessage {
  readonly id: string;
  readonly role: string;
  readonly parts: readonly AnyPart[];
  readonly metadata?: unknown;
}

/** The part of a chat that all versions have. */
interface AnyChat {
  readonly messages: readonly AnyMessage[];
  readonly status: string;
  readonly error: Error | undefined;
  sendMessage(message?: object): Promise<void>;
  regenerate(): Promise<void>;
  stop(): Promise<void>;
  addToolOutput(output: object): Promise<void>;
}

interface Session {
  readonly chat: AnyChat;
  readonly data: AnyPart[];
  readonly calls: AnyPart[];
  /** The reports of the ends of replies. */
  readonly ends: Readonly<Record<string, unknown>>[];
}

type Connect = (server: AiSdkServer, more?: object) => Session;

function session(make: (init: object) => unknown): Session {
  const [data, calls, ends] = [[] as AnyPart[], [] as AnyPart[], [] as Session['ends']];
  const init = {
    id: 'chat',
    onData: (part: AnyPart) => void data.push(part),
    onToolCall: ({ toolCall }: { toolCall: AnyPart }) => void calls.push(toolCall),
    onFinish: (end: Session['ends'][number]) => void ends.push(end),
  };
  return { chat: make(init) as AnyChat, data, calls, ends };
}

/** A chat of a version, over a state as the bindings of its frameworks have it. */
const connectTo =
  (version: Pick<typeof ai7, 'AbstractChat' | 'DefaultChatTransport'>): Connect =>
  ({ api }, more) =>
    session((init) => {
      const state = {
        status: 'ready',
        error: undefined,
        messages: [] as unknown[],
        pushMessage(message: unknown) {
          this.messages = [...this.messages, message];
        },
        popMessage() {
          this.messages = this.messages.slice(0, -1);
        },
        replaceMessage(at: number, message: unknown) {
          this.messages = this.messages.with(at, message);
        },
        snapshot: structuredClone,
      };
      class StateChat extends version.AbstractChat<ai7.UIMessage> {}
      const transport = new version.DefaultChatTransport({ api });
      return new StateChat({ generateId: () => crypto.randomUUID(), state, transport, ...init, ...more } as never);
    });

const clients: [string, Connect][] = [
  [
    '@ai-sdk/react',
    ({ api }, more) =>
      session((init) => new Chat({ transport: new ai7.DefaultChatTransport({ api }), ...init, ...more })),
  ],
  ['ai 7', connectTo(ai7)],
  ['ai 6', connectTo(ai6 as never)],
  ['ai 5', connectTo(ai5 as never)],
];

const lastOf = ({ chat }: Session) => chat.messages.at(-1)!;
const textIn = (message: AnyMessage) => message.parts.map(({ type, text }) => (type === 'text' ? text : '')).join('');
const partsIn = (message: AnyMessage, type: string) => message.parts.filter((part) => part.type === type);
const clean = (value: unknown) => JSON.parse(JSON.stringify(value)) as unknown;

describe.each(clients)('%s', (name, connect) => {
  it('reads every kind of part', async () => {
    const client = connect(await startAiSdkServer(replies));
    await client.chat.sendMessage({ text: 'everything' });
    expect(client.chat.error).toBe(undefined);
    const signed = (thoughtSignature: string) => ({ google: { thoughtSignature } });
    const executed = { type: 'dynamic-tool', state: 'output-available', providerExecuted: true };
    const call = { type: 'dynamic-tool', toolName: 'weather', state: 'input-available' };
    expect(lastOf(client).parts).toMatchObject([
      { type: 'step-start' },
      { type: 'reasoning', text: 'I think so.', state: 'done' },
      { type: 'text', text: 'Hello wörld 👋', state: 'done', providerMetadata: signed('c2lnMA==') },
      { type: 'text', text: ' See:', state: 'done' },
      { type: 'file', mediaType: 'image/png', url: 'data:image/png;base64,iVBORw0KGgo=' },
      { ...executed, toolName: 'code_execution', input: { code: 'print(1)' }, output: { output: '1' } },
      { ...executed, toolName: 'google_search_web', input: { query: 'sky' }, output: { hits: 3 } },
      { ...call, input: { city: 'Oslo' }, callProviderMetadata: signed('c2lnMQ==') },
      { ...call, input: { city: 'Rome' } },
      { type: 'text', text: '', state: 'done', providerMetadata: signed('c2lnMg==') },
      { type: 'source-url', url: 'https://a.example', title: 'A' },
      { type: 'source-document', title: 'Report', filename: 'report.pdf' },
    ]);
    expect(lastOf(client).metadata).toEqual({
      usage: {
        inputTokens: 10,
        inputTokenDetails: { noCacheTokens: 10 },
        outputTokens: 25,
        outputTokenDetails: { textTokens: 20, reasoningTokens: 5 },
        totalTokens: 35,
        reasoningTokens: 5,
      },
      model: 'gemini-2.5-flash',
    });
    expect(client.chat.status).toBe('ready');
    expect(client.ends).toMatchObject([{ finishReason: 'tool-calls', isAbort: false, isError: false }]);
    expect(client.calls.map(({ toolName }) => toolName)).toEqual(['weather', 'weather']);
  });

  it('reads a call whose arguments come in pieces', async () => {
    const client = connect(await startAiSdkServer(replies));
    await client.chat.sendMessage({ text: 'partial' });
    expect(partsIn(lastOf(client), 'dynamic-tool')).toMatchObject([
      { toolCallId: 'c1', toolName: 'weather', state: 'input-available', input: { city: 'Oslo' } },
    ]);
    expect(client.chat.error).toBe(undefined);
  });

  it.each([
    ['503', 'one two ', { kind: 'overloaded', retryable: true }],
    ['drop', 'one two ', { kind: 'network', retryable: true }],
    ['429', '', { kind: 'rate_limit', retryable: true, retryAfter: 7000, status: 429 }],
    ['safety', 'half an ans', { kind: 'safety', retryable: false, finishReason: 'SAFETY' }],
    ['blocked', '', { kind: 'blocked', retryable: false, blockReason: 'SAFETY' }],
    ['cut', 'half an ans', { kind: 'truncated', retryable: true }],
  ])('fails for %s, keeps the text, and learns the kind', async (prompt, text, error) => {
    const client = connect(await startAiSdkServer(replies));
    await client.chat.sendMessage({ text: prompt });
    expect(client.chat.status).toBe('error');
    expect(client.chat.error?.message).toMatch(/^[A-Z][a-z ;']+$/);
    expect(client.chat.messages.slice(1).map(textIn).join('')).toBe(text);
    expect(client.chat.messages.slice(1).flatMap((message) => partsIn(message, 'text'))).toEqual(
      text === '' ? [] : [expect.objectContaining({ state: 'done' })],
    );
    expect(client.data).toMatchObject([{ type: 'data-error', data: error }]);
    expect(JSON.stringify(client.data)).not.toContain('SECRET');
  });

  it('learns the waits of a reply, before and within its text, and keeps none of them in the message', async () => {
    const limiter = createRateLimiter({ concurrency: 1 });
    const content = { role: 'model', parts: [{ text: 'three' }] };
    const rest = { text: 'three', candidates: [{ index: 0, content, finishReason: 'STOP' }] };
    const pipe = protectReply({
      limit: limiter.limit(),
      retry: { count: 1, delay: 10, jitter: false },
      resume: { continueWith: () => of(rest) },
    });
    const server = await startAiSdkServer(
      ({ index }) =>
        index === 1
          ? { error: apiError({ code: 503 }) }
          : { chunks: ['one ', 'two '], pace: 100, ...(index === 2 && { dropAfter: { chunks: 1 } }) },
      { pipe },
    );
    const [first, second] = [connect(server), connect(server)];
    const sent = first.chat.sendMessage({ text: 'a' });
    await expect.poll(() => server.emulator.requests.length).toBe(1);
    await second.chat.sendMessage({ text: 'b' });
    await sent;
    expect(first.data).toEqual([]);
    expect(second.data).toMatchObject([
      { type: 'data-queued', data: { position: 1 } },
      { type: 'data-queued', data: { position: 0 } },
      { type: 'data-retrying', data: { attempt: 1, delay: 10, kind: 'overloaded' } },
      { type: 'data-retrying', data: { attempt: 1, delay: 0, kind: 'overloaded' } },
      { type: 'data-retrying', data: { attempt: 1, delay: 0, kind: 'truncated' } },
      { type: 'data-resumed', data: { attempt: 1, kind: 'truncated' } },
    ]);
    expect(lastOf(second).parts).toMatchObject([{ type: 'step-start' }, { type: 'text', text: 'one three' }]);
    expect(second.chat.status).toBe('ready');
  });

  it('reports a reply at the limit of tokens', async () => {
    const client = connect(await startAiSdkServer(replies));
    await client.chat.sendMessage({ text: 'long' });
    expect(client.ends).toMatchObject([{ finishReason: 'length' }]);
  });

  it('keeps the messages apart, and regenerates one', async () => {
    const server = await startAiSdkServer(replies);
    const client = connect(server);
    await client.chat.sendMessage({ text: 'one' });
    await client.chat.sendMessage({ text: 'two' });
    expect(client.chat.messages.map(textIn)).toEqual(['one', 'You said: one', 'two', 'You said: two']);
    await client.chat.regenerate();
    expect(client.chat.messages.map(textIn)).toEqual(['one', 'You said: one', 'two', 'You said: two']);
    expect(server.contents()[2]).toEqual(server.contents()[1]);
    expect(server.contents()[1]).toEqual([
      { role: 'user', parts: [{ text: 'one' }] },
      { role: 'model', parts: [{ text: 'You said: one' }] },
      { role: 'user', parts: [{ text: 'two' }] },
    ]);
  });

  it('closes the socket of Gemini when it stops, and continues with the text so far', async () => {
    const server = await startAiSdkServer(replies);
    const client = connect(server);
    const sent = client.chat.sendMessage({ text: 'slow' });
    await expect.poll(() => client.chat.messages.length > 1 && textIn(lastOf(client)).length).toBeGreaterThan(10);
    await client.chat.stop();
    await sent;
    const [exchange] = server.emulator.requests;
    await exchange!.closed;
    expect(exchange).toMatchObject({ closedEarly: true });
    expect(exchange!.chunksSent).toBeLessThan(400);
    expect(client.ends).toMatchObject([{ isAbort: true }]);
    const text = textIn(lastOf(client));
    await client.chat.sendMessage({ text: 'go on' });
    expect(server.contents()[1]).toMatchObject([
      {},
      { role: 'model', parts: [{ text }] },
      { parts: [{ text: 'go on' }] },
    ]);
    expect(textIn(lastOf(client))).toBe('You said: go on');
  });

  it('returns the outputs of its tools, signatures and a picture in the next request', async () => {
    const server = await startAiSdkServer(replies);
    const client = connect(server);
    await client.chat.sendMessage({ text: 'everything' });
    const [oslo] = client.calls;
    await client.chat.addToolOutput({ tool: 'weather', toolCallId: oslo!['toolCallId'], output: { sky: 'grey' } });
    const url = 'data:image/png;base64,iVBORw0KGgo=';
    await client.chat.sendMessage({ text: 'And this?', files: [{ type: 'file', mediaType: 'image/png', url }] });
    const inlineData = { mimeType: 'image/png', data: 'iVBORw0KGgo=' };
    const unanswered = { error: 'The call was not answered.' };
    expect(server.contents()[1]).toEqual([
      { role: 'user', parts: [{ text: 'everything' }] },
      {
        role: 'model',
        parts: [
          { text: 'Hello wörld 👋', thoughtSignature: 'c2lnMA==' },
          { text: ' See:' },
          // The AI SDK 5 drops the metadata of files.
          { inlineData, ...(name !== 'ai 5' && { thoughtSignature: 'c2lnMw==' }) },
          { functionCall: { name: 'weather', args: { city: 'Oslo' } }, thoughtSignature: 'c2lnMQ==' },
          { functionCall: { name: 'weather', args: { city: 'Rome' } } },
          { text: '', thoughtSignature: 'c2lnMg==' },
        ],
      },
      {
        role: 'user',
        parts: [
          { functionResponse: { name: 'weather', response: { sky: 'grey' } } },
          { functionResponse: { name: 'weather', response: unanswered } },
        ],
      },
      { role: 'user', parts: [{ inlineData }, { text: 'And this?' }] },
    ]);
    expect(client.chat.status).toBe('ready');
  });

  it('continues a message with the outputs of its tools', async () => {
    const call = (id: string) => ({
      chunks: [raw({ functionCall: { name: 'place', args: { id } } }), finish] as never,
    });
    const finish = { candidates: [{ index: 0, finishReason: 'STOP' }] };
    const server = await startAiSdkServer(({ index }) => (index < 2 ? call(String(index)) : { text: 'You are home' }));
    const { lastAssistantMessageIsCompleteWithToolCalls: sendAutomaticallyWhen } = ai7;
    const client = connect(server, { sendAutomaticallyWhen });
    await client.chat.sendMessage({ text: 'Where am I?' });
    for (const output of ['here', { at: 'home' }]) {
      const calls = client.calls.length;
      const { toolCallId } = client.calls.at(-1)!;
      await client.chat.addToolOutput({ tool: 'place', toolCallId, output });
      await expect
        .poll(() => client.chat.status === 'ready' && client.calls.length + client.ends.length)
        .toBeGreaterThan(calls + 1);
    }
    await expect.poll(() => textIn(lastOf(client))).toBe('You are home');
    expect(client.chat.messages).toHaveLength(2);
    expect(partsIn(lastOf(client), 'dynamic-tool')).toMatchObject([
      { state: 'output-available', output: 'here' },
      { state: 'output-available', output: { at: 'home' } },
    ]);
    const functionCall = (id: string) => ({
      role: 'model',
      parts: [{ functionCall: { name: 'place', args: { id } } }],
    });
    const answer = (response: object) => ({ role: 'user', parts: [{ functionResponse: { name: 'place', response } }] });
    expect(server.contents()[2]).toEqual([
      { role: 'user', parts: [{ text: 'Where am I?' }] },
      functionCall('0'),
      answer({ output: 'here' }),
      functionCall('1'),
      answer({ at: 'home' }),
    ]);
  });

  it('reads the tools of the server as steps of one message', async () => {
    const chunks = [
      raw({ functionCall: { name: 'weather', args: { city: 'Oslo' } } }, { functionCall: { name: 'time', args: {} } }),
      { candidates: [{ index: 0, finishReason: 'STOP' }], usageMetadata: { promptTokenCount: 5, totalTokenCount: 5 } },
    ];
    const tools = {
      weather: { declaration: {}, run: () => ({ sky: 'blue' }) },
      time: {
        declaration: {},
        run: () => {
          throw new Error('No clock');
        },
      },
    };
    const server = await startAiSdkServer(
      ({ index }) =>
        index === 0
          ? { chunks: chunks as never }
          : { text: 'It is blue', usage: { promptTokenCount: 7, totalTokenCount: 9 } },
      { tools },
    );
    const client = connect(server);
    await client.chat.sendMessage({ text: 'Sky?' });
    expect(clean(lastOf(client).parts)).toMatchObject([
      { type: 'step-start' },
      { type: 'dynamic-tool', toolName: 'weather', state: 'output-available', output: { sky: 'blue' } },
      {
        type: 'dynamic-tool',
        toolName: 'time',
        state: 'output-error',
        errorText: expect.stringContaining('No clock') as string,
      },
      { type: 'step-start' },
      { type: 'text', text: 'It is blue', state: 'done' },
    ]);
    expect(lastOf(client).metadata).toMatchObject({ usage: { inputTokens: 12, totalTokens: 14 } });
    expect(client.ends).toMatchObject([{ finishReason: 'stop' }]);
    const loop = server.contents()[1] as unknown[];
    await client.chat.sendMessage({ text: 'Thanks' });
    expect((server.contents()[2] as unknown[]).slice(0, loop.length)).toEqual(loop);
  });
});
