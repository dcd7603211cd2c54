import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { EmulatorExchange } from '../../src/emulator/exchange.js';
import type { EmulatorScenario } from '../../src/emulator/scenario.js';
import { startEmulator, type Emulator } from '../../src/emulator/startEmulator.js';
import { launchBrowser } from './support/browser.js';
import { placeOf } from './support/placeOf.js';
import { freePort, startApp, type App } from './support/startApp.js';

/** The answers of the model, by the first word of the prompt and the number of times that it was asked. */
const scenarios: Record<string, (attempt: number) => EmulatorScenario> = {
  Count: () => ({ text: 'One two three.', pace: 60 }),
  Pause: () => ({ chunks: paused() }),
  Endless: () => ({ chunks: endless(), pace: 30 }),
  Unsafe: (attempt) => ({ text: 'Here I am.', finishReason: attempt === 0 ? 'SAFETY' : 'STOP' }),
  Break: (attempt) =>
    attempt === 0
      ? { chunks: ['This ', 'will ', '**never ', 'be ', 'whole**.'], pace: 30, dropAfter: { chunks: 4 } }
      : { text: 'Now it is whole.' },
  Busy: (attempt) => (attempt === 0 ? { status: 503 } : { text: 'Here I am.' }),
  Long: () => ({ chunks: lines(), pace: 20 }),
  Empty: () => ({ text: '' }),
  Cut: () => ({ text: 'This is **too lo', finishReason: 'MAX_TOKENS' }),
  Table: () => ({ text: table }),
  // The results of the tools come without a prompt.
  Weather: () => ({ chunks: [thoughtChunk, callChunk] }),
  '': () => ({ text: 'No umbrella in Oslo.' }),
  Attack: () => ({
    text: 'A **bold** <img src="x" onerror="document.title = 1"> and ![a cat](https://a.test/cat.png)',
  }),
};

const table = `| Tea ${'| Water '.repeat(12)} |
| --- ${'| ---: '.repeat(12)} |
| Sencha ${'| 75 '.repeat(12)} |

\`\`\`ts
const tea = 'Sencha'; // ${'a long line '.repeat(30)}
\`\`\`

https://a.test/${'long'.repeat(60)}`;

const thoughtChunk = {
  candidates: [{ index: 0, content: { role: 'model', parts: [{ text: 'I should look outside.', thought: true }] } }],
};
const callChunk = {
  candidates: [
    {
      index: 0,
      finishReason: 'STOP',
      content: {
        role: 'model',
        parts: [
          { functionCall: { id: 'call-1', name: 'weather', args: { city: 'Oslo' } }, thoughtSignature: 'c2lnbmVk' },
        ],
      },
    },
  ],
};

let emulator: Emulator;
let app: App | undefined;
let browser: Browser | undefined;

beforeAll(async () => {
  const nestjs = fileURLToPath(new URL('../../examples/nestjs/node_modules', import.meta.url));
  if (!existsSync(nestjs)) throw new Error('Not installed: run npm ci --prefix examples/nestjs first');
  const attempts = new Map<string, number>();
  emulator = await startEmulator({
    reply: ({ prompt }) => {
      const attempt = attempts.get(prompt) ?? 0;
      attempts.set(prompt, attempt + 1);
      return scenarios[/^\w*/.exec(prompt)?.[0] ?? '']?.(attempt) ?? {};
    },
  });
  app = await startApp('angular', {
    GEMINI_API_KEY: 'none',
    GOOGLE_GEMINI_BASE_URL: emulator.url,
    API_PORT: String(await freePort()),
  });
  browser = await launchBrowser();
}, 180_000);

afterAll(async () => {
  await browser?.close();
  await app?.stop();
  await emulator.close();
}, 30_000);

