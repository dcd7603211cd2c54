import {
  catchError,
  concatMap,
  EMPTY,
  map,
  merge,
  NEVER,
  of,
  range,
  take,
  takeUntil,
  tap,
  timer,
  type Observable,
} from 'rxjs';
import { describe, expect, expectTypeOf, it, vi } from 'vitest';
import type { WebSocket as NodeWebSocket } from 'ws';
import { shareReply } from '../../operators/share/shareReply.js';
import { createChat } from '../../src/chat/createChat.js';
import type { ChatSource } from '../../src/chat/chatSource.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { finishReasonOf } from '../../src/chunk/readers.js';
import { isGeminiError, type GeminiError } from '../../src/errors/geminiError.js';
import { serveWebSocket, type ServeWebSocketOptions } from '../../src/sinks/serveWebSocket.js';
import { webSocketReplies, type WebSocketRepliesOptions } from '../../src/sources/webSocketReplies.js';
import { chunk, finishChunk } from '../../src/testing/chunks.js';
import { marbles } from '../support/marbles.js';
import { outcomeOf } from '../support/outcome.js';
import { latency, PairedSocket, pairedSockets } from '../support/pairedSockets.js';

type Handler = (message: unknown) => Observable<GeminiChunk>;

/** A client of a server that answers with `handler`, in virtual or real time. */
function serving(handler: Handler, options: WebSocketRepliesOptions = {}, server: ServeWebSocketOptions = {}) {
  const sockets = pairedSockets((socket) => void serveWebSocket(socket, handler, server));
  const ask = webSocketReplies('ws://host/', { WebSocket: sockets.WebSocket, ...options });
  return { ...sockets, ask };
}

/** A client of a server that a test plays. */
function scripted(options: WebSocketRepliesOptions = {}) {
  const sockets = pairedSockets();
  return { ...sockets, ask: webSocketReplies('ws://host/', { WebSocket: sockets.WebSocket, ...options }) };
}

const text = map((each: GeminiChunk) => (finishReasonOf(each) === undefined ? each.text : 'end'));
const kind = catchError((error: unknown) => of((error as GeminiError).kind));

/** Runs the scheduled steps of a marble test at a time, in ms. */
const at = (time: number, act: () => void) => timer(time).pipe(tap(act)).subscribe();

/** The name of the reply in a message that a client has sent. */
const nameIn = (socket: PairedSocket | undefined, index = 0) => (socket!.said[index] as { reply: string }).reply;

