import { LinkChecker, LinkState } from 'linkinator';
import { posix } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pages } from '../docs/pages.js';
import * as library from '../../src/index.js';
import * as agUi from '../../src/agUi.js';
import * as aiSdk from '../../src/aiSdk.js';
import * as emulator from '../../src/emulator.js';
import * as emulatorFetch from '../../src/emulatorFetch.js';
import * as json from '../../src/json.js';
import * as otel from '../../src/otel.js';
import * as testing from '../../src/testing.js';
import { serveSite, type ServedSite } from './support/serveSite.js';
import { readSite, searchRows, sidebarItems, sitePages } from './support/siteData.js';

let site: ServedSite;
let anchorsOf: ReadonlyMap<string, ReadonlySet<string>>;

beforeAll(async () => {
  site = await serveSite();
  anchorsOf = new Map(sitePages().map((page) => [page, new Set(captures(readSite(page), / id="([^"]+)"/g))]));
});

afterAll(() => site.close());

test('no link is broken, and those that lead outside are addresses of the web', async () => {
  const outside = new Set<string>();
  const { links } = await new LinkChecker().check({
    path: site.url,
    recurse: true,
    concurrency: 50,
    linksToSkip: (link) => {
      if (link.startsWith(site.url)) return Promise.resolve(false);
      outside.add(link);
      return Promise.resolve(true);
    },
  });
  const checked = links.filter(({ state }) => state === LinkState.OK).map(({ url }) => url.slice(site.url.length));
  const broken = links.filter(({ state }) => state === LinkState.BROKEN);
  expect(broken.map(({ url, parent }) => `${url} in ${String(parent)}`)).toEqual([]);
  expect(sitePages().filter((page) => !checked.includes(page))).toEqual([]);
  // There may be no network: they are only read.
  const isOfTheWeb = (link: string) => /^https:\/\/[\w-]+(\.[\w-]+)+(\/\S*)?$/.test(link);
  expect([...outside].filter((link) => !isOfTheWeb(link))).toEqual([]);
});

/** The checker only sees the fragments of links that it has found before their page. */
test('every fragment of a link exists on its page', () => {
  const broken = sitePages().flatMap((page) =>
    captures(readSite(page), /<a [^>]*href="([^":]*#[^"]+)"/g)
      .filter((href) => !exists(href.startsWith('#') ? page + href : posix.join(posix.dirname(page), href)))
      .map((href) => `${href} in ${page}`),
  );
  expect(broken).toEqual([]);
});

test('every result of the search and every item of the sidebar has its place', () => {
  const places = [...searchRows().map(({ url }) => url), ...sidebarItems().flatMap(({ path }) => path ?? [])];
  expect(places.filter((place) => !exists(place))).toEqual([]);
});

test('the sidebar leads to every page and to every exported function', () => {
  const items = sidebarItems();
  const paths = items.flatMap(({ path }) => path ?? []);
  const documents = pages.filter((page) => page.startsWith('docs/')).map((page) => page.replace(/\.md$/, '.html'));
  expect([...documents, 'CHANGELOG.html'].filter((page) => !paths.includes(page))).toEqual([]);

  const entries = [library, json, otel, testing, emulator, emulatorFetch, aiSdk, agUi];
  const functions = entries.flatMap((entry) => Object.keys(entry));
  const names = items.map(({ text }) => text);
  expect(functions.filter((name) => !names.includes(name))).toEqual([]);
});

test('an export of two entries is documented once', () => {
  const named = sidebarItems().flatMap(({ text, path }) => (path === undefined ? [] : [text]));
  expect(named.filter((name, index) => named.indexOf(name) !== index)).toEqual([]);
});

/** Whether the site has a page, and the anchor on it. */
function exists(place: string): boolean {
  const [page = '', fragment] = place.split('#');
  const anchors = anchorsOf.get(page);
  return fragment === undefined ? anchors !== undefined : (anchors?.has(fragment) ?? false);
}

function captures(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].flatMap(([, captured]) => captured ?? []);
}