describe('the Angular example', { timeout: 60_000 }, () => {
  let context: BrowserContext;
  let chat: Chat;
  let failures: string[];

  beforeEach(async () => {
    failures = [];
    context = await browser!.newContext();
    context.setDefaultTimeout(10_000);
    // The development server has not bundled the page: a busy machine takes its time for the first one.
    context.setDefaultNavigationTimeout(40_000);
    context.on('weberror', (error) => failures.push(String(error.error())));
    chat = new Chat(await context.newPage());
    await chat.opens(app!.url);
  });

  afterEach(async () => {
    await context.close();
    expect(failures).toEqual([]);
  });

  test('shows a reply as it grows, then its pace', async () => {
    await chat.asks('Pause in the middle');
    await chat.sees('Blue light');
    expect(await chat.text()).toBe('Blue light');
    goOn();
    await chat.ends('complete');
    expect(await chat.text()).toBe('Blue light scatters most.');
    expect(await chat.metric('first')).toMatch(/^[\d,]+ ms$/);
    expect(await chat.metric('speed')).toMatch(/^\d+ tokens\/s$/);
  });

  test('closes the request when Escape is pressed, and asks again on demand', async () => {
    await chat.asks('Endless, to be stopped');
    await chat.grows();
    await chat.press('Escape');
    await chat.ends('cancelled');
    expect(await chat.note()).toBe('Stopped.');
    const [first] = asked('Endless, to be stopped');
    await first?.closed;
    expect(first).toMatchObject({ closedEarly: true, finished: false });

    await chat.clicks('Retry');
    await chat.grows();
    expect(asked('Endless, to be stopped')).toHaveLength(2);
    expect(await chat.questions()).toEqual(['Endless, to be stopped']);
    await chat.clicks('Stop');
    await chat.ends('cancelled');
  });

  test('closes the request when its page is left, and keeps the text that has arrived', async () => {
    await chat.asks('Endless, to be left');
    await chat.grows();
    await chat.goesTo('History');
    const [request] = asked('Endless, to be left');
    await request?.closed;
    expect(request).toMatchObject({ closedEarly: true, finished: false });
    await chat.unfolds('Endless, to be left');
    expect(await chat.text()).toMatch(/^word 0 word 1/);
    expect(await chat.note()).toBe('Stopped.');
  });

  test('closes the request when the tab is closed', async () => {
    await chat.asks('Endless, in a tab');
    await chat.grows();
    await context.close();
    const [request] = asked('Endless, in a tab');
    await request?.closed;
    expect(request).toMatchObject({ closedEarly: true });
  });

  test('shows a failure of the backend by its kind, and a button only where it helps', async () => {
    await chat.asks('Unsafe at first');
    expect(await chat.failure()).toMatch(/^safety\s+The reply was stopped for safety/);
    expect(await chat.has('Retry')).toBe(false);
    await chat.edits('Unsafe at first', 'Count instead');
    await chat.ends('complete');
    expect(await chat.text()).toBe('One two three.');
  });

  test('keeps the text of a reply that broke off, without raw markup, and asks again on demand', async () => {
    await chat.asks('Break, please');
    expect(await chat.failure()).toMatch(/^(network|truncated)/);
    expect(await chat.text()).toBe('This will never be');
    await chat.clicks('Retry');
    await chat.ends('complete');
    expect(await chat.text()).toBe('Now it is whole.');
  });

  test('counts down to the next request of the server', async () => {
    await chat.asks('Busy at first');
    expect(await chat.waits(/^Trying again/)).toMatch(/\(overloaded\)$/);
    await chat.ends('complete');
    expect(await chat.text()).toBe('Here I am.');
  });

  test('says that an answer is empty or reached its limit', async () => {
    await chat.asks('Cut');
    await chat.ends('complete');
    expect(await chat.note()).toBe('The answer reached its length limit (MAX_TOKENS).');
    expect(await chat.text()).toBe('This is too lo');
    await chat.asks('Empty');
    await chat.shows('Empty', 'h2');
    await chat.shows('The answer is empty.', '.note');
    await chat.ends('complete');
  });

  test('shows thoughts and tools, and sends them back with the history', async () => {
    await chat.asks('Weather in Oslo?');
    await chat.sees('No umbrella in Oslo.');
    await chat.ends('complete');
    expect(await chat.thoughts()).toBe('I should look outside.');
    expect(await chat.tools()).toEqual([['weather', 'done', expect.stringMatching(/"city": "Oslo"[^]*"celsius": 14/)]]);
    expect(asked('Weather in Oslo?')[0]?.body).toMatchObject({
      generationConfig: { thinkingConfig: { includeThoughts: true } },
      tools: [{ functionDeclarations: [{ name: 'weather' }, { name: 'trains' }] }],
    });

    await chat.asks('Count after it');
    await chat.sees('One two three.');
    const { contents } = asked('Count after it')[0]?.body as { contents: object[] };
    expect(contents).toMatchObject([
      { role: 'user', parts: [{ text: 'Weather in Oslo?' }] },
      {
        role: 'model',
        parts: [{ thought: true }, { functionCall: { name: 'weather' }, thoughtSignature: 'c2lnbmVk' }],
      },
      { role: 'user', parts: [{ functionResponse: { name: 'weather', response: { celsius: 14 } } }] },
      { role: 'model', parts: [{ text: 'No umbrella in Oslo.' }] },
      { role: 'user' },
    ]);
  });

  test('shows tables and code that scroll by themselves on a small screen', async () => {
    await chat.resizes(390);
    await chat.asks('Table, please');
    await chat.ends('complete');
    expect(await chat.widens()).toBe(false);
    expect(await chat.scrolls('.table')).toBe(true);
    expect(await chat.scrolls('.code pre')).toBe(true);
    expect(await chat.attributes('.table', ['role', 'tabindex'])).toEqual(['region', '0']);
    expect(await chat.attributes('.table td', ['dir'])).toEqual(['auto']);
    expect(await chat.attributes('.code pre', ['dir', 'tabindex'])).toEqual(['ltr', '0']);
    expect(await chat.attributes('.text p', ['dir'])).toEqual(['auto']);
    await chat.shows('const', '.hljs-keyword');
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await chat.clicks('Copy code');
    await chat.shows('Copied', '.code button');
    expect(await chat.copied()).toMatch(/^const tea = 'Sencha'; .*a long line $/);
  });

  test('sends once at a double click, and moves Send by no pixel', async () => {
    await chat.types('Count at a double click');
    const before = await chat.placeOfSend();
    await chat.doubleClicks('Send');
    await chat.ends('complete');
    expect(asked('Count at a double click')).toHaveLength(1);
    await chat.types('Endless, at a place');
    await chat.clicks('Send');
    await chat.grows();
    expect(await chat.placeOfSend()).toEqual(before);
    await chat.clicks('Stop');
    await chat.ends('cancelled');
    expect(await chat.placeOfSend()).toEqual(before);
  });

  test('does not send while an input method handles Enter', async () => {
    await chat.types('Count in Japanese');
    await chat.pressesInComposition('Enter');
    expect(await chat.typed()).toBe('Count in Japanese');
    await chat.press('Enter');
    await chat.ends('complete');
    expect(asked('Count in Japanese')).toHaveLength(1);
  });

  test('follows the end until the reader moves up by a step, and again on demand', async () => {
    await chat.asks('Long, to be read');
    await chat.shows('line 40');
    await expect.poll(() => chat.below()).toBeLessThan(2);
    await chat.wheels(-5);
    await chat.offers('Jump to latest');
    const place = await chat.place();
    const line = await chat.lineCount();
    await chat.shows(`line ${String(line + 10)}`);
    expect(await chat.place()).toBe(place);
    await chat.clicks('Jump to latest');
    await chat.shows(`line ${String(line + 30)}`);
    await expect.poll(() => chat.below()).toBeLessThan(2);
    expect(await chat.has('Jump to latest')).toBe(false);
    await chat.wheels(-300);
    await chat.offers('Jump to latest');
    // One turn of the wheel ends where the end was when the turn began: text may have come since.
    await expect
      .poll(
        async () => {
          await chat.wheels(5_000);
          return chat.has('Jump to latest');
        },
        { timeout: 10_000 },
      )
      .toBe(false);
    await chat.press('Escape');
    await chat.ends('cancelled');
  });

  test('restores a conversation after a reload with its versions, and sends nothing by itself', async () => {
    await chat.asks('Count for a reload');
    await chat.ends('complete');
    await chat.edits('Count for a reload', 'Count again for it');
    await chat.ends('complete');
    await chat.asks('Endless, cut by a reload');
    await chat.grows();
    await chat.types('Half a thought');
    await chat.reloads();
    expect(await chat.typed()).toBe('Half a thought');
    expect(await chat.questions()).toEqual(['Count again for it', 'Endless, cut by a reload']);
    expect(await chat.text()).toMatch(/^word 0 word 1/);
    expect(await chat.note()).toBe('Stopped.');
    await chat.seesVersion('2 / 2');
    await chat.clicks('Earlier version');
    await chat.shows('Count for a reload', 'h2');
    expect(asked('Endless, cut by a reload')).toHaveLength(1);
    await chat.clicks('New chat');
    expect(await chat.questions()).toEqual([]);
    await chat.goesTo('History');
    await chat.clicks('Count for a reload');
    expect(await chat.questions()).toEqual(['Count for a reload']);
  });

  test('says that a conversation cannot be saved or read, and goes on', async () => {
    await chat.breaksStorage();
    await chat.asks('Count without storage');
    await chat.ends('complete');
    expect(await chat.notice()).toMatch(/^This browser cannot save the conversation/);
    await chat.saves('{"chat": 1}');
    await chat.reloads();
    expect(await chat.notice()).toContain('marble:unreadable:broken');
    await chat.reloads();
    expect(await chat.has('Dismiss')).toBe(false);
  });

  test('reports that the network is down, and requests again once it is back', async () => {
    await context.route('**/api/chat?*', (route) => route.abort('internetdisconnected'));
    await chat.asks('Count once more');
    expect(await chat.failure()).toMatch(/^network/);
    await context.unroute('**/api/chat?*');
    await chat.clicks('Retry');
    await chat.ends('complete');
  });

  test('edits a question and asks again, and shows each version with its answer', async () => {
    await chat.asks('Count to three');
    await chat.ends('complete');
    await chat.clicks('Ask again');
    await chat.sees('One two three.');
    await chat.seesVersion('2 / 2');
    await chat.edits('Count to three', 'Edited, please');
    await chat.ends('complete');
    expect(asked('Edited, please')).toHaveLength(1);
    expect(asked('Count to three')).toHaveLength(2);
    expect(await chat.questions()).toEqual(['Edited, please']);

    await chat.clicks('Earlier version');
    await chat.shows('Count to three', 'h2');
    expect(await chat.questions()).toEqual(['Count to three']);
    expect(await chat.text()).toBe('One two three.');
    await chat.asks('And then?');
    await chat.sees('And then?');
    expect(contentsFor('And then?')).toEqual(['Count to three', 'One two three.', 'And then?']);
  });

  test('lets another tab watch the reply, and cancel it for both', async () => {
    await chat.asks('Endless, for two');
    await chat.grows();
    const other = await chat.opensOther();
    await other.grows();
    expect(asked('Endless, for two')).toHaveLength(1);
    await other.clicks('Stop it for everybody');
    await Promise.all([chat.ends('cancelled'), other.ends('cancelled')]);
    expect(await other.text()).toBe(await chat.text());
  });

  test('loads neither the SDK nor a key', async () => {
    const scripts = await chat.scripts();
    expect(scripts.join()).toContain('/api/chat');
    // The address of Gemini, which the SDK has and the library has not.
    expect(scripts.filter((script) => script.includes('generativelanguage.googleapis.com'))).toEqual([]);
  });

  test('does not run or fetch code and URLs that a model writes', async () => {
    const fetched: string[] = [];
    context.on('request', (request) => fetched.push(request.url()));
    await chat.asks('Attack!');
    await chat.ends('complete');
    expect(await chat.text()).toContain('<img src="x"');
    expect(fetched.filter((url) => !url.includes('/api/'))).toEqual([]);
  });
});

