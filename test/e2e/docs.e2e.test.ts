import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { lastValueFrom } from 'rxjs';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { finalResponse } from '../../operators/show/finalResponse.js';
import { apiError } from '../../src/emulator/apiError.js';
import type { EmulatorAnswer } from '../../src/emulator/scenario.js';
import { startEmulator, type Emulator } from '../../src/emulator/startEmulator.js';
import { fromSse } from '../../src/sources/fromSse.js';
import { deferred } from '../support/outcome.js';
import { launchBrowser } from './support/browser.js';
import { freePort, startServer, type App } from './support/startApp.js';

/** The parts of Vite that the tests use; the root does not have it. */
interface Vite {
  createServer(options: object): Promise<{
    readonly resolvedUrls: { readonly local: readonly string[] };
    listen(): Promise<unknown>;
    close(): Promise<void>;
  }>;
}

const examples = fileURLToPath(new URL('../../examples/', import.meta.url));
const contents = [{ role: 'user', parts: [{ text: 'Why is the sky blue?' }] }];

let emulator: Emulator;
let answer: EmulatorAnswer = 'Blue light.';
let app: App | undefined;

beforeAll(async () => {
  emulator = await startEmulator({ reply: () => answer });
  execFileSync('npm', ['run', '-s', 'build'], { cwd: `${examples}nestjs`, stdio: 'inherit' });
});
afterEach(async () => {
  await app?.stop();
  app = undefined;
  answer = 'Blue light.';
});
afterAll(() => emulator.close());

/** Starts a program of `examples`, whose SDK finds the emulator. */
const start = async (file: string): Promise<string> => {
  const env = { GEMINI_API_KEY: 'none', GOOGLE_GEMINI_BASE_URL: emulator.url };
  app = await startServer(`${examples}${file}`, env);
  return app.url;
};

const post = (url: string, body: unknown) =>
  fetch(url, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });

const failureOf = (url: string, json: unknown) =>
  lastValueFrom(fromSse(url, { json })).catch((error: unknown) => error);

describe.each(['start/server.mjs', 'nestjs/dist/docs/start/main.js'])('the server %s of docs/start.md', (file) => {
  it('streams a reply of emulatorFetch, and answers a wrong body with 400', async () => {
    const url = `${await start(file)}api/chat`;
    const reply = await lastValueFrom(fromSse(url, { json: { contents } }).pipe(finalResponse()));
    expect(reply.text).toMatch(/^You asked:\n\n> Why is the sky blue\?[^]*local emulator/);
    expect(emulator.requests).toHaveLength(0);
    const response = await post(url, { prompt: 'Why?' });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { kind: 'invalid_request', retryable: false } });
    expect(await failureOf(url, {})).toMatchObject({ kind: 'invalid_request', status: 400 });
  });
});

