import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import fc from 'fast-check';
import {
  concat,
  concatMap,
  delay,
  from,
  identity,
  lastValueFrom,
  map,
  NEVER,
  of,
  reduce,
  startWith,
  Subject,
  switchMap,
  type Observable,
} from 'rxjs';
import { WebSocket, WebSocketServer } from 'ws';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { bufferChunks } from '../../operators/show/bufferChunks.js';
import { smoothText } from '../../operators/show/smoothText.js';
import { withProgress } from '../../operators/show/withProgress.js';
import { emptyChunk } from '../../src/chunk/emptyChunk.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { mergeChunks } from '../../src/chunk/mergeChunks.js';
import { GeminiError } from '../../src/errors/geminiError.js';
import { createReplies, type Replies } from '../../src/replies/createReplies.js';
import { pipeToServerResponse, type PipeToServerResponseOptions } from '../../src/sinks/pipeToServerResponse.js';
import { serveWebSocket } from '../../src/sinks/serveWebSocket.js';
import { fromSse } from '../../src/sources/fromSse.js';
import { webSocketReplies } from '../../src/sources/webSocketReplies.js';
import { chunk, finishChunk } from '../../src/testing/chunks.js';
import { arbitraryChunk } from '../support/arbitraryChunks.js';
import { deferred, outcomeOf } from '../support/outcome.js';
import { expectSameData } from '../support/sameData.js';
import { serve } from '../sinks/sse.js';

type Follow = (replies: Replies, after: string | undefined) => Observable<GeminiChunk>;

interface Served {
  readonly replies: Replies;
  readonly url: string;
  /** The header `Last-Event-ID` of each request. */
  readonly asked: (string | undefined)[];
  /** Completes at the first request. */
  readonly begun$: Observable<void>;
}

const lastId = (headers: IncomingHttpHeaders) => headers['last-event-id'] as string | undefined;

/**
 * Serves the reply `a` to each request.
 *
 * @param cuts - The places after which the connections break, one after the other.
 */
async function served(
  follow: Follow,
  cuts: readonly (number | string)[] = [],
  options: PipeToServerResponseOptions = {},
): Promise<Served> {
  const replies = createReplies();
  onTestFinished(() => replies.close());
  const asked: (string | undefined)[] = [];
  const begun = deferred();
  const url = await serve(({ headers }, response) => {
    const cut = cuts[asked.push(lastId(headers)) - 1];
    if (cut !== undefined) breakAfter(response, cut);
    void pipeToServerResponse(follow(replies, lastId(headers)), response, options);
    begun.resolve();
  });
  return { replies, url, asked, begun$: from(begun.promise) };
}

/** Lets the connection of a response break after some bytes of its body, or after the event that has a text. */
function breakAfter(response: ServerResponse, place: number | string): void {
  let rest = Infinity;
  if (typeof place === 'number') rest = place;
  const write = response.write.bind(response) as (text: string) => boolean;
  response.write = (text: string) => {
    if (rest <= 0) return true;
    if (typeof place === 'string' && text.includes(place)) rest = text.length;
    const part = text.slice(0, rest);
    rest -= part.length;
    const isTaken = write(part);
    if (rest <= 0) setImmediate(() => response.destroy());
    return isTaken;
  };
}

const plainly: Follow = (replies, after) => replies.follow('a', { after });
const read = (url: string, count = 100) => fromSse(url, {}, { reconnect: { delay: 0, count } });
const merged = (chunks: readonly GeminiChunk[]) => chunks.reduce(mergeChunks, emptyChunk);

/** Emits each chunk in a task of its own. */
function paced(chunks: readonly GeminiChunk[]): Observable<GeminiChunk> {
  return from(chunks).pipe(concatMap((each) => of(each).pipe(delay(2))));
}

const alphabet = paced([...'abcdefgh'].map((text) => chunk(text)));

describe('a reply that breaks anywhere', () => {
  it.each<[string, Follow]>([
    ['as it is', plainly],
    [
      'below operators that merge and annotate',
      (...args) => plainly(...args).pipe(withProgress(), bufferChunks({ maxWait: 2 })),
    ],
  ])('is resumed with nothing lost or doubled: %s', async (_, follow) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(arbitraryChunk, { minLength: 1, maxLength: 12 }),
        fc.array(fc.integer({ min: 1, max: 1_500 }), { maxLength: 6 }),
        fc.boolean(),
        async (chunks, cuts, isRunning) => {
          const { replies, url, asked } = await served(follow, cuts);
          const source = [...chunks, finishChunk()];
          await replies.start('a', isRunning ? paced(source) : from(source));
          const { values, error, isComplete } = await outcomeOf(read(url));
          // A first connection that gives no chunk is not repeated.
          if (asked.length === 1 && error && values.length === 0) return;
          expect(error).toBeUndefined();
          expect(isComplete).toBe(true);
          const bare = merged(values);
          expectSameData(bare, merged(source));
        },
      ),
      { numRuns: 40 },
    );
  });

  it.each([...'abcdefgh'])('is resumed after each event: %s', async (letter) => {
    const { replies, url, asked, begun$ } = await served(plainly, [`"${letter}"`]);
    await replies.start('a', begun$.pipe(switchMap(() => alphabet)));
    const { values, isComplete } = await outcomeOf(read(url));
    expect(isComplete).toBe(true);
    expect(merged(values).text).toBe('abcdefgh');
    expect(asked).toHaveLength(2);
    expect(asked[1]).toMatch(/^[0-9a-z]{16}-0-\d$/);
  });
});

