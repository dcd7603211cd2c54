import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { RunEvent } from '../../examples/playground/src/runEvent.js';
import { chunksOf, dropFeed, floodFeed, reply, rows } from '../examples/stage/feeds.js';
import { stagePage } from '../examples/stage/page.js';
import { violationsOf } from './support/axe.js';
import { launchBrowser } from './support/browser.js';

interface StageLike {
  begin(of: typeof rows, options: { caption: string; expectedText?: string }): void;
  add(events: readonly RunEvent[]): void;
  end(): void;
  svg(): string;
  setCaption(text: string): void;
  destroy(): void;
}

declare global {
  interface Window {
    readonly stage: StageLike;
    readonly feeds: { floodFeed: typeof floodFeed };
    play(events: readonly RunEvent[], target?: StageLike): Promise<number[]>;
  }
}

const caption = 'The connection drops; the pipe goes on.';

let browser: Browser;
let html: string;
let page: Page;
let problems: string[];

beforeAll(async () => {
  [browser, html] = await Promise.all([launchBrowser(), stagePage()]);
});

afterAll(() => browser.close());

afterEach(async () => {
  expect(problems).toEqual([]);
  await page.context().close();
});

async function open(options: BrowserContextOptions = {}): Promise<void> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
  page = await context.newPage();
  problems = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
  await page.setContent(html);
  await page.evaluate((options) => window.stage.begin(options.rows, options), { rows, caption, expectedText: reply });
}

const add = (events: readonly RunEvent[]) => page.evaluate((added) => window.stage.add(added), events);
const end = () => page.evaluate(() => window.stage.end());

/** A run that is over. */
async function openRun(events: readonly RunEvent[], options?: BrowserContextOptions): Promise<void> {
  await open(options);
  await add(events);
  await end();
  await shows(events.at(-1)?.time ?? 0);
}

/** Lets each row complete a little later: a row that is open is silent until the run is over. */
function closed(events: readonly RunEvent[]): readonly RunEvent[] {
  const time = (events.at(-1)?.time ?? 0) + 10;
  return [...events, ...rows.map(({ id }): RunEvent => ({ row: id, time, type: 'complete' }))];
}

const slider = () => page.getByRole('slider', { name: 'Time' });
const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
const card = (title: string): Locator => page.getByRole('article', { name: title });
const panel = (title: string): Locator => page.getByRole('region', { name: `Text of ${title}` });
const inSeconds = (time: number) => `${(time / 1000).toFixed(2)} s`;

/** Waits until the words and numbers are those of a time. */
async function shows(time: number): Promise<void> {
  await page.locator('.stage-time', { hasText: new RegExp(`^${inSeconds(time)} of`) }).waitFor();
}

const gauge = (title: string, name: string) =>
  card(title)
    .locator('dl > div', { has: page.getByText(name, { exact: true }) })
    .locator('dd')
    .textContent();

const textOf = (events: readonly RunEvent[], row: string, time = Infinity) =>
  events.map((event) => (event.type === 'text' && event.row === row && event.time <= time ? event.text : '')).join('');

const announced = () =>
  page.evaluate(() => {
    const id = document.querySelector('[role=listbox]')?.getAttribute('aria-activedescendant');
    return document.getElementById(id ?? '')?.textContent;
  });

/** The number of pixels that are drawn between two x, in px. */
const inkBetween = (from: number, to: number) =>
  page.locator('.stage-strip').evaluateAll(
    (strips, [left, right]) => {
      const counts = (strips as HTMLCanvasElement[]).map((strip) => {
        const x = strip.offsetLeft;
        const [start, end] = [Math.max(0, left - x), Math.min(strip.width, right - x)];
        if (start >= end) return 0;
        const { data } = strip.getContext('2d')!.getImageData(start, 0, end - start, strip.height);
        return data.filter((value, index) => index % 4 === 3 && value > 0).length;
      });
      return counts.reduce((sum, count) => sum + count, 0);
    },
    [from, to] as const,
  );

