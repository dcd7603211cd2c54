import { EventEmitter, getEventListeners } from 'node:events';
import { EMPTY, NEVER, Observable, of, Subject } from 'rxjs';
import { afterEach, beforeEach, describe, expect, expectTypeOf, it, vi } from 'vitest';
import type { WebSocket as NodeWebSocket } from 'ws';
import { shareReply } from '../../operators/share/shareReply.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { textOf } from '../../src/chunk/readers.js';
import { toWebSocket } from '../../src/sinks/toWebSocket.js';
import type { WebSocketLike } from '../../src/rx/webSocketLike.js';
import { chunk, finishChunk } from '../../src/testing/chunks.js';

/** A socket whose state a test sets. */
class FakeSocket implements WebSocketLike {
  readyState = 1;
  bufferedAmount = 0;
  readonly sent: string[] = [];
  readonly events = new EventEmitter();

  send(text: string): void {
    this.sent.push(text);
  }
  addEventListener(type: string, listener: (event: { data: unknown }) => void): void {
    this.events.on(type, listener);
  }
  removeEventListener(type: string, listener: (event: { data: unknown }) => void): void {
    this.events.off(type, listener);
  }
}

describe('toWebSocket', () => {
  it('with `resumable`, sends each chunk with its index, and the end', async () => {
    const socket = new FakeSocket();
    await toWebSocket(of(chunk('Hello'), finishChunk()), socket, { resumable: true });
    expect(socket.sent).toEqual([
      '{"id":0,"data":{"candidates":[{"index":0,"content":{"role":"model","parts":[{"text":"Hello"}]}}]}}',
      '{"id":1,"data":{"candidates":[{"index":0,"finishReason":"STOP"}]}}',
      '{"event":"done","data":{}}',
    ]);
    expect(socket.events.eventNames()).toEqual([]);
  });

  it('sends no index without `resumable`', async () => {
    const socket = new FakeSocket();
    await toWebSocket(of(finishChunk()), socket);
    expect(socket.sent).toEqual([
      '{"data":{"candidates":[{"index":0,"finishReason":"STOP"}]}}',
      '{"event":"done","data":{}}',
    ]);
  });

  it('sends the id and the status of an interaction, and counts only the chunks that are sent', async () => {
    const socket = new FakeSocket();
    const at = (status: string, cursor: string) => ({ text: '', interaction: { id: 'v1_a', status, cursor } });
    const notices = of<GeminiChunk[]>(at('queued', '0'), at('queued', '1'), at('in_progress', '2'));
    await toWebSocket(notices, socket, { resumable: true });
    expect(socket.sent).toEqual([
      '{"id":0,"data":{"interaction":{"id":"v1_a","status":"queued"}}}',
      '{"id":1,"data":{"interaction":{"id":"v1_a","status":"in_progress"}}}',
      '{"event":"done","data":{}}',
    ]);
  });

  it('writes the other formats', async () => {
    const socket = new FakeSocket();
    await toWebSocket(of(chunk('Hello')), socket, { format: 'text' });
    expect(socket.sent).toEqual(['{"data":{"text":"Hello"}}', '{"data":{"done":true}}']);
  });

  it('waits until the socket is open', async () => {
    const socket = new FakeSocket();
    socket.readyState = 0;
    const subscribed = vi.fn();
    const source$ = new Observable<GeminiChunk>((destination) => {
      subscribed();
      destination.complete();
    });
    const done = toWebSocket(source$, socket);
    expect(subscribed).not.toHaveBeenCalled();
    socket.events.emit('open');
    await done;
    expect(socket.sent).toHaveLength(1);
  });

  it('makes no request for a socket that is closed', async () => {
    for (const readyState of [2, 3]) {
      const subscribed = vi.fn();
      await toWebSocket(new Observable<GeminiChunk>(subscribed), Object.assign(new FakeSocket(), { readyState }));
      expect(subscribed).not.toHaveBeenCalled();
    }
  });

  it('merges the chunks that arrive while the socket is full, and checks it only then', async () => {
    vi.useFakeTimers();
    try {
      const socket = new FakeSocket();
      const source$ = new Subject<GeminiChunk>();
      const done = toWebSocket(source$, socket, { heartbeat: false, highWaterMark: 100, resumable: true });
      source$.next(chunk('a'));
      expect(vi.getTimerCount()).toBe(0);
      socket.bufferedAmount = 101;
      source$.next(chunk('b'));
      expect(vi.getTimerCount()).toBe(1);
      for (const text of 'cde') source$.next(chunk(text));
      await vi.advanceTimersByTimeAsync(1_000);
      expect(socket.sent).toHaveLength(2);
      socket.bufferedAmount = 100;
      await vi.advanceTimersByTimeAsync(10);
      expect(socket.sent).toHaveLength(3);
      expect(vi.getTimerCount()).toBe(0);
      source$.complete();
      await done;
      const merged = JSON.parse(socket.sent[2]!) as { id: number; data: GeminiChunk };
      expect([merged.id, textOf(merged.data)]).toEqual([4, 'cde']);
    } finally {
      vi.useRealTimers();
    }
  });

  it.each(['terminate', 'close'] as const)('drops a client that has read no byte for `maxStall`: %s', async (how) => {
    vi.useFakeTimers();
    try {
      const socket = Object.assign(new FakeSocket(), {
        close: vi.fn(),
        ...(how === 'terminate' && { terminate: vi.fn() }),
      });
      const source$ = new Subject<GeminiChunk>();
      const settled = vi.fn();
      void toWebSocket(source$, socket, { highWaterMark: 0, maxStall: 300 }).then(settled);
      socket.bufferedAmount = 1_000;
      source$.next(chunk('a'));
      // It takes a byte just in time, also after somebody else has added some.
      for (const [at, amount] of [
        [290, 999],
        [100, 5_000],
        [190, 4_999],
      ] as const) {
        await vi.advanceTimersByTimeAsync(at);
        socket.bufferedAmount = amount;
        source$.next(chunk('b'));
      }
      await vi.advanceTimersByTimeAsync(10);
      await vi.advanceTimersByTimeAsync(290);
      expect(settled).not.toHaveBeenCalled();
      await vi.advanceTimersByTimeAsync(10);
      expect(settled).toHaveBeenCalledTimes(1);
      expect(source$.observed).toBe(false);
      expect(socket[how]).toHaveBeenCalledTimes(1);
      expect(socket.close).toHaveBeenCalledTimes(how === 'close' ? 1 : 0);
      expect(socket.sent).toHaveLength(1);
      expect(socket.events.eventNames()).toEqual([]);
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  it('waits five minutes for a client that does not read, or without a limit', async () => {
    vi.useFakeTimers();
    try {
      const sockets = [new FakeSocket(), new FakeSocket()];
      const settled = sockets.map(() => vi.fn());
      for (const [index, maxStall] of [undefined, false as const].entries()) {
        sockets[index]!.bufferedAmount = 100_000;
        void toWebSocket(of(chunk('a')), sockets[index]!, { maxStall }).then(settled[index]);
      }
      await vi.advanceTimersByTimeAsync(299_990);
      expect(settled[0]).not.toHaveBeenCalled();
      await vi.advanceTimersByTimeAsync(10);
      expect(settled[0]).toHaveBeenCalledTimes(1);
      await vi.advanceTimersByTimeAsync(400_000);
      expect(settled[1]).not.toHaveBeenCalled();
    } finally {
      vi.useRealTimers();
    }
  });

  describe('with a heartbeat', () => {
    const beat = '{"event":"heartbeat","data":{}}';

    beforeEach(() => {
      vi.useFakeTimers();
    });
    afterEach(() => {
      vi.useRealTimers();
    });

    it.each([undefined, 15_000, 200])('sends one after each silence: %o', async (heartbeat) => {
      const ms = heartbeat ?? 15_000;
      const socket = new FakeSocket();
      const source$ = new Subject<GeminiChunk>();
      const done = toWebSocket(source$, socket, { heartbeat });
      await vi.advanceTimersByTimeAsync(ms - 1);
      expect(socket.sent).toEqual([]);
      await vi.advanceTimersByTimeAsync(1);
      expect(socket.sent).toEqual([beat]);
      await vi.advanceTimersByTimeAsync(ms - 1);
      source$.next(chunk('a'));
      await vi.advanceTimersByTimeAsync(ms - 1);
      expect(socket.sent.splice(0)).toEqual([beat, expect.stringContaining('"a"')]);
      await vi.advanceTimersByTimeAsync(1 + 2 * ms);
      expect(socket.sent).toEqual([beat, beat, beat]);
      source$.complete();
      await done;
      expect(vi.getTimerCount()).toBe(0);
    });

    it('sends none with `false`, before the socket is open, and while it is full', async () => {
      const socket = new FakeSocket();
      void toWebSocket(NEVER, socket, { heartbeat: false });
      await vi.advanceTimersByTimeAsync(60_000);
      const connecting = Object.assign(new FakeSocket(), { readyState: 0 });
      void toWebSocket(NEVER, connecting, { heartbeat: 100 });
      await vi.advanceTimersByTimeAsync(1_000);
      const full = new FakeSocket();
      const source$ = new Subject<GeminiChunk>();
      void toWebSocket(source$, full, { heartbeat: 100, maxStall: false });
      full.bufferedAmount = 1_000_000;
      source$.next(chunk('a'));
      await vi.advanceTimersByTimeAsync(1_000);
      expect([socket.sent, connecting.sent, full.sent.length]).toEqual([[], [], 1]);
      for (const each of [socket, connecting, full]) each.events.emit('close');
      expect(vi.getTimerCount()).toBe(0);
    });

    it.each(['text', 'function'])('sends the same message in another format: %s', async (name) => {
      const socket = new FakeSocket();
      const format = name === 'text' ? 'text' : () => ({ mine: 1 });
      void toWebSocket(NEVER, socket, { heartbeat: 100, format });
      await vi.advanceTimersByTimeAsync(100);
      expect(socket.sent).toEqual([beat]);
      socket.events.emit('close');
    });
  });

  it('ends if the socket throws, as some closed sockets do', async () => {
    const socket = new FakeSocket();
    socket.send = () => {
      throw new Error('readyState not OPEN');
    };
    const source$ = new Subject<GeminiChunk>();
    const done = toWebSocket(source$, socket);
    source$.next(chunk('a'));
    await done;
    expect(source$.observed).toBe(false);
    expect(socket.events.eventNames()).toEqual([]);
  });

  it('unsubscribes when the signal aborts or the socket fails, and keeps the socket open', async () => {
    const controller = new AbortController();
    const socket = new FakeSocket();
    const aborted = toWebSocket(NEVER, socket, { signal: controller.signal });
    controller.abort();
    await aborted;
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
    const failed = toWebSocket(NEVER, socket);
    socket.events.emit('error', new Error('broken'));
    await failed;
    expect(socket.events.eventNames()).toEqual([]);
    expect(socket.sent).toEqual([]);
  });

  it('with `finish`, lets the source complete', async () => {
    const source$ = new Subject<GeminiChunk>();
    const socket = new FakeSocket();
    const done = toWebSocket(source$, socket, { whenDisconnected: 'finish' });
    socket.events.emit('close');
    await done;
    expect(source$.observed).toBe(true);
    source$.next(chunk('a'));
    expect(socket.sent).toEqual([]);
  });

  it('serves 1 000 sockets from one reply', async () => {
    const source$ = new Subject<GeminiChunk>();
    const shared$ = source$.pipe(shareReply());
    const sockets = Array.from({ length: 1_000 }, () => new FakeSocket());
    const all = sockets.map((socket) => toWebSocket(shared$, socket));
    source$.next(chunk('a'));
    source$.next(chunk('b'));
    source$.complete();
    await Promise.all(all);
    for (const { sent } of sockets) expect(sent).toHaveLength(3);
  });

  it('throws at the call for a wrong option', () => {
    const socket = new FakeSocket();
    expect(() => toWebSocket(EMPTY, undefined as never)).toThrow('Expected `socket` to be a WebSocket, got undefined');
    expect(() => toWebSocket(null as never, socket)).toThrow('Expected `source` to be an Observable, got null');
    expect(() => toWebSocket(EMPTY, {} as WebSocketLike)).toThrow('Expected `socket` to be a WebSocket, got an object');
    expect(() => toWebSocket(EMPTY, undefined as never)).toThrow('Expected `socket` to be a WebSocket, got undefined');
    expect(() => toWebSocket(EMPTY, socket, { heartbeat: 0 })).toThrow('Expected `heartbeat` to be a positive');
    expect(() => toWebSocket(EMPTY, socket, { heartbeat: true as never })).toThrow(TypeError);
    expect(() => toWebSocket(EMPTY, socket, { highWaterMark: -1 })).toThrow('Expected `highWaterMark` to be');
    expect(() => toWebSocket(EMPTY, socket, { maxStall: -1 })).toThrow(
      'Expected `maxStall` to be a positive number of ms',
    );
    expect(() => toWebSocket(EMPTY, socket, { annotations: 1 as never })).toThrow('Expected `annotations` to be');
    expect(socket.events.eventNames()).toEqual([]);
  });

  it('accepts the sockets of browsers and of ws', () => {
    expectTypeOf<WebSocket>().toExtend<WebSocketLike>();
    expectTypeOf<NodeWebSocket>().toExtend<WebSocketLike>();
  });
});
