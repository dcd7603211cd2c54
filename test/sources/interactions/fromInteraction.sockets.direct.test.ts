import { inspect } from 'node:util';
import { GoogleGenAI } from '@google/genai';
import { take } from 'rxjs';
import { describe, expect, it, vi } from 'vitest';
import { fromInteraction } from '../../../src/sources/interactions/fromInteraction.js';
import { interactionEvents } from '../../../src/sources/interactions/interactionEvents.js';
import type { GeminiChunk } from '../../../src/chunk/geminiChunk.js';
import { mergeChunks } from '../../../src/chunk/mergeChunks.js';
import { emptyChunk } from '../../../src/chunk/emptyChunk.js';
import { deepFreeze } from '../../support/deepFreeze.js';
import {
  background,
  completed,
  created,
  delta,
  doneText,
  foreground,
  isSilent,
  quick,
  says,
  sends,
  sendsJson,
  sendsText,
  serveInteractions,
  sseOf,
  start,
  stop,
  usage,
  type InteractionAnswer,
} from '../../support/interactionServer.js';
import { outcomeOf } from '../../support/outcome.js';

const textOf = (values: readonly GeminiChunk[]) => values.map(({ text }) => text).join('');
const hello = [created(), start(0), says(0, 'Hello, '), says(0, 'world'), stop(0), completed()];

