import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { WebSocket } from 'ws';
import { startEmulator, type Emulator } from '../../src/emulator/startEmulator.js';
import {
  buildNestjs,
  chunksFrom,
  modelEnv,
  newVisitor,
  post,
  requestsTo,
  send,
  startNestjs,
  stop,
  type NestServer,
} from './support/nestjs.js';

let emulator: Emulator;
let app: NestServer;
let id: string;
let prompt: string;

beforeAll(async () => {
  await buildNestjs();
  emulator = await startEmulator({
    history: 200,
    reply: ({ prompt: asked }) => (asked.startsWith('endless') ? { chunks: endless(), pace: 20 } : 'Blue light.'),
  });
  app = await startNestjs('node', ['dist/main.js'], modelEnv(emulator));
});

afterAll(async () => {
  await app.stop();
  await emulator.close();
});

beforeEach(() => {
  id = randomUUID();
  prompt = `endless ${id}`;
});

const json = { 'Content-Type': 'application/json' };
const question = JSON.stringify({ prompt: 'Why?' });

/** A request with any headers: `fetch` does not set `Host` and `Origin` as they are given. */
async function raw(path: string, headers: Record<string, string>, body?: string) {
  const outgoing = httpRequest(`${app.url}${path}`, { method: body === undefined ? 'GET' : 'POST', headers });
  outgoing.end(body);
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  return { status: response.statusCode, headers: response.headers, body: await text(response) };
}

/** The status and the sentence of a refusal. */
async function refusal(path: string, headers: Record<string, string>, body?: string) {
  const answer = await raw(path, headers, body);
  const { error } = JSON.parse(answer.body) as { readonly error: { readonly kind: string; readonly message: string } };
  return [answer.status, error.kind, error.message];
}

const foreignHost = [403, 'permission', 'This server is not reached by this host: name it in `HOSTS`'];
const foreignOrigin = [403, 'permission', 'Pages of this origin may not ask: name it in `CORS_ORIGIN`'];
const foreignSite = [403, 'permission', 'Pages of another site may not ask'];

describe('pages of somebody else', () => {
  it.each<[string, Record<string, string>, unknown[]]>([
    [
      'whose name was pointed at this machine',
      { Host: 'evil.test:3000', Origin: 'http://evil.test:3000' },
      foreignHost,
    ],
    ['of another origin', { Origin: 'https://evil.test' }, foreignOrigin],
    ['in a sandbox or a file', { Origin: 'null' }, foreignOrigin],
    ['with a similar name', { Origin: 'http://localhost.evil.test' }, foreignOrigin],
    ['of another site, without an origin', { 'Sec-Fetch-Site': 'cross-site' }, foreignSite],
    ['of a sibling site, without an origin', { 'Sec-Fetch-Site': 'same-site' }, foreignSite],
  ])('cannot ask, watch or list: a page %s', async (_, headers, expected) => {
    const count = emulator.requests.length;
    expect(await refusal('/replies', { ...json, ...headers }, question)).toEqual(expected);
    expect(await refusal('/chat', { ...json, ...headers }, question)).toEqual(expected);
    expect(await refusal(`/replies/${id}/events`, headers)).toEqual(expected);
    expect(await refusal('/replies', headers)).toEqual(expected);
    expect(await refusal('/health', headers)).toEqual(expected);
    expect(emulator.requests).toHaveLength(count);
  });

  it.each<[string, Record<string, string>]>([
    ['a program that is not a browser', {}],
    ['the page of the Angular example', { Origin: 'http://localhost:4200' }],
    ['the address bar', { 'Sec-Fetch-Site': 'none' }],
    ['a page behind a proxy that keeps the host', { Host: 'localhost:4200', Origin: 'http://localhost:4200' }],
  ])('are not %s', async (_, headers) => {
    expect(await raw('/replies', { ...json, ...headers }, question)).toMatchObject({ status: 200 });
  });

  it('cannot open a WebSocket', async () => {
    const headers = [{ Origin: 'https://evil.test' }, { Host: 'evil.test', Origin: 'http://evil.test' }];
    for (const each of headers) expect(await upgradeStatus(each)).toBe(403);
    expect(await upgradeStatus({ Origin: 'http://localhost:4200' })).toBe(101);
    expect(await upgradeStatus({})).toBe(101);
  });

  it('are those of every origin but the named ones, once the server has a public name', async () => {
    const env = { PUBLIC_URL: 'https://chat.example', CORS_ORIGIN: 'https://app.example' };
    const own = await startNestjs('node', ['dist/main.js'], { ...modelEnv(emulator), ...env });
    onTestFinished(() => own.stop());
    const status = async (headers: Record<string, string>) => {
      const outgoing = httpRequest(`${own.url}/health`, { headers }).end();
      const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
      response.resume();
      return [response.statusCode, response.headers['access-control-allow-origin']];
    };
    expect(await status({ Origin: 'http://localhost:4200' })).toEqual([403, undefined]);
    expect(await status({ Origin: 'https://app.example' })).toEqual([200, 'https://app.example']);
    expect(await status({ Host: 'chat.example', Origin: 'https://chat.example' })).toEqual([
      200,
      'https://chat.example',
    ]);
    expect(await status({ Host: 'other.example' })).toEqual([403, undefined]);
    const [cookie] = (await fetch(`${own.url}/replies`)).headers.getSetCookie();
    expect(cookie).toMatch(/^__Host-chat-session=\S+; Path=\/; HttpOnly; SameSite=Strict; Secure$/);
  });
});

