import { GoogleGenAI } from '@google/genai';
import type { Browser, Page } from 'playwright-core';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ChatRequest } from '../../src/chat/chatSource.js';
import type { EmulatorExchange } from '../../src/emulator/exchange.js';
import type { EmulatorAnswer } from '../../src/emulator/scenario.js';
import { startEmulator, type Emulator } from '../../src/emulator/startEmulator.js';
import { pipeToServerResponse } from '../../src/sinks/pipeToServerResponse.js';
import { fromGemini } from '../../src/sources/fromGemini.js';
import { launchBrowser } from '../e2e/support/browser.js';
import { startPageServer, type PageServer } from './support/servePage.js';

let browser: Browser;
let emulator: Emulator;
let server: PageServer;
let page: Page;
/** The answers of the model by the prompt: one for each request, the last for the rest. */
let answers: Record<string, readonly EmulatorAnswer[]>;
/** The requests that the model had got before this test. */
let before = 0;

beforeAll(async () => {
  emulator = await startEmulator({
    reply({ prompt }) {
      const list = answers[prompt] ?? ['Hello'];
      return list[Math.min(asked(prompt).length, list.length) - 1] ?? 'Hello';
    },
  });
  const ai = new GoogleGenAI({ apiKey: 'secret-key', httpOptions: { baseUrl: emulator.url } });
  const entry = fileURLToPath(new URL('chatPage.ts', import.meta.url));
  server = await startPageServer(entry, (response, { body }) => {
    const { contents } = JSON.parse(body) as ChatRequest;
    void pipeToServerResponse(fromGemini(ai, { model: 'gemini-2.5-flash', contents }), response);
  });
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser.close();
  await server.close();
  await emulator.close();
});

beforeEach(async () => {
  answers = {};
  before = emulator.requests.length;
  page = await browser.newPage();
  await page.goto(server.url);
});

afterEach(() => page.close());

/** The requests for a prompt that came to the model in this test. */
function asked(prompt: string): EmulatorExchange[] {
  return emulator.requests
    .slice(before)
    .filter(({ body }) => (body as ChatRequest).contents.at(-1)?.parts[0]?.text === prompt);
}

/** The contents of a request, as `role: text`. */
const sent = (exchange: EmulatorExchange | undefined) =>
  (exchange?.body as ChatRequest | undefined)?.contents.map(
    ({ role, parts }) => `${role}: ${parts.map(({ text }) => text).join('')}`,
  );

const send = (text: string) =>
  page.evaluate((message) => window.chatPage.run(window.chatPage.chat.send(message)), text);

const seen = () => page.evaluate(() => window.chatPage.messages.map(({ role, text }) => `${role}: ${text}`));
const statuses = () => page.evaluate(() => window.chatPage.messages.map(({ status }) => status));

describe('createChat over fromSse in Chromium', () => {
  it('sends the history with each message, to a server that has the key', async () => {
    await send('Hi');
    answers = { 'And you?': ['Fine.'] };
    await send('And you?');
    expect(await seen()).toEqual(['user: Hi', 'model: Hello', 'user: And you?', 'model: Fine.']);
    expect(await statuses()).toEqual(['complete', 'complete', 'complete', 'complete']);
    expect(sent(asked('And you?')[0])).toEqual(['user: Hi', 'model: Hello', 'user: And you?']);
    expect(server.requests.at(-1)).toMatchObject({ method: 'POST', url: '/api/chat' });
    expect(server.requests.at(-1)?.headers['x-goog-api-key']).toBeUndefined();
  });

  it('shows the reply as it grows, and closes the connections to the server and to the model when stopped', async () => {
    answers = { Endless: [{ chunks: endless(), pace: 20 }] };
    const ended = send('Endless');
    await page.waitForFunction(() => (window.chatPage.messages[1]?.text ?? '').includes('word 3'));
    expect(await statuses()).toEqual(['complete', 'streaming']);
    await page.evaluate(() => window.chatPage.chat.cancel('stopped by the user'));
    await ended;
    expect(await server.requests.at(-1)?.closed).toBe(false);
    const [request] = asked('Endless');
    await request?.closed;
    expect(request).toMatchObject({ closedEarly: true, finished: false });
    expect(await statuses()).toEqual(['complete', 'cancelled']);
    expect((await seen())[1]).toMatch(/^model: word 0 word 1/);
  });

  it('closes both connections when the page is closed', async () => {
    answers = { Endless: [{ chunks: endless(), pace: 20 }] };
    void send('Endless').catch(() => undefined);
    await page.waitForFunction(() => (window.chatPage.messages[1]?.text ?? '') !== '');
    await page.close();
    expect(await server.requests.at(-1)?.closed).toBe(false);
    const [request] = asked('Endless');
    await request?.closed;
    expect(request?.closedEarly).toBe(true);
  });

  it('edits a message and regenerates an answer, and selects among the branches', async () => {
    answers = { Hi: ['First.', 'Second.'], Hey: ['Third.'] };
    await send('Hi');
    await page.evaluate(() => window.chatPage.run(window.chatPage.chat.regenerate()));
    expect(await seen()).toEqual(['user: Hi', 'model: Second.']);
    await page.evaluate(() => {
      const { chat, messages, run } = window.chatPage;
      return run(chat.edit(messages[0]!.id, 'Hey'));
    });
    expect(await seen()).toEqual(['user: Hey', 'model: Third.']);
    expect(asked('Hi').map(sent)).toEqual([['user: Hi'], ['user: Hi']]);
    expect(sent(asked('Hey')[0])).toEqual(['user: Hey']);

    const select = (message: number, branch: number) =>
      page.evaluate(
        ([index, to]) => {
          const { chat, messages } = window.chatPage;
          const branches = chat.branches(messages[index!]!.id);
          chat.select(branches[to!]!);
          return branches.map(({ text }) => text);
        },
        [message, branch],
      );
    expect(await select(0, 0)).toEqual(['Hi', 'Hey']);
    expect(await seen()).toEqual(['user: Hi', 'model: Second.']);
    expect(await select(1, 0)).toEqual(['First.', 'Second.']);
    expect(await seen()).toEqual(['user: Hi', 'model: First.']);
    await send('More');
    expect(sent(asked('More')[0])).toEqual(['user: Hi', 'model: First.', 'user: More']);
  });

  it('fails with the kind of the failure, keeps the text, and sends the question again on demand', async () => {
    answers = { Hi: [{ chunks: ['Half of ', 'a '], dropAfter: { chunks: 1 } }, 'A whole answer.'] };
    await send('Hi');
    expect(await statuses()).toEqual(['complete', 'failed']);
    expect((await seen())[1]).toBe('model: Half of ');
    expect(await page.evaluate(() => window.chatPage.messages[1]?.error?.kind)).toMatch(/^(network|truncated)$/);
    await page.evaluate(() => window.chatPage.run(window.chatPage.chat.regenerate()));
    expect(await seen()).toEqual(['user: Hi', 'model: A whole answer.']);
  });

  it('bundles neither the SDK nor a module of Node', () => {
    const packages = Object.keys(server.bundled).map((file) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1]);
    expect(new Set(packages)).toEqual(new Set([undefined, 'eventsource-parser', 'rxjs', 'tslib']));
  });
});

function* endless(): Generator<string> {
  for (let index = 0; ; index++) yield `word ${index} `;
}
