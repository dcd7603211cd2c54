import { randomUUID } from 'node:crypto';
import { on, once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContext } from 'playwright-core';
import { lastValueFrom, Subject, take, type Observable, type Subscription } from 'rxjs';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { WebSocket } from 'ws';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import type { EmulatorExchange } from '../../src/emulator/exchange.js';
import type { EmulatorScenario } from '../../src/emulator/scenario.js';
import { startEmulator, type Emulator } from '../../src/emulator/startEmulator.js';
import { fromSse } from '../../src/sources/fromSse.js';
import { startPageServer, type PageServer } from '../browser/support/servePage.js';
import { hasRedis, startRedis, type RedisServer } from '../support/redisServer.js';
import { launchBrowser } from './support/browser.js';
import {
  ask,
  buildNestjs,
  chunksFrom,
  modelEnv,
  newVisitor,
  post,
  regularVisitor,
  requestsTo,
  send,
  startNestjs,
  stop,
  watch,
  type NestServer,
} from './support/nestjs.js';
import { freePort } from './support/startApp.js';

if (!hasRedis) console.warn('Left out: the NestJS example on two servers, because redis-server is not installed.');

describe.skipIf(!hasRedis)('the NestJS example on two servers, over Redis', () => {
  const whole = Array.from({ length: 60 }, (_, index) => `${String(index)} `);
  /** The answers of the model, by the first word of the prompt. */
  const scenarios: Record<string, () => EmulatorScenario> = {
    count: () => ({ chunks: whole, pace: 50 }),
    brief: () => ({ chunks: ['One ', 'two ', 'three.'], pace: 100 }),
    crowded: () => ({ chunks: crowd.join(), pace: 10 }),
    endless: () => ({ chunks: endless(), pace: 20 }),
  };
  /** Stops all that was started, the last first. */
  const stops: (() => Promise<unknown>)[] = [];
  let emulator: Emulator;
  let redis: RedisServer;
  let first: NestServer;
  let second: NestServer;
  let visitor: Record<string, string>;
  /** In front of both, in turn. */
  let proxy: NestServer;
  let id: string;
  let prompt: string;
  let crowd: Crowd;

  beforeAll(async () => {
    emulator = await startEmulator({ reply: ({ prompt: asked }) => scenarios[asked.split(' ')[0] ?? '']!() });
    stops.unshift(() => emulator.close());
    redis = await startRedis();
    stops.unshift(() => redis.stop());
    await buildNestjs();
    const atTheEnd: OnEnd = (step) => stops.unshift(step);
    first = await start(atTheEnd);
    second = await start(atTheEnd);
    proxy = await startProxy([first, second], atTheEnd);
    // Not later, when it would take a turn of a proxy.
    visitor = await regularVisitor(first);
  });

  afterAll(async () => {
    for (const stopIt of stops) await stopIt();
  });

  beforeEach(({ task }) => {
    id = randomUUID();
    prompt = `endless ${task.id}`;
  });

  describe('in Chromium', () => {
    let browser: Browser;
    let pages: PageServer;
    let context: BrowserContext;

    beforeAll(async () => {
      pages = await startPageServer(fileURLToPath(new URL('../browser/page.ts', import.meta.url)), (response) => {
        response.writeHead(404).end();
      });
      browser = await launchBrowser();
    });

    afterAll(async () => {
      await browser.close();
      await pages.close();
    });

    beforeEach(async () => {
      context = await browser.newContext();
    });

    it('shows a reply in a second tab as it grows, and whole after a reload, from either server', async () => {
      prompt = prompt.replace('endless', 'count');
      const tab = await openTab(context, pages);
      await tab.page.evaluate((request) => window.page.open('/api/replies', { json: request }), { id, prompt });
      await tab.shows('7 ');
      const other = await openTab(context, pages);
      const events = `/api/replies/${id}/events`;
      const watched = other.page.evaluate((url) => window.page.read(url), events);
      await other.shows('12 ');
      expect(requestFor(prompt).finished).toBe(false);
      await tab.page.reload();
      const reloaded = tab.page.evaluate((url) => window.page.read(url), events);
      await tab.shows('14 ');
      expect(requestFor(prompt).finished).toBe(false);
      for (const { chunks, error } of await Promise.all([watched, reloaded])) {
        expect(error).toBeUndefined();
        expect(joined(chunks)).toBe(whole.join(''));
      }
      expect(tab.servedBy[0]).not.toBe(other.servedBy[0]);
      expect(requestsTo(emulator, prompt)).toHaveLength(1);
    });
  });

  it('continues a reply on the other server exactly after the last event that the reader has', async () => {
    prompt = prompt.replace('endless', 'count');
    const { begin, lastId } = await readUntil(await post(first, { id, prompt }), '9 ');
    expect(requestFor(prompt).finished).toBe(false);
    const headers = { 'Last-Event-ID': lastId };
    const rest = await (await send(second, `/replies/${id}/events`, { headers })).text();
    expect(begin + textIn(rest)).toBe(whole.join(''));
    // As `fromSse` repeats its request.
    const again = await (await post(second, { id, prompt }, headers)).text();
    expect(textIn(again)).toBe(textIn(rest));
    expect(requestsTo(emulator, prompt)).toHaveLength(1);
  });

  it('sends a WebSocket a reply that the other server runs', async () => {
    prompt = prompt.replace('endless', 'count');
    const reader = read(ask(first, { id, prompt }));
    await reader.sees('2 ');
    // Two sockets, so that one of them is on the other server.
    const ends = [openSocket(proxy, visitor), openSocket(proxy, visitor)].map(async (socket) => {
      await once(socket, 'open');
      socket.send(JSON.stringify({ reply: '1', message: { watch: id } }));
      let messages = '';
      for await (const [data] of on(socket, 'message') as AsyncIterable<[Buffer]>) {
        messages += data.toString();
        if (messages.includes('"event":"done"')) break;
      }
      return textIn(messages);
    });
    expect(await Promise.all(ends)).toEqual([whole.join(''), whole.join('')]);
    expect(await reader.ended).toMatchObject({ text: whole.join(''), error: undefined });
  });

  it('refuses an id whose reply runs on the other server, and hides the reply from other visitors', async () => {
    const bob = await newVisitor(second);
    const reader = ask(first, { id, prompt }).subscribe();
    await chunksFrom(emulator, prompt, 2);
    expect((await post(second, { id, prompt })).status).toBe(400);
    expect((await send(second, `/replies/${id}/events`, { headers: bob })).status).toBe(404);
    expect(await stop(second, id, bob)).toBe(404);
    expect((await post(second, { id, prompt: `brief ${id}` }, bob)).status).toBe(200);
    expect(requestFor(prompt).closedAt).toBeUndefined();
    expect(await stop(second, id)).toBe(204);
    expect(requestsTo(emulator, prompt)).toHaveLength(1);
    reader.unsubscribe();
  });

  it('lists the running replies of a visitor on both servers', async () => {
    const ann = await newVisitor(first);
    const ids = [randomUUID(), randomUUID()];
    await post(first, { id: ids[0], prompt }, ann);
    await post(second, { id: ids[1], prompt }, ann);
    const list = async (server: NestServer, headers = {}): Promise<unknown> =>
      (await send(server, '/replies', { headers })).json();
    for (const server of [first, second]) {
      // A reply is added to the list just after its start.
      await vi.waitFor(async () => expect(await list(server, ann)).toMatchObject([{ id: ids[0] }, { id: ids[1] }]));
      expect(await list(server)).toEqual([]);
    }
    for (const each of ids) await stop(first, each, ann);
    await vi.waitFor(async () => expect(await list(second, ann)).toEqual([]));
  });

  it.each(['the server that runs it', 'the other server'])(
    'stops a reply from %s, for the readers of both',
    async (by) => {
      const readers = [read(ask(first, { id, prompt }))];
      await readers[0]!.sees('2 ');
      readers.push(read(watch(second, id)));
      await readers[1]!.sees('5 ');
      expect(await stop(by === 'the other server' ? second : first, id)).toBe(204);
      await requestFor(prompt).closed;
      expect(requestFor(prompt).closedEarly).toBe(true);
      const [one, two] = await Promise.all(readers.map(({ ended }) => ended));
      expect(one).toMatchObject({ error: undefined, cancelled: { reason: 'cancelled by a reader' } });
      expect(two).toEqual(one);
      expect(await stop(first, id)).toBe(404);
    },
  );

  it('runs eight replies of a user at once on both servers together', async () => {
    prompt = prompt.replace('endless', 'crowded');
    crowd = new Crowd(8);
    const readers = Array.from({ length: 20 }, () => read(ask(proxy, { prompt })));
    for (const { ended } of readers) expect(await ended).toMatchObject({ error: undefined, text: 'One two three.' });
    const requests = requestsTo(emulator, prompt);
    expect(requests).toHaveLength(20);
    const open = (at: number) => requests.filter(({ startedAt, closedAt }) => startedAt <= at && at < (closedAt ?? at));
    expect(Math.max(...requests.map(({ startedAt }) => open(startedAt).length))).toBe(8);
  });

  it('ends a reply as truncated, with its text so far, when its server was killed', async () => {
    const own = await start();
    // Its first request goes to the server that will be killed, and its next one to the other.
    const ownProxy = await startProxy([own, second]);
    const readers = [read(ask(ownProxy, { id, prompt }))];
    await readers[0]!.sees('2 ');
    readers.push(read(watch(second, id)));
    await readers[1]!.sees('9 ');
    own.child.kill('SIGKILL');
    await requestFor(prompt).closed;
    const ends = await Promise.all(readers.map(({ ended }) => ended));
    ends.push(await read(watch(first, id)).ended);
    const sent = Array.from({ length: requestFor(prompt).chunksSent + 1 }, (_, index) => `${String(index)} `).join('');
    for (const { text, error } of ends) {
      expect(error).toMatchObject({ name: 'GeminiError', kind: 'truncated' });
      expect(text).toBe(ends[0]?.text);
      expect(text).toMatch(/^0 .* 9 /);
      expect(sent.startsWith(text)).toBe(true);
    }
    expect(await stop(first, id)).toBe(404);
  });

  it('fails the replies of a server at SIGTERM as retryable, for the readers of the other server', async () => {
    const own = await start();
    const readers = [read(ask(own, { id, prompt }))];
    await readers[0]!.sees('2 ');
    readers.push(read(watch(second, id)));
    await readers[1]!.sees('5 ');
    own.child.kill('SIGTERM');
    const ends = await Promise.all(readers.map(({ ended }) => ended));
    ends.push(await read(watch(first, id)).ended);
    for (const { text, error } of ends) {
      expect(error).toMatchObject({ name: 'GeminiError', kind: 'server', retryable: true });
      expect(text).toBe(ends[0]?.text);
    }
    await requestFor(prompt).closed;
    expect(requestFor(prompt).closedEarly).toBe(true);
    expect(await own.exited).toEqual([0, null]);
  });

  it('lets a reader continue on the other server when the one that it is connected to shuts down', async () => {
    const own = await start();
    const ownProxy = await startProxy([own, second]);
    const readers = [read(ask(second, { id, prompt }))];
    await readers[0]!.sees('2 ');
    readers.push(read(watch(ownProxy, id)));
    await readers[1]!.sees('5 ');
    own.child.kill('SIGTERM');
    expect(await own.exited).toEqual([0, null]);
    await chunksFrom(emulator, prompt, requestFor(prompt).chunksSent + 5);
    expect(await stop(second, id)).toBe(204);
    const [one, two] = await Promise.all(readers.map(({ ended }) => ended));
    expect(one).toMatchObject({ error: undefined, cancelled: { reason: 'cancelled by a reader' } });
    expect(two).toEqual(one);
  });

  it('logs an outage of Redis once, and serves again after it', async () => {
    const other = await startRedis();
    onTestFinished(() => other.stop());
    const own = await start(onTestFinished, other.url);
    const chat = read(
      fromSse(`${own.url}/chat?id=${id}`, {
        json: { contents: [{ role: 'user', parts: [{ text: prompt }] }] },
        headers: visitor,
      }),
    );
    await chat.sees('2 ');
    await other.kill();
    await vi.waitUntil(() => own.output().includes('Redis is away'));
    chat.leave();
    const refused = await post(own, { prompt });
    expect(refused.status).toBe(502);
    expect(await refused.json()).toMatchObject({ error: { kind: 'network', retryable: true } });
    await other.restart();
    await vi.waitUntil(() => own.output().split('Connected').length === 3, { timeout: 10_000 });
    prompt = prompt.replace('endless', 'brief');
    expect(await read(ask(own, { prompt })).ended).toMatchObject({ text: 'One two three.' });
    expect(own.output().match(/Redis is away/g)).toHaveLength(1);
    // The chat's reader has left meanwhile, and the server lives.
    expect(own.output()).toContain(`${id} is not stopped: `);
  });

  it('is started by one command, and ended by one signal', async () => {
    const ports = [await freePort(), await freePort()];
    const env = { ...modelEnv(emulator), REDIS_URL: redis.url, SERVER_PORTS: ports.join() };
    const two = await startNestjs('node', ['start-two.mjs'], env, proxyListens);
    onTestFinished(() => two.stop());
    const health = () => fetch(`${two.url}/health`);
    await vi.waitFor(
      async () => {
        const answers = [await health(), await health()];
        expect(answers.map(({ status }) => status)).toEqual([200, 200]);
        expect(answers.map(({ headers }) => Number(headers.get('served-by'))).sort()).toEqual(ports.sort());
      },
      { timeout: 40_000, interval: 50 },
    );
    two.child.kill('SIGTERM');
    await two.exited;
    const servers = ports.map((port) => fetch(`http://127.0.0.1:${String(port)}/api/health`));
    expect(await Promise.allSettled([health(), ...servers])).toMatchObject(Array(3).fill({ status: 'rejected' }));
  });

  function requestFor(asked: string): EmulatorExchange {
    return requestsTo(emulator, asked)[0]!;
  }

  /** Starts a server, for one test unless `onEnd` keeps it. */
  async function start(onEnd: OnEnd = onTestFinished, redisUrl = redis.url): Promise<NestServer> {
    const server = await startNestjs('node', ['dist/main.js'], { ...modelEnv(emulator), REDIS_URL: redisUrl });
    onEnd(() => server.stop());
    return server;
  }

  /** Opens the page at the origin of the proxy, as if that served it. */
  async function openTab(context: BrowserContext, { url }: PageServer) {
    const page = await context.newPage();
    const servedBy: string[] = [];
    await page.route(
      ({ pathname }) => !pathname.startsWith('/api/'),
      async (route) => {
        const { pathname } = new URL(route.request().url());
        await route.fulfill({ response: await route.fetch({ url: new URL(pathname, url).href }) });
      },
    );
    page.on('response', (response) => {
      const port = response.headers()['served-by'];
      if (port) servedBy.push(port);
    });
    await page.goto(new URL('/', proxy.url).href);
    return {
      page,
      /** The ports of the servers that have answered, in order. */
      servedBy,
      shows: (text: string) =>
        vi.waitUntil(async () => joined(await page.evaluate(() => window.page.chunks)).includes(text), {
          timeout: 10_000,
          interval: 20,
        }),
    };
  }
});

