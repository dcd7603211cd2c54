import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { Agent, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { setImmediate as turn } from 'node:timers/promises';
import { createGunzip } from 'node:zlib';
import { finalize, NEVER, Observable, of, Subject } from 'rxjs';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { textOf } from '../../src/chunk/readers.js';
import { pipeToServerResponse, type PipeToServerResponseOptions } from '../../src/sinks/pipeToServerResponse.js';
import type { ServerResponseLike } from '../../src/sinks/serverResponseLike.js';
import { fromGemini } from '../../src/sources/fromGemini.js';
import { chunk } from '../../src/testing/chunks.js';
import { emulate, params } from '../support/emulate.js';
import { deferred } from '../support/outcome.js';
import { compress, connection, receivedBy, requestText, serveHttp2, warnings } from './hosts.js';
import { ask, eventsIn, serve } from './sse.js';

/** A busy machine takes longer than a second. */
const soon = { timeout: 9_000 };

/** A reply that never ends, and the requests that the model's server saw. */
async function endlessReply() {
  const { ai, emulator } = await emulate({ chunks: ['a', 'b'], stallAfter: { chunks: 1 } });
  return { reply$: fromGemini(ai, params), emulator };
}

/** The sink on each response of a server. */
async function serving(
  source: Observable<GeminiChunk>,
  { before, ...options }: PipeToServerResponseOptions & { before?: (response: ServerResponse) => unknown } = {},
) {
  const responses: ServerResponse[] = [];
  const answers: Promise<void>[] = [];
  const url = await serve((_, response) => {
    responses.push(response);
    answers.push(Promise.resolve(before?.(response)).then(() => pipeToServerResponse(source, response, options)));
  });
  return { url, responses, answers };
}

/** Asks by a connection that others have used, or will. */
function askBy(agent: Agent, url: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    httpRequest(url, { agent }, resolve).on('error', reject).end();
  });
}

function keepAliveAgent(): Agent {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  onTestFinished(() => agent.destroy());
  return agent;
}

async function bodyOf(stream: AsyncIterable<unknown>): Promise<string> {
  let body = '';
  for await (const piece of stream) body += String(piece);
  return body;
}

