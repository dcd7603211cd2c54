import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
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

const start = (script?: string): Promise<App> => {
  const env = { GEMINI_API_KEY: 'none', GOOGLE_GEMINI_BASE_URL: emulator.url, NEXT_TELEMETRY_DISABLED: '1' };
  return startApp('nextjs', env, script);
};

beforeAll(async () => {
  emulator = await startEmulator({ reply: (request) => reply(request) });
  closing.push(() => emulator.close());
  browser = await launchBrowser();
  closing.push(() => browser.close());
  // It is built first.
  app = await start();
  closing.push(() => app.stop());
}, 240_000);

afterAll(async () => {
  for (const close of closing.reverse()) await close();
});

/** The page as a visitor has it. */
class Visit {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  async asks(prompt: string): Promise<void> {
    await this.#page.getByRole('textbox').fill(prompt);
    await this.#page.keyboard.press('Enter');
  }

  async presses(name: string): Promise<void> {
    await this.#page.getByRole('button', { name, exact: true }).click();
  }

  canPress(name: string): Promise<boolean> {
    return this.#page.getByRole('button', { name, exact: true }).isVisible();
  }

  async follows(name: string): Promise<void> {
    await this.#page.getByRole('link', { name }).click();
  }

  /** Waits until the reply has this text and stands like this. */
  async reads(text: string | RegExp, status: string): Promise<void> {
    await this.#page.locator(`.reply[data-status=${status}]`).getByText(text, { exact: true }).waitFor();
  }

  /** Waits until Gemini's last message in the chat has this text. */
  async isTold(text: string | RegExp): Promise<void> {
    await this.#page.getByRole('article', { name: 'Gemini' }).last().getByText(text, { exact: true }).waitFor();
  }

  /** Waits until the chat shows the run of a tool. */
  async seesTool(label: string): Promise<void> {
    await this.#page.locator('.tool summary', { hasText: label }).waitFor();
  }

  /** Waits for an error of this kind; returns its sentence. */
  async fails(kind: string): Promise<string | null> {
    const alert = this.#page.locator('.failure', { hasText: kind });
    await alert.waitFor();
    return alert.textContent();
  }

  async sees(heading: string): Promise<void> {
    await this.#page.getByRole('heading', { name: heading }).waitFor();
  }

  async leaves(): Promise<void> {
    await this.#page.close();
  }

  /** Counts frames and changes of the page from now on. */
  async counts(): Promise<() => Promise<{ frames: number; changes: number }>> {
    const counted = await this.#page.evaluateHandle(() => {
      const counts = { frames: 0, changes: 0 };
      const onFrame = () => {
        counts.frames += 1;
        requestAnimationFrame(onFrame);
      };
      requestAnimationFrame(onFrame);
      new MutationObserver(() => (counts.changes += 1)).observe(document.body, {
        subtree: true,
        childList: true,
        characterData: true,
      });
      return counts;
    });
    return () => counted.jsonValue();
  }
}

async function open(url = app.url): Promise<Visit> {
  const context: BrowserContext = await browser.newContext();
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', ({ message }) => complaints.push(message));
  onTestFinished(async () => {
    await context.close();
    expect(complaints).toEqual([]);
  });
  await page.goto(url);
  return new Visit(page);
}

/** Never ends by itself and is never silent: the server gives up a connection that waits too long. */
const endless: EmulatorReply = () => ({ chunks: storyWithoutEnd(), pace: 50 });

async function* storyWithoutEnd(): AsyncGenerator<string> {
  yield 'Once upon a time';
  for (;;) yield await Promise.resolve(' and so on');
}

