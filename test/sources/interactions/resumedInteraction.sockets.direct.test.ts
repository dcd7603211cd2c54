import { config, take, timeout } from 'rxjs';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { classifyErrors } from '../../../operators/protect/classifyErrors.js';
import { retryTransient } from '../../../operators/protect/retryTransient.js';
import { shareReply } from '../../../operators/share/shareReply.js';
import { timeoutReply } from '../../../operators/protect/timeoutReply.js';
import { emptyChunk } from '../../../src/chunk/emptyChunk.js';
import type { GeminiChunk } from '../../../src/chunk/geminiChunk.js';
import { mergeChunks } from '../../../src/chunk/mergeChunks.js';
import { fromInteraction } from '../../../src/sources/interactions/fromInteraction.js';
import type { FromInteractionOptions } from '../../../src/sources/interactions/interactionReply.js';
import { interactionEvents } from '../../../src/sources/interactions/interactionEvents.js';
import {
  background,
  completed,
  created,
  delta,
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
const marksOf = (values: readonly GeminiChunk[]) => values.flatMap(({ resumed }) => resumed ?? []);
const hello = [created(), start(0), says(0, 'Hello, '), says(0, 'world'), stop(0), completed()];
const bare503 = '\n\n[{"error":{"code":503,"message":"x"}}]';
const refuses = (status: number, headers: Record<string, string> = {}) => sendsJson({}, status, headers);

/** Reads a background run, one answer a request. */
async function read(answers: readonly InteractionAnswer[], options: FromInteractionOptions = quick) {
  const server = await serveInteractions(answers);
  const outcome = await outcomeOf(fromInteraction(server.ai, background, options));
  return { ...outcome, ...server, text: textOf(outcome.values), marks: marksOf(outcome.values) };
}

describe('a background run whose connection breaks', () => {
  it('is resumed after the newest event id, without a doubled or a lost character', async () => {
    const { text, isComplete, marks, seen } = await read([
      sendsText(sseOf(created(), start(0), says(0, 'Hel', { event_id: 'a/1 +' }), says(0, 'lo, '))),
      sends(says(0, 'lo, wor', { event_id: 'a/2' }), says(0, 'ld'), stop(0), completed()),
    ]);
    expect({ text, isComplete }).toEqual({ text: 'Hello, world', isComplete: true });
    expect(marks).toEqual([{ attempt: 1, kind: 'truncated' }]);
    expect(seen.map(({ call, lastEventId }) => [call, lastEventId])).toEqual([
      ['create', undefined],
      ['stream', 'a/1 +'],
    ]);
  });

  it.each<[string, string, InteractionAnswer]>([
    ['by a bare error', 'overloaded', sendsText(sseOf(...hello.slice(0, 3)) + bare503)],
    ['by half an event', 'truncated', sendsText(`${sseOf(...hello.slice(0, 3))}data: {"ev`)],
    ['by broken JSON', 'truncated', sendsText(`${sseOf(...hello.slice(0, 3))}data: {"ev\n\n`)],
    ['by a reset', 'truncated', sendsText(sseOf(...hello.slice(0, 3)), 'break')],
    ['by silence', 'network', sendsText(sseOf(...hello.slice(0, 3)), 'silence')],
  ])('is resumed from its start without ids: %s', async (_, kind, answer) => {
    const options = { reconnect: { ...quick.reconnect, maxSilence: 40 } };
    const { text, isComplete, marks, seen } = await read([answer, sends(...hello)], options);
    expect({ text, isComplete }).toEqual({ text: 'Hello, world', isComplete: true });
    expect(marks).toEqual([{ attempt: 1, kind }]);
    expect(seen[1]?.url).toBe('/v1beta/interactions/v1_a?stream=true');
  });

  it('is resumed from its start if the ids are `null`', async () => {
    const { text, seen, values } = await read([
      sends(...hello.slice(0, 3).map((event) => ({ ...event, event_id: null as unknown as string }))),
      sends(...hello),
    ]);
    expect(text).toBe('Hello, world');
    expect(seen[1]?.url).toBe('/v1beta/interactions/v1_a?stream=true');
    expect(values[0]?.interaction?.cursor).not.toContain('null');
  });

  it('repeats nothing if the server begins with the event to resume after, also behind others', async () => {
    const last = says(0, 'Hel', { event_id: 'e' });
    const rest = [says(0, 'lo'), stop(0), completed()];
    const status = { event_type: 'interaction.status_update', interaction_id: 'v1_a', status: 'in_progress' } as const;
    for (const before of [[], [created()], [status], [created(), status]]) {
      const { text } = await read([sends(created(), start(0), last), sends(...before, last, ...rest)]);
      expect(text).toBe('Hello');
    }
  });

  it('delivers text that a repeated `step.start` has', async () => {
    const content = [{ type: 'text', text: 'Hello, wo' }];
    const { text } = await read([
      sendsText(sseOf(...hello.slice(0, 3))),
      sends(created(), start(0, 'model_output', { content }), says(0, 'rld'), stop(0), completed()),
    ]);
    expect(text).toBe('Hello, world');
  });

  it('keeps the first half of the arguments of a call', async () => {
    const piece = (text: string, fields: object = {}) => ({
      ...delta(1, { type: 'arguments_delta', arguments: text }),
      ...fields,
    });
    const { values } = await read([
      sendsText(
        sseOf(
          created(),
          start(1, 'function_call', { id: 'c', name: 'f', arguments: {} }),
          piece('{"x', { event_id: 'e' }),
        ),
      ),
      sends(piece('":1'), piece('}'), stop(1), completed('v1_a', 'requires_action')),
    ]);
    const { candidates } = values.reduce(mergeChunks, emptyChunk);
    expect(candidates?.[0]?.content?.parts).toEqual([{ functionCall: { id: 'c', name: 'f', args: { x: 1 } } }]);
  });

  const search = { id: 'c', arguments: { queries: ['q'] } };
  const found = { toolCall: { id: 'c', toolType: 'GOOGLE_SEARCH_WEB', args: { queries: ['q'] } } };
  it.each([
    ['has them', [start(0, 'google_search_call', { id: 'c' })], [start(0, 'google_search_call', search)]],
    [
      'lacks them',
      [start(0, 'google_search_call', search)],
      [
        start(0, 'google_search_call', { id: 'c' }),
        delta(0, { type: 'google_search_call', arguments: { queries: ['q'] } }),
      ],
    ],
    [
      'has all of them after a half',
      [start(0, 'google_search_call', { id: 'c' }), { ...delta(0, { type: 'arguments_delta', arguments: '{"que' }) }],
      [start(0, 'google_search_call', search)],
    ],
  ])('gets the arguments of a call once, if a repeated `step.start` %s', async (_, before, after) => {
    const { values, isComplete } = await read([
      sends(created(), ...before),
      sendsText(sseOf(created(), ...after)),
      sends(created(), ...after, stop(0), completed()),
    ]);
    expect(isComplete).toBe(true);
    expect(values.reduce(mergeChunks, emptyChunk).candidates?.[0]?.content?.parts).toEqual([found]);
  });

  it('returns to an event before a call that begins again in another form', async () => {
    const piece = { ...delta(0, { type: 'arguments_delta', arguments: '{"que' }), event_id: 'half' };
    const { values, seen } = await read([
      sends({ ...created(), event_id: 'first' }, start(0, 'google_search_call', { id: 'c' }), piece),
      sends(created(), start(0, 'google_search_call', search)),
      sends(start(0, 'google_search_call', search), stop(0), completed()),
    ]);
    expect(seen.map(({ lastEventId }) => lastEventId)).toEqual([undefined, 'half', 'first']);
    expect(values.reduce(mergeChunks, emptyChunk).candidates?.[0]?.content?.parts).toEqual([found]);
  });

  it('is resumed without a limit, as long as something new arrives', async () => {
    const answers = [...'Hello'].map((letter, index) =>
      sendsText(
        sseOf(...(index === 0 ? [created(), start(0)] : []), says(0, letter, { event_id: `${letter}${index}` })),
      ),
    );
    const { text, marks } = await read([...answers, sends(stop(0), completed())], {
      reconnect: { ...quick.reconnect, count: 1 },
    });
    expect(text).toBe('Hello');
    expect(marks.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4, 5]);
  });

  it('doubles the wait with each attempt without anything new', async () => {
    const times: number[] = [];
    const server = await serveInteractions((response, request, index) => {
      times.push(performance.now());
      if (index === 0) sendsText(sseOf(created()))(response, request, index);
      else if (index < 4) response.writeHead(503).end();
      else sends(...hello)(response, request, index);
    });
    await outcomeOf(fromInteraction(server.ai, background, { reconnect: { delay: 20 } }));
    const waits = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    for (const [index, least] of [19, 39, 79, 159].entries()) expect(waits[index]).toBeGreaterThanOrEqual(least);
  });

  it("waits as long as the server's `Retry-After` asks", async () => {
    const { seen, isComplete } = await read([
      sendsText(sseOf(created())),
      refuses(429, { 'Retry-After': '0.1' }),
      sends(...hello),
    ]);
    expect(isComplete).toBe(true);
    expect(seen).toHaveLength(3);
  });

  it('ends with an error event, after everything that had arrived, and without another request', async () => {
    const event = { event_type: 'error', error: { code: 'api_error', message: 'x' } };
    const { text, error, calls } = await read([sendsText(sseOf(...hello.slice(0, 3), event))]);
    expect(text).toBe('Hello, ');
    expect(error).toMatchObject({ kind: 'server', retryable: false, partial: { interaction: { background: true } } });
    expect(calls()).toEqual(['create']);
  });

  it.each([
    [401, 'auth'],
    [403, 'permission'],
    [404, 'not_found'],
  ])('ends with status %s of a request that resumes it', async (status, kind) => {
    const { error, calls } = await read([sendsText(sseOf(...hello.slice(0, 3))), refuses(status)]);
    expect(error).toMatchObject({ kind, status, retryable: false, partial: { text: '', interaction: { id: 'v1_a' } } });
    expect(calls()).toEqual(['create', 'stream']);
  });

  it('emits each event once', async () => {
    const server = await serveInteractions([sendsText(sseOf(...hello.slice(0, 3))), sends(...hello)]);
    expect((await outcomeOf(interactionEvents(server.ai, background, quick))).values).toEqual(hello);
  });
});