describe('the page of docs/start.md', () => {
  it('shows a reply that the server streams, and stops one', async () => {
    const server = await startServer(`${examples}start/server.mjs`, {});
    const vite = createRequire(`${examples}playground/package.json`)('vite') as Vite;
    const pages = await vite.createServer({
      root: `${examples}start/page`,
      logLevel: 'error',
      server: { host: '127.0.0.1', port: await freePort(), proxy: { '/api': server.url } },
      cacheDir: tmpdir(),
    });
    onTestFinished(async () => {
      await pages.close();
      await server.stop();
    });
    await pages.listen();
    const browser = await launchBrowser();
    onTestFinished(() => browser.close());
    const page = await browser.newPage();
    await page.goto(pages.resolvedUrls.local[0]!);
    await page.getByRole('button', { name: 'Ask' }).click();
    await page.getByText('You asked:').waitFor();
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByText('cancelled', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Ask' }).click();
    await page.getByText('complete', { exact: true }).waitFor();
    expect(await page.locator('#answer').textContent()).toMatch(/Nothing else has to change\.\n$/);
  });
});

describe('the server of Express of docs/frameworks.md', () => {
  it('streams a reply, and closes the request to the model when the client disconnects', async () => {
    const url = `${await start('nestjs/dist/docs/express.js')}api/chat`;
    const reply$ = fromSse(url, { json: { contents } });
    expect(await lastValueFrom(reply$.pipe(finalResponse()))).toMatchObject({ text: 'Blue light.' });
    answer = { chunks: ['It was ', 'a dark ', 'night'], stallAfter: { chunks: 1 } };
    const begun = deferred();
    const subscription = reply$.subscribe({ next: ({ text }) => text && begun.resolve(), error: begun.resolve });
    await begun.promise;
    subscription.unsubscribe();
    await emulator.requests.at(-1)!.closed;
    expect(emulator.requests.at(-1)).toMatchObject({ closedEarly: true });
    expect((await post(url, { prompt: 'Why?' })).status).toBe(400);
  });
});

describe('the controllers of NestJS of docs/frameworks.md', () => {
  it.each([
    { text: 'Blue light.', headersDelay: 3_000 },
    { text: 'Blue light.', firstDelay: 3_000 },
    { text: 'Blue light.', finishReason: null, stallAfter: { chunks: 1 } },
  ] satisfies EmulatorAnswer[])('close the request to the model when the client disconnects: %j', async (silent) => {
    const url = `${await start('nestjs/dist/docs/frameworks.js')}api/chat`;
    answer = silent;
    const count = emulator.requests.length;
    const begun = deferred();
    const subscription = fromSse(url, { json: { contents } }).subscribe({
      next: ({ text }) => text && begun.resolve(),
      error: begun.resolve,
    });
    await expect.poll(() => emulator.requests.length).toBe(count + 1);
    if ('stallAfter' in silent) await begun.promise;
    subscription.unsubscribe();
    await emulator.requests.at(-1)!.closed;
    expect(emulator.requests.at(-1)).toMatchObject({ closedEarly: true, finished: false });
  });

  it('answer a failure before the first content with its status, also when it lasts', async () => {
    const url = `${await start('nestjs/dist/docs/frameworks.js')}api/chat`;
    expect((await post(url, { contents })).status).toBe(200);
    answer = { error: apiError({ code: 429, retryDelay: 6_000 }) };
    const count = emulator.requests.length;
    const refused = await post(url, { contents });
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '6']);
    expect(emulator.requests).toHaveLength(count + 1);
    answer = { error: apiError({ code: 503 }) };
    expect((await post(url, { contents })).status).toBe(503);
    expect(emulator.requests).toHaveLength(count + 3);
    answer = { error: apiError({ code: 400, reason: 'API_KEY_INVALID', message: 'API key not valid.' }) };
    expect((await post(url, { contents })).status).toBe(502);
    expect(await failureOf(url, { contents })).toMatchObject({ kind: 'auth', status: 400 });
  });

  it('refuse the eleventh request of a user in a minute at once', async () => {
    const url = `${await start('nestjs/dist/docs/frameworks.js')}api/limited`;
    for (let i = 0; i < 10; i++) expect(await (await post(url, { contents })).text()).toContain('Blue light.');
    const count = emulator.requests.length;
    const refused = await post(url, { contents });
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(30);
    expect(await refused.json()).toMatchObject({ error: { kind: 'rate_limit', retryable: true } });
    expect(emulator.requests).toHaveLength(count);
  });

  it('answer a GET and a POST with events, and a route that answers once with its text or its failure', async () => {
    const url = `${await start('nestjs/dist/docs/frameworks.js')}api/`;
    const count = emulator.requests.length;
    const { id } = (await (await post(`${url}replies/start`, { prompt: 'Why?' })).json()) as { readonly id: string };
    for (const source of [
      fromSse(`${url}replies/${id}`),
      fromSse(`${url}replies/${id}`),
      fromSse(`${url}replies`, { json: { prompt: 'Why?' } }),
    ]) {
      expect(await lastValueFrom(source.pipe(finalResponse()))).toMatchObject({ text: 'Blue light.' });
    }
    expect(emulator.requests).toHaveLength(count + 2);
    const summary = await post(`${url}summary`, { text: 'A long text' });
    expect([summary.status, await summary.json()]).toEqual([200, { summary: 'Blue light.' }]);
    const wrong = await post(`${url}summary`, { text: ' ' });
    const message = 'text: Too small: expected string to have >=1 characters';
    expect([wrong.status, await wrong.json()]).toEqual([
      400,
      { error: { kind: 'invalid_request', message, retryable: false } },
    ]);
    expect(await failureOf(`${url}summary`, { text: ' ' })).toMatchObject({ kind: 'invalid_request', message });
    answer = { error: apiError({ code: 429, retryDelay: 90_000 }) };
    const refused = await post(`${url}summary`, { text: 'A long text' });
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '90']);
    // The browser reads the same failure from a stream and from the filter.
    expect(await failureOf(`${url}summary`, { text: 'A long text' })).toMatchObject({
      kind: 'rate_limit',
      retryAfter: 90_000,
    });
  });
});