describe('a client that disconnects', () => {
  it('before the call, causes no request to the model', async () => {
    const { reply$, emulator } = await endlessReply();
    const { url, responses, answers } = await serving(reply$, {
      // Who is it, and may they?
      before: (response) => once(response, 'close'),
    });
    const socket = connection(url, requestText());
    await vi.waitUntil(() => responses.length === 1, soon);
    socket.destroy();
    await vi.waitUntil(() => answers.length === 1, soon);
    await answers[0];
    expect(responses[0]!.headersSent).toBe(false);
    expect(emulator.requests).toHaveLength(0);
  });

  it('closes the requests of all its pipelined responses, also of those that still wait for others', async () => {
    const warned = warnings();
    const { reply$, emulator } = await endlessReply();
    const { url, responses, answers } = await serving(reply$);
    const socket = connection(url, requestText().repeat(30));
    await vi.waitUntil(() => emulator.requests.length === 30, soon);
    expect(responses[29]!.socket).toBeNull();
    expect(responses[29]!.req.socket.listenerCount('close')).toBe(responses[0]!.req.socket.listenerCount('close'));
    socket.destroy();
    await Promise.all(answers);
    for (const request of emulator.requests) {
      await request.closed;
      expect(request).toMatchObject({ closedEarly: true });
    }
    expect(warned).toEqual([]);
  });

  it('before the call, causes no request for a response that waits behind others', async () => {
    const { reply$, emulator } = await endlessReply();
    const { url, responses, answers } = await serving(reply$, {
      before: (response) => once(response.req.socket, 'close'),
    });
    const socket = connection(url, requestText().repeat(3));
    await vi.waitUntil(() => responses.length === 3, soon);
    socket.destroy();
    await vi.waitUntil(() => answers.length === 3, soon);
    await Promise.all(answers);
    expect(emulator.requests).toHaveLength(0);
  });

  it('is noticed on HTTP/2, before and after the call', async () => {
    const { reply$, emulator } = await endlessReply();
    const go = deferred();
    const settled = deferred();
    const client = await serveHttp2((request, response) => {
      const wait = request.url === '/late' ? go.promise : Promise.resolve();
      void wait.then(() => pipeToServerResponse(reply$, response)).then(settled.resolve);
    });
    const early = client.request({ ':path': '/late' });
    await once(early, 'ready');
    await new Promise<void>((resolve) => client.ping(() => resolve()));
    early.close(8);
    await once(early, 'close');
    await new Promise<void>((resolve) => client.ping(() => resolve()));
    go.resolve();
    await settled.promise;
    expect(emulator.requests).toHaveLength(0);

    const stream = client.request({ ':path': '/' });
    await vi.waitUntil(() => emulator.requests.length === 1, soon);
    stream.close(8);
    await emulator.requests[0]!.closed;
    expect(emulator.requests[0]).toMatchObject({ closedEarly: true });
  });

  it('with its whole session, closes the requests of all its streams', async () => {
    const { reply$, emulator } = await endlessReply();
    const answers: Promise<void>[] = [];
    const client = await serveHttp2((_, response) => answers.push(pipeToServerResponse(reply$, response)));
    for (let streams = 0; streams < 20; streams++) client.request({ ':path': '/' }).on('error', () => undefined);
    await vi.waitUntil(() => emulator.requests.length === 20, soon);
    client.destroy();
    await Promise.all(answers);
    for (const request of emulator.requests) {
      await request.closed;
      expect(request).toMatchObject({ closedEarly: true });
    }
  });
});

