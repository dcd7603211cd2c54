import { GoogleGenAI } from '@google/genai';
import { describe, expect, it } from 'vitest';
import type { EmulatorRequest } from '../../../src/emulator/exchange.js';
import type { Emulator, EmulatorOptions } from '../../../src/emulator/startEmulator.js';
import type { InteractionEvent } from '../../../src/interaction/interactionEvent.js';
import {
  answerIn,
  create,
  createStream,
  eventsIn,
  idIn,
  input,
  INTERACTIONS,
  json,
  resume,
  state,
  typesOf,
} from './interactionWire.js';
import { post, start, until } from '../wire.js';

const client = ({ url }: Emulator) => new GoogleGenAI({ apiKey: 'any', httpOptions: { baseUrl: url } }).interactions;

async function collect(stream: unknown): Promise<InteractionEvent[]> {
  const events: InteractionEvent[] = [];
  for await (const event of stream as AsyncIterable<InteractionEvent>) events.push(event);
  return events;
}

/** Holds a model back until the test lets it write. */
function heldBack(text: string): { chunks: AsyncIterable<string>; release: () => void } {
  let release = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  async function* chunks() {
    yield 'Begun. ';
    await released;
    yield text;
  }
  return { chunks: chunks(), release };
}

const model = 'gemini-2.5-flash';

