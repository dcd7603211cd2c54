import { EMPTY, NEVER, timer, type Observable, type OperatorFunction } from 'rxjs';
import { accumulate } from '../../operators/accumulate.js';
import { bufferChunks } from '../../operators/bufferChunks.js';
import { classifyErrors } from '../../operators/classifyErrors.js';
import { finalResponse } from '../../operators/finalResponse.js';
import { resumeOnDrop } from '../../operators/resumeOnDrop.js';
import { retryTransient } from '../../operators/retryTransient.js';
import { shareReply } from '../../operators/shareReply.js';
import { takeUntilCancel } from '../../operators/takeUntilCancel.js';
import { timeoutReply } from '../../operators/timeoutReply.js';
import { toEvents, type ReplyEvent } from '../../operators/toEvents.js';
import { toReplyState } from '../../operators/toReplyState.js';
import { toText } from '../../operators/toText.js';
import { withMetrics } from '../../operators/withMetrics.js';
import { withProgress } from '../../operators/withProgress.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { mergeAll } from './scenario.js';

/** Where an operator's name says that a law is another for it. Each is one that DESIGN.md or its doc grants. */
interface Exceptions {
  /** It may end a reply early: what comes out is a beginning of what went in. */
  readonly endsEarly?: boolean;
  /** It judges the outcome: a completion may become a failure. Failures have the partial. */
  readonly judges?: boolean;
  /** It never fails: a failure is a value. */
  readonly neverFails?: boolean;
  /** It says nothing before the source has completed. */
  readonly waitsForCompletion?: boolean;
  /** It may hold what comes until a timer fires. */
  readonly waitsForTimer?: boolean;
  /** Its subscribers share one request. */
  readonly shares?: boolean;
  /** How long the request stays open after the last subscriber has left, in ms. */
  readonly lingers?: number;
}

export interface Operator extends Exceptions {
  /** As one writes it; up to the parenthesis it is the file's name. */
  readonly name: string;
  readonly isChunkToChunk: boolean;
  readonly apply: (source: Observable<GeminiChunk>) => Observable<unknown>;
  /** What a reader has who read these values, in terms of {@link Operator.meaningOf}. */
  readonly read: (values: readonly unknown[]) => unknown;
  /** What there is to read in a reply. */
  readonly meaningOf: (reply: GeminiChunk) => unknown;
}

/**
 * THE REGISTRY: a line an operator, or a mix of its options. A test fails while a file of `operators/` is missing here.
 */
export const operators: readonly Operator[] = [
  chunks('bufferChunks({ maxChunks: 1 })', () => bufferChunks({ maxChunks: 1 })),
  chunks('bufferChunks({ maxChunks: 3 })', () => bufferChunks({ maxChunks: 3 })),
  chunks('bufferChunks({ maxWait: 20 })', () => bufferChunks({ maxWait: 20 }), { waitsForTimer: true }),
  chunks('bufferChunks({ maxChars: 8 })', () => bufferChunks({ maxChars: 8 })),
  chunks("bufferChunks({ until: 'word' })", () => bufferChunks({ until: 'word' })),
  chunks("bufferChunks({ until: 'line', maxChars: 6 })", () => bufferChunks({ until: 'line', maxChars: 6 })),
  chunks("bufferChunks({ until: 'sentence', maxWait: 20 })", () => bufferChunks({ until: 'sentence', maxWait: 20 })),
  chunks("bufferChunks({ until: 'paragraph', maxChunks: 4 })", () =>
    bufferChunks({ until: 'paragraph', maxChunks: 4 }),
  ),
  chunks('bufferChunks({ until: /[aeo]/ })', () => bufferChunks({ until: /[aeo]/ })),
  chunks('classifyErrors()', () => classifyErrors(), { judges: true }),
  chunks('finalResponse()', () => finalResponse(), { waitsForCompletion: true }),
  chunks('resumeOnDrop({ continueWith: () => EMPTY })', () => resumeOnDrop({ continueWith: () => EMPTY })),
  chunks('retryTransient()', () => retryTransient()),
  chunks('shareReply()', () => shareReply(), { shares: true }),
  chunks('shareReply({ grace: 15 })', () => shareReply({ grace: 15 }), { shares: true, lingers: 15 }),
  chunks('takeUntilCancel(NEVER)', () => takeUntilCancel(NEVER)),
  chunks('takeUntilCancel(timer(30))', () => takeUntilCancel(timer(30)), { endsEarly: true }),
  chunks("takeUntilCancel(timer(30), { as: 'error' })", () => takeUntilCancel(timer(30), { as: 'error' }), {
    endsEarly: true,
  }),
  chunks('takeUntilCancel(new AbortController().signal)', () => takeUntilCancel(new AbortController().signal)),
  chunks('timeoutReply({ total: 100_000 })', () => timeoutReply({ first: 100_000, each: 100_000, total: 100_000 })),
  chunks('timeoutReply({ first: 15, each: 25, total: 60 })', () => timeoutReply({ first: 15, each: 25, total: 60 }), {
    endsEarly: true,
  }),
  chunks('withMetrics()', () => withMetrics()),
  chunks('withProgress()', () => withProgress()),
  view(
    'accumulate()',
    () => accumulate(),
    (snapshots) => withoutCount(snapshots.at(-1) ?? { text: '' }),
  ),
  view(
    'toEvents()',
    () => toEvents(),
    (events) => outcomeOf(events.at(-1)),
    { neverFails: true },
  ),
  view(
    'toReplyState()',
    () => toReplyState(),
    (states) => withoutCount(states.at(-1)?.reply),
    { neverFails: true },
  ),
  {
    ...view(
      'toText()',
      () => toText(),
      (deltas) => deltas.join(''),
    ),
    meaningOf: ({ text }) => text,
  },
];

/** An operator from chunks to chunks: their merge is what they mean, annotations aside. */
function chunks(
  name: string,
  make: () => OperatorFunction<GeminiChunk, GeminiChunk>,
  exceptions?: Exceptions,
): Operator {
  const read = (values: readonly GeminiChunk[]) => withoutAnnotations(mergeAll(values));
  return { ...view(name, make, read, exceptions), isChunkToChunk: true };
}

/** An operator that leaves the chunk type: `read` gives what its values mean. */
function view<R>(
  name: string,
  make: () => OperatorFunction<GeminiChunk, R>,
  read: (values: readonly R[]) => unknown,
  exceptions: Exceptions = {},
): Operator {
  return {
    ...exceptions,
    name,
    isChunkToChunk: false,
    apply: (source) => source.pipe(make()),
    read: (values) => read(values as readonly R[]),
    meaningOf: withoutAnnotations,
  };
}

function withoutAnnotations({ progress: _, metrics: __, cancelled: ___, ...reply }: GeminiChunk): object {
  return reply;
}

function withoutCount(snapshot: object | undefined): object {
  const { chunks: _, ...reply } = (snapshot ?? {}) as { chunks?: unknown };
  return reply;
}

function outcomeOf(event: ReplyEvent | undefined): GeminiChunk | undefined {
  if (event?.type === 'complete' || event?.type === 'cancelled') return event.response;
  return event?.type === 'error' ? event.error.partial : undefined;
}