describe('a foreground interaction whose connection breaks', () => {
  const withIds = sseOf(created(), start(0), says(0, 'Hello, ', { event_id: 'e1' }));

  it('is resumed if the server sent an event id', async () => {
    const { ai, seen } = await serveInteractions([sendsText(withIds), sends(says(0, 'world'), stop(0), completed())]);
    const { values, isComplete } = await outcomeOf(fromInteraction(ai, foreground, quick));
    expect({ text: textOf(values), isComplete }).toEqual({ text: 'Hello, world', isComplete: true });
    expect(seen[1]?.lastEventId).toBe('e1');
  });

  it.each([1, 2])('fails with the original drop if the server does not know it, at attempt %s', async (attempt) => {
    const { ai, calls } = await serveInteractions([
      sendsText(withIds),
      ...Array.from({ length: attempt - 1 }, () => refuses(503)),
      refuses(404),
    ]);
    const { values, error } = await outcomeOf(fromInteraction(ai, foreground, quick));
    expect(textOf(values)).toBe('Hello, ');
    expect(error).toMatchObject({ kind: 'truncated', retryable: true, partial: { interaction: { id: 'v1_a' } } });
    expect(calls()).toHaveLength(1 + attempt);
  });

  it('waits in silence for a model that thinks, if it cannot be resumed', async () => {
    const { ai } = await serveInteractions((response) => {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' }).write(sseOf(...hello.slice(0, 2)));
      setTimeout(() => response.end(sseOf(...hello.slice(2))), 150);
    });
    const options = { reconnect: { maxSilence: 20 } };
    expect((await outcomeOf(fromInteraction(ai, foreground, options))).isComplete).toBe(true);
  });
});

