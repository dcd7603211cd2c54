import { GoogleGenAI } from '@google/genai';
import type { FastifyInstance } from 'fastify';
import { Observable } from 'rxjs';
import { answerContents, pipeToServerResponse, toSseResponse } from 'rxjs-gemini';
import { startEmulator } from 'rxjs-gemini/emulator';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { expectClosedRequest, expectHeadersAtOnce, expectWholeReply, type ReplyServer } from './support/replyServer.js';

describe('toSseResponse on Fastify', () => {
  let server: ReplyServer;
  let app: FastifyInstance;
  let subscriptions = 0;

  beforeAll(async () => {
    const emulator = await startEmulator({ reply: () => server.answer });
    vi.stubEnv('GEMINI_API_KEY', 'none');
    vi.stubEnv('GOOGLE_GEMINI_BASE_URL', emulator.url);
    ({ app } = await import('./servers/fastify.js'));
    app.addHook('onRequest', async (_, reply) => void reply.header('X-Request-Id', '7'));
    const counted$ = new Observable<never>(() => {
      subscriptions++;
    });
    // The HEAD route that Fastify adds by itself to a GET answers any web Response with 500.
    app.route({
      method: ['GET', 'HEAD'],
      url: '/counted',
      handler: (request, reply) => reply.send(toSseResponse(counted$, { request })),
    });
    app.post('/waiting', (_, reply) => {
      const contents = [{ role: 'user', parts: [{ text: 'Hello' }] }];
      const reply$ = answerContents(new GoogleGenAI({}), { model: 'gemini-2.5-flash', contents });
      reply.hijack();
      void pipeToServerResponse(reply$, reply.raw, { waitForFirst: true });
    });
    const url = `${await app.listen({ host: '127.0.0.1', port: 0 })}/`;
    server = { url, emulator, answer: [] };
  });

  afterAll(async () => {
    await app.close();
    await server.emulator.close();
    vi.unstubAllEnvs();
  });

  it('sends a whole reply', () => expectWholeReply(server));
  it('sends the headers while the model is silent', () => expectHeadersAtOnce(server));
  it('closes the request to the model when the client disconnects', () => expectClosedRequest(server));

  it('closes the request to the model when the client disconnects before the first content, with waitForFirst', async () => {
    server.answer = { text: 'Hello', headersDelay: 3_000 };
    const { requests } = server.emulator;
    const count = requests.length;
    const controller = new AbortController();
    const asked = fetch(`${server.url}waiting`, { method: 'POST', signal: controller.signal }).catch(() => undefined);
    await expect.poll(() => requests.length).toBe(count + 1);
    controller.abort();
    await asked;
    await requests[count]?.closed;
    expect(requests[count]).toMatchObject({ chunksSent: 0, closedEarly: true });
  });

  it('keeps the headers that the handler has set', async () => {
    server.answer = 'Hello';
    const body = JSON.stringify({ contents: [{ role: 'user', parts: [{ text: 'Hello' }] }] });
    const response = await fetch(`${server.url}api/chat`, {
      method: 'POST',
      body,
      headers: { 'Content-Type': 'application/json' },
    });
    expect(response.headers.get('x-request-id')).toBe('7');
    expect(response.headers.get('cache-control')).toContain('no-cache');
    await response.text();
  });

  it('answers HEAD with the headers, without a subscription', async () => {
    const response = await fetch(`${server.url}counted`, { method: 'HEAD' });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(subscriptions).toBe(0);
  });

  it('answers an error of the handler through the error handler', async () => {
    const response = await fetch(`${server.url}api/chat`, { method: 'POST' });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      error: { kind: 'invalid_request', message: 'The request cannot be answered' },
    });
  });
});
