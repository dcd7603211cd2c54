import { metrics, trace } from '@opentelemetry/api';
import {
  concat,
  EMPTY,
  map,
  mergeAll as mergeAllTurns,
  NEVER,
  of,
  pipe,
  throwError,
  timer,
  type MonoTypeOperatorFunction,
  type Observable,
  type OperatorFunction,
} from 'rxjs';
import { accumulate } from '../../operators/show/accumulate.js';
import { bufferChunks } from '../../operators/show/bufferChunks.js';
import { classifyErrors } from '../../operators/protect/classifyErrors.js';
import { coalesceMap } from '../../operators/share/coalesceMap.js';
import { finalResponse } from '../../operators/show/finalResponse.js';
import { inspectReply } from '../../operators/measure/inspectReply.js';
import { record } from '../../src/recording/record.js';
import { publishReply } from '../../src/redis/publishReply.js';
import { renderEvery } from '../../operators/show/renderEvery.js';
import { jsonAt } from '../../operators/shape/jsonAt.js';
import { jsonTextAt } from '../../operators/shape/jsonTextAt.js';
import { mapInOrder } from '../../operators/shape/mapInOrder.js';
import type { JsonSnapshot } from '../../operators/shape/jsonSnapshot.js';
import { parseJson } from '../../operators/shape/parseJson.js';
import { protectReply } from '../../operators/protect/protectReply.js';
import { resumeOnDrop } from '../../operators/protect/resumeOnDrop.js';
import { retryTransient } from '../../operators/protect/retryTransient.js';
import { shareReply } from '../../operators/share/shareReply.js';
import { smoothText } from '../../operators/show/smoothText.js';
import { stopWhen } from '../../operators/protect/stopWhen.js';
import { takeUntilCancel } from '../../operators/protect/takeUntilCancel.js';
import { timeoutReply } from '../../operators/protect/timeoutReply.js';
import { toEvents, type ReplyEvent } from '../../operators/show/toEvents.js';
import { toParts } from '../../operators/show/toParts.js';
import { toReplyState } from '../../operators/show/toReplyState.js';
import { toText } from '../../operators/show/toText.js';
import { traceReply } from '../../operators/otel/traceReply.js';
import { withCost } from '../../operators/measure/withCost.js';
import { withMetrics } from '../../operators/measure/withMetrics.js';
import { withProgress } from '../../operators/show/withProgress.js';
import { answerCalls } from '../../src/chat/answerCalls.js';
import type { ChatTools } from '../../src/chat/chatTools.js';
import { isEmptyText } from '../../src/chunk/contentsOf.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { citationsOf, partsOf } from '../../src/chunk/readers.js';
import { toReplyPart, type ReplyPart } from '../../src/chunk/replyPart.js';
import { toChunk } from '../../src/chunk/toChunk.js';
import { wasCutShort } from '../../src/chunk/wasCutShort.js';
import type { LiveInput } from '../../src/live/liveInput.js';
import type { LiveMessage } from '../../src/live/liveMessage.js';
import { toTurns } from '../../src/sources/live/toTurns.js';
import { fallback } from '../../operators/protect/fallback.js';
import { hedge } from '../../operators/protect/hedge.js';
import { createRateLimiter } from '../../operators/protect/createRateLimiter.js';
import { GeminiError } from '../../src/errors/geminiError.js';
import type { ReplySseMessage } from '../../src/sinks/sseMessage.js';
import type { ReplyFormat } from '../../src/sinks/replyFormat.js';
import { toFormat } from '../../src/sinks/toFormat.js';
import { toSse } from '../../src/sinks/toSse.js';
import { toSseText } from '../../src/sinks/toSseText.js';
import { chunk } from '../../src/testing/chunks.js';
import { memoryStore } from '../support/memoryStore.js';
import { synchronousRedis } from '../support/synchronousRedis.js';
import { mergeAll } from './scenario.js';

/** The exceptions of an operator from the laws of `docs/design.md`. Its name or its doc grants each of them. */
interface Exceptions {
  /** It may end a reply early: its output means a beginning of its input. */
  readonly endsEarly?: boolean;
  /** It judges the outcome: a completion may become a failure. Failures have the partial. */
  readonly judges?: boolean;
  /** It never fails: a failure is a value. */
  readonly neverFails?: boolean;
  /** It emits nothing before the source has completed. */
  readonly waitsForCompletion?: boolean;
  /** It may hold chunks until a timer fires, or until another chunk comes. */
  readonly waitsForTimer?: boolean;
  /** Its subscribers share one request. */
  readonly shares?: boolean;
  /** The time that the request stays open after the last unsubscription, in ms. */
  readonly lingers?: number;
}