describe('examples/nextjs', { timeout: 60_000 }, () => {
  it('shows the reply as it grows, until it is whole', async () => {
    let goOn = () => {};
    const told = new Promise<void>((resolve) => (goOn = resolve));
    async function* chunks() {
      yield 'Once upon ';
      await told;
      yield 'a time.';
    }
    reply = () => ({ chunks: chunks() });
    const visit = await open();
    await visit.asks('Tell me a story');
    await visit.sees('Tell me a story');
    await visit.reads(/^Once upon/, 'streaming');
    goOn();
    await visit.reads('Once upon a time.', 'complete');
  });

  it('answers without a key on the page of docs/start.md, and refuses a wrong body with 400', async () => {
    const page = await (await browser.newContext()).newPage();
    await page.goto(`${app.url}answer`);
    await page.getByRole('textbox').fill('Why is the sky blue?');
    await page.getByRole('button', { name: 'Send' }).click();
    await page.getByText('Nothing else has to change.').waitFor();
    await page.getByRole('button', { name: 'Send' }).waitFor();
    expect(await page.getByRole('article').first().textContent()).toBe('user: Why is the sky blue?');
    const response = await fetch(`${app.url}api/answer`, { method: 'POST', body: '{}' });
    expect([response.status, await response.json()]).toMatchObject([400, { error: { kind: 'invalid_request' } }]);
    await page.close();
  });

  it('closes the request to Gemini when the client leaves before the first content', async () => {
    reply = () => ({ text: 'Hello', headersDelay: 4_000 });
    const count = emulator.requests.length;
    const controller = new AbortController();
    const init = { method: 'POST', body: '{"prompt":"Hello"}', headers: { 'Content-Type': 'application/json' } };
    const asked = fetch(`${app.url}api/reply`, { ...init, signal: controller.signal }).catch(() => undefined);
    await expect.poll(() => emulator.requests.length, { timeout: 10_000 }).toBe(count + 1);
    controller.abort();
    await asked;
    await closedEarly();
  });

  it('stops, which closes the request to Gemini and keeps the text that has arrived; and tries again', async () => {
    reply = endless;
    const visit = await open();
    await visit.asks('Tell me a story');
    await visit.reads(/^Once upon/, 'streaming');
    await visit.presses('Stop');
    await visit.reads(/^Once upon/, 'cancelled');
    await closedEarly();
    reply = ({ prompt }) => `${prompt}: a whole one.`;
    await visit.presses('Try again');
    await visit.reads('Tell me a story: a whole one.', 'complete');
  });

  it.each<[string, (visit: Visit) => Promise<void>]>([
    [
      'the person goes to another page of the app',
      async (visit) => {
        await visit.follows('How it works');
        await visit.sees('How it works');
      },
    ],
    ['the tab is closed', (visit) => visit.leaves()],
    ['something else is asked', (visit) => visit.asks('Something else')],
  ])('closes the request to Gemini when %s', async (_, leave) => {
    reply = endless;
    const visit = await open();
    await visit.asks('Tell me a story');
    await visit.reads(/^Once upon/, 'streaming');
    const request = emulator.requests.at(-1);
    reply = () => 'An answer.';
    await leave(visit);
    await request?.closed;
    expect(request?.closedEarly).toBe(true);
  });

  it('renders at most once per frame, for any number of chunks', async () => {
    const chunks = Array.from({ length: 400 }, (_, index) => `word${index} `);
    // Several in the time of a frame, each in a task of its own: React batches the updates of one task.
    reply = () => ({ chunks, pace: 2 });
    const visit = await open();
    const counts = await visit.counts();
    await visit.asks('Count');
    await visit.reads(chunks.join('').trim(), 'complete');
    const { frames, changes } = await counts();
    // The typed text, the question and the last state, which does not wait for a frame.
    expect(changes).toBeLessThanOrEqual(frames + 5);
  });

  it("shows a typed error, without the server's own message", async () => {
    reply = () => ({ error: apiError({ code: 400, message: 'A secret of the server' }) });
    const visit = await open();
    await visit.asks('Tell me a story');
    expect(await visit.fails('invalid_request')).toBe('invalid_request The request cannot be answered');
    expect(await visit.canPress('Try again')).toBe(false);
  });

  it('keeps the text that had arrived when the reply breaks off, and when the server is gone', async () => {
    const own = await start('serve');
    onTestFinished(() => own.stop());
    reply = () => ({ chunks: ['Once upon ', 'a time.'], dropAfter: { chunks: 1 } });
    const visit = await open(own.url);
    await visit.asks('Tell me a story');
    await visit.fails('truncated');
    await visit.reads(/^Once upon/, 'failed');
    reply = endless;
    await visit.presses('Try again');
    await visit.reads(/^Once upon/, 'streaming');
    await own.stop('SIGKILL');
    await visit.fails('network');
    await visit.reads(/^Once upon/, 'failed');
    expect(await visit.canPress('Try again')).toBe(true);
    await closedEarly();
  });

  it('refuses a request that a page of another origin could send', async () => {
    const { status } = await fetch(new URL('/api/reply', app.url), { method: 'POST', body: '{"prompt":"Hello"}' });
    expect(status).toBe(415);
  });
});

