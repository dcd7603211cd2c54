import { HttpAgent, type AgentSubscriber, type BaseEvent, type Message } from '@ag-ui/client';
import { HttpAgent as OldHttpAgent } from '@ag-ui/client-old';
import { answerContents, type GeminiContent } from 'rxjs-gemini';
import { configFromAgUi, contentsFromAgUi } from 'rxjs-gemini/ag-ui';
import { apiError, type EmulatorReply } from 'rxjs-gemini/emulator';
import { afterEach, beforeEach, describe, expect, it, vi, type MockInstance } from 'vitest';
import { everyKind, model, partialCall, raw, startAgUiServer, type AgUiServer } from './agUiServer.js';

/** The clients print deviations from the protocol. */
let printed: MockInstance[] = [];
beforeEach(() => {
  printed = [vi.spyOn(console, 'warn'), vi.spyOn(console, 'error')].map((spy) => spy.mockImplementation(() => {}));
});
afterEach(() => {
  const lines = printed.flatMap(({ mock }) => mock.calls);
  vi.restoreAllMocks();
  expect(lines).toEqual([]);
});

/** The result of a run, as its client sees it. */
interface Outcome {
  readonly messages: Message[];
  readonly events: BaseEvent[];
  readonly error: { readonly message?: unknown; readonly code?: unknown; readonly metadata?: unknown } | undefined;
}

async function run(agent: HttpAgent): Promise<Outcome> {
  const events: BaseEvent[] = [];
  const onEvent: AgentSubscriber['onEvent'] = ({ event }) => void events.push(event);
  const { newMessages } = await agent.runAgent({}, { onEvent });
  return { messages: newMessages, events, error: events.find(({ type }) => String(type) === 'RUN_ERROR') };
}

const ask = (agent: HttpAgent, content: string): Promise<Outcome> => {
  agent.addMessage({ id: crypto.randomUUID(), role: 'user', content });
  return run(agent);
};

const callsOf = ({ messages }: Outcome) =>
  messages.flatMap((each) => (each.role === 'assistant' && each.toolCalls) || []);
const textOf = ({ messages }: Outcome) => messages.map(({ content }) => content).join('');
const finishOf = ({ events }: Outcome) => events.at(-1);

const replies: EmulatorReply = ({ prompt }) => {
  switch (prompt) {
    case 'everything':
      return { chunks: everyKind as never };
    case 'partial':
      return { chunks: partialCall as never };
    case '503':
      return { chunks: ['one ', 'two ', 'three '], errorAfter: { chunks: 2 } };
    case 'drop':
      return { chunks: ['one ', 'two ', 'three '], dropAfter: { chunks: 2 } };
    case '429':
      return { error: apiError({ code: 429, message: 'SECRET', retryDelay: 7000 }) };
    case 'safety':
      return { chunks: ['half an ans'], finishReason: 'SAFETY' };
    case 'blocked':
      return { chunks: [{ promptFeedback: { blockReason: 'SAFETY' } }] as never };
    case 'slow':
      return { chunks: Array.from({ length: 500 }, (_, index) => `w${String(index)} `), pace: 20 };
    default:
      return { text: `You said: ${prompt}` };
  }
};

