import { describe, expect, it } from 'vitest';
import { apiError } from '../../../src/emulator/apiError.js';
import type { EmulatorAnswer } from '../../../src/emulator/scenario.js';
import type { InteractionEvent } from '../../../src/interaction/interactionEvent.js';
import type { InteractionStep } from '../../../src/interaction/interactionStep.js';
import {
  answerIn,
  create,
  createStream,
  eventsIn,
  input,
  INTERACTIONS,
  json,
  state,
  typesOf,
} from './interactionWire.js';
import { dataOf, post, start, STREAM, textOf } from '../wire.js';

/** The events of an answer, and the steps of the same answer in one piece. */
async function answersOf(reply: EmulatorAnswer, body: object = input('Hi')) {
  const emulator = await start({ reply });
  const events = eventsIn(await createStream(emulator, body));
  const whole = await create(emulator, body);
  const last = events.at(-1);
  const end = last?.event_type === 'interaction.completed' ? last.interaction : undefined;
  return { emulator, events, whole, end, steps: whole.steps ?? [] };
}

const parts = (...list: object[]) => ({ candidates: [{ content: { parts: list } }] });

describe('one answer for both APIs', () => {
  it('is a text', async () => {
    const { emulator, events, steps } = await answersOf('Hello there, my friend');
    expect(answerIn(events)).toBe('Hello there, my friend');
    expect(steps).toEqual([{ type: 'model_output', content: [{ type: 'text', text: 'Hello there, my friend' }] }]);
    expect(textOf(dataOf(await (await post(emulator, STREAM)).text()))).toBe('Hello there, my friend');
  });

  it('is a list of chunks, a delta each', async () => {
    const { events } = await answersOf(['Hel', 'lo']);
    const deltas = events.filter((event) => event.event_type === 'step.delta');
    expect(deltas.map(({ delta }) => delta)).toEqual([
      { type: 'text', text: 'Hel' },
      { type: 'text', text: 'lo' },
    ]);
  });

  it('becomes thoughts, signatures, answers, calls and results', async () => {
    const { steps, end } = await answersOf([
      parts({ text: 'Hmm, ', thought: true }),
      parts({ text: 'well.', thought: true, thoughtSignature: 'S1' }),
      parts({ text: 'Look: ' }, { inlineData: { mimeType: 'image/png', data: 'AA==' } }),
      parts({ executableCode: { code: 'print(1)', language: 'PYTHON' } }),
      parts({ codeExecutionResult: { outcome: 'OUTCOME_OK', output: '1' } }),
      parts({ toolCall: { id: 's', toolType: 'GOOGLE_SEARCH_WEB', args: { queries: ['q'] } } }),
      parts({ functionCall: { id: 'c', name: 'getWeather', args: { city: 'Köln' } }, thoughtSignature: 'S2' }),
    ]);
    expect(steps).toMatchObject([
      { type: 'thought', summary: [{ type: 'text', text: 'Hmm, well.' }], signature: 'S1' },
      {
        type: 'model_output',
        content: [
          { type: 'text', text: 'Look: ' },
          { type: 'image', mime_type: 'image/png', data: 'AA==' },
        ],
      },
      { type: 'code_execution_call', arguments: { code: 'print(1)', language: 'python' } },
      { type: 'code_execution_result', result: '1' },
      { type: 'google_search_call', id: 's', arguments: { queries: ['q'] } },
      { type: 'function_call', id: 'c', name: 'getWeather', arguments: { city: 'Köln' }, signature: 'S2' },
    ]);
    expect(end?.status).toBe('requires_action');
  });

  it('cites its sources', async () => {
    const citation = { uri: 'https://a.example', title: 'A', startIndex: 0, endIndex: 4 };
    const candidate = { content: { parts: [{ text: 'Text' }] }, citationMetadata: { citations: [citation] } };
    const { steps } = await answersOf([{ candidates: [candidate] }]);
    expect(steps[0]?.content?.[0]?.annotations).toEqual([
      { type: 'url_citation', url: 'https://a.example', title: 'A', start_index: 0, end_index: 4 },
    ]);
  });

  it('sends the arguments of a call as pieces of JSON', async () => {
    const args = { text: 'A city far away 👩‍💻 from here' };
    const { events } = await answersOf([parts({ functionCall: { id: 'c', name: 'f', args } })]);
    const start = events.find((event) => event.event_type === 'step.start');
    expect(start?.step).toEqual({ type: 'function_call', id: 'c', name: 'f', arguments: {} });
    const pieces = events.flatMap((event) =>
      event.event_type === 'step.delta' ? (event.delta.arguments as string) : [],
    );
    expect(pieces.length).toBeGreaterThan(1);
    expect(JSON.parse(pieces.join(''))).toEqual(args);
  });

  it('is sent as a raw body', async () => {
    const { emulator } = await answersOf({ text: '' });
    const raw = await start({ reply: { body: 'event: x\ndata: {}\n\n' } });
    expect(await createStream(raw)).toBe('event: x\ndata: {}\n\n');
    expect(raw.requests[0]!.interactionId).toBeUndefined();
    await emulator.close();
  });
});