describe('an interaction that is followed by its id', () => {
  it('is read from its beginning', async () => {
    const { ai, seen } = await serveInteractions(sends(...hello));
    const { values, isComplete } = await outcomeOf(fromInteraction(ai, { id: 'v1_a' }));
    expect({ text: textOf(values), isComplete }).toEqual({ text: 'Hello, world', isComplete: true });
    expect(seen[0]?.url).toBe('/v1beta/interactions/v1_a?stream=true');
    expect(values[0]?.interaction).toMatchObject({ id: 'v1_a', background: true });
    expect(marksOf(values)).toEqual([]);
  });

  it.each([0, 1, 2, 3, 4])('continues after the chunk %s, whether or not there were ids', async (index) => {
    for (const fields of [{}, { event_id: 'e1' }]) {
      const events = hello.map((event) => (event.event_type === 'step.delta' ? { ...event, ...fields } : event));
      const { ai } = await serveInteractions([sends(...events), sends(...events)]);
      const first = await outcomeOf(fromInteraction(ai, background));
      const after = first.values[index]?.interaction?.cursor;
      const second = await outcomeOf(fromInteraction(ai, { id: 'v1_a', after }));
      expect(second.isComplete).toBe(true);
      expect([...first.values.slice(0, index + 1), ...second.values].reduce(mergeChunks, emptyChunk)).toEqual(
        first.values.reduce(mergeChunks, emptyChunk),
      );
    }
  });

  it('continues with the whole call of which its cursor saw a half', async () => {
    const call = [
      start(1, 'function_call', { id: 'c', name: 'f', arguments: {} }),
      { ...delta(1, { type: 'arguments_delta', arguments: '{"x"' }), event_id: 'e2' },
    ];
    const { ai, seen } = await serveInteractions([
      sends(created(), start(0), says(0, 'Hi', { event_id: 'e1' }), ...call, says(0, '!'), stop(0), completed()),
      sends(...call, delta(1, { type: 'arguments_delta', arguments: ':1}' }), stop(1), completed()),
    ]);
    const { values } = await outcomeOf(fromInteraction(ai, background).pipe(take(5)));
    expect(textOf(values)).toBe('Hi!');
    const after = values.at(-1)?.interaction?.cursor;
    const second = await outcomeOf(fromInteraction(ai, { id: 'v1_a', after }));
    expect(seen[1]?.lastEventId).toBe('e1');
    expect(second.values.reduce(mergeChunks, emptyChunk).candidates?.[0]?.content?.parts).toEqual([
      { functionCall: { id: 'c', name: 'f', args: { x: 1 } } },
    ]);
  });

  it('continues a thought as a thought', async () => {
    const summary = (text: string, fields: object = {}) => ({
      ...delta(0, { type: 'thought_summary', content: { type: 'text', text } }),
      ...fields,
    });
    const { ai } = await serveInteractions([
      sends(created(), start(0, 'thought'), summary('Hm', { event_id: 'e1' }), stop(0), completed()),
      sends({ ...delta(0, { text: 'm' }) }, stop(0), completed()),
    ]);
    const { values } = await outcomeOf(fromInteraction(ai, background).pipe(take(3)));
    const second = await outcomeOf(fromInteraction(ai, { id: 'v1_a', after: values.at(-1)?.interaction?.cursor }));
    expect(second.values[0]?.candidates?.[0]?.content?.parts).toEqual([{ text: 'm', thought: true }]);
  });

  it('ends at once after the cursor of the end', async () => {
    const { ai, calls } = await serveInteractions(sends(...hello));
    const { values } = await outcomeOf(fromInteraction(ai, background));
    const second = await outcomeOf(fromInteraction(ai, { id: 'v1_a', after: values.at(-1)?.interaction?.cursor }));
    expect(second).toEqual({ values: [], error: undefined, isComplete: true });
    expect(calls()).toHaveLength(1);
  });

  it('gives its failure again after the cursor of a failure', async () => {
    const { ai } = await serveInteractions(sends(...hello.slice(0, 3), completed('v1_a', 'failed')));
    const { error } = await outcomeOf(fromInteraction(ai, background));
    const after = error?.partial?.interaction?.cursor;
    const second = await outcomeOf(fromInteraction(ai, { id: 'v1_a', after }));
    expect(textOf(second.values)).toBe('');
    expect(second.error).toMatchObject({ kind: 'server', retryable: false });
  });

  it('fails with `not_found` if the server does not know it', async () => {
    const { ai, calls } = await serveInteractions(refuses(404));
    const { error } = await outcomeOf(fromInteraction(ai, { id: 'v1_a' }, quick));
    expect(error).toMatchObject({ kind: 'not_found', retryable: false, partial: { interaction: { id: 'v1_a' } } });
    expect(calls()).toEqual(['stream']);
  });

  it('has a cursor that does not grow with the reply', async () => {
    const steps = Array.from({ length: 50 }, (_, index) => [start(index), says(index, 'x'.repeat(99)), stop(index)]);
    const { ai } = await serveInteractions(sends(created(), ...steps.flat(), completed()));
    const { values } = await outcomeOf(fromInteraction(ai, background));
    expect(Math.max(...values.map(({ interaction }) => interaction?.cursor?.length ?? 0))).toBeLessThan(40);
  });
});