const marbles = () => page.locator('.stage-marbles').boundingBox();

describe('the rows of a run', () => {
  it('end as they have ended', async () => {
    await openRun(dropFeed());
    const outcomes = await page.locator('article .stage-outcome').allTextContents();
    expect(outcomes).toEqual([
      'complete: 438 characters',
      'ended in silence after 160 of 438 characters',
      'complete: 438 characters',
    ]);
    expect(await panel('Your pipe').textContent()).toBe(reply);
    expect(await panel('Plain SDK').textContent()).toBe(reply.slice(0, 160));
  });

  it('are shown while they happen, and a new run clears them', async () => {
    await open();
    await add(dropFeed().filter(({ time }) => time < 3000));
    await card('Plain SDK').getByText('ended in silence').waitFor();
    await card('The model').getByText('streaming').waitFor();
    await page.evaluate((options) => window.stage.begin(options.rows, options), { rows, caption: 'Another' });
    await card('Plain SDK').getByText('not begun').waitFor();
    expect(await inkBetween(0, 1400)).toBe(0);
    expect(await page.getByRole('status').textContent()).toBe('Another');
  });
});

describe('the time of a run', () => {
  it('can be chosen, and all parts show that time', async () => {
    const events = dropFeed();
    await openRun(events);
    const width = (await marbles())?.width ?? 0;
    const xOf = (time: number) => Math.round(20 + (time / (events.at(-1)?.time ?? 1)) * (width - 40));
    for (const time of [3900, 900, 2200, 0, 5000]) {
      await slider().fill(String(time));
      await shows(time);
      const past = events.filter((event) => event.time <= time);
      for (const { id, title } of rows) {
        expect(await panel(title).textContent()).toBe(textOf(events, id, time));
        expect(await gauge(title, 'Characters')).toBe(String(textOf(events, id, time).length));
        const chunks = past.filter(({ row, type }) => row === id && type === 'text').length;
        expect(await gauge(title, 'Chunks')).toBe(String(chunks));
      }
      expect(await page.locator('summary').textContent()).toBe(`Events up to here: ${String(past.length)}`);
      // Half of a mark at that time may stand out.
      expect(await inkBetween(xOf(time) + 20, width)).toBe(0);
      expect(await inkBetween(0, xOf(time) + 1)).toBeGreaterThan(0);
    }
  });

  it('steps from event to event', async () => {
    const times = [...new Set(dropFeed().map(({ time }) => time))];
    await openRun(dropFeed());
    await press('Previous event');
    await shows(times.at(-2) ?? 0);
    await press('Previous event');
    await shows(times.at(-3) ?? 0);
    await press('Next event');
    await shows(times.at(-2) ?? 0);
    await slider().fill('0');
    await press('Next event');
    await shows(times[1] ?? 0);
    await slider().focus();
    await page.keyboard.press('ArrowRight');
    await shows(times[2] ?? 0);
    await page.keyboard.press('ArrowLeft');
    await shows(times[1] ?? 0);
  });

  it('stands still while events go on, and catches up', async () => {
    const events = dropFeed();
    await open();
    await add(events.filter(({ time }) => time < 2000));
    await panel('The model').getByText('Sunlight').waitFor();
    await press('Pause');
    // The frame after it has shown the time at which it was pressed.
    await page.getByRole('button', { name: 'Play' }).waitFor();
    const shown = await panel('The model').textContent();
    const drawn = await inkBetween(0, 1400);
    // A minute later than they were, so that all are after the time that is shown.
    await add(events.filter(({ time }) => time >= 2000).map((event) => ({ ...event, time: event.time + 60_000 })));
    await page.locator('.stage-time', { hasText: / of 6\d/ }).waitFor();
    expect(await panel('The model').textContent()).toBe(shown);
    expect(await inkBetween(0, 1400)).toBe(drawn);
    await press('Live');
    await panel('The model').getByText('the sunset is blue.').waitFor();
  });

  it('plays a run that is over from the beginning, at its pace', async () => {
    const events = closed(dropFeed().filter(({ time }) => time < 1500));
    await openRun(events);
    const began = Date.now();
    await press('Play');
    await page.getByRole('button', { name: 'Pause' }).waitFor();
    await page.getByRole('button', { name: 'Play' }).waitFor();
    expect(Date.now() - began).toBeGreaterThan(1000);
    expect(await panel('The model').textContent()).toBe(textOf(events, 'model'));
  });
});

