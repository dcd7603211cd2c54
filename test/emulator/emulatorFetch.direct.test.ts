import { GoogleGenAI } from '@google/genai';
import { lastValueFrom, take, toArray, type Observable } from 'rxjs';
import { afterEach, describe, expect, expectTypeOf, it, vi } from 'vitest';
import { apiError } from '../../src/emulator/apiError.js';
import { emulatorFetch } from '../../src/emulator/emulatorFetch.js';
import type { EmulatorFetchOptions } from '../../src/emulator/emulatorService.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { fromGemini } from '../../src/sources/fromGemini.js';
import { fromGenerate } from '../../src/sources/fromGenerate.js';
import { fromInteraction } from '../../src/sources/interactions/fromInteraction.js';
import { ask, dataOf, LIST, STREAM, textOf, turns, WHOLE } from './wire.js';

const host = 'https://generativelanguage.googleapis.com';
const params = { model: 'gemini-2.5-flash', contents: 'Hi' };

function open(options: EmulatorFetchOptions = {}) {
  const fetch = emulatorFetch(options);
  const ai = new GoogleGenAI({ apiKey: 'any', httpOptions: { fetch } });
  const post = (path = STREAM, init: RequestInit = {}) =>
    fetch(host + path, { method: 'POST', body: JSON.stringify(ask('Hi')), ...init });
  return { fetch, ai, post };
}

const textsOf = (reply$: Observable<GeminiChunk>) =>
  lastValueFrom(reply$.pipe(toArray())).then((chunks) => chunks.map(({ text }) => text));

/** An answer without an end, which reports that its iterator was closed. */
function endless() {
  const state = { closed: false };
  async function* words() {
    try {
      for (;;) yield 'word ';
    } finally {
      state.closed = true;
    }
  }
  return { state, words };
}

afterEach(() => vi.useRealTimers());

describe('emulatorFetch', () => {
  it('is a `fetch` of the client, for all sources', async () => {
    const { fetch, ai } = open({ reply: ['one ', 'two ', 'three'] });
    expect((await ai.models.generateContent(params)).text).toBe('one two three');
    expect(await textsOf(fromGemini(ai, params))).toEqual(['one ', 'two ', 'three']);
    expect(await textsOf(fromGenerate(ai, params))).toEqual(['one two three']);
    const interaction$ = fromInteraction(ai, { model: 'gemini-2.5-flash', input: 'Hi' });
    expect((await textsOf(interaction$)).join('')).toBe('one two three');
    expect(fetch.requests.map(({ action }) => action)).toEqual([
      'generateContent',
      'streamGenerateContent',
      'generateContent',
      'createInteraction',
    ]);
    await Promise.all(fetch.requests.map(({ closed }) => closed));
    expect(fetch.requests.map(({ finished, status }) => [finished, status])).toEqual(Array(4).fill([true, 200]));
    expect(fetch.requests[1]?.chunksSent).toBe(3);
    expectTypeOf(fetch).toExtend<typeof globalThis.fetch>();
  });

  it('is a `fetch` of one request', async () => {
    const fetch = emulatorFetch({ reply: 'Hello' });
    const ai = new GoogleGenAI({ apiKey: 'any' });
    expect(await textsOf(fromGemini(ai, { ...params, config: { httpOptions: { fetch } } }))).toEqual(['Hello']);
  });

  it('takes a `URL` or a `Request`, as `fetch` does', async () => {
    const { fetch } = open({ reply: ({ prompt, headers }) => `${prompt} ${String(headers['x-test'])}` });
    const init = { method: 'POST', body: JSON.stringify(ask('Hi')), headers: { 'X-Test': 'a' } };
    const url = new URL(host + STREAM);
    for (const response of [await fetch(url, init), await fetch(new Request(url, init))]) {
      expect(textOf(dataOf(await response.text()))).toBe('Hi a');
    }
    expect(fetch.requests[0]).toMatchObject({ method: 'POST', path: STREAM, body: ask('Hi') });
    await expect(fetch('not a URL')).rejects.toThrow(TypeError);
  });

  it('has the status, the words of the status and the headers', async () => {
    const { post } = open({ reply: { error: apiError({ code: 429 }), headers: { 'Retry-After': '7' } } });
    const response = await post(WHOLE);
    expect(response).toMatchObject({ ok: false, status: 429, statusText: 'Too Many Requests' });
    expect(response.headers.get('retry-after')).toBe('7');
    expect(await response.json()).toMatchObject({ error: { status: 'RESOURCE_EXHAUSTED' } });
    expect((await post(LIST)).headers.get('content-type')).toContain('application/json');
  });

  it('sends a status without a body', async () => {
    const { post, fetch } = open({ reply: { status: 204, text: 'x' } });
    const response = await post();
    expect(response).toMatchObject({ status: 204, body: null });
    await fetch.requests[0]!.closed;
    expect(fetch.requests[0]).toMatchObject({ finished: true });
  });

  it('has the key and the models of its options', async () => {
    const { ai } = open({ apiKey: 'right', models: ['gemini-2.5-pro'] });
    await expect(ai.models.generateContent(params)).rejects.toThrow('API key not valid');
    const { post } = open({ models: ['gemini-2.5-pro'] });
    expect((await post()).status).toBe(404);
  });

  it('fails for a body that breaks off', async () => {
    const { fetch } = open();
    const body = new ReadableStream({
      pull(stream) {
        stream.error(new Error('broken'));
      },
    });
    const init = { method: 'POST', body, duplex: 'half' } as RequestInit;
    await expect(fetch(host + STREAM, init)).rejects.toThrow('broken');
    await fetch.requests[0]!.closed;
    expect(fetch.requests[0]).toMatchObject({ closedEarly: true, status: undefined });
  });

  it.each([3, '', null])('refuses wrong options: %j', (options) => {
    expect(() => emulatorFetch(options as never)).toThrow(TypeError);
  });

  it.each([{ reply: 3 }, { apiKey: 3 }, { models: 'm' }, { history: -1 }])('refuses a wrong option: %j', (options) => {
    expect(() => emulatorFetch(options as never)).toThrow(/Expected/);
  });
});