describe('a reply', () => {
  it(
    'has the chunks of the server as they arrive, beside other replies over the same socket',
    marbles((m) => {
      const replies: Record<string, Observable<GeminiChunk>> = {
        a: m.cold('-1---2--(e|)', { 1: chunk('a1'), 2: chunk('a2'), e: finishChunk() }),
        b: m.cold('--1-2---------(e|)', { 1: chunk('b1'), 2: chunk('b2'), e: finishChunk() }),
      };
      const { ask, clients } = serving((message) => replies[String(message)]!);
      // Opening, asking and answering take 1 ms each.
      m.expectObservable(ask('a').pipe(text)).toBe('    3ms -1---2--(e|)', { 1: 'a1', 2: 'a2', e: 'end' });
      m.expectObservable(ask('b').pipe(text)).toBe('    3ms --1-2---------(e|)', { 1: 'b1', 2: 'b2', e: 'end' });
      at(100, () => expect(clients).toHaveLength(1));
    }),
  );

  it(
    'is asked for at each subscription, and not before',
    marbles((m) => {
      const handler = vi.fn(() => of(chunk('x'), finishChunk()));
      const { ask, clients } = serving(handler);
      const reply$ = ask({ prompt: 'Hi' });
      at(10, () => expect([clients, handler.mock.calls]).toEqual([[], []]));
      m.expectObservable(reply$.pipe(text), '20ms ^').toBe('   23ms (xe|)', { x: 'x', e: 'end' });
      m.expectObservable(reply$.pipe(text), '30ms ^').toBe('   32ms (xe|)', { x: 'x', e: 'end' });
      at(100, () => expect(handler.mock.calls).toEqual([[{ prompt: 'Hi' }], [{ prompt: 'Hi' }]]));
    }),
  );

  it(
    'emits a chunk before the next one arrives, and sends nothing else without heartbeats',
    marbles((m) => {
      const { ask, clients } = serving(() => NEVER, { heartbeat: false });
      m.expectObservable(ask(['a', null]), '^ 9s !').toBe('-');
      at(9_000, () => {
        expect(clients[0]?.said).toEqual([{ reply: expect.any(String) as string, message: ['a', null] }]);
      });
    }),
  );

  it(
    'that nobody subscribes to any more is cancelled on the server, and its late messages are ignored',
    marbles((m) => {
      const source$ = m.cold('-x-x-x-x|', { x: chunk('x') });
      const { ask, clients } = serving(() => source$, { heartbeat: false });
      m.expectObservable(ask('').pipe(text), '    ^-----!').toBe('----x-', { x: 'x' });
      m.expectSubscriptions(source$.subscriptions).toBe('--^----!');
      at(50, () => expect(clients[0]?.said.at(-1)).toEqual({ reply: nameIn(clients[0]), cancel: true }));
    }),
  );

  it(
    'is cancelled when an operator takes no more, also in the middle of a synchronous flood',
    marbles((m) => {
      const { ask, clients } = serving(() => range(1, 5).pipe(map((each) => chunk(String(each)))));
      m.expectObservable(ask('').pipe(text, take(2))).toBe('---(12|)');
      at(50, () => expect(clients[0]?.said.at(-1)).toMatchObject({ cancel: true }));
    }),
  );

  it(
    'that has ended is not cancelled: by `done`, by an error, in the plain format',
    marbles((m) => {
      for (const [source, options, end] of [
        [of(chunk('x'), finishChunk()), {}, '(xe|)'],
        [EMPTY, {}, '|'],
        [of(chunk('x')), { format: 'text' }, '(xe|)'],
      ] as const) {
        const { ask, clients } = serving(() => source, { heartbeat: false }, options);
        m.expectObservable(ask('').pipe(text)).toBe(`---${end}`, { x: 'x', e: 'end' });
        at(900, () => expect(clients[0]?.said).toHaveLength(1));
      }
    }),
  );

  it(
    'completes with `done` without a finish reason too: `classifyErrors` judges that',
    marbles((m) => {
      const { ask } = serving(() => of(chunk('x')));
      m.expectObservable(ask('').pipe(text)).toBe('---(x|)');
    }),
  );

  it(
    'has the chunks in normal form, with annotations and the custom fields that the server sends',
    marbles((m) => {
      const { ask, servers, clients } = scripted();
      const seen: GeminiChunk[] = [];
      ask('').subscribe((each) => seen.push(each));
      at(5, () => {
        const reply = nameIn(clients[0]);
        const parts = [{ text: 'a' }, { text: 'b' }];
        servers[0]?.say({
          reply,
          data: { candidates: [{ content: { role: 'model', parts } }], metrics: { elapsed: 1 } },
        });
        servers[0]?.say({ reply, data: { text: 'c', own: 1 } });
        servers[0]?.say({ reply, event: 'done', data: {} });
      });
      m.flush();
      expect(seen).toEqual([{ ...chunk('ab'), metrics: { elapsed: 1 } }, { ...chunk('c'), own: 1 }, finishChunk()]);
    }),
  );

  it('is the source of a chat', () => {
    expectTypeOf(webSocketReplies('ws://host/')).toExtend<ChatSource>();
    expectTypeOf(webSocketReplies).toBeCallableWith({} as NodeWebSocket, { WebSocket: {} as typeof NodeWebSocket });
    expectTypeOf(webSocketReplies).toBeCallableWith({} as WebSocket, { WebSocket: {} as typeof WebSocket });
    expectTypeOf(createChat).toBeCallableWith(webSocketReplies('ws://host/'));
  });
});

