import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser } from './support/browser.js';
import { startApp, type App } from './support/startApp.js';

let app: App;
let browser: Browser;

beforeAll(async () => {
  app = await startApp('playground', {});
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser.close();
  await app.stop();
});

/** The page as a visitor has it. */
class Playground {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  async press(name: string): Promise<void> {
    await this.#button(name).click();
  }

  canPress(name: string): Promise<boolean> {
    return this.#button(name).isEnabled();
  }

  async switch(name: string, isOn: boolean): Promise<void> {
    await this.#page.getByRole('switch', { name }).setChecked(isOn);
  }

  /** Waits until a reply is on its way. */
  async begins(): Promise<void> {
    await this.#page.locator('#status:is([data-state=waiting], [data-state=streaming])').waitFor();
  }

  /** Waits until the reply ends like this. */
  async ends(state: 'complete' | 'cancelled'): Promise<void> {
    await this.#page.locator(`#status[data-state=${state}]`).waitFor();
  }

  /** Waits for an error of this kind; returns its sentence. */
  async fails(kind: string): Promise<string | null> {
    const alert = this.#page.getByRole('alert').filter({ hasText: kind });
    await alert.waitFor();
    return alert.textContent();
  }

  async asksAgain(): Promise<void> {
    await this.#page.locator('[data-row=raw]', { hasText: 'request 2' }).waitFor();
  }

  async serverSays(words: RegExp): Promise<void> {
    await this.#page.locator('#server', { hasText: words }).waitFor();
  }

  /** Waits until some text is out, and some is held back. */
  async hasHeldText(): Promise<void> {
    await this.#page.locator('[data-row=output] .marble').first().waitFor();
    await this.#page.locator('.held:not([r="0"])').waitFor();
  }

  marbles(row: Row): Promise<number> {
    return this.#page.locator(`[data-row=${row}] .marble`).count();
  }

  /** The labels of the signs of a row, A to Z: errors, requests, cancels. */
  async signs(row: Row): Promise<string[]> {
    const labels = await this.#page.locator(`[data-row=${row}] .sign text`).allTextContents();
    return labels.sort();
  }

  text(row: Row): Promise<string | null> {
    return this.#page.locator(`#text-${row}`).textContent();
  }

  gauge(name: string): Promise<string | null> {
    return this.#page.locator(`#gauge-${name} .number`).textContent();
  }

  #button(name: string): Locator {
    return this.#page.getByRole('button', { name, exact: true });
  }
}

type Row = 'raw' | 'output';

/** Each test has a tab of its own, in which nothing may be thrown. */
const it = test.extend<{ page: Playground }>({
  page: async ({ task: _ }, use) => {
    const tab = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    const thrown: string[] = [];
    tab.on('pageerror', ({ message }) => thrown.push(message));
    await tab.goto(app.url);
    await use(new Playground(tab));
    await tab.close();
    expect(thrown).toEqual([]);
  },
});

// A reply takes as long as a model's, so they are watched in several tabs at once.
describe.concurrent('the playground', { timeout: 60_000 }, () => {
  it('plays a reply: marbles in both rows, fewer below a buffer, with equal text', async ({ page }) => {
    await page.press('Start a reply');
    await page.ends('complete');
    expect(await page.marbles('output')).toBeGreaterThan(1);
    expect(await page.marbles('output')).toBeLessThan(await page.marbles('raw'));
    expect(await page.text('output')).toBe(await page.text('raw'));
    expect(await page.gauge('first')).toMatch(/^\d+$/);
    expect(await page.gauge('speed')).toMatch(/^\d+$/);
    expect(await page.gauge('progress')).toBe('100');
  });

  it('plays it again without an operator that is switched off', async ({ page }) => {
    await page.switch('bufferChunks', false);
    await page.ends('complete');
    expect(await page.marbles('output')).toBeGreaterThan(1);
    expect(await page.marbles('output')).toBe(await page.marbles('raw'));
  });

  it('makes an even flow of many small pieces with smoothText, and few updates with renderEvery', async ({ page }) => {
    await page.switch('bufferChunks', false);
    await page.switch('smoothText', true);
    await page.ends('complete');
    const pieces = await page.marbles('output');
    expect(pieces).toBeGreaterThan(await page.marbles('raw'));
    await page.switch('renderEvery', true);
    await page.begins();
    await page.ends('complete');
    // Fewer than the pieces: how many chunks there are has nothing to do with the time that they take.
    expect(await page.marbles('output')).toBeLessThan(pieces / 2);
    expect(await page.text('output')).toBe(await page.text('raw'));
  });

  it('shows a broken connection as a typed error, with the text that had arrived', async ({ page }) => {
    await page.press('Drop');
    expect(await page.fails('network')).toMatch(/error\.partial keeps [1-9]\d* characters$/);
    expect(await page.signs('output')).toEqual(['network']);
    await page.serverSays(/broke the connection after \d+ chunks/);
  });

  it('continues after a broken connection with resumeOnDrop', async ({ page }) => {
    await page.switch('resumeOnDrop', true);
    await page.press('Drop');
    await page.asksAgain();
    await page.ends('complete');
    expect(await page.signs('raw')).toEqual(['network', 'request 2']);
    expect(await page.signs('output')).toEqual([]);
    expect(await page.text('output')).toMatch(/^The sky is blue .* the sunset is blue\.$/s);
  });

  it('asks again after a 429 with retryTransient, and fails without it', async ({ page }) => {
    await page.press('429');
    await page.ends('complete');
    expect(await page.signs('raw')).toEqual(['rate_limit', 'request 2']);
    await page.switch('retryTransient', false);
    await page.fails('rate_limit');
  });

  it('fails at a slow start and at a stall with timeoutReply', async ({ page }) => {
    await page.switch('timeoutReply', true);
    await page.press('Slow start');
    await page.asksAgain();
    await page.press('Stall');
    await page.fails('timeout');
    expect(await page.signs('raw')).toEqual(['closed']);
  });

  it('makes a typed error of a reply that is blocked for safety', async ({ page }) => {
    await page.press('Safety block');
    await page.fails('safety');
    expect(await page.text('output')).toMatch(/^The sky is blue/);
  });

  it.for([
    ['takeUntilCancel, which keeps the text', true, 'cancelled'],
    ['an unsubscription', false, 'unsubscribed'],
  ] as const)('cancels by %s, and the server sees the connection close', async ([, isOn, sign], { page }) => {
    await page.switch('takeUntilCancel', isOn);
    await page.press('Start a reply');
    await page.hasHeldText();
    await page.press('Cancel');
    await page.ends('cancelled');
    await page.serverSays(/the page closed the connection after \d+ chunks/);
    expect(await page.signs('output')).toEqual([sign]);
    // A cancel emits the text that the buffer held, an unsubscription drops it.
    expect((await page.text('output')) === (await page.text('raw'))).toBe(isOn);
    expect(await page.canPress('Cancel')).toBe(false);
  });
});