describe('a client that does not read', () => {
  /** More than a loopback connection takes in. */
  const flood = Array.from({ length: 200 }, () => 'x'.repeat(50_000));

  /** Only the time of timers stands still: sockets go on. */
  const stopTime = () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] });
    onTestFinished(() => void vi.useRealTimers());
  };
  const until = async (isTrue: () => boolean) => {
    while (!isTrue()) await turn();
  };

  it('is dropped after `maxStall`, and its request to the model is closed', async () => {
    const { ai, emulator } = await emulate({ chunks: flood, stallAfter: { chunks: flood.length - 1 } });
    const { url, responses, answers } = await serving(fromGemini(ai, params), { maxStall: 500 });
    connection(url, requestText());
    await vi.waitUntil(() => answers.length === 1, soon);
    await answers[0];
    expect(responses[0]!.req.socket.destroyed).toBe(true);
    await emulator.requests[0]!.closed;
    expect(emulator.requests[0]).toMatchObject({ closedEarly: true });
  });

  it.each(['cancel', 'finish'] as const)('is dropped after five minutes by default: %s', async (whenDisconnected) => {
    stopTime();
    const source$ = new Subject<GeminiChunk>();
    const { url, responses, answers } = await serving(source$, { whenDisconnected });
    connection(url, requestText());
    await until(() => source$.observed);
    for (const text of flood) source$.next(chunk(text));
    await until(() => responses[0]!.writableNeedDrain);
    // The bytes that the connection buffers by itself.
    for (let turns = 0; turns < 100; turns++) await turn();
    vi.advanceTimersByTime(299_999);
    expect(responses[0]!.destroyed).toBe(false);
    vi.advanceTimersByTime(1);
    expect(responses[0]!.destroyed).toBe(true);
    await answers[0];
    expect(source$.observed).toBe(whenDisconnected === 'finish');
    source$.complete();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is dropped while its response is compressed', async () => {
    stopTime();
    const source$ = new Subject<GeminiChunk>();
    let gzip: ReturnType<typeof compress>['gzip'] | undefined;
    const { url, responses, answers } = await serving(source$, {
      before: (response) => ({ gzip } = compress(response)),
    });
    connection(url, requestText());
    await until(() => source$.observed);
    // Random, so that it stays as long as it is.
    source$.next(chunk(randomBytes(20_000_000).toString('base64')));
    await until(() => responses[0]!.writableNeedDrain && gzip!.writableNeedDrain);
    // Until nothing moves any more.
    let taken = -1;
    for (let turns = 0; turns < 200; turns++) {
      await turn();
      if (taken !== gzip!.bytesWritten) turns = 0;
      taken = gzip!.bytesWritten;
    }
    vi.advanceTimersByTime(300_000);
    expect(responses[0]!.destroyed).toBe(true);
    await answers[0];
    expect(source$.observed).toBe(false);
  });

  it('is not dropped if `maxStall` is false', async () => {
    stopTime();
    const source$ = new Subject<GeminiChunk>();
    const { url, responses } = await serving(source$, { maxStall: false, heartbeat: false });
    connection(url, requestText());
    await until(() => source$.observed);
    for (const text of flood) source$.next(chunk(text));
    expect(vi.getTimerCount()).toBe(0);
    expect(responses[0]!.writableNeedDrain).toBe(true);
  });

  it('is not dropped if it reads a long event slowly', async () => {
    stopTime();
    let writes = 0;
    const before = (response: ServerResponse) => {
      const write = response.write.bind(response) as (text: string) => boolean;
      response.write = (text: unknown) => (writes++, write(String(text)));
    };
    const text = 'x'.repeat(20_000_000);
    const { url, answers } = await serving(of(chunk(text)), { before, maxStall: 1_000 });
    const socket = connection(url, requestText('GET', '1.1', 'Connection: close\r\n'));
    let received = 0;
    socket.on('data', (piece: Buffer) => (received += piece.length)).pause();
    const closed = once(socket, 'close');
    const isOver = () => socket.readableEnded || socket.destroyed;
    let steps = 0;
    for (; !isOver(); steps++) {
      const seen = writes;
      socket.resume();
      await until(() => isOver() || writes > seen);
      socket.pause();
      vi.advanceTimersByTime(900);
    }
    socket.resume();
    await closed;
    expect(received).toBeGreaterThan(text.length);
    // Its time is longer than it may take nothing.
    expect(steps).toBeGreaterThan(2);
    await answers[0];
  });

  it('is not dropped if the server was too busy to see it read', async () => {
    const source$ = new Subject<GeminiChunk>();
    const { url, responses, answers } = await serving(source$, { maxStall: 1_000 });
    const socket = connection(url, requestText('GET', '1.1', 'Connection: close\r\n'));
    await vi.waitUntil(() => source$.observed, soon);
    for (const text of flood) source$.next(chunk(text));
    for (let turns = 0; turns < 100; turns++) await turn();
    expect(responses[0]!.writableNeedDrain).toBe(true);
    const received = receivedBy(socket);
    for (const begun = performance.now(); performance.now() < begun + 1_200;);
    source$.complete();
    await answers[0];
    expect(await received).toContain('event: done');
  });

  it('is dropped while the last bytes of an ended reply wait', async () => {
    stopTime();
    const before = (response: ServerResponse) => {
      const write = response.write.bind(response) as (text: string) => boolean;
      response.write = (text: unknown) => write(String(text)) || true;
      response.write('x'.repeat(20_000_000));
    };
    const { url, responses, answers } = await serving(of(chunk('a')), { before });
    connection(url, requestText());
    await until(() => responses[0]?.writableEnded === true);
    vi.advanceTimersByTime(299_999);
    expect(responses[0]!.destroyed).toBe(false);
    vi.advanceTimersByTime(1);
    expect(responses[0]!.destroyed).toBe(true);
    await answers[0];
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is dropped on HTTP/2 by closing only its stream, with an error', async () => {
    const { ai, emulator } = await emulate({ chunks: flood, stallAfter: { chunks: flood.length - 1 } });
    const answers: Promise<void>[] = [];
    const client = await serveHttp2((request, response) => {
      const reply$ = request.url === '/' ? fromGemini(ai, params) : of(chunk('a'));
      answers.push(pipeToServerResponse(reply$, response, { maxStall: 200 }));
    });
    const stream = client.request({ ':path': '/' });
    const closed = once(stream, 'close');
    await once(stream, 'response');
    await answers[0];
    await emulator.requests[0]!.closed;
    expect(emulator.requests[0]).toMatchObject({ closedEarly: true });
    const other = client.request({ ':path': '/other' }).setEncoding('utf8');
    expect(eventsIn(await bodyOf(other))).toHaveLength(2);
    await closed;
    expect(stream.rstCode).toBe(8);
  });

  it('is not dropped while its response waits behind others', async () => {
    stopTime();
    const first$ = new Subject<GeminiChunk>();
    const replies = [first$, of(chunk('x'.repeat(200_000)))];
    const answers: Promise<void>[] = [];
    const url = await serve((_, response) => {
      answers.push(pipeToServerResponse(replies[answers.length]!, response, { heartbeat: false }));
    });
    const socket = connection(url, requestText() + requestText('GET', '1.1', 'Connection: close\r\n'));
    const received = receivedBy(socket);
    await until(() => answers.length === 2);
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(1_000_000);
    first$.next(chunk('first'));
    first$.complete();
    expect((await received).match(/event: done/g)).toHaveLength(2);
    await Promise.all(answers);
  });
});