describe('the socket', () => {
  it(
    'closes `maxIdle` after the last reply, and a later reply opens another',
    marbles((m) => {
      const { ask, clients } = serving(() => of(chunk('x')), { maxIdle: 100 });
      m.expectObservable(ask('').pipe(text)).toBe('---(x|)');
      // In time for the same socket.
      m.expectObservable(ask('').pipe(text), '50ms ^').toBe('  50ms --(x|)');
      at(151, () => expect(clients[0]?.readyState).toBe(1));
      at(154, () => expect(clients[0]?.readyState).toBeGreaterThan(1));
      m.expectObservable(ask('').pipe(text), '200ms ^').toBe('200ms ---(x|)');
      at(400, () => expect(clients.map(({ readyState }) => readyState)).toEqual([3, 3]));
      at(400, () => expect(clients[0]?.events.eventNames()).toEqual(['error']));
    }),
  );

  it(
    'stays open while another reply is open',
    marbles((m) => {
      const { ask, clients, servers } = serving((message) => (message === 'long' ? NEVER : of(chunk('x'))));
      m.expectObservable(ask('long'), '^ 9s !').toBe('-');
      m.expectObservable(ask('short').pipe(text)).toBe('---(x|)');
      at(8_999, () => expect([clients.length, servers[0]?.readyState]).toEqual([1, 1]));
      at(9_600, () => expect(servers[0]?.readyState).toBe(3));
    }),
  );

  it(
    'serves replies one after the other without a gap, whatever `maxIdle`',
    marbles((m) => {
      const { ask, clients } = serving((message) => of(chunk(String(message))), { maxIdle: 0 });
      const all$ = range(1, 3).pipe(concatMap((each) => ask(each)));
      m.expectObservable(all$.pipe(text)).toBe('---1-2-(3|)');
      at(100, () => expect(clients).toHaveLength(1));
    }),
  );

  it(
    'that nobody needs any more before it is open is closed, and nothing is sent',
    marbles((m) => {
      const handler = vi.fn(() => NEVER);
      const { ask, clients } = serving(handler, { maxIdle: 0 });
      m.expectObservable(ask(''), '^!').toBe('-');
      m.expectObservable(merge(ask(''), ask('')).pipe(takeUntil(of(1)))).toBe('|');
      at(50, () => {
        expect(clients.map(({ readyState }) => readyState)).toEqual(clients.map(() => 3));
        expect(clients.flatMap(({ sent }) => sent)).toEqual([]);
        expect(handler).not.toHaveBeenCalled();
      });
    }),
  );

  it('leaves no timer and no listener after a thousand replies', () => {
    vi.useFakeTimers();
    const { ask, clients, servers } = serving((message) => of(chunk(String(message))));
    let count = 0;
    range(0, 1_000)
      .pipe(concatMap((each) => ask(each)))
      .subscribe(() => (count += 1));
    vi.advanceTimersByTime(2 * 1_000 * latency + 2);
    const listeners = () => clients[0]?.events.eventNames().map((each) => clients[0]?.events.listenerCount(each));
    expect([count, listeners()]).toEqual([1_000, [1, 1, 1]]);
    vi.advanceTimersByTime(1_000);
    expect([clients.length, vi.getTimerCount(), clients[0]?.events.eventNames()]).toEqual([1, 0, ['error']]);
    expect(servers[0]?.events.eventNames()).toEqual([]);
  });

  it(
    'is opened by the class and with the subprotocols of the options, at an address made for each socket',
    marbles((m) => {
      const { WebSocket, clients } = pairedSockets((socket) => void serveWebSocket(socket, () => of(chunk('x'))));
      let made = 0;
      const ask = webSocketReplies(() => `https://host/chat?token=${String(++made)}#part`, {
        WebSocket,
        protocols: ['one', 'two'],
      });
      m.expectObservable(ask('').pipe(text)).toBe('---(x|)');
      m.expectObservable(ask('').pipe(text), '1s ^').toBe('1s ---(x|)');
      at(2_000, () => {
        expect(clients.map(({ url }) => url)).toEqual(['wss://host/chat?token=1', 'wss://host/chat?token=2']);
        expect(clients[0]?.protocols).toEqual(['one', 'two']);
      });
    }),
  );

  it('is opened once for the replies that wait for a promise of its URL, and for nobody who has left', async () => {
    vi.useFakeTimers();
    const { WebSocket, clients } = pairedSockets((socket) => void serveWebSocket(socket, () => of(chunk('x'))));
    const target = vi.fn(() => new Promise<URL>((resolve) => setTimeout(resolve, 20, new URL('http://host/'))));
    const ask = webSocketReplies(target, { WebSocket, maxIdle: 0 });
    ask('').subscribe().unsubscribe();
    await vi.advanceTimersByTimeAsync(40);
    expect([target.mock.calls.length, clients]).toEqual([1, []]);
    const outcomes = Promise.all([outcomeOf(ask('a')), outcomeOf(ask('b'))]);
    await vi.advanceTimersByTimeAsync(100);
    await outcomes;
    expect([target.mock.calls.length, clients.map(({ url }) => url)]).toEqual([2, ['ws://host/']]);
  });

  it(
    'may be made by the function, and is then closed as one of ours',
    marbles((m) => {
      const { WebSocket, clients } = pairedSockets((socket) => void serveWebSocket(socket, () => of(chunk('x'))));
      const ask = webSocketReplies(() => new WebSocket('ws://own/'));
      m.expectObservable(ask('').pipe(text)).toBe('---(x|)');
      at(1_000, () => expect(clients[0]).toMatchObject({ url: 'ws://own/', readyState: 3 }));
    }),
  );
});

describe('a socket of the caller', () => {
  // Virtual time would never end while a server sends heartbeats.
  const quiet = { heartbeat: false } as const;

  it(
    'is used once it is open, and stays open without our listeners',
    marbles((m) => {
      const { WebSocket } = pairedSockets((socket) => void serveWebSocket(socket, () => of(chunk('x')), quiet));
      const socket = new WebSocket('ws://host/');
      const ask = webSocketReplies(socket);
      m.expectObservable(merge(ask(''), ask('')).pipe(text)).toBe('---(xy|)', { x: 'x', y: 'x' });
      m.expectObservable(ask('').pipe(text), '9ms ^').toBe('9ms --(x|)');
      m.expectObservable(ask('').pipe(text), '20ms ^!').toBe('-');
      for (const time of [8, 18, 5_000]) at(time, () => expect(socket.events.eventNames()).toEqual([]));
      at(5_000, () => expect(socket.readyState).toBe(1));
    }),
  );

  it(
    'may carry other messages, and replies of others',
    marbles((m) => {
      const { WebSocket, servers } = pairedSockets((server) => {
        void serveWebSocket(server, (message) => m.cold('-x|', { x: chunk(String(message)) }), quiet);
      });
      const socket = new WebSocket('ws://host/');
      const [one, other] = [webSocketReplies(socket), webSocketReplies(socket)];
      m.expectObservable(one('a').pipe(text)).toBe('  ----a|');
      m.expectObservable(other('b').pipe(text)).toBe('----b|');
      at(3, () => {
        for (const message of ['rubbish', '{"data":1}', '{"event":"error","data":{}}', '{"news":1}', '[]'])
          servers[0]?.send(message);
      });
    }),
  );

  it(
    'that is closed fails a new reply for good, and one that closes fails the open replies',
    marbles((m) => {
      const { WebSocket, servers } = pairedSockets((socket) => void serveWebSocket(socket, () => NEVER, quiet));
      const socket = new WebSocket('ws://host/');
      const ask = webSocketReplies(socket);
      const failure = catchError((error: unknown) => {
        const { kind, retryable } = error as GeminiError;
        return of(`${kind} ${String(retryable)}`);
      });
      m.expectObservable(ask('').pipe(failure)).toBe('              11ms (f|)', { f: 'network true' });
      m.expectObservable(ask('').pipe(failure), '20ms ^').toBe('    20ms (f|)', { f: 'network false' });
      at(10, () => servers[0]?.terminate());
      at(30, () => expect(socket.events.eventNames()).toEqual([]));
    }),
  );
});