describe('a subscription', () => {
  it('makes one request, and emits the chunks of its events', async () => {
    const { ai, calls, seen } = await serveInteractions(sends(...hello));
    const { values, isComplete } = await outcomeOf(fromInteraction(ai, foreground));
    expect({ text: textOf(values), isComplete }).toEqual({ text: 'Hello, world', isComplete: true });
    expect(values.reduce(mergeChunks, emptyChunk)).toMatchObject({
      candidates: [{ finishReason: 'STOP' }],
      usageMetadata: { promptTokenCount: 1, candidatesTokenCount: 2, totalTokenCount: 3 },
      interaction: { id: 'v1_a', status: 'completed', step: { index: 0, type: 'model_output' } },
    });
    expect(calls()).toEqual(['create']);
    expect(seen[0]?.json).toEqual({ ...foreground, stream: true });
  });

  it('asks again for each subscriber, with the parameters of that time, which stay as they are', async () => {
    const { ai, seen } = await serveInteractions(sends(...hello));
    let input = 0;
    const reply$ = fromInteraction(ai, () => deepFreeze({ ...foreground, input: String(++input) }));
    expect(input).toBe(0);
    await outcomeOf(reply$);
    await outcomeOf(reply$);
    expect(seen.map(({ json }) => json['input'])).toEqual(['1', '2']);
  });

  it('sends nothing if it ends at once', async () => {
    const { ai, calls } = await serveInteractions(sends(...hello));
    fromInteraction(ai, background).subscribe().unsubscribe();
    fromInteraction(ai, background, { cancel: true }).subscribe().unsubscribe();
    fromInteraction(ai, { id: 'v1_a' }, { cancel: true }).subscribe().unsubscribe();
    await outcomeOf(fromInteraction(ai, foreground));
    expect(calls()).toEqual(['create']);
  });

  it('does not repeat a create, also not after a connection error', async () => {
    const { ai, calls } = await serveInteractions([
      sendsJson({ error: { code: 'service_unavailable', message: 'Later' } }, 503, { 'Retry-After': '7' }),
      (response) => response.destroy(),
    ]);
    const refused = await outcomeOf(fromInteraction(ai, background, quick));
    expect(refused.error).toMatchObject({ kind: 'overloaded', status: 503, retryAfter: 7000, retryable: true });
    expect(refused.error?.partial).toBeUndefined();
    expect((await outcomeOf(fromInteraction(ai, background, quick))).error).toMatchObject({ kind: 'network' });
    expect(calls()).toEqual(['create', 'create']);
  });

  it('shares the annotation between chunks until it changes, and changes none that was emitted', async () => {
    const { ai } = await serveInteractions(sends(...hello));
    const { values } = await outcomeOf(fromInteraction(ai, foreground));
    expect(values.map(({ interaction }) => interaction?.status)).toEqual([
      'in_progress',
      'in_progress',
      'in_progress',
      'in_progress',
      'completed',
    ]);
    expect(values.every(({ interaction }) => !Object.hasOwn(interaction ?? {}, 'background'))).toBe(true);
    expect(new Set(values.map(({ interaction }) => interaction?.cursor)).size).toBe(values.length);
    expect(JSON.parse(JSON.stringify(values))).toEqual(values);
  });

  it('shares the annotation between chunks that only count tokens', async () => {
    const counted = (text: string) => ({
      ...delta(0, { type: 'arguments_delta', arguments: text }),
      metadata: { total_usage: usage },
    });
    const { ai } = await serveInteractions(
      sends(created(), start(0, 'function_call', { id: 'c', name: 'f' }), counted('{'), counted('}'), completed()),
    );
    const { values } = await outcomeOf(fromInteraction(ai, foreground));
    expect(values).toHaveLength(5);
    expect(new Set(values.map(({ interaction }) => interaction)).size).toBe(3);
  });

  it('annotates a background run, with its environment and the step of each chunk', async () => {
    const { ai } = await serveInteractions(
      sends(
        created('v1_a', { status: 'queued', environment_id: 'env_1' }),
        { event_type: 'interaction.status_update', interaction_id: 'v1_a', status: 'in_progress' },
        start(0, 'thought', { summary: [{ type: 'text', text: 'Hm' }] }),
        stop(0),
        start(1),
        says(1, 'Hi'),
        stop(1),
        completed(),
      ),
    );
    const { values } = await outcomeOf(fromInteraction(ai, background));
    expect(values.map(({ interaction }) => [interaction?.status, interaction?.step?.type])).toEqual([
      ['queued', undefined],
      ['in_progress', undefined],
      ['in_progress', 'thought'],
      ['in_progress', 'model_output'],
      ['in_progress', 'model_output'],
      ['completed', 'model_output'],
    ]);
    expect(values.every(({ interaction }) => interaction?.background && interaction.environmentId === 'env_1')).toBe(
      true,
    );
  });

  it('has the step of a call that ends while another step is open', async () => {
    const { ai } = await serveInteractions(
      sends(
        created(),
        start(0, 'function_call', { id: 'c', name: 'f', arguments: { x: 1 } }),
        start(1),
        says(1, 'Hi'),
        stop(0),
        says(1, '!'),
        completed(),
      ),
    );
    const { values } = await outcomeOf(fromInteraction(ai, background));
    const call = values.find(({ candidates }) => candidates?.[0]?.content?.parts?.[0]?.functionCall);
    expect(call?.interaction?.step).toEqual({ index: 0, type: 'function_call' });
    expect(values.at(-2)).toMatchObject({ text: '!', interaction: { step: { index: 1, type: 'model_output' } } });
  });

  it('keeps an empty id of an interaction that is not stored', async () => {
    const { ai, calls } = await serveInteractions([
      sends(created(''), start(0), says(0, 'Hi', { event_id: 'e1' }), stop(0), completed('')),
      sendsText(sseOf(created(''), start(0), says(0, 'Hi', { event_id: 'e1' }))),
    ]);
    const params = { ...foreground, store: false };
    const { values, isComplete } = await outcomeOf(fromInteraction(ai, params));
    expect(isComplete).toBe(true);
    expect(values[0]?.interaction?.id).toBe('');
    expect((await outcomeOf(fromInteraction(ai, params, quick))).error).toMatchObject({ kind: 'truncated' });
    expect(calls()).toEqual(['create', 'create']);
  });

  it('emits the raw events, each once', async () => {
    const { ai } = await serveInteractions(sends(...hello, ...hello));
    const { values, isComplete } = await outcomeOf(interactionEvents(ai, foreground));
    expect({ values, isComplete }).toEqual({ values: hello, isComplete: true });
  });

  it('emits events of unknown types, which make no chunk', async () => {
    const unknown = { event_type: 'step.sparkle', index: 0, glow: 1 };
    const { ai } = await serveInteractions(sends(created(), unknown, ...hello.slice(1)));
    expect((await outcomeOf(interactionEvents(ai, foreground))).values[1]).toEqual(unknown);
    expect(textOf((await outcomeOf(fromInteraction(ai, foreground))).values)).toBe('Hello, world');
  });

  it('ignores lists that are `null`, or no lists', async () => {
    const { ai } = await serveInteractions(
      sends(
        created(),
        start(0, 'model_output', { content: {} }),
        delta(0, { type: 'text_annotation_delta', annotations: null }),
        start(1, 'thought', { summary: [null] }),
        says(0, 'Hi'),
        completed(),
      ),
    );
    const { values, isComplete } = await outcomeOf(fromInteraction(ai, foreground));
    expect({ text: textOf(values), isComplete }).toEqual({ text: 'Hi', isComplete: true });
  });

  it('ignores heartbeats, comments, empty events and lines without a blank', async () => {
    const body = `: hi\n\nevent: ping\ndata: {"type":"ping"}\n\ndata:\n\n${sseOf(...hello)
      .replaceAll('data: ', 'data:')
      .replaceAll('\n', '\r\n')}`;
    const { ai } = await serveInteractions(sendsText(body));
    expect(await outcomeOf(fromInteraction(ai, foreground))).toMatchObject({ isComplete: true });
  });
});

