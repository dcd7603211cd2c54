import { delay, map, of, Subject, timer, type Observable } from 'rxjs';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { serveWebSocket, type ServeWebSocketOptions } from '../../src/sinks/serveWebSocket.js';
import { chunk } from '../../src/testing/chunks.js';
import { latency, pairedSockets } from '../support/pairedSockets.js';

/** A client by hand of a server in virtual time: the test moves the time. */
function serving(options: ServeWebSocketOptions = {}, reply$: Observable<GeminiChunk> = new Subject<GeminiChunk>()) {
  vi.useFakeTimers();
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const { WebSocket, servers } = pairedSockets((socket) => void serveWebSocket(socket, () => reply$, options));
  const client = new WebSocket('ws://host/');
  const pass = (ms: number) => vi.advanceTimersByTime(ms);
  pass(latency);
  const server = servers[0]!;
  const say = (message: unknown) => {
    client.say(message);
    pass(latency);
  };
  const end = () => {
    server.terminate();
    pass(latency);
    expect(vi.getTimerCount()).toBe(0);
  };
  return { server, say, pass, end, isOpen: () => server.readyState === 1 };
}

/** The time within which an expired limit is noticed, in ms. */
const margin = 60;

describe('a client that announces heartbeats', () => {
  it('is told those of the server, each time that it announces them', () => {
    const { server, say, end } = serving({ heartbeat: 1_000 });
    say({ reply: 'a', message: '', heartbeat: 500 });
    expect(server.said).toEqual([{ event: 'heartbeat', data: { interval: 1_000 } }]);
    say({ reply: 'b', message: '', heartbeat: 500 });
    expect(server.said).toHaveLength(2);
    end();
  });

  it('is dropped after three missing heartbeats, and its replies are unsubscribed', () => {
    const reply$ = new Subject<GeminiChunk>();
    const { say, pass, isOpen } = serving({ heartbeat: 1_000 }, reply$);
    say({ reply: 'a', message: '', heartbeat: 2_000 });
    for (let beats = 0; beats < 5; beats++) {
      pass(5_900);
      say({ event: 'heartbeat' });
    }
    expect([isOpen(), reply$.observed]).toEqual([true, true]);
    pass(6_000 - 1);
    expect(isOpen()).toBe(true);
    pass(margin);
    expect([isOpen(), reply$.observed, vi.getTimerCount()]).toEqual([false, false, 0]);
  });

  it('is dropped though the server sends to it all the time', () => {
    const reply$ = timer(0, 100).pipe(map(() => chunk('x')));
    const { say, pass, isOpen } = serving({ heartbeat: 1_000 }, reply$);
    say({ reply: 'a', message: '', heartbeat: 1_000 });
    pass(3_000 + margin);
    expect(isOpen()).toBe(false);
  });

  it('has the time of three heartbeats of the server, if those are longer', () => {
    const { say, pass, isOpen } = serving({ heartbeat: 10_000 });
    say({ reply: 'a', message: '', heartbeat: 1_000 });
    pass(30_000 - 1);
    expect(isOpen()).toBe(true);
    pass(margin);
    expect(isOpen()).toBe(false);
  });

  it('has the time of the longest heartbeats that it has announced', () => {
    const { say, pass, isOpen } = serving({ heartbeat: 10 });
    say({ reply: 'a', message: '', heartbeat: 5_000 });
    say({ reply: 'b', message: '', heartbeat: 1_000 });
    pass(15_000 - 2);
    expect(isOpen()).toBe(true);
    pass(margin);
    expect(isOpen()).toBe(false);
  });

  it('is kept by any message, also by one that is refused', () => {
    const { say, pass, isOpen, end } = serving({ heartbeat: 1_000 });
    say({ reply: 'a', message: '', heartbeat: 1_000 });
    for (const message of [{ reply: 'b', cancel: true }, 7, { reply: 'a', message: '' }, { event: 'heartbeat' }]) {
      pass(2_900);
      say(message);
    }
    expect(isOpen()).toBe(true);
    end();
  });

  it('need not send them without an open reply', () => {
    const { say, pass, isOpen, end } = serving({ heartbeat: 1_000 }, of(chunk('x')).pipe(delay(500)));
    say({ reply: 'a', message: '', heartbeat: 1_000 });
    pass(600_000);
    expect(isOpen()).toBe(true);
    say({ reply: 'b', message: '' });
    pass(600_000);
    expect(isOpen()).toBe(true);
    end();
  });

  it('is neither answered nor dropped with `heartbeat: false`', () => {
    const { server, say, pass, isOpen, end } = serving({ heartbeat: false });
    say({ reply: 'a', message: '', heartbeat: 1_000 });
    pass(600_000);
    expect([isOpen(), server.sent]).toEqual([true, []]);
    end();
  });

  it.each([0, -1, '1000', null, {}, 1e300])('is not one with the interval %j', (heartbeat) => {
    const { say, pass, isOpen, end } = serving({ heartbeat: 1_000 });
    say({ reply: 'a', message: '', heartbeat });
    pass(600_000);
    expect(isOpen()).toBe(true);
    end();
  });

  it('gets no answer while it does not read, and need not send heartbeats then', () => {
    const { server, say, pass, isOpen, end } = serving({ heartbeat: 1_000, maxStall: false });
    server.bufferedAmount = 1_000_000;
    say({ reply: 'a', message: '', heartbeat: 1_000 });
    pass(600_000);
    expect([isOpen(), server.sent]).toEqual([true, []]);
    end();
  });
});

describe('a client that does not announce heartbeats', () => {
  it('is not dropped, and is told nothing of them', () => {
    const { server, say, pass, isOpen, end } = serving({ heartbeat: 1_000 });
    say({ reply: 'a', message: '' });
    pass(600_000);
    expect([isOpen(), server.said[0], server.sent.length]).toEqual([true, { event: 'heartbeat', data: {} }, 600]);
    end();
  });

  it('may send heartbeats, which are not answered', () => {
    const reply$ = new Subject<GeminiChunk>();
    const { server, say, pass, isOpen, end } = serving({ heartbeat: 5_000 }, reply$);
    for (const message of [{ event: 'heartbeat' }, { event: 'heartbeat', data: {} }]) say(message);
    expect(server.sent).toEqual([]);
    say({ event: 'other' });
    expect(server.said).toMatchObject([{ event: 'error', data: { kind: 'invalid_request' } }]);
    say({ reply: 'a', message: '', event: 'heartbeat' });
    expect(reply$.observed).toBe(true);
    pass(100_000);
    expect(isOpen()).toBe(true);
    end();
  });
});