describe('the SDK', () => {
  it('creates an interaction whole', async () => {
    const emulator = await start({ reply: 'Hello there' });
    const created = await client(emulator).create({ model, input: 'Hi' });
    expect(created).toMatchObject({ status: 'completed', model, usage: { total_input_tokens: 1 } });
    expect(created.steps).toEqual([{ type: 'model_output', content: [{ type: 'text', text: 'Hello there' }] }]);
    expect(emulator.requests[0]).toMatchObject({ action: 'createInteraction', model, interactionId: created.id });
  });

  it('streams an interaction', async () => {
    const emulator = await start({ reply: 'One two three four five' });
    const events = await collect(await client(emulator).create({ model, input: 'Hi', stream: true }));
    expect(typesOf(events)).toEqual([
      'interaction.created',
      'interaction.status_update',
      'step.start',
      'step.delta',
      'step.delta',
      'step.stop',
      'interaction.completed',
    ]);
    expect(answerIn(events)).toBe('One two three four five');
    expect(events.some((event) => 'event_id' in event)).toBe(false);
    await emulator.requests[0]!.closed;
    expect(emulator.requests[0]).toMatchObject({ chunksSent: 7, finished: true, closedEarly: false });
  });

  it('runs an agent in the background, follows it, and resumes after an event', async () => {
    const model = heldBack('Ended.');
    const emulator = await start({ reply: { chunks: model.chunks } });
    const interactions = client(emulator);
    const { id, status } = await interactions.create({ agent: 'deep-research-x', input: 'Go', background: true });
    expect(status).toBe('in_progress');
    const stream = (await interactions.get(id, { stream: true })) as AsyncIterable<InteractionEvent>;
    const first: InteractionEvent[] = [];
    for await (const event of stream) {
      first.push(event);
      if (answerIn(first) === 'Begun. ') break;
    }
    await emulator.requests[1]!.closed;
    expect(emulator.requests[1]).toMatchObject({ closedEarly: true, interactionId: id });
    expect(await interactions.get(id)).toMatchObject({ status: 'in_progress', agent: 'deep-research-x' });
    model.release();
    const last = first.at(-1)!.event_id!;
    const rest = await collect(await interactions.get(id, { stream: true, last_event_id: last }));
    expect(answerIn([...first, ...rest])).toBe('Begun. Ended.');
    expect([...first, ...rest].every((event) => event.event_id)).toBe(true);
    expect(await interactions.get(id)).toMatchObject({
      status: 'completed',
      steps: [{ content: [{ text: 'Begun. Ended.' }] }],
    });
  });

  it('cancels a run in the background, and only such a run', async () => {
    const emulator = await start({ reply: { chunks: heldBack('').chunks } });
    const interactions = client(emulator);
    const { id } = await interactions.create({ model, input: 'Go', background: true });
    const following = resume(emulator, id);
    await until(() => emulator.requests[1]?.chunksSent === 4);
    expect(await interactions.cancel(id)).toMatchObject({ id, status: 'cancelled' });
    expect(eventsIn(await following).at(-1)).toMatchObject({
      event_type: 'interaction.completed',
      interaction: { status: 'cancelled' },
    });
    await expect(interactions.cancel(id)).rejects.toMatchObject({ status: 400 });
    await expect(interactions.cancel('nobody')).rejects.toMatchObject({ status: 404 });
    const foreground = new AbortController();
    const body = JSON.stringify(input('Go', { stream: true }));
    await fetch(emulator.url + INTERACTIONS, { method: 'POST', body, signal: foreground.signal });
    await until(() => emulator.requests.at(-1)?.interactionId !== undefined);
    await expect(interactions.cancel(emulator.requests.at(-1)!.interactionId!)).rejects.toMatchObject({ status: 400 });
    foreground.abort();
  });

  it('deletes an interaction', async () => {
    const emulator = await start({ reply: 'Hello' });
    const interactions = client(emulator);
    const { id } = await interactions.create({ model, input: 'Hi' });
    await interactions.delete(id);
    await expect(interactions.get(id)).rejects.toMatchObject({ status: 404 });
    await expect(interactions.delete(id)).rejects.toMatchObject({ status: 404 });
    expect(emulator.requests.map(({ action, status }) => [action, status])).toEqual([
      ['createInteraction', 200],
      ['deleteInteraction', 200],
      ['getInteraction', 404],
      ['deleteInteraction', 404],
    ]);
  });

  it('continues over a hop whose answer requires a continuation', async () => {
    const emulator = await start({ reply: { text: 'One ', continuation: { text: 'two.' } } });
    const events = await collect(await client(emulator).create({ model, input: 'Hi', stream: true }));
    expect(answerIn(events)).toBe('One two.');
    const ends = events.flatMap((event) => (event.event_type === 'interaction.completed' ? event.interaction : []));
    expect(ends.map(({ status }) => status)).toEqual(['requires_continuation', 'completed']);
    expect(emulator.requests[1]!.body).toMatchObject({
      continuation_token: ends[0]!.continuation_token,
      previous_interaction_id: ends[0]!.id,
    });
    const whole = await client(emulator).create({ model, input: 'Hi' });
    expect(whole.output_text ?? '').toContain('two.');
    expect(emulator.requests).toHaveLength(4);
  });
});

describe('the paths', () => {
  it.each(['/v1/interactions', '/v1beta/interactions', '/v1beta1/projects/P/locations/L/interactions'])(
    'are served: %s',
    async (path) => {
      const emulator = await start({ reply: 'Hello' });
      const created = await json(emulator, 'POST', path, input('Hi'));
      const { id } = created.body as { id: string };
      expect(await json(emulator, 'GET', `${path}/${id}`)).toMatchObject({ status: 200, body: { id } });
      expect((await json(emulator, 'POST', `${path}/${id}/cancel`)).status).toBe(400);
      expect(await json(emulator, 'DELETE', `${path}/${id}`)).toEqual({ status: 200, body: {} });
    },
  );

  it.each([
    ['GET', INTERACTIONS],
    ['PUT', `${INTERACTIONS}/x`],
    ['GET', `${INTERACTIONS}/x/cancel`],
    ['POST', `${INTERACTIONS}/x`],
  ])('are not: %s %s', async (method, path) => {
    expect((await json(await start(), method, path)).status).toBe(404);
  });

  it('may be read and deleted by a page', async () => {
    const emulator = await start();
    const headers = { origin: 'http://localhost:4200', 'access-control-request-method': 'DELETE' };
    const preflight = await fetch(`${emulator.url}${INTERACTIONS}/x`, { method: 'OPTIONS', headers });
    expect(preflight.headers.get('access-control-allow-methods')).toContain('DELETE');
    const response = await fetch(`${emulator.url}${INTERACTIONS}/x`, { headers });
    expect(response.headers.get('access-control-allow-origin')).toBe('http://localhost:4200');
  });
});

