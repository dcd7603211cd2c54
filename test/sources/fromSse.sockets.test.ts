import { getEventListeners } from 'node:events';
import { lastValueFrom, of, take, tap, type Observable } from 'rxjs';
import { describe, expect, expectTypeOf, it, onTestFinished, vi } from 'vitest';
import { classifyErrors } from '../../operators/protect/classifyErrors.js';
import { finalResponse } from '../../operators/show/finalResponse.js';
import { retryTransient } from '../../operators/protect/retryTransient.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { finishReasonOf, usageOf } from '../../src/chunk/readers.js';
import { toChunk } from '../../src/chunk/toChunk.js';
import { GeminiError } from '../../src/errors/geminiError.js';
import { fromSse, type FromSseOptions } from '../../src/sources/fromSse.js';
import type { FromSseInit } from '../../src/sources/sseRequest.js';
import { chunk, finishChunk } from '../../src/testing/chunks.js';
import { deferred, outcomeOf } from '../support/outcome.js';
import { cut, eventStream, serveSse, whole, type Answer } from '../support/sseServer.js';
import { withoutRetryNotices } from '../support/withoutRetryNotices.js';

const hello = [chunk('Hello, '), chunk('world'), finishChunk('STOP', { totalTokenCount: 7 })];
const end = 'event: done\ndata: {}\n\n';

/** An event of the wire format, with a chunk or other data. */
function event(data: object, id?: number): string {
  const { text: _, ...json } = data as GeminiChunk;
  return `${id === undefined ? '' : `id: ${String(id)}\n`}data: ${JSON.stringify(json)}\n\n`;
}

const helloBody = hello.map((each, index) => event(each, index)).join('') + end;

const line = (data: object | string) => `data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`;

/** Reads an answer, without waits between connections. */
async function read(answer: Answer, init: FromSseInit = {}, { reconnect, ...options }: FromSseOptions = {}) {
  const { url, requests } = await serveSse(answer);
  const { values, error, isComplete } = await outcomeOf(
    fromSse(url, init, { ...options, reconnect: { delay: 0, ...reconnect } }),
  );
  return { values, text: values.map(({ text }) => text).join(''), error, isComplete, requests };
}

describe('the request', () => {
  it('is a GET that asks for an event stream', async () => {
    const { requests } = await read(whole(helloBody));
    expect(requests).toMatchObject([{ method: 'GET', body: '', headers: { accept: 'text/event-stream' } }]);
    expect(requests[0]?.headers).not.toHaveProperty('last-event-id');
  });

  it('is a POST with JSON if `json` is set', async () => {
    const { requests } = await read(whole(helloBody), { json: { message: 'Grüße' } });
    const headers = { 'content-type': 'application/json' };
    expect(requests).toMatchObject([{ method: 'POST', body: '{"message":"Grüße"}', headers }]);
  });

  it("has the caller's own method, headers and body", async () => {
    const headers = { Accept: 'text/plain', 'Content-Type': 'application/x-own', Authorization: 'Bearer me' };
    const { requests } = await read(whole(helloBody), { method: 'PUT', body: 'own', headers });
    const seen = { accept: 'text/plain', 'content-type': 'application/x-own', authorization: 'Bearer me' };
    expect(requests).toMatchObject([{ method: 'PUT', body: 'own', headers: seen }]);
  });

  it('has the inherited fields of its init, as with `fetch`', async () => {
    const init = Object.create({ json: 1, headers: { Authorization: 'Bearer me' } }) as FromSseInit;
    const { requests } = await read(whole(helloBody), init);
    expect(requests).toMatchObject([{ method: 'POST', body: '1', headers: { authorization: 'Bearer me' } }]);
  });

  it('keeps the content type of the caller with its JSON', async () => {
    const { requests } = await read(whole(helloBody), { json: 1, headers: { 'content-type': 'application/ld+json' } });
    expect(requests).toMatchObject([{ body: '1', headers: { 'content-type': 'application/ld+json' } }]);
  });

  it('is made at each subscription, and not before', async () => {
    const { url, requests } = await serveSse(whole(helloBody));
    const init = vi.fn(() => ({ json: requests.length }));
    const reply$ = fromSse(new URL(url), init);
    expect(init).not.toHaveBeenCalled();
    expect((await outcomeOf(reply$)).values).toEqual(hello);
    expect((await outcomeOf(reply$)).values).toEqual(hello);
    expect(requests.map(({ body }) => body)).toEqual(['0', '1']);
  });

  it('is made by the `fetch` of the options', async () => {
    const fetch = vi.fn(async () => new Response(helloBody, { headers: eventStream }));
    expect((await outcomeOf(fromSse('/api/chat', { json: 1 }, { fetch }))).values).toEqual(hello);
    expect(fetch).toHaveBeenCalledExactlyOnceWith('/api/chat', expect.objectContaining({ method: 'POST', body: '1' }));
  });
});

