import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { EmulatorScenario } from '../../src/emulator/scenario.js';
import { postRaw, start, turns, until, type Wire } from './wire.js';

// Sockets live in real time and have no timers; every delay of the emulator is virtual.
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

const CHUNKS = [{ n: 1 }, { n: 2 }, { n: 3 }];
const EVENTS = CHUNKS.map((chunk) => `data: ${JSON.stringify(chunk)}\r\n\r\n`);
const BUSY = {
  error: { code: 503, message: 'The model is overloaded. Please try again later.', status: 'UNAVAILABLE' },
};

/** The bytes on the wire after each of the times, and the whole wire. */
async function wireOf(scenario: EmulatorScenario, times: readonly number[]): Promise<{ sent: number[]; wire: Wire }> {
  const emulator = await start({ reply: { chunks: CHUNKS, pace: 100, ...scenario } });
  const wire = postRaw(emulator);
  await until(() => emulator.requests[0]?.status !== undefined);
  await turns();
  const sent: number[] = [];
  for (const ms of times) {
    await vi.advanceTimersByTimeAsync(ms);
    await turns();
    sent.push(emulator.requests[0]!.chunksSent);
  }
  await vi.runAllTimersAsync();
  return { sent, wire: await wire };
}

describe('a fault at a time', () => {
  it('breaks the connection within a wait', async () => {
    const { sent, wire } = await wireOf({ dropAfter: { ms: 150 } }, [99, 1, 50, 100]);
    expect(sent).toEqual([1, 2, 2, 2]);
    expect(wire).toMatchObject({ packets: EVENTS.slice(0, 2), isWhole: false, end: 'FIN' });
  });

  it('breaks the connection before the first chunk', async () => {
    const { wire } = await wireOf({ dropAfter: { ms: 0, reset: true } }, []);
    expect(wire).toMatchObject({ body: '', isWhole: false, end: 'ECONNRESET' });
  });

  it('ends the response', async () => {
    const { wire } = await wireOf({ endAfter: { ms: 150 } }, [150]);
    expect(wire).toMatchObject({ packets: EVENTS.slice(0, 2), isWhole: true });
  });

  it('is silent from then on, for a duration', async () => {
    const { sent, wire } = await wireOf({ stallAfter: { ms: 50, duration: 300 } }, [50, 299, 1, 100]);
    expect(sent).toEqual([1, 1, 2, 3]);
    expect(wire).toMatchObject({ body: EVENTS.join(''), isWhole: true });
  });

  it('is silent for ever, and then nothing but the client ends it', async () => {
    const emulator = await start({ reply: { chunks: CHUNKS, pace: 100, stallAfter: { ms: 50 } } });
    const wire = postRaw(emulator);
    await until(() => emulator.requests[0]?.chunksSent === 1);
    await vi.advanceTimersByTimeAsync(1e6);
    await turns();
    expect(emulator.requests[0]).toMatchObject({ chunksSent: 1, closedAt: undefined });
    await emulator.close();
    await wire;
  });

  it('sends an error in a list, as the service ends a long connection', async () => {
    const { wire } = await wireOf({ errorAfter: { ms: 150, as: 'list' } }, [150]);
    expect(wire.packets.slice(0, 2)).toEqual(EVENTS.slice(0, 2));
    expect(JSON.parse(wire.packets[2] ?? '')).toEqual([BUSY]);
    expect(wire).toMatchObject({ isWhole: true });
  });

  it('comes on time while the next chunk is awaited', async () => {
    async function* chunks() {
      yield 'a';
      await new Promise(() => undefined);
    }
    const emulator = await start({ reply: { chunks: chunks(), dropAfter: { ms: 70 } } });
    const wire = postRaw(emulator);
    await until(() => emulator.requests[0]?.chunksSent === 1);
    await vi.advanceTimersByTimeAsync(70);
    await turns();
    expect(await wire).toMatchObject({ isWhole: false });
  });

  it('has no effect after the end', async () => {
    const { wire } = await wireOf({ dropAfter: { ms: 1000 } }, [100, 100]);
    expect(wire).toMatchObject({ body: EVENTS.join(''), isWhole: true });
  });
});

describe('errorAfter', () => {
  it('ends the response at a byte, even within an event', async () => {
    const { wire } = await wireOf({ pace: 0, errorAfter: { bytes: EVENTS[0]!.length + 7, as: 'list' } }, []);
    const [first, half = '', error = ''] = wire.packets;
    expect([first, half]).toEqual([EVENTS[0], 'data: {']);
    expect(JSON.parse(error)).toEqual([BUSY]);
    expect(wire).toMatchObject({ isWhole: true });
  });
});