describe('an error', () => {
  it(
    'of the server keeps its kind, its wait and its sentence',
    marbles((m) => {
      const { ask, servers, clients } = scripted();
      const errors: GeminiError[] = [];
      ask('').subscribe({ error: (error: unknown) => errors.push(error as GeminiError) });
      at(5, () => {
        const data = { kind: 'rate_limit', message: 'Wait', retryable: true, retryAfter: 1_200, status: 429 };
        servers[0]?.say({ reply: nameIn(clients[0]), event: 'error', data });
      });
      m.flush();
      expect(errors.map((error) => error.toJSON())).toEqual([
        { name: 'GeminiError', kind: 'rate_limit', message: 'Wait', retryable: true, retryAfter: 1_200, status: 429 },
      ]);
    }),
  );

  it(
    'of a server without room for another reply is `rate_limit`',
    marbles((m) => {
      const { ask } = serving(() => NEVER, {}, { maxReplies: 1 });
      m.expectObservable(ask(1), '^ 99ms !').toBe('-');
      m.expectObservable(ask(2).pipe(text, kind)).toBe('---(f|)', { f: 'rate_limit' });
    }),
  );

  it.each<[string, unknown, string]>([
    ['an unknown format', { data: { choices: [] } }, 'protocol'],
    ['no object', { data: 'text' }, 'protocol'],
    ['no data', {}, 'protocol'],
    ['an error of Gemini', { data: { error: { code: 503, message: 'Busy', status: 'UNAVAILABLE' } } }, 'overloaded'],
    ['an error that is a sentence', { event: 'error', data: 'It failed' }, 'unknown'],
    ['a cancellation that nobody asked for', { event: 'cancelled', data: {} }, 'cancelled'],
  ])('of a message with %s fails that reply only', (_, message, expected) => {
    marbles((m) => {
      const { ask, servers, clients } = scripted();
      m.expectObservable(ask(1).pipe(text, kind)).toBe('6ms (f|)', { f: expected });
      m.expectObservable(ask(2), '^ 99ms !').toBe('-');
      at(5, () => servers[0]?.say({ reply: nameIn(clients[0]), ...(message as object) }));
    })();
  });

  it.each<[string, string, string]>([
    ['text that is not JSON', 'Welcome', 'protocol'],
    ['a list', '[1]', 'protocol'],
    ['a chunk without the name of a reply, as `toWebSocket` sends it', '{"data":{"text":"x"}}', 'protocol'],
    ['a message nested too deep', `{"reply":${'['.repeat(1_001)}${']'.repeat(1_001)}}`, 'overflow'],
    ['a refusal', '{"event":"error","data":{"kind":"invalid_request","message":"No"}}', 'invalid_request'],
  ])('of another protocol fails the open replies: %s', (_, message, expected) => {
    marbles((m) => {
      const { ask, servers, clients } = scripted({ maxIdle: 0 });
      m.expectObservable(merge(ask(1).pipe(text, kind), ask(2).pipe(text, kind))).toBe('6ms (fg|)', {
        f: expected,
        g: expected,
      });
      at(5, () => servers[0]?.send(message));
      at(50, () => expect(clients[0]?.readyState).toBe(3));
    })();
  });

  it(
    'of no reply is not that of a reply that has begun',
    marbles((m) => {
      const { ask, servers, clients } = scripted();
      m.expectObservable(ask(1).pipe(text), '^ 99ms !').toBe('6ms x', { x: 'x' });
      at(5, () => {
        servers[0]?.say({ reply: nameIn(clients[0]), data: { text: 'x' } });
        servers[0]?.say({ event: 'error', data: { kind: 'invalid_request', message: 'No' } });
      });
    }),
  );

  it(
    'is not a message of the application, a heartbeat, or another event of the reply',
    marbles((m) => {
      const { ask, servers, clients } = scripted();
      m.expectObservable(ask(1).pipe(text), '^ 99ms !').toBe('-');
      at(5, () => {
        const reply = nameIn(clients[0]);
        const others = [{ news: 1 }, { event: 'presence', data: {} }, { event: 'ping' }, { reply, event: 'heartbeat' }];
        for (const message of [...others, { reply: 'another', data: { text: 'x' } }]) servers[0]?.say(message);
      });
    }),
  );

  it.each<[string, (server: PairedSocket, client: PairedSocket) => void, object]>([
    ['breaks', (server) => server.terminate(), { kind: 'network', retryable: true }],
    ['fails', (_, client) => client.emit('error', {}), { kind: 'network', retryable: true }],
    ['closes', (server) => server.close(), { kind: 'truncated', retryable: true }],
    [
      'closes with a reason',
      (server) => server.close(1001, 'Restarting'),
      { kind: 'truncated', message: 'The server closed the socket before the reply was whole (1001): Restarting' },
    ],
    ['closes for a message that is too large', (server) => server.close(1009), { kind: 'invalid_request' }],
    ['closes for its policy', (server) => server.close(1008), { kind: 'permission', retryable: false }],
    ['closes for an error', (server) => server.close(1011), { kind: 'server' }],
    ['closes for too much to do', (server) => server.close(1013), { kind: 'overloaded', retryable: true }],
  ])('of a socket that %s fails all open replies, and the next reply opens another', (_, act, expected) => {
    marbles((m) => {
      const { ask, servers, clients } = serving((message) => (message === 3 ? of(chunk('x')) : NEVER));
      const errors: unknown[] = [];
      for (const message of [1, 2]) ask(message).subscribe({ error: (error: unknown) => errors.push(error) });
      at(5, () => act(servers[0]!, clients[0]!));
      m.expectObservable(ask(3).pipe(text), '10ms ^').toBe('10ms ---(x|)');
      m.flush();
      expect(errors).toMatchObject([expected, expected]);
      expect(clients).toHaveLength(2);
    })();
  });

  it(
    'does not wait for the event of a socket that closes slowly',
    marbles((m) => {
      const { ask, clients } = serving((message) => (message === 1 ? NEVER : of(chunk('x'))));
      m.expectObservable(ask(1).pipe(text, kind)).toBe('10ms (f|)', { f: 'network' });
      m.expectObservable(ask(2).pipe(text), '10ms ^').toBe('10ms ---(x|)');
      at(5, () => (clients[0]!.readyState = 2));
      // Nothing is sent to it any more.
      at(20, () => expect(clients[0]?.sent).toHaveLength(1));
    }),
  );

  it.each<[string, unknown, object]>([
    ['says nothing', {}, { kind: 'network', message: 'The socket cannot be opened' }],
    ['has a status', { error: new Error('Unexpected server response: 401') }, { kind: 'auth', status: 401 }],
    ['has another status', { error: new Error('Unexpected server response: 503') }, { kind: 'overloaded' }],
    [
      'has a code',
      { error: Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }) },
      { kind: 'network' },
    ],
  ])('of a socket that cannot be opened: its event %s', (_, event, expected) => {
    marbles((m) => {
      const { ask, clients } = serving(() => NEVER);
      const errors: unknown[] = [];
      ask('').subscribe({ error: (error: unknown) => errors.push(error) });
      clients[0]?.emit('error', event);
      m.flush();
      expect(errors).toMatchObject([expected]);
      expect(errors.every(isGeminiError)).toBe(true);
    })();
  });

  it(
    'of a socket that closes before it is open does not speak of the reply',
    marbles((m) => {
      const { ask, clients } = serving(() => NEVER);
      const errors: unknown[] = [];
      ask('').subscribe({ error: (error: unknown) => errors.push(error) });
      clients[0]?.end(1000);
      m.flush();
      expect(errors).toMatchObject([{ kind: 'network', message: 'The socket cannot be opened' }]);
    }),
  );

  it('of a URL that cannot be made is the error of its function', async () => {
    const { WebSocket } = pairedSockets();
    const failures = [
      () => {
        throw new TypeError('fetch failed');
      },
      () => Promise.reject(new TypeError('fetch failed')),
    ];
    for (const target of failures) {
      expect((await outcomeOf(webSocketReplies(target, { WebSocket })(''))).error?.kind).toBe('network');
    }
    const { error } = await outcomeOf(webSocketReplies(() => 7 as never, { WebSocket })(''));
    expect(error?.message).toContain('Expected `target` to be a URL or a WebSocket, got 7');
  });
});