describe('an asynchronous `init`', () => {
  it('is awaited, once for each connection', async () => {
    const { url, requests } = await serveSse((...args) =>
      (args[2] === 0 ? cut(event(hello[0]!, 0)) : whole(helloBody))(...args),
    );
    let tokens = 0;
    const init = async (): Promise<FromSseInit> => {
      await Promise.resolve();
      tokens += 1;
      return { json: { message: 'Hi' }, headers: { Authorization: `Bearer ${tokens}` } };
    };
    expect((await outcomeOf(fromSse(url, init, { reconnect: { delay: 0 } }))).values).toEqual(hello);
    expect(requests).toMatchObject([
      { method: 'POST', body: '{"message":"Hi"}', headers: { authorization: 'Bearer 1' } },
      { method: 'POST', body: '{"message":"Hi"}', headers: { authorization: 'Bearer 2', 'last-event-id': '0' } },
    ]);
  });

  it('may be any thenable', async () => {
    const fetch = vi.fn(async () => new Response(helloBody, { headers: eventStream }));
    const init = () => ({ then: (resolve: (init: FromSseInit) => void) => resolve({ json: 1 }) });
    expect((await outcomeOf(fromSse('/', init as never, { fetch }))).isComplete).toBe(true);
    expect(fetch).toHaveBeenCalledWith('/', expect.objectContaining({ method: 'POST', body: '1' }));
  });

  it.each<[string, unknown, object]>([
    ['an error', new Error('no token'), { kind: 'unknown', message: 'no token' }],
    ['a lost connection', new TypeError('fetch failed'), { kind: 'network', retryable: true }],
    ['an error of ours', new GeminiError('Sign in', { kind: 'auth' }), { kind: 'auth', message: 'Sign in' }],
    ['nothing', undefined, { kind: 'unknown' }],
  ])('that rejects with %s fails the reply, and nothing is sent', async (_, cause, expected) => {
    const fetch = vi.fn();
    const { error } = await outcomeOf(fromSse('/', () => Promise.reject(cause as Error), { fetch }));
    expect(error).toMatchObject(expected);
    expect(fetch).not.toHaveBeenCalled();
  });

  it.each([undefined, null, 'x', { json: 1, body: 'x' }])(
    'that resolves to another value fails the reply: %j',
    async (init) => {
      const fetch = vi.fn();
      const { error } = await outcomeOf(fromSse('/', async () => init as never, { fetch }));
      expect(error?.message).toMatch(/^Expected `init` to/);
      expect(fetch).not.toHaveBeenCalled();
    },
  );

  it('sends no request after an unsubscription meanwhile', async () => {
    const fetch = vi.fn();
    const token = deferred();
    const init = () => token.promise.then(() => ({ json: 1 }));
    fromSse('/', init, { fetch }).subscribe().unsubscribe();
    const second = fromSse('/', init, { fetch }).subscribe();
    token.resolve();
    second.unsubscribe();
    await new Promise((resolve) => setTimeout(resolve, 0));
    expect(fetch).not.toHaveBeenCalled();
  });

  it('sends no request after an abort of its signal meanwhile', async () => {
    const fetch = vi.fn();
    const { error } = await outcomeOf(fromSse('/', async () => ({ signal: AbortSignal.abort() }), { fetch }));
    expect(error?.kind).toBe('cancelled');
    expect(fetch).not.toHaveBeenCalled();
  });
});

