import type { ServerResponse } from 'node:http';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import fc from 'fast-check';
import {
  concat,
  defer,
  from,
  lastValueFrom,
  map,
  NEVER,
  reduce,
  Subject,
  take,
  tap,
  throwError,
  timer,
  toArray,
  type Observable,
} from 'rxjs';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { classifyErrors } from '../../operators/protect/classifyErrors.js';
import { createRateLimiter } from '../../operators/protect/createRateLimiter.js';
import { protectReply } from '../../operators/protect/protectReply.js';
import { withProgress } from '../../operators/show/withProgress.js';
import { shareReply } from '../../operators/share/shareReply.js';
import { stopWhen } from '../../operators/protect/stopWhen.js';
import { takeUntilCancel } from '../../operators/protect/takeUntilCancel.js';
import { toReplyState } from '../../operators/show/toReplyState.js';
import { emptyChunk } from '../../src/chunk/emptyChunk.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { mergeChunks } from '../../src/chunk/mergeChunks.js';
import { GeminiError } from '../../src/errors/geminiError.js';
import { pipeToServerResponse } from '../../src/sinks/pipeToServerResponse.js';
import { toSseResponse } from '../../src/sinks/toSseResponse.js';
import { fromGemini } from '../../src/sources/fromGemini.js';
import { fromSse } from '../../src/sources/fromSse.js';
import { chunk, finishChunk } from '../../src/testing/chunks.js';
import { arbitraryChunk } from '../support/arbitraryChunks.js';
import { emulate, params } from '../support/emulate.js';
import { outcomeOf } from '../support/outcome.js';
import { expectSameData } from '../support/sameData.js';
import { serve } from './sse.js';

const merged = (source: Observable<GeminiChunk>) => lastValueFrom(source.pipe(reduce(mergeChunks, emptyChunk)));

/** Ends the response there, so that the event that ends a reply is missing. */
function cut(response: ServerResponse): Observable<never> {
  return defer(() => {
    response.end();
    return NEVER;
  });
}

/** A way to a server whose present connections can die: they stay open, and nothing comes through any more. */
async function deafPath(url: string): Promise<{ readonly url: string; die(): void }> {
  const sockets = new Set<Socket>();
  const path = createServer((client) => {
    const server = connect(Number(new URL(url).port), '127.0.0.1');
    client.pipe(server).pipe(client);
    for (const socket of [client, server]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => socket.destroy());
    }
  });
  await new Promise<void>((listening) => path.listen(0, '127.0.0.1', listening));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise<void>((closed) => path.close(() => closed()));
  });
  const die = () => {
    for (const socket of sockets) socket.unpipe().resume();
  };
  return { url: `http://127.0.0.1:${String((path.address() as AddressInfo).port)}/`, die };
}

/** Breaks the connection once all written bytes are sent. */
function cutOff(response: ServerResponse): void {
  setImmediate(() => response.destroy());
}