describe('HEAD', () => {
  it('gets the headers without a request to the model, and the connection serves the next request', async () => {
    const { ai, emulator } = await emulate({ chunks: ['a'] });
    const { url, answers } = await serving(fromGemini(ai, params), { whenDisconnected: 'finish' });
    const socket = connection(url, requestText('HEAD'));
    const isWhole = (text: string) => text.includes('event: done');
    const received = receivedBy(socket, isWhole);
    await vi.waitUntil(() => answers.length === 1, soon);
    await answers[0];
    expect(emulator.requests).toHaveLength(0);
    socket.write(requestText());
    const [head, get] = (await received).split(/(?=HTTP\/1\.1 )/);
    expect(head).toMatch(/^HTTP\/1\.1 200 OK\r\nContent-Type: text\/event-stream; charset=utf-8\r\n/);
    expect(head).toMatch(/\r\n\r\n$/);
    expect(get).toContain('"text":"a"');
    expect(emulator.requests).toHaveLength(1);
  });

  it('gets the headers over HTTP/2', async () => {
    const subscribed = vi.fn();
    const answers: Promise<void>[] = [];
    const client = await serveHttp2((_, response) => {
      answers.push(pipeToServerResponse(new Observable<GeminiChunk>(subscribed), response));
    });
    const stream = client.request({ ':path': '/', ':method': 'HEAD' });
    const [headers] = (await once(stream, 'response')) as [Record<string, unknown>];
    expect(headers).toMatchObject({ ':status': 200, 'content-type': 'text/event-stream; charset=utf-8' });
    await once(stream.resume(), 'close');
    await answers[0];
    expect(subscribed).not.toHaveBeenCalled();
  });

  it('and a status without a body make no request to the model', async () => {
    const subscribed = vi.fn();
    for (const status of [204, 304]) {
      const { url, answers } = await serving(new Observable<GeminiChunk>(subscribed), {
        before: (response) => response.writeHead(status),
      });
      expect((await ask(url)).statusCode).toBe(status);
      await answers[0];
    }
    expect(subscribed).not.toHaveBeenCalled();
  });
});

