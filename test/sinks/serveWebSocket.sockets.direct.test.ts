import { once } from 'node:events';
import { EMPTY, map, NEVER, of, Subject, timer, type Observable } from 'rxjs';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { WebSocket } from 'ws';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { textOf } from '../../src/chunk/readers.js';
import { serveWebSocket, type ServeWebSocketOptions } from '../../src/sinks/serveWebSocket.js';
import { fromGemini } from '../../src/sources/fromGemini.js';
import { chunk } from '../../src/testing/chunks.js';
import { emulate, params } from '../support/emulate.js';
import { connectedSockets, proxiedSockets } from './sockets.js';

interface Message {
  readonly reply?: string;
  readonly id?: number;
  readonly event?: string;
  readonly data: GeminiChunk;
}

/** A client of a server that answers with `handler`. */
async function serving(handler: (message: unknown) => Observable<GeminiChunk>, options?: ServeWebSocketOptions) {
  const { server, client, messages } = await connectedSockets();
  const served = serveWebSocket(server, handler, options);
  const say = (message: unknown) => {
    client.send(typeof message === 'string' ? message : JSON.stringify(message));
  };
  /** Waits for so many messages, and returns the last. */
  const heard = async (count: number) => {
    while (messages.length < count) await once(client, 'message');
    expect(messages).toHaveLength(count);
    return messages.at(-1) as Message;
  };
  return { server, client, served, say, heard, messages: messages as Message[] };
}

