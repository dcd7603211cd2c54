import { connect } from 'node:net';
import { GoogleGenAI } from '@google/genai';
import { describe, expect, expectTypeOf, it, onTestFinished, vi } from 'vitest';
import type { EmulatorRequest } from '../../src/emulator/exchange.js';
import type { EmulatorAnswer, EmulatorReply } from '../../src/emulator/scenario.js';
import { startEmulator } from '../../src/emulator/startEmulator.js';
import { ask, hold, post, postRaw, start, STREAM, turns, until, WHOLE } from './wire.js';

const openHandles = () => process.getActiveResourcesInfo().filter((name) => name.startsWith('TCP'));

/** A test that looks at the handles begins when those of the test before it are gone. */
const noHandles = () => until(() => openHandles().length === 0);

/** An answer of one word that then waits for ever. */
async function* forEver() {
  yield 'word ';
  await new Promise(() => undefined);
}

describe('a client that disconnects', () => {
  it.each([undefined, 1e6])(
    'stops its answer: the signal aborts, the iterator is closed (heartbeat: %s)',
    async (heartbeat) => {
      let signal: AbortSignal | undefined;
      let closed = false;
      async function* chunks() {
        try {
          for (;;) yield 'word ';
        } finally {
          closed = true;
        }
      }
      const reply: EmulatorReply = (request) => {
        signal = request.signal;
        return { chunks: chunks(), pace: 1, heartbeat };
      };
      const emulator = await start({ reply });
      const ai = new GoogleGenAI({ apiKey: 'any', httpOptions: { baseUrl: emulator.url } });
      const client = new AbortController();
      const config = { abortSignal: client.signal };
      const stream = await ai.models.generateContentStream({ model: 'M', contents: 'Hi', config });
      await stream.next();
      const exchange = emulator.requests[0]!;
      expect(signal?.aborted).toBe(false);
      client.abort();
      await exchange.closed;
      expect(exchange).toMatchObject({ closedEarly: true, finished: false, status: 200 });
      expect(exchange.closedAt).toBeGreaterThan(exchange.startedAt);
      expect(signal?.aborted).toBe(true);
      await until(() => closed);
      const { chunksSent } = exchange;
      await turns();
      expect(exchange.chunksSent).toBe(chunksSent);
    },
  );

  it.each([
    ['`reply` is thinking', () => new Promise<string>(() => undefined), STREAM],
    ['the headers wait', () => ({ headersDelay: 1e6 }), STREAM],
    ['the first chunk waits', () => ({ firstDelay: 1e6 }), STREAM],
    ['the chunks wait', () => ({ chunks: forEver() }), STREAM],
    ['the chunks wait behind a heartbeat', () => ({ chunks: forEver(), heartbeat: 1e6 }), STREAM],
    ['the whole answer waits', () => ({ chunks: forEver() }), WHOLE],
    ['a stall lasts', () => ({ stallAfter: { chunks: 0 }, heartbeat: 1e6 }), STREAM],
  ])('leaves no timer or listener while %s', async (_, reply, path) => {
    await noHandles();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const emulator = await start({ reply });
    const client = hold(emulator, path);
    await until(() => emulator.requests[0]?.body !== undefined);
    await turns();
    const exchange = emulator.requests[0]!;
    expect(exchange.closedAt).toBeUndefined();
    client.destroy();
    await exchange.closed;
    expect(exchange).toMatchObject({ closedEarly: true, finished: false });
    await turns();
    expect(vi.getTimerCount()).toBe(0);
    await emulator.close();
    expect(openHandles()).toEqual([]);
  });

  it('is recorded while it sends its request', async () => {
    const emulator = await start({ reply: 'Hello' });
    const socket = connect(Number(new URL(emulator.url).port), '127.0.0.1');
    socket.write(`POST ${STREAM} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"conte`);
    await until(() => emulator.requests.length === 1);
    socket.destroy();
    await emulator.requests[0]!.closed;
    expect(emulator.requests[0]).toMatchObject({ body: undefined, status: undefined, closedEarly: true });
  });

  it('is recorded behind another request on the same connection', async () => {
    const emulator = await start({ reply: { stallAfter: { chunks: 0 } } });
    const socket = connect(Number(new URL(emulator.url).port), '127.0.0.1');
    const body = JSON.stringify(ask('Hi'));
    socket.write(`POST ${STREAM} HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n${body}`.repeat(2));
    await until(() => emulator.requests.length === 2);
    socket.destroy();
    await Promise.all(emulator.requests.map(({ closed }) => closed));
    expect(emulator.requests.map(({ closedEarly }) => closedEarly)).toEqual([true, true]);
  });
});

