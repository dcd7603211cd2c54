import { filter, map, NEVER, type Observable } from 'rxjs';
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
  type ChatMessage,
  type ChatMessageFields,
  type EndedToolRun,
  type GeminiChunk,
  type GeminiError,
  type OpenChatMessage,
  type ReplyEvent,
  type ReplyReport,
  type ReplySnapshot,
  type ReplyState,
  type ReplyStateFields,
  type ToolRun,
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

describe('a union over a status', () => {
  it('is narrowed by the predicate of a filter', () => {
    const complete$ = NEVER.pipe(
      map((state: ReplyState) => state),
      filter((state) => state.status === 'complete'),
    );
    expectTypeOf(complete$).toEqualTypeOf<Observable<Extract<ReplyState, { status: 'complete' }>>>();
    const messages: readonly ChatMessage[] = [];
    const complete = messages.filter((message) => message.status === 'complete');
    expectTypeOf(complete).toEqualTypeOf<Extract<ChatMessage, { status: 'complete' }>[]>();
    const failed = messages.filter((message) => message.status === 'failed');
    expectTypeOf(failed.map(({ error }) => error)).toEqualTypeOf<GeminiError[]>();
    const open = messages.filter((message) => message.status === 'waiting' || message.status === 'streaming');
    expectTypeOf(open).toEqualTypeOf<OpenChatMessage[]>();
    const denied = ([] as readonly ToolRun[]).filter((run) => run.status === 'denied');
    expectTypeOf(denied).toEqualTypeOf<Extract<EndedToolRun, { status: 'denied' }>[]>();
    const stopped = ([] as readonly ReplyReport[]).filter((report) => report.outcome === 'stopped');
    expectTypeOf(stopped).toEqualTypeOf<Extract<ReplyReport, { outcome: 'stopped' }>[]>();
  });

  it('is made of a status that is known to be one of several', () => {
    const fields: ChatMessageFields = {
      id: 'm',
      role: 'user',
      draft: false,
      parts: [],
      text: '',
      thoughts: '',
      calls: [],
      runs: [],
      citations: [],
    };
    const status = 'waiting' as 'waiting' | 'streaming' | 'complete';
    const message: ChatMessage = { ...fields, status };
    const state: ReplyState = { reply: { text: '', chunks: 0 }, status };
    expectTypeOf(message).toExtend<ChatMessageFields>();
    expectTypeOf(state).toExtend<ReplyStateFields>();
  });
});