describe('an interaction that the server does not stream', () => {
  const resource = (status: string, text: string, fields: object = {}) =>
    sendsJson({ id: 'v1_a', status, steps: [{ type: 'model_output', content: [{ type: 'text', text }] }], ...fields });
  const options = { reconnect: { count: 1, delay: 1, poll: 1 } };
  const drop = sendsText(sseOf(...hello.slice(0, 3)));

  it('is polled after `count` attempts, and emits the new end', async () => {
    const { text, values, isComplete, calls, marks } = await read(
      [drop, refuses(503), resource('in_progress', 'Hello, w'), resource('completed', 'Hello, world', { usage })],
      options,
    );
    expect({ text, isComplete }).toEqual({ text: 'Hello, world', isComplete: true });
    expect(calls()).toEqual(['create', 'stream', 'get', 'get']);
    expect(marks).toEqual([{ attempt: 2, kind: 'truncated' }]);
    expect(values.reduce(mergeChunks, emptyChunk)).toMatchObject({
      candidates: [{ finishReason: 'STOP' }],
      usageMetadata: { totalTokenCount: 3 },
      interaction: { status: 'completed' },
    });
  });

  it('is polled with two texts that grow at once', async () => {
    const both = (first: string, second: string, status = 'in_progress') =>
      sendsJson({
        id: 'v1_a',
        status,
        steps: [first, second].map((text) => ({ type: 'model_output', content: [{ type: 'text', text }] })),
        usage,
      });
    const { values, isComplete } = await read(
      [sendsText(sseOf(created())), refuses(503), both('ab', 'x'), both('abcd', 'xy', 'completed')],
      options,
    );
    expect(values.map(({ text }) => text).filter(Boolean)).toEqual(['ab', 'x', 'cd', 'y']);
    expect(isComplete).toBe(true);
  });

  it('is polled by the indices of its stream, also if the stream counts the input', async () => {
    const asked = { type: 'user_input', content: [{ type: 'text', text: 'Hi' }] };
    const counted = [
      created(),
      start(0, 'user_input', { content: asked.content }),
      stop(0),
      start(1),
      says(1, 'Hello, '),
    ];
    const state = sendsJson({
      id: 'v1_a',
      status: 'completed',
      steps: [asked, { type: 'model_output', content: [{ type: 'text', text: 'Hello, world' }] }],
      usage,
    });
    const { ai } = await serveInteractions([
      sendsText(sseOf(...counted)),
      refuses(503),
      state,
      refuses(503),
      refuses(503),
      state,
    ]);
    const { values } = await outcomeOf(fromInteraction(ai, background, options));
    expect(values.map(({ text }) => text).join('')).toBe('Hello, world');
    const place = values.find(({ text }) => text !== '')?.interaction;
    const rest = await outcomeOf(fromInteraction(ai, { id: 'v1_a', after: place?.cursor }, options));
    expect(rest.values.map(({ text }) => text).join('')).toBe('world');
  });

  it('is polled at once if the server refuses the event to resume after, which it may have forgotten', async () => {
    const events = hello.slice(0, 3).map((event, index) => ({ ...event, event_id: `e${String(index)}` }));
    const refused = sendsJson({ error: { code: 'invalid_request', message: 'No such event' } }, 400);
    const { text, isComplete, calls, marks } = await read(
      [sendsText(sseOf(...events)), refused, resource('completed', 'Hello, world', { usage })],
      { reconnect: { delay: 1, poll: 1 } },
    );
    expect({ text, isComplete }).toEqual({ text: 'Hello, world', isComplete: true });
    expect(calls()).toEqual(['create', 'stream', 'get']);
    expect(marks).toEqual([{ attempt: 2, kind: 'truncated' }]);
  });

  it('fails if the server refuses the poll as well', async () => {
    const events = hello.slice(0, 3).map((event, index) => ({ ...event, event_id: `e${String(index)}` }));
    const refused = sendsJson({ error: { code: 'invalid_request', message: 'No' } }, 400);
    const { error, calls } = await read([sendsText(sseOf(...events)), refused, refused], options);
    expect(error).toMatchObject({ kind: 'invalid_request', retryable: false });
    expect(calls()).toEqual(['create', 'stream', 'get']);
  });

  it('has a signature of which only an empty one had arrived', async () => {
    const { values } = await read(
      [
        sends(created(), start(0, 'thought'), delta(0, { type: 'thought_signature', signature: '' })),
        refuses(503),
        sendsJson({ id: 'v1_a', status: 'completed', steps: [{ type: 'thought', signature: 's' }], usage }),
      ],
      options,
    );
    const parts = values.flatMap(({ candidates }) => candidates?.[0]?.content?.parts ?? []);
    expect(parts).toEqual([{ text: '', thought: true, thoughtSignature: 's' }]);
  });

  it('has only its input at first', async () => {
    const input = { type: 'user_input', content: [{ type: 'text', text: 'Hi' }] };
    const answer = { type: 'model_output', content: [{ type: 'text', text: 'Hello' }] };
    const { text, isComplete } = await read(
      [
        sendsText(sseOf(created())),
        refuses(503),
        sendsJson({ id: 'v1_a', status: 'in_progress', steps: [input] }),
        sendsJson({ id: 'v1_a', status: 'completed', steps: [input, answer], usage }),
      ],
      options,
    );
    expect({ text, isComplete }).toEqual({ text: 'Hello', isComplete: true });
  });

  it('reports the changes of its status', async () => {
    const { values } = await read(
      [
        sendsText(sseOf(created('v1_a', { status: 'queued' }))),
        refuses(503),
        resource('in_progress', ''),
        resource('completed', 'Hi'),
      ],
      options,
    );
    expect(values.map(({ interaction }) => interaction?.status)).toEqual(
      expect.arrayContaining(['queued', 'in_progress', 'completed']),
    );
  });

  it('emits its events, with calls as a whole', async () => {
    const args = { x: [1, 2] };
    const steps = [
      { type: 'user_input', content: [{ type: 'text', text: 'Hi' }] },
      { type: 'thought', summary: [{ type: 'text', text: 'Hm' }], signature: 's' },
      { type: 'function_call', id: 'c', name: 'f', arguments: args },
    ];
    const call = (step: object) => steps.slice(0, 2).concat([{ ...step } as (typeof steps)[number]]);
    const server = await serveInteractions([
      sendsText(sseOf(created())),
      refuses(503),
      sendsJson({ id: 'v1_a', status: 'in_progress', steps: call({ type: 'function_call', id: 'c', name: 'f' }) }),
      sendsJson({ id: 'v1_a', status: 'requires_action', usage, steps }),
    ]);
    const { values } = await outcomeOf(interactionEvents(server.ai, background, options));
    expect(values).toEqual([
      created(),
      { event_type: 'step.start', index: 0, step: { type: 'thought' } },
      delta(0, { type: 'thought_summary', content: { type: 'text', text: 'Hm' } }),
      delta(0, { type: 'thought_signature', signature: 's' }),
      stop(0),
      start(1, 'function_call', { id: 'c', name: 'f', arguments: args }),
      stop(1),
      { event_type: 'interaction.completed', interaction: { id: 'v1_a', status: 'requires_action', usage, steps } },
    ]);
  });

  it.each([
    ['of the same form', '{"x":', [delta(0, { type: 'arguments_delta', arguments: '[1]}' })]],
    ['of another form', '{ "x"', [start(0, 'function_call', { id: 'c', name: 'f', arguments: { x: [1] } })]],
  ])('completes arguments that had arrived in part, in JSON %s', async (_, half, expected) => {
    const head = [
      created(),
      start(0, 'function_call', { id: 'c', name: 'f', arguments: {} }),
      delta(0, { type: 'arguments_delta', arguments: half }),
    ];
    const steps = [{ type: 'function_call', id: 'c', name: 'f', arguments: { x: [1] } }];
    const answers = [
      sendsText(sseOf(...head)),
      refuses(503),
      sendsJson({ id: 'v1_a', status: 'requires_action', usage, steps }),
    ];
    const raw = await serveInteractions(answers);
    const { values } = await outcomeOf(interactionEvents(raw.ai, background, options));
    expect(values.slice(3)).toEqual([...expected, stop(0), expect.anything()]);
    const merged = (await read(answers, options)).values.reduce(mergeChunks, emptyChunk);
    expect(merged.candidates?.[0]?.content?.parts).toEqual([
      { functionCall: { id: 'c', name: 'f', args: { x: [1] } } },
    ]);
  });

  it.each([
    ['failed', 'server'],
    ['cancelled', 'cancelled'],
    ['budget_exceeded', 'quota'],
  ])('ends by its status %s, after everything that is new', async (status, kind) => {
    const { text, error } = await read([drop, refuses(503), resource(status, 'Hello, w')], options);
    expect(text).toBe('Hello, w');
    expect(error).toMatchObject({ kind, retryable: false, partial: { text: '', interaction: { status } } });
  });

  it.each([
    [401, 'auth'],
    [403, 'permission'],
    [404, 'not_found'],
  ])('ends with status %s', async (status, kind) => {
    const { error, calls } = await read([drop, refuses(503), refuses(status)], options);
    expect(error).toMatchObject({ kind, status, retryable: false });
    expect(calls()).toEqual(['create', 'stream', 'get']);
  });

  it('is polled again after 429, 5xx and a broken connection, without a limit', async () => {
    const { text, calls } = await read(
      [
        drop,
        refuses(503),
        refuses(429, { 'Retry-After': '0.01' }),
        refuses(500),
        (response) => response.destroy(),
        refuses(503),
        resource('completed', 'Hello, world', { usage }),
      ],
      options,
    );
    expect(text).toBe('Hello, world');
    expect(calls()).toHaveLength(7);
  });

  it('is polled again if a poll is not answered', async () => {
    const { text } = await read([drop, refuses(503), isSilent, resource('completed', 'Hello, world', { usage })], {
      reconnect: { ...options.reconnect, maxSilence: 30 },
    });
    expect(text).toBe('Hello, world');
  });

  it('fails if the server answers with a page', async () => {
    const { error } = await read([drop, refuses(503), (response) => response.end('<html>')], options);
    expect(error).toMatchObject({ kind: 'protocol', retryable: false });
  });

  it('is bounded by `timeoutReply({ total })`', async () => {
    const { ai, seen } = await serveInteractions((response, request, index) => {
      if (index === 0) sendsText(sseOf(created()))(response, request, index);
      else response.writeHead(503).end();
    });
    const reply$ = fromInteraction(ai, background, options).pipe(timeoutReply({ total: 100 }));
    expect((await outcomeOf(reply$)).error).toMatchObject({ kind: 'timeout' });
    // A request that was on its way arrives.
    await new Promise((resolve) => setTimeout(resolve, 50));
    const count = seen.length;
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(seen).toHaveLength(count);
  });
});