describe('a client that does not read', () => {
  it('delays the answer until it disconnects', async () => {
    function* chunks() {
      for (;;) yield 'x'.repeat(64 * 1024);
    }
    const emulator = await start({ reply: () => ({ chunks: chunks() }) });
    const socket = hold(emulator).pause();
    await until(() => (emulator.requests[0]?.chunksSent ?? 0) > 0);
    const exchange = emulator.requests[0]!;
    for (let before = -1; before !== exchange.bytesSent;) {
      before = exchange.bytesSent;
      await turns(500);
    }
    // The operating system buffers some MB for a connection, not the whole of an endless answer.
    expect(exchange.bytesSent).toBeLessThan(64 * 1024 * 1024);
    expect(exchange.closedAt).toBeUndefined();
    socket.destroy();
    await exchange.closed;
    expect(exchange.closedEarly).toBe(true);
  });
});

describe('the exchanges', () => {
  it('have the request and the counts of the answer', async () => {
    const emulator = await start({ reply: ['one', 'two'] });
    const text = await (await post(emulator, STREAM, ask('Hi'), { headers: { 'x-test': 'a' } })).text();
    const exchange = emulator.requests[0]!;
    await exchange.closed;
    expect(exchange).toMatchObject({
      index: 0,
      method: 'POST',
      path: STREAM,
      action: 'streamGenerateContent',
      model: 'gemini-2.5-flash',
      body: ask('Hi'),
      status: 200,
      chunksSent: 2,
      bytesSent: Buffer.byteLength(text),
      finished: true,
      closedEarly: false,
    });
    expect(exchange.headers['x-test']).toBe('a');
  });

  it('are limited by `history`, and counted beyond it', async () => {
    const emulator = await start({ reply: 'Hello', history: 2 });
    for (let i = 0; i < 5; i += 1) await (await post(emulator)).text();
    expect(emulator.requests.map(({ index }) => index)).toEqual([3, 4]);
  });

  it('are counted, and so are the open connections', async () => {
    const emulator = await start({ reply: 'Hello' });
    expect(emulator.connections).toBe(0);
    const socket = connect(Number(new URL(emulator.url).port), '127.0.0.1');
    await until(() => emulator.connections === 1);
    socket.destroy();
    await until(() => emulator.connections === 0);
  });

  it('continue after a request that is not HTTP, and after a request without a path', async () => {
    const emulator = await start({ reply: 'Hello' });
    for (const request of ['nonsense\r\n\r\n', 'GET * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n']) {
      const socket = connect(Number(new URL(emulator.url).port), '127.0.0.1');
      const closed = new Promise((resolve) => socket.once('close', resolve));
      socket.resume().end(request);
      await closed;
    }
    expect((await post(emulator)).status).toBe(200);
  });
});

describe('close', () => {
  it('ends open answers without `closedEarly`, and leaves no handle', async () => {
    await noHandles();
    let signal: AbortSignal | undefined;
    const reply = (request: EmulatorRequest) => {
      signal = request.signal;
      return { chunks: forEver(), heartbeat: 1e6 };
    };
    const emulator = await start({ reply });
    const wire = postRaw(emulator);
    await until(() => emulator.requests[0]?.chunksSent === 1);
    const closing = emulator.close();
    expect(emulator.close()).toBe(closing);
    await closing;
    expect(signal?.aborted).toBe(true);
    expect(emulator.connections).toBe(0);
    expect(emulator.requests[0]).toMatchObject({ closedEarly: false, finished: false });
    await emulator.requests[0]!.closed;
    await wire;
    // That of the client closes a turn later.
    await noHandles();
  });

  it('closes idle connections and refuses new ones', async () => {
    const emulator = await start({ reply: 'Hello' });
    await (await post(emulator)).text();
    expect(emulator.connections).toBe(1);
    await emulator[Symbol.asyncDispose]();
    expect(emulator.connections).toBe(0);
    await expect(post(emulator)).rejects.toThrow('fetch failed');
  });
});