describe('headers of the application', () => {
  it('are kept, as are the directives of Cache-Control', async () => {
    for (const [theirs, sent] of [
      ['private, no-store', 'private, no-store, no-transform'],
      ['no-store, No-Transform', 'no-store, No-Transform'],
    ] as const) {
      const { url } = await serving(of(chunk('a')), {
        before: (response) => response.setHeader('cache-control', theirs).setHeader('X-Own', '1'),
      });
      const { headers } = await ask(url);
      expect(headers).toMatchObject({ 'cache-control': sent, 'x-own': '1', 'x-accel-buffering': 'no' });
    }
  });

  it.each([
    ['writeHead', (response: ServerResponse) => response.writeHead(202, { 'Content-Type': 'text/event-stream' })],
    ['flushHeaders', (response: ServerResponse) => response.setHeader('X-Own', '1').flushHeaders()],
    ['write', (response: ServerResponse) => response.write(': hello\n\n')],
  ])('may be sent before: %s', async (_, before) => {
    const { url, answers } = await serving(of(chunk('a')), { before });
    expect(eventsIn(await bodyOf(await ask(url)))).toHaveLength(2);
    await answers[0];
  });

  it('with compression, do not hold back chunks', async () => {
    const source$ = new Subject<GeminiChunk>();
    const { url, answers } = await serving(source$, {
      before: (response) => {
        compress(response);
        response.writeHead(200, { 'Content-Type': 'text/event-stream' });
      },
    });
    const texts = (await ask(url)).pipe(createGunzip()).setEncoding('utf8');
    expect(await once(texts, 'data')).toEqual([expect.stringContaining(': rxjs-gemini')]);
    for (const text of 'abc') {
      source$.next(chunk(text));
      const [piece] = (await once(texts, 'data')) as [string];
      expect(textOf(eventsIn(piece)[0]!.data as GeminiChunk)).toBe(text);
    }
    source$.complete();
    expect(eventsIn(await bodyOf(texts))).toEqual([{ event: 'done', data: {} }]);
    await answers[0];
  });

  it('with compression, add one listener for a slow client whose socket is full many times', async () => {
    const warned = warnings();
    const source$ = new Subject<GeminiChunk>();
    let gzip: ReturnType<typeof compress>['gzip'] | undefined;
    const { url, answers } = await serving(source$, { before: (response) => ({ gzip } = compress(response)) });
    const texts = (await ask(url)).pipe(createGunzip());
    const before = gzip!.listenerCount('drain');
    texts.resume();
    for (let fullness = 0; fullness < 30; fullness++) {
      source$.next(chunk('x'.repeat(100_000)));
      expect(gzip!.writableNeedDrain).toBe(true);
      while (gzip!.writableNeedDrain) await turn();
    }
    expect(gzip!.listenerCount('drain')).toBe(before + 1);
    source$.complete();
    await answers[0];
    expect(warned).toEqual([]);
  });
});

describe('a connection', () => {
  it('that is kept alive has no listener of ours after each of 100 replies', async () => {
    const warned = warnings();
    const { url, responses, answers } = await serving(of(chunk('a')));
    const agent = keepAliveAgent();
    const counts = new Set<string>();
    for (let replies = 0; replies < 100; replies++) {
      await bodyOf(await askBy(agent, url));
      await answers[replies];
      const { socket } = responses[replies]!.req;
      counts.add(
        socket
          .eventNames()
          .map((event) => `${String(event)} ${socket.listenerCount(event)}`)
          .join(),
      );
      for (const event of ['close', 'drain', 'finish']) {
        expect([event, responses[replies]!.listenerCount(event)]).toEqual([event, responses[0]!.listenerCount(event)]);
      }
    }
    expect(counts.size).toBe(1);
    expect(new Set(responses.map(({ req }) => req.socket)).size).toBe(1);
    expect(warned).toEqual([]);
  });

  it.each([
    ['HTTP/1.0', requestText('GET', '1.0')],
    ['Connection: close', requestText('GET', '1.1', 'Connection: close\r\n')],
    ['Expect', requestText('POST', '1.1', 'Expect: 100-continue\r\nContent-Length: 0\r\nConnection: close\r\n')],
  ])('that is not kept alive ends with the reply: %s', async (_, text) => {
    const { url, answers } = await serving(of(chunk('a')));
    const received = await receivedBy(connection(url, text));
    expect(received).toContain('"text":"a"');
    expect(received).toContain('event: done');
    await answers[0];
  });
});