describe('the end of a reply that was resumed', () => {
  /** Reads a reply that breaks after its first chunk, and acts once the reader has come back. */
  const broken = async (act: (replies: Replies, chunk$: Subject<GeminiChunk>) => unknown) => {
    const { replies, url, asked } = await served(plainly, ['abc']);
    const chunk$ = new Subject<GeminiChunk>();
    await replies.start('a', chunk$.pipe(startWith(chunk('abc'))));
    const outcome = outcomeOf(read(url));
    await vi.waitFor(() => expect(asked).toHaveLength(2));
    await act(replies, chunk$);
    const { values, error } = await outcome;
    return { reply: merged(values), error };
  };

  it('is a cancel', async () => {
    const { reply, error } = await broken((replies) => replies.stop('a', { reason: 'enough' }));
    expect(reply).toMatchObject({ text: 'abc', cancelled: { reason: 'enough' } });
    expect(error).toBeUndefined();
  });

  it('is an error', async () => {
    const { reply, error } = await broken((_, chunk$) => {
      chunk$.error(new GeminiError('secret', { kind: 'quota' }));
    });
    expect(reply.text).toBe('abc');
    expect(error).toMatchObject({ kind: 'quota' });
  });

  it('is a refusal if the id was started again meanwhile', async () => {
    const { replies, url, asked } = await served(plainly, ['abc']);
    await replies.start('a', concat(of(chunk('abc')), NEVER));
    const restart = async () => {
      await replies.stop('a');
      await replies.start('a', of(chunk('another')));
      return {};
    };
    const reply$ = fromSse(url, () => (asked.length === 0 ? {} : restart()), { reconnect: { delay: 0 } });
    const { values, error } = await outcomeOf(reply$);
    expect(merged(values).text).toBe('abc');
    expect(error).toMatchObject({ kind: 'truncated', retryable: false });
  });
});

describe('a server that does not resume', () => {
  it.each<[string, Follow]>([
    ['sends the whole again', (replies) => replies.follow('a')],
    ['sends another run', (replies) => replies.follow('b')],
    ['sends the rest in pieces', (replies, after) => plainly(replies, after).pipe(after ? smoothText() : identity)],
  ])('fails the reader, who sees nothing twice: it %s', async (_, follow) => {
    let isFirst = true;
    const { replies, url, asked } = await served(
      (all, after) => {
        const reply$ = isFirst ? plainly(all, after) : follow(all, after);
        isFirst = false;
        return reply$;
      },
      ['abc'],
    );
    const chunk$ = new Subject<GeminiChunk>();
    await replies.start('a', chunk$.pipe(startWith(chunk('abc'))));
    await replies.start('b', of(chunk('b')));
    const outcome = outcomeOf(read(url));
    await vi.waitFor(() => expect(asked).toHaveLength(2));
    chunk$.next(chunk('the rest'));
    const { values, error } = await outcome;
    expect(merged(values).text).toBe('abc');
    expect(error).toMatchObject({ kind: 'truncated' });
  });

  it('is asked for nothing while the reader is within a chunk that was cut', async () => {
    const cutAfterFirst = map((each: GeminiChunk) => (each.text === 'b' ? { ...each, position: undefined } : each));
    const { replies, url, asked, begun$ } = await served((...args) => plainly(...args).pipe(cutAfterFirst), ['"b"']);
    await replies.start('a', begun$.pipe(switchMap(() => alphabet)));
    const { values, error } = await outcomeOf(read(url));
    expect(merged(values).text).toBe('ab');
    expect(error?.kind).toMatch(/network|truncated/);
    expect(asked).toEqual([undefined]);
  });
});

describe('the plain format', () => {
  it('is resumed as well', async () => {
    const { replies, url, asked, begun$ } = await served(plainly, ['"b"'], { format: 'text' });
    await replies.start('a', begun$.pipe(switchMap(() => alphabet)));
    const { values, error } = await outcomeOf(read(url));
    expect(error).toBeUndefined();
    expect(merged(values).text).toBe('abcdefgh');
    expect(asked).toHaveLength(2);
  });
});

describe('a WebSocket', () => {
  it('resumes a reply over another socket, and does not ask the model again', async () => {
    const replies = createReplies();
    const starts = vi.fn((id: string, after: string | undefined) => after ?? id);
    const wss = new WebSocketServer({ host: '127.0.0.1', port: 0 });
    onTestFinished(() => {
      for (const client of wss.clients) client.terminate();
      return new Promise<void>((resolve) => wss.close(() => resolve()));
    });
    await new Promise((resolve) => wss.once('listening', resolve));
    wss.on('connection', (socket) => {
      void serveWebSocket(socket, (message, after?: string) => {
        const { id } = message as { id: string };
        starts(id, after);
        if (after === undefined) void replies.start(id, alphabet);
        return replies.follow(id, { after });
      });
    });
    const { port } = wss.address() as { port: number };
    const ask = webSocketReplies(`ws://127.0.0.1:${port}`, { WebSocket, reconnect: { delay: 0 } });
    let count = 0;
    const text = await lastValueFrom(
      ask({ id: randomUUID() }).pipe(
        map((value) => {
          count += 1;
          if (count === 3) for (const client of wss.clients) client.terminate();
          return value.text;
        }),
        reduce((all, each) => all + each, ''),
      ),
    );
    expect(text).toBe('abcdefgh');
    expect(starts.mock.calls.map(([, after]) => after)).toEqual([undefined, expect.stringMatching(/-0-\d+$/)]);
  });
});