describe('the address', () => {
  it('is a free port of the loopback by default', async () => {
    const [one, other] = [await start(), await start()];
    expect(one.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(other.url).not.toBe(one.url);
  });

  it('accepts connections if the host is a wildcard', async () => {
    const emulator = await start({ host: '0.0.0.0', reply: 'Hello' });
    expect(emulator.url).toContain('http://127.0.0.1:');
    expect((await post(emulator)).status).toBe(200);
  });

  it('rejects if it is in use, and leaves no handle', async () => {
    const emulator = await start();
    const port = Number(new URL(emulator.url).port);
    await expect(startEmulator({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});

describe('options', () => {
  const wrong = (options: object) => () => void startEmulator(options);

  it.each([
    [{ port: -1 }, RangeError, 'Expected `port` to be a whole number from 0 to 65535, got -1'],
    [{ port: '80' }, TypeError, "Expected `port` to be a whole number from 0 to 65535, got '80'"],
    [{ host: 1 }, TypeError, 'Expected `host` to be a string, got 1'],
    [{ apiKey: null }, TypeError, 'Expected `apiKey` to be a string, got null'],
    [{ models: 'one' }, TypeError, "Expected `models` to be a list of names, got 'one'"],
    [{ history: 0.5 }, RangeError, 'Expected `history` to be a whole number of at least 0, got 0.5'],
    [{ reply: 7 }, TypeError, 'Expected `reply` to give a text, a list of chunks or a scenario, got 7'],
    [{ reply: { pace: -1 } }, RangeError, 'Expected `pace` to be a non-negative number of ms, got -1'],
    [{ reply: { pace: NaN } }, RangeError, 'Expected `pace` to be a non-negative number of ms, got NaN'],
    [{ reply: { headersDelay: 1e12 } }, RangeError, 'Expected `headersDelay` to be a non-negative number of ms'],
    [{ reply: { heartbeat: 0 } }, RangeError, 'Expected `heartbeat` to be a positive number of ms, got 0'],
    [{ reply: { status: 100 } }, RangeError, 'Expected `status` to be a whole number from 200 to 599, got 100'],
    [{ reply: { packetBytes: 0 } }, RangeError, 'Expected `packetBytes` to be a whole number of at least 1, got 0'],
    [{ reply: { eventsPerPacket: 0 } }, RangeError, 'Expected `eventsPerPacket` to be a whole number of at least 1'],
    [{ reply: { delimiter: '\n' } }, TypeError, "Expected `delimiter` to be '\\n\\n' or '\\r\\n\\r\\n' or '\\r\\r'"],
    [{ reply: { lines: 'id: 1' } }, TypeError, "Expected `lines` to be a list of lines, got 'id: 1'"],
    [
      { reply: { text: 'a', body: 'b' } },
      TypeError,
      'Expected at most one of `text`, `chunks`, `body`, `error`, got `text`, `body`',
    ],
    [{ reply: { text: 1 } }, TypeError, 'Expected `text` to be a string, got 1'],
    [{ reply: { chunks: 'abc' } }, TypeError, "Expected `chunks` to be an iterable of chunks, got 'abc'"],
    [{ reply: { body: 1 } }, TypeError, 'Expected `body` to be a string, bytes or an iterable of them, got 1'],
    [{ reply: { error: 'no' } }, TypeError, "Expected `error` to be an object, got 'no'"],
    [{ reply: { dropAfter: {} } }, TypeError, 'Expected `dropAfter` to have either `chunks` or `bytes`'],
    [{ reply: { endAfter: { chunks: 1, bytes: 1 } } }, TypeError, 'Expected `endAfter` to have either'],
    [
      { reply: { endAfter: { bytes: -1 } } },
      RangeError,
      'Expected `endAfter.bytes` to be a whole number of at least 0',
    ],
    [{ reply: { stallAfter: { chunks: 1, duration: -1 } } }, RangeError, 'Expected `stallAfter.duration` to be'],
    [
      { reply: { errorAfter: { chunks: 1, as: 'x' } } },
      TypeError,
      "Expected `errorAfter.as` to be 'data' or 'event' or 'body'",
    ],
    [{ reply: { garbageAfter: {} } }, TypeError, 'Expected `garbageAfter.chunks` to be a whole number of at least 0'],
    [{ reply: { endAfter: { ms: 1, bytes: 1 } } }, TypeError, 'to have either `chunks` or `bytes` or `ms`'],
    [{ reply: { dropAfter: { ms: -1 } } }, RangeError, 'Expected `dropAfter.ms` to be a non-negative number of ms'],
    [{ reply: { errorAfter: {} } }, TypeError, 'Expected `errorAfter` to have either'],
    [{ maxInteractions: 0 }, RangeError, 'Expected `maxInteractions` to be a whole number of at least 1, got 0'],
    [{ reply: { interaction: 7 } }, TypeError, 'Expected `interaction` to be an object, got 7'],
    [{ reply: { interaction: { steps: 'a' } } }, TypeError, 'Expected `interaction.steps` to be an iterable of steps'],
    [{ reply: { interaction: { events: 1 } } }, TypeError, 'Expected `interaction.events` to be an iterable of events'],
    [{ reply: { interaction: { steps: [], events: [] } } }, TypeError, 'at most one of `interaction.steps`'],
    [{ reply: { interaction: { id: 1 } } }, TypeError, 'Expected `interaction.id` to be a string, got 1'],
    [{ reply: { interaction: { status: 1 } } }, TypeError, 'Expected `interaction.status` to be a string, got 1'],
    [{ reply: { interaction: { error: 'x' } } }, TypeError, "Expected `interaction.error` to be an object, got 'x'"],
    [{ reply: { interaction: { error: {} } } }, TypeError, 'Expected `interaction.error.code` to be a string'],
    [
      { reply: { interaction: { usage: 1 } } },
      TypeError,
      'Expected `interaction.usage` to be an object or null, got 1',
    ],
    [
      { reply: { interaction: { environmentId: 1 } } },
      TypeError,
      'Expected `interaction.environmentId` to be a string',
    ],
    [{ reply: { interaction: { queued: -1 } } }, RangeError, 'Expected `interaction.queued` to be a non-negative'],
    [{ reply: { interaction: { usageDelay: -1 } } }, RangeError, 'Expected `interaction.usageDelay` to be'],
    [{ reply: { interaction: { eventIds: 0.5 } } }, RangeError, 'Expected `interaction.eventIds` to be a whole number'],
    [{ reply: { interaction: { survives: 1 } } }, TypeError, 'Expected `interaction.survives` to be true or false'],
    [{ reply: { interaction: { resumes: 1 } } }, TypeError, 'Expected `interaction.resumes` to be an object, a list'],
    [{ reply: { interaction: { polls: [{ status: 1 }] } } }, RangeError, 'Expected `status` to be a whole number'],
    [{ reply: { interaction: { resumes: { replay: 'no' } } } }, TypeError, 'Expected `interaction.resumes.replay` to'],
    [{ reply: { interaction: { resumes: { recut: 0 } } } }, RangeError, 'Expected `interaction.resumes.recut` to be'],
    [{ reply: { interaction: { resumes: { silent: 1 } } } }, TypeError, 'Expected `interaction.resumes.silent` to be'],
    [{ reply: { continuation: 7 } }, TypeError, 'Expected `reply` to give a text, a list of chunks or a scenario'],
  ])('throws at the call for %j', (options, ErrorClass, message) => {
    expect(wrong(options)).toThrow(ErrorClass);
    expect(wrong(options)).toThrow(message);
  });

  it('accept any kind of reply', async () => {
    expectTypeOf<() => string>().toExtend<EmulatorReply>();
    expectTypeOf<() => Promise<string[]>>().toExtend<EmulatorReply>();
    expectTypeOf<{ candidates: [{ index: 0; unknown: 1 }] }[]>().toExtend<EmulatorAnswer>();
    expectTypeOf<{ dropAfter: { request: true; reset: true } }>().toExtend<EmulatorAnswer>();
    expectTypeOf<{ dropAfter: { chunks: 1; bytes: 1 } }>().not.toExtend<EmulatorAnswer>();
  });
});
