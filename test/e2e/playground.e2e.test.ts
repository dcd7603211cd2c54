import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { concatMap, delay, from, lastValueFrom, of } from 'rxjs';
import { afterAll, beforeAll, describe, expect, it as vitestIt } from 'vitest';
import { pipeToServerResponse, record, type GeminiChunk } from '../../src/index.js';
import { chunk, finishChunk } from '../../src/testing.js';
import { violationsOf } from './support/axe.js';
import { launchBrowser } from './support/browser.js';
import { serveFolder, type ServedFolder } from './support/serveFolder.js';

const run = promisify(execFile);
const folder = new URL('../../examples/playground/', import.meta.url);

let site: ServedFolder;
let browser: Browser;

beforeAll(async () => {
  await run('npm', ['run', 'build'], { cwd: fileURLToPath(folder) });
  site = await serveFolder(new URL('dist/', folder), '/any/sub/path/');
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser.close();
  await site.close();
});

/** The page as a visitor has it. */
class Playground {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  async open(address = ''): Promise<void> {
    await this.page.goto(site.url + address);
  }

  press(name: string): Promise<void> {
    return this.page.getByRole('button', { name, exact: true }).click();
  }

  /** Waits for the end of the run; returns the sentences about its rows. */
  async ends(): Promise<string> {
    await this.page.locator('body[data-run=ended]').waitFor({ timeout: 40_000 });
    return (await this.page.locator('#status').textContent()) ?? '';
  }

  /** Waits until a run ends with these words. */
  async endsWith(words: string): Promise<void> {
    await this.page.locator('#status', { hasText: words }).waitFor({ state: 'attached' });
  }

  failure(): Promise<string | null> {
    return this.page.locator('#failure').textContent();
  }

  /** Waits for a failure of the program; returns its words. */
  async fails(): Promise<string | null> {
    await this.page.locator('#failure').waitFor();
    return this.failure();
  }

  async code(): Promise<string> {
    return (await this.page.locator('#code pre code').textContent()) ?? '';
  }

  /** Replaces the program in the editor, and runs it. */
  async runs(code: string): Promise<void> {
    if (await this.page.locator('#edit').isVisible()) await this.press('Edit');
    await this.page.locator('.cm-content').fill(code);
    await this.press('Run');
  }

  async copied(button: string): Promise<string> {
    const read = () => this.page.evaluate(() => navigator.clipboard.readText());
    const before = await read();
    await this.press(button);
    await this.page.waitForFunction(async (text) => (await navigator.clipboard.readText()) !== text, before);
    return read();
  }
}

interface Fixtures {
  readonly context: BrowserContext;
  readonly play: Playground;
}

/** The clipboard of a machine is one for all tabs, and only the tab in front may use it: here each page has its own. */
function ownClipboard(): void {
  let copied = '';
  const clipboard = {
    writeText: (text: string) => Promise.resolve((copied = text)),
    readText: () => Promise.resolve(copied),
  };
  Object.defineProperty(navigator, 'clipboard', { value: clipboard, configurable: true });
}

/** Each test has a browser profile of its own, in which nothing may be thrown or logged. */
const it = vitestIt.extend<Fixtures>({
  context: async ({ task: _ }, use) => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
    context.setDefaultTimeout(60_000);
    await context.addInitScript(ownClipboard);
    const problems: string[] = [];
    context.on('weberror', (error) => problems.push(error.error().message));
    context.on('console', (message) => {
      if (message.type() === 'error') problems.push(message.text());
    });
    await use(context);
    await context.close();
    expect(problems).toEqual([]);
  },
  play: async ({ context }, use) => {
    await use(new Playground(await context.newPage()));
  },
});

/** The form that a press sends to StackBlitz, in another tab. */
async function posted(context: BrowserContext, press: () => Promise<void>): Promise<URLSearchParams> {
  let form = '';
  await context.route('https://stackblitz.com/**', async (route) => {
    form = route.request().postData() ?? '';
    await route.fulfill({ contentType: 'text/html', body: '<title>StackBlitz</title>' });
  });
  const tab = context.waitForEvent('page');
  await press();
  await (await tab).waitForURL('https://stackblitz.com/run*');
  return new URLSearchParams(form);
}

