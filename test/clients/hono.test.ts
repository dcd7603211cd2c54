import { serve, type ServerType } from '@hono/node-server';
import { GoogleGenAI } from '@google/genai';
import { Hono } from 'hono';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Observable } from 'rxjs';
import { fromGemini, toSseResponse } from 'rxjs-gemini';
import { startEmulator } from 'rxjs-gemini/emulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectClosedRequest, expectHeadersAtOnce, expectWholeReply, type ReplyServer } from './support/replyServer.js';

describe('toSseResponse on Hono', () => {
  let server: ReplyServer;
  let listening: ServerType;
  let subscriptions = 0;
  const app = new Hono();

  beforeAll(async () => {
    const emulator = await startEmulator({ reply: () => server.answer });
    const ai = new GoogleGenAI({ apiKey: 'none', httpOptions: { baseUrl: emulator.url } });
    app.post('/api/chat', async (context) => {
      const { contents } = await context.req.json<{ contents: string }>();
      const reply$ = fromGemini(ai, { model: 'gemini-2.5-flash', contents });
      return toSseResponse(reply$, { request: context.req.raw });
    });
    const counted$ = new Observable<never>(() => {
      subscriptions++;
    });
    app.get('/counted', () => toSseResponse(counted$));
    listening = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 });
    await once(listening, 'listening');
    const { port } = listening.address() as AddressInfo;
    server = { url: `http://127.0.0.1:${String(port)}/`, emulator, answer: [] };
  });

  afterAll(async () => {
    listening.close();
    await once(listening, 'close');
    await server.emulator.close();
  });

  it('sends a whole reply', () => expectWholeReply(server));
  it('sends the headers while the model is silent', () => expectHeadersAtOnce(server));
  it('closes the request to the model when the client disconnects', () => expectClosedRequest(server));

  it.each([
    ['with a server', () => fetch(`${server.url}counted`, { method: 'HEAD' })],
    ['in the process', () => app.request('/counted', { method: 'HEAD' })],
  ])('answers HEAD with the headers, without a subscription: %s', async (_, head) => {
    const response = await head();
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(await response.text()).toBe('');
    expect(subscriptions).toBe(0);
  });

  it('answers app.request in the process, and closes the request to the model when the body is cancelled', async () => {
    const ask = () => app.request('/api/chat', { method: 'POST', body: '{"contents":"Hello"}' });
    server.answer = ['Blue ', 'light.'];
    expect(await (await ask()).text()).toMatch(/"Blue "[^]*"light."[^]*event: done/);
    server.answer = { chunks: endless(), pace: 5 };
    const reader = (await ask()).body!.getReader();
    await reader.read();
    await reader.read();
    await reader.cancel();
    const request = server.emulator.requests.at(-1);
    await request?.closed;
    expect(request?.closedEarly).toBe(true);
  });
});

function* endless(): Generator<string> {
  for (;;) yield 'and so on ';
}
