import { serve, type ServerType } from '@hono/node-server';
import type { Hono } from 'hono';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Observable } from 'rxjs';
import { toSseResponse } from 'rxjs-gemini';
import { startEmulator } from 'rxjs-gemini/emulator';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { expectClosedRequest, expectHeadersAtOnce, expectWholeReply, type ReplyServer } from './support/replyServer.js';

describe('toSseResponse on Hono', () => {
  let server: ReplyServer;
  let listening: ServerType;
  let subscriptions = 0;
  let app: Hono;

  beforeAll(async () => {
    const emulator = await startEmulator({ reply: () => server.answer });
    vi.stubEnv('GEMINI_API_KEY', 'none');
    vi.stubEnv('GOOGLE_GEMINI_BASE_URL', emulator.url);
    ({ app } = await import('./servers/hono.js'));
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
    vi.unstubAllEnvs();
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

  it('answers a wrong body with 400 and the public error', async () => {
    const response = await app.request('/api/chat', { method: 'POST', body: '{"contents":' });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { kind: 'invalid_request' } });
  });

  it('answers app.request in the process, and closes the request to the model when the body is cancelled', async () => {
    const contents = [{ role: 'user', parts: [{ text: 'Hello' }] }];
    const ask = () => app.request('/api/chat', { method: 'POST', body: JSON.stringify({ contents }) });
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
