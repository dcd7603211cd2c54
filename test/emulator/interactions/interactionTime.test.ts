import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { EmulatorScenario } from '../../../src/emulator/scenario.js';
import { create, eventsIn, input, INTERACTIONS, json, resume, state, typesOf } from './interactionWire.js';
import { postRaw, start, turns, until } from '../wire.js';

// Sockets live in real time and have no timers; every delay of the emulator is virtual.
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

/** Lets time pass at once, and then everything happen that it brought. */
async function pass(ms: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms);
  await turns();
}

const BACKGROUND = input('Hi', { background: true });
const scenario: EmulatorScenario = { chunks: ['a', 'b'], firstDelay: 100, pace: 10 };

describe('the pace', () => {
  it('is that of a stream, after the id and the status', async () => {
    const emulator = await start({ reply: { ...scenario, headersDelay: 50 } });
    const wire = postRaw(emulator, INTERACTIONS, input('Hi', { stream: true }));
    await until(() => emulator.requests[0]?.body !== undefined);
    await turns();
    const sentAfter = async (ms: number) => {
      await pass(ms);
      return emulator.requests[0]!.chunksSent;
    };
    expect(await sentAfter(49)).toBe(0);
    expect(await sentAfter(1)).toBe(2);
    expect(await sentAfter(99)).toBe(2);
    expect(await sentAfter(1)).toBe(3);
    for (const sent of [4, 5, 6, 7]) expect(await sentAfter(10)).toBe(sent);
    expect(await wire).toMatchObject({ isWhole: true });
  });

  it('is that of a run in the background, without a reader', async () => {
    const emulator = await start({ reply: scenario });
    const { id } = await create(emulator, BACKGROUND);
    expect(await state(emulator, id)).toMatchObject({ status: 'in_progress', steps: [] });
    await pass(110);
    expect(await state(emulator, id)).toMatchObject({ steps: [{ content: [{ text: 'a' }] }] });
    await pass(10);
    expect(await state(emulator, id)).toMatchObject({ status: 'in_progress', steps: [{ content: [{ text: 'ab' }] }] });
    await pass(20);
    expect(await state(emulator, id)).toMatchObject({ status: 'completed' });
  });

  it('is that of events that are not written yet; the others are replayed at once', async () => {
    const emulator = await start({ reply: scenario });
    const { id } = await create(emulator, BACKGROUND);
    await pass(110);
    const reading = resume(emulator, id);
    await until(() => emulator.requests[1]?.chunksSent === 4);
    await turns();
    expect(emulator.requests[1]!.chunksSent).toBe(4);
    await pass(10);
    expect(emulator.requests[1]!.chunksSent).toBe(5);
    await pass(10);
    await pass(10);
    expect(typesOf(eventsIn(await reading)).at(-1)).toBe('interaction.completed');
  });

  it('is the wait for an interaction in one piece', async () => {
    const emulator = await start({ reply: scenario });
    const creating = create(emulator);
    await until(() => emulator.requests[0]?.body !== undefined);
    await pass(139);
    expect(emulator.requests[0]!.status).toBeUndefined();
    await pass(1);
    expect(await creating).toMatchObject({ status: 'completed' });
  });

  it('does not hold up a cancel', async () => {
    const emulator = await start({ reply: { ...scenario, firstDelay: 1e6 } });
    const { id } = await create(emulator, BACKGROUND);
    await json(emulator, 'POST', `${INTERACTIONS}/${id}/cancel`);
    expect(await state(emulator, id)).toMatchObject({ status: 'cancelled', steps: [] });
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('queued', () => {
  it('is the first status, for a time', async () => {
    const emulator = await start({ reply: { text: 'Hi', interaction: { queued: 500 } } });
    const { id, status } = await create(emulator, BACKGROUND);
    expect(status).toBe('queued');
    await pass(499);
    expect(await state(emulator, id)).toMatchObject({ status: 'queued' });
    await pass(1);
    expect(await state(emulator, id)).toMatchObject({ status: 'completed' });
    expect(eventsIn(await resume(emulator, id)).slice(0, 3)).toMatchObject([
      { event_type: 'interaction.created', interaction: { status: 'queued' } },
      { event_type: 'interaction.status_update', status: 'queued' },
      { event_type: 'interaction.status_update', status: 'in_progress' },
    ]);
  });
});

describe('usageDelay', () => {
  it('is the time after which a `get` reports the token counts, which the last event does not', async () => {
    const emulator = await start({ reply: { text: 'Hi', interaction: { usageDelay: 500 } } });
    const { id } = await create(emulator, BACKGROUND);
    expect(eventsIn(await resume(emulator, id)).at(-1)).not.toHaveProperty('interaction.usage');
    await pass(499);
    expect(await state(emulator, id)).not.toHaveProperty('usage');
    await pass(1);
    expect(await state(emulator, id)).toMatchObject({ usage: { total_output_tokens: 1 } });
  });

  it('may be without end', async () => {
    const emulator = await start({ reply: { text: 'Hi', interaction: { usageDelay: Infinity } } });
    const { id } = await create(emulator, BACKGROUND);
    await pass(1e9);
    expect(await state(emulator, id)).toMatchObject({ status: 'completed' });
    expect(await state(emulator, id)).not.toHaveProperty('usage');
  });
});

describe('heartbeats', () => {
  it('are sent while a run in the background is silent', async () => {
    const emulator = await start({ reply: { ...scenario, firstDelay: 100, heartbeat: 40 } });
    const { id } = await create(emulator, BACKGROUND);
    const reading = resume(emulator, id);
    await until(() => emulator.requests[1]?.chunksSent === 2);
    await turns();
    await pass(40);
    await pass(40);
    await pass(20);
    await pass(100);
    expect((await reading).split(': heartbeat\n\n')).toHaveLength(3);
  });
});
