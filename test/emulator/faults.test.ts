import { GoogleGenAI } from '@google/genai';
import { describe, expect, it } from 'vitest';
import { apiError } from '../../src/emulator/apiError.js';
import type { EmulatorScenario } from '../../src/emulator/scenario.js';
import { dataOf, LIST, post, postRaw, start, STREAM, textOf, until, WHOLE, type Wire } from './wire.js';

const CHUNKS = [{ n: 1 }, { n: 2 }, { n: 3 }];
const EVENTS = CHUNKS.map((chunk) => `data: ${JSON.stringify(chunk)}\r\n\r\n`);
const BODY = EVENTS.join('');

/** The answer on the wire for a scenario of three chunks. */
const wireOf = async (scenario: EmulatorScenario, path = STREAM): Promise<Wire> =>
  postRaw(await start({ reply: { chunks: CHUNKS, ...scenario } }), path);

describe('no fault', () => {
  it('sends an event a packet, and ends properly', async () => {
    expect(await wireOf({})).toMatchObject({ packets: EVENTS, isWhole: true, end: 'FIN' });
  });
});

describe('dropAfter', () => {
  it.each([0, 1, 2, 3])('breaks the connection after %i chunks', async (chunks) => {
    const emulator = await start({ reply: { chunks: CHUNKS, dropAfter: { chunks } } });
    expect(await postRaw(emulator)).toMatchObject({ packets: EVENTS.slice(0, chunks), isWhole: false, end: 'FIN' });
    expect(emulator.requests[0]).toMatchObject({
      chunksSent: chunks,
      finished: false,
      closedEarly: false,
      status: 200,
    });
  });

  it('breaks the connection at every byte', async () => {
    for (let bytes = 0; bytes <= BODY.length; bytes += 1) {
      const emulator = await start({ reply: { chunks: CHUNKS, dropAfter: { bytes } } });
      expect(await postRaw(emulator)).toMatchObject({ body: BODY.slice(0, bytes), isWhole: false, end: 'FIN' });
      const chunksSent = EVENTS.filter((_, i) => EVENTS.slice(0, i + 1).join('').length <= bytes).length;
      expect(emulator.requests[0]).toMatchObject({ bytesSent: bytes, chunksSent });
    }
  });

  it.each([{ chunks: 2 }, { bytes: EVENTS[0]!.length + EVENTS[1]!.length }])(
    'resets the connection after %j',
    async (place) => {
      const wire = await wireOf({ dropAfter: { ...place, reset: true } });
      expect(wire).toMatchObject({ packets: EVENTS.slice(0, 2), isWhole: false, end: 'ECONNRESET' });
    },
  );

  it.each([
    [false, 'FIN'],
    [true, 'ECONNRESET'],
  ])('breaks the connection before the headers (reset: %s)', async (reset, end) => {
    const emulator = await start({ reply: { dropAfter: { request: true, reset } } });
    expect(await postRaw(emulator)).toMatchObject({ head: '', body: '', end });
    expect(emulator.requests[0]).toMatchObject({ status: undefined, finished: false, closedEarly: false });
  });

  it('has no effect at a position after the end of the body', async () => {
    expect(await wireOf({ dropAfter: { chunks: 4 } })).toMatchObject({ body: BODY, isWhole: true });
    expect(await wireOf({ dropAfter: { bytes: BODY.length + 1 } })).toMatchObject({ body: BODY, isWhole: true });
  });

  it('cuts the body of `generateContent`', async () => {
    const wire = await wireOf({ dropAfter: { bytes: 5 } }, WHOLE);
    expect(wire).toMatchObject({ isWhole: false });
    expect(wire.body).toHaveLength(5);
  });

  it('makes the SDK fail with `terminated` and a cause', async () => {
    const failure = async (scenario: EmulatorScenario) => {
      const emulator = await start({ reply: { text: 'Hello there', ...scenario } });
      const ai = new GoogleGenAI({ apiKey: 'any', httpOptions: { baseUrl: emulator.url } });
      const stream = await ai.models.generateContentStream({ model: 'M', contents: 'Hi' });
      while (!(await stream.next()).done);
    };
    const cause = (code: string) => ({ message: 'terminated', cause: expect.objectContaining({ code }) as unknown });
    await expect(failure({ dropAfter: { chunks: 1 } })).rejects.toMatchObject(cause('UND_ERR_SOCKET'));
    await expect(failure({ dropAfter: { chunks: 1, reset: true } })).rejects.toMatchObject(cause('ECONNRESET'));
    await expect(failure({ dropAfter: { request: true } })).rejects.toMatchObject({ message: /fetch failed/ });
  });
});

