import { once } from 'node:events';
import { concat, of, Subject, throwError } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { textOf } from '../../src/chunk/readers.js';
import { GeminiError } from '../../src/errors/geminiError.js';
import { toWebSocket } from '../../src/sinks/toWebSocket.js';
import { fromGemini } from '../../src/sources/fromGemini.js';
import { chunk } from '../../src/testing/chunks.js';
import { emulate, params } from '../support/emulate.js';
import { heapInUse } from './heap.js';
import { connectedSockets } from './sockets.js';

describe('toWebSocket on real sockets', () => {
  it('sends the public form of an error over a real socket', async () => {
    const { server, client, messages } = await connectedSockets();
    const error = new GeminiError('secret', { kind: 'quota', status: 429 });
    const source$ = concat(
      of(chunk('a')),
      throwError(() => error),
    );
    await toWebSocket(source$, server);
    server.close();
    await once(client, 'close');
    const message = 'The quota is used up';
    expect(messages).toMatchObject([
      { data: { candidates: [{}] } },
      { event: 'error', data: { kind: 'quota', message, retryable: false, status: 429 } },
    ]);
  });

  it('closes the request of a client that never reads', async () => {
    // More than a loopback connection buffers, and the model continues.
    const chunks = Array.from({ length: 200 }, () => 'x'.repeat(50_000));
    const { ai, emulator } = await emulate({ chunks, stallAfter: { chunks: 199 } });
    const { server, client } = await connectedSockets();
    client.pause();
    const isClosed = once(server, 'close');
    await toWebSocket(fromGemini(ai, params), server, { maxStall: 500 });
    await emulator.requests[0]!.closed;
    expect(emulator.requests[0]).toMatchObject({ closedEarly: true });
    await isClosed;
  });

  it('loses no chunk with a slow reader, and holds one chunk for it', async () => {
    const { server, client, messages } = await connectedSockets();
    const source$ = new Subject<GeminiChunk>();
    const done = toWebSocket(source$, server, { resumable: true });
    client.pause();
    let isFull = false;
    // More than a loopback connection takes in.
    for (let sent = 0; sent < 2_000; sent++) {
      source$.next(chunk('x'.repeat(10_000)));
      isFull ||= server.bufferedAmount > 65_536;
      expect(server.bufferedAmount).toBeLessThan(65_536 + 11_000);
      if (sent % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    expect(isFull).toBe(true);
    client.resume();
    source$.complete();
    await done;
    server.close();
    await once(client, 'close');
    expect(messages.pop()).toEqual({ event: 'done', data: {} });
    const received = messages as { id: number; data: GeminiChunk }[];
    expect(received.reduce((length, { data }) => length + textOf(data).length, 0)).toBe(20_000_000);
    expect(received.length).toBeLessThan(2_000);
    expect(received.at(-1)!.id).toBe(1_999);
  }, 30_000);

  it('does not grow over 50 MB', async () => {
    const { server, client, messages } = await connectedSockets();
    const source$ = new Subject<GeminiChunk>();
    const done = toWebSocket(source$, server);
    const piece = 'x'.repeat(10_000);
    const heaps: number[] = [];
    let received = 0;
    for (let sent = 500_000; sent <= 50_000_000; sent += 500_000) {
      for (let count = 0; count < 50; count++) source$.next(chunk(piece));
      while (received < sent) {
        await once(client, 'message');
        for (const message of messages.splice(0)) received += textOf((message as { data: GeminiChunk }).data).length;
      }
      if (sent % 10_000_000 === 0) heaps.push(heapInUse());
    }
    expect(received).toBe(50_000_000);
    expect(heaps.at(-1)! - heaps[0]!).toBeLessThan(2_000_000);
    source$.complete();
    await done;
  }, 30_000);

  it.each(['close', 'terminate'] as const)('closes the request when the reader disconnects: %s', async (leave) => {
    const { ai, emulator } = await emulate({ chunks: ['a', 'b'], stallAfter: { chunks: 1 } });
    const { server, client } = await connectedSockets();
    const done = toWebSocket(fromGemini(ai, params), server);
    await once(client, 'message');
    client[leave]();
    await emulator.requests[0]!.closed;
    expect(emulator.requests[0]).toMatchObject({ closedEarly: true });
    await done;
  });
});