describe('a response', () => {
  it('that has ended or was destroyed is not written to', async () => {
    const subscribed = vi.fn();
    for (const end of ['end', 'destroy'] as const) {
      const { url, answers } = await serving(new Observable<GeminiChunk>(subscribed), {
        before: (response) => response[end](),
      });
      await receivedBy(connection(url, requestText('GET', '1.1', 'Connection: close\r\n')));
      await answers[0];
    }
    expect(subscribed).not.toHaveBeenCalled();
  });

  it('that others end or destroy unsubscribes the source, and its errors do not end the process', async () => {
    const endings: ((response: ServerResponse) => unknown)[] = [
      (response) => response.end(),
      (response) => response.destroy(new Error('broken')),
      (response) => response.emit('error', new Error('broken')),
    ];
    for (const end of endings) {
      const left = vi.fn();
      const source$ = new Subject<GeminiChunk>();
      const { url, responses, answers } = await serving(source$.pipe(finalize(left)));
      const received = receivedBy(connection(url, requestText('GET', '1.1', 'Connection: close\r\n')));
      await vi.waitUntil(() => source$.observed, soon);
      end(responses[0]!);
      source$.next(chunk('a'));
      await answers[0];
      expect(left).toHaveBeenCalledTimes(1);
      expect(await received).not.toContain('"text"');
    }
  });

  it('that throws in `write` counts as disconnected', async () => {
    const source$ = new Subject<GeminiChunk>();
    const { url, responses, answers } = await serving(source$);
    const received = receivedBy(connection(url, requestText('GET', '1.1', 'Connection: close\r\n')));
    await vi.waitUntil(() => source$.observed, soon);
    responses[0]!.write = () => {
      throw new Error('not allowed');
    };
    source$.next(chunk('a'));
    await answers[0];
    expect(source$.observed).toBe(false);
    await received;
  });

  it('accepts one reply', async () => {
    const source$ = new Subject<GeminiChunk>();
    const { url, responses, answers } = await serving(source$);
    const response = await ask(url);
    expect(() => pipeToServerResponse(NEVER, responses[0]!)).toThrow(
      new TypeError('Expected `response` to be unused, got one that another reply is written to'),
    );
    source$.complete();
    expect(eventsIn(await bodyOf(response))).toEqual([{ event: 'done', data: {} }]);
    await answers[0];
    await pipeToServerResponse(NEVER, responses[0]!);
  });

  it('gets a long event in pieces, cut between characters', async () => {
    const text = `${'x'.repeat(11)}${'😀'.repeat(200_000)}`;
    const { url } = await serving(of(chunk(text), chunk(text.slice(1))));
    const response = (await ask(url)).setEncoding('utf8');
    const events = eventsIn(await bodyOf(response));
    expect(events.slice(0, -1).map(({ data }) => textOf(data as GeminiChunk))).toEqual([text, text.slice(1)]);
  });

  it('may be a stand-in without a request, a socket, `drain` and `finish`', async () => {
    const written: string[] = [];
    const stub = () => undefined;
    const response = {
      headersSent: false,
      writableEnded: false,
      req: { method: 'GET', socket: {} },
      writeHead: stub,
      write: (text: string) => void written.push(text),
      end: () => written.push('end'),
      on: stub,
      off: stub,
    };
    await pipeToServerResponse(of(chunk('a'), chunk('b')), response as unknown as ServerResponseLike);
    expect(written).toHaveLength(5);
    expect(written.at(-1)).toBe('end');
  });
});