describe('the token counts', () => {
  it('are estimates by default, and equal in the last event and in a `get`', async () => {
    const { end, whole } = await answersOf('12345678');
    const usage = { total_input_tokens: 1, total_output_tokens: 2, total_tokens: 3 };
    expect(end?.usage).toMatchObject(usage);
    expect(whole.usage).toMatchObject(usage);
  });

  it('are those of the scenario, of its interaction, or none', async () => {
    const counts = { promptTokenCount: 7, candidatesTokenCount: 8, thoughtsTokenCount: 9, totalTokenCount: 24 };
    const usage = { total_input_tokens: 7, total_output_tokens: 8, total_thought_tokens: 9, total_tokens: 24 };
    expect((await answersOf({ text: 'a', usage: counts })).end?.usage).toEqual(usage);
    expect((await answersOf({ text: 'a', interaction: { usage: { total_tokens: 5 } } })).end?.usage).toEqual({
      total_tokens: 5,
    });
    expect((await answersOf({ text: 'a', usage: null })).end).not.toHaveProperty('usage');
    expect((await answersOf({ text: 'a', interaction: { usage: null } })).whole).not.toHaveProperty('usage');
    const steps = [{ type: 'thought', summary: [{ type: 'text', text: '12345678' }] }];
    expect((await answersOf({ interaction: { steps } })).end?.usage).toMatchObject({ total_thought_tokens: 2 });
  });
});

describe('the status at the end', () => {
  it.each([
    [{ text: 'a' }, 'completed'],
    [{ text: 'a', finishReason: 'MAX_TOKENS' }, 'incomplete'],
    [{ chunks: [parts({ functionCall: { id: 'c', name: 'f' } })] }, 'requires_action'],
    [{ text: 'a', continuation: 'b' }, 'requires_continuation'],
    [{ interaction: { status: 'cancelled' } }, 'cancelled'],
    [{ interaction: { status: 'budget_exceeded' } }, 'budget_exceeded'],
    [{ interaction: { status: 'something_new' } }, 'something_new'],
    [{ interaction: { error: { code: 'deadline_exceeded' } } }, 'failed'],
  ] as const)('of %j is %s', async (reply, status) => {
    const { end, whole } = await answersOf(reply);
    expect([end?.status, whole.status]).toEqual([status, status]);
  });

  it('is not `requires_action` if the call is answered', async () => {
    const steps: InteractionStep[] = [
      { type: 'function_call', id: 'c', name: 'f', arguments: {} },
      { type: 'function_result', call_id: 'c', name: 'f', result: 'r' },
    ];
    expect((await answersOf({ interaction: { steps } })).end?.status).toBe('completed');
    expect((await answersOf({ interaction: { steps: steps.slice(0, 1) } })).end?.status).toBe('requires_action');
  });

  it('has the errors of a run that fails', async () => {
    const { end, whole } = await answersOf({ interaction: { error: { code: 'deadline_exceeded', message: 'late' } } });
    expect(end).toMatchObject({ errors: [{ code: 'deadline_exceeded', message: 'late' }] });
    expect(whole).toMatchObject({ errors: [{ code: 'deadline_exceeded', message: 'late' }] });
  });

  it.each([
    [{ text: 'a', finishReason: 'SAFETY' }, 'safety'],
    [{ text: 'a', finishReason: 'OTHER' }, 'api_error'],
    [{ chunks: [{ promptFeedback: { blockReason: 'PROHIBITED_CONTENT' } }] }, 'prohibited_content'],
    [{ chunks: [{ promptFeedback: { blockReason: 'OTHER' } }] }, 'content_blocked'],
  ])('of %j is an error: %s', async (reply, code) => {
    const { events, emulator } = await answersOf(reply);
    expect(events.at(-1)).toMatchObject({ event_type: 'error', error: { code } });
    expect(await json(emulator, 'POST', INTERACTIONS, input('Hi'))).toMatchObject({
      status: code === 'api_error' ? 500 : 400,
      body: { error: { code } },
    });
  });

  it('is missing without a finish reason', async () => {
    const { events, whole } = await answersOf({ text: 'a', finishReason: null });
    expect(typesOf(events).at(-1)).toBe('step.stop');
    expect(whole.status).toBe('in_progress');
  });

  it('is an error if an iterable throws', async () => {
    async function* chunks() {
      yield 'Hello';
      throw new Error('no more');
    }
    const emulator = await start({ reply: { chunks: chunks() } });
    const events = eventsIn(await createStream(emulator));
    expect(answerIn(events)).toBe('Hello');
    expect(events.at(-1)).toMatchObject({
      event_type: 'error',
      error: { code: 'api_error', message: 'Error: no more' },
    });
  });
});