const proxyListens = /The proxy listens on (http:\S+)/;

/** Runs a step after a test, or later. */
type OnEnd = (step: () => Promise<void>) => void;

/** Starts a proxy that sends its first request to the first server. */
async function startProxy(servers: readonly NestServer[], onEnd: OnEnd = onTestFinished): Promise<NestServer> {
  const ports = servers.map(({ url }) => new URL(url).port);
  const proxy = await startNestjs('node', ['proxy.mjs', ...ports], {}, proxyListens);
  onEnd(() => proxy.stop());
  return proxy;
}

/** The end of a reply, as its reader has it. */
interface Ending {
  readonly text: string;
  readonly error: unknown;
  readonly cancelled: unknown;
}

/** Reads a reply to its end. */
function read(reply$: Observable<GeminiChunk>) {
  const chunks: GeminiChunk[] = [];
  let subscription: Subscription | undefined;
  const ended = new Promise<Ending>((resolve) => {
    const end = (error?: unknown) => {
      resolve({ text: joined(chunks), error, cancelled: chunks.at(-1)?.cancelled });
    };
    subscription = reply$.subscribe({ next: (chunk) => chunks.push(chunk), error: end, complete: end });
  });
  return {
    ended,
    leave: () => subscription?.unsubscribe(),
    sees: (text: string) => vi.waitUntil(() => joined(chunks).includes(text), { timeout: 10_000, interval: 10 }),
  };
}