describe('the chat of examples/nextjs', { timeout: 60_000 }, () => {
  const openChat = (): Promise<Visit> => open(new URL('/chat', app.url).href);
  const sent = (back = 1) => (emulator.requests.at(-back)?.body as { contents: unknown[] }).contents;

  it('stops in the middle of a reply, which closes the request to Gemini, and continues with the text so far', async () => {
    reply = endless;
    const visit = await openChat();
    await visit.asks('Tell me a story');
    await visit.isTold(/^Once upon/);
    await visit.presses('Stop');
    await closedEarly();
    reply = () => 'The end.';
    await visit.asks('And then?');
    await visit.isTold('The end.');
    expect(sent()).toMatchObject([
      { role: 'user', parts: [{ text: 'Tell me a story' }] },
      { role: 'model', parts: [{ text: expect.stringMatching(/^Once upon/) as string }] },
      { role: 'user', parts: [{ text: 'And then?' }] },
    ]);
  });

  it('runs a tool on the server and shows its run', async () => {
    const functionCall = { name: 'weather', args: { city: 'Oslo' } };
    const calls = [
      { candidates: [{ index: 0, content: { role: 'model', parts: [{ functionCall }] }, finishReason: 'STOP' }] },
    ];
    let requests = 0;
    reply = () => (requests++ === 0 ? calls : 'It is clear.');
    const visit = await openChat();
    await visit.asks('The weather?');
    await visit.seesTool('weather done');
    await visit.isTold('It is clear.');
    expect(sent().slice(1)).toEqual([
      { role: 'model', parts: [{ functionCall }] },
      {
        role: 'user',
        parts: [{ functionResponse: { name: 'weather', response: { city: 'Oslo', celsius: 21, sky: 'clear' } } }],
      },
    ]);
  });

  it.each<[string, (visit: Visit) => Promise<void>]>([
    [
      'the person goes to another page of the app',
      async (visit) => {
        await visit.follows('How it works');
        await visit.sees('How it works');
      },
    ],
    ['the tab is closed', (visit) => visit.leaves()],
  ])('closes the request to Gemini when %s', async (_, leave) => {
    reply = endless;
    const visit = await openChat();
    await visit.asks('Tell me a story');
    await visit.isTold(/^Once upon/);
    await leave(visit);
    await closedEarly();
  });

  it('shows the kind and the sentence of a failure, keeps the text, and tries again', async () => {
    reply = () => ({ chunks: ['Once upon ', 'a time.'], errorAfter: { chunks: 1 } });
    const visit = await openChat();
    await visit.asks('Tell me a story');
    expect(await visit.fails('overloaded')).toContain('The model is overloaded; try again later');
    await visit.isTold('Once upon');
    reply = () => 'A whole one.';
    await visit.presses('Try again');
    await visit.isTold('A whole one.');
  });

  it.each([
    [415, 'text/plain', '{"messages":[]}'],
    [400, 'application/json', '{"messages":[{"role":"root","parts":[]}]}'],
    [400, 'application/json', 'null'],
    [400, 'application/json', '{'],
  ])('refuses a wrong request with %i: %s, %s', async (status, type, body) => {
    const headers = { 'Content-Type': type };
    const response = await fetch(new URL('/api/chat', app.url), { method: 'POST', headers, body });
    expect(response.status).toBe(status);
  });
});

/** Waits until the last request at the emulator has ended, by its client. */
async function closedEarly(): Promise<void> {
  const request = emulator.requests.at(-1);
  await request?.closed;
  expect(request?.closedEarly).toBe(true);
}
