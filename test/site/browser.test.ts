import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { violationsOf } from '../e2e/support/axe.js';
import { launchBrowser } from '../e2e/support/browser.js';
import { serveSite, siteFolder, type ServedSite } from './support/serveSite.js';

/** A page of each kind. */
const kinds = {
  'the first page': 'index.html',
  'a document': 'docs/frontEnds.html',
  'the changelog': 'CHANGELOG.html',
  'a function': 'functions/rxjs-gemini.bufferChunks.html',
  'an interface': 'interfaces/rxjs-gemini.BufferChunksOptions.html',
  'a class': 'classes/rxjs-gemini.GeminiError.html',
  'an entry': 'modules/rxjs-gemini_otel.html',
};

/** Scripts of TypeDoc build these: a link in the summary of a fold, and one in a result. The keys reach both. */
const exceptions = /^nested-interactive: <(summary class="tsd-accordion-summary"|li id="tsd-search:)/;

let site: ServedSite;
let browser: Browser;

beforeAll(async () => {
  site = await serveSite();
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser.close();
  await site.close();
});

/** A tab that notes all that a page should not do. */
async function openTab(width = 1280): Promise<{ page: Page; faults: string[] }> {
  const page = await browser.newPage({ viewport: { width, height: 900 } });
  const faults: string[] = [];
  page.on('console', (message) => void faults.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => void faults.push(error.message));
  page.on('requestfailed', (request) => void faults.push(`failed: ${request.url()}`));
  page.on('response', (response) => {
    if (!response.ok()) faults.push(`${response.status()}: ${response.url()}`);
  });
  page.on('request', (request) => {
    const isOurs = [new URL(site.url).origin, 'data:', 'blob:', 'file:'].some((start) =>
      request.url().startsWith(start),
    );
    if (!isOurs) faults.push(`outside: ${request.url()}`);
  });
  return { page, faults };
}

/** Waits until the sidebar is there, which a script builds. */
async function open(page: Page, path: string, base = site.url): Promise<void> {
  await page.goto(base + path);
  await page.locator('#tsd-nav-container a').first().waitFor({ state: 'attached' });
}

/** The titles of the first results. */
async function search(page: Page, words: string): Promise<string[]> {
  await page.locator('#tsd-search-trigger').click();
  await page.locator('#tsd-search-input').fill(words);
  const results = page.locator('#tsd-search-results a');
  await results.first().waitFor();
  const hrefs = await results.evaluateAll((links) => links.map((link) => (link as HTMLAnchorElement).href));
  return hrefs.map((href) => href.slice(site.url.length));
}

async function unexpectedViolations(page: Page, rules?: readonly string[]): Promise<string[]> {
  const found = await violationsOf(page, rules);
  return found.filter((violation) => !exceptions.test(violation));
}

/** Looks at a page in light, then in dark, where only the colours are others. */
async function expectUsable(page: Page): Promise<void> {
  await page.emulateMedia({ colorScheme: 'light' });
  expect(await unexpectedViolations(page)).toEqual([]);
  await page.emulateMedia({ colorScheme: 'dark' });
  expect(await unexpectedViolations(page, ['color-contrast', 'link-in-text-block'])).toEqual([]);
}

describe.each([1280, 375])('in light and in dark, %i px wide', (width) => {
  test.each(Object.entries(kinds))('%s can be used by all and stays on the screen', async (_kind, path) => {
    const { page, faults } = await openTab(width);
    await open(page, path);
    await expectUsable(page);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    expect(faults).toEqual([]);
    await page.close();
  });

  test('the search can be used by all', async () => {
    const { page, faults } = await openTab(width);
    await open(page, 'variables/rxjs-gemini.emptyChunk.html');
    await search(page, 'bufferChunks');
    await expectUsable(page);
    expect(faults).toEqual([]);
    await page.close();
  });
});

test.each([
  ['bufferChunks', 'functions/rxjs-gemini.bufferChunks.html', 1],
  ['retryTransient', 'functions/rxjs-gemini.retryTransient.html', 1],
  ['GeminiError', 'classes/rxjs-gemini.GeminiError.html', 1],
  ['429', 'docs/errors.html', 3],
  ['nginx', 'docs/', 1],
  ['cors', 'docs/', 3],
])('a search for %s finds %s among the first %i', async (words, place, count) => {
  const { page } = await openTab();
  await open(page, 'docs/design.html');
  const results = await search(page, words);
  expect(results.slice(0, count)).toContainEqual(expect.stringContaining(place));
  await page.locator('#tsd-search-results a').first().click();
  await page.waitForURL((url) => url.href === site.url + (results[0] ?? ''));
  await page.close();
});

test('a page has a title, a description, a language, an icon and the version', async () => {
  const { page } = await openTab();
  await open(page, 'functions/rxjs-gemini.bufferChunks.html');
  expect(await page.title()).toMatch(/^bufferChunks \| rxjs-gemini/);
  expect(await page.locator('meta[name=description]').getAttribute('content')).toMatch(/^Merges chunks into larger/);
  expect(await page.locator('html').getAttribute('lang')).toBe('en');
  expect(await page.locator('link[rel=icon]').getAttribute('href')).toBe('../assets/favicon.svg');
  expect(await page.locator('footer').textContent()).toMatch(/rxjs-gemini \d+\.\d+\.\d+/);
  await page.close();
});

test('works from the disk, without a server', async () => {
  const { page, faults } = await openTab();
  await open(page, 'docs/design.html', `${pathToFileURL(siteFolder).href}/`);
  await search(page, 'bufferChunks');
  await page.locator('#tsd-search-results a').first().click();
  await page.locator('h1', { hasText: 'bufferChunks' }).waitFor();
  await page.locator('a.title').click();
  await page.locator('h1', { hasText: 'rxjs-gemini' }).waitFor();
  // Chromium takes no picture from a picture on the disk; a script of TypeDoc puts the icons into the page.
  expect(faults.filter((fault) => !fault.includes('icons.svg'))).toEqual([]);
  await page.close();
});
