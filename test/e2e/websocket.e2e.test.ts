import { once } from 'node:events';
import { createServer, request, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { of, type Observable } from 'rxjs';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { apiError } from '../../src/emulator/apiError.js';
import type { EmulatorAnswer, EmulatorReply } from '../../src/emulator/scenario.js';
import { startEmulator, type Emulator } from '../../src/emulator/startEmulator.js';
import { chunk } from '../../src/testing/chunks.js';
import { violationsOf } from './support/axe.js';
import { launchBrowser } from './support/browser.js';
import { placeOf } from './support/placeOf.js';
import { startApp, type App } from './support/startApp.js';

/** The answer of the model in this test. */
let reply: EmulatorReply;
let emulator: Emulator;
let app: App;
let browser: Browser;
const closing: (() => Promise<unknown>)[] = [];

/** The script `start` builds the application, `serve` runs it. */
const start = (env: NodeJS.ProcessEnv = {}, script: 'start' | 'serve' = 'serve'): Promise<App> =>
  startApp('websocket', { GEMINI_API_KEY: 'none', GOOGLE_GEMINI_BASE_URL: emulator.url, ...env }, script);

beforeAll(async () => {
  emulator = await startEmulator({ reply: (request) => reply(request) });
  closing.push(() => emulator.close());
  browser = await launchBrowser();
  closing.push(() => browser.close());
  app = await start({}, 'start');
  closing.push(() => app.stop());
}, 120_000);

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
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  get box(): Locator {
    return this.page.getByRole('textbox', { name: 'Message' });
  }

  /** The newest reply. */
  get last(): Locator {
    return this.page.locator('[data-role=model]').last();
  }

  button(name: string): Locator {
    return this.page.getByRole('button', { name, exact: true });
  }

  get questions(): Locator {
    return this.page.locator('[data-role=user]');
  }

  /** Asks, and waits until the question is on the page: `last` is its reply then, no longer an older one. */
  async asks(prompt: string): Promise<void> {
    await this.hears();
    const before = await this.questions.count();
    await this.sends(prompt);
    await this.questions.nth(before).waitFor();
  }

  /** Sends once the page has heard from the room: until then it keeps the words in the box. */
  async sends(prompt: string): Promise<void> {
    await this.hears();
    await this.box.fill(prompt);
    await this.page.keyboard.press('Enter');
  }

  /** Waits for the first news of the room, with which the older questions come. */
  async hears(): Promise<void> {
    await this.page.locator('#presence[data-connected=true]', { hasText: /here$/ }).waitFor();
  }

  async presses(name: string): Promise<void> {
    await this.button(name).last().click();
  }

  /** Waits until a text is on the page. */
  async sees(text: string | RegExp): Promise<void> {
    await this.page.getByText(text).filter({ visible: true }).first().waitFor();
  }

  /** Waits until the last reply has this text and stands like this. */
  async reads(text: string | RegExp, status: string): Promise<void> {
    await this.stands(status);
    await this.last.getByText(text, { exact: true }).waitFor();
  }

  /** Waits until the last reply stands like this. */
  async stands(status: string): Promise<void> {
    await this.last.and(this.page.locator(`[data-status=${status}]`)).waitFor();
  }

  text(): Promise<string> {
    return this.page.locator('body').innerText();
  }

  /** The place of the view, and whether it is at the end of the page. */
  view(): Promise<{ readonly top: number; readonly height: number; readonly isAtEnd: boolean }> {
    return this.page.evaluate(() => {
      const { scrollTop: top, scrollHeight: height, clientHeight } = document.documentElement;
      return { top, height, isAtEnd: top >= height - clientHeight - 1 };
    });
  }

  async leaves(): Promise<void> {
    await this.page.close();
  }

  async reloads(): Promise<void> {
    await this.page.reload();
  }
}