describe('fromSse', () => {
  it('reads what pipeToServerResponse writes, to the last field', async () => {
    let chunks: readonly GeminiChunk[] = [];
    const url = await serve((_, response) => {
      void pipeToServerResponse(from(chunks), response, { annotations: true });
    });
    await fc.assert(
      fc.asyncProperty(fc.array(arbitraryChunk), async (written) => {
        chunks = written;
        expectSameData(await merged(fromSse(url)), written.reduce(mergeChunks, emptyChunk));
      }),
      { numRuns: 50 },
    );
  }, 30_000);

  it('reads what toSseResponse writes', async () => {
    const fetch = async () => toSseResponse(from([chunk('a'), chunk('b'), finishChunk()]));
    const read = fromSse('http://127.0.0.1/', {}, { fetch });
    expect(
      await lastValueFrom(
        read.pipe(
          map(({ text }) => text),
          toArray(),
        ),
      ),
    ).toEqual(['a', 'b']);
  });

  it.each(['chunk', 'text'] as const)(
    'reads the id and the last status of an interaction: format %s',
    async (format) => {
      const at = (status: string, cursor: number) => ({ interaction: { id: 'v1_a', status, cursor: String(cursor) } });
      const chunks: GeminiChunk[] = [
        { text: '', ...at('queued', 0) },
        { ...chunk('a'), ...at('in_progress', 1) },
        { text: '', ...at('in_progress', 2) },
        { ...finishChunk(), ...at('in_progress', 3) },
        { text: '', ...at('completed', 4) },
      ];
      const broken$ = concat(
        from(chunks),
        throwError(() => new GeminiError('no', { kind: 'server' })),
      );
      const url = await serve((request, response) => {
        void pipeToServerResponse(request.url === '/broken' ? broken$ : from(chunks), response, { format });
      });
      const reply = await merged(fromSse(url));
      expect(reply).toMatchObject({ text: 'a', candidates: [{ finishReason: 'STOP' }] });
      expect(reply.interaction).toEqual({ id: 'v1_a', status: 'completed' });
      const { values, error } = await outcomeOf(fromSse(`${url}/broken`));
      expect(error).toMatchObject({ kind: 'server' });
      expect(values.reduce(mergeChunks).interaction).toEqual({ id: 'v1_a', status: 'completed' });
    },
  );

  it.each([false, ['cost'], true] as const)(
    'reads that the reply waits, and how long: annotations %j',
    async (annotations) => {
      let requests = 0;
      const ask$ = defer(() => {
        requests += 1;
        return requests === 1
          ? throwError(() => new GeminiError('Slowly.', { kind: 'rate_limit', retryAfter: 20 }))
          : from([chunk('a'), finishChunk()]);
      });
      const limiter = createRateLimiter({ requestsPerMinute: 100 });
      const reply$ = ask$.pipe(protectReply({ limit: limiter.limit(), retry: { jitter: false } }), withProgress());
      const url = await serve((_, response) => {
        void pipeToServerResponse(reply$, response, { annotations });
      });
      const { values } = await outcomeOf(fromSse(url).pipe(toReplyState()));
      const waits = values.map(({ status, retrying, queued }) => [status, retrying?.delay, queued?.position]);
      expect(waits).toContainEqual(['waiting', 20, undefined]);
      expect(waits).toContainEqual(['waiting', 0, undefined]);
      expect(waits.at(-1)).toEqual(['complete', undefined, undefined]);
      expect(values.find(({ retrying }) => retrying)?.retrying).toEqual({ attempt: 1, delay: 20, kind: 'rate_limit' });
      expect(values.some(({ progress }) => progress)).toBe(annotations === true);
    },
  );

  it('fails with the error that ended the reply', async () => {
    const error = new GeminiError('secret', { kind: 'rate_limit', status: 429, retryAfter: 100_000 });
    const reply$ = concat(
      from([chunk('a')]),
      throwError(() => error),
    );
    const url = await serve((_, response) => void pipeToServerResponse(reply$, response));
    const { values, error: read } = await outcomeOf(fromSse(url));
    expect(values).toEqual([chunk('a')]);
    expect(read).toMatchObject({ kind: 'rate_limit', retryable: true, status: 429, retryAfter: 100_000 });
    expect(read!.message).not.toContain('secret');
  });

  it('makes one request if the connection breaks, unless the route is resumable', async () => {
    const { ai, emulator } = await emulate({ chunks: ['one ', 'two '], stallAfter: { chunks: 1 } });
    const asked: unknown[] = [];
    const url = await serve((request, response) => {
      asked.push(request.method);
      void pipeToServerResponse(fromGemini(ai, params).pipe(tap(() => cutOff(response))), response);
    });
    const { values, error } = await outcomeOf(fromSse(url, { json: 'Buy two tickets' }, { reconnect: { delay: 0 } }));
    expect(values.map(({ text }) => text)).toEqual(['one ']);
    expect(error).toMatchObject({ kind: 'truncated', retryable: true });
    expect([asked, emulator.requests.length]).toEqual([['POST'], 1]);
  });

  it.each([
    ['ended', undefined],
    ['failed', { kind: 'overloaded', status: 503 }],
  ] as const)('gets the rest of a shared reply that has %s while its reader was disconnected', async (_, expected) => {
    const { ai, emulator } = await emulate({ chunks: ['1', '2', '3', '4', '5'], pace: 1 });
    const answer$ = fromGemini(ai, params);
    const failing$ = concat(
      answer$.pipe(take(4)),
      throwError(() => new GeminiError('Busy', { kind: 'overloaded', status: 503 })),
    );
    const reply$ = (expected ? failing$ : answer$).pipe(classifyErrors(), shareReply({ resumable: true }));
    const asked: unknown[] = [];
    const url = await serve((request, response) => {
      const lastEventId = request.headers['last-event-id'];
      // The first time, the connection is cut after one chunk; the second time, nothing is cut.
      const isFirst = asked.push(lastEventId) === 1;
      const first$ = concat(reply$.pipe(take(1)), NEVER).pipe(tap(() => cutOff(response)));
      const begun = isFirst ? Promise.resolve() : emulator.requests[0]!.closed;
      const served$ = isFirst ? first$ : reply$;
      void begun.then(() => pipeToServerResponse(served$, response, { resumable: true, lastEventId }));
    });
    const { values, error } = await outcomeOf(fromSse(url, { json: 1 }, { reconnect: { delay: 0 } }));
    expect(values.map(({ text }) => text).join('')).toBe(expected ? '1234' : '12345');
    if (expected) expect(error).toMatchObject(expected);
    else expect(error).toBeUndefined();
    expect([asked, emulator.requests.length]).toEqual([[undefined, '0'], 1]);
  });

  it('continues on a new connection when one falls silent', async () => {
    const source$ = new Subject<GeminiChunk>();
    const reply$ = source$.pipe(shareReply({ resumable: true }));
    const asked: unknown[] = [];
    const url = await serve((request, response) => {
      const lastEventId = request.headers['last-event-id'];
      asked.push(lastEventId);
      void pipeToServerResponse(reply$, response, { resumable: true, lastEventId, heartbeat: 50 });
    });
    const path = await deafPath(url);
    const texts: string[] = [];
    const read = lastValueFrom(
      fromSse(path.url, {}, { reconnect: { delay: 0 } }).pipe(
        tap(({ text }) => texts.push(text)),
        toArray(),
      ),
    );
    await vi.waitUntil(() => source$.observed);
    source$.next(chunk('one '));
    await vi.waitUntil(() => texts.length === 1);
    path.die();
    source$.next(chunk('two.'));
    source$.complete();
    await read;
    expect([texts, asked]).toEqual([
      ['one ', 'two.'],
      [undefined, '0'],
    ]);
  });

  it('recognises a reply that was cancelled or stopped on the server', async () => {
    const { ai } = await emulate({ chunks: ['one ', 'two ', 'three '], stallAfter: { chunks: 2 } });
    const reply$ = fromGemini(ai, params);
    const cutShort = { cancelled: takeUntilCancel(timer(50)), stopped: stopWhen<GeminiChunk>({ maxChars: 6 }) };
    for (const [name, operator] of Object.entries(cutShort)) {
      for (const format of ['chunk', 'text'] as const) {
        const url = await serve((_, response) => {
          void pipeToServerResponse(reply$.pipe(classifyErrors(), operator), response, { format });
        });
        const state = await lastValueFrom(fromSse(url).pipe(classifyErrors(), toReplyState()));
        expect(state.error).toBeUndefined();
        expect(state.reply).toHaveProperty([name, 'reason']);
      }
    }
  });

  it('continues where the connection was cut, without loss or repetition', async () => {
    const chunks = [...Array.from({ length: 20 }, (_, index) => chunk(`${index} `)), finishChunk()];
    const asked: unknown[] = [];
    const url = await serve((request, response) => {
      const lastEventId = request.headers['last-event-id'];
      asked.push(lastEventId);
      // Each connection brings four more, and breaks.
      const have = lastEventId === undefined ? 0 : Number(lastEventId) + 1;
      const part$ = have > 15 ? from(chunks) : concat(from(chunks).pipe(take(have + 4)), cut(response));
      void pipeToServerResponse(part$, response, { resumable: true, lastEventId });
    });
    const texts = await lastValueFrom(fromSse(url, {}, { reconnect: { delay: 0 } }).pipe(toArray()));
    expect(texts).toEqual(chunks);
    expect(asked).toEqual([undefined, '3', '7', '11', '15']);
  });
});