describe('a foreground run', () => {
  it('can be got once it is over, also as a stream', async () => {
    const emulator = await start({ reply: 'Hello there' });
    const events = eventsIn(await createStream(emulator));
    expect(await state(emulator, idIn(events))).toMatchObject({ status: 'completed' });
    expect(eventsIn(await resume(emulator, idIn(events)))).toEqual(events);
  });

  it('ends with its connection, and is not found then', async () => {
    let signal: AbortSignal | undefined;
    const reply = (request: EmulatorRequest) => {
      signal = request.signal;
      return { chunks: heldBack('').chunks };
    };
    const emulator = await start({ reply });
    const reader = new AbortController();
    const init = { method: 'POST', body: JSON.stringify(input('Hi', { stream: true })), signal: reader.signal };
    await fetch(emulator.url + INTERACTIONS, init);
    await until(() => emulator.requests[0]?.chunksSent === 4);
    const id = emulator.requests[0]!.interactionId!;
    expect(await state(emulator, id)).toMatchObject({ status: 'in_progress', steps: [{ type: 'model_output' }] });
    reader.abort();
    await emulator.requests[0]!.closed;
    expect(signal?.aborted).toBe(true);
    const gone = {
      status: 404,
      body: { error: { code: 'not_found', message: `The interaction ${id} was not found.` } },
    };
    expect(await json(emulator, 'GET', `${INTERACTIONS}/${id}`)).toEqual(gone);
    expect(await json(emulator, 'GET', `${INTERACTIONS}/${id}?stream=true`)).toEqual(gone);
  });

  it('is not found after a drop by the emulator either', async () => {
    const emulator = await start({ reply: { text: 'Hello there', dropAfter: { chunks: 3 } } });
    const id = idIn(eventsIn(await createStream(emulator)));
    await emulator.requests[0]!.closed;
    expect((await json(emulator, 'GET', `${INTERACTIONS}/${id}`)).status).toBe(404);
  });

  it('survives its connection if its scenario says so', async () => {
    const model = heldBack('Ended.');
    const reply = { chunks: model.chunks, dropAfter: { chunks: 4 }, interaction: { survives: true } };
    const emulator = await start({ reply });
    const first = eventsIn(await createStream(emulator));
    expect(await state(emulator, idIn(first))).toMatchObject({ status: 'in_progress' });
    model.release();
    const rest = eventsIn(await resume(emulator, idIn(first), first.at(-1)!.event_id));
    expect(answerIn([...first, ...rest])).toBe('Begun. Ended.');
  });
});

describe('a run in the background', () => {
  it('continues without a reader, even one that leaves before the headers', async () => {
    const emulator = await start({ reply: { text: 'Hello there', dropAfter: { request: true } } });
    expect(await createStream(emulator, input('Hi', { background: true }))).toBe('');
    const id = emulator.requests[0]!.interactionId!;
    expect(eventsIn(await resume(emulator, id)).at(-1)).toMatchObject({ event_type: 'interaction.completed' });
  });

  it('stops when the emulator closes', async () => {
    let signal: AbortSignal | undefined;
    const reply = (request: EmulatorRequest) => {
      signal = request.signal;
      return { chunks: heldBack('').chunks, pace: 1e6 };
    };
    const emulator = await start({ reply });
    await create(emulator, input('Hi', { background: true }));
    expect(signal?.aborted).toBe(false);
    await emulator.close();
    expect(signal?.aborted).toBe(true);
  });

  it('continues after it is deleted', async () => {
    const model = heldBack('Ended.');
    const emulator = await start({ reply: { chunks: model.chunks } });
    const { id } = await create(emulator, input('Hi', { background: true }));
    const following = resume(emulator, id);
    await until(() => emulator.requests[1]?.chunksSent === 4);
    await json(emulator, 'DELETE', `${INTERACTIONS}/${id}`);
    model.release();
    expect(answerIn(eventsIn(await following))).toBe('Begun. Ended.');
  });
});

