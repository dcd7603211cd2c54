import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { defaultReply } from '../../src/emulator/defaultReply.js';
import type { EmulatorExchange } from '../../src/emulator/exchange.js';
import type { EmulatorOptions } from '../../src/emulator/startEmulator.js';
import { hold, postRaw, start, STREAM, turns, until, WHOLE, type Wire } from './wire.js';

// Sockets live in real time and have no timers; every delay of the emulator is virtual.
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

/** Makes a request; returns its record and, at the end, the bytes on the wire. */
async function begin(
  options: EmulatorOptions,
  path = STREAM,
): Promise<{ exchange: EmulatorExchange; wire: Promise<Wire> }> {
  const emulator = await start(options);
  const wire = postRaw(emulator, path);
  await until(() => emulator.requests.length === 1);
  await turns();
  return { exchange: emulator.requests[0]!, wire };
}

/** Lets time pass at once, and then everything happen that it brought. Timers that this starts count from its end. */
async function pass(ms: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms);
  await turns();
}

const beats = (wire: Wire) => wire.packets.filter((packet) => packet === ': heartbeat\r\n\r\n').length;

describe('time', () => {
  it('waits before the headers, before the first chunk and between chunks', async () => {
    const reply = { chunks: ['a', 'b', 'c'], headersDelay: 100, firstDelay: 200, pace: 50 };
    const { exchange, wire } = await begin({ reply });
    const after = async (ms: number) => {
      await pass(ms);
      return [exchange.status, exchange.chunksSent];
    };
    expect(await after(99)).toEqual([undefined, 0]);
    expect(await after(1)).toEqual([200, 0]);
    expect(await after(199)).toEqual([200, 0]);
    expect(await after(1)).toEqual([200, 1]);
    expect(await after(49)).toEqual([200, 1]);
    expect(await after(1)).toEqual([200, 2]);
    expect(await after(50)).toEqual([200, 3]);
    expect(await wire).toMatchObject({ isWhole: true });
  });

  it('waits before the headers of an error and before a drop without headers', async () => {
    const failing = await begin({ reply: { status: 503, headersDelay: 100 } });
    await pass(99);
    expect(failing.exchange.status).toBeUndefined();
    await pass(1);
    expect(failing.exchange.status).toBe(503);

    const dropping = await begin({ reply: { dropAfter: { request: true }, headersDelay: 100 } });
    await pass(99);
    expect(dropping.exchange.closedAt).toBeUndefined();
    await pass(1);
    await dropping.exchange.closed;
  });

  it('answers `generateContent` after the time of the whole stream', async () => {
    const { exchange } = await begin(
      { reply: { chunks: ['a', 'b', 'c'], headersDelay: 1, firstDelay: 20, pace: 50 } },
      WHOLE,
    );
    await pass(120);
    expect(exchange.status).toBeUndefined();
    await pass(1);
    expect(exchange).toMatchObject({ status: 200, finished: true });
  });

  it('waits between packets when several events share one', async () => {
    const { exchange } = await begin({ reply: { chunks: ['a', 'b', 'c'], pace: 50, eventsPerPacket: 2 } });
    await pass(0);
    expect(exchange.chunksSent).toBe(2);
    await pass(50);
    expect(exchange.chunksSent).toBe(3);
  });

  it('stalls for its duration and then continues', async () => {
    const { exchange } = await begin({ reply: { chunks: ['a', 'b'], stallAfter: { chunks: 1, duration: 1_000 } } });
    await pass(999);
    expect(exchange.chunksSent).toBe(1);
    await pass(1);
    expect(exchange.chunksSent).toBe(2);
  });

  it('sends heartbeats in a silence, and none before it is long enough', async () => {
    const reply = {
      chunks: ['a', 'b'],
      firstDelay: 35,
      pace: 10,
      heartbeat: 10,
      stallAfter: { chunks: 2, duration: 20 },
    };
    const { wire } = await begin({ reply });
    for (let i = 0; i < 13; i += 1) await pass(5);
    expect(beats(await wire)).toBe(3 + 0 + 1);
  });

  it('sends heartbeats while an async iterable is silent', async () => {
    let say = (): void => undefined;
    async function* chunks() {
      await new Promise<void>((resolve) => (say = resolve));
      yield 'a';
    }
    const { exchange, wire } = await begin({ reply: { chunks: chunks(), heartbeat: 10, eventsPerPacket: 5 } });
    await pass(0);
    const { bytesSent } = exchange;
    await pass(10);
    await pass(10);
    expect(exchange.bytesSent - bytesSent).toBe(2 * ': heartbeat\r\n\r\n'.length);
    say();
    expect(beats(await wire)).toBe(2);
  });

  it('sends heartbeats in an endless stall until the client disconnects', async () => {
    const emulator = await start({ reply: { chunks: ['a'], heartbeat: 10, stallAfter: { chunks: 1 } } });
    const socket = hold(emulator).resume();
    await until(() => emulator.requests.length === 1);
    const exchange = emulator.requests[0]!;
    await until(() => exchange.chunksSent === 1);
    const { bytesSent } = exchange;
    for (let i = 0; i < 5; i += 1) await pass(10);
    expect(exchange.bytesSent - bytesSent).toBe(5 * ': heartbeat\r\n\r\n'.length);
    socket.destroy();
    await exchange.closed;
  });

  it('has a default pace: the first chunk after 300 ms, then one every 50 ms', async () => {
    const { exchange, wire } = await begin({});
    await pass(299);
    expect(exchange.chunksSent).toBe(0);
    await pass(1);
    expect(exchange.chunksSent).toBe(1);
    for (let i = 0; i < 39; i += 1) await pass(50);
    expect(exchange.chunksSent).toBe(40);
    while (!exchange.finished) await pass(50);
    expect(exchange.chunksSent).toBeLessThan(80);
    expect(await wire).toMatchObject({ isWhole: true });
  });

  it('has the pace of `defaultReply`', async () => {
    const { wire } = await begin({ reply: defaultReply({ pace: 0, firstDelay: 0 }) });
    expect(await wire).toMatchObject({ isWhole: true });
  });
});