/** The last sentence of each scene: how its last row ends. */
const scenes: Readonly<Record<string, string>> = {
  receive: 'Your pipe: complete; 19 chunks, 211 characters.',
  interaction: 'Your pipe: complete; 19 chunks, 211 characters.',
  display: 'Your pipe: complete;',
  sentences: 'Your pipe: complete; 3 values.',
  thoughts: 'Your pipe: complete; 1 chunk, 2 values, 49 characters.',
  resume: 'Your pipe: complete; 19 chunks, 211 characters.',
  retry: 'Your pipe: complete; 19 chunks, 211 characters.',
  hedge: 'Your pipe: complete; 19 chunks, 211 characters.',
  fallback: 'Your pipe: complete; 19 chunks, 211 characters.',
  limits: 'Cleo: complete; 6 chunks, 58 characters.',
  timeout: 'Your pipe: failed, timeout; 8 chunks, 90 of 211 characters.',
  cancel: 'Your pipe: cancelled, Stop was pressed;',
  safety: 'Your pipe: failed, safety; 8 chunks, 90 of 211 characters.',
  measure: 'Your pipe: complete; 19 chunks, 21 values, 211 characters.',
  share: 'After the end: complete;',
  json: 'Your pipe: complete; 11 values.',
  tools: 'Your pipe: complete; 6 chunks, 2 values, 46 characters.',
  send: 'Your pipe: complete;',
};

/** A program that the emulator of which answers `chunks`. */
const program = (body: string) => `import { GoogleGenAI } from '@google/genai';
import { of, map } from 'rxjs';
import { fromGemini } from 'rxjs-gemini';
import { emulatorFetch } from 'rxjs-gemini/emulator-fetch';
const fetch = emulatorFetch({ reply: () => ({ chunks: ['One ', 'two.'], pace: 20 }) });
const ai = new GoogleGenAI({ apiKey: 'none', httpOptions: { fetch } });
const reply$ = fromGemini(ai, { model: 'gemini-2.5-flash', contents: 'Count' });
${body}
`;