export interface Operator extends Exceptions {
  /** The call, as a user writes it; the part before the parenthesis is the name of the file. */
  readonly name: string;
  readonly isChunkToChunk: boolean;
  readonly apply: (source: Observable<GeminiChunk>) => Observable<unknown>;
  /** The meaning of the values that the operator has emitted: law 1 compares it with {@link Operator.meaningOf}. */
  readonly read: (values: readonly unknown[]) => unknown;
  /** The same, computed from the whole reply that the source has emitted. By default the reply itself. */
  readonly meaningOf: (reply: GeminiChunk) => unknown;
}

/** The failure of a source before another one is asked. */
const busy = new GeminiError('Busy', { kind: 'overloaded' });

/**
 * THE REGISTRY: one line for each operator, or for a combination of its options. A test fails while a pipeable export
 * of any entry is missing here.
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
  chunks("bufferChunks({ until: 'word', split: true })", () => bufferChunks({ until: 'word', split: true })),
  chunks("bufferChunks({ until: 'sentence', split: true, maxChars: 6, maxWait: 20 })", () =>
    bufferChunks({ until: 'sentence', split: true, maxChars: 6, maxWait: 20 }),
  ),
  chunks('classifyErrors()', () => classifyErrors(), { judges: true }),
  chunks('coalesceMap((chunk) => of(chunk))', () => coalesceMap((chunk) => of(chunk))),
  chunks('fallback([source])', () => (source) => fallback([source])),
  chunks('fallback([failing, source])', () => (source) => fallback([throwError(() => busy), source])),
  chunks('finalResponse()', () => finalResponse(), { waitsForCompletion: true }),
  chunks('hedge([source])', () => (source) => hedge([source], { after: 15 })),
  chunks('hedge([failing, source])', () => (source) => hedge([throwError(() => busy), source], { after: 0 })),
  chunks("inspectReply('reply', { write })", () => inspectReply('reply', { write: () => undefined })),
  chunks('createRateLimiter({ requestsPerMinute }).limit()', () =>
    createRateLimiter({ requestsPerMinute: 1_000 }).limit(),
  ),
  chunks('createRateLimiter({ concurrency: 1 }).limit()', () => createRateLimiter({ concurrency: 1 }).limit()),
  chunks('createRateLimiter({ concurrency: 1, store }).limit()', () =>
    createRateLimiter({ concurrency: 1, store: memoryStore() }).limit(),
  ),
  chunks("createRateLimiter({ perKey: { concurrency: 1 } }).limit({ key: 'a' })", () =>
    createRateLimiter({ perKey: { concurrency: 1, requestsPerMinute: 1_000 } }).limit({ key: 'a', tokens: 5 }),
  ),
  chunks('mapInOrder((chunk) => of(chunk))', () => mapInOrder((one) => of(one))),
  chunks('protectReply()', () => protectReply(), { judges: true }),
  chunks(
    'protectReply({ timeout, classify, limit, retry, resume, cancel })',
    () =>
      protectReply({
        timeout: { first: 100_000, each: 100_000, total: 100_000 },
        classify: { failOnEmpty: false },
        limit: createRateLimiter({ concurrency: 1 }).limit(),
        // The scenarios break off, which a retry would repair.
        retry: { count: 0 },
        resume: { continueWith: () => EMPTY, count: 0 },
        cancel: new AbortController().signal,
      }),
    { judges: true },
  ),
  chunks("publishReply(redis, 'a')", () => publishReply(synchronousRedis(), 'a')),
  chunks('record({ write })', () => record({ write: () => undefined })),
  chunks('resumeOnDrop({ continueWith: () => EMPTY })', () => resumeOnDrop({ continueWith: () => EMPTY })),
  chunks('retryTransient()', () => retryTransient()),
  chunks('shareReply()', () => shareReply(), { shares: true }),
  chunks('shareReply({ grace: 15 })', () => shareReply({ grace: 15 }), { shares: true, lingers: 15 }),
  chunks("shareReply({ whenSlow: 'coalesce' })", () => shareReply({ whenSlow: 'coalesce' }), { shares: true }),
  chunks("shareReply({ whenSlow: 'buffer' })", () => shareReply({ whenSlow: 'buffer' }), { shares: true }),
  chunks('smoothText()', () => smoothText(), { waitsForTimer: true }),
  chunks("smoothText({ by: 'grapheme', maxLag: 40 })", () => smoothText({ by: 'grapheme', maxLag: 40 }), {
    waitsForTimer: true,
  }),
  chunks("smoothText({ by: 'line', maxLag: 10 })", () => smoothText({ by: 'line', maxLag: 10 }), {
    waitsForTimer: true,
  }),
  chunks('smoothText({ by: /[aeo]/ })', () => smoothText({ by: /[aeo]/ }), { waitsForTimer: true }),
  chunks('stopWhen(() => false)', () => stopWhen(() => false)),
  chunks('stopWhen(({ text }) => /[Hw]/.test(text))', () => stopWhen(({ text }) => /[Hw]/.test(text)), {
    endsEarly: true,
  }),
  chunks('stopWhen({ maxOutputTokens: 40 })', () => stopWhen({ maxOutputTokens: 40 }), { endsEarly: true }),
  chunks("stopWhen({ pattern: 'Hello, world. Not' })", () => stopWhen({ pattern: 'Hello, world. Not' })),
  chunks('stopWhen({ pattern: /not there/, maxMatch: 20 })', () => stopWhen({ pattern: /not there/, maxMatch: 20 })),
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
  chunks('traceReply({ tracer, meter })', () =>
    traceReply({ tracer: trace.getTracer(''), meter: metrics.getMeter('') }),
  ),
  chunks('withCost({ pricePerMillion })', () => withCost({ pricePerMillion: { input: 1, output: 4 } })),
  chunks('withMetrics()', () => withMetrics()),
  chunks('withMetrics({ onReport })', () => withMetrics({ onReport: () => undefined })),
  chunks('withProgress()', () => withProgress()),
  view(
    'accumulate()',
    () => accumulate(),
    (snapshots) => withoutCount(snapshots.at(-1) ?? { text: '' }),
  ),
  view(
    'renderEvery({ interval: 20 })',
    () => pipe(accumulate(), renderEvery({ interval: 20 })),
    (snapshots) => withoutCount(snapshots.at(-1) ?? { text: '' }),
    { waitsForTimer: true },
  ),
  {
    ...view("jsonAt('$[*]')", () => pipe(asJson('[', ',', ']'), jsonAt<string>('$[*]')), joined),
    meaningOf: ({ text }) => text,
  },
  {
    ...view(
      "jsonTextAt('$')",
      () => pipe(asJson('"', '', '"'), jsonTextAt('$')),
      (deltas) => shownPart(joined(deltas)),
    ),
    meaningOf: ({ text }) => shownPart(text),
  },
  {
    ...view(
      'parseJson()',
      () => pipe(asJson('"', '', '"'), parseJson<string>()),
      (snapshots: readonly JsonSnapshot<string>[]) => shownPart(snapshots.at(-1)?.value ?? ''),
    ),
    meaningOf: ({ text }) => shownPart(text),
  },
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
    ...view('toParts()', () => toParts(), partsAndCitations, { waitsForTimer: true }),
    meaningOf: (reply) => ({
      parts: partsOf(reply)
        .filter((part) => !isEmptyText(part))
        .map(toReplyPart),
      citations: citationsOf(reply),
    }),
  },
  {
    ...view(
      'toTurns()',
      () => pipe(asLiveMessages, toTurns(), mergeAllTurns()),
      (chunks) => shownParts(mergeAll(chunks)),
    ),
    meaningOf: shownParts,
  },
  {
    ...view('answerCalls({ echo })', () => pipe(asLiveCalls, answerCalls(echo)), joinedAnswers),
    meaningOf: ({ text }) => text,
  },
  view(
    'toFormat()',
    () => toFormat(chunkEvents),
    (values) => withoutAnnotations(mergeAll(values)),
    {
      neverFails: true,
    },
  ),
  view('toSse()', () => toSse(), readEvents, { neverFails: true }),
  view('toSseText()', () => toSseText(), readEventTexts, { neverFails: true }),
  {
    ...view(
      'toText()',
      () => toText(),
      (deltas) => deltas.join(''),
    ),
    meaningOf: ({ text }) => text,
  },
];

/** Operators that cut the last chunk, so that the result is not a beginning of the source's chunks. */
export const cutters: readonly Operator[] = [
  chunks('stopWhen({ maxChars: 9 })', () => stopWhen({ maxChars: 9 }), { endsEarly: true }),
  chunks('stopWhen({ pattern: /[aeo]/ })', () => stopWhen({ pattern: /[aeo]/ }), { endsEarly: true }),
];