/** The requests for a prompt that came to the model. */
function asked(prompt: string): EmulatorExchange[] {
  return emulator.requests.filter(({ body }) => JSON.stringify(body).includes(prompt));
}

/** The texts of the contents that came to the model with a prompt. */
function contentsFor(prompt: string): string[] {
  const { contents } = asked(prompt)[0]?.body as { contents: { parts: { text?: string }[] }[] };
  return contents.map(({ parts }) => parts.map(({ text }) => text).join(''));
}

let goOn = (): void => undefined;

async function* paused(): AsyncGenerator<string> {
  yield 'Blue light ';
  await new Promise<void>((resolve) => (goOn = resolve));
  yield '**scatters** most.';
}

function* lines(): Generator<string> {
  for (let index = 0; ; index++) yield `line ${index}\n\n`;
}

function* endless(): Generator<string> {
  for (let index = 0; ; index++) yield `word ${index} `;
}

/** The page as the person before it has it. */
class Chat {
  readonly #page: Page;
  readonly #log: Locator;
  readonly #reply: Locator;

  constructor(page: Page) {
    this.#page = page;
    this.#log = page.getByRole('region', { name: 'Conversation' });
    this.#reply = page.locator('app-reply').last();
  }

  #button(name: string): Locator {
    return this.#page.getByRole('button', { name, exact: true });
  }

  async opens(url: string): Promise<void> {
    await this.#page.goto(url);
    await this.#page.getByText('Backend ready').waitFor({ timeout: 30_000 });
  }

  async asks(prompt: string): Promise<void> {
    await this.#page.getByRole('textbox', { name: 'Message' }).fill(prompt);
    await this.press('Enter');
  }

  async types(text: string): Promise<void> {
    await this.#page.getByRole('textbox', { name: 'Message' }).fill(text);
  }

  async typed(): Promise<string> {
    return this.#page.getByRole('textbox', { name: 'Message' }).inputValue();
  }

  async reloads(): Promise<void> {
    await this.#page.reload();
    await this.#page.getByText('Backend ready').waitFor();
  }

  async resizes(width: number): Promise<void> {
    await this.#page.setViewportSize({ width, height: 800 });
  }

  async doubleClicks(name: string): Promise<void> {
    await this.#button(name).dblclick();
  }

  async has(name: string): Promise<boolean> {
    return (await this.#button(name).count()) > 0;
  }

  async offers(name: string): Promise<void> {
    await this.#button(name).waitFor();
  }

  async placeOfSend(): Promise<object> {
    return placeOf(this.#button('Send'));
  }

  /** A key as Safari reports it after an input method has handled it. */
  async pressesInComposition(key: string): Promise<void> {
    const session = await this.#page.context().newCDPSession(this.#page);
    for (const type of ['rawKeyDown', 'keyUp'] as const) {
      await session.send('Input.dispatchKeyEvent', { type, key, code: key, windowsVirtualKeyCode: 229 });
    }
    await session.detach();
  }

  async wheels(by: number): Promise<void> {
    await this.#log.hover();
    await this.#page.mouse.wheel(0, by);
  }

  async place(): Promise<number> {
    return this.#log.evaluate(({ scrollTop }) => scrollTop);
  }

  /** The length of the text below the view. */
  async below(): Promise<number> {
    return this.#log.evaluate(({ scrollTop, scrollHeight, clientHeight }) => scrollHeight - clientHeight - scrollTop);
  }

  async lineCount(): Promise<number> {
    return this.#reply.locator('p').count();
  }

  /** Whether the page is wider than the window. */
  async widens(): Promise<boolean> {
    return this.#page.evaluate(() =>
      [document.documentElement, ...document.querySelectorAll('[data-scrolls]')].some(
        ({ scrollWidth, clientWidth }) => scrollWidth > clientWidth,
      ),
    );
  }

  async scrolls(selector: string): Promise<boolean> {
    return this.#reply.locator(selector).evaluate(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth);
  }

  async attributes(selector: string, names: string[]): Promise<(string | null)[]> {
    const element = this.#reply.locator(selector).first();
    return Promise.all(names.map((name) => element.getAttribute(name)));
  }

  async copied(): Promise<string> {
    return this.#page.evaluate(() => navigator.clipboard.readText());
  }

  async breaksStorage(): Promise<void> {
    await this.#page.evaluate(() => {
      Storage.prototype.setItem = () => {
        throw new DOMException('Full', 'QuotaExceededError');
      };
    });
  }

  /** Saves a value as the newest conversation, as an earlier version of the page may have. */
  async saves(value: string): Promise<void> {
    await this.#page.evaluate((text) => {
      sessionStorage.clear();
      localStorage['marble:conversation:broken'] = text;
      localStorage['marble:latest'] = 'broken';
    }, value);
  }

  async notice(): Promise<string> {
    return this.#page.getByRole('alert').innerText();
  }

  async thoughts(): Promise<string> {
    await this.#reply.locator('.thoughts summary').click();
    return (await this.#reply.locator('.thoughts app-markdown').innerText()).trim();
  }

  /** The name, the state and the text of each call of a tool. */
  async tools(): Promise<unknown[]> {
    return this.#reply
      .locator('.tool')
      .evaluateAll((all) =>
        all.map((tool) => [tool.querySelector('code')?.textContent, tool.dataset['state'], tool.textContent]),
      );
  }

  /** The text that tells why a reply does not grow. */
  async waits(text: RegExp): Promise<string> {
    return this.#reply.locator('.wait', { hasText: text }).innerText();
  }

  async press(key: string): Promise<void> {
    await this.#page.keyboard.press(key);
  }

  async clicks(name: string): Promise<void> {
    await this.#button(name).click();
  }

  /** The scripts that the page has loaded. */
  async scripts(): Promise<string[]> {
    const urls = await this.#page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name));
    const scripts = urls.filter((url) => new URL(url).pathname.endsWith('.js'));
    return Promise.all(scripts.map(async (url) => (await fetch(url)).text()));
  }

  /** Replaces a question by another, and sends it. */
  async edits(prompt: string, other: string): Promise<void> {
    await this.#page.locator('article', { hasText: prompt }).getByRole('button', { name: 'Edit' }).click();
    await this.asks(other);
    await this.shows(other, 'h2');
  }

  /** Waits until a text is on the page. */
  async shows(text: string, selector = 'article'): Promise<void> {
    await this.#page.locator(selector, { hasText: text }).last().waitFor({ state: 'attached' });
  }

  async seesVersion(position: string): Promise<void> {
    await this.#page.getByText(position, { exact: true }).waitFor();
  }

  async questions(): Promise<string[]> {
    return this.#page.locator('article[data-role=user] .text').allInnerTexts();
  }

  async goesTo(name: string): Promise<void> {
    await this.#page.getByRole('link', { name }).click();
  }

  async unfolds(prompt: string): Promise<void> {
    await this.#page.locator('summary', { hasText: prompt }).click();
  }

  async opensOther(): Promise<Chat> {
    const opened = this.#page.context().waitForEvent('page');
    await this.goesTo('Watch in another tab');
    const page = await opened;
    await page.waitForLoadState();
    return new Chat(page);
  }

  /** Waits until the text of the reply has this in it. */
  async sees(text: string): Promise<void> {
    await this.#reply.locator('.text', { hasText: text }).waitFor();
  }

  /** Waits until there is a text, and then until there is more of it. */
  async grows(): Promise<void> {
    await this.sees('word');
    const words = (await this.text()).match(/word \d+/g) ?? [];
    await this.sees(`word ${words.length + 3}`);
  }

  async ends(status: 'complete' | 'cancelled'): Promise<void> {
    await this.#page.locator(`article[data-status=${status}]`).last().waitFor();
  }

  async failure(): Promise<string> {
    return this.#page.locator('.failure').innerText();
  }

  async text(): Promise<string> {
    return (await this.#reply.locator('.text').innerText()).trim();
  }

  async note(): Promise<string | null> {
    return this.#reply.locator('.note').textContent();
  }

  async metric(name: string): Promise<string | null> {
    return this.#reply.locator(`[data-metric=${name}]`).textContent();
  }
}
