import { describe, expect, it } from 'vitest';
import type { EmulatorInteraction } from '../../../src/emulator/interactions/interactionScenario.js';
import type { EmulatorScenario } from '../../../src/emulator/scenario.js';
import type { Emulator } from '../../../src/emulator/startEmulator.js';
import type { InteractionEvent } from '../../../src/interaction/interactionEvent.js';
import {
  answerIn,
  create,
  createStream,
  eventsIn,
  input,
  INTERACTIONS,
  json,
  resume,
  state,
  typesOf,
} from './interactionWire.js';
import { postRaw, start, turns, until } from '../wire.js';

const TEXT = 'One two three four five six seven eight nine.';
const BACKGROUND = input('Hi', { background: true });
const BUSY = [
  { error: { code: 503, message: 'The model is overloaded. Please try again later.', status: 'UNAVAILABLE' } },
];
const DONE = 'event: done\ndata: [DONE]\n\n';

/** A run in the background that is over, its id, and all of its events. */
async function ran(scenario: EmulatorScenario): Promise<{ emulator: Emulator; id: string; log: InteractionEvent[] }> {
  const emulator = await start({ reply: { text: TEXT, ...scenario } });
  const { id } = await create(emulator, BACKGROUND);
  await until(() => emulator.requests[0]?.closedAt !== undefined);
  const log = eventsIn(await createStream(await start({ reply: { text: TEXT } }), BACKGROUND));
  return { emulator, id, log };
}

const streamOf = async (scenario: EmulatorScenario, body = input('Hi')): Promise<string> =>
  createStream(await start({ reply: { text: TEXT, ...scenario } }), body);

const idsOf = (events: readonly InteractionEvent[]) => events.map(({ event_id: id }) => id !== undefined);

describe('no fault', () => {
  it('sends an event a packet, with its type above it, and [DONE] last', async () => {
    const { packets, head, reads } = await postRaw(
      await start({ reply: 'Hi' }),
      INTERACTIONS,
      input('Hi', { stream: true }),
    );
    expect(head).toContain('text/event-stream');
    expect(packets.slice(0, 2)).toEqual([
      expect.stringMatching(/^event: interaction\.created\ndata: \{.*\}\n\n$/) as unknown,
      expect.stringMatching(/^event: interaction\.status_update\ndata: \{.*\}\n\n$/) as unknown,
    ]);
    expect(packets.at(-1)).toBe(DONE);
    // One write, so that a client that stops reading at [DONE] does not close the connection early.
    expect(reads.at(-1)).toContain(`${DONE}\r\n0\r\n\r\n`);
  });
});

describe('eventIds', () => {
  const idsWith = async (interaction: EmulatorInteraction, body = BACKGROUND) =>
    idsOf(eventsIn(await streamOf({ text: 'Hi', interaction }, body)));

  it.each([
    [1, [true, true, true, true, true, true]],
    [2, [false, true, false, true, false, true]],
    [4, [false, false, false, true, false, false]],
    [0, [false, false, false, false, false, false]],
  ])('are on every event of %i', async (eventIds, ids) => {
    expect(await idsWith({ eventIds })).toEqual(ids);
    expect(await idsWith({ eventIds }, input('Hi'))).toEqual(ids);
  });

  it('are on all events in the background, and on none of another run', async () => {
    expect(await idsWith({})).not.toContain(false);
    expect(await idsWith({}, input('Hi'))).not.toContain(true);
  });

  it('are each where its run resumes', async () => {
    const { emulator, id, log } = await ran({});
    for (const [at, { event_id: eventId }] of log.entries()) {
      const rest = eventsIn(await resume(emulator, id, eventId));
      expect(typesOf(rest)).toEqual(typesOf(log.slice(at + 1)));
    }
  });
});