describe('the marbles', () => {
  it('are read with the keys', async () => {
    await openRun(dropFeed());
    await page.getByRole('listbox', { name: 'Marble diagram' }).focus();
    await page.keyboard.press('ArrowRight');
    expect(await announced()).toBe('The model, request 1, 0.00 s, event 1 of 38');
    await page.keyboard.press('ArrowRight');
    expect(await announced()).toBe('The model, chunk 1, 0.82 s, 5 characters, “The s”, event 2 of 38');
    await page.locator('.stage-tip', { hasText: 'chunk 1' }).waitFor();
    await page.keyboard.press('ArrowDown');
    expect(await announced()).toMatch(/^Plain SDK, chunk 1, 0.82 s/);
    await page.keyboard.press('End');
    expect(await announced()).toMatch(/^Plain SDK, complete/);
    await page.keyboard.press('Escape');
    await page.locator('.stage-tip').waitFor({ state: 'hidden' });
  });

  it.each(['mouse', 'finger'] as const)('tell their text to a %s', async (pointer) => {
    await openRun(dropFeed(), { hasTouch: pointer === 'finger' });
    const box = await page.getByRole('listbox').boundingBox();
    const canvas = await marbles();
    const end = dropFeed().at(-1)?.time ?? 1;
    const point = [(canvas?.x ?? 0) + 20 + (820 / end) * ((canvas?.width ?? 0) - 40), (canvas?.y ?? 0) + 68] as const;
    expect(box?.height).toBeGreaterThan(300);
    if (pointer === 'mouse') await page.mouse.move(...point);
    else await page.touchscreen.tap(...point);
    const tip = page.locator('.stage-tip');
    await tip.waitFor();
    expect(await tip.textContent()).toBe('chunk 10.82 sThe model · 5 charactersThe s');
  });
});

describe('the list of events', () => {
  const range = () => page.locator('.stage-range').textContent();

  it('has the events up to the shown time in pages', async () => {
    await openRun(dropFeed());
    await page.locator('summary').click();
    expect(await range()).toBe('51 to 65 of 65');
    await press('First page');
    expect(await range()).toBe('1 to 50 of 65');
    const cells = page.locator('tbody tr').nth(3).locator('td');
    expect(await cells.allTextContents()).toEqual(['0.82 s', 'The model', 'chunk 1', 'The s']);
    await cells.first().getByRole('button').click();
    await shows(820);
    expect(await range()).toBe('1 to 4 of 4');
    expect(await page.locator('tbody tr').count()).toBe(4);
  });

  it('holds thousands', async () => {
    await openRun(floodFeed(200, 30));
    await page.locator('summary').click();
    expect(await range()).toBe('18,001 to 18,006 of 18,006');
    await press('Previous page');
    expect(await range()).toBe('17,951 to 18,000 of 18,006');
    expect(await page.locator('tbody tr').count()).toBe(50);
    expect(await gauge('Your pipe', 'Chunks')).toBe('6,000');
    expect(await panel('Your pipe').textContent()).toBe(textOf(floodFeed(200, 30), 'pipe'));
  });
});