/** An operator from chunks to chunks: their merge is their meaning, annotations aside. */
function chunks(
  name: string,
  make: () => OperatorFunction<GeminiChunk, GeminiChunk>,
  exceptions?: Exceptions,
): Operator {
  const read = (values: readonly GeminiChunk[]) => withoutAnnotations(mergeAll(values));
  return { ...view(name, make, read, exceptions), isChunkToChunk: true };
}

/** An operator that leaves the chunk type: `read` returns the meaning of its values. */
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

function withoutAnnotations(chunk: GeminiChunk): object {
  const names = new Set(['progress', 'metrics', 'cost', 'queued', 'retrying', 'cancelled', 'stopped']);
  return Object.fromEntries(Object.entries(chunk).filter(([field]) => !names.has(field)));
}

/** The values of `toParts` without the finish, which a failure does not have. */
function partsAndCitations(values: readonly ReplyPart[]): object {
  return {
    parts: values.filter(({ type }) => type !== 'citation' && type !== 'finish'),
    citations: values.flatMap((part) => (part.type === 'citation' ? [part.citation] : [])),
  };
}

/** A format whose events are the chunks. */
const chunkEvents: ReplyFormat<GeminiChunk, GeminiChunk> = {
  begin: () => ({ start: () => [], chunk: (one) => [one], end: () => [], failure: () => [] }),
};

