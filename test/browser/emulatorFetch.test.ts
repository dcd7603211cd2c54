import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from '../e2e/support/browser.js';
import type { SseServer } from '../support/sseServer.js';
import { startPageServer, type PageServer } from './support/servePage.js';

let browser: Browser;
let server: PageServer;
let page: Page;

beforeAll(async () => {
  server = await startPageServer(fileURLToPath(new URL('emulatorPage.ts', import.meta.url)), (response) => {
    response.destroy();
  });
  browser = await launchBrowser();
  page = await browser.newPage();
  await page.goto(server.url);
});

afterAll(async () => {
  await browser.close();
  await server.close();
});

/** The requests that left the page, but for the page itself. */
const sent = (requests: SseServer['requests']) => requests.filter(({ url }) => !['/', '/page.js'].includes(url ?? ''));

describe('emulatorFetch in Chromium', () => {
  it('answers the client of the SDK, and sends nothing', async () => {
    const read = await page.evaluate(() => window.emulated.read({ reply: { chunks: ['Grüße, ', '世界'], pace: 5 } }));
    expect(read).toEqual({ texts: ['Grüße, ', '世界'], kind: undefined });
    expect(sent(server.requests)).toEqual([]);
  });

  it('breaks the connection after the chunks', async () => {
    const read = await page.evaluate(() =>
      window.emulated.read({ reply: { chunks: ['a', 'b', 'c'], dropAfter: { chunks: 2 } } }),
    );
    expect(read).toEqual({ texts: ['a', 'b'], kind: 'truncated' });
  });

  it('runs an interaction', async () => {
    const text = await page.evaluate(() => window.emulated.interact({ reply: 'Hello, world.' }));
    expect(text).toBe('Hello, world.');
  });

  it('sees the reader leave', async () => {
    const record = await page.evaluate(() => window.emulated.leave({ reply: { chunks: ['a', 'b'], pace: 1e6 } }));
    expect(record).toEqual({ chunksSent: 1, closedEarly: true });
  });

  it('has nothing of Node in its bundle', () => {
    const files = Object.keys(server.bundled);
    expect(files.some((file) => file.endsWith('src/emulator/emulatorFetch.ts'))).toBe(true);
    expect(files.filter((file) => /^node:|emulator\/(?:server\/|startEmulator)/.test(file))).toEqual([]);
  });
});