describe('a message that has no JSON', () => {
  const circular: Record<string, unknown> = {};
  circular['self'] = circular;
  const deep = (levels: number) => JSON.parse(`${'['.repeat(levels)}${']'.repeat(levels)}`) as unknown;

  it.each<[string, unknown, string, string]>([
    ['undefined', undefined, 'invalid_request', 'got undefined'],
    ['a function', () => 1, 'invalid_request', 'got a function'],
    ['a circular object', circular, 'invalid_request', 'got a value that has no JSON, such as a circular object'],
    ['a bigint', 1n, 'invalid_request', 'got a value that has no JSON'],
    ['nested too deep', deep(1_000), 'overflow', 'The message is nested deeper'],
    ['nested much too deep', deep(100_000), 'overflow', 'The message is nested deeper'],
  ])('fails its reply, and opens no socket: %s', async (_, message, expected, sentence) => {
    const { ask, clients } = scripted();
    const { error } = await outcomeOf(ask(message));
    expect(error).toMatchObject({ kind: expected, retryable: false });
    expect(error?.message).toContain(sentence);
    expect(clients).toEqual([]);
  });

  it(
    'differs from the deepest message that the server reads',
    marbles((m) => {
      const { ask } = serving(() => of(chunk('x')));
      m.expectObservable(ask(deep(999)).pipe(text)).toBe('---(x|)');
    }),
  );
});