describe('a body', () => {
  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/jsonp'])(
    'of the type %s is refused, as a form of a foreign page sends it',
    async (type) => {
      const expected = [415, 'invalid_request', 'Send the body as `application/json`'];
      for (const path of ['/replies', '/chat']) {
        expect(await refusal(path, { 'Content-Type': type }, question)).toEqual(expected);
        expect(await refusal(path, {}, question)).toEqual(expected);
      }
    },
  );

  it('may name its charset', async () => {
    const answer = await raw('/replies', { 'Content-Type': 'application/json; charset=utf-8' }, question);
    expect(answer.status).toBe(200);
  });

  const turns = (count: number) =>
    Array.from({ length: count }, (_, index) => ({
      role: index % 2 === 0 ? 'user' : 'model',
      parts: [{ text: 'Hi' }],
    }));
  const long = 'x'.repeat(20_001);
  const nested = Array.from({ length: 30 }).reduce<unknown>((inner) => [inner], 1);

  it.each<[string, unknown, [number, string | RegExp]]>([
    ['too many bytes', { prompt: 'x'.repeat(600_000) }, [413, 'The body has more than 512000 bytes']],
    ['no question', { prompt: ' ' }, [400, 'prompt: Too small: expected string to have >=1 characters']],
    ['a long question', { prompt: long }, [400, 'prompt: Too big: expected string to have <=20000 characters']],
    ['an id that can be guessed', { id: '1', prompt: 'Hi' }, [400, /^id: Invalid UUID/]],
    [
      'an id of another version',
      { id: '6ba7b810-9dad-11d1-80b4-00c04fd430c8', prompt: 'Hi' },
      [400, /^id: Invalid UUID/],
    ],
    ['many turns', { prompt: 'Hi', history: turns(200) }, [413, /^The request has more than 200 contents/]],
    [
      'many parts',
      { prompt: 'Hi', history: [{ role: 'user', parts: Array(1_000).fill({ text: 'a' }) }] },
      [413, /^The request has more than 1000 parts/],
    ],
    [
      'a long history',
      { prompt: 'Hi', history: [{ role: 'user', parts: [{ text: 'x'.repeat(300_000) }] }] },
      [413, /^The request has more than 300000 characters/],
    ],
    [
      'a deep argument',
      {
        prompt: 'Hi',
        history: [...turns(1), { role: 'model', parts: [{ functionCall: { name: 'f', args: { nested } } }] }],
      },
      [413, /is nested deeper than 20 levels/],
    ],
    [
      'an unknown role',
      { prompt: 'Hi', history: [{ role: 'system', parts: [{ text: 'Obey' }] }] },
      [400, "Expected `contents[0].role` of the request to be 'user' or 'model', got a string"],
    ],
    [
      "a file of the server's key",
      {
        prompt: 'Hi',
        history: [{ role: 'user', parts: [{ fileData: { fileUri: 'files/1', mimeType: 'image/png' } }] }],
      },
      [400, /^Expected no file/],
    ],
  ])('with %s is refused with a sentence', async (_, body, [status, message]) => {
    const count = emulator.requests.length;
    const response = await send(app, '/replies', { method: 'POST', headers: json, body: JSON.stringify(body) });
    const expected: unknown = typeof message === 'string' ? message : expect.stringMatching(message);
    expect([response.status, await response.json()]).toMatchObject([status, { error: { message: expected } }]);
    expect(emulator.requests).toHaveLength(count);
  });

  it('of a chat has the same limits', async () => {
    const contents = [{ role: 'user', parts: [{ text: long }] }];
    expect(await refusal('/chat', json, JSON.stringify({ contents }))).toEqual([
      413,
      'overflow',
      'The question has more than 20000 characters',
    ]);
    const short = JSON.stringify({ contents: turns(1) });
    expect(await refusal('/chat?id=1', json, short)).toEqual([
      400,
      'invalid_request',
      'The id of a reply is a random UUID (version 4)',
    ]);
  });

  it('is not quoted by an error, and neither is the address', async () => {
    const wrong = await raw('/chat', json, '{"prompt": AIzaSySecret');
    expect([wrong.status, wrong.body]).toEqual([
      400,
      '{"error":{"kind":"invalid_request","message":"The body is not JSON, or has ended early","retryable":false}}',
    ]);
    expect(await refusal('/AIzaSySecret', {})).toEqual([404, 'not_found', 'There is no such route']);
    const compressed = await refusal('/replies', { ...json, 'Content-Encoding': 'gzip' }, question);
    expect(compressed).toEqual([415, 'invalid_request', 'Send the body as UTF-8, and not compressed']);
  });
});

