import { map, NEVER, type Observable } from 'rxjs';
import {
  accumulate,
  bufferChunks,
  classifyErrors,
  finalResponse,
  fromGemini,
  createRateLimiter,
  resumeOnDrop,
  retryTransient,
  shareReply,
  takeUntilCancel,
  timeoutReply,
  toEvents,
  toReplyState,
  withCost,
  withMetrics,
  withProgress,
  type GeminiChunk,
  type ReplyEvent,
  type ReplySnapshot,
  type ReplyState,
  type WithCost,
  type WithMetrics,
  type WithProgress,
} from 'rxjs-gemini';
import { fakeGemini } from 'rxjs-gemini/testing';
import { describe, expectTypeOf, it } from 'vitest';

const reply$ = fromGemini(fakeGemini([]), { model: 'm', contents: 'Hi' });
const pricePerMillion = { input: 1, output: 1 };

describe('the documented order', () => {
  const guarded$ = reply$.pipe(
    timeoutReply({ first: 10_000 }),
    classifyErrors(),
    createRateLimiter({ concurrency: 4 }).limit(),
    retryTransient(),
    resumeOnDrop({ continueWith: () => NEVER }),
    takeUntilCancel(NEVER),
  );
  const shown$ = guarded$.pipe(
    withCost({ pricePerMillion }),
    withProgress(),
    withMetrics(),
    bufferChunks({ maxWait: 50 }),
    shareReply(),
  );
  type Shown = GeminiChunk & WithCost & WithProgress & WithMetrics;

  it('is of chunks down to the annotations, which are named', () => {
    expectTypeOf(guarded$).toEqualTypeOf<Observable<GeminiChunk>>();
    expectTypeOf(shown$).toEqualTypeOf<Observable<Shown>>();
  });

  it('keeps them in the views of the reply', () => {
    expectTypeOf(shown$.pipe(accumulate())).toEqualTypeOf<Observable<ReplySnapshot & Omit<Shown, 'chunks'>>>();
    expectTypeOf(shown$.pipe(finalResponse())).toEqualTypeOf<Observable<Shown>>();
    expectTypeOf(shown$.pipe(toEvents())).toEqualTypeOf<Observable<ReplyEvent<Shown>>>();
    expectTypeOf(shown$.pipe(toReplyState())).toEqualTypeOf<Observable<ReplyState>>();
    const total$ = shown$.pipe(
      accumulate(),
      map(({ progress, metrics, cost }) => [progress.percent, metrics.chunks, cost.total]),
    );
    expectTypeOf(total$).toEqualTypeOf<Observable<number[]>>();
  });

  it('does not promise annotations of operators that may emit before the source', () => {
    const cancelled$ = reply$.pipe(withMetrics(), takeUntilCancel(NEVER));
    expectTypeOf(cancelled$).toEqualTypeOf<Observable<GeminiChunk | (GeminiChunk & WithMetrics)>>();
    const limited$ = reply$.pipe(withMetrics(), createRateLimiter({ concurrency: 1 }).limit());
    expectTypeOf(limited$).toEqualTypeOf<Observable<GeminiChunk | (GeminiChunk & WithMetrics)>>();
  });
});

describe('a fold of a fold', () => {
  it('does not compile', () => {
    // @ts-expect-error -- A snapshot is not a chunk.
    reply$.pipe(accumulate(), accumulate());
  });
});