describe('the texts', () => {
  const lines = (from: number, count: number) =>
    Array.from({ length: count }, (_, index): RunEvent => ({
      row: 'model',
      time: (from + index) * 10,
      type: 'text',
      at: (from + index) * 5,
      text: 'word\n',
    }));
  const scrollTop = () => panel('The model').evaluate((element) => element.scrollTop);
  const below = () =>
    panel('The model').evaluate((element) => element.scrollHeight - element.clientHeight - element.scrollTop);
  const has = (count: number) =>
    page.waitForFunction((length) => document.querySelector('.stage-text')?.textContent.length === length, count * 5);

  it.each(['wheel', 'key', 'script'])('are let go by one step up of a %s', async (way) => {
    await open();
    await add(lines(0, 40));
    await has(40);
    expect(await below()).toBeLessThan(2);
    const before = await scrollTop();
    await panel('The model').focus();
    if (way === 'wheel') {
      await panel('The model').hover();
      await page.mouse.wheel(0, -3);
    } else if (way === 'key') await page.keyboard.press('ArrowUp');
    else await panel('The model').evaluate((element) => element.scrollBy(0, -1));
    await page.getByRole('button', { name: 'Jump to latest' }).waitFor();
    await page.waitForFunction((top) => (document.querySelector('.stage-text')?.scrollTop ?? top) < top, before);
    // A key scrolls smoothly: its last step is there once two frames show the same.
    await page.evaluate(async () => {
      const panel = document.querySelector('.stage-text');
      for (let last = -1; last !== panel?.scrollTop;) {
        last = panel?.scrollTop ?? 0;
        for (let frame = 0; frame < 4; frame += 1) await new Promise(requestAnimationFrame);
      }
    });
    const held = await scrollTop();
    await add(lines(40, 40));
    await has(80);
    expect(await scrollTop()).toBe(held);
    await press('Jump to latest');
    expect(await below()).toBeLessThan(2);
    await add(lines(80, 10));
    await has(90);
    expect(await below()).toBeLessThan(2);
    expect(await page.getByRole('button', { name: 'Jump to latest' }).count()).toBe(0);
  });

  it('follow again when the reader moves down to the end', async () => {
    await open();
    await add(lines(0, 40));
    await has(40);
    await panel('The model').evaluate((element) => element.scrollBy(0, -200));
    await page.getByRole('button', { name: 'Jump to latest' }).waitFor();
    await panel('The model').evaluate((element) => element.scrollBy(0, 400));
    await page.getByRole('button', { name: 'Jump to latest' }).waitFor({ state: 'hidden' });
    await add(lines(40, 10));
    await has(50);
    expect(await below()).toBeLessThan(2);
  });

  it('are put together again where a request has begun anew', async () => {
    const text = (time: number, at: number, content: string): RunEvent => ({
      row: 'model',
      time,
      type: 'text',
      at,
      text: content,
    });
    await openRun(
      closed([text(0, 0, 'Hello '), text(100, 6, 'there'), text(200, 3, 'p!\n'), text(300, 6, '<b>שלום</b>')]),
    );
    expect(await panel('The model').textContent()).toBe('Help!\n<b>שלום</b>');
    await slider().fill('150');
    await shows(150);
    expect(await panel('The model').textContent()).toBe('Hello there');
    expect(await panel('The model').locator('[dir=auto]').count()).toBe(1);
  });
});

describe('the speed', () => {
  const seconds = 10;

  async function measure(withStage: boolean) {
    await open();
    const session = await page.context().newCDPSession(page);
    await session.send('Performance.enable', { timeDomain: 'threadTicks' });
    const metric = async (name: string) =>
      (await session.send('Performance.getMetrics')).metrics.find((entry) => entry.name === name)?.value ?? 0;
    const [layouts, busy] = [await metric('LayoutCount'), await metric('TaskDuration')];
    const frames = await page.evaluate(
      ([rate, length, on]) => window.play(window.feeds.floodFeed(rate, length), on ? window.stage : undefined),
      [200, seconds, withStage] as const,
    );
    const result = {
      frames: frames.length,
      layouts: (await metric('LayoutCount')) - layouts,
      busy: (await metric('TaskDuration')) - busy,
    };
    if (withStage) expect(await gauge('Your pipe', 'Chunks')).toBe('2,000');
    if (!withStage) await page.context().close();
    return result;
  }

  // Other work of the machine takes frames from the one and not from the other: it may try again.
  const options = { timeout: 120_000, retry: 2 };

  it('is that of the page without a stage, at 200 chunks a second in three rows', options, async () => {
    const without = await measure(false);
    const withStage = await measure(true);
    const chunks = 3 * 200 * seconds;
    // Far below one layout a chunk: none is forced by a chunk.
    expect(withStage.layouts).toBeLessThan(chunks / 10);
    // The processor's own time, which a busy machine does not change.
    expect(withStage.busy).toBeLessThan(seconds * 0.6);
    expect(withStage.frames / without.frames).toBeGreaterThan(0.8);
  });
});