describe('the path and the headers of a request', () => {
  it('are those of the client: its version, its headers, and `api_version`', async () => {
    const { ai, seen } = await serveInteractions(sends(...hello), {
      httpOptions: { apiVersion: 'v1beta', headers: { 'x-mine': 'yes' } },
    });
    await outcomeOf(fromInteraction(ai, foreground));
    await outcomeOf(fromInteraction(ai, { ...foreground, api_version: 'v9' }));
    expect(seen.map(({ url }) => url)).toEqual(['/v1beta/interactions', '/v9/interactions']);
    expect(seen[0]?.headers).toMatchObject({
      'x-mine': 'yes',
      'x-goog-api-key': 'test-key',
      accept: 'text/event-stream',
    });
    expect(seen[1]?.json).not.toHaveProperty('api_version');
  });

  it('keep `api_version` when the interaction is resumed, polled and cancelled', async () => {
    const { ai, seen } = await serveInteractions([
      sendsText(sseOf(created())),
      sendsJson({}, 503),
      sendsJson({ id: 'v1_a', status: 'in_progress', steps: [] }),
      isSilent,
      sendsJson({}),
    ]);
    const params = { ...background, api_version: 'v9' };
    const options = { reconnect: { count: 1, delay: 1, poll: 1 }, cancel: true };
    const subscription = fromInteraction(ai, params, options).subscribe();
    await vi.waitUntil(() => seen.length === 4);
    subscription.unsubscribe();
    await vi.waitUntil(() => seen.length === 5);
    expect(seen.map(({ method, url }) => `${String(method)} ${String(url)}`)).toEqual([
      'POST /v9/interactions',
      'GET /v9/interactions/v1_a?stream=true',
      'GET /v9/interactions/v1_a?stream=false',
      'GET /v9/interactions/v1_a?stream=false',
      'POST /v9/interactions/v1_a/cancel',
    ]);
  });

  it('are those of Vertex AI', async () => {
    const { ai, seen, url } = await serveInteractions(sends(...hello));
    expect(ai).toBeDefined();
    const vertex = new GoogleGenAI({
      vertexai: true,
      project: 'p',
      location: 'global',
      apiVersion: 'v1beta1',
      httpOptions: { baseUrl: url, headers: { Authorization: 'Bearer none' } },
    });
    await outcomeOf(fromInteraction(vertex, foreground));
    expect(seen[0]?.url).toBe('/v1beta1/projects/p/locations/global/interactions');
  });

  it("goes through the client's own fetch", async () => {
    const asked: string[] = [];
    const { ai, seen } = await serveInteractions(sends(...hello), {
      httpOptions: {
        fetch: (input, init) => {
          asked.push((input as Request).method);
          return fetch(input, init);
        },
      },
    });
    expect((await outcomeOf(fromInteraction(ai, foreground))).isComplete).toBe(true);
    expect(asked).toEqual(['POST']);
    expect(seen).toHaveLength(1);
  });

  it("fails after the client's timeout, with the connection closed", async () => {
    const { ai, seen } = await serveInteractions(sendsText(sseOf(created(), start(0), says(0, 'Hi')), 'silence'), {
      httpOptions: { timeout: 60 },
    });
    const { values, error } = await outcomeOf(fromInteraction(ai, foreground));
    expect(textOf(values)).toBe('Hi');
    expect(error).toMatchObject({ kind: 'timeout', partial: { text: '', interaction: { id: 'v1_a' } } });
    expect(await seen[0]?.closed).toBe(false);
  });

  it("resumes a background run after the client's timeout", async () => {
    const { ai, calls } = await serveInteractions(
      [sendsText(sseOf(created(), start(0), says(0, 'Hi')), 'silence'), sends(...hello)],
      { httpOptions: { timeout: 60 } },
    );
    const { values, isComplete } = await outcomeOf(fromInteraction(ai, background, quick));
    expect(isComplete).toBe(true);
    expect(values.find(({ resumed }) => resumed)?.resumed).toEqual({ attempt: 1, kind: 'timeout' });
    expect(calls()).toEqual(['create', 'stream']);
  });
});