describe('endAfter', () => {
  it('ends the response properly, also within an event', async () => {
    const emulator = await start({ reply: { chunks: CHUNKS, endAfter: { chunks: 2 } } });
    expect(await postRaw(emulator)).toMatchObject({ packets: EVENTS.slice(0, 2), isWhole: true });
    expect(emulator.requests[0]).toMatchObject({ chunksSent: 2, finished: true });
    expect(await wireOf({ endAfter: { bytes: 3 } })).toMatchObject({ body: 'dat', isWhole: true });
  });
});

describe('stallAfter', () => {
  it.each([{ chunks: 1 }, { bytes: 3 }, { chunks: 0 }])(
    'keeps the connection open and silent after %j',
    async (place) => {
      const emulator = await start({ reply: { chunks: CHUNKS, stallAfter: place } });
      const client = new AbortController();
      const response = await post(emulator, STREAM, undefined, { signal: client.signal });
      const exchange = emulator.requests[0]!;
      await until(() => exchange.chunksSent === (place.chunks ?? 0) && exchange.bytesSent >= (place.bytes ?? 0));
      expect(emulator.connections).toBe(1);
      expect(exchange.closedAt).toBeUndefined();
      client.abort();
      await exchange.closed;
      expect(exchange).toMatchObject({ closedEarly: true, finished: false, chunksSent: place.chunks ?? 0 });
      await expect(response.text()).rejects.toThrow('aborted');
    },
  );

  it('continues after its duration', async () => {
    const wire = await wireOf({ stallAfter: { bytes: 3, duration: 5 } });
    expect(wire).toMatchObject({ packets: ['dat', EVENTS[0]!.slice(3), ...EVENTS.slice(1)], isWhole: true });
  });

  it('comes before a drop at the same position', async () => {
    const wire = await wireOf({ stallAfter: { chunks: 1, duration: 5 }, dropAfter: { chunks: 1 } });
    expect(wire).toMatchObject({ packets: EVENTS.slice(0, 1), isWhole: false });
    const atBytes = await wireOf({ dropAfter: { bytes: 7 }, stallAfter: { bytes: 7, duration: 5 } });
    expect(atBytes).toMatchObject({ body: BODY.slice(0, 7), isWhole: false });
    const before = await wireOf({ dropAfter: { bytes: 3 }, stallAfter: { bytes: 7 } });
    expect(before).toMatchObject({ body: BODY.slice(0, 3), isWhole: false });
  });
});

describe('errorAfter', () => {
  const error = apiError({ code: 429, message: 'Slow down.' });
  const json = JSON.stringify(error);

  it.each([
    ['data', `data: ${json}\r\n\r\n`],
    ['event', `event: error\r\ndata: ${json}\r\n\r\n`],
    ['body', `${JSON.stringify(error, null, 2)}\n`],
  ] as const)('sends the error as %s and ends', async (as, spelled) => {
    const wire = await wireOf({ errorAfter: { chunks: 2, error, as } });
    expect(wire).toMatchObject({ packets: [EVENTS[0], EVENTS[1], spelled], isWhole: true });
  });

  it('sends 503 UNAVAILABLE by default', async () => {
    const wire = await wireOf({ errorAfter: { chunks: 1 } });
    expect(wire.packets.at(-1)).toContain('"code":503');
    expect(wire.packets.at(-1)).toContain('"status":"UNAVAILABLE"');
  });

  it('breaks the connection after the error, with a drop at the same position', async () => {
    const wire = await wireOf({ errorAfter: { chunks: 1, error }, dropAfter: { chunks: 1 } });
    expect(wire).toMatchObject({ packets: [EVENTS[0], `data: ${json}\r\n\r\n`], isWhole: false });
  });

  it('keeps a JSON list well-formed', async () => {
    const list = async (chunks: number) =>
      JSON.parse((await wireOf({ errorAfter: { chunks, error } }, LIST)).body) as unknown;
    expect(await list(0)).toEqual([error]);
    expect(await list(1)).toEqual([CHUNKS[0], error]);
    expect((await wireOf({ errorAfter: { chunks: 1, error, as: 'body' } }, LIST)).body).toContain('"code": 429');
  });

  it('is the whole answer of `generateContent`', async () => {
    const response = await post(await start({ reply: { text: 'Hi', errorAfter: { chunks: 1, error } } }), WHOLE);
    expect(response.status).toBe(429);
    expect(await response.json()).toEqual(error);
    const overloaded = await post(await start({ reply: { text: 'Hi', errorAfter: { chunks: 1 } } }), WHOLE);
    expect(overloaded.status).toBe(503);
  });
});

