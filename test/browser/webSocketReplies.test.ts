import { GoogleGenAI } from '@google/genai';
import type { Browser, Page } from 'playwright-core';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocketServer, type WebSocket } from 'ws';
import type { ChatRequest } from '../../src/chat/chatSource.js';
import type { EmulatorReply } from '../../src/emulator/scenario.js';
import { startEmulator, type Emulator } from '../../src/emulator/startEmulator.js';
import { serveWebSocket } from '../../src/sinks/serveWebSocket.js';
import { fromGemini } from '../../src/sources/fromGemini.js';
import { launchBrowser } from '../e2e/support/browser.js';
import { startPageServer, type PageServer } from './support/servePage.js';

const model = 'gemini-2.5-flash';

let browser: Browser;
let emulator: Emulator;
let server: PageServer;
let sockets: WebSocketServer;
let page: Page;
/** The answers of the model in this test. */
let reply: EmulatorReply;
/** The sockets and the requests of earlier tests. */
let before = { sockets: 0, requests: 0 };
const opened: { readonly socket: WebSocket; readonly received: string[] }[] = [];

beforeAll(async () => {
  emulator = await startEmulator({ reply: (request) => reply(request) });
  const ai = new GoogleGenAI({ apiKey: 'secret-key', httpOptions: { baseUrl: emulator.url } });
  server = await startPageServer(fileURLToPath(new URL('socketPage.ts', import.meta.url)), (response) => {
    response.writeHead(404).end();
  });
  sockets = new WebSocketServer({ server: server.server, path: '/api/replies' });
  sockets.on('connection', (socket) => {
    const received: string[] = [];
    socket.on('message', (data: Buffer) => received.push(data.toString()));
    opened.push({ socket, received });
    const answer = (message: unknown) =>
      fromGemini(ai, { model, contents: typeof message === 'string' ? message : (message as ChatRequest).contents });
    void serveWebSocket(socket, answer, { heartbeat: 100 });
  });
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser.close();
  for (const socket of sockets.clients) socket.terminate();
  await server.close();
  await emulator.close();
});

beforeEach(async () => {
  before = { sockets: opened.length, requests: emulator.requests.length };
  page = await browser.newPage();
  await page.goto(server.url);
});

afterEach(() => page.close());

const asked = () => emulator.requests.slice(before.requests);
const own = () => opened.slice(before.sockets);
const ask = (message: string) => page.evaluate((text) => window.socketPage.ask(text), message);
const replyTo = (message: string) =>
  page.evaluate((name) => {
    const { text, isComplete, error } = window.socketPage.replies[name]!;
    return { text, isComplete, error };
  }, message);
const reads = (message: string, text: string) =>
  page.waitForFunction(([name, expected]) => window.socketPage.replies[name]?.text === expected, [
    message,
    text,
  ] as const);
const heartbeats = () => own()[0]?.received.filter((message) => message === '{"event":"heartbeat"}').length ?? 0;
/** A reply that begins and then stalls. */
const stalling: EmulatorReply = () => ({ chunks: ['Once', ' upon'], stallAfter: { chunks: 1 } });

describe('webSocketReplies in Chromium', () => {
  it('reads replies side by side over one socket, which closes when idle', async () => {
    reply = ({ prompt }) => ({ chunks: [`${prompt}: Grüße, `, '世界 ', '👋🏽!'], pace: 30 });
    await ask('one');
    await ask('two');
    await reads('one', 'one: Grüße, 世界 👋🏽!');
    await reads('two', 'two: Grüße, 世界 👋🏽!');
    expect(own()).toHaveLength(1);
    await vi.waitUntil(() => own()[0]?.socket.readyState === 3);
    expect(await replyTo('one')).toMatchObject({ isComplete: true, error: undefined });
    await ask('three');
    await reads('three', 'three: Grüße, 世界 👋🏽!');
    expect(own()).toHaveLength(2);
  });

  it("closes Gemini's request when unsubscribed, and leaves the other reply alone", async () => {
    reply = stalling;
    await ask('one');
    await reads('one', 'Once');
    await ask('two');
    await reads('two', 'Once');
    await page.evaluate(() => window.socketPage.leave('one'));
    await asked()[0]!.closed;
    expect(asked().map(({ closedEarly }) => closedEarly)).toEqual([true, false]);
    expect(own()[0]?.socket.readyState).toBe(1);
    await page.evaluate(() => window.socketPage.leave('two'));
    await asked()[1]!.closed;
    await vi.waitUntil(() => own()[0]?.socket.readyState === 3);
  });

  it('exchanges heartbeats while the model is silent', async () => {
    reply = stalling;
    await ask('one');
    await reads('one', 'Once');
    await vi.waitUntil(() => heartbeats() >= 5, { timeout: 5_000 });
    expect(await replyTo('one')).toMatchObject({ text: 'Once', isComplete: false, error: undefined });
  });

  it("stops Gemini's request when the page does not run any more", async () => {
    reply = stalling;
    await ask('one');
    await reads('one', 'Once');
    await vi.waitUntil(() => heartbeats() >= 1);
    // The browser keeps the connection, but the page answers nothing.
    void page.evaluate(() => {
      for (const end = Date.now() + 2_000; Date.now() < end;);
    });
    await asked()[0]!.closed;
    expect(asked()[0]!.closedEarly).toBe(true);
    await page.waitForFunction(() => window.socketPage.replies['one']?.error?.kind === 'network');
  });

  it('fails a reply whose socket breaks, and opens another socket for the next', async () => {
    reply = stalling;
    await ask('one');
    await reads('one', 'Once');
    own()[0]!.socket.terminate();
    await page.waitForFunction(() => window.socketPage.replies['one']?.error !== undefined);
    expect((await replyTo('one')).error).toMatchObject({ kind: 'network', retryable: true });
    reply = () => 'Hello';
    await ask('two');
    await reads('two', 'Hello');
  });

  it('closes all requests when the page is closed', async () => {
    reply = stalling;
    await ask('one');
    await reads('one', 'Once');
    await page.close();
    await asked()[0]!.closed;
    expect(asked()[0]!.closedEarly).toBe(true);
  });

  it('is the source of a chat, which stops', async () => {
    reply = ({ prompt }) => (prompt === 'one' ? 'Hello' : { chunks: ['Once', ' upon'], stallAfter: { chunks: 1 } });
    const lastIs = (text: string) =>
      page.waitForFunction((expected) => window.socketPage.messages.at(-1)?.text === expected, text);
    await page.evaluate(() => window.socketPage.send('one'));
    await lastIs('Hello');
    await page.evaluate(() => window.socketPage.send('two'));
    await lastIs('Once');
    await page.evaluate(() => window.socketPage.cancel());
    await asked()[1]!.closed;
    expect(asked()[1]!.closedEarly).toBe(true);
    const { contents } = asked()[1]!.body as ChatRequest;
    expect(contents.map(({ parts }) => parts[0]?.text)).toEqual(['one', 'Hello', 'two']);
  });
});