// They wait for replies more than they work, so they share the browser.
describe.concurrent('the playground', { timeout: 150_000 }, () => {
  it('plays the opening by itself: the connection drops, the plain row ends in silence, ours goes on', async ({
    play,
  }) => {
    await play.open();
    const sentences = await play.ends();
    expect(sentences).toContain('The model: complete; 2 requests, 19 chunks, 211 characters.');
    expect(sentences).toContain('Plain SDK: complete; 8 chunks, 90 of 211 characters.');
    expect(sentences).toContain('Your pipe: complete; 19 chunks, 211 characters.');
    await play.page.getByText('ended in silence after 90 of 211 characters').first().waitFor();
    await play.page.getByText('Your pipe asks for the rest').waitFor();
  });

  it('plays every scene to its end', { timeout: 240_000 }, async ({ context }) => {
    const playScene = async ([id, words]: [string, string]) => {
      const play = new Playground(await context.newPage());
      await play.open(`?scene=${id}`);
      const code = await play.code();
      const sentences = await play.ends();
      expect(sentences, id).toContain(words);
      expect(await play.failure(), id).toBe('');
      await play.page.close();
      return [id, code] as const;
    };
    const codes = await inLanes(6, Object.entries(scenes), playScene);
    expect(new Set(codes.map(([, code]) => code)).size).toBe(codes.length);
  });

  it('copies programs that run in Node, of every scene', { timeout: 240_000 }, async ({ play }) => {
    // Below the example, where Node finds its packages.
    const programs = await mkdtemp(fileURLToPath(new URL('node_modules/.scenes-', folder)));
    const copied: [string, string][] = [];
    for (const id of Object.keys(scenes)) {
      await play.open(`?scene=${id}`);
      copied.push([id, await play.copied('Copy code')]);
    }
    await inLanes(4, copied, async ([id, code]) => {
      const file = `${programs}/${id}.mjs`;
      await writeFile(file, code);
      const { stdout, stderr } = await run('node', [file], { timeout: 30_000 }).catch((error: unknown) => {
        throw new Error(`${id}: ${String(error)}`);
      });
      const isFailure = scenes[id]?.includes('failed') ?? false;
      expect(stderr, id).toMatch(isFailure ? /^The model / : /^$/);
      expect(stdout, id).toMatch(isFailure ? /blue/ : /complete\n$/);
    });
    await rm(programs, { recursive: true });
  });

  it('runs another program for each setting, which the address keeps, back and forward too', async ({ play }) => {
    await play.open();
    await play.ends();
    expect(await play.code()).toContain('resumeOnDrop(');
    const toggle = play.page.getByRole('switch', { name: 'resumeOnDrop' });
    await toggle.uncheck();
    await play.endsWith('Your pipe: failed, truncated; 8 chunks, 90 of 211 characters.');
    expect(await play.code()).not.toContain('resumeOnDrop');
    await play.page.locator('#setting-break').selectOption('reset');
    await play.endsWith('Plain SDK: failed, TypeError;');
    expect(new URL(play.page.url()).search).toBe('?scene=resume&resume=off&break=reset');

    await play.page.reload();
    await play.endsWith('Your pipe: failed, network;');
    expect(await toggle.isChecked()).toBe(false);
    await play.page.goBack();
    await play.endsWith('Your pipe: failed, truncated;');
    await play.page.goBack();
    await play.endsWith('Your pipe: complete;');
    expect(await toggle.isChecked()).toBe(true);
    await play.page.goForward();
    await play.endsWith('Your pipe: failed, truncated;');
  });

  it('runs edited code, and a link with it runs only when asked', async ({ play, context }) => {
    await play.open('?scene=receive');
    await play.ends();
    await play.runs(program('export const shout$ = reply$.pipe(map(({ text }) => text.toUpperCase()));'));
    await play.endsWith('Your pipe: complete; 2 chunks, 8 characters.');
    const link = await play.copied('Copy link');
    expect(link).toContain('#code=');

    const stranger = new Playground(await context.newPage());
    await stranger.page.goto(link);
    await stranger.page.getByText('This link carries a program.').waitFor();
    expect(await stranger.code()).toContain('toUpperCase()');
    await stranger.copied('Copy code');
    expect(await stranger.copied('Copy link')).toBe(link);
    await stranger.page.reload();
    await stranger.page.getByText('This link carries a program.').waitFor();
    expect(await stranger.page.locator('body').getAttribute('data-run')).toBeNull();
    await stranger.press('Play');
    await stranger.endsWith('Your pipe: complete; 2 chunks, 8 characters.');
    await stranger.press('Reset');
    await stranger.endsWith('Your pipe: complete; 19 chunks, 211 characters.');
  });

  it('leaves an edited program behind with its scene', async ({ play }) => {
    await play.open('?scene=receive');
    await play.runs(program('export const mine$ = reply$;'));
    await play.endsWith('Your pipe: complete; 2 chunks, 8 characters.');
    for (const scene of ['recording', 'route']) {
      await play.page.locator(`#scene-list a[href="?scene=${scene}"]`).click();
      await play.page.waitForURL(`**/?scene=${scene}`);
      await play.page.goBack();
      await play.page.waitForURL('**#code=*');
    }
  });

  it.for([
    ['?url=javascript:alert(1)', 'This link cannot be played. The address begins with https:// or http://.'],
    ['?url=https://a.test&method=POST&body=%7B', 'This link cannot be played. The body is not JSON.'],
  ] as const)('says why a link with %s does not play', async ([search, words], { play }) => {
    await play.open(search);
    await play.page.locator('#notice', { hasText: words }).waitFor();
    expect(await play.page.locator('#play').isVisible()).toBe(false);
  });

  it.for([
    ['a syntax error', program('export const view$ = reply$.pipe(;'), /^Line 8: SyntaxError/],
    ['an error of its module', program('const n = undefined;\nn.x;'), /^Line 9: TypeError: .*undefined/],
    [
      'an error in an operator',
      program('export const view$ = reply$.pipe(\n  map((c) => c.no.way),\n);'),
      /^Line 9: TypeError/,
    ],
    ['a wrong option', program('export const view$ = fromGemini(7);'), /^Line 8: TypeError/],
    ['a name that does not exist', `\n${program('import { fromGemin } from "rxjs-gemini";')}`, /^Line 9: .*fromGemin'/],
    ['a module that does not exist', `import x from 'lodash';\n`, /^Line 1: There is no module 'lodash' here/],
    ['no Observable', program(''), /exports no Observable/],
    ['an endless loop', program('for (;;);'), /did not return for 4 s/],
  ] as const)('shows %s at its line', async ([, code, words], { play }) => {
    await play.open('?scene=receive');
    await play.runs(code);
    await play.page.locator('#failure', { hasText: words }).waitFor();
    const line = /^Line (\d+)/.exec((await play.failure()) ?? '')?.[1];
    if (line === undefined) return;
    const marked = play.page.locator('.cm-lintRange-error').first();
    await marked.waitFor({ state: 'attached' });
    const lines = await play.page.locator('.cm-line').count();
    const index = await marked.evaluate((mark) => {
      const own = mark.closest('.cm-line');
      return [...document.querySelectorAll('.cm-line')].findIndex((candidate) => candidate === own);
    });
    expect(index + 1).toBe(Number(line));
    expect(lines).toBeGreaterThanOrEqual(Number(line));
  });

  it('copies the picture of the run, and the install line', async ({ play }) => {
    await play.open();
    await play.ends();
    const svg = await play.copied('Copy SVG');
    const titles = await play.page.evaluate((text) => {
      const { documentElement } = new DOMParser().parseFromString(text, 'image/svg+xml');
      return [documentElement.nodeName, documentElement.textContent];
    }, svg);
    expect(titles[0]).toBe('svg');
    expect(titles[1]).toContain('Plain SDK');
    await play.press('Copy link');
    await play.page.locator('#copy-link', { hasText: 'Copied' }).waitFor();
    expect(await play.copied('Copy the install line')).toBe('npm i rxjs-gemini rxjs @google/genai');
  });

  it('opens a whole project in StackBlitz', async ({ play, context }) => {
    await play.open('?scene=retry');
    const form = await posted(context, () => play.press('Open in StackBlitz'));
    const file = (name: string) => form.get(`project[files][${name}]`) ?? '';
    expect(JSON.parse(file('package.json'))).toMatchObject({
      dependencies: { 'rxjs-gemini': 'latest', rxjs: '^7.8.2', '@google/genai': '^2.32.0' },
    });
    expect(file('index.html')).toContain('src="/main.js"');
    expect(file('main.js')).toContain('retryTransient({ count: 3');
    expect(file('main.js')).toContain('view$.subscribe({');
    expect(form.get('project[template]')).toBe('node');
  });

  it('plays a recording that is dropped on the page', async ({ play }) => {
    const lines: string[] = [];
    await lastValueFrom(
      from(replyChunks).pipe(
        concatMap((next) => of(next).pipe(delay(60))),
        record({ write: (text) => lines.push(text) }),
      ),
    );
    await play.open('?scene=recording');
    await drop(play.page, 'reply.jsonl', lines.join(''));
    await play.endsWith('Your pipe: complete; 3 chunks, 16 characters.');
    await play.page.getByText('The recording reply.jsonl').waitFor();
    expect(await play.copied('Copy code')).toContain('const recording = "{\\"recording\\"');
    await drop(play.page, 'broken.jsonl', '{"recording":"rxjs-gemini","version":1}\nnothing\n');
    expect(await play.fails()).toMatch(/Line 2 of the recording is not JSON/);
  });

  it('plays recorded HTTP exchanges', async ({ play }) => {
    await play.open('?scene=recording');
    const event = (text: string, rest = '') =>
      `data: {"candidates":[{"content":{"parts":[{"text":"${text}"}]}${rest}}]}\r\n\r\n`;
    const body = event('Recorded ') + event('once.', ',"finishReason":"STOP"');
    const response = { status: 200, headers: { 'content-type': 'text/event-stream' }, body };
    await drop(play.page, 'exchanges.json', JSON.stringify({ exchanges: [{ response }] }, null, 2));
    await play.endsWith('Your pipe: complete; 2 chunks, 14 characters.');
  });

  it('opens a recording in StackBlitz as it was recorded', async ({ play, context }) => {
    await play.open('?scene=recording');
    const text = 'Call console.log(1).';
    const response = { body: { candidates: [{ content: { parts: [{ text }] }, finishReason: 'STOP' }] } };
    await drop(play.page, 'code.json', JSON.stringify({ exchanges: [{ response }] }));
    const form = await posted(context, () => play.press('Open in StackBlitz'));
    const main = form.get('project[files][main.js]');
    expect(main).toContain(text);
    expect(main).toContain('next: (value) => print(value),');
  });

  it.for(['GET', 'POST'] as const)('reads a route of a server with %s, only when asked', async (method, { play }) => {
    const requests: { method: string | undefined; body: string }[] = [];
    const route = createServer((request, response) => {
      const origin = { 'access-control-allow-origin': new URL(site.url).origin, 'access-control-allow-headers': '*' };
      if (request.method === 'OPTIONS') {
        response.writeHead(204, origin).end();
        return;
      }
      for (const [name, value] of Object.entries(origin)) response.setHeader(name, value);
      void bodyOf(request).then((body) => {
        requests.push({ method: request.method, body });
        void pipeToServerResponse(from(replyChunks), response);
      });
    }).listen(0, '127.0.0.1');
    await once(route, 'listening');
    const url = `http://127.0.0.1:${String((route.address() as AddressInfo).port)}/api/chat`;
    const query = new URLSearchParams({ url, ...(method === 'POST' && { method, body: '{"message":"Hi"}' }) });
    await play.open(`?${query.toString()}`);
    await play.page.getByText(`Your browser calls ${url} once you press Play.`).waitFor();
    expect(requests).toEqual([]);
    await play.press('Play');
    await play.endsWith('Your pipe: complete; 3 chunks, 16 characters.');
    expect(requests).toEqual([{ method, body: method === 'POST' ? '{"message":"Hi"}' : '' }]);
    route.closeAllConnections();
    route.close();
  });

  it('can be used with the keyboard alone', async ({ play }) => {
    const { page } = play;
    await play.open();
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to the scene');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.role)).toBe('switch');
    await page.keyboard.press('Space');
    await play.endsWith('Your pipe: failed, truncated;');
    await page.getByRole('link', { name: 'The service is busy' }).focus();
    await page.keyboard.press('Enter');
    await play.endsWith('Plain SDK: failed, ApiError.');
    expect(await page.getByRole('link', { name: 'The service is busy' }).getAttribute('aria-current')).toBe('page');
    await page.locator('#edit').focus();
    await page.keyboard.press('Enter');
    await page.locator('.cm-editor.cm-focused').waitFor();
    await page.keyboard.press('Control+End');
    await page.keyboard.type('export const extra$ = of("!");');
    await page.keyboard.press('Control+Home');
    await page.keyboard.type("import { of } from 'rxjs';\n");
    await page.keyboard.press('Control+Enter');
    await play.endsWith('extra$: complete; 1 chunk, 1 character.');
    await page.keyboard.press('Escape');
    expect(await page.evaluate(() => document.activeElement?.className.includes('cm-'))).toBe(false);
  });

  it.for([390, 768, 1440])('has no horizontal scrolling at %i px', async (width, { play }) => {
    await play.page.setViewportSize({ width, height: 800 });
    for (const address of ['', '?scene=limits', '?scene=json', '?scene=recording', '?scene=route']) {
      await play.open(address);
      if (!/recording|route/.test(address)) await play.page.locator('body[data-run=playing]').waitFor();
      const [scroll, client] = await play.page.evaluate(() => {
        const { scrollWidth, clientWidth } = document.documentElement;
        return [scrollWidth, clientWidth];
      });
      expect(scroll, address).toBe(client);
    }
  });

  it.for(['light', 'dark'] as const)('has no violation of accessibility rules, %s', async (colorScheme, { play }) => {
    await play.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const check = async (place: string) => {
      const violations = await violationsOf(play.page, 'all');
      expect(violations, place).toEqual([]);
    };
    for (const address of ['', '?scene=timeout&timeout=off', '?scene=recording', '?scene=route']) {
      await play.open(address);
      if (address === '') await play.ends();
      else if (address.includes('timeout')) await play.page.locator('.hljs-keyword').first().waitFor();
      await check(address);
    }
    await play.open('?scene=receive');
    await play.runs('oops');
    await play.fails();
    await check('the editor');
  });
});
const replyChunks: readonly GeminiChunk[] = [chunk('Here it '), chunk('is, '), chunk('all.'), finishChunk()];

/** Runs a function for each value, so many at a time; the results are in the order of the values. */
async function inLanes<T, R>(lanes: number, values: readonly T[], work: (value: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const entries = values.entries();
  const lane = async () => {
    for (const [index, value] of entries) results[index] = await work(value);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return results;
}

async function drop(page: Page, name: string, text: string): Promise<void> {
  const files = await page.evaluateHandle(
    ([fileName, content]) => {
      const data = new DataTransfer();
      data.items.add(new File([content ?? ''], fileName ?? ''));
      return data;
    },
    [name, text],
  );
  await page.dispatchEvent('body', 'drop', { dataTransfer: files });
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const piece of request) body += String(piece);
  return body;
}