describe('a cut', () => {
  it.each([0, 1, 3, 5])('is after %i events, with the end of the response', async (chunks) => {
    expect(eventsIn(await streamOf({ endAfter: { chunks } }))).toHaveLength(chunks);
  });

  it('is at any byte', async () => {
    const whole = await streamOf({ interaction: { id: 'x' } });
    for (const bytes of [1, 20, 200, 333]) {
      expect(await streamOf({ interaction: { id: 'x' }, endAfter: { bytes } })).toBe(whole.slice(0, bytes));
      expect(await streamOf({ interaction: { id: 'x' }, dropAfter: { bytes, reset: true } })).toBe(
        whole.slice(0, bytes),
      );
    }
  });

  it('is a bare error in a list, after events, bytes or a time', async () => {
    const bare = async (errorAfter: EmulatorScenario['errorAfter']) => {
      const stream = await streamOf({ errorAfter, pace: 1e4 });
      const at = stream.indexOf('[\n');
      return [eventsIn(stream.slice(0, at)).length, JSON.parse(stream.slice(at).replace(DONE, '')) as unknown];
    };
    expect(await bare({ chunks: 3, as: 'list' })).toEqual([3, BUSY]);
    expect(await bare({ bytes: 3, as: 'list' })).toEqual([0, BUSY]);
    expect(await bare({ ms: 400, as: 'list' })).toEqual([3, BUSY]);
  });

  it('is an error event, with a code of this API', async () => {
    const stream = await streamOf({ errorAfter: { chunks: 3 } });
    expect(stream).toContain('event: error\n');
    expect(eventsIn(stream)[3]).toMatchObject({ event_type: 'error', error: { code: 'service_unavailable' } });
    const plain = await streamOf({
      errorAfter: { chunks: 3, as: 'data', error: { error: { code: 'gateway_timeout', message: 'late' } } },
    });
    expect(plain).not.toContain('event: error\n');
    expect(eventsIn(plain)[3]).toEqual({ event_type: 'error', error: { code: 'gateway_timeout', message: 'late' } });
  });

  it('is the status of an interaction that is not streamed', async () => {
    const emulator = await start({ reply: { errorAfter: { chunks: 3 } } });
    expect(await json(emulator, 'POST', INTERACTIONS, input('Hi'))).toMatchObject({
      status: 503,
      body: { error: { code: 'service_unavailable' } },
    });
  });

  it('leaves the run in the background as it is', async () => {
    const emulator = await start({ reply: { text: TEXT, dropAfter: { chunks: 4 } } });
    const first = eventsIn(await createStream(emulator, BACKGROUND));
    const rest = eventsIn(await resume(emulator, emulator.requests[0]!.interactionId!, first.at(-1)!.event_id));
    expect(first).toHaveLength(4);
    expect(answerIn([...first, ...rest])).toBe(TEXT);
  });
});