describe('a URL that cannot be fetched', () => {
  it.each(['/api/chat?token=secret', 'api/chat', '', '?q', '//host/path', '127.0.0.1:3000/x'])(
    'is an invalid request, and the sentence names server-side rendering: %j',
    async (input) => {
      const { error } = await outcomeOf(fromSse(input, { json: 1 }));
      expect(error).toMatchObject({ kind: 'invalid_request', retryable: false });
      expect(error?.message).toMatch(/relative.*server-side rendering \(SSR\)/);
      expect(error?.message).not.toContain('secret');
    },
  );

  it.each([
    ['http://', 'The URL is not valid'],
    ['http://[', 'The URL is not valid'],
    ['http://127.0.0.1:99999/', 'The URL is not valid'],
    [
      'http://me:secret@127.0.0.1/',
      'The URL has a user name or a password, which `fetch` refuses: send them in a header instead',
    ],
    ['localhost:3000/api', 'The URL has a scheme that cannot be fetched'],
    ['file:///etc/hosts', 'The URL has a scheme that cannot be fetched'],
  ])('is an invalid request: %s', async (input, message) => {
    const { error } = await outcomeOf(fromSse(input));
    expect(error).toMatchObject({ kind: 'invalid_request', message });
  });

  it('is passed to the `fetch` of the caller', async () => {
    const fetch = vi.fn(() => Promise.reject(new TypeError('fetch failed')));
    expect((await outcomeOf(fromSse('/api/chat', {}, { fetch }))).error?.kind).toBe('network');
  });

  it('is a relative URL, too, on a page of which `fetch` does not know', async () => {
    vi.stubGlobal('location', { href: 'http://localhost/' });
    onTestFinished(() => {
      vi.unstubAllGlobals();
    });
    expect((await outcomeOf(fromSse('/api/chat'))).error?.kind).toBe('invalid_request');
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')));
    expect((await outcomeOf(fromSse('/api/chat'))).error?.kind).toBe('network');
  });
});

describe('the wire format of the sinks', () => {
  it('is not whole without its `done` event, though the model has finished', async () => {
    const opening = ': rxjs-gemini heartbeat=15000\n\n';
    const { values, error } = await read(cut(opening + hello.map((each) => event(each)).join(''), 'end'));
    expect(values).toEqual(hello);
    expect(error).toMatchObject({ kind: 'truncated' });
  });

  it('becomes the chunks that were sent', async () => {
    expect(await read(whole(helloBody))).toMatchObject({ values: hello, isComplete: true });
  });

  it('emits a chunk before the next chunk arrives', async () => {
    const { url } = await serveSse((response) => response.writeHead(200, eventStream).write(event(hello[0]!, 0)));
    expect(await lastValueFrom(fromSse(url).pipe(take(1)))).toEqual(hello[0]);
  });

  it('completes with its `done` event, though the connection stays open, and reads no further', async () => {
    const answer: Answer = (response) =>
      response.writeHead(200, eventStream).write(`${helloBody}${event(chunk('again'), 3)}`);
    const { values, isComplete, requests } = await read(answer);
    expect({ values, isComplete }).toEqual({ values: hello, isComplete: true });
    expect(await requests[0]?.closed).toBe(false);
  });

  it.each([
    ['comments', ': keep-alive\n\n:\n\n'],
    ['heartbeats of a framework', 'event: heartbeat\nid: 0\ndata: \n\n'],
    ['events for somebody else', 'event: ping\ndata: pong\n\n'],
    ['empty events', 'data:\n\n'],
    ['a wait before a reconnection', 'retry: 5\n\n'],
  ])('ignores %s', async (_, between) => {
    const body = between + helloBody.replaceAll('\n\n', `\n\n${between}`);
    expect(await read(whole(body))).toMatchObject({ values: hello, isComplete: true });
  });

  it.each([
    ['CRLF', helloBody.replaceAll('\n', '\r\n')],
    ['CR', helloBody.replaceAll('\n', '\r')],
    ['a byte order mark', `\uFEFF${helloBody}`],
    ['the name that events have without one', helloBody.replaceAll('id:', 'event: message\nid:')],
    ['an end without its blank line', helloBody.trimEnd()],
  ])('is read with %s', async (_, body) => {
    expect(await read(whole(body))).toMatchObject({ values: hello, isComplete: true });
  });

  it('is read from a response without a content type', async () => {
    expect(await read(whole(helloBody, {}))).toMatchObject({ values: hello, isComplete: true });
  });

  it('may be an empty reply', async () => {
    expect(await read(whole(end))).toMatchObject({ values: [], isComplete: true });
  });
});

