import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { concat, NEVER, Observable, of, Subject, throwError } from 'rxjs';
import { describe, expect, it, vi } from 'vitest';
import { classifyErrors } from '../../operators/protect/classifyErrors.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { apiError } from '../../src/emulator/apiError.js';
import { GeminiError } from '../../src/errors/geminiError.js';
import { pipeToServerResponse, type PipeToServerResponseOptions } from '../../src/sinks/pipeToServerResponse.js';
import { toSseResponse } from '../../src/sinks/toSseResponse.js';
import { fromGemini } from '../../src/sources/fromGemini.js';
import { fromSse } from '../../src/sources/fromSse.js';
import { chunk } from '../../src/testing/chunks.js';
import { emulate, params } from '../support/emulate.js';
import { outcomeOf } from '../support/outcome.js';
import { compress, connection, requestText, serveHttp2, receivedBy } from './hosts.js';
import { letters } from './letters.js';
import { ask, eventsIn, serve } from './sse.js';

const overloaded = throwError(() => new GeminiError('A secret', { kind: 'overloaded', retryAfter: 2_500 }));
const queued: GeminiChunk = { text: '', queued: { position: 1 } };

/** A server that waits for the first content of that reply, its responses, and the promises of its answers. */
async function waiting(
  source: Observable<GeminiChunk>,
  options: PipeToServerResponseOptions = {},
  prepare: (response: ServerResponse) => void = () => undefined,
) {
  const responses: ServerResponse[] = [];
  const answers: Promise<void>[] = [];
  const url = await serve((_, response) => {
    prepare(response);
    answers.push(pipeToServerResponse(source, response, { ...options, waitForFirst: true }));
    responses.push(response);
  });
  return { url, responses, answers };
}