const begun = sseOf(created(), start(0), says(0, 'Hello'));

describe('a foreground interaction that does not end well', () => {
  it.each<[string, string | InteractionAnswer, object]>([
    ['by the end of the response', begun, { kind: 'truncated', retryable: true }],
    ['by a closed connection', sendsText(begun, 'break'), { kind: 'truncated', retryable: true }],
    ['in the middle of an event', `${begun}event: step.delta\ndata: {"event_ty`, { kind: 'truncated' }],
    [
      'by a bare error',
      `${begun}[{"error":{"code":503,"message":"Too old"}}]\n\n`,
      { kind: 'overloaded', status: 503 },
    ],
    [
      'by a bare error in several lines, without a blank line',
      `${begun}[{\n "error": {\n "code": 503,\n "message": "Too old"}}]`,
      { kind: 'overloaded', status: 503 },
    ],
    [
      'by half an event and a bare error',
      `${begun}data: {"event_ty\n\n{"error":{"code":"service_unavailable","message":"x"}}`,
      { kind: 'overloaded' },
    ],
    [
      'by a refusal after content',
      `${begun}{"error":{"code":"prohibited_content","message":"No"}}\n`,
      { kind: 'safety', retryable: false },
    ],
    ['by JSON that is broken', `${begun}data: {"event_type":}\n\n${sseOf(stop(0))}`, { kind: 'protocol' }],
    ['by broken JSON at the end', `${begun}data: {"event_type":}\n\n`, { kind: 'protocol' }],
    [
      'by an error event',
      begun + sseOf({ event_type: 'error', error: { code: 'api_error', message: 'x' } }),
      { kind: 'server' },
    ],
    [
      'by the error of a proxy',
      `${begun}event: error\ndata: {"error":{"code":429,"message":"Slow down"}}\n\n`,
      { kind: 'rate_limit', status: 429 },
    ],
    ['with the status failed', begun + sseOf(completed('v1_a', 'failed')), { kind: 'server' }],
    [
      'with the status cancelled',
      begun + sseOf(completed('v1_a', 'cancelled')),
      { kind: 'cancelled', retryable: false },
    ],
    ['with the status budget_exceeded', begun + sseOf(completed('v1_a', 'budget_exceeded')), { kind: 'quota' }],
    [
      'after a status that is a failure',
      begun + sseOf({ event_type: 'interaction.status_update', interaction_id: 'v1_a', status: 'cancelled' }),
      { kind: 'cancelled' },
    ],
    ['with an end that is none', begun + sseOf(completed('v1_a', 'in_progress')), { kind: 'truncated' }],
    ['with an event that is not of the API', `${begun}data: {"choices":[]}\n\n`, { kind: 'protocol' }],
    [
      'with an event that lacks its fields',
      begun + sseOf({ event_type: 'step.delta', index: 0 }),
      { kind: 'protocol' },
    ],
  ])('fails %s', async (_, answer, expected) => {
    const { ai, calls } = await serveInteractions(typeof answer === 'string' ? sendsText(answer) : answer);
    const { values, error } = await outcomeOf(fromInteraction(ai, foreground, quick));
    expect(textOf(values)).toBe('Hello');
    expect(error).toMatchObject(expected);
    expect(error?.partial).toMatchObject({ text: '', interaction: { id: 'v1_a' } });
    expect(calls()).toEqual(['create']);
    const raw = await outcomeOf(interactionEvents(ai, foreground, quick));
    expect(raw.error).toMatchObject(expected);
    expect(raw.error?.partial).toMatchObject({ text: '', interaction: { id: 'v1_a' } });
  });

  it.each<[string, InteractionAnswer, object]>([
    ['nothing', sendsText(''), { kind: 'truncated' }],
    ['an interaction as JSON', sendsJson({ id: 'v1_a', status: 'completed', steps: [] }), { kind: 'protocol' }],
    ['an error as JSON', sendsJson({ error: { code: 'authentication', message: 'No' } }), { kind: 'auth' }],
    ['a refusal as JSON', sendsJson({ error: { code: 'prohibited_content', message: 'No' } }), { kind: 'blocked' }],
    ['a page', (response) => response.end('<html><body>Hi</body></html>'), { kind: 'protocol' }],
    ['404', sendsJson({ error: { code: 'model_not_found', message: 'No' } }, 404), { kind: 'not_found', status: 404 }],
    ['402', sendsJson({ error: { code: 'payment_required', message: 'No' } }, 402), { kind: 'quota' }],
    ['an error without a body', (response) => response.writeHead(502).end(), { kind: 'server', status: 502 }],
  ])('fails if the server answers with %s', async (_, answer, expected) => {
    const { ai, calls } = await serveInteractions(answer);
    const { values, error } = await outcomeOf(fromInteraction(ai, foreground));
    expect(values).toEqual([]);
    expect(error).toMatchObject(expected);
    expect(error?.partial).toBeUndefined();
    expect(calls()).toEqual(['create']);
  });

  it('has a partial with the id, the cursor and the status at the time', async () => {
    const { ai } = await serveInteractions(sendsText(begun));
    const { values, error } = await outcomeOf(fromInteraction(ai, foreground));
    expect(error?.partial).toEqual({ text: '', interaction: values.at(-1)?.interaction });
  });

  it('emits the token counts of a failure before the failure', async () => {
    const { ai } = await serveInteractions(sends(created(), completed('v1_a', 'failed', { usage })));
    const { values, error } = await outcomeOf(fromInteraction(ai, foreground));
    expect(error?.kind).toBe('server');
    expect(values.at(-1)?.usageMetadata).toEqual({
      promptTokenCount: 1,
      candidatesTokenCount: 2,
      totalTokenCount: 3,
    });
    expect(error?.partial).toBe(values.at(-1));
  });

  it("has the SDK's error as its cause, without the request and the response", async () => {
    const { ai } = await serveInteractions(sendsJson({ error: { code: 'not_found', message: 'No' } }, 404));
    const { error } = await outcomeOf(fromInteraction(ai, foreground));
    expect(error?.cause).toBeInstanceOf(Error);
    expect(Object.keys(error?.cause as Error).sort()).toEqual(['body', 'status']);
    expect(inspect(error).split('\n').length).toBeLessThan(50);
  });
});