describe('the plain format', () => {
  const texts = line({ text: 'Hello, ' }) + line({ text: 'world' });
  const usage = { promptTokenCount: 3, totalTokenCount: 7 };

  it('becomes chunks of text, and a finish with the token counts', async () => {
    const { values, isComplete } = await read(whole(texts + line({ done: true, usage })));
    expect(values).toEqual([...hello.slice(0, 2), finishChunk('STOP', usage)]);
    expect(isComplete).toBe(true);
  });

  it.each([
    ['[DONE]', line('[DONE]')],
    ['a typed end', end],
    ['an end without token counts', line({ done: true })],
    ['a finish reason', line({ done: true, finishReason: 'STOP' })],
  ])('ends with %s', async (_, last) => {
    const { url } = await serveSse(whole(texts + last));
    const reply = await lastValueFrom(fromSse(url).pipe(classifyErrors(), finalResponse()));
    expect(reply.text).toBe('Hello, world');
    expect(finishReasonOf(reply)).toBe('STOP');
  });

  it('may end with its last text', async () => {
    const { values } = await read(whole(line({ text: 'Hello', done: true, usage, finishReason: 'MAX_TOKENS' })));
    expect(values).toHaveLength(1);
    expect(values[0]?.text).toBe('Hello');
    expect(finishReasonOf(values[0]!)).toBe('MAX_TOKENS');
    expect(usageOf(values[0]!)).toEqual(usage);
  });

  it('keeps the other fields that a server sends', async () => {
    const progress = { phase: 'waiting', percent: 0, outputTokens: 0, estimated: true, elapsed: 1 };
    const { values } = await read(
      whole(line({ text: '', progress }) + line({ text: 'a', model: 'x' }) + line('[DONE]')),
    );
    expect(values.slice(0, 2)).toEqual([
      { text: '', progress },
      { ...chunk('a'), model: 'x' },
    ]);
  });

  it.each<[string, unknown, object]>([
    ['a sentence', 'No more credits', { kind: 'unknown', message: 'The request failed: No more credits' }],
    ["Google's error", { code: 503, message: 'Busy', status: 'UNAVAILABLE' }, { kind: 'overloaded', status: 503 }],
    ['a public form', { kind: 'quota', message: 'Used up', retryable: false }, { kind: 'quota', message: 'Used up' }],
  ])('fails with an error that is %s', async (_, error, expected) => {
    expect(await read(whole(texts + line({ error })))).toMatchObject({ text: 'Hello, world', error: expected });
  });

  it.each([{ cancelled: { reason: 'the user' } }, { stopped: { reason: 'maxChars' } }])(
    'has no finish if the reply was cut short: %j',
    async (outcome) => {
      const { values, isComplete } = await read(whole(texts + line({ done: true, usage, ...outcome })));
      expect(isComplete).toBe(true);
      expect(values).toEqual([...hello.slice(0, 2), { text: '', usageMetadata: usage, ...outcome }]);
    },
  );

  it('is truncated without its end', async () => {
    expect(await read(whole(texts))).toMatchObject({ text: 'Hello, world', error: { kind: 'truncated' } });
  });
});