describe('the store', () => {
  it('keeps nothing with `store: false`, and gives no id', async () => {
    const emulator = await start({ reply: 'Hello' });
    const events = eventsIn(await createStream(emulator, input('Hi', { store: false })));
    expect(idIn(events)).toBe('');
    expect(events.at(-1)).toMatchObject({ interaction: { id: '', status: 'completed' } });
    expect((await create(emulator, input('Hi', { store: false }))).id).toBe('');
    expect(emulator.requests[0]!.interactionId).toBe('');
  });

  it('drops the oldest runs that are over', async () => {
    const emulator = await start({ reply: 'Hello', maxInteractions: 2 });
    const ids: string[] = [];
    for (let i = 0; i < 3; i += 1) ids.push((await create(emulator)).id);
    const statuses = await Promise.all(ids.map((id) => json(emulator, 'GET', `${INTERACTIONS}/${id}`)));
    expect(statuses.map(({ status }) => status)).toEqual([404, 200, 200]);
  });

  it('keeps an older run that is not over', async () => {
    const reply = ({ prompt }: EmulatorRequest) => (prompt === 'Go' ? { chunks: heldBack('').chunks } : 'Hello');
    const emulator = await start({ reply, maxInteractions: 2 });
    const running = await create(emulator, input('Go', { background: true }));
    const over = await create(emulator);
    await create(emulator);
    expect(await state(emulator, running.id)).toMatchObject({ status: 'in_progress' });
    expect((await json(emulator, 'GET', `${INTERACTIONS}/${over.id}`)).status).toBe(404);
  });

  it('stops the oldest run if none is over', async () => {
    const emulator = await start({ reply: () => ({ chunks: heldBack('').chunks }), maxInteractions: 1 });
    const { id } = await create(emulator, input('Hi', { background: true }));
    const following = resume(emulator, id);
    await until(() => emulator.requests[1]?.chunksSent === 4);
    await create(emulator, input('Hi', { background: true }));
    expect(eventsIn(await following)).toHaveLength(4);
  });

  it('knows the previous interactions', async () => {
    const seen: EmulatorRequest[] = [];
    const reply = (request: EmulatorRequest) => {
      seen.push(request);
      return `Answer ${seen.length}`;
    };
    const emulator = await start({ reply });
    const first = await create(emulator, input('One'));
    const second = await create(emulator, input('Two', { previous_interaction_id: first.id }));
    await create(emulator, input('Three', { previous_interaction_id: second.id, tools: [{ type: 'google_search' }] }));
    const said = (type: string, text: string) => ({ type, content: [{ type: 'text', text }] });
    expect(seen[2]).toMatchObject({ action: 'createInteraction', prompt: 'Three', model });
    expect(seen[2]!.interaction).toMatchObject({
      input: [said('user_input', 'Three')],
      history: [
        said('user_input', 'One'),
        said('model_output', 'Answer 1'),
        said('user_input', 'Two'),
        said('model_output', 'Answer 2'),
      ],
      previousId: second.id,
      tools: [{ type: 'google_search' }],
      stream: false,
      background: false,
      store: true,
      agent: undefined,
    });
  });

  it('returns the input if it is asked to', async () => {
    const emulator = await start({ reply: 'Hello' });
    const { id } = await create(emulator, input('Hi'));
    expect(await json(emulator, 'GET', `${INTERACTIONS}/${id}?include_input=true`)).toMatchObject({
      body: { input: 'Hi' },
    });
    expect(await state(emulator, id)).not.toHaveProperty('input');
  });
});