describe('the page', () => {
  it.each([
    ['light', 1440],
    ['dark', 1440],
    ['light', 390],
    ['dark', 390],
  ] as const)('has no barriers in %s at %d px, and is no wider than its window', async (colorScheme, width) => {
    await openRun(dropFeed(), { colorScheme, viewport: { width, height: 844 } });
    await page.locator('summary').click();
    expect(await violationsOf(page, 'all')).toEqual([]);
    const [scrolls, fits] = await page.evaluate(() => {
      const { scrollWidth, clientWidth } = document.documentElement;
      return [scrollWidth, clientWidth] as const;
    });
    expect(scrolls).toBeLessThanOrEqual(fits);
    for (const control of await page.locator('button:visible, summary, input').all()) {
      const box = await control.boundingBox();
      expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThanOrEqual(24);
    }
  });

  it('draws in the colours that the reader has chosen, also when they change', async () => {
    await openRun(dropFeed(), { colorScheme: 'light' });
    const sample = () =>
      page
        .locator('.stage-strip')
        .first()
        .evaluate((canvas: HTMLCanvasElement) => {
          // Over the arrow at the beginning of the first row.
          const [red = 0, green = 0, blue = 0] = canvas.getContext('2d')?.getImageData(19, 68, 1, 1).data ?? [];
          return [red, green, blue];
        });
    expect(await sample()).toEqual([0x5b, 0x63, 0x75]);
    await page.emulateMedia({ colorScheme: 'dark' });
    await expect.poll(sample).toEqual([0x9a, 0xa2, 0xb3]);
    await page.emulateMedia({ colorScheme: 'light', forcedColors: 'active' });
    await expect.poll(sample).toEqual([0, 0, 0]);
  });

  it('has sharp marks on a dense screen', async () => {
    await openRun(dropFeed(), { deviceScaleFactor: 2 });
    const [width, shown] = await page
      .locator('.stage-strip')
      .first()
      .evaluate((canvas: HTMLCanvasElement) => [canvas.width, canvas.clientWidth] as const);
    expect(width).toBe(2 * shown);
  });

  it('gives a picture of the whole run', async () => {
    await openRun(dropFeed());
    await slider().fill('1000');
    const seen = await page.evaluate(async () => {
      const text = window.stage.svg();
      const parsed = new DOMParser().parseFromString(text, 'image/svg+xml');
      const image = new Image();
      image.src = `data:image/svg+xml,${encodeURIComponent(text)}`;
      await image.decode();
      const title = parsed.querySelector('title')?.textContent;
      return [parsed.querySelectorAll('parsererror').length, parsed.querySelectorAll('circle').length, title];
    });
    const marbles = dropFeed().filter(({ type }) => type === 'text').length;
    expect(seen).toEqual([0, marbles, caption]);
    expect(chunksOf(reply)).toHaveLength(34);
  });

  it('announces the caption, and only that it has changed', async () => {
    await openRun(dropFeed());
    expect(await page.locator('[role=status], [aria-live], [role=log], [role=alert]').count()).toBe(1);
    expect(await page.getByRole('status').textContent()).toBe(caption);
    await page.evaluate(() => window.stage.setCaption('Resumed.'));
    expect(await page.getByRole('status').textContent()).toBe('Resumed.');
  });

  it('is empty again after the stage', async () => {
    await openRun(dropFeed());
    await page.evaluate(() => window.stage.destroy());
    expect(await page.locator('main > div > *').count()).toBe(0);
  });
});