async function open(url = app.url, options: BrowserContextOptions = {}): Promise<Tab> {
  const page = await browser.newPage(options);
  const thrown: string[] = [];
  page.on('pageerror', ({ message }) => thrown.push(message));
  page.on('console', (message) => {
    // The browser reports each attempt to connect that fails.
    if (message.type() === 'error' && !message.text().includes('ERR_CONNECTION_REFUSED')) thrown.push(message.text());
  });
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
    await second.presses('Stop this reply');
    await first.reads(/^Once upon/, 'cancelled');
    await first.sees('Stopped.');
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
    await tab.presses('Retry');
    await tab.reads('A whole story.', 'complete');
  });

  it('asks once for a double click on Send, which stays in its place beside Stop', async () => {
    reply = endless;
    const before = emulator.requests.length;
    const tab = await open();
    await tab.hears();
    await tab.box.fill('Tell me a story');
    const place = await placeOf(tab.button('Send'));
    await tab.button('Send').dblclick();
    await tab.stands('streaming');
    await tab.button('Stop').waitFor();
    expect(await placeOf(tab.button('Send'))).toEqual(place);
    expect(emulator.requests.length - before).toBe(1);
    await tab.presses('Stop');
    await tab.stands('cancelled');
    await tab.button('Stop').waitFor({ state: 'hidden' });
  });

  it('does not send the Enter of an input method', async () => {
    const tab = await open();
    await tab.hears();
    await tab.box.fill('にほん');
    for (const init of [{ keyCode: 229 }, { isComposing: true }])
      await tab.box.dispatchEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true, ...init });
    expect(await tab.box.inputValue()).toBe('にほん');
    await tab.box.press('Shift+Enter');
    expect(await tab.box.inputValue()).toBe('にほん\n');
  });

  it('lets go of the end at the smallest step up, and comes back by the button', async () => {
    reply = () => ({ chunks: paragraphs(), pace: 20 });
    const tab = await open();
    await tab.asks('Tell me a story');
    await tab.page.waitForFunction(() => document.documentElement.scrollTop > 300);
    expect((await tab.view()).isAtEnd).toBe(true);
    await tab.page.evaluate(() => scrollBy(0, -1));
    await tab.button('Jump to latest').waitFor();
    const { top, height } = await tab.view();
    await tab.page.waitForFunction((least) => document.documentElement.scrollHeight > least, height + 400);
    expect((await tab.view()).top).toBe(top);
    await tab.presses('Jump to latest');
    await tab.button('Jump to latest').waitFor({ state: 'hidden' });
    await tab.page.waitForFunction((least) => document.documentElement.scrollHeight > least, height + 1_000);
    expect((await tab.view()).isAtEnd).toBe(true);
    await tab.presses('Stop');
  });

  it('shows Markdown on a narrow page, and neither runs nor loads what the model writes', async () => {
    reply = () => markdown;
    const tab = await open(app.url, { viewport: { width: 390, height: 800 }, permissions: ['clipboard-read'] });
    await tab.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await tab.asks('Long'.repeat(200));
    await tab.stands('complete');
    await tab.last.locator('.hljs-keyword').first().waitFor();
    await tab.last.getByRole('heading', { name: 'A title' }).waitFor();
    await tab.last.getByRole('region', { name: /^Table/ }).waitFor();
    expect(await tab.last.locator('img, script').count()).toBe(0);
    await tab.sees('<img src=x onerror="alert(1)">');
    const link = tab.last.getByRole('link', { name: 'a picture' });
    expect(await link.getAttribute('rel')).toBe('noopener noreferrer nofollow');
    expect(await tab.last.getByRole('link').count()).toBe(1);
    const width = () => tab.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(await width()).toBe(0);
    // At a zoom of 200 %.
    await tab.page.setViewportSize({ width: 195, height: 400 });
    expect(await width()).toBe(0);
    await tab.presses('Copy code');
    await tab.button('Copied').waitFor();
    expect(await tab.page.evaluate(() => navigator.clipboard.readText())).toBe('const answer = 42;');
    expect(await violationsOf(tab.page, 'all')).toEqual([]);
  });

  it('says that an answer was cut off or is empty, and shows no open markup', async () => {
    const tab = await open();
    reply = () => ({ text: 'A **bold wo', finishReason: 'MAX_TOKENS' });
    await tab.asks('Tell me a story');
    await tab.sees('The answer reached its length limit (MAX_TOKENS).');
    await tab.reads('bold wo', 'stopped');
    expect(await tab.last.innerText()).not.toContain('*');
    reply = () => '';
    await tab.asks('Tell me nothing');
    await tab.sees('The answer is empty.');
    await tab.stands('complete');
  });

  it('tells what a reply waits for', async () => {
    const { chunks, goOn } = held();
    let attempt = 0;
    const answers: EmulatorAnswer[] = [
      { error: apiError({ code: 503, retryDelay: 2_000 }) },
      { chunks: ['Once upon ', 'a time '], dropAfter: { chunks: 1 } },
      { chunks },
    ];
    reply = () => answers[attempt++] ?? 'no more';
    const tab = await open();
    await tab.asks('Tell me a story');
    const wait = tab.last.locator('.wait');
    await wait.getByText(/^Trying again in [1-3] s overloaded$/).waitFor();
    await wait.getByText('The connection broke; the reply goes on').waitFor();
    // Each second has its own words, which the checklist of the chat pages notes.
    await wait.getByText(/No text for [3-9] s/).waitFor();
    goOn();
    await tab.stands('complete');
    await wait.waitFor({ state: 'hidden' });
  });

  it('tells of a failure out of sight, and leads to it', async () => {
    const { chunks, goOn } = held();
    const tab = await open();
    reply = () => Array.from({ length: 60 }, (_, index) => `Line ${index}\n\n`);
    await tab.asks('Tell me a story');
    await tab.reads('Line 59', 'complete');
    reply = () => ({ chunks, finishReason: 'SAFETY' });
    await tab.asks('Tell me another');
    await tab.reads(/^Once upon/, 'streaming');
    await tab.page.waitForFunction(() => document.documentElement.scrollTop > 300);
    await tab.page.evaluate(() => scrollTo(0, 0));
    goOn();
    await tab.presses('Show');
    await tab.last.locator('.failure').getByText('safety', { exact: true }).waitFor();
    await tab.button('Show').waitFor({ state: 'hidden' });
    expect(await tab.page.getByRole('status').innerText()).toMatch(/^The reply failed/);
  });

  it('refuses the question of a page that has many open, with a sentence, and keeps nothing of it', async () => {
    reply = endless;
    const own = await start();
    onTestFinished(() => own.stop());
    const before = emulator.requests.length;
    const tab = await open(own.url);
    for (let number = 1; number <= 6; number++) {
      await tab.asks(`Question ${number}`);
    }
    await tab.last.locator('.wait').getByText('Place 2 in the queue').waitFor();
    await tab.sends('Question 7');
    await tab.sees('Too many questions wait for an answer.');
    expect(await tab.box.inputValue()).toBe('Question 7');
    expect(await tab.questions.count()).toBe(6);
    expect(emulator.requests.length - before).toBe(4);
    for (let left = 6; left > 0; left--) {
      await tab.presses('Stop');
      await tab.page.waitForFunction(
        (count) => document.querySelectorAll('[data-status=waiting], [data-status=streaming]').length < count,
        left,
      );
    }
    await tab.button('Stop').waitFor({ state: 'hidden' });
  });

  it('does not ask again when a page is loaded again', async () => {
    reply = () => ({ error: apiError({ code: 400 }) });
    const tab = await open();
    await tab.asks('Tell me a story');
    await tab.stands('failed');
    const { length } = emulator.requests;
    await tab.reloads();
    await tab.stands('failed');
    expect(emulator.requests.length).toBe(length);
    expect(await tab.page.getByRole('status').innerText()).toBe('');
  });

  it('refuses other origins, other hosts, other methods, and too many sockets', async () => {
    const url = app.url.replace('http', 'ws');
    expect(await refusal(new WebSocket(url, { origin: 'http://elsewhere.example' }))).toContain('403');
    const rebound = { host: 'elsewhere.example', origin: 'http://elsewhere.example' };
    expect(await refusal(new WebSocket(url, { headers: rebound }))).toContain('403');
    expect(await status({ headers: rebound })).toBe(403);
    expect(await status({ method: 'POST' })).toBe(405);
    expect(await status({ method: 'HEAD' })).toBe(200);
    expect(await status({ path: '/page.js' })).toBe(200);
    expect(await status({ path: '/../package.json' })).toBe(404);
    const sockets = Array.from({ length: 50 }, () => new WebSocket(url));
    onTestFinished(() => sockets.forEach((socket) => socket.terminate()));
    await Promise.all(sockets.map((socket) => once(socket, 'open')));
    expect(await refusal(new WebSocket(url))).toContain('429');
  });

  it('keeps what waits for a socket that reads nothing within a limit', async () => {
    const { Room, serveClient } = await loadServer();
    const longReply = 'x'.repeat(200_000);
    const room = new Room(() => of(chunk(longReply)));
    const server = createServer().listen(0, '127.0.0.1');
    const sockets = new WebSocketServer({ server });
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
    onTestFinished(() => client.terminate());
    const [[socket]] = (await Promise.all([once(sockets, 'connection'), once(client, 'open')])) as [
      [WebSocket],
      unknown,
    ];
    const page = { address: 'test' };
    serveClient(socket, room, page);
    const news = nextNews(client, 50);
    for (let number = 0; number < 50; number++) room.ask(`${number}${'y'.repeat(3_000)}`, page);
    const ids = (await news).asked.map(({ id }) => id);
    client.pause();
    for (const id of ids) client.send(JSON.stringify({ reply: id, message: { watch: id } }));
    const waiting = () => socket.bufferedAmount;
    await vi.waitUntil(() => waiting() > 0, { timeout: 5_000 });
    let most = 0;
    for (let round = 0; round < 15; round++) {
      for (let number = 0; number < 50; number++) room.ask(`${number}${'z'.repeat(3_000)}`, page);
      // The time after which the room has more news.
      await new Promise((resolve) => setTimeout(resolve, 110));
      most = Math.max(most, waiting());
    }
    // The mark, and the message that went beyond it: a reply, or news with fifty prompts.
    expect(most).toBeLessThan(600_000);
    client.resume();
    await vi.waitUntil(() => waiting() === 0, { timeout: 5_000 });
  });
});

