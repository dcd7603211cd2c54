import { Chat } from '@ai-sdk/react';
import { serve } from '@hono/node-server';
import { DefaultChatTransport, type UIMessage } from 'ai';
import { Hono } from 'hono';
import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import type { EmulatorScenario } from 'rxjs-gemini/emulator';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { emulate } from '../support/emulate.js';
import { deferred } from '../support/outcome.js';
import { resumableRoutes } from './resumableRoutes.js';

/** The routes on a server, whose model writes `Blue light`, and the rest once it is told so. */
async function setUp() {
  const { promise: released, resolve: release } = deferred();
  async function* chunks() {
    yield 'Blue';
    yield ' light';
    await released;
    yield ' scatters';
    yield ' more.';
  }
  const { ai, emulator } = await emulate(({ index }): EmulatorScenario => (index === 0 ? { chunks: chunks() } : {}));
  const { POST, GET, DELETE } = resumableRoutes(ai, 'gemini-2.5-flash');
  const owner = 'user 1';
  const app = new Hono()
    .post('/api/chat', (context) => POST(context.req.raw, owner))
    .get('/api/chat/:id/stream', (context) => GET(context.req.raw, context.req.param('id'), owner))
    .delete('/api/chat/:id/stream', (context) => DELETE(context.req.param('id'), owner));
  const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 });
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket));
  await once(server, 'listening');
  const cutAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  onTestFinished(async () => {
    release();
    cutAll();
    server.close();
    await once(server, 'close');
  });
  const api = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/api/chat`;
  /** A page with the messages that it has loaded. */
  const open = (messages: UIMessage[] = []) => {
    const transport = new DefaultChatTransport({ api, fetch: fetchLikeBrowsers });
    return new Chat<UIMessage>({ id: 'chat 1', messages, transport });
  };
  return { emulator, api, open, cutAll, release };
}

/** `fetch` of Node, with the errors that browsers have for a lost connection. */
const fetchLikeBrowsers: typeof fetch = async (input, init) => {
  const { body, status, headers } = await fetch(input, init);
  const reader = body?.getReader();
  const stream = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await reader!.read().catch((error: unknown) => {
        throw init?.signal?.aborted ? error : new TypeError('network error');
      });
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: (reason) => reader!.cancel(reason),
  });
  return new Response(body && stream, { status, headers });
};

const textOf = ({ parts }: UIMessage) => parts.map((part) => (part.type === 'text' ? part.text : '')).join('');
const shown = (chat: Chat<UIMessage>) => chat.messages.map((message) => [message.role, textOf(message)]);
const whole = [
  ['user', 'Why?'],
  ['assistant', 'Blue light scatters more.'],
];

/** Sends the question, and waits until the page shows the beginning of the answer. */
async function begin({ open }: Awaited<ReturnType<typeof setUp>>) {
  const chat = open();
  const sent = chat.sendMessage({ text: 'Why?' });
  await vi.waitUntil(() => chat.lastMessage && textOf(chat.lastMessage) === 'Blue light');
  return { chat, sent };
}

describe('a reply that is kept by the id of its chat', () => {
  it('is resumed by a page that was loaded again, from its start, without another request to the model', async () => {
    const server = await setUp();
    const { chat, sent } = await begin(server);
    const question = chat.messages[0]!;
    server.cutAll();
    await sent;
    expect(chat.status).toBe('error');

    const page = server.open([question]);
    const resumed = page.resumeStream();
    await vi.waitUntil(() => page.lastMessage && textOf(page.lastMessage) === 'Blue light');
    expect(server.emulator.requests).toHaveLength(1);
    server.release();
    await resumed;
    expect(shown(page)).toEqual(whole);
    expect(page.status).toBe('ready');
    expect(page.lastMessage!.parts).toContainEqual(expect.objectContaining({ type: 'text', state: 'done' }));
    expect(server.emulator.requests).toMatchObject([{ finished: true, closedEarly: false }]);
  });

  it('is resumed in the same page, in the message that was begun', async () => {
    const server = await setUp();
    const { chat, sent } = await begin(server);
    const { id } = chat.lastMessage!;
    server.cutAll();
    await sent;
    const resumed = chat.resumeStream();
    server.release();
    await resumed;
    expect(shown(chat)).toEqual(whole);
    expect(chat.lastMessage!.id).toBe(id);
    expect(server.emulator.requests).toHaveLength(1);
  });

  it('is read by several pages at once', async () => {
    const server = await setUp();
    const { chat, sent } = await begin(server);
    const pages = [server.open([chat.messages[0]!]), server.open([chat.messages[0]!])];
    const resumed = pages.map((page) => page.resumeStream());
    await vi.waitUntil(() => pages.every(({ lastMessage }) => lastMessage && textOf(lastMessage) === 'Blue light'));
    server.release();
    await Promise.all([sent, ...resumed]);
    for (const page of [chat, ...pages]) expect(shown(page)).toEqual(whole);
    expect(server.emulator.requests).toHaveLength(1);
  });

  it('is gone after its end: 204, and the page stays as it is', async () => {
    const server = await setUp();
    const { chat, sent } = await begin(server);
    server.release();
    await sent;
    const response = await fetch(`${server.api}/chat%201/stream`);
    expect([response.status, await response.text()]).toEqual([204, '']);
    await chat.resumeStream();
    expect(shown(chat)).toEqual(whole);
    expect(chat.status).toBe('ready');
    expect((await fetch(`${server.api}/unknown/stream`)).status).toBe(204);
    expect(server.emulator.requests).toHaveLength(1);
  });

  it('ends, with its request, when the chat is told to stop', async () => {
    const server = await setUp();
    const { chat, sent } = await begin(server);
    const page = server.open([chat.messages[0]!]);
    const resumed = page.resumeStream();
    await vi.waitUntil(() => page.lastMessage && textOf(page.lastMessage) === 'Blue light');
    await chat.stop();
    await sent;
    await fetch(`${server.api}/chat%201/stream`, { method: 'DELETE' });
    await server.emulator.requests[0]!.closed;
    expect(server.emulator.requests[0]).toMatchObject({ closedEarly: true, chunksSent: 2 });
    await resumed;
    expect(page.status).toBe('ready');
    expect((await fetch(`${server.api}/chat%201/stream`)).status).toBe(204);
  });

  it('reports the failure of a reply to the page that resumes it, without another request', async () => {
    const server = await setUp();
    const { chat, sent } = await begin(server);
    const page = server.open([chat.messages[0]!]);
    const resumed = page.resumeStream();
    await vi.waitUntil(() => page.lastMessage && textOf(page.lastMessage) === 'Blue light');
    await server.emulator.close();
    await Promise.all([sent, resumed]);
    expect(page.status).toBe('error');
    expect(page.error!.message).toBe(chat.error!.message);
    expect(page.error!.message).toBe('The reply broke off');
  });
});
