import type { IncomingMessage, ServerResponse } from 'node:http';
import http2 from 'node:http2';
import { getEventListeners, once } from 'node:events';
import { EMPTY, NEVER, Observable, of, Subject } from 'rxjs';
import { describe, expect, expectTypeOf, it, onTestFinished, vi } from 'vitest';
import { shareReply } from '../../operators/share/shareReply.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { textOf } from '../../src/chunk/readers.js';
import { pipeToServerResponse } from '../../src/sinks/pipeToServerResponse.js';
import type { ServerResponseLike } from '../../src/sinks/serverResponseLike.js';
import type { ToSseResponseOptions } from '../../src/sinks/toSseResponse.js';
import { fromGemini } from '../../src/sources/fromGemini.js';
import { chunk, finishChunk } from '../../src/testing/chunks.js';
import { emulate, params } from '../support/emulate.js';
import { deferred } from '../support/outcome.js';
import { heapInUse } from './heap.js';
import { ask, eventParser, eventsIn, serve, type ReadEvent } from './sse.js';

/** A server that answers every request with that reply, and the promises of its answers. */
async function serving(source: Observable<GeminiChunk>, options?: ToSseResponseOptions) {
  const responses: ServerResponse[] = [];
  const answers: Promise<void>[] = [];
  const url = await serve((_, response) => {
    responses.push(response);
    answers.push(pipeToServerResponse(source, response, options));
  });
  return { url, responses, answers };
}

async function bodyOf(response: IncomingMessage): Promise<string> {
  let body = '';
  for await (const piece of response.setEncoding('utf8')) body += String(piece);
  return body;
}

/** The answer text of all events. */
function spelled(events: readonly ReadEvent[]): string {
  return events.map(({ data }) => textOf(data as GeminiChunk)).join('');
}

