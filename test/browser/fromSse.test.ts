import type { Browser, Page } from 'playwright-core';
import { concat, delay, from, NEVER, Observable, of, throwError } from 'rxjs';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { GeminiError } from '../../src/errors/geminiError.js';
import { pipeToServerResponse } from '../../src/sinks/pipeToServerResponse.js';
import type { ToSseResponseOptions } from '../../src/sinks/toSseResponse.js';
import { chunk, finishChunk } from '../../src/testing/chunks.js';
import { launchBrowser } from '../e2e/support/browser.js';
import { deferred } from '../support/outcome.js';
import { cut, whole, type Answer, type SseServer } from '../support/sseServer.js';
import { startPageServer } from './support/servePage.js';

const reply = [...['Grüße, ', '世界 ', '👋🏽!'].map((text) => chunk(text)), finishChunk('STOP', { totalTokenCount: 7 })];

let browser: Browser;
let server: SseServer;
let page: Page;
let answer: Answer;

beforeAll(async () => {
  server = await startPageServer(fileURLToPath(new URL('page.ts', import.meta.url)), (...request) =>
    answer(...request),
  );
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser.close();
  await server.close();
});

beforeEach(async () => {
  page = await browser.newPage();
  await page.goto(server.url);
  before = server.requests.length;
});

afterEach(() => page.close());

/** Answers with a reply, as an application does. */
function sink(source: Observable<GeminiChunk>, options: ToSseResponseOptions = {}): Answer {
  return (response, { headers }) => {
    void pipeToServerResponse(source, response, { resumable: true, lastEventId: headers['last-event-id'], ...options });
  };
}

/** The requests for a reply, of this test. */
const asked = () => server.requests.slice(before).filter(({ url }) => url === '/api/chat');
let before = 0;

const read = () => page.evaluate(() => window.page.read('/api/chat', { json: { message: 'Grüße' } }));

describe('fromSse in Chromium', () => {
  it('emits the chunks that the server sent', async () => {
    answer = sink(from(reply));
    expect(await read()).toEqual({ chunks: reply, error: undefined });
    expect(asked()).toMatchObject([{ method: 'POST', body: '{"message":"Grüße"}' }]);
  });

  it('emits a chunk while the server is silent, and closes the connection when unsubscribed', async () => {
    const left = deferred();
    const source = new Observable<GeminiChunk>((destination) => {
      destination.next(reply[0]!);
      return left.resolve;
    });
    answer = sink(source);
    await page.evaluate(() => window.page.open('/api/chat', { json: {} }));
    await page.waitForFunction(() => window.page.chunks.length === 1);
    await page.evaluate(() => window.page.leave());
    await left.promise;
    expect(await asked()[0]?.closed).toBe(false);
  });

  it('closes the connection before the headers arrive', async () => {
    const arrived = deferred();
    answer = arrived.resolve;
    await page.evaluate(() => window.page.open('/api/chat'));
    await arrived.promise;
    await page.evaluate(() => window.page.leave());
    expect(await asked()[0]?.closed).toBe(false);
  });

  it('fails with the error of the server, after the chunks that had arrived', async () => {
    const failure = new GeminiError('The key AIza… is used up', {
      kind: 'rate_limit',
      status: 429,
      retryAfter: 12_000,
    });
    answer = sink(
      concat(
        of(reply[0]!),
        throwError(() => failure),
      ),
    );
    const { chunks, error } = await read();
    expect(chunks).toEqual([reply[0]]);
    expect(error).toMatchObject({ kind: 'rate_limit', status: 429, retryAfter: 12_000, retryable: true });
    expect(error?.message).not.toContain('AIza');
  });

  it.each<[string, Answer, object]>([
    ['a 401', whole('Sign in', { 'Content-Type': 'text/plain' }, 401), { kind: 'auth', status: 401 }],
    ['a page', whole('<!doctype html>', { 'Content-Type': 'text/html' }), { kind: 'protocol' }],
    ['no answer at all', (response) => response.destroy(), { kind: 'network', retryable: true }],
    ['a stream that breaks', cut('data: {"text":"Hello"}\n\n'), { kind: 'network', retryable: true }],
    ['a stream that ends too early', cut('data: {"text":"Hello"}\n\n', 'end'), { kind: 'truncated', retryable: true }],
  ])('fails with a kind: %s', async (_, given, expected) => {
    answer = given;
    expect((await read()).error).toMatchObject(expected);
  });

  it('continues where the connection broke', async () => {
    const broken = concat(from(reply.slice(0, 2)), NEVER);
    answer = (response, request, index) => {
      sink(asked().length > 1 ? from(reply) : broken)(response, request, index);
      if (asked().length > 1) return;
      // As soon as the page has them.
      void page.waitForFunction(() => window.page.chunks.length === 2).then(() => response.destroy());
    };
    expect(await read()).toEqual({ chunks: reply, error: undefined });
    expect(asked().map(({ headers }) => headers['last-event-id'])).toEqual([undefined, '1']);
  });

  it('reads the plain format', async () => {
    answer = sink(from(reply), { format: 'text' });
    const { chunks } = await read();
    expect(chunks.map(({ text }) => text).join('')).toBe('Grüße, 世界 👋🏽!');
  });

  it('ignores heartbeats', async () => {
    answer = sink(from(reply).pipe(delay(20)), { heartbeat: 5 });
    expect(await read()).toEqual({ chunks: reply, error: undefined });
  });
});