describe('a URL', () => {
  const { WebSocket, clients } = pairedSockets();
  const open = (target: string | URL) => {
    const subscription = webSocketReplies(target, { WebSocket, maxIdle: 0 })('').subscribe();
    subscription.unsubscribe();
    return clients.at(-1)?.url;
  };

  it.each(['/api/chat?token=secret', 'api/chat', '', '?q', '//host/path'])(
    'without a page that it could be relative to is an invalid request: %j',
    async (target) => {
      const { error } = await outcomeOf(webSocketReplies(target)(''));
      expect(error).toMatchObject({ kind: 'invalid_request', retryable: false });
      expect(error?.message).toMatch(/relative.*server-side rendering \(SSR\)/);
      expect(error?.message).not.toContain('secret');
    },
  );

  it('is relative to the page', () => {
    vi.stubGlobal('location', { href: 'https://host/app/page?q#here' });
    expect(open('/api/chat')).toBe('wss://host/api/chat');
    expect(open('chat?x=1')).toBe('wss://host/app/chat?x=1');
    expect(open('//other/chat')).toBe('wss://other/chat');
    vi.stubGlobal('document', { baseURI: 'http://base/dir/' });
    expect(open('chat')).toBe('ws://base/dir/chat');
  });

  it.each([
    ['ws://host/', 'ws://host/'],
    ['wss://host/a?b#c', 'wss://host/a?b'],
    ['http://host:3000', 'ws://host:3000/'],
    ['https://host', 'wss://host/'],
  ])('may be one of HTTP: %s', (target, url) => {
    expect([open(target), open(new URL(target))]).toEqual([url, url]);
  });

  it.each([
    ['http://[', 'The URL is not valid'],
    ['ftp://host/', 'Expected a URL of the scheme'],
    ['localhost:3000/api', 'Expected a URL of the scheme'],
  ])('is an invalid request: %s', async (target, message) => {
    const { error } = await outcomeOf(webSocketReplies(target, { WebSocket })(''));
    expect(error?.kind).toBe('invalid_request');
    expect(error?.message).toContain(message);
  });

  it('cannot be opened on a platform without `WebSocket`, or if the platform refuses', async () => {
    vi.stubGlobal('WebSocket', undefined);
    const { error } = await outcomeOf(webSocketReplies('ws://host/')(''));
    expect(error).toMatchObject({ kind: 'invalid_request' });
    expect(error?.message).toContain('pass `WebSocket` of the package `ws`');
    for (const [name, sentence] of [
      ['SecurityError', 'A page of `https:` can open sockets of `wss:` only'],
      ['SyntaxError', 'is not valid for a WebSocket'],
    ] as const) {
      const refused = vi.fn(function () {
        throw new DOMException('No', name);
      });
      vi.stubGlobal('WebSocket', refused);
      const outcome = await outcomeOf(webSocketReplies('ws://host/')(''));
      expect(outcome.error).toMatchObject({
        kind: 'invalid_request',
        message: expect.stringContaining(sentence) as string,
      });
    }
  });
});