describe('pipeToServerResponse', () => {
  it('sends the headers at once, and each chunk as it arrives', async () => {
    const source$ = new Subject<GeminiChunk>();
    const { url, answers } = await serving(source$);
    const response = await ask(url);
    expect(response.statusCode).toBe(200);
    expect(response.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
    });
    const [opening] = (await once(response, 'data')) as [Buffer];
    expect(opening.toString()).toBe(': rxjs-gemini heartbeat=15000\n\n');
    source$.next(chunk('Hello'));
    const [piece] = (await once(response, 'data')) as [Buffer];
    expect(eventsIn(piece.toString())).toMatchObject([{ data: { candidates: [{}] } }]);
    source$.complete();
    expect(eventsIn(await bodyOf(response))).toEqual([{ event: 'done', data: {} }]);
    await answers[0];
  });

  it('keeps headers that were set before, and continues after headers that were sent', async () => {
    for (const isSent of [false, true]) {
      const url = await serve((_, response) => {
        response.setHeader('X-Request', '7');
        if (isSent) response.writeHead(201);
        void pipeToServerResponse(of(chunk('Hello')), response);
      });
      const response = await ask(url);
      expect(response.statusCode).toBe(isSent ? 201 : 200);
      expect(response.headers['x-request']).toBe('7');
      expect(eventsIn(await bodyOf(response))).toHaveLength(2);
    }
  });

  it('loses no chunk with a slow reader, holds one chunk for it, and does not grow over 50 MB', async () => {
    const source$ = new Subject<GeminiChunk>();
    const { url, responses } = await serving(source$);
    const response = await ask(url);
    const piece = 'x'.repeat(10_000);
    const pieces = 50;
    let received = 0;
    const events: ReadEvent[] = [];
    const parser = eventParser((event) => {
      const text = textOf(event.data as GeminiChunk);
      if (text !== 'x'.repeat(text.length)) throw new Error('Something else came');
      received += text.length;
      events.push({ ...event, data: undefined });
    });
    response.setEncoding('utf8');
    const heaps: number[] = [];
    for (let sent = piece.length * pieces; sent <= 50_000_000; sent += piece.length * pieces) {
      for (let count = 0; count < pieces; count++) source$.next(chunk(piece));
      // The socket holds its own buffer; the rest is one chunk, not a list of writes.
      const { writableLength, writableHighWaterMark } = responses[0]!;
      expect(writableLength).toBeLessThan(writableHighWaterMark + 2 * piece.length);
      while (received < sent) {
        parser.feed(String(response.read() ?? ''));
        if (received < sent) await once(response, 'readable');
      }
      if (sent % 5_000_000 === 0) heaps.push(heapInUse());
    }
    expect(received).toBe(50_000_000);
    expect(events.length).toBeLessThan(1_000);
    expect(heaps.at(-1)! - heaps[0]!).toBeLessThan(2_000_000);
    source$.complete();
    expect(eventsIn(await bodyOf(response))).toEqual([{ event: 'done', data: {} }]);
  }, 30_000);

  it('closes the request when the reader disconnects in the middle of the reply', async () => {
    const { ai, emulator } = await emulate({ chunks: ['a', 'b'], stallAfter: { chunks: 1 } });
    const { url, answers } = await serving(fromGemini(ai, params));
    const response = await ask(url);
    for await (const piece of response) if (eventsIn(String(piece)).length > 0) break;
    response.destroy();
    await emulator.requests[0]!.closed;
    expect(emulator.requests[0]).toMatchObject({ closedEarly: true });
    await answers[0];
  });

  it('closes the request when the reader disconnects while the socket is full', async () => {
    const source$ = new Subject<GeminiChunk>();
    const { url, responses, answers } = await serving(source$);
    const response = await ask(url);
    for (let count = 0; count < 1_000; count++) source$.next(chunk('x'.repeat(10_000)));
    expect(responses[0]!.writableNeedDrain).toBe(true);
    response.destroy();
    await answers[0];
    expect(source$.observed).toBe(false);
  });

  it('makes no request for a reader that has disconnected already', async () => {
    const subscribed = vi.fn();
    const { promise, resolve } = deferred();
    const url = await serve((_, response) => {
      response.once('close', () => {
        void pipeToServerResponse(new Observable<GeminiChunk>(subscribed), response).then(resolve);
      });
      response.flushHeaders();
    });
    (await ask(url)).destroy();
    await promise;
    expect(subscribed).not.toHaveBeenCalled();
  });

  it('with `finish`, lets the source complete without a reader, and holds no chunk', async () => {
    const source$ = new Subject<GeminiChunk>();
    const { url, answers } = await serving(source$, { whenDisconnected: 'finish' });
    (await ask(url)).destroy();
    await answers[0];
    expect(source$.observed).toBe(true);
    source$.next(chunk('a'));
    source$.complete();
    expect(source$.observed).toBe(false);
  });

  it('ends the response when the signal aborts', async () => {
    const controller = new AbortController();
    const { url, answers } = await serving(NEVER, { signal: controller.signal });
    const response = await ask(url);
    controller.abort();
    expect(eventsIn(await bodyOf(response))).toEqual([]);
    await answers[0];
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  });

  it('sends an error in the middle of the reply, and ends', async () => {
    const { ai } = await emulate({ chunks: ['a', 'b'], errorAfter: { chunks: 1 } });
    const { url, answers } = await serving(fromGemini(ai, params));
    expect(eventsIn(await bodyOf(await ask(url)))).toMatchObject([
      { data: { candidates: [{}] } },
      { event: 'error', data: { kind: 'overloaded', retryable: true, status: 503 } },
    ]);
    await answers[0];
  });

  it('leaves no listener on the response', async () => {
    const { url, responses, answers } = await serving(of(chunk('a')));
    const before = new Map<string, number>();
    const bare = await serve((_, response) => {
      for (const event of ['close', 'drain', 'error']) before.set(event, response.listenerCount(event));
      response.end();
    });
    await bodyOf(await ask(bare));
    await bodyOf(await ask(url));
    await answers[0];
    for (const [event, count] of before) expect(responses[0]!.listenerCount(event)).toBe(count);
  });

  it('serves 1 000 readers of one request', async () => {
    const go = deferred();
    const { ai, emulator } = await emulate({
      chunks: (async function* () {
        yield 'Hello, ';
        await go.promise;
        yield 'world';
      })(),
    });
    const { url, responses, answers } = await serving(fromGemini(ai, params).pipe(shareReply()));
    const readers = Array.from({ length: 1_000 }, async () => bodyOf(await ask(url)));
    await vi.waitUntil(() => responses.length === 1_000, { timeout: 20_000 });
    go.resolve();
    const bodies = await Promise.all(readers);
    await Promise.all(answers);
    for (const body of bodies) {
      const events = eventsIn(body);
      expect(events.pop()).toEqual({ event: 'done', data: {} });
      expect(spelled(events)).toBe('Hello, world');
    }
    expect(emulator.requests).toHaveLength(1);
  }, 30_000);

  it('answers over HTTP/2', async () => {
    const source$ = new Subject<GeminiChunk>();
    const server = http2.createServer((_, response) => void pipeToServerResponse(source$, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const client = http2.connect(`http://127.0.0.1:${(server.address() as { port: number }).port}`);
    onTestFinished(() => {
      client.close();
      server.close();
    });
    const stream = client.request({ ':path': '/' }).setEncoding('utf8');
    const [headers] = (await once(stream, 'response')) as [Record<string, unknown>];
    expect(headers).toMatchObject({ ':status': 200, 'content-type': 'text/event-stream; charset=utf-8' });
    expect(await once(stream, 'data')).toEqual([': rxjs-gemini heartbeat=15000\n\n']);
    source$.next(chunk('Hello'));
    source$.next(finishChunk());
    const [piece] = (await once(stream, 'data')) as [string];
    expect(eventsIn(piece)[0]).toMatchObject({ data: { candidates: [{}] } });
    stream.close();
    await vi.waitUntil(() => !source$.observed);
  });

  it('throws at the call for a wrong option, and writes no text', () => {
    const writeHead = vi.fn();
    const stub = vi.fn();
    const response = { writeHead, write: stub, end: stub, on: stub, off: stub } as unknown as ServerResponseLike;
    const web = new Response();
    for (const wrong of [undefined, null, 3, {}, [], web, { raw: response }, { ...response, off: undefined }]) {
      expect(() => pipeToServerResponse(EMPTY, wrong as never)).toThrow(
        "Expected `response` to be a response of Node's `http` (of Fastify, `reply.raw`), got",
      );
    }
    const wrongOptions: [unknown, string][] = [
      [{ heartbeat: 0 }, '`heartbeat`'],
      [{ maxStall: -1 }, '`maxStall` to be a positive number of ms, got -1'],
      [{ maxStall: Infinity }, '`maxStall` to be a positive number of ms, got Infinity'],
      [{ maxStall: '5' }, "`maxStall` to be a positive number of ms, got '5'"],
      [{ signal: null }, '`signal` to be an AbortSignal, got null'],
      [{ signal: new AbortController() }, '`signal` to be an AbortSignal, got an object'],
    ];
    for (const [options, message] of wrongOptions) {
      expect(() => pipeToServerResponse(EMPTY, response, options as never)).toThrow(`Expected ${message}`);
    }
    for (const source of [undefined, Promise.resolve(), [chunk('a')]]) {
      expect(() => pipeToServerResponse(source as never, response)).toThrow(
        'Expected `source` to be an Observable, got',
      );
    }
    expect(writeHead).not.toHaveBeenCalled();
  });

  it('accepts the responses of Node', () => {
    expectTypeOf<ServerResponse>().toExtend<ServerResponseLike>();
    expectTypeOf<http2.Http2ServerResponse>().toExtend<ServerResponseLike>();
  });
});