describe('resumes', () => {
  it('have faults of their own, each the same', async () => {
    const { emulator, id } = await ran({ interaction: { resumes: { endAfter: { chunks: 2 } } } });
    expect(eventsIn(await resume(emulator, id))).toHaveLength(2);
    expect(eventsIn(await resume(emulator, id))).toHaveLength(2);
  });

  it('have faults by their number', async () => {
    const resumes = [{ endAfter: { chunks: 1 } }, { status: 503 }];
    const { emulator, id, log } = await ran({ interaction: { resumes } });
    expect(eventsIn(await resume(emulator, id))).toHaveLength(1);
    expect(await resume(emulator, id)).toContain('"service_unavailable"');
    expect(eventsIn(await resume(emulator, id))).toHaveLength(log.length);
    const byNumber = (index: number) => (index === 1 ? { endAfter: { chunks: 1 } } : undefined);
    const other = await ran({ interaction: { resumes: byNumber } });
    expect(eventsIn(await resume(other.emulator, other.id))).toHaveLength(log.length);
    expect(eventsIn(await resume(other.emulator, other.id))).toHaveLength(1);
  });

  it('replay from the start', async () => {
    const { emulator, id, log } = await ran({ interaction: { resumes: { replay: 'start' } } });
    const eventId = eventsIn(await resume(emulator, id))[5]!.event_id;
    expect(typesOf(eventsIn(await resume(emulator, id, eventId)))).toEqual(typesOf(log));
  });

  it.each([1, 4, 7, 1000])('cut the texts anew, %i characters a piece', async (recut) => {
    const steps = [
      { type: 'thought', summary: [{ type: 'text', text: 'Thinking about it 👩‍💻 a while.' }], signature: 'S' },
      { type: 'model_output', content: [{ type: 'text', text: `${TEXT} 👩‍💻` }] },
      { type: 'function_call', id: 'c', name: 'f', arguments: { city: 'Köln am Rhein' } },
    ];
    const { emulator, id } = await ran({ interaction: { steps, resumes: [{}, { recut }, { recut }] } });
    const log = eventsIn(await resume(emulator, id));
    const anew = eventsIn(await resume(emulator, id));
    const pieces = anew.flatMap((event) => (event.event_type === 'step.delta' ? (event.delta.text ?? []) : []));
    expect(pieces.join('')).toBe(`${TEXT} 👩‍💻`);
    expect(pieces.every((piece) => piece.length <= recut + 1 && !/\p{Cs}/u.test(piece))).toBe(true);
    const foldable = (events: readonly InteractionEvent[]) =>
      events.map((event) => JSON.stringify({ ...event, event_id: undefined })).join('');
    expect(foldable(anew)).not.toBe(foldable(log));
    // An id stays where the texts before it are the same.
    const before = (events: readonly InteractionEvent[], eventId: string) =>
      answerIn(events.slice(0, events.findIndex((event) => event.event_id === eventId) + 1));
    const ids = anew.flatMap((event) => event.event_id ?? []);
    expect(ids.length).toBeGreaterThan(5);
    for (const eventId of ids) expect(before(anew, eventId)).toBe(before(log, eventId));
    const middle = log.find((event) => event.event_type === 'step.delta' && event.delta.type === 'text')!;
    expect(before(log, middle.event_id!) + answerIn(eventsIn(await resume(emulator, id, middle.event_id)))).toBe(
      `${TEXT} 👩‍💻`,
    );
  });

  it('are silent after the events so far, or after two', async () => {
    const resumes = [{ silent: true }, { replay: 'start' as const, stallAfter: { chunks: 2 } }];
    const { emulator, id, log } = await ran({ interaction: { resumes } });
    const reading = [resume(emulator, id), resume(emulator, id, 'v1_M19zdGVwLnN0YXJ0')];
    await until(() => emulator.requests[1]?.chunksSent === log.length - 1 && emulator.requests[2]?.chunksSent === 2);
    await turns();
    const records = emulator.requests.slice(1).map(({ closedAt, chunksSent }) => [closedAt, chunksSent]);
    expect(records).toEqual([
      [undefined, log.length - 1],
      [undefined, 2],
    ]);
    await emulator.close();
    await Promise.all(reading);
  });

  it('keep the form of the events, but not the faults of the create', async () => {
    const { emulator, id, log } = await ran({ lines: [': x'], done: false, headersDelay: 0, endAfter: { bytes: 1e6 } });
    const stream = await resume(emulator, id);
    expect(stream).toContain('event: step.start\n: x\ndata: ');
    expect(stream).not.toContain('[DONE]');
    expect(eventsIn(stream)).toHaveLength(log.length);
  });

  it('answer with 500 if their function returns a wrong fault', async () => {
    const { emulator, id } = await ran({ interaction: { resumes: () => ({ recut: 0 }) } });
    expect(await resume(emulator, id)).toContain('Expected `interaction.resumes.recut` to be a whole number');
  });
});

describe('polls and cancels', () => {
  it('have faults of their own', async () => {
    const polls = [{ status: 429, headers: { 'Retry-After': '3' } }, { body: 'nonsense' }];
    const emulator = await start({
      reply: { chunks: never(), interaction: { polls, cancels: [{ error: { error: { code: 'api_error' } } }] } },
    });
    const { id } = await create(emulator, BACKGROUND);
    const response = await fetch(`${emulator.url}${INTERACTIONS}/${id}`);
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, '3']);
    expect(await (await fetch(`${emulator.url}${INTERACTIONS}/${id}`)).text()).toBe('nonsense');
    expect(await state(emulator, id)).toMatchObject({ status: 'in_progress' });
    const path = `${INTERACTIONS}/${id}/cancel`;
    expect(await json(emulator, 'POST', path)).toMatchObject({ status: 500, body: { error: { code: 'api_error' } } });
    expect(await state(emulator, id)).toMatchObject({ status: 'in_progress' });
    expect(await json(emulator, 'POST', path)).toMatchObject({ status: 200, body: { status: 'cancelled' } });
  });
});

