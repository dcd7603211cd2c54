import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { EmulatorExchange } from '../../src/emulator/exchange.js';
import type { EmulatorScenario } from '../../src/emulator/scenario.js';
import { startEmulator, type Emulator } from '../../src/emulator/startEmulator.js';
import { launchBrowser } from './support/browser.js';
import { freePort, startApp, type App } from './support/startApp.js';

/** The answers of the model, by the first word of the prompt and the number of times that it was asked. */
const scenarios: Record<string, (attempt: number) => EmulatorScenario> = {
  Count: () => ({ text: 'One two three.', pace: 60 }),
  Pause: () => ({ chunks: paused() }),
  Endless: () => ({ chunks: endless(), pace: 30 }),
  Unsafe: (attempt) => ({ text: 'Here I am.', finishReason: attempt === 0 ? 'SAFETY' : 'STOP' }),
  Break: () => ({ chunks: ['This ', 'will ', 'never ', 'be ', 'whole.'], pace: 30, dropAfter: { chunks: 4 } }),
  Attack: () => ({
    text: 'A **bold** <img src="x" onerror="document.title = 1"> and ![a cat](https://a.test/cat.png)',
  }),
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
      return scenarios[/^\w+/.exec(prompt)?.[0] ?? '']?.(attempt) ?? {};
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

describe('the Angular example', { timeout: 30_000 }, () => {
  let context: BrowserContext;
  let chat: Chat;
  let failures: string[];

  beforeEach(async () => {
    failures = [];
    context = await browser!.newContext();
    context.setDefaultTimeout(10_000);
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
    expect(await chat.ending()).toBe('Stopped');
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
    expect(await chat.ending()).toBe('Stopped');
  });

  test('closes the request when the tab is closed', async () => {
    await chat.asks('Endless, in a tab');
    await chat.grows();
    await context.close();
    const [request] = asked('Endless, in a tab');
    await request?.closed;
    expect(request).toMatchObject({ closedEarly: true });
  });

  test('shows a failure of the backend by its kind, and asks again on demand', async () => {
    await chat.asks('Unsafe at first');
    expect(await chat.failure()).toMatch(/^safety\s+The reply was stopped for safety/);
    await chat.clicks('Retry');
    await chat.ends('complete');
    expect(await chat.text()).toBe('Here I am.');
  });

  test('keeps the text of a reply that broke off', async () => {
    await chat.asks('Break, please');
    expect(await chat.failure()).toMatch(/^(network|truncated)/);
    expect(await chat.text()).toMatch(/^This will never be/);
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
    await chat.shows('Count to three');
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

function* endless(): Generator<string> {
  for (let index = 0; ; index++) yield `word ${index} `;
}

/** The page as the person before it has it. */
class Chat {
  readonly #page: Page;
  readonly #reply: Locator;

  constructor(page: Page) {
    this.#page = page;
    this.#reply = page.locator('app-reply').last();
  }

  async opens(url: string): Promise<void> {
    await this.#page.goto(url);
    await this.#page.getByText('Backend ready').waitFor();
  }

  async asks(prompt: string): Promise<void> {
    await this.#page.getByLabel('Your question').fill(prompt);
    await this.press('Enter');
  }

  async press(key: string): Promise<void> {
    await this.#page.keyboard.press(key);
  }

  async clicks(name: string): Promise<void> {
    await this.#page.getByRole('button', { name }).click();
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
    await this.shows(other);
  }

  /** Waits until the question is on the page. */
  async shows(prompt: string): Promise<void> {
    await this.#page.locator('h2', { hasText: prompt }).waitFor();
  }

  async seesVersion(position: string): Promise<void> {
    await this.#page.getByText(position, { exact: true }).waitFor();
  }

  async questions(): Promise<string[]> {
    const questions = await this.#page.locator('h2').allInnerTexts();
    return questions.map((question) => question.replace('You asked:', '').trim());
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
    return new Chat(await opened);
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
    await this.#page.locator(`app-reply[data-status=${status}]`).last().waitFor();
  }

  async failure(): Promise<string> {
    return this.#page.getByRole('alert').innerText();
  }

  async text(): Promise<string> {
    return (await this.#reply.locator('.text').innerText()).trim();
  }

  async ending(): Promise<string | null> {
    return this.#reply.locator('.ending').textContent();
  }

  async metric(name: string): Promise<string | null> {
    return this.#reply.locator(`[data-metric=${name}]`).textContent();
  }
}