describe('steps', () => {
  it('are sent as they are, each type', async () => {
    const steps: InteractionStep[] = [
      { type: 'thought', summary: [{ type: 'text', text: 'Let me think about this' }], signature: 'S' },
      { type: 'google_search_call', id: 's', arguments: { queries: ['a', 'b'] }, signature: 'T' },
      { type: 'google_search_result', call_id: 's', result: [{ search_suggestions: 'x' }] },
      { type: 'mcp_server_tool_call', id: 'm', name: 'n', server_name: 'v', arguments: { a: 1 } },
      {
        type: 'model_output',
        content: [
          { type: 'text', text: 'See 日本語 🌍.', annotations: [{ type: 'url_citation', url: 'https://a.example' }] },
          { type: 'image', mime_type: 'image/png', data: 'AA==' },
        ],
      },
      { type: 'function_call', id: 'c', name: 'f', arguments: { deep: { list: [1, 2] } }, signature: 'U' },
    ];
    const { events, steps: whole } = await answersOf({ interaction: { steps } });
    expect(whole).toEqual(steps);
    expect(events.filter((event) => event.event_type === 'step.stop')).toHaveLength(steps.length);
  });

  it('leave `generateContent` to the text', async () => {
    const emulator = await start({ reply: { text: 'Text', interaction: { steps: [{ type: 'thought' }] } } });
    expect(textOf(dataOf(await (await post(emulator, STREAM)).text()))).toBe('Text');
    expect((await create(emulator)).steps).toEqual([{ type: 'thought' }]);
  });
});

describe('events', () => {
  const events: InteractionEvent[] = [
    { event_type: 'interaction.created', interaction: { id: 'mine', status: 'in_progress' }, event_id: 'e1' },
    { event_type: 'step.start', index: 0, step: { type: 'model_output' } },
    { event_type: 'step.delta', index: 0, delta: { type: 'text', text: 'Hi' }, event_id: 'e2' },
  ];

  it('are sent unchanged, and the run has their id and their state', async () => {
    const emulator = await start({ reply: { interaction: { events } } });
    expect(eventsIn(await createStream(emulator, input('Hi', { background: true })))).toEqual(events);
    expect(emulator.requests[0]!.interactionId).toBe('mine');
    expect(await state(emulator, 'mine')).toMatchObject({
      id: 'mine',
      status: 'in_progress',
      steps: [{ type: 'model_output', content: [{ text: 'Hi' }] }],
    });
  });

  it('may be of any type', async () => {
    const emulator = await start({ reply: { interaction: { events: [{ event_type: 'news', x: 1 }, { y: 2 }] } } });
    expect(await createStream(emulator)).toBe(
      'event: news\ndata: {"event_type":"news","x":1}\n\ndata: {"y":2}\n\nevent: done\ndata: [DONE]\n\n',
    );
  });
});

describe('an error', () => {
  it.each([
    [{ error: apiError({ code: 429 }) }, 429, 'rate_limit_exceeded'],
    [{ error: { error: { code: 'quota_exceeded', message: 'no' } } }, 429, 'quota_exceeded'],
    [{ error: { error: { code: 'safety', message: 'no' } } }, 400, 'safety'],
    [{ status: 503 }, 503, 'service_unavailable'],
    [{ status: 418 }, 418, 'i_m_a_teapot'],
    [{ status: 404, error: { error: { code: 'gone_again', message: 'no' } } }, 404, 'gone_again'],
  ])('of %j has status %i and code %s', async (reply, status, code) => {
    const emulator = await start({ reply });
    expect(await json(emulator, 'POST', INTERACTIONS, input('Hi', { stream: true }))).toMatchObject({
      status,
      body: { error: { code, message: expect.any(String) as unknown } },
    });
    expect(emulator.requests[0]!.interactionId).toBeUndefined();
  });
});

describe('the default answer', () => {
  it('quotes the prompt of either API, and thinks if it is asked to', async () => {
    const emulator = await start({ reply: {} });
    const config = { generation_config: { thinking_summaries: 'auto' } };
    const { steps } = await create(emulator, input('What is love?', config));
    expect(steps?.map(({ type }) => type)).toEqual(['thought', 'model_output']);
    expect(steps?.[1]?.content?.[0]?.text).toContain('> What is love?');
    const agent = { agent: 'deep-research-x', input: 'What?', agent_config: { thinking_summaries: 'auto' } };
    expect((await create(emulator, agent)).steps).toHaveLength(2);
  });

  it('honours the limit on its length', async () => {
    const limited = input('Hi', { generation_config: { max_output_tokens: 4 } });
    expect(await create(await start({ reply: {} }), limited)).toMatchObject({
      status: 'incomplete',
      steps: [{ content: [{ text: 'You asked:\n\n> Hi' }] }],
    });
  });
});
