import { finalize, lastValueFrom, NEVER, of, startWith, throwError, toArray, type Observable } from 'rxjs';
import { describe, expect, expectTypeOf, it, vi } from 'vitest';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { GeminiError } from '../../src/errors/geminiError.js';
import { serveWebSocket } from '../../src/sinks/serveWebSocket.js';
import { toSseResponse } from '../../src/sinks/toSseResponse.js';
import { fromSse } from '../../src/sources/fromSse.js';
import { webSocketReplies } from '../../src/sources/webSocketReplies.js';
import { chunk, finishChunk } from '../../src/testing/chunks.js';
import { fakeWebSocket } from '../../src/testing/fakeWebSocket.js';
import type { WebSocketLike } from '../../src/rx/webSocketLike.js';

const reply$ = of(chunk('Hello, '), chunk('world.'), finishChunk());
const textsOf = (source: Observable<GeminiChunk>) =>
  lastValueFrom(source.pipe(toArray())).then((chunks) => chunks.map(({ text }) => text));

describe('a fake server of fromSse', () => {
  it('is its `fetch`, answered by `toSseResponse`', async () => {
    const fetch = vi.fn(() => Promise.resolve(toSseResponse(reply$)));
    const source = fromSse('http://host/api/chat', { json: { message: 'Hi' } }, { fetch });
    expect((await textsOf(source)).join('')).toBe('Hello, world.');
    expect(fetch).toHaveBeenCalledTimes(1);
    const requests = fetch.mock.calls as unknown as [string, RequestInit][];
    expect(requests[0]?.[1].body).toBe('{"message":"Hi"}');
  });

  it('fails as the server does', async () => {
    const failed$ = throwError(() => new GeminiError('Too many', { kind: 'rate_limit', retryAfter: 1000 }));
    const fetch = () => Promise.resolve(toSseResponse(failed$));
    const source = fromSse('http://host/api/chat', {}, { fetch });
    await expect(lastValueFrom(source)).rejects.toMatchObject({ kind: 'rate_limit', retryAfter: 1000 });
  });
});

describe('fakeWebSocket', () => {
  const clientOf = (served$: Observable<GeminiChunk>) => {
    const WebSocket = fakeWebSocket((socket) => serveWebSocket(socket, () => served$));
    return { WebSocket, ask: webSocketReplies('ws://host/api/chat', { WebSocket, maxIdle: 0 }) };
  };

  it('serves the replies of webSocketReplies, over one socket', async () => {
    const { WebSocket, ask } = clientOf(reply$);
    expect(await Promise.all([textsOf(ask('Hi')), textsOf(ask('Hi'))])).toEqual([
      ['Hello, ', 'world.', ''],
      ['Hello, ', 'world.', ''],
    ]);
    expect(WebSocket.connections).toHaveLength(1);
    expect(WebSocket.connections[0]?.url).toBe('ws://host/api/chat');
  });

  it('breaks the connection, which is `network`', async () => {
    const { WebSocket, ask } = clientOf(NEVER.pipe(startWith(chunk('Hello, '))));
    const texts: string[] = [];
    const failed = new Promise((resolve) => {
      ask('Hi').subscribe({
        next: ({ text }) => {
          texts.push(text);
          WebSocket.connections[0]?.close(1006);
        },
        error: resolve,
      });
    });
    expect(await failed).toMatchObject({ kind: 'network' });
    expect(texts).toEqual(['Hello, ']);
  });

  it('lets the server see a client that leaves', async () => {
    const left = new Promise<void>((resolve) => {
      const served$ = NEVER.pipe(startWith(chunk('Hello, ')), finalize(resolve));
      const subscription = clientOf(served$)
        .ask('Hi')
        .subscribe(() => {
          queueMicrotask(() => {
            subscription.unsubscribe();
          });
        });
    });
    await left;
  });

  it('works with fake timers, and leaves none', async () => {
    vi.useFakeTimers();
    try {
      const { WebSocket, ask } = clientOf(reply$);
      const texts: string[] = [];
      ask('Hi').subscribe(({ text }) => texts.push(text));
      await vi.advanceTimersByTimeAsync(100);
      expect(texts).toEqual(['Hello, ', 'world.', '']);
      expect(WebSocket.connections[0]?.readyState).toBe(3);
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  it('has the states of a socket', async () => {
    const WebSocket = fakeWebSocket(() => undefined);
    const early = new WebSocket('ws://host/');
    expect(() => {
      early.send('x');
    }).toThrow('open');
    early.close();
    const socket = new WebSocket('ws://host/');
    await new Promise<void>((resolve) => socket.addEventListener('open', resolve));
    expect(WebSocket.connections).toHaveLength(1);
    const closed = new Promise<unknown>((resolve) => {
      WebSocket.connections[0]?.addEventListener('close', resolve as () => void);
    });
    socket.close(4000, 'bye');
    socket.send('ignored');
    expect(await closed).toMatchObject({ code: 4000, reason: 'bye', wasClean: true });
    expectTypeOf(socket).toExtend<WebSocketLike>();
  });

  it('refuses a wrong argument', () => {
    expect(() => fakeWebSocket(3 as never)).toThrow(/Expected `serve` to be a function/);
  });
});