describe('the end of an interaction', () => {
  it.each([
    ['without `[DONE]`', sseOf(...hello)],
    ['without the blank line', sseOf(...hello).trimEnd()],
    ['with bytes after it', `${sseOf(...hello)}data: {"broken\n\n[{"error":{"code":503,"message":"x"}}]\n\n`],
    ['with half a `[DONE]`', `${sseOf(...hello)}event: done\nda`],
  ])('is its `interaction.completed`, %s', async (_, body) => {
    const { ai } = await serveInteractions(sendsText(body));
    const { values, error, isComplete } = await outcomeOf(fromInteraction(ai, foreground));
    expect(error).toBeUndefined();
    expect({ text: textOf(values), isComplete }).toEqual({ text: 'Hello, world', isComplete: true });
  });

  it('closes the connection of a server that does not', async () => {
    const { ai, seen } = await serveInteractions(sendsText(sseOf(...hello) + doneText, 'silence'));
    expect((await outcomeOf(fromInteraction(ai, foreground))).isComplete).toBe(true);
    expect(await seen[0]?.closed).toBe(false);
  });

  it('is that of calls, which arrive whole', async () => {
    const { ai } = await serveInteractions(
      sends(
        created(),
        start(0, 'function_call', { id: 'c1', name: 'f', arguments: {} }),
        delta(0, { type: 'arguments_delta', arguments: '{"x":' }),
        delta(0, { type: 'arguments_delta', arguments: '1}' }),
        stop(0),
        completed('v1_a', 'requires_action'),
      ),
    );
    const { values } = await outcomeOf(fromInteraction(ai, foreground));
    const merged = values.reduce(mergeChunks, emptyChunk);
    expect(merged.candidates?.[0]?.content?.parts).toEqual([{ functionCall: { id: 'c1', name: 'f', args: { x: 1 } } }]);
    expect(merged.interaction?.status).toBe('requires_action');
  });
});