describe.each<[string, (server: AgUiServer) => HttpAgent]>([
  ['1.0.0', ({ url }) => new HttpAgent({ url })],
  ['0.0.59', ({ url }) => new OldHttpAgent({ url }) as unknown as HttpAgent],
])('HttpAgent %s', (version, connect) => {
  const isOld = version !== '1.0.0';

  it('reads texts, thoughts, parallel calls without ids, parts, sources and token counts', async () => {
    const outcome = await ask(connect(await startAgUiServer(replies)), 'everything');
    expect(outcome.messages.map(({ role, content }) => [role, content])).toEqual([
      ['reasoning', 'I think about it.'],
      ['assistant', 'Hello wörld 👋'],
      ['assistant', ' See:'],
    ]);
    expect(
      callsOf(outcome).map((call) => [JSON.parse(call.function.arguments) as unknown, call.encryptedValue]),
    ).toEqual([
      [{ city: 'Oslo' }, 'c2lnMQ=='],
      [{ city: 'Rome' }, undefined],
    ]);
    const customs = outcome.events.flatMap(({ type, ...event }) => (String(type) === 'CUSTOM' ? [event['name']] : []));
    expect(customs).toEqual(['gemini.part', 'gemini.part', 'gemini.part', 'gemini.sources']);
    expect(finishOf(outcome)).toMatchObject({
      type: 'RUN_FINISHED',
      usage: [{ provider: 'google', model, inputTokens: 10, outputTokens: 25, totalTokens: 35, reasoningTokens: 5 }],
    });
  });

  it('reads streamed arguments', async () => {
    const outcome = await ask(connect(await startAgUiServer(replies)), 'partial');
    expect(callsOf(outcome)).toEqual([
      { id: 'c1', type: 'function', function: { name: 'weather', arguments: '{"city":"Oslo"}' } },
    ]);
    expect(outcome.events.filter(({ type }) => String(type) === 'TOOL_CALL_ARGS')).toHaveLength(3);
  });

  it.each([
    ['503', 'one two ', 'overloaded'],
    ['drop', 'one two ', 'truncated'],
    ['429', '', 'rate_limit'],
    ['safety', 'half an ans', 'safety'],
    ['blocked', '', 'blocked'],
  ])('gets the failure %s, after the text', async (prompt, text, code) => {
    const server = await startAgUiServer(replies);
    const outcome = await ask(connect(server), prompt);
    expect(textOf(outcome)).toBe(text);
    expect(outcome.error).toMatchObject({ code });
    expect(JSON.stringify(outcome.events)).not.toContain('SECRET');
    if (code === 'rate_limit') expect(outcome.error?.metadata).toMatchObject({ retryAfter: 7000 });
  });

  it('makes messages of its own in each run', async () => {
    const agent = connect(await startAgUiServer(replies));
    for (const prompt of ['one', 'two', 'three']) await ask(agent, prompt);
    expect(agent.messages.map(({ content }) => content)).toEqual([
      ...['one', 'You said: one', 'two', 'You said: two', 'three', 'You said: three'],
    ]);
  });

  it('returns signatures, the results of its tools and pictures with the next run', async () => {
    const server = await startAgUiServer(replies);
    const agent = connect(server);
    for (const { id } of callsOf(await ask(agent, 'everything'))) {
      agent.addMessage({ id: `result-${id}`, role: 'tool', toolCallId: id, content: '{"sky":"grey"}' });
    }
    agent.addMessage({
      id: 'picture',
      role: 'user',
      content: [
        { type: 'text', text: 'And this?' },
        { type: 'image', source: { type: 'data', value: 'iVBORw0KGgo=', mimeType: 'image/png' } },
      ],
    });
    await run(agent);
    const answer = { functionResponse: { name: 'weather', response: { sky: 'grey' } } };
    const sent: GeminiContent[] = [
      { role: 'user', parts: [{ text: 'everything' }] },
      {
        role: 'model',
        parts: [
          { text: 'Hello wörld 👋' },
          { text: ' See:', thoughtSignature: 'c2lnMg==' },
          { functionCall: { name: 'weather', args: { city: 'Oslo' } }, thoughtSignature: 'c2lnMQ==' },
          { functionCall: { name: 'weather', args: { city: 'Rome' } } },
        ],
      },
      { role: 'user', parts: [answer, answer] },
      {
        role: 'user',
        parts: [{ text: 'And this?' }, { inlineData: { data: 'iVBORw0KGgo=', mimeType: 'image/png' } }],
      },
    ];
    expect(server.contents.at(-1)).toEqual(sent);
    expect(server.emulator.requests.at(-1)?.body).toMatchObject({ contents: sent });
  });

  it('closes the socket to Gemini when it aborts', async () => {
    const server = await startAgUiServer(replies);
    const agent = connect(server);
    agent.addMessage({ id: 'u', role: 'user', content: 'slow' });
    const running = agent.runAgent({}, { onTextMessageContentEvent: () => agent.abortRun() });
    await running.catch(() => {});
    const request = server.emulator.requests[0];
    await request?.closed;
    expect(request?.closedEarly).toBe(true);
    expect(request?.chunksSent).toBeLessThan(500);
  });

  it('reads the steps of a tool loop on the server, and returns them', async () => {
    let requests = 0;
    const called = raw(
      [
        { text: 'Let me see. ' },
        { functionCall: { name: 'weather', args: { city: 'Oslo' } }, thoughtSignature: 's1' },
        { functionCall: { name: 'door', args: {} } },
      ],
      { finishReason: 'STOP' },
    );
    const server = await startAgUiServer(
      () => (++requests === 1 ? { chunks: [called] as never } : 'Grey.'),
      (ai, input) => {
        const { tools: declaredTools } = configFromAgUi(input);
        const weather = { declaration: {}, run: () => ({ sky: 'grey' }) };
        const contents = contentsFromAgUi(input);
        return answerContents(ai, { model, contents, declaredTools, tools: { weather } });
      },
    );
    const agent = connect(server);
    agent.addMessage({ id: 'u', role: 'user', content: 'Sky?' });
    const tools = [{ name: 'door', description: 'Opens the door.', parameters: { type: 'object' } }];
    const pending: unknown[] = [];
    await agent.runAgent(
      { tools },
      { onRunFinishedEvent: (end) => void pending.push((end as { pendingToolCallIds?: string[] }).pendingToolCallIds) },
    );
    const messages = agent.messages.slice(1);
    expect(messages.map(({ role, content }) => [role, content])).toEqual([
      ['assistant', 'Let me see. '],
      ['tool', '{"sky":"grey"}'],
    ]);
    const door = messages.flatMap((each) => (each.role === 'assistant' && each.toolCalls) || [])[1];
    expect(pending).toEqual([isOld ? undefined : [door?.id]]);
    agent.addMessage({ id: 'd', role: 'tool', toolCallId: door?.id ?? '', content: 'open' });
    await agent.runAgent({ tools });
    expect(agent.messages.at(-1)?.content).toBe('Grey.');
    expect(server.emulator.requests.at(-1)?.body).toMatchObject({
      contents: [
        { role: 'user', parts: [{ text: 'Sky?' }] },
        {
          role: 'model',
          parts: [
            { text: 'Let me see. ' },
            { functionCall: { name: 'weather', args: { city: 'Oslo' } }, thoughtSignature: 's1' },
            { functionCall: { name: 'door', args: {} } },
          ],
        },
        {
          role: 'user',
          parts: [
            { functionResponse: { name: 'weather', response: { sky: 'grey' } } },
            { functionResponse: { name: 'door', response: { output: 'open' } } },
          ],
        },
      ],
    });
  });
});