describe('serveWebSocket', () => {
  it('answers a message with a reply under its name', async () => {
    const handler = vi.fn(() => of(chunk('Hello')));
    const { say, heard, messages } = await serving(handler);
    say({ reply: 'a', message: { prompt: 'Hi' } });
    await heard(2);
    expect(messages).toMatchObject([
      { reply: 'a', data: { candidates: [{}] } },
      { reply: 'a', event: 'done', data: {} },
    ]);
    expect(handler).toHaveBeenCalledExactlyOnceWith({ prompt: 'Hi' });
  });

  it('sends many replies at a time, and accepts a name again after its reply has ended', async () => {
    const replies = new Map<unknown, Subject<GeminiChunk>>();
    const { say, heard, messages } = await serving((message) => {
      const reply$ = new Subject<GeminiChunk>();
      replies.set(message, reply$);
      return reply$;
    });
    for (const name of ['a', 'b']) say({ reply: name, message: name });
    await vi.waitUntil(() => replies.size === 2);
    replies.get('b')!.next(chunk('1'));
    replies.get('a')!.next(chunk('2'));
    replies.get('b')!.complete();
    await heard(3);
    expect(messages.map(({ reply, event, data }) => [reply, event ?? textOf(data)])).toEqual([
      ['b', '1'],
      ['a', '2'],
      ['b', 'done'],
    ]);
    say({ reply: 'b', message: 'again' });
    await vi.waitUntil(() => replies.size === 3);
    replies.get('again')!.next(chunk('3'));
    expect(await heard(4)).toMatchObject({ reply: 'b', data: { candidates: [{}] } });
  });

  it.each(['cancel', 'finish'] as const)(
    'closes the request when its reply is cancelled: %s',
    async (whenDisconnected) => {
      const { ai, emulator } = await emulate({ chunks: ['a', 'b'], stallAfter: { chunks: 1 } });
      const { say, heard } = await serving(() => fromGemini(ai, params), { whenDisconnected });
      say({ reply: 'a', message: '' });
      await heard(1);
      say({ reply: 'a', cancel: true });
      await emulator.requests[0]!.closed;
      expect(emulator.requests[0]).toMatchObject({ closedEarly: true });
      expect(await heard(2)).toEqual({ reply: 'a', event: 'cancelled', data: {} });
      // A cancel of a reply that has ended is ignored.
      say({ reply: 'a', cancel: true });
      say({ reply: 'b', message: '' });
      expect(await heard(3)).toMatchObject({ reply: 'b', data: { candidates: [{}] } });
    },
  );

  it('closes all requests when the client disconnects', async () => {
    const { ai, emulator } = await emulate({ chunks: ['a', 'b'], stallAfter: { chunks: 1 } });
    const { client, served, say, heard } = await serving(() => fromGemini(ai, params));
    for (const reply of ['a', 'b', 'c']) say({ reply, message: '' });
    await heard(3);
    client.terminate();
    for (const request of emulator.requests) {
      await request.closed;
      expect(request).toMatchObject({ closedEarly: true });
    }
    await served;
  });

  it('reports a reply that fails and a handler that throws, and continues', async () => {
    const { ai } = await emulate({ chunks: ['a', 'b'], errorAfter: { chunks: 1 } });
    const { say, heard, messages } = await serving((message) => {
      if (message === 'throw') throw new Error('secret');
      return fromGemini(ai, params);
    });
    say({ reply: 'a', message: 'throw' });
    await heard(1);
    say({ reply: 'b', message: '' });
    await heard(3);
    expect(messages).toMatchObject([
      { reply: 'a', event: 'error', data: { kind: 'unknown', message: 'The reply failed' } },
      { reply: 'b', data: { candidates: [{}] } },
      { reply: 'b', event: 'error', data: { kind: 'overloaded', status: 503 } },
    ]);
  });

  it('omits the chunks that the client has', async () => {
    const { say, heard, messages } = await serving(() => of(chunk('a'), chunk('b'), chunk('c')), { resumable: true });
    say({ reply: 'a', message: '', lastEventId: 1 });
    await heard(2);
    expect(messages[0]).toMatchObject({ reply: 'a', id: 2 });
    say({ reply: 'b', message: '', lastEventId: 2 });
    expect(await heard(3)).toMatchObject({ reply: 'b', event: 'done' });
    say({ reply: 'c', message: '', lastEventId: 3 });
    expect(await heard(4)).toMatchObject({ reply: 'c', event: 'error', data: { kind: 'truncated' } });
  });

  it('refuses `lastEventId` without `resumable`, and continues', async () => {
    const handler = vi.fn(() => of(chunk('a')));
    const { say, heard, messages } = await serving(handler);
    say({ reply: 'a', message: '', lastEventId: 0 });
    expect(await heard(1)).toMatchObject({ reply: 'a', event: 'error', data: { kind: 'invalid_request' } });
    expect(handler).not.toHaveBeenCalled();
    say({ reply: 'a', message: '', lastEventId: -1 });
    await heard(3);
    expect(messages[1]).not.toHaveProperty('id');
  });

  it('reports a malformed message', async () => {
    const handler = vi.fn(() => EMPTY);
    const { client, say, heard } = await serving(handler);
    const wrong = [
      'not JSON',
      'null',
      '[]',
      { message: 'no name' },
      { reply: 7, message: 'a number' },
      { reply: 'a' },
      { reply: 'a', cancel: false },
      { reply: 'a', message: '', lastEventId: 'x' },
      { reply: 'a', message: '', lastEventId: -2 },
    ];
    for (const [index, message] of wrong.entries()) {
      say(message);
      const answer = await heard(index + 1);
      expect(answer).toMatchObject({ event: 'error', data: { kind: 'invalid_request', retryable: false } });
      expect(answer).not.toHaveProperty('reply');
    }
    client.send(Buffer.from('{"reply":"a","message":""}'), { binary: true });
    expect(await heard(wrong.length + 1)).toMatchObject({ event: 'error' });
    expect(handler).not.toHaveBeenCalled();
  });

  it('refuses a name that is in use, and replies beyond `maxReplies`', async () => {
    const { say, heard } = await serving(() => NEVER, { maxReplies: 2 });
    say({ reply: 'a', message: '' });
    say({ reply: 'a', message: '' });
    const inUse = await heard(1);
    expect(inUse).toMatchObject({ event: 'error', data: { kind: 'invalid_request' } });
    expect(inUse).not.toHaveProperty('reply');
    say({ reply: 'b', message: '' });
    say({ reply: 'c', message: '' });
    expect(await heard(2)).toMatchObject({ reply: 'c', event: 'error', data: { kind: 'rate_limit', retryable: true } });
    say({ reply: 'a', cancel: true });
    expect(await heard(3)).toMatchObject({ reply: 'a', event: 'cancelled' });
    say({ reply: 'c', message: '' });
    say({ reply: 'd', message: '' });
    expect(await heard(4)).toMatchObject({ reply: 'd', event: 'error' });
  });

  it('keeps a socket open through a proxy that closes idle connections', async () => {
    const source$ = new Subject<GeminiChunk>();
    const { server, client, messages, closeIdle } = await proxiedSockets();
    const served = serveWebSocket(server, () => source$, { heartbeat: 20 });
    const heartbeats = () => messages.filter((message) => (message as Message).event === 'heartbeat').length;
    const heard = (count: number) => vi.waitUntil(() => heartbeats() >= count);
    closeIdle(2_000);
    // Between replies too.
    await heard(3);
    client.send('{"reply":"a","message":""}');
    await vi.waitUntil(() => source$.observed);
    source$.next(chunk('one '));
    await heard(heartbeats() + 5);
    source$.next(chunk('two'));
    source$.complete();
    await vi.waitUntil(() => messages.some((message) => (message as Message).event === 'done'));
    const said = (messages as Message[]).filter(({ event }) => event !== 'heartbeat');
    expect(said).toMatchObject([{ reply: 'a' }, { reply: 'a' }, { reply: 'a', event: 'done' }]);
    const beat = (messages as Message[]).find(({ event }) => event === 'heartbeat');
    expect(beat).toEqual({ event: 'heartbeat', data: {} });
    client.close();
    await served;
  });

  it('sends no heartbeat while chunks are sent, to a client that does not read, or with `false`', async () => {
    vi.useFakeTimers({ toFake: ['Date', 'performance', 'setInterval', 'clearInterval'] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const { server, say, heard, messages } = await serving(() => timer(0, 60).pipe(map(() => chunk('a'))), {
      heartbeat: 100,
    });
    // `vi.waitUntil` moves fake timers.
    const until = async (isSo: () => boolean) => {
      while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
    };
    const beats = () => messages.filter(({ event }) => event === 'heartbeat').length;
    say({ reply: 'a', message: '' });
    await until(() => vi.getTimerCount() === 2);
    vi.advanceTimersByTime(6_000);
    await heard(101);
    expect(beats()).toBe(0);
    say({ reply: 'a', cancel: true });
    await until(() => vi.getTimerCount() === 1);
    await heard(102);
    vi.advanceTimersByTime(200);
    await heard(104);
    expect(beats()).toBe(2);
    Object.defineProperty(server, 'bufferedAmount', { value: 1_000_000 });
    vi.advanceTimersByTime(1_000);
    const other = await serving(() => NEVER, { heartbeat: false });
    vi.advanceTimersByTime(60_000);
    other.say('rubbish');
    await other.heard(1);
    expect(beats()).toBe(2);
    expect(vi.getTimerCount()).toBe(1);
  });

  it('accepts names of up to 128 characters, and refuses longer ones without repeating them', async () => {
    const handler = vi.fn(() => NEVER);
    const { say, heard, messages } = await serving(handler);
    const name = 'é'.repeat(128);
    say({ reply: name, message: '' });
    say({ reply: name, cancel: true });
    expect(await heard(1)).toMatchObject({ reply: name, event: 'cancelled' });
    for (const length of [129, 1_000_000]) {
      say({ reply: 'x'.repeat(length), message: '' });
      say({ reply: 'x'.repeat(length), cancel: true });
    }
    await heard(5);
    for (const message of messages.slice(1)) {
      expect(message).toMatchObject({ event: 'error', data: { kind: 'invalid_request', retryable: false } });
      expect(message).not.toHaveProperty('reply');
    }
    expect(handler).toHaveBeenCalledOnce();
  });

  it('continues after frames that break the protocol, and after a message that is too large', async () => {
    for (const frame of [Buffer.from([0xff, 0xfe]), Buffer.alloc(2_000, 'x')]) {
      const { server, client, messages } = await connectedSockets({ maxPayload: 1_000 });
      const source$ = new Subject<GeminiChunk>();
      const served = serveWebSocket(server, () => source$);
      client.send('{"reply":"a","message":""}');
      await vi.waitUntil(() => source$.observed);
      client.send(frame, { binary: false });
      await served;
      expect(source$.observed).toBe(false);
      expect(messages).toEqual([]);
    }
  });

  it('gets a message that the client sends at once, if it is called at once', async () => {
    const { messages } = await connectedSockets({
      onConnection: (server) => void serveWebSocket(server, () => of(chunk('Hello'))),
      atOnce: '{"reply":"a","message":""}',
    });
    await vi.waitUntil(() => messages.length === 2);
    expect(messages).toMatchObject([{ reply: 'a' }, { reply: 'a', event: 'done' }]);
  });

  it('gets the messages that were sent to a paused socket', async () => {
    const { server, client, messages } = await connectedSockets({
      onConnection: (socket) => socket.pause(),
      atOnce: '{"reply":"a","message":""}',
    });
    await new Promise((resolve) => client.ping(resolve));
    void serveWebSocket(server, () => of(chunk('Hello')));
    server.resume();
    await vi.waitUntil(() => messages.length === 2);
    expect(messages).toMatchObject([{ reply: 'a' }, { reply: 'a', event: 'done' }]);
  });

  it('bounds the memory for a client that sends, cancels and does not read', async () => {
    const { server, client, say } = await serving(() => of(chunk('x'.repeat(100_000))), { maxReplies: 4 });
    client.pause();
    let most = 0;
    for (let asked = 0; asked < 500; asked++) {
      say({ reply: String(asked), message: '' });
      say({ reply: String(asked), cancel: true });
      say('rubbish');
      await new Promise((resolve) => setImmediate(resolve));
      most = Math.max(most, server.bufferedAmount);
    }
    expect(most).toBeLessThan(4 * 110_000 + 65_536);
  });

  it.each(['cancel', 'finish'] as const)('drops a client that does not read: %s', async (whenDisconnected) => {
    const replies: Subject<GeminiChunk>[] = [];
    const handler = () => (replies[replies.length] = new Subject<GeminiChunk>());
    const { server, client, served, say } = await serving(handler, { maxStall: 100, whenDisconnected });
    for (const reply of ['a', 'b']) say({ reply, message: '' });
    await vi.waitUntil(() => replies.length === 2);
    client.pause();
    const closed = once(server, 'close');
    while (server.bufferedAmount <= 65_536) {
      for (const reply$ of replies) reply$.next(chunk('x'.repeat(1_000_000)));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await served;
    await closed;
    expect(replies.map(({ observed }) => observed)).toEqual(Array(2).fill(whenDisconnected === 'finish'));
    expect(server.listenerCount('message')).toBe(0);
  });

  it('ends a reply once, and frees its name, while the socket is full with its last message', async () => {
    const replies: Subject<GeminiChunk>[] = [];
    const { server, say, heard } = await serving(() => (replies[replies.length] = new Subject<GeminiChunk>()));
    say({ reply: 'a', message: '' });
    await vi.waitUntil(() => replies.length === 1);
    Object.defineProperty(server, 'bufferedAmount', { value: 1_000_000 });
    replies[0]!.complete();
    expect(await heard(1)).toMatchObject({ reply: 'a', event: 'done' });
    say({ reply: 'a', cancel: true });
    say({ reply: 'a', message: '' });
    await vi.waitUntil(() => replies.length === 2);
    replies[1]!.next(chunk('again'));
    expect(await heard(2)).toMatchObject({ reply: 'a', data: { candidates: [{}] } });
  });

  it('ends when the signal aborts, leaves no listener, and keeps the socket open', async () => {
    const controller = new AbortController();
    const { server, served, say, heard } = await serving(() => NEVER, { signal: controller.signal });
    say('rubbish');
    await heard(1);
    controller.abort();
    await served;
    for (const event of ['message', 'error']) expect(server.listenerCount(event)).toBe(0);
    expect(server.readyState).toBe(1);
  });

  it('throws at the call for a wrong option', async () => {
    const { server } = await connectedSockets();
    const socket: WebSocket = server;
    const none = undefined as never;
    expect(() => serveWebSocket(socket, none)).toThrow('Expected `handler` to be a function, got undefined');
    expect(() => serveWebSocket(socket, () => EMPTY, { maxReplies: 0 })).toThrow('Expected `maxReplies` to be a whole');
    expect(() => serveWebSocket(socket, () => EMPTY, { format: 'x' as never })).toThrow('Expected `format` to be');
    expect(server.listenerCount('message')).toBe(0);
  });
});