describe('token counts that are missing at the end', () => {
  const late = [...hello.slice(0, 5), completed('v1_a', 'completed', { usage: undefined })];

  it('are read once from a background run', async () => {
    const { values, isComplete, calls } = await read([
      sends(...late),
      sendsJson({ id: 'v1_a', status: 'completed', usage }),
    ]);
    expect(isComplete).toBe(true);
    expect(values.reduce(mergeChunks, emptyChunk)).toMatchObject({
      candidates: [{ finishReason: 'STOP' }],
      usageMetadata: { totalTokenCount: 3 },
    });
    expect(calls()).toEqual(['create', 'get']);
  });

  it.each([
    ['the request fails', refuses(500)],
    ['they are missing there, too', sendsJson({ id: 'v1_a', status: 'completed' })],
  ])('stay missing if %s', async (_, answer) => {
    const { text, isComplete, calls } = await read([sends(...late), answer]);
    expect({ text, isComplete }).toEqual({ text: 'Hello, world', isComplete: true });
    expect(calls()).toEqual(['create', 'get']);
  });

  it('are not read from a foreground one', async () => {
    const { ai, calls } = await serveInteractions(sends(...late));
    expect((await outcomeOf(fromInteraction(ai, foreground))).isComplete).toBe(true);
    expect(calls()).toEqual(['create']);
  });
});

