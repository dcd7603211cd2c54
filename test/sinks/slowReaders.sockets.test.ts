import { Subject, type Observable } from 'rxjs';
import { describe, expect, it, vi } from 'vitest';
import { shareReply } from '../../operators/share/shareReply.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { textOf } from '../../src/chunk/readers.js';
import { toAsyncIterable } from '../../src/sinks/toAsyncIterable.js';
import { toReadableStream } from '../../src/sinks/toReadableStream.js';
import { toSseResponse } from '../../src/sinks/toSseResponse.js';
import { chunk } from '../../src/testing/chunks.js';
import { heapInUse } from './heap.js';
import { eventsIn } from './sse.js';

/** Reads one value of a sink, and returns its answer text; undefined at the end. */
type Read = () => Promise<string | undefined>;

const sinks: [string, (source: Observable<GeminiChunk>) => Read][] = [
  [
    'toAsyncIterable',
    (source) => {
      const iterator = toAsyncIterable(source)[Symbol.asyncIterator]();
      return async () => (await iterator.next()).value?.text;
    },
  ],
  [
    'toReadableStream',
    (source) => {
      const reader = toReadableStream(source).getReader();
      return async () => (await reader.read()).value?.text;
    },
  ],
  [
    'toSseResponse',
    (source) => {
      const reader = toSseResponse(source).body!.getReader();
      const decoder = new TextDecoder();
      const opened = reader.read();
      return async () => {
        await opened;
        const [event] = eventsIn(decoder.decode((await reader.read()).value));
        return event && !event.event ? textOf(event.data as GeminiChunk) : undefined;
      };
    },
  ],
];

describe.each(sinks)('%s', (_, open) => {
  it('loses no chunk with a slow reader, holds one chunk for it, and does not grow over 50 MB', async () => {
    const source$ = new Subject<GeminiChunk>();
    const read = open(source$);
    const piece = 'x'.repeat(10_000);
    const heaps: number[] = [];
    let next = read();
    await vi.waitUntil(() => source$.observed);
    for (let burst = 0; burst < 50; burst++) {
      for (let count = 0; count < 100; count++) source$.next(chunk(piece));
      // The one that was asked for, and all the others.
      expect(await next).toBe(piece);
      expect(await read()).toBe(piece.repeat(99));
      next = read();
      // Into the read that waits, on its way there.
      await new Promise((resolve) => setImmediate(resolve));
      if (burst % 10 === 9) heaps.push(heapInUse());
    }
    expect(heaps.at(-1)! - heaps[0]!).toBeLessThan(2_000_000);
    source$.complete();
    expect(await next).toBeUndefined();
  }, 30_000);

  it('sends the whole of one shared reply to 1 000 readers', async () => {
    const source$ = new Subject<GeminiChunk>();
    const shared$ = source$.pipe(shareReply());
    let begun = 0;
    const readers = Array.from({ length: 1_000 }, async () => {
      const read = open(shared$);
      let text = '';
      for (let part = await read(); part !== undefined; part = await read()) {
        if (text === '') begun += 1;
        text += part;
      }
      return text;
    });
    await vi.waitUntil(() => source$.observed);
    source$.next(chunk('a'));
    await vi.waitUntil(() => begun === 1_000);
    for (const text of 'bcd') source$.next(chunk(text));
    source$.complete();
    for (const text of await Promise.all(readers)) expect(text).toBe('abcd');
  }, 30_000);
});
