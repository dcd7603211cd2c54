import { once } from 'node:events';
import { createServer, connect, type AddressInfo, type Socket } from 'node:net';
import {
  concat,
  concatMap,
  delayWhen,
  lastValueFrom,
  map,
  merge,
  of,
  range,
  scan,
  Subject,
  tap,
  throwError,
  toArray,
  type Observable,
} from 'rxjs';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { retryTransient } from '../../operators/protect/retryTransient.js';
import { shareReply } from '../../operators/share/shareReply.js';
import { toText } from '../../operators/show/toText.js';
import { createChat } from '../../src/chat/createChat.js';
import type { ChatMessage } from '../../src/chat/chatMessage.js';
import type { ChatRequest } from '../../src/chat/chatSource.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { GeminiError } from '../../src/errors/geminiError.js';
import { serveWebSocket, type ServeWebSocketOptions } from '../../src/sinks/serveWebSocket.js';
import { fromGemini } from '../../src/sources/fromGemini.js';
import { webSocketReplies, type WebSocketRepliesOptions } from '../../src/sources/webSocketReplies.js';
import { chunk } from '../../src/testing/chunks.js';
import { emulate } from '../support/emulate.js';
import { outcomeOf } from '../support/outcome.js';
import { heapInUse } from '../sinks/heap.js';

const model = 'gemini-2.5-flash';

/** A server of sockets; it can be closed, and listen again at its port. */
async function listen(handler: (message: unknown) => Observable<GeminiChunk>, options: ServeWebSocketOptions = {}) {
  const sockets: WebSocket[] = [];
  const start = async (port: number) => {
    const server = new WebSocketServer({ host: '127.0.0.1', port });
    server.on('connection', (socket) => {
      sockets.push(socket);
      void serveWebSocket(socket, handler, options);
    });
    await once(server, 'listening');
    return server;
  };
  let server = await start(0);
  const { port } = server.address() as AddressInfo;
  const stop = async () => {
    for (const socket of server.clients) socket.terminate();
    await new Promise((resolve) => server.close(resolve));
  };
  onTestFinished(stop);
  const restart = async () => {
    server = await start(port);
  };
  return { port, url: `ws://127.0.0.1:${port}/`, sockets, open: () => server.clients.size, stop, restart };
}

const repliesOf = (target: string, options: WebSocketRepliesOptions = {}) =>
  webSocketReplies(target, { WebSocket, maxIdle: 50, ...options });

const textOfReply = (reply$: Observable<GeminiChunk>) =>
  lastValueFrom(reply$.pipe(toText(), toArray())).then((texts) => texts.join(''));