describe('unsubscribing', () => {
  const begun = sseOf(...hello.slice(0, 3));
  const states: [string, InteractionAnswer[]][] = [
    ['before the headers', [isSilent]],
    ['during a silence', [sendsText(begun, 'silence')]],
    ['before the headers of a resumption', [sendsText(begun), isSilent]],
    ['during the silence of a resumption', [sendsText(begun), sendsText('', 'silence')]],
    ['during a poll', [sendsText(begun), refuses(503), isSilent]],
    [
      'while the token counts are read',
      [sends(...hello.slice(0, 5), completed('v1_a', 'completed', { usage: undefined })), isSilent],
    ],
  ];

  it.each(states)('closes the connection within 250 ms, %s', async (_, answers) => {
    const { ai, seen } = await serveInteractions(answers);
    const subscription = fromInteraction(ai, background, { reconnect: { count: 1, delay: 1, poll: 1 } }).subscribe();
    await vi.waitUntil(() => seen.length === answers.length);
    await new Promise((resolve) => setTimeout(resolve, 20));
    const before = performance.now();
    subscription.unsubscribe();
    expect(await seen.at(-1)?.closed).toBe(false);
    expect(performance.now() - before).toBeLessThan(250);
    expect(seen).toHaveLength(answers.length);
  });

  it.each<[string, InteractionAnswer[], FromInteractionOptions]>([
    ['during a back-off', [sendsText(begun)], { reconnect: { delay: 300 } }],
    [
      'between two polls',
      [sendsText(begun), refuses(503), sendsJson({ id: 'v1_a', status: 'in_progress' })],
      { reconnect: { count: 1, delay: 1, poll: 300 } },
    ],
  ])('makes no further request, %s', async (_, answers, options) => {
    const { ai, seen } = await serveInteractions(answers);
    const subscription = fromInteraction(ai, background, options).subscribe();
    await vi.waitUntil(() => seen.length === answers.length);
    await seen.at(-1)?.closed;
    await new Promise((resolve) => setTimeout(resolve, 20));
    subscription.unsubscribe();
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(seen).toHaveLength(answers.length);
  });
});