/** Reads the events of a response until the text appears, then disconnects. */
async function readUntil({ body }: Response, text: string) {
  let events = '';
  for await (const bytes of body ?? []) {
    events += Buffer.from(bytes).toString();
    if (textIn(events).includes(text)) break;
  }
  // The last event may be cut off.
  events = events.slice(0, events.lastIndexOf('\n\n'));
  return { begin: textIn(events), lastId: [...events.matchAll(/^id: (\S+)/gm)].at(-1)?.[1] ?? '' };
}

/** The text of the chunks in events. */
function textIn(events: string): string {
  return (events.match(/(?<="text":")[^"]*/g) ?? []).join('');
}

function openSocket({ url }: NestServer, headers: Record<string, string>): WebSocket {
  const socket = new WebSocket(url.replace(/^http/, 'ws').replace(/api$/, 'ws'), { headers });
  onTestFinished(() => {
    socket.terminate();
  });
  return socket;
}

function joined(chunks: readonly { readonly text?: string | undefined }[]): string {
  return chunks.map(({ text }) => text).join('');
}

/** Replies of which none goes on until so many have begun. */
class Crowd {
  readonly #isThere: Promise<void>;
  readonly #came$ = new Subject<void>();

  constructor(size: number) {
    this.#isThere = lastValueFrom(this.#came$.pipe(take(size)));
  }

  async *join(): AsyncGenerator<string> {
    this.#came$.next();
    await this.#isThere;
    yield* ['One ', 'two ', 'three.'];
  }
}

async function* endless(): AsyncGenerator<string> {
  for (let index = 0; ; index += 1) yield await Promise.resolve(`${String(index)} `);
}