describe("Gemini's own stream, through a proxy", () => {
  const events = hello.map((each) => event(each)).join('');

  it('ends with its finish reason', async () => {
    expect(await read(whole(events))).toMatchObject({ values: hello, isComplete: true });
  });

  it('ends with token counts after the finish reason', async () => {
    const { isComplete } = await read(whole(events + line({ usageMetadata: { totalTokenCount: 9 } })));
    expect(isComplete).toBe(true);
  });

  it('ends with a blocked prompt', async () => {
    const { values, isComplete } = await read(whole(line({ promptFeedback: { blockReason: 'SAFETY' } })));
    expect({ values, isComplete }).toEqual({
      values: [toChunk({ promptFeedback: { blockReason: 'SAFETY' } })],
      isComplete: true,
    });
  });

  it.each([
    ['finishes first', [0, 1]],
    ['finishes last', [1, 0]],
  ])('ends with the finish of candidate 0, though it %s', async (_, order) => {
    const piece = (index: number, text: string, finishReason?: string) =>
      line({ candidates: [{ index, content: { role: 'model', parts: [{ text }] }, finishReason }] });
    const [first, last] = order as [number, number];
    const body =
      piece(first, 'a') + piece(last, 'b') + piece(first, 'c', 'STOP') + piece(last, 'd') + piece(last, 'e', 'STOP');
    const { values, isComplete } = await read(whole(body));
    expect(isComplete).toBe(true);
    expect(values).toHaveLength(5);
    expect((await read(whole(piece(1, 'b', 'STOP')))).error?.kind).toBe('truncated');
    expect((await read(whole(piece(0, 'a', 'STOP') + piece(0, 'b')))).error?.kind).toBe('truncated');
  });

  it('is truncated without a finish reason, or with text after it', async () => {
    expect((await read(whole(event(hello[0]!)))).error?.kind).toBe('truncated');
    expect((await read(whole(events + event(hello[0]!)))).error?.kind).toBe('truncated');
  });

  it('fails with an error between its chunks', async () => {
    const error = { error: { code: 429, message: 'Slow down', status: 'RESOURCE_EXHAUSTED' } };
    const expected = { text: 'Hello, ', error: { kind: 'rate_limit', status: 429 } };
    expect(await read(whole(event(hello[0]!) + line(error)))).toMatchObject(expected);
    expect(await read(whole(event(hello[0]!) + JSON.stringify(error, null, 2)))).toMatchObject(expected);
  });
});

describe('an error event', () => {
  it('is the error that the server had', async () => {
    const error = { kind: 'rate_limit', message: 'Too many', retryable: true, retryAfter: 12_000, status: 429 };
    const { text, error: rebuilt, requests } = await read(whole(event(hello[0]!, 0) + failure(error)));
    expect(text).toBe('Hello, ');
    expect(rebuilt?.toJSON()).toEqual({ name: 'GeminiError', ...error });
    expect(requests).toHaveLength(1);
  });

  it('has the reasons of an outcome', async () => {
    const error = { kind: 'safety', message: 'No', retryable: false, finishReason: 'SAFETY', blockReason: 'OTHER' };
    expect((await read(whole(failure(error)))).error?.toJSON()).toEqual({ name: 'GeminiError', ...error });
  });

  it('ends the reply even if it is retryable: the same reply would fail again', async () => {
    const broken = { kind: 'truncated', message: 'Upstream', retryable: true };
    const { error, requests } = await read(whole(event(hello[0]!, 0) + failure(broken)));
    expect(error?.message).toBe('Upstream');
    expect(requests).toHaveLength(1);
  });

  it.each([
    ['a kind that we do not know', { kind: 'bored', message: 'No' }],
    ['no message', { kind: 'server' }],
    ['a list', [1]],
  ])('with %s is still an error', async (_, data) => {
    expect((await read(whole(failure(data)))).error?.kind).toBe('unknown');
  });

  it('ignores fields of the wrong type', async () => {
    const error = { kind: 'server', message: 'No', status: '500', retryAfter: 'x', retryable: 'y', stack: 1, cause: 2 };
    expect((await read(whole(failure(error)))).error).toMatchObject({ kind: 'server', retryable: true });
    expect((await read(whole(failure(error)))).error?.toJSON()).not.toHaveProperty('status');
    expect((await read(whole(failure(error)))).error?.stack).toEqual(expect.any(String));
  });

  it('may be a bare sentence, as frameworks send it', async () => {
    const { error } = await read(whole('event: error\ndata: Internal server error\n\n'));
    expect(error).toMatchObject({ kind: 'unknown', message: 'The request failed: Internal server error' });
  });

  function failure(error: object): string {
    return `event: error\ndata: ${JSON.stringify(error)}\n\n`;
  }
});

