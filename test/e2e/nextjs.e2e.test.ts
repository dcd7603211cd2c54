import { createServer, request as httpRequest, type IncomingMessage } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { Subject } from 'rxjs';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { uiMessageStream } from '../../src/aiSdk.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { toChunk } from '../../src/chunk/toChunk.js';
import { apiError } from '../../src/emulator/apiError.js';
import type { EmulatorReply } from '../../src/emulator/scenario.js';
import { startEmulator, type Emulator } from '../../src/emulator/startEmulator.js';
import { pipeToServerResponse } from '../../src/sinks/pipeToServerResponse.js';
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

  /** The latest answer of the chat, or a part of it. */
  latest(selector?: string) {
    const article = this.#page.locator('article[data-role=model]').last();
    return selector === undefined ? article : article.locator(selector);
  }

  /** Waits until the latest answer waits with these words, or not at all. */
  async waits(text: string | undefined): Promise<void> {
    const wait = this.latest('.wait');
    if (text === undefined) await wait.waitFor({ state: 'detached' });
    else await this.latest().getByText(text, { exact: true }).and(wait).waitFor();
  }

  /** Waits until the latest answer of the chat stands like this. */
  async stands(status: string): Promise<void> {
    await this.#page.locator(`article[data-role=model][data-status=${status}]`).last().waitFor();
  }

  /** Sends the requests of the chat to another server. */
  async asksAt(url: string): Promise<void> {
    await this.#page.route('**/api/chat', (route) => route.continue({ url }));
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
    const headers = { 'Content-Type': 'application/json' };
    const response = await fetch(`${app.url}api/answer`, { method: 'POST', headers, body: '{}' });
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
    await visit.presses('Retry');
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
    expect(await visit.canPress('Retry')).toBe(false);
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
    await visit.presses('Retry');
    await visit.reads(/^Once upon/, 'streaming');
    await own.stop('SIGKILL');
    await visit.fails('network');
    await visit.reads(/^Once upon/, 'failed');
    expect(await visit.canPress('Retry')).toBe(true);
    await closedEarly();
  });

  it('tells the wait of a retry, and ends a reply that was cut off without raw Markdown', async () => {
    let requests = 0;
    reply = () =>
      requests++ === 0
        ? { error: apiError({ code: 503, retryDelay: 2_500 }) }
        : { chunks: ['It is **half'], finishReason: 'MAX_TOKENS' };
    const visit = await open();
    await visit.asks('Tell me a story');
    await visit.reads(/^Trying again in [1-4] s \(overloaded\)$/, 'waiting');
    await visit.reads('half', 'complete');
    await visit.reads('The answer reached its length limit (MAX_TOKENS).', 'complete');
  });
});