describe('heartbeats', () => {
  it(
    'are exchanged with a server that knows them, and keep both sides open',
    marbles((m) => {
      const source$ = m.cold('10m x 10m |', { x: chunk('x') });
      const { ask, clients, servers } = serving(() => source$, { heartbeat: 5_000 });
      m.expectObservable(ask('').pipe(text)).toBe('3ms 10m x 10m |');
      at(60_000, () => {
        expect(clients[0]?.said.slice(0, 2)).toEqual([
          { reply: expect.any(String) as string, heartbeat: 5_000, message: '' },
          { event: 'heartbeat' },
        ]);
        expect(servers[0]?.said[0]).toEqual({ event: 'heartbeat', data: { interval: 15_000 } });
        expect(servers[0]?.said[1]).toEqual({ event: 'heartbeat', data: {} });
        expect(clients[0]?.sent).toHaveLength(12);
      });
    }),
  );

  it(
    'are announced once for a socket',
    marbles((m) => {
      const { ask, clients, servers } = serving(() => of(chunk('x')));
      m.expectObservable(merge(ask(1), ask(2)).pipe(text)).toBe('---(xy|)', { x: 'x', y: 'x' });
      at(50, () => {
        expect(clients[0]?.said.filter((message) => 'heartbeat' in (message as object))).toHaveLength(1);
        expect(
          servers[0]?.said.filter((message) => (message as { event?: string }).event === 'heartbeat'),
        ).toHaveLength(1);
      });
    }),
  );

  it(
    'are not sent to a server that does not know them, whose silence is no failure',
    marbles((m) => {
      const { ask, clients } = scripted();
      m.expectObservable(ask(''), '^ 60m !').toBe('-');
      at(3_599_000, () => expect(clients[0]?.sent).toHaveLength(1));
    }),
  );

  it(
    'are neither sent nor expected with `heartbeat: false` on the server',
    marbles((m) => {
      const { ask, clients, servers } = serving(() => NEVER, {}, { heartbeat: false });
      m.expectObservable(ask(''), '^ 60m !').toBe('-');
      at(60_000, () => (clients[0]!.isDead = true));
      at(3_599_000, () => expect([clients[0]?.sent.length, servers[0]?.sent]).toEqual([1, []]));
    }),
  );

  it(
    'that stop make a server drop the client, and unsubscribe the reply',
    marbles((m) => {
      const source$ = m.cold<GeminiChunk>('-');
      const { ask, clients } = serving(
        () => source$,
        { heartbeat: 1_000, reconnect: { maxSilence: false } },
        { heartbeat: 1_000 },
      );
      m.expectObservable(ask(''), '^ 60s !').toBe('-');
      at(10_000, () => (clients[0]!.isDead = true));
      // The last heartbeat arrived at about 9 s.
      at(11_990, () => expect(source$.subscriptions[0]?.unsubscribedFrame).toBe(Infinity));
      at(13_000, () => expect(source$.subscriptions[0]?.unsubscribedFrame).toBeLessThan(12_500));
    }),
  );

  it(
    'are also sent when a message arrives after a silence: a page in the background has few timers',
    marbles((m) => {
      const { ask, clients, servers } = scripted({ heartbeat: 1_000 });
      m.expectObservable(ask(''), '^ 1003ms !').toBe('-');
      at(2, () => servers[0]?.say({ event: 'heartbeat', data: { interval: 500 } }));
      // The message was sent at 1 ms; the timer began with the announcement.
      for (const time of [500, 1_001]) at(time, () => servers[0]?.say({ event: 'heartbeat', data: {} }));
      at(1_001, () => expect(clients[0]?.sent).toHaveLength(1));
      at(1_002.5, () => expect(clients[0]?.said[1]).toEqual({ event: 'heartbeat' }));
    }),
  );

  it(
    'of a client between replies are not expected',
    marbles((m) => {
      const { WebSocket, servers } = pairedSockets((socket) => void serveWebSocket(socket, () => of(chunk('x'))));
      const ask = webSocketReplies(new WebSocket('ws://host/'));
      m.expectObservable(ask('').pipe(text)).toBe('---(x|)');
      at(600_000, () => {
        expect(servers[0]?.readyState).toBe(1);
        servers[0]?.terminate();
      });
    }),
  );

  it(
    'that the server has announced and that stop fail the open replies as `network`',
    marbles(() => {
      const { ask, servers, clients } = serving(() => NEVER, {}, { heartbeat: 1_000 });
      const errors: unknown[] = [];
      ask('').subscribe({ error: (error: unknown) => errors.push(error) });
      at(10_500, () => (servers[0]!.isDead = true));
      at(12_990, () => expect(errors).toEqual([]));
      at(13_100, () => {
        expect(errors).toMatchObject([{ kind: 'network', retryable: true }]);
        expect(clients[0]?.readyState).toBe(3);
      });
    }),
  );

  it(
    'are not needed for `maxSilence`, which also limits the opening',
    marbles((m) => {
      const options = { reconnect: { maxSilence: 1_000 } };
      const { ask } = scripted(options);
      m.expectObservable(ask('').pipe(text, kind)).toBe('1s (f|)', { f: 'network' });
      // A socket that never opens.
      const unreachable = webSocketReplies(() => new PairedSocket('ws://host/'), options);
      m.expectObservable(unreachable('').pipe(text, kind)).toBe('1s (f|)', { f: 'network' });
    }),
  );
});