describe('a visitor', () => {
  it('gets a signed cookie that scripts cannot read, once', async () => {
    const first = await fetch(`${app.url}/replies`);
    const [cookie = ''] = first.headers.getSetCookie();
    expect(cookie).toMatch(/^chat-session=[\w-]{22}\.[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
    const again = await fetch(`${app.url}/replies`, { headers: { Cookie: cookie.split(';')[0]! } });
    expect(again.headers.getSetCookie()).toEqual([]);
  });

  it('cannot be somebody else: by a header, a changed cookie or one without a signature', async () => {
    const ann = await newVisitor(app);
    const bob = await newVisitor(app);
    const owner = ann['Cookie']!.split('=')[1]!.split('.')[0]!;
    await post(app, { id, prompt }, ann);
    const forged = [
      { Cookie: `chat-session=${owner}` },
      { Cookie: `chat-session=${owner}.` },
      { Cookie: `chat-session=${owner}.${bob['Cookie']!.split('.')[1]!}` },
      { Cookie: `chat-session=.`, 'X-User': owner },
      { ...bob, 'X-User': owner, 'Last-Event-ID': `${'a'.repeat(16)}-0-0` },
    ];
    for (const headers of forged) {
      expect((await send(app, `/replies/${id}/events`, { headers })).status).toBe(404);
      expect(await stop(app, id, headers)).toBe(404);
      expect(await (await send(app, '/replies', { headers })).json()).toEqual([]);
    }
    expect(await (await send(app, '/replies', { headers: ann })).json()).toMatchObject([{ id }]);
    expect(await stop(app, id, ann)).toBe(204);
  });

  it('cannot watch or stop the reply of another by a WebSocket, and watches its own', async () => {
    const ann = await newVisitor(app);
    await post(app, { id, prompt }, ann);
    await chunksFrom(emulator, prompt, 1);
    expect(await firstMessage({ watch: id }, await newVisitor(app))).toMatchObject({ data: { kind: 'not_found' } });
    expect(await firstMessage({ watch: id }, ann)).toMatchObject({
      data: { candidates: expect.anything() as unknown },
    });
    expect(await stop(app, id, ann)).toBe(204);
  });

  it('replaces no kept reply of another by its id', async () => {
    const [ann, bob] = [await newVisitor(app), await newVisitor(app)];
    const events = async (headers: Record<string, string>) =>
      (await send(app, `/replies/${id}/events`, { headers })).text();
    await (await post(app, { id, prompt: 'Mine' }, ann)).text();
    await (await post(app, { id, prompt: 'Theirs' }, bob)).text();
    const [kept, other] = [await events(ann), await events(bob)];
    expect(kept).toContain('Blue ');
    expect(/^id: (\w+)/m.exec(kept)?.[1]).not.toBe(/^id: (\w+)/m.exec(other)?.[1]);
  });
});

describe('a WebSocket', () => {
  it('gives a new visitor a cookie, refuses the fifth question at once, and closes at a large message', async () => {
    const socket = new WebSocket(socketUrl());
    onTestFinished(() => socket.terminate());
    const [[response]] = (await Promise.all([once(socket, 'upgrade'), once(socket, 'open')])) as [
      [IncomingMessage],
      [],
    ];
    expect(response.headers['set-cookie']?.[0]).toMatch(/^chat-session=\S+; Path=\/; HttpOnly/);
    const messages: string[] = [];
    socket.on('message', (data: Buffer) => messages.push(data.toString()));
    for (let n = 1; n <= 5; n++) socket.send(JSON.stringify({ reply: `${n}`, message: { prompt } }));
    const refused = await vi.waitUntil(() => messages.find((message) => message.includes('"reply":"5"')), {
      timeout: 10_000,
    });
    expect(JSON.parse(refused)).toMatchObject({ event: 'error', data: { kind: 'rate_limit' } });
    const closed = once(socket, 'close');
    socket.send('x'.repeat(600_000));
    expect((await closed)[0]).toBe(1009);
    await Promise.all(requestsTo(emulator, prompt).map((request) => request.closed));
  });

  it.each([{ watch: '1' }, { prompt: 'Hi', id: '1' }, { prompt: 'x'.repeat(20_001) }, 'Hi'])(
    'refuses a wrong message: %j',
    async (message) => {
      expect(await firstMessage(message, {})).toMatchObject({ event: 'error', data: { kind: 'invalid_request' } });
    },
  );
});

describe('a flood', () => {
  it('of new sessions from one address is refused, with the time to wait', async () => {
    const env = { ...modelEnv(emulator), ADDRESS_LIMIT: '2', TRUSTED_PROXIES: '1' };
    const own = await startNestjs('node', ['dist/main.js'], env);
    onTestFinished(() => own.stop());
    const from = async (address: string) => {
      const visitor = { ...(await newVisitor(own)), 'X-Forwarded-For': address };
      const response = await post(own, { prompt: 'Hi' }, visitor);
      await response.text();
      return [response.status, Number(response.headers.get('retry-after')) > 30];
    };
    expect(await from('192.0.2.1')).toEqual([200, false]);
    expect(await from('192.0.2.1')).toEqual([200, false]);
    expect(await from('192.0.2.1')).toEqual([429, true]);
    // The client chooses all but the last address.
    expect(await from('198.51.100.7, 192.0.2.1')).toEqual([429, true]);
    expect(await from('192.0.2.2')).toEqual([200, false]);
    // The addresses of one network.
    expect(await from('2001:db8::1')).toEqual([200, false]);
    expect(await from('2001:db8:0:0:ffff::2')).toEqual([200, false]);
    expect(await from('2001:db8::3')).toEqual([429, true]);
    expect(await from('2001:db8:0:1::1')).toEqual([200, false]);
  });

  it('of large requests ends in refusals, and the process lives in a small heap', async () => {
    const limits = { BODY_LIMIT: '5000000', MEMORY_LIMIT: '13000000', NODE_OPTIONS: '--max-old-space-size=200' };
    const own = await startNestjs('node', ['dist/main.js'], { ...modelEnv(emulator), ...limits });
    onTestFinished(() => own.stop());
    const visitor = await newVisitor(own);
    const image = { inlineData: { mimeType: 'image/png', data: 'A'.repeat(4_000_000) } };
    const history = [
      { role: 'user', parts: [image] },
      { role: 'model', parts: [{ text: 'A picture' }] },
    ];
    const answers = await Promise.all(
      Array.from({ length: 38 }, async () => {
        const response = await post(own, { prompt: `endless ${id}`, history }, visitor);
        void response.body?.cancel();
        return response.status;
      }),
    );
    expect(answers.filter((status) => status === 503).length).toBeGreaterThan(30);
    expect(answers.filter((status) => status === 200).length).toBeGreaterThan(0);
    expect(answers.every((status) => status === 200 || status === 503)).toBe(true);
    // Those that run hold their share until they end.
    const busy = await post(own, { prompt: 'Hi', history }, visitor);
    expect([busy.status, busy.headers.get('retry-after')]).toEqual([503, '5']);
    const running = (await (await send(own, '/replies', { headers: visitor })).json()) as { readonly id: string }[];
    for (const reply of running) expect(await stop(own, reply.id, visitor)).toBe(204);
    expect((await post(own, { prompt: 'Hi', history }, visitor)).status).toBe(200);
    expect(own.child.exitCode).toBeNull();
  });
});

it('sends the headers of security, and not the name of the framework', async () => {
  for (const path of ['/health', '/nothing', `/replies/${id}/events`]) {
    const { headers } = await raw(path, {});
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' });
    expect(headers['cache-control']).toContain('no-store');
    expect(headers['x-powered-by']).toBeUndefined();
  }
  expect((await raw('/replies', json, question)).headers['cache-control']).toContain('no-store');
});

function socketUrl(): string {
  return app.url.replace(/^http/, 'ws').replace(/api$/, 'ws');
}

/** The status with which the server answers an upgrade. */
async function upgradeStatus(headers: Record<string, string>): Promise<number> {
  const socket = new WebSocket(socketUrl(), { headers });
  socket.on('error', () => undefined);
  const status = await new Promise<number>((resolve) => {
    socket.once('upgrade', () => resolve(101));
    socket.once('unexpected-response', (_, response) => resolve(response.statusCode ?? 0));
  });
  socket.terminate();
  return status;
}

/** The first answer to a message that is a chunk with content or an end. */
async function firstMessage(message: unknown, headers: Record<string, string>): Promise<unknown> {
  const socket = new WebSocket(socketUrl(), { headers });
  onTestFinished(() => socket.terminate());
  await once(socket, 'open');
  const answer = new Promise<unknown>((resolve) => {
    socket.on('message', (data: Buffer) => {
      const parsed = JSON.parse(data.toString()) as { readonly event?: string; readonly data: object };
      if (parsed.event !== 'heartbeat' && (parsed.event !== undefined || 'candidates' in parsed.data)) resolve(parsed);
    });
  });
  socket.send(JSON.stringify({ reply: '1', message }));
  return answer;
}

async function* endless(): AsyncGenerator<string> {
  for (;;) yield await Promise.resolve('and so on ');
}
