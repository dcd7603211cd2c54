import { once } from 'node:events';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { apiError } from '../../src/emulator/apiError.js';
import type { EmulatorReply } from '../../src/emulator/scenario.js';
import { startEmulator, type Emulator } from '../../src/emulator/startEmulator.js';
import { launchBrowser } from './support/browser.js';
import { startApp, type App } from './support/startApp.js';

/** The answer of the model in this test. */
let reply: EmulatorReply;
let emulator: Emulator;
let app: App;
let browser: Browser;
const closing: (() => Promise<unknown>)[] = [];

const start = (env: NodeJS.ProcessEnv = {}): Promise<App> =>
  startApp('websocket', { GEMINI_API_KEY: 'none', GOOGLE_GEMINI_BASE_URL: emulator.url, ...env });

beforeAll(async () => {
  emulator = await startEmulator({ reply: (request) => reply(request) });
  closing.push(() => emulator.close());
  browser = await launchBrowser();
  closing.push(() => browser.close());
  app = await start();
  closing.push(() => app.stop());
}, 60_000);

afterEach(async () => {
  for (const context of browser.contexts()) await context.close();
  // Nothing goes on for an empty room.
  await Promise.all(emulator.requests.map(({ closed }) => closed));
});

afterAll(async () => {
  for (const close of closing.reverse()) await close();
});

/** The page as somebody in the room has it. */
class Tab {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  /** Asks once the page is connected: until then it keeps the words in the box, and sends nothing. */
  async asks(prompt: string): Promise<void> {
    await this.#page.locator('#presence[data-connected=true]').waitFor();
    await this.#page.getByRole('textbox', { name: 'Prompt' }).fill(prompt);
    await this.#page.keyboard.press('Enter');
  }

  async presses(name: string): Promise<void> {
    await this.#page.getByRole('button', { name, exact: true }).last().click();
  }

  /** Waits until a text is on the page. */
  async sees(text: string | RegExp): Promise<void> {
    await this.#page.getByText(text).filter({ visible: true }).first().waitFor();
  }

  /** Waits until the last reply has this text and stands like this. */
  async reads(text: string | RegExp, status: string): Promise<void> {
    const last = this.#page.getByRole('listitem').last();
    await last
      .and(this.#page.locator(`[data-status=${status}]`))
      .getByText(text, { exact: true })
      .waitFor();
  }

  text(): Promise<string> {
    return this.#page.locator('body').innerText();
  }

  async leaves(): Promise<void> {
    await this.#page.close();
  }

  async reloads(): Promise<void> {
    await this.#page.reload();
  }
}

async function open(url = app.url): Promise<Tab> {
  const page = await browser.newPage();
  const thrown: string[] = [];
  page.on('pageerror', ({ message }) => thrown.push(message));
  onTestFinished(() => expect(thrown).toEqual([]));
  await page.goto(url);
  return new Tab(page);
}

/** Says the first words, and the others when it is told to. */
function held(): { chunks: AsyncIterable<string>; goOn: () => void } {
  let goOn = () => {};
  const told = new Promise<void>((resolve) => (goOn = resolve));
  async function* chunks() {
    yield 'Once upon ';
    await told;
    yield 'a time.';
  }
  return { chunks: chunks(), goOn };
}

/** Never ends by itself and is never silent: the server gives up a connection that waits too long. */
const endless: EmulatorReply = () => ({ chunks: storyWithoutEnd(), pace: 50 });

async function* storyWithoutEnd(): AsyncGenerator<string> {
  yield 'Once upon a time';
  for (;;) yield await Promise.resolve(' and so on');
}

describe('examples/websocket', { timeout: 60_000 }, () => {
  it('shows one reply in all tabs, also in late tabs, with one request', async () => {
    const { chunks, goOn } = held();
    reply = () => ({ chunks });
    const before = emulator.requests.length;
    const first = await open();
    await first.sees('Only you are here');
    await first.asks('Tell me a story');
    await first.reads(/^Once upon/, 'streaming');
    const second = await open();
    await second.reads(/^Once upon/, 'streaming');
    await first.sees('2 are here');
    goOn();
    await first.reads('Once upon a time.', 'complete');
    await second.reads('Once upon a time.', 'complete');
    await (await open()).reads('Once upon a time.', 'complete');
    expect(emulator.requests.length - before).toBe(1);
  });

  it('stops a reply in all tabs, and closes its request', async () => {
    reply = endless;
    const first = await open();
    const second = await open();
    await first.asks('Tell me a story');
    await second.reads(/^Once upon/, 'streaming');
    await second.presses('Stop');
    await first.reads(/^Once upon/, 'stopped');
    const request = emulator.requests.at(-1);
    await request?.closed;
    expect(request?.closedEarly).toBe(true);
    reply = () => 'A whole story.';
    await first.presses('Ask again');
    await second.reads('A whole story.', 'complete');
  });

  it('keeps the request open for a page that reloads, and closes it when the last page disconnects', async () => {
    reply = endless;
    const before = emulator.requests.length;
    const first = await open();
    await first.asks('Tell me a story');
    const second = await open();
    await second.reads(/^Once upon/, 'streaming');
    await first.leaves();
    await second.reloads();
    await second.reads(/^Once upon/, 'streaming');
    const request = emulator.requests.at(-1);
    expect(request?.closedAt).toBeUndefined();
    await second.leaves();
    await request?.closed;
    expect(request?.closedEarly).toBe(true);
    expect(emulator.requests.length - before).toBe(1);
  });

  it('shows a typed error in all tabs, and none of the words that the server keeps', async () => {
    reply = () => ({ error: apiError({ code: 400, message: 'A secret of the server' }) });
    const before = emulator.requests.length;
    const first = await open();
    await first.asks('Tell me a story');
    await first.sees('invalid_request');
    const second = await open();
    await second.sees('The request cannot be answered');
    expect(await second.text()).not.toContain('secret');
    expect(emulator.requests.length - before).toBe(1);
  });

  it('closes the sockets at the end of the server, and the page connects again by itself', async () => {
    const own = await start();
    onTestFinished(() => own.stop());
    reply = endless;
    const tab = await open(own.url);
    await tab.asks('Tell me a story');
    await tab.reads(/^Once upon/, 'streaming');
    await own.stop();
    await tab.reads(/^Once upon/, 'failed');
    await tab.sees('server');
    await tab.sees('Connecting again…');
    const again = await start({ PORT: new URL(own.url).port });
    onTestFinished(() => again.stop());
    await tab.sees('Only you are here');
    reply = () => 'A whole story.';
    await tab.presses('Ask again');
    await tab.reads('A whole story.', 'complete');
  });

  it('refuses pages of other origins', async () => {
    const socket = new WebSocket(app.url.replace('http', 'ws'), { origin: 'http://elsewhere.example' });
    const [error] = (await once(socket, 'error')) as [Error];
    expect(error.message).toBe('Unexpected server response: 403');
  });
});