describe('the form of the events', () => {
  it('has the text in `step.start`', async () => {
    const events = eventsIn(await streamOf({ interaction: { textInStart: true } }));
    const start = events.find((event) => event.event_type === 'step.start');
    expect(start?.step.content).toEqual([{ type: 'text', text: 'One two three' }]);
    expect(answerIn(events)).toBe(TEXT);
    const steps = [
      { type: 'thought', summary: [{ type: 'text', text: 'Hm.' }] },
      { type: 'function_call', name: 'f' },
    ];
    const starts = eventsIn(await streamOf({ interaction: { steps, textInStart: true } }));
    expect(starts.filter((event) => event.event_type === 'step.start')).toMatchObject([
      { step: { summary: [{ text: 'Hm.' }] } },
      { step: { arguments: {} } },
    ]);
  });

  it('has a `step.start` that nothing follows', async () => {
    const events = [{ event_type: 'step.start', index: 0, step: { type: 'model_output' } }];
    expect(eventsIn(await streamOf({ interaction: { events, textInStart: true } }))).toEqual(events);
  });

  it('has deltas without a type', async () => {
    const steps = [
      { type: 'thought', summary: [{ type: 'text', text: 'Hm.' }], signature: 'S' },
      { type: 'model_output', content: [{ type: 'text', text: 'Hi.' }] },
    ];
    const { emulator, id } = await ran({ interaction: { steps, untypedDeltas: true } });
    const events = eventsIn(await resume(emulator, id));
    expect(events.flatMap((event) => (event.event_type === 'step.delta' ? event.delta : []))).toEqual([
      { type: 'thought_summary', content: { text: 'Hm.' } },
      { type: 'thought_signature', signature: 'S' },
      { text: 'Hi.' },
    ]);
    expect((await state(emulator, id)).steps).toEqual(steps);
  });

  it('has the old names, also when it is resumed', async () => {
    const { emulator, id } = await ran({ text: 'Hi', interaction: { oldNames: true } });
    const stream = await resume(emulator, id);
    expect(typesOf(eventsIn(stream))).toEqual([
      'interaction.start',
      'interaction.status_update',
      'content.start',
      'content.delta',
      'content.stop',
      'interaction.complete',
    ]);
    expect(stream).toContain('event: content.start\ndata: {"event_type":"content.start","index":0,"event_id":');
    expect(stream).toContain('"content":{"type":"text"}');
    expect((await state(emulator, id)).steps).toMatchObject([{ type: 'model_output' }]);
  });

  it('has no [DONE], no last blank line, or other delimiters', async () => {
    expect(await streamOf({ done: false })).not.toContain('[DONE]');
    expect(await streamOf({ unterminated: true })).toMatch(/data: \[DONE\]$/);
    expect(await streamOf({ done: false, unterminated: true })).toMatch(/\}$/);
    expect(await streamOf({ delimiter: '\r\n\r\n' })).toMatch(/^event: interaction.created\r\ndata: .*\r\n\r\n/);
  });

  it('has no id', async () => {
    const emulator = await start({ reply: { text: TEXT, interaction: { id: '' } } });
    const [created, update] = eventsIn(await createStream(emulator));
    expect(created).toMatchObject({ interaction: { id: '' } });
    expect(update).toMatchObject({ interaction_id: '' });
  });

  it('has garbage, packets of a byte, and many events a packet', async () => {
    expect(await streamOf({ garbageAfter: { chunks: 2, garbage: 'data: {\n\n' } })).toContain('data: {\n\nevent: step');
    const raw = async (reply: EmulatorScenario) =>
      postRaw(await start({ reply: { text: TEXT, ...reply } }), INTERACTIONS, input('Hi', { stream: true }));
    expect((await raw({ packetBytes: 50 })).packets.every((packet) => Buffer.byteLength(packet) <= 50)).toBe(true);
    expect((await raw({ eventsPerPacket: 100 })).packets).toHaveLength(1);
  });

  it('has an environment, and an id of its own', async () => {
    const emulator = await start({ reply: { interaction: { id: 'mine', environmentId: 'env' } } });
    expect(eventsIn(await createStream(emulator)).at(-1)).toMatchObject({
      interaction: { id: 'mine', environment_id: 'env' },
    });
    expect(await state(emulator, 'mine')).toMatchObject({ id: 'mine', environment_id: 'env' });
  });
});

async function* never(): AsyncGenerator<string> {
  yield await new Promise<string>(() => undefined);
}
