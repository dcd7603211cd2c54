import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { concatMap, delay, from, of } from 'rxjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { followReply, publishReply } from 'rxjs-gemini/redis';
import { emptyChunk } from '../../src/chunk/emptyChunk.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { mergeChunks } from '../../src/chunk/mergeChunks.js';
import { pipeToServerResponse } from '../../src/sinks/pipeToServerResponse.js';
import { toSseResponse } from '../../src/sinks/toSseResponse.js';
import { fromSse } from '../../src/sources/fromSse.js';
import { finishChunk } from '../../src/testing/chunks.js';
import { serve } from '../sinks/sse.js';
import { arbitraryChunk } from '../support/arbitraryChunks.js';
import { eventually, watch } from '../support/followedReply.js';
import { setUpRedis, type RedisSetup } from '../support/redisClients.js';
import { hasRedis } from '../support/redisServer.js';
import { expectSameData } from '../support/sameData.js';

/** Lets the connection of a response break after some bytes of its body. */
function breakAfter(response: ServerResponse, bytes: number): void {
  let rest = bytes;
  const write = response.write.bind(response) as (part: Buffer) => boolean;
  response.write = (part: string | Uint8Array) => {
    if (rest <= 0) return true;
    const cut = Buffer.from(part as string).subarray(0, rest);
    rest -= cut.length;
    const isTaken = write(cut);
    if (rest <= 0) setImmediate(() => response.destroy());
    return isTaken;
  };
}

const send = {
  toSseResponse: (source: ReturnType<typeof followReply>, response: ServerResponse) => {
    const { status, headers, body } = toSseResponse(source);
    response.writeHead(status, Object.fromEntries(headers));
    Readable.fromWeb(body as never)
      .on('error', () => undefined)
      .pipe(response);
  },
  pipeToServerResponse: (source: ReturnType<typeof followReply>, response: ServerResponse) => {
    void pipeToServerResponse(source, response);
  },
};

describe.skipIf(!hasRedis)('a reader whose connection breaks, and who comes back to another server', () => {
  let setup: RedisSetup;
  beforeAll(async () => {
    setup = await setUpRedis();
  });
  afterAll(() => setup.stop());

  it.each(Object.keys(send) as (keyof typeof send)[])('has all, and nothing twice: %s', async (sink) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(arbitraryChunk, { minLength: 1, maxLength: 12 }),
        fc.array(fc.integer({ min: 1, max: 1_500 }), { maxLength: 6 }),
        async (chunks, cuts) => {
          const id = randomUUID();
          const source = [...chunks, finishChunk()];
          const asked: (string | undefined)[] = [];
          const urls = await Promise.all(
            [setup.follower, setup.publisher].map((redis) =>
              serve(({ headers }, response) => {
                const after = headers['last-event-id'] as string | undefined;
                const cut = cuts[asked.push(after) - 1];
                if (cut !== undefined) breakAfter(response, cut);
                send[sink](followReply(redis, id, { after }), response);
              }),
            ),
          );
          const own = watch(
            from(source).pipe(
              concatMap((one) => of(one).pipe(delay(2))),
              publishReply(setup.publisher, id),
            ),
          );
          await eventually(async () => (await setup.admin.exists(`rxjs-gemini:{${id}}:state`)) === 1);
          // A load balancer: each request goes to the other server.
          const balancer = await serve(({ headers }, response) => {
            response
              .writeHead(307, { location: urls[asked.length % 2]!, vary: String(headers['last-event-id']) })
              .end();
          });
          const reader = await watch(fromSse(balancer, {}, { reconnect: { delay: 0, count: 100 } })).ended;
          await own.ended;
          // A first connection that gives no chunk is not repeated.
          if (asked.length === 1 && reader.error !== undefined && reader.values.length === 0) return;
          expect(reader.error).toBeUndefined();
          const merged = (all: readonly GeminiChunk[]) => all.reduce(mergeChunks, emptyChunk);
          expectSameData(merged(reader.values), merged(source));
        },
      ),
      { numRuns: Number(process.env['REDIS_RUNS'] ?? 20) },
    );
  });
});
