import { readFile } from 'node:fs';
import { tap } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { timeoutReply } from '../../../operators/protect/timeoutReply.js';
import { emptyChunk } from '../../../src/chunk/emptyChunk.js';
import type { GeminiChunk } from '../../../src/chunk/geminiChunk.js';
import { fromGemini } from '../../../src/sources/fromGemini.js';
import { fromSse } from '../../../src/sources/fromSse.js';
import { callChunk, chunk, finishChunk, thoughtChunk, usageChunk } from '../../../src/testing/chunks.js';
import { emulate, params } from '../../support/emulate.js';
import { outcomeOf } from '../../support/outcome.js';
import { threadServer } from '../../support/threadServer.js';

const values = {
  a: chunk('a'),
  b: chunk('b'),
  c: callChunk('lookUp'),
  t: thoughtChunk('Hm'),
  u: usageChunk({ promptTokenCount: 3 }),
  f: finishChunk(),
  n: emptyChunk,
};

describe('timeoutReply on real sockets', () => {
  describe('while the thread is busy for longer than a limit', () => {
    const event = (each: GeminiChunk) => `data: ${JSON.stringify(each)}\n\n`;
    const rest = `${event(values.b)}${event(values.f)}`;
    /** How a thread comes to be held: by whatever else a process does. */
    const places: Record<string, (work: () => void) => unknown> = {
      'by a handler of input': (work) => {
        readFile(import.meta.filename, work);
      },
      'by an immediate': (work) => setImmediate(work),
      'by a timer': (work) => setTimeout(work, 1),
      'by a microtask': (work) => {
        queueMicrotask(work);
      },
      'by the consumer': (work) => {
        work();
      },
    };
    const cases = Object.keys(places).flatMap((place) => [false, true].map((isPacked) => ({ place, isPacked })));

    it.each(cases)(
      'reads the waiting data of the socket first: $place, compressed: $isPacked',
      async ({ place, isPacked }) => {
        const limit = 100;
        for (const limits of [{ each: limit }, { total: limit }]) {
          const server = await threadServer(event(values.a), rest, isPacked);
          const start = performance.now();
          const hold = () => {
            server.hold(() => performance.now() - start > limit + 10);
          };
          let isHeld = false;
          const held = tap<GeminiChunk>(() => {
            if (!isHeld) places[place]!(hold);
            isHeld = true;
          });
          const outcome = await outcomeOf(fromSse(server.url).pipe(timeoutReply(limits), held));
          expect(outcome.error).toBeUndefined();
          expect(outcome.values.map(({ text }) => text).join('')).toBe('ab');
        }
      },
    );

    it('reads the waiting data before it fails for a missing beginning', async () => {
      const server = await threadServer('', `${event(values.a)}${rest}`);
      const start = performance.now();
      const limit = 100;
      const result = fromSse(
        server.url,
        {},
        {
          fetch: async (input, init) => {
            const response = await fetch(input, init);
            setImmediate(() => server.hold(() => performance.now() - start > limit + 10));
            return response;
          },
        },
      ).pipe(timeoutReply({ first: limit }));
      expect((await outcomeOf(result)).error).toBeUndefined();
    });

    it('fails if no data waits', async () => {
      const { ai } = await emulate({ chunks: ['a', 'b'], stallAfter: { chunks: 1 } });
      const start = performance.now();
      const held = tap<GeminiChunk>(() => {
        while (performance.now() - start < 150);
      });
      const outcome = await outcomeOf(fromGemini(ai, params).pipe(held, timeoutReply({ each: 100 })));
      expect(outcome.error).toMatchObject({ kind: 'timeout' });
    });
  });
});