describe('a reply that the server interrupts', () => {
  const part = (id: string, text: string, status: string, fields: object = {}) => [
    created(id),
    start(0),
    says(0, text),
    stop(0),
    completed(id, status, fields),
  ];
  const token = (value: string) => ({ continuation_token: value });

  it('is continued in other interactions, as one reply with the sum of its tokens', async () => {
    const warn = vi.spyOn(console, 'warn');
    const { ai, seen } = await serveInteractions([
      sends(...part('v1_a', 'One, ', 'requires_continuation', token('t1'))),
      sends(...part('v1_b', 'two, ', 'requires_continuation', token('t2'))),
      sends(...part('v1_c', 'three', 'completed')),
    ]);
    const { values, isComplete } = await outcomeOf(fromInteraction(ai, foreground));
    expect({ text: textOf(values), isComplete }).toEqual({ text: 'One, two, three', isComplete: true });
    const merged = values.reduce(mergeChunks, emptyChunk);
    expect(merged.usageMetadata?.totalTokenCount).toBe(9);
    expect(merged).toMatchObject({ candidates: [{ finishReason: 'STOP' }], interaction: { id: 'v1_c' } });
    const { input: _, ...rest } = { ...foreground, stream: true };
    expect(seen.map(({ json }) => json)).toEqual([
      { ...foreground, stream: true },
      { ...rest, continuation_token: 't1', previous_interaction_id: 'v1_a' },
      { ...rest, continuation_token: 't2', previous_interaction_id: 'v1_b' },
    ]);
    expect(warn).not.toHaveBeenCalled();
  });

  it('sends the input again if nothing is stored', async () => {
    const { ai, seen } = await serveInteractions([
      sends(...part('', 'One, ', 'requires_continuation', token('t1'))),
      sends(...part('', 'two', 'completed')),
    ]);
    await outcomeOf(fromInteraction(ai, { ...foreground, store: false }));
    expect(seen[1]?.json).toEqual({ ...foreground, store: false, stream: true, continuation_token: 't1' });
  });

  it.each([
    ['its token is the one before', [...part('v1_a', 'One', 'requires_continuation', token('t0'))], token('t0')],
    ['there is no token', [...part('v1_a', 'One', 'requires_continuation')], {}],
    [
      '`automatic_continuation` is false',
      [...part('v1_a', 'One', 'requires_continuation', token('t1'))],
      { automatic_continuation: false },
    ],
  ])('ends with that status if %s', async (_, events, fields) => {
    const warn = vi.spyOn(console, 'warn');
    const { ai, calls } = await serveInteractions(sends(...events));
    const { values, isComplete } = await outcomeOf(fromInteraction(ai, { ...foreground, ...fields }));
    expect(isComplete).toBe(true);
    expect(values.at(-1)?.interaction?.status).toBe('requires_continuation');
    expect(calls()).toEqual(['create']);
    expect(warn).not.toHaveBeenCalled();
  });

  const checkpoint = {
    event_type: 'interaction.status_update',
    interaction_id: 'v1_a',
    status: 'in_progress',
    continuation_token: 't1',
  };

  it('is resumed after a drop from a checkpoint with nothing after it', async () => {
    const { ai, seen } = await serveInteractions([
      sendsText(sseOf(created(), start(0), says(0, 'One, '), checkpoint)),
      sends(...part('v1_b', 'two', 'completed')),
    ]);
    const { values, isComplete } = await outcomeOf(fromInteraction(ai, foreground, quick));
    expect({ text: textOf(values), isComplete }).toEqual({ text: 'One, two', isComplete: true });
    expect(seen[1]?.json).toMatchObject({ continuation_token: 't1', previous_interaction_id: 'v1_a' });
    expect(values.find(({ resumed }) => resumed)?.resumed).toEqual({ attempt: 1, kind: 'truncated' });
  });

  it('fails after a drop if content came after the checkpoint, and after four drops without anything new', async () => {
    const { ai, calls } = await serveInteractions((response, request, index) => {
      const text = sseOf(created(`v1_${index}`), checkpoint, ...(request.json['input'] === 'more' ? [start(0)] : []));
      sendsText(text)(response, request, index);
    });
    const params = { ...foreground, input: 'more' };
    expect((await outcomeOf(fromInteraction(ai, params, quick))).error).toMatchObject({ kind: 'truncated' });
    expect(calls()).toHaveLength(1);
    expect((await outcomeOf(fromInteraction(ai, foreground, quick))).error).toMatchObject({ kind: 'truncated' });
    expect(calls()).toHaveLength(6);
  });
});