describe('cancel', () => {
  const begun = sseOf(...hello.slice(0, 3));
  const cancels = { ...quick, cancel: true };
  const answering =
    (answer: InteractionAnswer, cancelled: InteractionAnswer = sendsJson({})): InteractionAnswer =>
    (response, request, index) =>
      (request.call === 'cancel' ? cancelled : answer)(response, request, index);

  it('sends one cancel when the subscriber leaves, and closes the connection', async () => {
    const { ai, seen } = await serveInteractions(answering(sendsText(begun, 'silence')));
    await outcomeOf(fromInteraction(ai, background, cancels).pipe(take(3)));
    await vi.waitUntil(() => seen.length === 2);
    expect(seen.map(({ method, url }) => `${String(method)} ${String(url)}`)).toEqual([
      'POST /v1beta/interactions',
      'POST /v1beta/interactions/v1_a/cancel',
    ]);
    expect(await seen[0]?.closed).toBe(false);
  });

  it('sends it when a timeout below ends the reply, and at the end of a shared one', async () => {
    const { ai, calls } = await serveInteractions(answering(sendsText(begun, 'silence')));
    await outcomeOf(fromInteraction(ai, background, cancels).pipe(timeoutReply({ each: 30 })));
    await vi.waitUntil(() => calls().length === 2);
    await outcomeOf(fromInteraction(ai, background, cancels).pipe(shareReply({ grace: 20 }), take(2)));
    await vi.waitUntil(() => calls().length === 4);
    expect(calls()).toEqual(['create', 'cancel', 'create', 'cancel']);
  });

  it('sends it for an interaction that is followed', async () => {
    const { ai, calls } = await serveInteractions(answering(sendsText(begun, 'silence')));
    await outcomeOf(fromInteraction(ai, { id: 'v1_a' }, cancels).pipe(take(1)));
    await vi.waitUntil(() => calls().length === 2);
    expect(calls()).toEqual(['stream', 'cancel']);
  });

  it.each<[string, InteractionAnswer]>([
    ['after its end', sends(...hello)],
    ['after its failure', sends(...hello.slice(0, 3), completed('v1_a', 'failed'))],
    ['after a refused request', refuses(400)],
  ])('sends nothing %s', async (_, answer) => {
    const { ai, calls } = await serveInteractions(answering(answer));
    await outcomeOf(fromInteraction(ai, background, cancels));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(calls()).toEqual(['create']);
  });

  it('sends nothing if a poll has found the end', async () => {
    const server = await serveInteractions([
      sendsText(sseOf(created())),
      refuses(503),
      sendsJson({
        id: 'v1_a',
        status: 'completed',
        usage,
        steps: [{ type: 'model_output', content: [{ type: 'text', text: 'Hi' }] }],
      }),
    ]);
    const options = { cancel: true, reconnect: { count: 1, delay: 1, poll: 1 } };
    await outcomeOf(fromInteraction(server.ai, background, options).pipe(take(2)));
    expect(server.calls()).toEqual(['create', 'stream', 'get']);
  });

  it('sends nothing for a foreground interaction, which ends with its connection', async () => {
    const { ai, seen, calls } = await serveInteractions(answering(sendsText(begun, 'silence')));
    await outcomeOf(fromInteraction(ai, foreground, cancels).pipe(take(2)));
    expect(await seen[0]?.closed).toBe(false);
    expect(calls()).toEqual(['create']);
  });

  it('reads a create on until the id is known', async () => {
    const { ai, seen } = await serveInteractions(
      answering((response) => {
        setTimeout(() => response.writeHead(200, { 'Content-Type': 'text/event-stream' }).write(begun), 300);
      }),
    );
    const values: GeminiChunk[] = [];
    const subscription = fromInteraction(ai, background, cancels).subscribe((chunk) => values.push(chunk));
    await vi.waitUntil(() => seen.length === 1);
    subscription.unsubscribe();
    await vi.waitUntil(() => seen.length === 2);
    expect(seen[1]?.url).toBe('/v1beta/interactions/v1_a/cancel');
    expect(await seen[0]?.closed).toBe(false);
    expect(values).toEqual([]);
  });

  it('reads a create on for 10 s at most', async () => {
    const { ai, seen } = await serveInteractions(answering(isSilent));
    const subscription = fromInteraction(ai, background, cancels).subscribe();
    await vi.waitUntil(() => seen.length === 1);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    subscription.unsubscribe();
    vi.advanceTimersByTime(10_000);
    vi.useRealTimers();
    expect(await seen[0]?.closed).toBe(false);
    expect(seen).toHaveLength(1);
  });

  /** Leaves one run after another, each of whose cancels is answered with one of the errors; resolves to the reports. */
  const reportsOf = async (...errors: readonly (readonly [code: string, status: number])[]) => {
    const reports: unknown[] = [];
    config.onUnhandledError = (error) => reports.push(error);
    onTestFinished(() => {
      config.onUnhandledError = null;
    });
    for (const [code, status] of errors) {
      const refused = sendsJson({ error: { code, message: 'No' } }, status);
      const { ai } = await serveInteractions(answering(sendsText(begun, 'silence'), refused));
      await outcomeOf(fromInteraction(ai, background, cancels).pipe(take(1)));
    }
    await vi.waitFor(() => expect(reports.length).toBeGreaterThan(0));
    return reports;
  };

  it.each([
    ['api_error', 500, 'server'],
    ['permission_denied', 403, 'permission'],
    ['invalid_request', 400, 'invalid_request'],
  ] as const)('reports a cancel that fails with %s', async (code, status, kind) => {
    expect(await reportsOf([code, status])).toMatchObject([{ name: 'GeminiError', kind, status }]);
  });

  it('reports nothing if there is nothing to cancel', async () => {
    const reports = await reportsOf(['failed_precondition', 400], ['not_found', 404], ['api_error', 500]);
    expect(reports).toMatchObject([{ status: 500 }]);
  });
});