/** The reply that a reader of server-sent events has. */
function readEvents(messages: readonly ReplySseMessage[]): object {
  const events = messages.filter(({ type }) => type === undefined);
  return withoutAnnotations(mergeAll(events.map(({ data }) => toChunk(JSON.parse(data) as GeminiChunk))));
}

/** The same, of events in the text of an HTTP response. */
function readEventTexts(texts: readonly string[]): object {
  const events = texts.flatMap((text) => [...text.matchAll(/^data: (.*)$/gm)].map(([, data = '']) => ({ text, data })));
  return readEvents(events.map(({ text, data }) => (text.startsWith('event:') ? { data, type: 'done' } : { data })));
}

function withoutCount(snapshot: object | undefined): object {
  const { chunks: _, ...reply } = (snapshot ?? {}) as { chunks?: unknown };
  return reply;
}

function outcomeOf(event: ReplyEvent | undefined): GeminiChunk | undefined {
  if (event?.type === 'complete' || event?.type === 'stopped' || event?.type === 'cancelled') return event.response;
  return event?.type === 'failed' ? event.error.partial : undefined;
}

/** The messages of a Live session that speaks the parts of the chunks. */
const asLiveMessages: OperatorFunction<GeminiChunk, LiveMessage> = map((one) => {
  const serverContent = { modelTurn: { parts: partsOf(one) }, ...(wasCutShort(one) && { interrupted: true }) };
  return { serverContent };
});

/** The parts that a Live session has as well. */
function shownParts(reply: GeminiChunk): object {
  return partsOf(reply).filter((part) => !isEmptyText(part));
}

/** The messages of a Live session whose model calls a function with the text of each chunk. */
const asLiveCalls: OperatorFunction<GeminiChunk, LiveMessage> = map(({ text }, index) => ({
  toolCall: { functionCalls: [{ id: String(index), name: 'echo', args: { text } }] },
}));

const echo: ChatTools = { echo: { declaration: {}, run: ({ text }) => ({ text }) } };

function joinedAnswers(inputs: readonly LiveInput[]): string {
  const responses = inputs.flatMap(({ toolResponse }) => toolResponse?.functionResponses ?? []);
  return joined(responses.map(({ response }) => String(response?.['text'])));
}

/** A reply whose answer is JSON with each chunk's text in it: in one string where nothing separates them, else a list. */
function asJson(opening: string, separator: string, closing: string): MonoTypeOperatorFunction<GeminiChunk> {
  const spelled = (text: string) => (separator === '' ? JSON.stringify(text).slice(1, -1) : JSON.stringify(text));
  return (source) =>
    concat(
      of(chunk(opening)),
      source.pipe(map((one, index) => ({ ...one, text: `${index > 0 ? separator : ''}${spelled(one.text)}` }))),
      of(chunk(closing)),
    );
}

function joined(texts: readonly string[]): string {
  return texts.join('');
}

/** Half a character at the end waits for its other half: the last of several, but a view cannot tell how many there were. */
function shownPart(text: string): string {
  return text.replace(/[\ud800-\udbff]+$/, '');
}