describe('a response that is not an event stream', () => {
  const html = '<!doctype html><html><body>Sign in</body></html>';
  it.each<[string, Answer, object]>([
    [
      'a page of a proxy',
      whole(html, { 'Content-Type': 'text/html; charset=utf-8' }),
      { kind: 'protocol', message: 'Expected an event stream, got text/html; charset=utf-8' },
    ],
    ['a page that calls itself a stream', whole(html), { kind: 'protocol' }],
    ['JSON', whole('{"answer":1}', { 'Content-Type': 'application/json' }), { kind: 'protocol' }],
    [
      'an error with status 200',
      whole('{"kind":"quota","message":"Used up"}', { 'Content-Type': 'application/json' }),
      { kind: 'quota', message: 'Used up' },
    ],
    [
      'nothing',
      (response) => response.writeHead(204).end(),
      { kind: 'protocol', status: 204, message: 'Expected an event stream, got an answer without a body (status 204)' },
    ],
    [
      'an error with a body of 5 MB',
      whole(JSON.stringify({ error: { code: 429, message: 'x'.repeat(5_000_000) } }), {}, 429),
      { kind: 'rate_limit', status: 429 },
    ],
    [
      'a 401',
      whole('Unauthorized', { 'Content-Type': 'text/plain' }, 401),
      { kind: 'auth', status: 401, message: 'The server answered with 401: Unauthorized' },
    ],
    [
      'a 401 with an error of its own',
      whole('{"error":"Unauthorized"}', {}, 401),
      { kind: 'auth', status: 401, message: 'The server answered with 401: Unauthorized' },
    ],
    ['a 403', whole('', {}, 403), { kind: 'permission', status: 403, message: 'The server answered with 403' }],
    ['a 404', whole(html, {}, 404), { kind: 'not_found', status: 404, message: 'The server answered with 404' }],
    [
      'a 429 with a Retry-After',
      whole('{}', { 'Retry-After': '7' }, 429),
      { kind: 'rate_limit', status: 429, retryAfter: 7000, retryable: true },
    ],
    [
      'a public form',
      whole('{"kind":"quota","message":"Used up","retryable":false}', { 'Retry-After': '7' }, 429),
      { kind: 'quota', status: 429, message: 'Used up', retryAfter: 7000, retryable: false },
    ],
    [
      'a public form within an error',
      whole('{"error":{"kind":"overloaded","message":"Busy","retryAfter":5}}', {}, 500),
      { kind: 'overloaded', status: 500, message: 'Busy', retryAfter: 5 },
    ],
    [
      "Google's error",
      whole('{"error":{"code":400,"message":"API key not valid.","status":"INVALID_ARGUMENT"}}', {}, 400),
      { kind: 'auth', status: 400, message: 'The server answered with 400: API key not valid.' },
    ],
    ['a 502 of a proxy', whole(html, { 'Content-Type': 'text/html' }, 502), { kind: 'server', status: 502 }],
    [
      'an error whose body breaks off',
      (response) => response.writeHead(503).write('{"kin', () => response.destroy()),
      { kind: 'overloaded', status: 503 },
    ],
    [
      'an error whose body never ends',
      (response) => response.writeHead(500).write('x'.repeat(100_000)),
      { kind: 'server', status: 500 },
    ],
  ])('is an error: %s', async (_, answer, expected) => {
    const { error, values, requests } = await read(answer);
    expect(error).toMatchObject(expected);
    expect(values).toEqual([]);
    expect(requests).toHaveLength(1);
  });

  it('is an error that names a redirect', async () => {
    const { error } = await read((response, { url }) => {
      if (url === '/') response.writeHead(302, { Location: '/login' }).end();
      else response.writeHead(200, { 'Content-Type': 'text/html' }).end(html);
    });
    expect(error).toMatchObject({
      kind: 'protocol',
      message: 'Expected an event stream, got text/html after a redirect',
    });
  });

  it('is an error if there is no server', async () => {
    const { url, close } = await serveSse(() => undefined);
    await close();
    expect((await outcomeOf(fromSse(url))).error).toMatchObject({ kind: 'network', retryable: true });
  });

  it('can be tried again by retryTransient', async () => {
    const answer: Answer = (...args) => (args[2] === 0 ? whole('', {}, 503) : whole(helloBody))(...args);
    const { url, requests } = await serveSse(answer);
    const retried$ = fromSse(url).pipe(withoutRetryNotices(retryTransient({ delay: 0 })));
    expect((await outcomeOf(retried$)).values).toEqual(hello);
    expect(requests).toHaveLength(2);
  });
});