describe('webSocketReplies', () => {
  it('reads replies of Gemini side by side over one socket, and closes it', async () => {
    const { ai, emulator } = await emulate(({ prompt }) => ({ chunks: [`${prompt} 1,`, '2,', '3'] }));
    const begun = new Set<string>();
    const bothBegun$ = new Subject<void>();
    // A reply goes on when the other has begun: one after the other, they would wait for ever.
    const { url, sockets } = await listen((message) =>
      fromGemini(ai, { model, contents: String(message) }).pipe(
        delayWhen((_, index) => (index === 0 || begun.size === 2 ? of(undefined) : bothBegun$)),
      ),
    );
    const ask = repliesOf(url);
    const read = (message: string) =>
      textOfReply(
        ask(message).pipe(
          tap(() => {
            begun.add(message);
            if (begun.size === 2) bothBegun$.next();
          }),
        ),
      );
    expect(await Promise.all([read('a'), read('b')])).toEqual(['a 1,2,3', 'b 1,2,3']);
    expect([sockets.length, emulator.requests.length]).toEqual([1, 2]);
    await once(sockets[0]!, 'close');
  });

  it("cancels Gemini's request when unsubscribed, and leaves the other replies alone", async () => {
    const { ai, emulator } = await emulate(({ prompt }) =>
      prompt === 'stalls' ? { chunks: ['a', 'b'], stallAfter: { chunks: 1 } } : { chunks: ['c', 'd'], pace: 30 },
    );
    const { url, open } = await listen((message) => fromGemini(ai, { model, contents: String(message) }));
    const ask = repliesOf(url);
    const other = textOfReply(ask('other'));
    await new Promise<void>((resolve) => {
      const subscription = ask('stalls').subscribe(() => {
        subscription.unsubscribe();
        resolve();
      });
    });
    const stalled = () => emulator.requests.find(({ closedEarly }) => closedEarly);
    await vi.waitUntil(stalled);
    expect(JSON.stringify(stalled()?.body)).toContain('stalls');
    expect(await other).toBe('cd');
    await vi.waitUntil(() => open() === 0);
    expect(emulator.requests.map(({ closedEarly }) => closedEarly).toSorted()).toEqual([false, true]);
  });

  it("closes Gemini's requests when the socket breaks, fails the replies, and connects again for a new one", async () => {
    const { ai, emulator } = await emulate({ chunks: ['a', 'b'], stallAfter: { chunks: 1 } });
    const { url, sockets, stop, restart } = await listen((message) =>
      fromGemini(ai, { model, contents: String(message) }),
    );
    const ask = repliesOf(url);
    const outcomes = [outcomeOf(ask(1)), outcomeOf(ask(2))];
    await vi.waitUntil(() => emulator.requests.filter(({ chunksSent }) => chunksSent === 1).length === 2);
    await stop();
    for (const { values, error } of await Promise.all(outcomes)) {
      expect(values.map(({ text }) => text)).toEqual(['a']);
      expect(error).toMatchObject({ kind: 'network', retryable: true });
    }
    for (const { closed } of emulator.requests) await closed;
    const { error } = await outcomeOf(ask(3));
    expect(error).toMatchObject({ kind: 'network', retryable: true });
    await restart();
    const subscription = ask(4).subscribe();
    await vi.waitUntil(() => emulator.requests.length === 3);
    subscription.unsubscribe();
    await emulator.requests[2]!.closed;
    expect([emulator.requests[2]?.closedEarly, sockets.length]).toEqual([true, 2]);
  });

  it('keeps the kind and the wait of an error', async () => {
    const failure = new GeminiError('The model is busy', { kind: 'overloaded', status: 503, retryAfter: 2_000 });
    const { url } = await listen(() =>
      concat(
        of(chunk('a')),
        throwError(() => failure),
      ),
    );
    const { values, error } = await outcomeOf(repliesOf(url)(''));
    expect(values.map(({ text }) => text)).toEqual(['a']);
    expect(error).toMatchObject({ kind: 'overloaded', status: 503, retryable: true, retryAfter: 2_000 });
  });

  it('is tried again by retryTransient', async () => {
    const { ai } = await emulate('Hello');
    const { url, stop, restart } = await listen((message) => fromGemini(ai, { model, contents: String(message) }));
    await stop();
    const retries: string[] = [];
    const onRetry = ({ error }: { error: { kind: string } }) => {
      retries.push(error.kind);
      void restart();
    };
    const reply$ = repliesOf(url)('Hi').pipe(retryTransient({ delay: 200, jitter: false, onRetry }));
    expect(await textOfReply(reply$)).toBe('Hello');
    expect(retries).toEqual(['network']);
  });

  it('reports the status with which a server refuses a socket', async () => {
    const server = new WebSocketServer({ host: '127.0.0.1', port: 0, verifyClient: (_, done) => done(false, 401) });
    onTestFinished(() => server.close());
    await once(server, 'listening');
    const { error } = await outcomeOf(repliesOf(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)(''));
    expect(error).toMatchObject({ kind: 'auth', status: 401, retryable: false });
  });

  it('reports a server that is not one of WebSockets, and a name that nobody has', async () => {
    const server = createServer((socket) => socket.end('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n'));
    onTestFinished(() => void server.close());
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { error } = await outcomeOf(repliesOf(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`)(''));
    expect(error).toMatchObject({ kind: 'not_found', status: 404 });
  });

  it('closes a socket that nobody needs before it is open, and reports nothing', async () => {
    const { url, open, sockets } = await listen(() => {
      throw new Error('Nothing is asked');
    });
    const ask = repliesOf(url, { maxIdle: 0 });
    const seen: unknown[] = [];
    ask('')
      .subscribe({ error: (error: unknown) => seen.push(error) })
      .unsubscribe();
    // The server has answered everything that came before.
    const next = new WebSocket(url);
    await once(next, 'open');
    next.terminate();
    await vi.waitUntil(() => open() === 0);
    expect([seen, sockets.length <= 2]).toEqual([[], true]);
  });

  // Node 20 has no `WebSocket` of its own: there the class of `ws` stands in.
  it("uses the platform's own class", async () => {
    if (!('WebSocket' in globalThis)) vi.stubGlobal('WebSocket', WebSocket);
    onTestFinished(() => void vi.unstubAllGlobals());
    const { ai, emulator } = await emulate({ chunks: ['a', 'b'], stallAfter: { chunks: 1 } });
    const { url, open, stop } = await listen(() => fromGemini(ai, { model, contents: '' }), { heartbeat: 50 });
    const ask = webSocketReplies(url, { maxIdle: 50, heartbeat: 50 });
    const first = new Promise<void>((resolve) => {
      const subscription = ask('').subscribe(() => {
        setTimeout(() => {
          subscription.unsubscribe();
          resolve();
        }, 300);
      });
    });
    await first;
    await emulator.requests[0]!.closed;
    await vi.waitUntil(() => open() === 0);
    const outcome = outcomeOf(ask(''));
    await vi.waitUntil(() => emulator.requests[1]?.chunksSent === 1);
    await stop();
    expect((await outcome).error).toMatchObject({ kind: 'network', retryable: true });
    expect((await outcomeOf(ask(''))).error).toMatchObject({ kind: 'network', retryable: true });
  });

  it('leaves no listener on a socket of the caller, which stays open', async () => {
    const { url, sockets } = await listen((message) => range(0, 3).pipe(map(() => chunk(String(message)))));
    const socket = new WebSocket(url);
    const ask = webSocketReplies(socket);
    const all$ = range(0, 50).pipe(concatMap((each) => merge(ask(each), ask(each))));
    expect(await lastValueFrom(all$.pipe(toArray()))).toHaveLength(300);
    for (const event of ['open', 'message', 'close', 'error']) expect(socket.listenerCount(event)).toBe(0);
    expect([socket.readyState, sockets.length]).toEqual([1, 1]);
    socket.terminate();
    expect((await outcomeOf(ask(''))).error).toMatchObject({ kind: 'network', retryable: false });
  });

  it('leaves nothing after a thousand replies', async () => {
    const { url, sockets, open } = await listen((message) => of(chunk(String(message))));
    const ask = repliesOf(url, { maxIdle: 1_000 });
    const askAll = (count: number) =>
      lastValueFrom(
        range(0, count).pipe(
          concatMap((each) => ask(each)),
          scan((chunks) => chunks + 1, 0),
        ),
      );
    expect(await askAll(1_000)).toBe(1_000);
    const before = heapInUse();
    await askAll(4_000);
    // A reply that stays takes about 1 kB.
    expect(heapInUse() - before).toBeLessThan(1_500_000);
    await vi.waitUntil(() => open() === 0, 5_000);
    expect(sockets).toHaveLength(1);
    expect(sockets[0]?.listenerCount('message')).toBe(0);
  });

  it('continues a reply after a break, if the server can resume it, with one request to Gemini', async () => {
    const { ai, emulator } = await emulate({ chunks: ['a', 'b', 'c', 'd', 'e', 'f'], pace: 40 });
    const reply$ = fromGemini(ai, { model, contents: '' }).pipe(shareReply({ resumable: true, grace: 10_000 }));
    const { url, sockets } = await listen(() => reply$, { resumable: true });
    const ask = repliesOf(url, { reconnect: { delay: 0 } });
    let chunks = 0;
    const text = await new Promise<string>((resolve, reject) => {
      let all = '';
      ask('').subscribe({
        next({ text }) {
          all += text;
          chunks += 1;
          if (chunks % 2 === 0) sockets.at(-1)?.terminate();
        },
        error: reject,
        complete: () => resolve(all),
      });
    });
    expect([text, emulator.requests.length]).toEqual(['abcdef', 1]);
    expect(sockets.length).toBeGreaterThan(2);
  });
});

describe('a path that dies without a word', () => {
  /** A proxy that passes nothing on once it is dead, and closes nothing. */
  async function deadlyProxy(port: number) {
    const ends: Socket[] = [];
    const proxy = createServer((near) => {
      const far = connect(port, '127.0.0.1');
      ends.push(near, far);
      near.pipe(far);
      far.pipe(near);
      for (const end of [near, far]) end.on('error', () => undefined);
    });
    onTestFinished(() => {
      for (const end of ends) end.destroy();
      proxy.close();
    });
    proxy.listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    const die = () => {
      for (const end of ends) end.unpipe().resume();
    };
    return { url: `ws://127.0.0.1:${(proxy.address() as AddressInfo).port}/`, die };
  }

  it("stops Gemini's request on the server, and fails the reply as `network` on the client", async () => {
    const { ai, emulator } = await emulate({ chunks: ['a', 'b'], stallAfter: { chunks: 1 } });
    const { port, sockets } = await listen(() => fromGemini(ai, { model, contents: '' }), { heartbeat: 100 });
    const { url, die } = await deadlyProxy(port);
    const ask = repliesOf(url, { heartbeat: 100 });
    const outcome = outcomeOf(ask(''));
    await vi.waitUntil(() => emulator.requests[0]?.chunksSent === 1);
    // Heartbeats in both directions keep it open.
    await new Promise((resolve) => setTimeout(resolve, 800));
    expect([emulator.requests[0]?.closedAt, sockets[0]?.readyState]).toEqual([undefined, 1]);
    die();
    const { values, error } = await outcome;
    expect([values.length, error?.kind, error?.retryable]).toEqual([1, 'network', true]);
    await emulator.requests[0]?.closed;
    expect(emulator.requests[0]?.closedEarly).toBe(true);
  });
});

describe('createChat(webSocketReplies(url))', () => {
  it('sends the history, stops, and regenerates over one socket', async () => {
    const { ai, emulator } = await emulate(({ prompt }) =>
      prompt === 'long' ? { chunks: ['Once', ' upon'], stallAfter: { chunks: 1 } } : `You said ${prompt}`,
    );
    const { url, sockets } = await listen((message) => {
      const { contents } = message as ChatRequest;
      return fromGemini(ai, { model, contents });
    });
    const chat = createChat(repliesOf(url, { maxIdle: 10_000 }));
    let messages: readonly ChatMessage[] = [];
    chat.messages$.subscribe((latest) => (messages = latest));
    expect(await textOfReply(chat.send('one'))).toBe('You said one');
    expect(await textOfReply(chat.send('two'))).toBe('You said two');
    const { contents } = emulator.requests[1]!.body as ChatRequest;
    expect(contents.map(({ role, parts }) => [role, parts[0]?.text])).toEqual([
      ['user', 'one'],
      ['model', 'You said one'],
      ['user', 'two'],
    ]);
    const long = textOfReply(chat.send('long'));
    await vi.waitUntil(() => messages.at(-1)?.text === 'Once');
    chat.cancel();
    await emulator.requests[2]!.closed;
    expect(await long).toBe('Once');
    expect(emulator.requests[2]!.closedEarly).toBe(true);
    expect(messages.at(-1)).toMatchObject({ status: 'cancelled', text: 'Once' });
    // The stopped answer is not sent, so two contents of the user follow each other.
    expect(await textOfReply(chat.send('again'))).toBe('You said longagain');
    expect(await textOfReply(chat.regenerate())).toBe('You said longagain');
    expect([emulator.requests.length, sockets.length]).toEqual([5, 1]);
    for (const socket of sockets) socket.terminate();
  });
});