describe('garbageAfter', () => {
  it('sends its bytes and continues', async () => {
    const garbage = new Uint8Array([0x41, 0x42]);
    expect(await wireOf({ garbageAfter: { chunks: 1, garbage } })).toMatchObject({
      packets: [EVENTS[0], 'AB', EVENTS[1], EVENTS[2]],
      isWhole: true,
    });
  });

  it('sends an event with half a JSON object by default', async () => {
    const { packets } = await wireOf({ garbageAfter: { chunks: 0 } });
    expect(packets[0]).toMatch(/^data: \{"candidates": .*\r\n\r\n$/);
    expect(() => dataOf(packets[0]!)).toThrow(SyntaxError);
  });
});

describe('the format of events', () => {
  it.each(['\n\n', '\r\n\r\n', '\r\r'] as const)('ends events with %j', async (delimiter) => {
    const { body } = await wireOf({ delimiter, lines: ['event: message', 'id: 7'] });
    const eol = delimiter.slice(0, delimiter.length / 2);
    expect(body).toBe(
      CHUNKS.map((chunk) => ['event: message', 'id: 7', `data: ${JSON.stringify(chunk)}`, '', ''].join(eol)).join(''),
    );
  });

  it('appends [DONE]', async () => {
    expect((await wireOf({ done: true })).body).toBe(`${BODY}data: [DONE]\r\n\r\n`);
  });

  it('omits the blank line of the last event', async () => {
    expect((await wireOf({ unterminated: true })).body).toBe(BODY.slice(0, -4));
    expect((await wireOf({ unterminated: true, done: true })).body).toBe(`${BODY}data: [DONE]`);
    expect((await wireOf({ unterminated: true, chunks: [] })).body).toBe('');
  });
});

describe('packets', () => {
  it('have `packetBytes` bytes and arrive in separate reads, also if cut within a character', async () => {
    const text = 'naïve 日本語 🌍';
    const wire = await wireOf({ chunks: [text], packetBytes: 1 });
    expect(textOf(dataOf(wire.body))).toBe(text);
    expect(wire.packets.every((packet) => Buffer.byteLength(packet, 'latin1') === 1)).toBe(true);
    expect(wire.reads.length).toBeGreaterThanOrEqual(wire.packets.length);
  });

  it('have at most `packetBytes` bytes', async () => {
    const emulator = await start({ reply: { chunks: CHUNKS, packetBytes: 10 } });
    const { packets } = await postRaw(emulator);
    expect(emulator.requests[0]).toMatchObject({ chunksSent: 3, bytesSent: BODY.length });
    expect(packets).toEqual(EVENTS.flatMap((event) => [event.slice(0, 10), event.slice(10)]));
  });

  it('hold `eventsPerPacket` events', async () => {
    const emulator = await start({ reply: { chunks: CHUNKS, eventsPerPacket: 2 } });
    const { packets } = await postRaw(emulator);
    expect(packets).toEqual([EVENTS.slice(0, 2).join(''), EVENTS[2]]);
    expect(emulator.requests[0]).toMatchObject({ chunksSent: 3 });
  });

  it('compose with a pace and a drop', async () => {
    const wire = await wireOf({ pace: 1, packetBytes: 4, dropAfter: { chunks: 2 } });
    expect(wire).toMatchObject({ body: EVENTS.slice(0, 2).join(''), isWhole: false });
    expect(wire.packets[0]).toBe('data');
  });

  it('send the held events before a fault', async () => {
    const wire = await wireOf({ eventsPerPacket: 10, dropAfter: { chunks: 2 } });
    expect(wire).toMatchObject({ packets: [EVENTS.slice(0, 2).join('')], isWhole: false });
  });
});