describe('a stream that breaks, without indices', () => {
  const first = event(hello[0]!);
  it.each<[string, Answer, string]>([
    ['by the connection', cut(first), 'truncated'],
    ['by an end of the response', cut(first, 'end'), 'truncated'],
    ['in the middle of an event', cut(first + first.slice(0, 20), 'end'), 'truncated'],
    ['in the middle of an error', cut(`${first}event: error\ndata: {"kind":"qu`, 'end'), 'truncated'],
    ['before the end is said', cut(`${first}event: done\n`, 'end'), 'truncated'],
    ['in the middle of a field', cut(`${first}da`, 'end'), 'truncated'],
    ['with data that is not JSON', whole(`${first}data: nothing\n\n`), 'protocol'],
    ['with data that is not an object', whole(`${first}data: [1]\n\n`), 'protocol'],
    ['with a line that is not an event', whole(`${first}Bad Gateway\n\n`), 'protocol'],
  ])('is an error after all that had arrived: %s', async (_, answer, kind) => {
    const { values, error, requests } = await read(answer);
    expect(values).toEqual([hello[0]]);
    expect(error?.kind).toBe(kind);
    expect(requests).toHaveLength(1);
  });
});

describe('unsubscribing closes the connection', () => {
  const silent: Answer = (response) => response.writeHead(200, eventStream).write(event(hello[0]!, 0));

  it('before the headers', async () => {
    const arrived = deferred();
    const { url, requests } = await serveSse(arrived.resolve);
    const subscription = fromSse(url).subscribe();
    await arrived.promise;
    subscription.unsubscribe();
    expect(await requests[0]?.closed).toBe(false);
  });

  it('while the server is silent', async () => {
    const { url, requests } = await serveSse(silent);
    const first = deferred();
    const subscription = fromSse(url).subscribe(first.resolve);
    await first.promise;
    subscription.unsubscribe();
    expect(await requests[0]?.closed).toBe(false);
  });

  it('when take completes in the middle of a packet', async () => {
    const { url, requests } = await serveSse((response) => response.writeHead(200, eventStream).write(helloBody));
    expect((await outcomeOf(fromSse(url).pipe(take(2)))).values).toEqual(hello.slice(0, 2));
    expect(await requests[0]?.closed).toBe(false);
  });

  it("when the caller's signal is aborted, with kind cancelled", async () => {
    const { url, requests } = await serveSse(silent);
    const controller = new AbortController();
    const { signal } = controller;
    const outcome = outcomeOf(fromSse(url, { signal }).pipe(tap(() => queueMicrotask(() => controller.abort()))));
    expect((await outcome).error).toMatchObject({ kind: 'cancelled', retryable: false });
    expect(await requests[0]?.closed).toBe(false);
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });
});

it('makes no request if the signal is aborted already', async () => {
  const fetch = vi.fn();
  expect((await outcomeOf(fromSse('/', { signal: AbortSignal.abort() }, { fetch }))).error?.kind).toBe('cancelled');
  expect(fetch).not.toHaveBeenCalled();
});