describe('pipeToServerResponse with waitForFirst', () => {
  it('sends nothing before the first content, and then the notices in its event', async () => {
    const source$ = new Subject<GeminiChunk>();
    const { url, responses, answers } = await waiting(source$, { annotations: true });
    const socket = connection(url, requestText());
    await vi.waitUntil(() => responses.length === 1);
    expect(source$.observed).toBe(true);
    source$.next(queued);
    expect(responses[0]!.headersSent).toBe(false);
    source$.next(chunk('Hello'));
    source$.complete();
    await answers[0];
    const text = await receivedBy(socket, (received) => received.includes('event: done'));
    expect(text).toMatch(/^HTTP\/1.1 200 OK\r\n/);
    expect(text.match(/^data: /gm)).toHaveLength(2);
  });

  it('answers a failure with its status, and keeps the headers of the application', async () => {
    const { url, answers } = await waiting(concat(of(queued), overloaded), {}, (response) => {
      response.setHeader('Access-Control-Allow-Origin', '*');
      response.setHeader('Cache-Control', 'private');
      response.setHeader('Content-Type', 'text/event-stream');
    });
    const response = await fetch(url);
    expect(response.status).toBe(503);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'access-control-allow-origin': '*',
      'cache-control': 'no-store',
      'content-type': 'application/json',
      'retry-after': '3',
    });
    expect(response.headers.has('x-accel-buffering')).toBe(false);
    const error = { kind: 'overloaded', message: 'The model is overloaded; try again later', retryable: true };
    expect(await response.json()).toEqual({ error: { ...error, retryAfter: 2_500 } });
    await answers[0];
  });

  it('answers over HTTP/2 with the status of a failure', async () => {
    const client = await serveHttp2(
      (_, response) => void pipeToServerResponse(overloaded, response, { waitForFirst: true }),
    );
    const stream = client.request({ ':path': '/' }).setEncoding('utf8');
    const [headers] = (await once(stream, 'response')) as [Record<string, unknown>];
    expect(headers).toMatchObject({ ':status': 503, 'retry-after': '3', 'content-type': 'application/json' });
    let text = '';
    for await (const piece of stream) text += String(piece);
    expect(JSON.parse(text)).toMatchObject({ error: { kind: 'overloaded' } });
  });

  it('answers a failure through middleware that compresses', async () => {
    const { url } = await waiting(overloaded, {}, (response) => void compress(response));
    const response = await ask(url);
    const pieces: Buffer[] = [];
    for await (const piece of response) pieces.push(piece as Buffer);
    expect(response.statusCode).toBe(503);
    expect(JSON.parse(gunzipSync(Buffer.concat(pieces)).toString())).toMatchObject({ error: { kind: 'overloaded' } });
  });

  it('sends a failure as an event after headers that the application has sent', async () => {
    const { url } = await waiting(overloaded, {}, (response) => response.writeHead(201));
    const response = await fetch(url);
    expect(response.status).toBe(201);
    expect(eventsIn(await response.text())).toMatchObject([{ event: 'error', data: { kind: 'overloaded' } }]);
  });

  it('closes the connection if other code sends headers during the wait', async () => {
    const source$ = new Subject<GeminiChunk>();
    const { url, responses, answers } = await waiting(source$);
    const asked = ask(url);
    await vi.waitUntil(() => responses.length === 1);
    responses[0]!.writeHead(200, { 'Content-Length': 7 }).flushHeaders();
    const response = await asked;
    const aborted = once(response, 'error');
    source$.error(new GeminiError('No', { kind: 'overloaded' }));
    await answers[0];
    expect(await aborted).toMatchObject([{ code: 'ECONNRESET' }]);
  });

  it('answers HEAD at once, with only the headers', async () => {
    const subscribed = vi.fn();
    const { url } = await waiting(new Observable(subscribed));
    const response = await fetch(url, { method: 'HEAD' });
    expect(response.status).toBe(200);
    expect(response.headers.get('Content-Type')).toBe('text/event-stream; charset=utf-8');
    expect(subscribed).not.toHaveBeenCalled();
  });

  it.each([undefined, letters()])('answers an abort of the signal, and unsubscribes: format %#', async (format) => {
    const controller = new AbortController();
    const source$ = new Subject<GeminiChunk>();
    const { url, answers } = await waiting(source$, { signal: controller.signal, ...(format && { format }) });
    const asked = fetch(url);
    await vi.waitUntil(() => answers.length === 1);
    controller.abort(new DOMException('Too late', 'TimeoutError'));
    expect(source$.observed).toBe(false);
    const response = await asked;
    expect(response.status).toBe(504);
    expect(await response.json()).toMatchObject({ error: { kind: 'timeout' } });
    await answers[0];
  });

  it('answers with a stream when the time is up', async () => {
    const { url } = await waiting(NEVER, { waitAtMost: 20 });
    const response = await fetch(url);
    expect(response.status).toBe(200);
    await response.body!.cancel();
  });

  it('closes the request to the model when the client disconnects during the wait', async () => {
    const { ai, emulator } = await emulate({ chunks: ['a'], headersDelay: 60_000 });
    const { url, answers } = await waiting(fromGemini(ai, params));
    const socket = connection(url, requestText());
    await vi.waitUntil(() => emulator.requests.length === 1, { timeout: 9_000 });
    socket.destroy();
    await emulator.requests[0]!.closed;
    expect(emulator.requests[0]).toMatchObject({ chunksSent: 0, closedEarly: true });
    await answers[0];
  });

  it('gives fromSse the error of the model, with the wait of its RetryInfo', async () => {
    const { ai } = await emulate({ error: apiError({ code: 429, message: 'Quota of 12345', retryDelay: 1_700 }) });
    const { url } = await waiting(fromGemini(ai, params).pipe(classifyErrors()));
    const response = await fetch(url);
    expect([response.status, response.headers.get('Retry-After')]).toEqual([429, '2']);
    expect(await response.text()).not.toContain('12345');
    const { error } = await outcomeOf(fromSse(url));
    expect(error).toMatchObject({ kind: 'rate_limit', status: 429, retryAfter: 1_700, retryable: true });
  });

  it('reads a wrong key of the server as 502, and a blocked prompt as 422', async () => {
    const { ai } = await emulate(({ prompt }) =>
      prompt === 'blocked'
        ? { chunks: [{ promptFeedback: { blockReason: 'SAFETY' } }] }
        : { error: apiError({ code: 401, message: 'No key' }) },
    );
    for (const [contents, status, kind] of [
      ['key', 502, 'auth'],
      ['blocked', 422, 'blocked'],
    ] as const) {
      const { url } = await waiting(fromGemini(ai, { ...params, contents }).pipe(classifyErrors()));
      expect((await fetch(url)).status).toBe(status);
      expect((await outcomeOf(fromSse(url))).error).toMatchObject({ kind });
    }
  });
});

describe('toSseResponse with waitForFirst, on real sockets', () => {
  it('closes the request to the model at an abort during the wait', async () => {
    const { ai, emulator } = await emulate({ chunks: ['a'], stallAfter: { chunks: 0 } });
    const controller = new AbortController();
    const request = new Request('http://127.0.0.1/', { method: 'POST', signal: controller.signal });
    const response = toSseResponse(fromGemini(ai, params), { request, waitForFirst: true });
    await vi.waitUntil(() => emulator.requests.length === 1, { timeout: 9_000 });
    controller.abort();
    await emulator.requests[0]!.closed;
    expect(emulator.requests[0]).toMatchObject({ chunksSent: 0, closedEarly: true });
    expect((await response).status).toBe(499);
  });
});