describe('the input', () => {
  const said = (text: string) => ({ type: 'user_input', content: [{ type: 'text', text }] });
  it.each([
    ['a text', 'Hi', [said('Hi')], 'Hi'],
    ['a content', { type: 'text', text: 'Hi' }, [said('Hi')], 'Hi'],
    [
      'contents',
      [
        { type: 'text', text: 'Hi' },
        { type: 'image', data: 'AA==', mime_type: 'image/png' },
      ],
      [{ type: 'user_input', content: [{ text: 'Hi' }, { type: 'image' }] }],
      'Hi',
    ],
    [
      'steps',
      [said('Hi'), { type: 'model_output', content: 'Hello' }, said('Bye')],
      [said('Hi'), {}, said('Bye')],
      'Bye',
    ],
    [
      'the result of a function',
      [{ type: 'function_result', call_id: 'c', name: 'f', result: 'r' }],
      [{ type: 'function_result', call_id: 'c' }],
      '',
    ],
  ])('can be %s', async (_, given, steps, prompt) => {
    let request: EmulatorRequest | undefined;
    const reply = (received: EmulatorRequest) => {
      request = received;
      return 'Hello';
    };
    await create(await start({ reply }), { model, input: given });
    expect(request).toMatchObject({ prompt, interaction: { input: steps } });
  });
});

describe('errors', () => {
  const failure = async (body: object, options: EmulatorOptions = {}, headers: Record<string, string> = {}) => {
    const emulator = await start({ reply: 'Hello', ...options });
    const response = await post(emulator, INTERACTIONS, body, { headers });
    return [response.status, ((await response.json()) as { error: { code: string } }).error.code];
  };

  it.each([
    [{ input: 'Hi' }, 400, 'invalid_request'],
    [{ model, agent: 'a', input: 'Hi' }, 400, 'invalid_request'],
    [{ model: 7, input: 'Hi' }, 400, 'invalid_request'],
    [{ model }, 400, 'invalid_request'],
    [{ model, input: 'Hi', background: true, store: false }, 400, 'invalid_request'],
    [{ model, input: 'Hi', previous_interaction_id: 'nobody' }, 404, 'not_found'],
    [{ model: 'unknown', input: 'Hi' }, 404, 'model_not_found'],
    [[], 400, 'invalid_request'],
  ])('refuse %j', async (body, status, code) => {
    expect(await failure(body, { models: [model] })).toEqual([status, code]);
  });

  it('know a model by its short name and by its full name', async () => {
    const emulator = await start({ reply: 'Hello', models: [model] });
    for (const name of [model, `models/${model}`]) {
      expect((await json(emulator, 'POST', INTERACTIONS, { model: name, input: 'Hi' })).status).toBe(200);
    }
    expect(emulator.requests.map((request) => request.model)).toEqual([model, model]);
  });

  it('refuse a missing and a wrong key', async () => {
    expect(await failure(input('Hi'), { apiKey: 'right' })).toEqual([403, 'permission_denied']);
    const wrong = await failure(input('Hi'), { apiKey: 'right' }, { 'x-goog-api-key': 'wrong' });
    expect(wrong).toEqual([401, 'authentication']);
    expect(await failure(input('Hi'), { apiKey: 'right' }, { authorization: 'Bearer x' })).toEqual([
      401,
      'authentication',
    ]);
  });

  it('report a `reply` that fails', async () => {
    const fails = () => {
      throw new Error('no idea');
    };
    expect(await failure(input('Hi'), { reply: fails })).toEqual([500, 'api_error']);
  });

  it('refuse an event id that the interaction does not have', async () => {
    const emulator = await start({ reply: 'Hello' });
    const { id } = await create(emulator);
    const path = `${INTERACTIONS}/${id}?stream=true&last_event_id=nothing`;
    expect(await json(emulator, 'GET', path)).toMatchObject({
      status: 400,
      body: { error: { code: 'invalid_request' } },
    });
  });
});
