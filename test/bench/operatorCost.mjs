// The cost of each operator per chunk, over a source that emits synchronously: ns, less the cost of the source.
import { atMost } from './atMost.mjs';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { measure } from 'mitata';
import { from, lastValueFrom, NEVER, of, tap } from 'rxjs';
import * as library from 'rxjs-gemini';
import { traceReply } from 'rxjs-gemini/otel';
import { chunk, finishChunk } from 'rxjs-gemini/testing';

const count = 10_000;
const chunks = [
  ...Array.from({ length: count - 1 }, (_, index) =>
    chunk('twelve chars', { usageMetadata: { promptTokenCount: 10, candidatesTokenCount: index * 3 } }),
  ),
  finishChunk(),
];

/** One for all replies, as it is meant. */
const plenty = { requestsPerMinute: 10_000, tokensPerMinute: 1e9, concurrency: 10 };
const limiter = library.createRateLimiter({ ...plenty, perKey: plenty });

/** The real SDK's, which export to memory or nowhere. */
const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 1e6, exportTimeoutMillis: 1e6 });
const meter = new MeterProvider({ readers: [reader] }).getMeter('bench');
const tracer = new BasicTracerProvider().getTracer('bench');

const operators = {
  'bufferChunks({ maxChunks: 10 })': () => library.bufferChunks({ maxChunks: 10 }),
  'bufferChunks({ maxChunks: 1 })': () => library.bufferChunks({ maxChunks: 1 }),
  "bufferChunks({ until: 'sentence' })": () => library.bufferChunks({ until: 'sentence' }),
  "bufferChunks({ until: 'sentence', split: true })": () => library.bufferChunks({ until: 'sentence', split: true }),
  'classifyErrors()': () => library.classifyErrors(),
  'coalesceMap((chunk) => of(chunk))': () => library.coalesceMap((one) => of(one)),
  'fallback([source])': () => (source) => library.fallback([source]),
  'hedge([source], { after })': () => (source) => library.hedge([source], { after: 1e6 }),
  "inspectReply('reply', { write })": () => library.inspectReply('reply', { write: () => {} }),
  'mapInOrder((chunk) => of(chunk))': () => library.mapInOrder((one) => of(one)),
  'limiter.limit()': () => limiter.limit(),
  'limiter.limit({ key, tokens })': () => limiter.limit({ key: 'a', tokens: 10 }),
  'record({ write })': () => library.record({ write: () => {} }),
  'renderEvery({ interval: 50 })': () => library.renderEvery({ interval: 50 }),
  'retryTransient()': () => library.retryTransient(),
  'shareReply()': () => library.shareReply(),
  "bufferChunks({ until: 'word' })": () => library.bufferChunks({ until: 'word' }),
  'smoothText()': () => library.smoothText(),
  'stopWhen(() => false)': () => library.stopWhen(() => false),
  'stopWhen({ maxChars, maxOutputTokens })': () => library.stopWhen({ maxChars: 1e9, maxOutputTokens: 1e9 }),
  "stopWhen({ pattern: '\\nUser:' })": () => library.stopWhen({ pattern: '\nUser:' }),
  'stopWhen({ pattern: /User:/ })': () => library.stopWhen({ pattern: /User:/ }),
  'takeUntilCancel(NEVER)': () => library.takeUntilCancel(NEVER),
  'timeoutReply({ first, each, total })': () => library.timeoutReply({ first: 1e6, each: 1e6, total: 1e6 }),
  'traceReply({ tracer })': () => traceReply({ tracer }),
  'traceReply({ meter })': () => traceReply({ meter }),
  'withCost({ pricePerMillion })': () => library.withCost({ pricePerMillion: { input: 1, output: 4 } }),
  'withMetrics()': () => library.withMetrics(),
  'withProgress()': () => library.withProgress(),
  'resumeOnDrop({ continueWith })': () => library.resumeOnDrop({ continueWith: () => NEVER }),
  'toText()': () => library.toText(),
  'toParts()': () => library.toParts(),
  'accumulate()': () => library.accumulate(),
};

/** Operators that look for units of the text, with their targets in ns; measured with prose too. */
const readsText = {
  "bufferChunks({ until: 'sentence' })": 4000,
  "bufferChunks({ until: 'sentence', split: true })": 4000,
  "bufferChunks({ until: 'word' })": 4000,
  'smoothText()': 2000,
};
/** Prose with an abbreviation and a number, in chunks of 12 characters and of one. */
const prose =
  'The ship left the harbour at noon, and nobody on the pier waved. It was raining. Dr. Roe had paid 3.5 million for ' +
  'it, and that was too much, as her brother had told her! ';
const proseIn = (length) => chunksOf(prose.repeat(count * length).slice(0, count * length), length);
const costs = new Map();
const texts = { 'one long word': chunks, prose: proseIn(12), 'prose by character': proseIn(1) };

/** Operators without a target: they do not emit chunks. */
const leavesChunks = ['toText()', 'accumulate()'];
/** The reasons of operators that miss the target. */
const reasons = {
  'traceReply({ meter })': 'the SDK hashes the attributes at each measurement, twice',
};

/** Rows of `{ operator, text, ns, target }`. */
export async function operatorCost() {
  const rows = [];
  for (const [operator, make] of Object.entries(operators)) {
    const limit = readsText[operator];
    for (const [text, source] of Object.entries(limit ? texts : { '': chunks })) {
      const ns = (await nanoseconds(source, make)) - (await bare(source));
      const target = leavesChunks.includes(operator) ? '' : atMost(limit ?? 1000, ns, 'ns', reasons[operator]);
      rows.push({ operator, text, ns, target });
    }
  }
  return rows;
}

/** What the source costs. */
async function bare(source) {
  if (!costs.has(source)) costs.set(source, await nanoseconds(source, () => tap()));
  return costs.get(source);
}

/** The time for one chunk, in ns: the median of many replies. */
async function nanoseconds(source, make) {
  const read = () => lastValueFrom(from(source).pipe(make()), { defaultValue: undefined });
  const { p50 } = await measure(read);
  return p50 / count;
}

function chunksOf(text, length) {
  const texts = Array.from({ length: Math.floor(text.length / length) }, (_, at) =>
    text.slice(at * length, (at + 1) * length),
  );
  return [...texts.map((each) => chunk(each)), finishChunk()];
}
