import { AsyncLocalStorage } from 'node:async_hooks';
import { GoogleGenAI } from '@google/genai';
import {
  context,
  diag,
  DiagLogLevel,
  metrics,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Context,
  type ContextManager,
  type Meter,
  type Tracer,
} from '@opentelemetry/api';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
  type DataPoint,
  type Histogram,
  type HistogramMetricData,
} from '@opentelemetry/sdk-metrics';
import {
  AlwaysOffSampler,
  BasicTracerProvider,
  InMemorySpanExporter,
  NoopSpanProcessor,
  SamplingDecision,
  SimpleSpanProcessor,
  type ReadableSpan,
  type Sampler,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import {
  concat,
  concatMap,
  defer,
  EMPTY,
  from,
  lastValueFrom,
  mergeMap,
  NEVER,
  Observable,
  of,
  retry,
  Subject,
  take,
  throwError,
  toArray,
} from 'rxjs';
import { afterEach, beforeEach, describe, expect, expectTypeOf, it, onTestFinished, vi } from 'vitest';
import { withCost } from '../../../operators/measure/withCost.js';
import { stopWhen } from '../../../operators/protect/stopWhen.js';
import { takeUntilCancel } from '../../../operators/protect/takeUntilCancel.js';
import { traceReply, type TraceReplyOptions } from '../../../operators/otel/traceReply.js';
import { ChunkBuilder } from '../../../src/chunk/chunkBuilder.js';
import type { GeminiChunk } from '../../../src/chunk/geminiChunk.js';
import { toChunk } from '../../../src/chunk/toChunk.js';
import type { GeminiUsage } from '../../../src/chunk/response.js';
import { GeminiError } from '../../../src/errors/geminiError.js';
import { fromGemini } from '../../../src/sources/fromGemini.js';
import {
  blockedChunk,
  callChunk,
  chunk,
  finishChunk,
  partsChunk,
  thoughtChunk,
  usageChunk,
} from '../../../src/testing/chunks.js';
import { params } from '../../support/emulate.js';
import { marbles } from '../../support/marbles.js';

/** As `@opentelemetry/context-async-hooks` has it. */
class AsyncContexts implements ContextManager {
  readonly #storage = new AsyncLocalStorage<Context>();
  active = () => this.#storage.getStore() ?? ROOT_CONTEXT;
  with = <A extends unknown[], F extends (...args: A) => ReturnType<F>>(
    active: Context,
    run: F,
    self?: ThisParameterType<F>,
    ...args: A
  ): ReturnType<F> => this.#storage.run(active, () => run.apply(self, args));
  bind = <T>(active: Context, target: T): T =>
    ((...args: unknown[]) =>
      this.#storage.run(active, () => (target as (...args: unknown[]) => unknown)(...args))) as unknown as T;
  enable = () => this;
  disable = () => this;
}

const exporter = new InMemorySpanExporter();
const tracer = tracerOf(new SimpleSpanProcessor(exporter));

function tracerOf(processor: SpanProcessor, sampler?: Sampler): Tracer {
  return new BasicTracerProvider({ spanProcessors: [processor], ...(sampler && { sampler }) }).getTracer('test');
}

beforeEach(() => {
  context.setGlobalContextManager(new AsyncContexts());
});

afterEach(() => {
  exporter.reset();
  context.disable();
  diag.disable();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** The spans that a reply leaves, in the order in which they ended. */
function spansOf(source: Observable<GeminiChunk>, options: TraceReplyOptions = {}): ReadableSpan[] {
  source.pipe(traceReply({ tracer, ...options })).subscribe({ error: () => {} });
  return exporter.getFinishedSpans();
}

function spanOf(source: Observable<GeminiChunk>, options: TraceReplyOptions = {}): ReadableSpan {
  const [span, ...more] = spansOf(source, options);
  expect(more).toEqual([]);
  return span!;
}

/** A meter, and what it has measured. */
function measure(): { meter: Meter; read: () => Promise<HistogramMetricData[]> } {
  const exported = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const provider = new MeterProvider({ readers: [new PeriodicExportingMetricReader({ exporter: exported })] });
  onTestFinished(() => provider.shutdown());
  const read = async () => {
    await provider.forceFlush();
    const scopes = exported.getMetrics().at(-1)?.scopeMetrics ?? [];
    return scopes.flatMap((scope) => scope.metrics) as HistogramMetricData[];
  };
  return { meter: provider.getMeter('test'), read };
}

/** What was measured, by name: the sum, the count and the attributes of each series. */
function sumsOf(measured: readonly HistogramMetricData[]): Record<string, unknown> {
  const series = ({ attributes, value: { sum, count } }: DataPoint<Histogram>) => ({ sum, count, attributes });
  return Object.fromEntries(
    measured.map(({ descriptor, dataPoints }) => [
      descriptor.name.replace('gen_ai.client.', ''),
      dataPoints.map(series),
    ]),
  );
}

const usage: GeminiUsage = { promptTokenCount: 10, candidatesTokenCount: 5, totalTokenCount: 15 };
const named = { modelVersion: 'gemini-2.5-flash-001', responseId: 'r1' };
const cancelled: GeminiChunk = { text: '', cancelled: { reason: 'enough' } };
const request = { 'gen_ai.operation.name': 'generate_content', 'gen_ai.provider.name': 'gcp.gen_ai' };

/** What a span of a whole reply has at least. */
const complete = { ...request, 'gen_ai.request.stream': true, 'rxjs_gemini.outcome': 'complete' };

describe('traceReply', () => {
  it('makes one span per reply, with its totals', () => {
    marbles((m) => {
      const values = { n: { text: '' }, t: thoughtChunk('Hm'), a: chunk('a', named), f: finishChunk('STOP', usage) };
      const source = m.cold('-n-t-a-f-|', values);
      const options = { tracer, model: 'gemini-2.5-flash', provider: 'gcp.gemini' };
      m.expectObservable(source.pipe(traceReply(options))).toBe('-n-t-a-f-|', values);
    })();
    const [span, ...more] = exporter.getFinishedSpans();
    expect(more).toEqual([]);
    expect(span).toMatchObject({ name: 'generate_content gemini-2.5-flash', kind: SpanKind.CLIENT, events: [] });
    expect(span?.status).toEqual({ code: SpanStatusCode.UNSET });
    expect(span?.attributes).toEqual({
      ...complete,
      'gen_ai.provider.name': 'gcp.gemini',
      'gen_ai.request.model': 'gemini-2.5-flash',
      'gen_ai.response.model': 'gemini-2.5-flash-001',
      'gen_ai.response.id': 'r1',
      'gen_ai.response.finish_reasons': ['stop'],
      'gen_ai.response.time_to_first_chunk': 0.003,
      'gen_ai.usage.input_tokens': 10,
      'gen_ai.usage.output_tokens': 5,
    });
  });

  it.each([
    ['that only notices report', 'v1_a', { text: '' }, 'v1_a'],
    ['that a response reports', 'v1_a', chunk('a', { responseId: 'v1_b' }), 'v1_b'],
    ['unless it is not stored', '', { text: '' }, undefined],
  ] as const)('has the id of an interaction %s', (_, id, last, expected) => {
    const interaction = { id, status: 'queued', cursor: '0', background: true };
    const { attributes } = spanOf(of<GeminiChunk[]>({ text: '', interaction }, { ...last, interaction }));
    expect(attributes['gen_ai.response.id']).toBe(expected);
  });

  it('has no attribute that it does not know', () => {
    const span = spanOf(EMPTY);
    expect(span.name).toBe('generate_content');
    expect(span.attributes).toEqual(complete);
  });

  it('sets no attribute without a value, which not every tracer takes', () => {
    const setAttributes = vi.fn();
    const span = Object.assign(trace.wrapSpanContext({ traceId: '', spanId: '', traceFlags: 0 }), { setAttributes });
    EMPTY.pipe(
      traceReply({ tracer: { startSpan: () => span, startActiveSpan: () => undefined as never } }),
    ).subscribe();
    expect(setAttributes.mock.calls).toStrictEqual([[{ 'rxjs_gemini.outcome': 'complete' }]]);
  });

  it('sets the attributes for a sampler from the start of the span', () => {
    const seen: unknown[] = [];
    const sampler: Sampler = {
      shouldSample: (_context, _id, name, kind, attributes) => {
        seen.push({ name, kind, attributes: { ...attributes } });
        return { decision: SamplingDecision.RECORD_AND_SAMPLED };
      },
      toString: () => 'sampler',
    };
    const attributes = { 'gen_ai.conversation.id': 'c1', 'gen_ai.request.stream': false };
    spanOf(EMPTY, { tracer: tracerOf(new SimpleSpanProcessor(exporter), sampler), model: 'm', attributes });
    const all = { ...request, 'gen_ai.request.model': 'm', ...attributes };
    expect(seen).toEqual([{ name: 'generate_content m', kind: SpanKind.CLIENT, attributes: all }]);
  });

  it('measures the duration, the time to the first and to each further chunk, and the tokens', async () => {
    const { meter, read } = measure();
    marbles((m) => {
      const values = { a: chunk('a', named), b: chunk('b'), c: cancelled, f: finishChunk('STOP', usage) };
      m.expectObservable(m.cold('a 9ms b c 28ms a f 59ms |', values).pipe(traceReply({ meter, model: 'm' })));
      m.expectObservable(m.cold('500ms a|', values).pipe(traceReply({ meter, model: 'm' })));
    })();
    const asked = { ...request, 'gen_ai.request.model': 'm' };
    const attributes = { ...asked, 'gen_ai.response.model': 'gemini-2.5-flash-001' };
    const measured = await read();
    expect(sumsOf(measured)).toEqual({
      'operation.duration': [{ sum: 0.602, count: 2, attributes }],
      'operation.time_to_first_chunk': [{ sum: 0.5, count: 2, attributes }],
      'operation.time_per_output_chunk': [{ sum: 0.04, count: 2, attributes }],
      'token.usage': [
        { sum: 10, count: 1, attributes: { ...attributes, 'gen_ai.token.type': 'input' } },
        { sum: 5, count: 1, attributes: { ...attributes, 'gen_ai.token.type': 'output' } },
      ],
    });
    expect(exporter.getFinishedSpans()).toEqual([]);
  });

  it('has the units and buckets of the conventions', async () => {
    const { meter, read } = measure();
    of(chunk('a'), chunk('b', { usageMetadata: usage }))
      .pipe(traceReply({ meter }))
      .subscribe();
    const measured = await read();
    const shape = ({ descriptor, dataPoints }: HistogramMetricData) => [
      descriptor.unit,
      dataPoints[0]?.value.buckets.boundaries,
    ];
    const times = ['s', [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92]];
    const tokens = [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864];
    expect(measured.map(shape)).toEqual([times, times, times, ['{token}', tokens]]);
  });

  it('counts the results of tools in the input and the thoughts in the output, as last reported', async () => {
    const { meter, read } = measure();
    const chunks = [
      usageChunk({ promptTokenCount: 100, thoughtsTokenCount: 20 }),
      usageChunk({ cachedContentTokenCount: 60, toolUsePromptTokenCount: 7 }),
      usageChunk({ candidatesTokenCount: 3, thoughtsTokenCount: 30 }),
    ];
    expect(spanOf(from(chunks), { meter }).attributes).toMatchObject({
      'gen_ai.usage.input_tokens': 107,
      'gen_ai.usage.cache_read.input_tokens': 60,
      'gen_ai.usage.output_tokens': 33,
      'gen_ai.usage.reasoning.output_tokens': 30,
    });
    expect(sumsOf(await read())['token.usage']).toMatchObject([{ sum: 107 }, { sum: 33 }]);
  });

  it.each<[string, GeminiChunk[], string[] | undefined]>([
    ['STOP', [chunk('a'), finishChunk()], ['stop']],
    ['MAX_TOKENS', [finishChunk('MAX_TOKENS')], ['length']],
    ['another', [chunk('a'), finishChunk('MALFORMED_FUNCTION_CALL')], ['malformed_function_call']],
    ['none', [chunk('a'), usageChunk(usage)], ['error']],
    ['none, of a chunk that is a text alone', [{ text: 'a' }], ['error']],
    ['one that more content takes back', [finishChunk(), chunk('a')], ['error']],
    ['one before a signature', [finishChunk(), partsChunk([{ text: '', thoughtSignature: 's' }])], ['stop']],
    ['no candidate', [blockedChunk()], undefined],
    [
      'two candidates',
      [
        toChunk({ candidates: [{ index: 1, finishReason: 'SAFETY' }] }),
        toChunk({ candidates: [{ index: 0, content: { parts: [{ text: 'a' }] } }] }),
      ],
      ['error', 'safety'],
    ],
  ])('names the finish reasons: %s', (_, chunks, expected) => {
    expect(spanOf(from(chunks)).attributes['gen_ai.response.finish_reasons']).toEqual(expected);
  });

  it('has the original message of the error if content is captured', () => {
    const error = new GeminiError('Too much: key=AIzaSyA-secret-secret-secret', { kind: 'rate_limit' });
    const span = spanOf(
      throwError(() => error),
      { captureContent: true },
    );
    expect(span.status.message).toBe('Too much: key=[redacted]');
    expect(JSON.stringify(span.events)).toContain('Too much: key=[redacted]');
    expect(JSON.stringify(span.events)).not.toContain('AIzaSyA');
  });

  it('reports a failure: its kind, its public sentence, the exception', async () => {
    const { meter, read } = measure();
    const error = new GeminiError('Too much: key=AIzaSyA-secret-secret-secret', { kind: 'rate_limit' });
    const span = spanOf(
      concat(
        of(chunk('a')),
        throwError(() => error),
      ),
      { meter },
    );
    const message = 'Too many requests; wait and try again';
    expect(span.status).toEqual({ code: SpanStatusCode.ERROR, message });
    expect(span.attributes).toMatchObject({
      'error.type': 'rate_limit',
      'rxjs_gemini.outcome': 'failed',
      'gen_ai.response.finish_reasons': ['error'],
    });
    const exception = { 'exception.type': 'GeminiError', 'exception.message': message };
    expect(span.events).toMatchObject([{ name: 'exception', attributes: exception }]);
    expect(JSON.stringify(span.events)).not.toContain('Too much');
    const sums = sumsOf(await read());
    expect(sums['operation.duration']).toMatchObject([{ count: 1, attributes: { 'error.type': 'rate_limit' } }]);
    expect(sums['operation.time_to_first_chunk']).toEqual([
      { sum: expect.any(Number) as number, count: 1, attributes: request },
    ]);
  });

  it.each<[unknown, string]>([
    [new TypeError('fetch failed'), 'network'],
    [new Error('?key=hidden'), 'unknown'],
    ['Bearer abcdefghijklmnopqrstuvwxyz', 'unknown'],
    [undefined, 'unknown'],
  ])('classifies foreign errors, and passes them unchanged: %o', (thrown, kind) => {
    const passed = vi.fn();
    throwError(() => thrown)
      .pipe(traceReply({ tracer }))
      .subscribe({ error: passed });
    expect(passed).toHaveBeenCalledExactlyOnceWith(thrown);
    const [span] = exporter.getFinishedSpans();
    expect(span?.attributes['error.type']).toBe(kind);
    expect(JSON.stringify([span?.status, span?.events])).not.toMatch(/hidden|abcdefghi/);
  });

  it.each<[string, Observable<GeminiChunk>, string]>([
    ['a mark of `takeUntilCancel`', of(chunk('a')).pipe(takeUntilCancel(of('enough'))), 'cancelled'],
    ['its error', NEVER.pipe(takeUntilCancel(of('enough'), { as: 'error' })), 'cancelled'],
    ['a mark of `stopWhen`', of(chunk('a')).pipe(stopWhen(() => true)), 'stopped'],
  ])('does not report a failure for a reply that this side ended: %s', async (_, source, outcome) => {
    const { meter, read } = measure();
    const span = spanOf(source, { meter });
    expect(span.status).toEqual({ code: SpanStatusCode.UNSET });
    expect(span.events).toEqual([]);
    expect(span.attributes).toMatchObject({ 'rxjs_gemini.outcome': outcome });
    expect(JSON.stringify(span.attributes)).not.toContain('error');
    expect(span.attributes).not.toHaveProperty('error.type');
    expect(sumsOf(await read())['operation.duration']).toMatchObject([{ attributes: request }]);
  });

  it('ends the span on unsubscription', () => {
    const source = new Subject<GeminiChunk>();
    const subscription = source.pipe(traceReply({ tracer })).subscribe();
    source.next(chunk('a', { usageMetadata: usage }));
    expect(exporter.getFinishedSpans()).toEqual([]);
    subscription.unsubscribe();
    subscription.unsubscribe();
    expect(source.observed).toBe(false);
    const [span, ...more] = exporter.getFinishedSpans();
    expect(more).toEqual([]);
    expect(span?.status).toEqual({ code: SpanStatusCode.UNSET });
    expect(span?.attributes).toMatchObject({
      'rxjs_gemini.outcome': 'cancelled',
      'gen_ai.usage.input_tokens': 10,
      'gen_ai.response.finish_reasons': ['cancelled'],
    });
  });

  it('has the finish reasons of the candidates that had finished when the reply was stopped', () => {
    const chunks = [
      toChunk({ candidates: [{ index: 1, content: { parts: [{ text: 'b' }] }, finishReason: 'STOP' }] }),
      { ...chunk('a'), stopped: { reason: 'maxChars' } },
    ];
    const { attributes } = spanOf(from(chunks), { captureContent: true });
    expect(attributes['gen_ai.response.finish_reasons']).toEqual(['stopped', 'stop']);
    expect(JSON.parse(attributes['gen_ai.output.messages'] as string)).toMatchObject([
      { finish_reason: 'stopped' },
      { finish_reason: 'stop' },
    ]);
  });

  it('does not report the reason of a cancellation', () => {
    const { attributes } = spanOf(of(chunk('a')).pipe(takeUntilCancel(of('my secret'))), { captureContent: true });
    expect(JSON.stringify(attributes)).not.toContain('secret');
  });

  it('has the cost below `withCost`, also of a reply that was cut short', () => {
    const priced = withCost({ pricePerMillion: { input: 1, output: 2 } });
    const whole = spanOf(of(chunk('abcd'), finishChunk('STOP', usage)).pipe(priced));
    expect(whole.attributes).toMatchObject({ 'rxjs_gemini.cost.total': 0.00002, 'rxjs_gemini.cost.estimated': false });
    exporter.reset();
    const cut = spanOf(of(chunk('abcd'), chunk('e')).pipe(priced, stopWhen({ maxChars: 4 })));
    expect(cut.attributes).toMatchObject({ 'rxjs_gemini.cost.total': 0.000002, 'rxjs_gemini.cost.estimated': true });
  });

  it('ends the span before it passes the end', () => {
    const seen: number[] = [];
    const see = () => seen.push(exporter.getFinishedSpans().length);
    EMPTY.pipe(traceReply({ tracer })).subscribe({ complete: see });
    throwError(() => 'e')
      .pipe(traceReply({ tracer }))
      .subscribe({ error: see });
    expect(seen).toEqual([1, 2]);
  });

  it('has no content by default', () => {
    const chunks = [thoughtChunk('whispered'), chunk('whispered'), callChunk('tool', { at: 'whispered' })];
    const span = spanOf(from(chunks));
    expect(JSON.stringify([span.name, span.attributes, span.events])).not.toContain('whispered');
  });

  it('has the output of the model in the JSON form of the conventions with `captureContent`', () => {
    const chunks = [
      thoughtChunk('Let me '),
      thoughtChunk('see'),
      chunk('Hel'),
      chunk('lo'),
      callChunk('weather', { city: 'Cheyenne' }, 'c1'),
      partsChunk([
        { functionResponse: { id: 'c1', name: 'weather', response: { sky: 'clear' } } },
        { inlineData: { mimeType: 'image/png', data: 'iVBORw0KGgo=' }, thoughtSignature: 's' },
        { fileData: { mimeType: 'application/pdf', fileUri: 'gs://a/b.pdf' } },
        { executableCode: { language: 'PYTHON', code: 'print(1)' } },
        { codeExecutionResult: { outcome: 'OUTCOME_OK', output: '1\n' } },
        { toolCall: { id: 's1', toolType: 'GOOGLE_SEARCH_WEB', args: { queries: ['weather'] } } },
        { toolResponse: { id: 's1', toolType: 'GOOGLE_SEARCH_WEB', response: { result: 'sunny' } } },
        { text: '', thoughtSignature: 's' },
        { hologram: 1, thoughtSignature: 's' } as object,
      ]),
      finishChunk('STOP', usage),
      toChunk({ candidates: [{ index: 1, content: { parts: [{ text: 'Hi' }] } }] }),
    ];
    const { attributes } = spanOf(from(chunks), { captureContent: true });
    expect(JSON.parse(attributes['gen_ai.output.messages'] as string)).toEqual([
      {
        role: 'assistant',
        parts: [
          { type: 'reasoning', content: 'Let me see' },
          { type: 'text', content: 'Hello' },
          { type: 'tool_call', id: 'c1', name: 'weather', arguments: { city: 'Cheyenne' } },
          { type: 'tool_call_response', id: 'c1', name: 'weather', response: { sky: 'clear' } },
          { type: 'blob', mime_type: 'image/png', modality: 'image', content: '' },
          { type: 'uri', mime_type: 'application/pdf', modality: 'document', uri: 'gs://a/b.pdf' },
          {
            type: 'server_tool_call',
            name: 'code_execution',
            server_tool_call: { type: 'code_execution', language: 'PYTHON', code: 'print(1)' },
          },
          {
            type: 'server_tool_call_response',
            server_tool_call_response: { type: 'code_execution', outcome: 'OUTCOME_OK', output: '1\n' },
          },
          {
            type: 'server_tool_call',
            id: 's1',
            name: 'google_search_web',
            server_tool_call: { type: 'google_search_web', queries: ['weather'] },
          },
          {
            type: 'server_tool_call_response',
            id: 's1',
            server_tool_call_response: { type: 'google_search_web', result: 'sunny' },
          },
          { type: 'text', content: '' },
          { type: 'unknown', hologram: 1 },
        ],
        finish_reason: 'stop',
      },
      { role: 'assistant', parts: [{ type: 'text', content: 'Hi' }], finish_reason: 'error' },
    ]);
  });

  it('has the output before a failure with `captureContent`', () => {
    const broken = concat(
      of(chunk('Hel')),
      throwError(() => new Error('broken')),
    );
    const { attributes, status } = spanOf(broken, { captureContent: true });
    expect(attributes['gen_ai.output.messages']).toContain('Hel');
    expect(status.code).toBe(SpanStatusCode.ERROR);
  });

  it('passes a reply that is not sampled, and does not hold it', () => {
    const seen: string[] = [];
    const hold = vi.spyOn(ChunkBuilder.prototype, 'append');
    const options = { tracer: tracerOf(new SimpleSpanProcessor(exporter), new AlwaysOffSampler()) };
    of(chunk('a'))
      .pipe(traceReply({ ...options, captureContent: true }))
      .subscribe(({ text }) => seen.push(text));
    expect(seen).toEqual(['a']);
    expect(exporter.getFinishedSpans()).toEqual([]);
    expect(hold).not.toHaveBeenCalled();
  });

  describe('in contexts', () => {
    const activeName = () => (trace.getActiveSpan() as ReadableSpan | undefined)?.name;
    const within = <R>(name: string, run: () => R): R => tracer.startActiveSpan(name, run);
    /** Waits, as a source does for its request, and then says where it is. */
    const slow$ = defer(async () => {
      await Promise.resolve();
      return chunk(activeName() ?? 'nowhere');
    });

    it('is a child of the span that is active at the subscription, not at the creation', () => {
      const reply$ = within('made', () => EMPTY.pipe(traceReply({ tracer })));
      const parent = within('asked', () => {
        reply$.subscribe();
        return trace.getActiveSpan()?.spanContext();
      });
      const [span] = exporter.getFinishedSpans();
      expect(span?.parentSpanContext).toEqual(parent);
    });

    it('makes the request within its span', async () => {
      const reply$ = defer(() => of(chunk(activeName() ?? 'nowhere')));
      const where$ = concat(reply$, slow$).pipe(traceReply({ tracer, model: 'm' }), toArray());
      const chunks = await within('outside', () => lastValueFrom(where$));
      expect(chunks.map(({ text }) => text)).toEqual(['generate_content m', 'generate_content m']);
    });

    it('makes the request of a real client within its span', async () => {
      const fetched: unknown[] = [];
      const event = { ...finishChunk(), modelVersion: params.model };
      vi.spyOn(globalThis, 'fetch').mockImplementation(() => {
        fetched.push(activeName());
        const headers = { 'Content-Type': 'text/event-stream' };
        return Promise.resolve(new Response(`data: ${JSON.stringify(event)}\n\n`, { headers }));
      });
      const ai = new GoogleGenAI({ apiKey: 'test-key' });
      const reply$ = fromGemini(ai, params).pipe(traceReply({ tracer, model: params.model }), toArray());
      await within('outside', () => lastValueFrom(reply$));
      expect(fetched).toEqual([`generate_content ${params.model}`]);
      const [span] = exporter.getFinishedSpans();
      expect(span?.attributes).toMatchObject({
        'rxjs_gemini.outcome': 'complete',
        'gen_ai.response.finish_reasons': ['stop'],
        'gen_ai.response.model': params.model,
      });
    });

    it.each([
      ['a value', slow$],
      ['the completion', EMPTY],
      ['an error', throwError(() => new Error('broken'))],
    ])('runs its subscriber in the context of the subscription: %s', async (_, source) => {
      const where = await new Promise((resolve) => {
        const see = () => resolve(activeName());
        within('reader', () => source.pipe(traceReply({ tracer })).subscribe({ next: see, error: see, complete: see }));
      });
      expect(where).toBe('reader');
    });

    it('is not a parent of the next request', async () => {
      const ask$ = slow$.pipe(traceReply({ tracer, model: 'm' }));
      await within('turn', () => lastValueFrom(ask$.pipe(concatMap(() => ask$))));
      const [first, second] = exporter.getFinishedSpans();
      expect(second?.parentSpanContext).toEqual(first?.parentSpanContext);
      expect(second?.parentSpanContext).toBeDefined();
    });

    it('records the metrics in the context of the span, for exemplars', () => {
      const record = vi.fn();
      const meter = { createHistogram: () => ({ record }) } as unknown as Meter;
      const span = spanOf(of(chunk('a'), chunk('b')), { meter });
      expect(record).toHaveBeenCalledTimes(3);
      for (const call of record.mock.calls) {
        expect(trace.getSpanContext(call[2] as Context)).toEqual(span.spanContext());
      }
    });
  });

  it('covers all attempts below a retry, and each of them above it', () => {
    const flaky = () => {
      let attempts = 0;
      return defer(() => (++attempts === 1 ? throwError(() => new Error('once')) : of(chunk('a'))));
    };
    const outcomes = () => exporter.getFinishedSpans().map(({ attributes }) => attributes['rxjs_gemini.outcome']);
    flaky().pipe(retry(1), traceReply({ tracer })).subscribe();
    expect(outcomes()).toEqual(['complete']);
    exporter.reset();
    flaky().pipe(traceReply({ tracer }), retry(1)).subscribe();
    expect(outcomes()).toEqual(['failed', 'complete']);
  });

  describe('if the telemetry fails', () => {
    const fail = () => {
      throw new Error('no collector');
    };
    const processor = { onStart: () => {}, onEnd: () => {}, forceFlush: async () => {}, shutdown: async () => {} };

    it.each<[string, () => TraceReplyOptions]>([
      ['a sampler', () => ({ tracer: { startSpan: fail, startActiveSpan: fail } })],
      ['the start of a span', () => ({ tracer: tracerOf({ ...processor, onStart: fail }) })],
      ['its end', () => ({ tracer: tracerOf({ ...processor, onEnd: fail }) })],
      ['a meter', () => ({ meter: { createHistogram: () => ({ record: fail }) } as unknown as Meter })],
    ])('continues the reply and reports to `diag`: %s', (_, options) => {
      const error = vi.fn();
      const logger = { error, warn: error, info: () => {}, debug: () => {}, verbose: () => {} };
      diag.setLogger(logger, { logLevel: DiagLogLevel.ERROR, suppressOverrideMessage: true });
      const seen: unknown[] = [];
      of(chunk('a'), chunk('b'))
        .pipe(traceReply(options()))
        .subscribe({ next: ({ text }) => seen.push(text), complete: () => seen.push('complete') });
      expect(seen).toEqual(['a', 'b', 'complete']);
      const said = 'rxjs-gemini: the telemetry of a reply is not whole';
      expect(error).toHaveBeenCalledWith(said, new Error('no collector'));
    });

    it('records metrics if the tracer fails, and ends the span if the meter does', async () => {
      const { meter, read } = measure();
      EMPTY.pipe(traceReply({ tracer: { startSpan: fail, startActiveSpan: fail }, meter })).subscribe();
      expect(sumsOf(await read())['operation.duration']).toMatchObject([{ count: 1 }]);
      const broken = { createHistogram: () => ({ record: fail }) } as unknown as Meter;
      expect(spanOf(EMPTY, { meter: broken }).ended).toBe(true);
    });
  });

  it('works with the API alone, without an SDK', () => {
    const seen: string[] = [];
    const options = { tracer: trace.getTracer('none'), meter: metrics.getMeter('none') };
    of(chunk('a'))
      .pipe(traceReply(options))
      .subscribe(({ text }) => seen.push(text));
    expect(seen).toEqual(['a']);
  });

  it(
    'passes chunks, an error and completion unchanged, at once',
    marbles((m) => {
      const values = { a: chunk('a'), n: cancelled, f: finishChunk() };
      for (const diagram of ['-a-n--f-|', '-a-n#', '|', '#', '-']) {
        m.expectObservable(m.cold(diagram, values).pipe(traceReply({ tracer }))).toBe(diagram, values);
      }
      const source = m.cold(' -a-n-', values);
      m.expectObservable(source.pipe(traceReply({ tracer })), '--!').toBe('-a-', values);
      m.expectSubscriptions(source.subscriptions).toBe('^-!');
    }),
  );

  it('passes the same chunk object', () => {
    const one = chunk('a');
    const seen: GeminiChunk[] = [];
    of(one)
      .pipe(traceReply({ tracer }))
      .subscribe((passed) => seen.push(passed));
    expect(seen[0]).toBe(one);
  });

  it('starts no span before the subscription, and shares no state between subscriptions', () => {
    const startSpan = vi.spyOn(tracer, 'startSpan');
    const source = new Subject<GeminiChunk>();
    const result$ = source.pipe(traceReply({ tracer }));
    expect(startSpan).not.toHaveBeenCalled();
    result$.subscribe();
    source.next(usageChunk({ promptTokenCount: 1 }));
    result$.subscribe();
    source.next(usageChunk({ candidatesTokenCount: 2 }));
    source.complete();
    const inputs = exporter.getFinishedSpans().map(({ attributes }) => attributes['gen_ai.usage.input_tokens']);
    expect(inputs).toEqual([1, undefined]);
  });

  it('unsubscribes from a synchronous, endless source when it is unsubscribed', () => {
    const endless = new Observable<GeminiChunk>((destination) => {
      while (!destination.closed) destination.next(chunk('a'));
    });
    const seen: string[] = [];
    endless.pipe(traceReply({ tracer }), take(2)).subscribe(({ text }) => seen.push(text));
    expect(seen).toEqual(['a', 'a']);
    const outcomes = exporter.getFinishedSpans().map(({ attributes }) => attributes['rxjs_gemini.outcome']);
    expect(outcomes).toEqual(['cancelled']);
  });

  it('ends the span if an operator below fails', () => {
    const failed = vi.fn();
    const boom = new Error('boom');
    NEVER.pipe((never$) => concat(of(chunk('a')), never$))
      .pipe(
        traceReply({ tracer }),
        mergeMap(() => throwError(() => boom)),
      )
      .subscribe({ error: failed });
    expect(failed).toHaveBeenCalledWith(boom);
    const [span] = exporter.getFinishedSpans();
    expect(span?.attributes['rxjs_gemini.outcome']).toBe('cancelled');
  });

  it('sets no timer', () => {
    vi.useFakeTimers();
    const silent = tracerOf(new NoopSpanProcessor());
    const subscription = NEVER.pipe(traceReply({ tracer: silent })).subscribe();
    expect(vi.getTimerCount()).toBe(0);
    subscription.unsubscribe();
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each<[object, string]>([
    [{}, 'Expected at least one of `tracer` and `meter`, got none'],
    [{ tracer: 'chat' }, "Expected `tracer` to be a Tracer of OpenTelemetry, got 'chat'"],
    [{ tracer, meter: null }, 'Expected `meter` to be a Meter of OpenTelemetry, got null'],
    [{ tracer, model: '' }, "Expected `model` to be a string of at least one character, got ''"],
    [{ tracer, provider: 1 }, 'Expected `provider` to be a string of at least one character, got 1'],
    [{ tracer, captureContent: 'yes' }, "Expected `captureContent` to be true or false, got 'yes'"],
  ])('refuses wrong options at the call: %#', (options, message) => {
    expect(() => traceReply(options)).toThrow(new TypeError(message));
  });

  it('keeps the type of the chunks', () => {
    const source = of({ ...chunk('a'), mine: 1 });
    expectTypeOf(source.pipe(traceReply({ tracer }))).toEqualTypeOf(source);
  });
});