describe('wrong arguments', () => {
  const ai = new GoogleGenAI({ apiKey: 'none' });
  const from = fromInteraction as (...args: readonly unknown[]) => ReturnType<typeof fromInteraction>;
  const raw = interactionEvents as (...args: readonly unknown[]) => ReturnType<typeof interactionEvents>;

  it.each<[string, unknown[], string]>([
    ['no client', [{}, foreground], '`ai` to be a client with `interactions.create`'],
    ['no parameters', [ai], '`params` to be an object, or a function that makes one, got undefined'],
    ['a list', [ai, []], '`params` to be an object'],
    ['no stream', [ai, { ...foreground, stream: false }], 'without `stream: false`'],
    ['an id and a model', [ai, { id: 'x', model: 'm' }], 'either `model`, which starts an interaction, or `id`'],
    ['an id and an agent', [ai, { id: 'x', agent: 'a' }], 'either `agent`'],
    ['a cursor and a model', [ai, { after: 'x', model: 'm' }], 'got `model` and `after`'],
    ['a cursor alone', [ai, { after: 'x' }], '`id` to be a string, got undefined'],
    ['an empty id', [ai, { id: '' }], "`id` to be the id of a stored interaction, got ''"],
    ['an id that is no string', [ai, { id: 3 }], '`id` to be a string, got 3'],
    [
      'an event id as a cursor',
      [ai, { id: 'x', after: 'e1' }],
      "`after` to be the `interaction.cursor` of a chunk, got 'e1'",
    ],
    ['a cursor that is no string', [ai, { id: 'x', after: 3 }], '`after` to be the `interaction.cursor`'],
    ['options that are none', [ai, foreground, 3], '`options` to be an object'],
    ['a reconnection that is none', [ai, foreground, { reconnect: 3 }], '`reconnect` to be an object'],
    ['a reconnection outside', [ai, foreground, { poll: 3 }], '`reconnect: { poll }`, got `poll`'],
    ['a cancel that is none', [ai, foreground, { cancel: 'yes' }], '`cancel` to be true or false'],
    ['half a count', [ai, foreground, { reconnect: { count: 0.5 } }], '`reconnect.count` to be a whole number'],
    [
      'a delay below 0',
      [ai, foreground, { reconnect: { delay: -1 } }],
      '`reconnect.delay` to be a non-negative number',
    ],
    [
      'no silence at all',
      [ai, foreground, { reconnect: { maxSilence: 0 } }],
      '`reconnect.maxSilence` to be a positive',
    ],
    ['no wait between polls', [ai, foreground, { reconnect: { poll: 0 } }], '`reconnect.poll` to be a positive'],
  ])('throw at the call: %s', (_, args, sentence) => {
    expect(() => from(...args)).toThrow(sentence);
    expect(() => raw(...args)).toThrow(sentence);
  });

  it('fail at the subscription if a function makes them', async () => {
    const values: unknown[] = [];
    await new Promise<void>((resolve) => {
      from(ai, () => ({ ...foreground, stream: false })).subscribe({
        error: (error: unknown) => {
          values.push(error);
          resolve();
        },
      });
    });
    expect(values).toEqual([expect.any(TypeError)]);
  });
});