describe('the routes of examples/nextjs', () => {
  const json = 'application/json; charset=utf-8';
  const prompt = { reply: { prompt: 'Hi' }, chat: chatOf('Hi'), answer: { contents: [content('Hi')] } };

  function content(text: string) {
    return { role: 'user', parts: [{ text }] };
  }
  function chatOf(...texts: string[]) {
    return { messages: texts.map((text) => ({ id: text, role: 'user', parts: [{ type: 'text', text }] })) };
  }

  /** The status of a request with any headers; `fetch` would not send all of them. */
  async function statusOf(route: string, headers: Readonly<Record<string, string>>, body: unknown): Promise<number> {
    const request = httpRequest(new URL(`/api/${route}`, app.url), { method: 'POST', headers });
    request.end(typeof body === 'string' ? body : JSON.stringify(body));
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    response.destroy();
    return response.statusCode ?? 0;
  }

  describe.each(['reply', 'chat'] as const)('%s', (route) => {
    it.each<[number, string, Record<string, string>, unknown?]>([
      [200, 'JSON with a charset', { 'Content-Type': json }],
      [200, 'its own page', { 'Content-Type': json, 'Sec-Fetch-Site': 'same-origin' }],
      [403, "somebody else's page", { 'Content-Type': json, 'Sec-Fetch-Site': 'cross-site' }],
      [403, 'another port of this machine', { 'Content-Type': json, Origin: 'http://127.0.0.1:1' }],
      [403, 'a foreign name of this machine', { 'Content-Type': json, Host: 'evil.example' }],
      [400, 'a text', { 'Content-Type': 'text/plain; application/json' }],
      [400, 'half a JSON', { 'Content-Type': json }, '{'],
      [400, 'nothing', { 'Content-Type': json }, 'null'],
    ])('answers with %i: %s', async (status, _, headers, body = prompt[route]) => {
      reply = () => 'Hello';
      expect(await statusOf(route, headers, body)).toBe(status);
    });

    it.each([
      ['a body that never ends', 'Transfer-Encoding: chunked'],
      ['an announced length', 'Content-Length: 300000'],
    ])('refuses %s with 413, and closes the connection', async (_, length) => {
      const { hostname, port, host } = new URL(app.url);
      const socket = connect(Number(port), hostname);
      let answer = '';
      socket.setEncoding('utf8').on('data', (text: string) => (answer += text));
      // The server resets the connection if more comes; its answer is there before.
      socket.on('error', () => undefined);
      socket.write(`POST /api/${route} HTTP/1.1\r\nHost: ${host}\r\nContent-Type: ${json}\r\n${length}\r\n\r\n`);
      const sending = setInterval(() => socket.write(`1000\r\n${'a'.repeat(0x1000)}\r\n`), 2);
      if (length.startsWith('Content')) clearInterval(sending);
      await once(socket, 'close');
      clearInterval(sending);
      expect(answer).toMatch(/^HTTP\/1.1 413 /);
    });
  });

  it('refuses text, half a JSON and a long body for the route of the documentation', async () => {
    reply = () => 'Hello';
    const headers = { 'Content-Type': json };
    expect(await statusOf('answer', headers, prompt.answer)).toBe(200);
    expect(await statusOf('answer', { 'Content-Type': 'text/plain' }, prompt.answer)).toBe(400);
    expect(await statusOf('answer', headers, '{')).toBe(400);
    expect(await statusOf('answer', headers, { contents: [content('a'.repeat(1_000_000))] })).toBe(413);
  });

  it('refuses prompts and histories above its limits', async () => {
    const headers = { 'Content-Type': json };
    const long = 'a'.repeat(10_001);
    const many = Array.from({ length: 201 }, (_, index) => String(index));
    expect(await statusOf('reply', headers, { prompt: long })).toBe(400);
    expect(await statusOf('chat', headers, chatOf(long))).toBe(413);
    expect(await statusOf('chat', headers, chatOf(...many))).toBe(413);
    expect(await statusOf('chat', headers, { messages: [{ role: 'root', parts: [] }] })).toBe(400);
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
    await visit.presses('Retry');
    await visit.isTold('A whole one.');
  });

  it('tells each wait while it lasts, and why the answer ended', async () => {
    const reply$ = new Subject<GeminiChunk>();
    const say = (text: string, more: object = {}) => {
      reply$.next({ ...toChunk({ candidates: [{ index: 0, content: { parts: [{ text }] } }] }), ...more });
    };
    const visit = await openChat();
    await visit.asksAt(await serve(reply$));
    await visit.asks('Tell me a story');
    await expect.poll(() => reply$.observed).toBe(true);
    reply$.next({ text: '', queued: { position: 3 } });
    await visit.waits('Place 3 in the queue');
    reply$.next({ text: '', retrying: { attempt: 1, delay: 3_000, kind: 'overloaded' } });
    await visit.waits('Trying again in 3 s (overloaded)');
    await visit.waits('Trying again in 2 s (overloaded)');
    say('Once upon **a');
    await visit.waits(undefined);
    await visit.stands('streaming');
    say(' time', { resumed: { attempt: 1, kind: 'network' } });
    await visit.waits('The connection broke; the reply goes on');
    await visit.waits('The connection broke; the reply goes on · No text for 3 s');
    reply$.next(toChunk({ candidates: [{ index: 0, finishReason: 'MAX_TOKENS' }] }));
    reply$.complete();
    await visit.stands('complete');
    await visit.latest().getByText('The answer reached its length limit (MAX_TOKENS).').waitFor();
    expect(await visit.latest('.text').innerHTML()).toBe('<p dir="auto">Once upon <strong>a time</strong></p>');
    await visit.waits(undefined);
  });

  it('shows HTML as text, a picture as a link, and no link that could run code', async () => {
    reply = () => '<img src="/x" onerror="alert(1)"> &amp; [run](javascript:alert(1)) ![a cat](https://cats.example/1)';
    const visit = await openChat();
    await visit.asks('Draw a cat');
    await visit.stands('complete');
    expect(await visit.latest('.text').textContent()).toBe('<img src="/x" onerror="alert(1)"> & run a cat');
    expect(await visit.latest('.text a').evaluateAll((links) => links.map((link) => link.outerHTML))).toEqual([
      '<a href="https://cats.example/1" target="_blank" rel="noopener noreferrer nofollow">a cat</a>',
    ]);
  });

  it('shows the thoughts of the model apart from its answer, and says so when there is no answer', async () => {
    const thought = { candidates: [{ index: 0, content: { role: 'model', parts: [{ text: 'Hm.', thought: true }] } }] };
    reply = () => ({ chunks: [thought, ''] });
    const visit = await openChat();
    await visit.asks('Think');
    await visit.latest().getByText('The answer is empty.').waitFor();
    expect(await visit.latest('.thoughts').textContent()).toBe('ThoughtsHm.');
    expect(emulator.requests.at(-1)?.body).toMatchObject({
      generationConfig: { thinkingConfig: { includeThoughts: true } },
    });
  });

  it('answers its own suggestions without a key', async () => {
    const own = await startApp('nextjs', { GEMINI_API_KEY: '', NEXT_TELEMETRY_DISABLED: '1' }, 'serve');
    onTestFinished(() => own.stop());
    const html = await (await fetch(new URL('/chat', own.url))).text();
    const ideas = [...html.matchAll(/<li><button type="button">(.*?)<\/button>/g)].map(([, idea]) => idea);
    const answers = ideas.map(async (text) => {
      const messages = [{ id: '1', role: 'user', parts: [{ type: 'text', text }] }];
      const headers = { 'Content-Type': 'application/json' };
      const init = { method: 'POST', headers, body: JSON.stringify({ messages }) };
      return (await fetch(new URL('/api/chat', own.url), init)).text();
    });
    expect(await Promise.all(answers)).toEqual([
      expect.stringContaining('"output":{"city":"Oslo"'),
      expect.stringContaining('|:--|'),
      expect.stringContaining('```typescript'),
      expect.stringContaining('reasoning-delta'),
    ]);
  });
});

/** A server that answers any request with this reply, in the format of `useChat`. */
async function serve(reply$: Subject<GeminiChunk>): Promise<string> {
  const format = uiMessageStream({
    messageMetadata: ({ candidates }) => candidates?.[0]?.finishReason && candidates[0],
  });
  const server = createServer((request, response) => {
    request.resume();
    void pipeToServerResponse(reply$, response, { format });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  });
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`;
}

/** Waits until the last request at the emulator has ended, by its client. */
async function closedEarly(): Promise<void> {
  const request = emulator.requests.at(-1);
  await request?.closed;
  expect(request?.closedEarly).toBe(true);
}