describe('a body of emulatorFetch', () => {
  it('comes at the pace of the scenario', async () => {
    vi.useFakeTimers();
    const { ai } = open({ reply: { chunks: ['a', 'b', 'c'], headersDelay: 100, firstDelay: 50, pace: 20 } });
    const start = Date.now();
    const times: number[] = [];
    fromGemini(ai, params).subscribe(() => times.push(Date.now() - start));
    await vi.advanceTimersByTimeAsync(1000);
    expect(times).toEqual([150, 170, 190]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('waits for a slow reader', async () => {
    const { state, words } = endless();
    const { fetch, post } = open({ reply: () => ({ chunks: words() }) });
    const reader = (await post()).body!.getReader();
    const [exchange] = fetch.requests;
    let before = -1;
    while (before !== exchange!.bytesSent) {
      before = exchange!.bytesSent;
      await turns();
    }
    expect(exchange?.bytesSent).toBeLessThan(20_000);
    for (let at = 0; at < 5; at += 1) await reader.read();
    await turns();
    expect(exchange?.bytesSent).toBeGreaterThan(before);
    await reader.cancel();
    await exchange!.closed;
    expect(exchange).toMatchObject({ closedEarly: true, finished: false });
    await turns();
    expect(state.closed).toBe(true);
  });

  it('lets timers run between its chunks', async () => {
    const { ai } = open({ reply: () => ({ chunks: endless().words() }) });
    const [error] = await new Promise<unknown[]>((resolve) => {
      const subscription = fromGemini(ai, params).subscribe({ error: (cause: unknown) => resolve([cause]) });
      setTimeout(() => {
        subscription.unsubscribe();
        resolve([]);
      });
    });
    expect(error).toBeUndefined();
  });

  it.each([
    [false, 'truncated', 'UND_ERR_SOCKET'],
    [true, 'network', 'ECONNRESET'],
  ])('breaks as in Node (reset: %s)', async (reset, kind, code) => {
    const { ai, fetch, post } = open({ reply: { chunks: ['a', 'b', 'c'], dropAfter: { chunks: 2, reset } } });
    const texts: string[] = [];
    const reply$ = fromGemini(ai, params);
    const failed = new Promise((resolve) => {
      reply$.subscribe({ next: ({ text }) => texts.push(text), error: resolve });
    });
    expect(await failed).toMatchObject({ kind, retryable: true });
    expect(texts).toEqual(['a', 'b']);
    expect(fetch.requests[0]).toMatchObject({ chunksSent: 2, finished: false, closedEarly: false });
    const body = (await post()).text();
    await expect(body).rejects.toThrow(TypeError);
    await expect(body).rejects.toMatchObject({ message: 'terminated', cause: { code } });
  });

  it('breaks within a chunk', async () => {
    const { post } = open({ reply: { chunks: ['a', 'b'], dropAfter: { bytes: 20 } } });
    const read: number[] = [];
    const reading = (async () => {
      for await (const bytes of (await post()).body!) read.push(bytes.length);
    })();
    await expect(reading).rejects.toThrow(TypeError);
    expect(read).toEqual([20]);
  });

  it('is refused before the headers', async () => {
    const { post, fetch } = open({ reply: { dropAfter: { request: true } } });
    await expect(post()).rejects.toMatchObject({ message: 'fetch failed', cause: { code: 'UND_ERR_SOCKET' } });
    expect(fetch.requests[0]).toMatchObject({ status: undefined, closedEarly: false });
  });

  it('ends without an error, where a proxy ends it', async () => {
    const { ai } = open({ reply: { chunks: ['a', 'b'], finishReason: null, endAfter: { chunks: 1 } } });
    expect(await textsOf(fromGemini(ai, params))).toEqual(['a']);
  });
});

describe('an abort', () => {
  it('rejects the call before the headers', async () => {
    const { post, fetch } = open({ reply: { headersDelay: 1e6 } });
    const client = new AbortController();
    const response = post(STREAM, { signal: client.signal });
    const reason = new Error('left');
    await turns(5);
    client.abort(reason);
    await expect(response).rejects.toBe(reason);
    await fetch.requests[0]!.closed;
    expect(fetch.requests[0]).toMatchObject({ closedEarly: true, status: undefined });
    await expect(post(STREAM, { signal: client.signal })).rejects.toBe(reason);
    expect(fetch.requests).toHaveLength(1);
  });

  it('breaks the body, and ends the answer', async () => {
    const { state, words } = endless();
    const { post, fetch } = open({ reply: () => ({ chunks: words() }) });
    const client = new AbortController();
    const reader = (await post(STREAM, { signal: client.signal })).body!.getReader();
    await reader.read();
    const pending = reader.read().then(() => reader.read());
    client.abort();
    await expect(pending).rejects.toMatchObject({ name: 'AbortError' });
    await fetch.requests[0]!.closed;
    expect(fetch.requests[0]).toMatchObject({ closedEarly: true });
    await turns();
    expect(state.closed).toBe(true);
  });

  it('is that of a source that is unsubscribed', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { ai, fetch } = open({ reply: { chunks: ['a', 'b', 'c'], pace: 1e6 } });
    expect(await textsOf(fromGemini(ai, params).pipe(take(1)))).toEqual(['a']);
    await fetch.requests[0]!.closed;
    expect(fetch.requests[0]).toMatchObject({ closedEarly: true, chunksSent: 1 });
    await turns();
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('close', () => {
  it('ends the answers and the runs in the background', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { ai, fetch, post } = open({ reply: { chunks: ['a', 'b'], pace: 1e6 } });
    const read = (await post()).text();
    await ai.interactions.create({ model: 'm', input: 'Hi', background: true });
    const ended = expect(read).rejects.toThrow(TypeError);
    await turns();
    await fetch.close();
    await ended;
    await turns();
    expect(vi.getTimerCount()).toBe(0);
    expect(fetch.requests[0]).toMatchObject({ closedEarly: false, finished: false });
    await expect(post()).rejects.toMatchObject({ message: 'fetch failed', cause: { code: 'ECONNREFUSED' } });
    await fetch.close();
  });
});