/** Text with all that may make a page wide or run in it. */
const markdown = `# A title

| One | Two | Three | Four |
| --- | --- | --- | --- |
| a long cell of a table | another long cell | one more of them | the last of them |

<img src=x onerror="alert(1)">

![a picture](http://elsewhere.example/picture.png) and [nothing](javascript:alert(1))

\`\`\`js
const answer = 42;
\`\`\`

${'Wide'.repeat(300)}`;

async function* paragraphs(): AsyncGenerator<string> {
  for (let number = 0; ; number++) yield await Promise.resolve(`This is paragraph ${number} of a long story.\n\n`);
}

async function refusal(socket: WebSocket): Promise<string> {
  const [error] = (await once(socket, 'error')) as [Error];
  return error.message;
}

/** The status of the answer to a request, whose path and host are sent as they are. */
async function status(options: object): Promise<number | undefined> {
  const { hostname, port } = new URL(app.url);
  const asked = request({ hostname, port, ...options }).end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  response.resume();
  return response.statusCode;
}

interface News {
  readonly asked: readonly { readonly id: string }[];
}

/** The first news of so many questions. */
function nextNews(client: WebSocket, count: number): Promise<News> {
  return new Promise((resolve) => {
    client.on('message', (data: Buffer) => {
      const { news } = JSON.parse(data.toString()) as { news?: News };
      if (news?.asked.length === count) resolve(news);
    });
  });
}

interface Room {
  ask(prompt: string, asker: object): void;
}

interface Server {
  readonly Room: new (ask: () => Observable<GeminiChunk>) => Room;
  readonly serveClient: (socket: WebSocket, room: Room, asker: object) => void;
}

/** The modules of the server, as the start of the application has built them. */
async function loadServer(): Promise<Server> {
  const load = async (name: string) =>
    (await import(new URL(`../../examples/websocket/dist/${name}.js`, import.meta.url).href)) as object;
  return { ...(await load('room')), ...(await load('serveClient')) } as Server;
}