describe('a second run', () => {
  it.each<[string, InteractionAnswer[]]>([
    ['fails', [sendsText(sseOf(...hello.slice(0, 3), completed('v1_a', 'failed')))]],
    ['sends an error', [sendsText(sseOf(created(), { event_type: 'error', error: { code: 'service_unavailable' } }))]],
    ['is forgotten', [sendsText(sseOf(created())), refuses(404)]],
    ['is silent', [sendsText(sseOf(created()), 'silence')]],
    ['is refused to this key', [sendsText(sseOf(created())), refuses(503), refuses(403)]],
  ])('is not started when a background run %s', async (_, answers) => {
    const { ai, calls } = await serveInteractions(answers);
    const reply$ = fromInteraction(ai, background, { reconnect: { count: 1, delay: 1, poll: 1 } }).pipe(
      timeoutReply({ first: 150, total: 400 }),
      classifyErrors(),
      retryTransient({ count: 3, delay: 1 }),
      timeout(5_000),
    );
    const { error } = await outcomeOf(reply$);
    expect(error?.retryable).toBe(false);
    expect(calls().filter((call) => call === 'create')).toHaveLength(1);
  });

  it('is started by `retryTransient` as long as no id is known', async () => {
    const { ai, calls } = await serveInteractions([refuses(503), sends(...hello)]);
    const { isComplete } = await outcomeOf(fromInteraction(ai, background).pipe(retryTransient({ delay: 1 })));
    expect(isComplete).toBe(true);
    expect(calls()).toEqual(['create', 'create']);
  });
});