describe('wrong use', () => {
  it.each<[string, () => unknown, string]>([
    ['input', () => fromSse(1 as never), 'Expected `input` to be a URL, got 1'],
    ['init', () => fromSse('/', 'x' as never), 'Expected `init` to be what `fetch` takes, or a function that makes it'],
    ['two bodies', () => fromSse('/', { json: 1, body: 'x' }), 'Expected `init` to have `json` or `body`, got both'],
    [
      'options in the place of `init`',
      () => fromSse('/', { reconnect: { count: 1 } } as never),
      'Expected `reconnect` in the third argument of `fromSse`, got it in `init`',
    ],
    ['no object', () => fromSse('/', {}, { reconnect: 3 as never }), 'Expected `reconnect` to be an object, got 3'],
    ['null', () => fromSse('/', {}, { reconnect: null as never }), 'Expected `reconnect` to be an object, got null'],
    [
      'count',
      () => fromSse('/', {}, { reconnect: { count: -1 } }),
      'Expected `reconnect.count` to be a whole number of at least 0, got -1',
    ],
    [
      'delay',
      () => fromSse('/', {}, { reconnect: { delay: -1 } }),
      'Expected `reconnect.delay` to be a non-negative number of ms, got -1',
    ],
    ['maxDelay', () => fromSse('/', {}, { maxDelay: NaN }), 'Expected `maxDelay` to be a non-negative number of ms'],
    ['fetch', () => fromSse('/', {}, { fetch: 1 as never }), 'Expected `fetch` to be a function, got 1'],
    [
      'maxSilence',
      () => fromSse('/', {}, { reconnect: { maxSilence: -1 } }),
      'Expected `reconnect.maxSilence` to be a positive number of ms, got -1',
    ],
    [
      'maxSilence',
      () => fromSse('/', {}, { reconnect: { maxSilence: true as never } }),
      'Expected `reconnect.maxSilence` to be a positive number of ms, got true',
    ],
    ['a promise', () => fromSse('/', Promise.resolve({}) as never), 'a function that makes it, got a promise'],
    ['a Request', () => fromSse('/', new Request('http://x/')), 'got a `Request`, which can be sent once only'],
    ['a list', () => fromSse('/', [] as never), 'got an array'],
    ['a form', () => fromSse('/', new FormData() as never), 'Expected `init` to be what `fetch` takes'],
    ['bytes', () => fromSse('/', new ArrayBuffer(1) as never), 'Expected `init` to be what `fetch` takes'],
  ])('throws at the call: %s', (_, call, message) => {
    expect(call).toThrow(message);
  });

  it.each(['count', 'delay', 'maxSilence'] as const)('throws at the call: `%s` outside of `reconnect`', (name) => {
    const sentence = `Expected \`reconnect: { ${name} }\`, got \`${name}\` without \`reconnect\``;
    expect(() => fromSse('/', {}, { [name]: 5 })).toThrow(new TypeError(sentence));
    expect(() => fromSse('/', {}, { [name]: undefined })).not.toThrow();
  });

  it('fails the reply if only the request shows it', async () => {
    const circular: Record<string, unknown> = {};
    circular['self'] = circular;
    const fetch = vi.fn();
    expect((await outcomeOf(fromSse('/', { json: circular }, { fetch }))).error?.kind).toBe('unknown');
    const broken = () => {
      throw new Error('no token');
    };
    expect((await outcomeOf(fromSse('/', broken, { fetch }))).error).toMatchObject({ message: 'no token' });
    expect(fetch).not.toHaveBeenCalled();
  });

  it('has the type of a reply', () => {
    expectTypeOf(fromSse('/api/chat', { json: {} })).toEqualTypeOf<Observable<GeminiChunk>>();
    expectTypeOf(fromSse)
      .parameter(1)
      .toEqualTypeOf<FromSseInit | (() => FromSseInit | PromiseLike<FromSseInit>) | undefined>();
    expectTypeOf(of(fetch)).toExtend<Observable<NonNullable<FromSseOptions['fetch']>>>();
  });
});