describe('a server that can resume its replies', () => {
  /** Serves one shared reply; `cut` breaks the connection. */
  function resumable(source: Observable<GeminiChunk>, options: WebSocketRepliesOptions = {}) {
    const reply$ = source.pipe(shareReply({ resumable: true, grace: 60_000 }));
    return serving(() => reply$, { heartbeat: false, reconnect: { delay: 0 }, ...options }, { resumable: true });
  }
  const texts = { a: chunk('a'), b: chunk('b'), c: chunk('c'), e: finishChunk() };

  it(
    'is asked for the rest over another socket when one breaks',
    marbles((m) => {
      const { ask, servers, clients } = resumable(m.cold('a---b--------------c---(e|)', texts));
      m.expectObservable(ask('Hi').pipe(text)).toBe('---a---b--------------c---(e|)', {
        a: 'a',
        b: 'b',
        c: 'c',
        e: 'end',
      });
      at(12, () => servers[0]?.terminate());
      at(100, () => {
        expect(clients).toHaveLength(2);
        expect(clients[1]?.said).toEqual([{ reply: expect.any(String) as string, lastEventId: 1, message: 'Hi' }]);
      });
    }),
  );

  it(
    'is asked `count` times in a row',
    marbles((m) => {
      const { ask, servers, clients } = resumable(m.cold('a-', texts), { reconnect: { delay: 0, count: 2 } });
      m.expectObservable(ask('').pipe(text, kind)).toBe('---a 27ms (f|)', {
        a: 'a',
        f: 'network',
      });
      for (const [index, time] of [10, 20, 30].entries()) at(time, () => servers[index]?.terminate());
      at(200, () => expect(clients).toHaveLength(3));
    }),
  );

  it.each<[string, readonly object[], string]>([
    [
      'the chunks that have arrived again',
      [
        { id: 0, data: { text: 'a' } },
        { id: 4, data: { text: 'b' } },
      ],
      'a',
    ],
    ['a reply that it generates anew', [{ id: 0, data: { text: 'other' } }], 'truncated'],
    ['chunks without an index', [{ data: { text: 'a' } }], 'truncated'],
  ])('may send %s', (_, messages, expected) => {
    marbles((m) => {
      const { ask, servers, clients } = scripted({ reconnect: { delay: 0 } });
      const isRepeated = expected === 'a';
      const shown = isRepeated ? '5ms a 9ms b 9ms (e|)' : '5ms a 9ms (f|)';
      m.expectObservable(ask('').pipe(text, kind)).toBe(shown, { a: 'a', b: 'b', e: 'end', f: expected });
      const sayAll = (index: number, all: readonly object[]) => {
        for (const message of all) servers[index]?.say({ reply: nameIn(clients[index]), ...message });
      };
      at(4, () => sayAll(0, [{ id: 0, data: { text: 'a' } }]));
      at(10, () => servers[0]?.terminate());
      at(14, () => sayAll(1, messages));
      at(24, () => sayAll(1, [{ event: 'done', data: {} }]));
    })();
  });

  it(
    'may have merged the first chunks, and is asked for the rest after them',
    marbles((m) => {
      const { ask, servers, clients } = scripted({ reconnect: { delay: 0 } });
      m.expectObservable(ask('').pipe(text), '^ 50ms !').toBe('5ms a', { a: 'a' });
      at(4, () => servers[0]?.say({ reply: nameIn(clients[0]), id: 3, data: { text: 'a' } }));
      at(10, () => servers[0]?.terminate());
      at(40, () => expect(clients[1]?.said[0]).toMatchObject({ lastEventId: 3 }));
    }),
  );

  it.each<[string, WebSocketRepliesOptions, ServeWebSocketOptions]>([
    ['`count: 0`', { reconnect: { count: 0 } }, { resumable: true }],
    ['a server that cannot resume', {}, {}],
  ])('sends a message once with %s', (_, options, server) => {
    marbles((m) => {
      const handler = vi.fn(() => m.cold('a-', texts));
      const { ask, servers, clients } = serving(handler, options, server);
      m.expectObservable(ask('').pipe(text, kind)).toBe('---a 7ms (f|)', { a: 'a', f: 'network' });
      at(10, () => servers[0]?.terminate());
      at(60_000, () => expect([clients.length, handler.mock.calls.length]).toEqual([1, 1]));
    })();
  });
});

describe('wrong use', () => {
  it.each<[string, () => unknown, string]>([
    ['target', () => webSocketReplies(undefined as never), 'Expected `target` to be a URL, a WebSocket, or a function'],
    ['options', () => webSocketReplies('', 3 as never), 'Expected `options` to be an object, got 3'],
    ['WebSocket', () => webSocketReplies('', { WebSocket: {} as never }), 'Expected `WebSocket` to be a function'],
    [
      'protocols',
      () => webSocketReplies('', { protocols: [3] as never }),
      'Expected `protocols` to be a name or a list',
    ],
    ['maxIdle', () => webSocketReplies('', { maxIdle: -1 }), 'Expected `maxIdle` to be a non-negative number of ms'],
    ['heartbeat', () => webSocketReplies('', { heartbeat: 0 }), 'Expected `heartbeat` to be a positive number of ms'],
    ['reconnect', () => webSocketReplies('', { reconnect: { count: -1 } }), 'Expected `reconnect.count` to be a whole'],
    ['maxSilence', () => webSocketReplies('', { maxSilence: 1 } as never), 'Expected `reconnect: { maxSilence }`'],
  ])('throws at the call: %s', (_, act, message) => {
    expect(act).toThrow(message);
  });
});