describe('a client that cannot be derived', () => {
  const stub = (create: (...args: readonly unknown[]) => unknown) => ({
    interactions: {
      create: (...args: readonly unknown[]) => Promise.resolve(create(...args)),
      get: () => Promise.reject(new Error('not asked')),
      cancel: () => Promise.reject(new Error('not asked')),
    },
  });

  const streamOf = (values: readonly unknown[]) =>
    new ReadableStream({
      start(controller) {
        for (const value of values) controller.enqueue(value);
        controller.close();
      },
    });

  it('is read through its own stream', async () => {
    const asked: unknown[] = [];
    const ai = stub((...args) => {
      asked.push(...args);
      return streamOf(hello);
    });
    const { values, isComplete } = await outcomeOf(fromInteraction(ai, foreground));
    expect({ text: textOf(values), isComplete }).toEqual({ text: 'Hello, world', isComplete: true });
    expect(asked).toEqual([{ ...foreground, stream: true }, expect.objectContaining({ maxRetries: 0 })]);
  });

  it('may give any async iterable', async () => {
    async function* events() {
      await Promise.resolve();
      yield* hello;
    }
    expect(await outcomeOf(interactionEvents(stub(events), foreground))).toMatchObject({ values: hello });
  });

  it.each<[string, unknown, object]>([
    ['a whole interaction', { id: 'v1_a', status: 'completed' }, { kind: 'protocol' }],
    ['broken JSON', streamOf(['{"event']), { kind: 'protocol' }],
    ['an end that comes too early', streamOf(hello.slice(0, 2)), { kind: 'truncated' }],
  ])('fails with %s', async (_, value, expected) => {
    expect(
      (
        await outcomeOf(
          fromInteraction(
            stub(() => value),
            foreground,
          ),
        )
      ).error,
    ).toMatchObject(expected);
  });

  it('has its stream cancelled when the subscriber leaves, also while the stream is silent', async () => {
    const cancelled = vi.fn();
    const stream = new ReadableStream({
      start: (controller) => controller.enqueue(created()),
      cancel: cancelled,
    });
    await outcomeOf(
      fromInteraction(
        stub(() => stream),
        foreground,
      ).pipe(take(1)),
    );
    expect(cancelled).toHaveBeenCalledOnce();
  });
});
