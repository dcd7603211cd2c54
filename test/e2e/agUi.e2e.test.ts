import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
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

beforeAll(async () => {
  emulator = await startEmulator({ reply: (request) => reply(request) });
  closing.push(() => emulator.close());
  browser = await launchBrowser();
  closing.push(() => browser.close());
  app = await startApp('ag-ui', { GEMINI_API_KEY: 'none', GOOGLE_GEMINI_BASE_URL: emulator.url });
  closing.push(() => app.stop());
}, 60_000);

afterEach(async () => {
  for (const context of browser.contexts()) await context.close();
  await Promise.all(emulator.requests.map(({ closed }) => closed));
});

afterAll(async () => {
  for (const close of closing.reverse()) await close();
});

async function open(): Promise<Page> {
  const page = await browser.newPage();
  const thrown: string[] = [];
  page.on('pageerror', ({ message }) => thrown.push(message));
  onTestFinished(() => expect(thrown).toEqual([]));
  await page.goto(app.url);
  return page;
}

async function ask(page: Page, prompt: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Prompt' }).fill(prompt);
  await page.keyboard.press('Enter');
}

const stands = (page: Page, status: string) => page.locator(`#status[data-status=${status}]`).waitFor();
const texts = (page: Page, role: string) => page.locator(`li[data-role=${role}]`).allInnerTexts();

async function* storyWithoutEnd(): AsyncGenerator<string> {
  yield 'Once upon a time';
  for (;;) yield await Promise.resolve(' and so on');
}

const part = (content: object) => ({ candidates: [{ index: 0, content: { role: 'model', parts: [content] } }] });

describe('examples/ag-ui', { timeout: 60_000 }, () => {
  it('shows thoughts, the tools of the server and of the page, and the text', async () => {
    const steps = [
      {
        chunks: [part({ text: 'Hm.', thought: true }), part({ functionCall: { name: 'timeOfDay', args: {} } })],
        finishReason: 'STOP',
      },
      {
        chunks: [part({ functionCall: { name: 'paint', args: { color: 'teal' } }, thoughtSignature: 'signed' })],
        finishReason: 'STOP',
      },
      'All done.',
    ];
    reply = () => steps.shift() ?? 'Again.';
    const before = emulator.requests.length;
    const page = await open();
    await ask(page, 'Paint the page');
    await stands(page, 'ready');
    await page.getByText('All done.').waitFor();
    expect(await texts(page, 'user')).toEqual(['Paint the page']);
    expect(await texts(page, 'reasoning')).toEqual(['Hm.']);
    expect(await texts(page, 'assistant')).toEqual(['All done.']);
    expect(await texts(page, 'tool')).toEqual([
      'timeOfDay {}',
      expect.stringMatching(/^→ {"time":"\d\d:\d\d"}$/),
      'paint {"color":"teal"}',
      '→ {"painted":"teal"}',
    ]);
    expect(await page.evaluate(() => document.body.style.borderTopColor)).toBe('teal');
    expect(emulator.requests).toHaveLength(before + 3);
    expect(JSON.stringify(emulator.requests.at(-1)?.body)).toContain('"thoughtSignature":"signed"');
  });

  it('stops in the middle of a reply, closes the request to the model, and goes on', async () => {
    reply = () => ({ chunks: storyWithoutEnd(), pace: 50 });
    const page = await open();
    await ask(page, 'Tell me a story');
    await page.getByText(/^Once upon a time/).waitFor();
    await page.getByRole('button', { name: 'Stop' }).click();
    await stands(page, 'stopped');
    const request = emulator.requests.at(-1);
    await request?.closed;
    expect(request?.closedEarly).toBe(true);
    reply = () => 'A whole story.';
    await ask(page, 'Another');
    await page.getByText('A whole story.').waitFor();
    await stands(page, 'ready');
  });

  it('closes the request to the model when the page is closed', async () => {
    reply = () => ({ chunks: storyWithoutEnd(), pace: 50 });
    const page = await open();
    await ask(page, 'Tell me a story');
    await page.getByText(/^Once upon a time/).waitFor();
    await page.close();
    const request = emulator.requests.at(-1);
    await request?.closed;
    expect(request?.closedEarly).toBe(true);
  });

  it('shows a failure, and none of the words that the server keeps', async () => {
    reply = () => ({ error: apiError({ code: 503, message: 'A secret of the server' }) });
    const page = await open();
    await ask(page, 'Tell me a story');
    await stands(page, 'failed');
    expect(await page.locator('#status').innerText()).toBe('The model is overloaded; try again later');
  });

  it('refuses a wrong body, and one that a page of another origin can send', async () => {
    const post = (body: string, type: string, origin = app.url) =>
      fetch(app.url, { method: 'POST', body, headers: { 'content-type': type, origin } });
    const wrong = await post('{"messages":[{"role":"secret"}]}', 'application/json');
    expect([wrong.status, await wrong.text()]).toEqual([400, expect.not.stringContaining('secret')]);
    expect((await post('{', 'application/json')).status).toBe(400);
    expect((await post('{}', 'text/plain')).status).toBe(400);
    expect((await post('{}', 'application/json', 'https://evil.example')).status).toBe(403);
    const long = `"${'x'.repeat(10_000_000)}"`;
    expect((await post(long, 'application/json; charset=utf-8')).status).toBe(413);
  });
});
