import type { ServerResponse } from 'node:http';
import fc from 'fast-check';
import {
  concat,
  defer,
  from,
  lastValueFrom,
  map,
  NEVER,
  reduce,
  take,
  throwError,
  toArray,
  type Observable,
} from 'rxjs';
import { describe, expect, it } from 'vitest';
import { emptyChunk } from '../../src/chunk/emptyChunk.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { mergeChunks } from '../../src/chunk/mergeChunks.js';
import { GeminiError } from '../../src/errors/geminiError.js';
import { pipeToServerResponse } from '../../src/sinks/pipeToServerResponse.js';
import { toSseResponse } from '../../src/sinks/toSseResponse.js';
import { fromSse } from '../../src/sources/fromSse.js';
import { chunk, finishChunk } from '../../src/testing/chunks.js';
import { arbitraryChunk } from '../support/arbitraryChunks.js';
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

  it('has the error that broke the reply', async () => {
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

  it('goes on where the connection was cut, and loses and doubles nothing', async () => {
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
    const texts = await lastValueFrom(fromSse(url, {}, { delay: 0 }).pipe(toArray()));
    expect(texts).toEqual(chunks);
    expect(asked).toEqual([undefined, '3', '7', '11', '15']);
  });
});
