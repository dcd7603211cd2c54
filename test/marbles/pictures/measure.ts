import { BasicTracerProvider, type SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { identity, ReplaySubject } from 'rxjs';
import { inspectReply } from '../../../operators/measure/inspectReply.js';
import { withCost } from '../../../operators/measure/withCost.js';
import { withMetrics, type ReplyReport } from '../../../operators/measure/withMetrics.js';
import { traceReply } from '../../../operators/otel/traceReply.js';
import { chunk, finishChunk } from '../../../src/testing/chunks.js';
import { finish, notice, text, value } from '../looks.js';
import type { Look } from '../scene.js';
import type { Picture } from '../stage.js';

/** Pictures of the operators that measure a reply. */
export const measurePictures: readonly Picture[] = [
  {
    name: 'inspectReply',
    alt: 'The reply passes unchanged; a marble diagram of it is written to stderr.',
    isTimed: true,
    play(m) {
      const reply$ = m.source('chunks', '100ms a 149ms b 149ms f 99ms |', {
        a: 'Light ',
        b: 'is very very fast.',
        f: finishChunk(),
      });
      const rows$ = new ReplaySubject<string>(Infinity);
      const write = (row: string) => rows$.next(row);
      m.code("inspectReply('reply', { write })");
      m.result('unchanged', reply$.pipe(inspectReply('reply', { write }))).toBe('100ms a 149ms b 149ms f 99ms |', {
        a: text('Light '),
        b: text('is very very fast.'),
        f: finish('STOP'),
      });
      m.result('stderr', rows$, { show: lookOfRow }).toBe('500ms a', {
        a: value('reply   0.0 s --▂--▄--.-|', '0.50 s, 3 chunks, 24 characters, STOP'),
      });
    },
  },
  {
    name: 'traceReply',
    alt: 'The reply passes unchanged; an OpenTelemetry span lasts from the subscription to the end of the reply.',
    isTimed: true,
    play(m) {
      const reply$ = m.source('chunks', '300ms a 199ms b 199ms |', { a: 'Light ', b: 'is fast.' });
      const spans$ = new ReplaySubject<Look>(Infinity);
      const processor: SpanProcessor = {
        onStart: () => spans$.next(value('span', 'starts')),
        onEnd: ({ attributes }) => spans$.next(value('span', `ends: ${String(attributes['rxjs_gemini.outcome'])}`)),
        forceFlush: async () => {},
        shutdown: async () => {},
      };
      const tracer = new BasicTracerProvider({ spanProcessors: [processor] }).getTracer('picture');
      m.code('traceReply({ tracer })');
      m.result('unchanged', reply$.pipe(traceReply({ tracer }))).toBe('300ms a 199ms b 199ms |', {
        a: text('Light '),
        b: text('is fast.'),
      });
      m.result('spans', spans$, { show: identity }).toBe('a 699ms b', {
        a: value('span', 'starts'),
        b: value('span', 'ends: complete'),
      });
    },
  },
  {
    name: 'withCost',
    alt: 'Each chunk gets the cost of the reply so far, which is estimated until the server reports its token counts.',
    play(m) {
      const usageMetadata = { promptTokenCount: 1000, candidatesTokenCount: 4 };
      const reply$ = m.source('chunks', '---a------b------f------|', {
        a: chunk('Light is ', { usageMetadata: { promptTokenCount: 1000 } }),
        b: 'very fast.',
        f: finishChunk('STOP', usageMetadata),
      });
      m.code('withCost({ pricePerMillion: { input: 1, output: 10 } })');
      const result$ = reply$.pipe(withCost({ pricePerMillion: { input: 1, output: 10 } }));
      m.result('chunks with their cost', result$).toBe('n--a------b------f------|', {
        n: notice('$0'),
        a: text('Light is ', 'about $0.0010225'),
        b: text('very fast.', 'about $0.0010475'),
        f: finish('STOP', '$0.00104'),
      });
    },
  },
  {
    name: 'withMetrics',
    alt: 'Each chunk gets the pace of the reply, and one report follows at its end, whatever the outcome.',
    isTimed: true,
    play(m) {
      const reply$ = m.source('chunks', '400ms a 199ms b 199ms f 99ms |', {
        a: 'Light ',
        b: 'is fast.',
        f: finishChunk(),
      });
      const reports$ = new ReplaySubject<ReplyReport>(Infinity);
      const onReport = (report: ReplyReport) => reports$.next(report);
      m.code('withMetrics({ onReport })');
      m.result('chunks with metrics', reply$.pipe(withMetrics({ onReport }))).toBe(
        'n 399ms a 199ms b 199ms f 99ms (x|)',
        {
          n: notice('metrics'),
          a: text('Light ', 'first 400 ms'),
          b: text('is fast.', 'first 400 ms'),
          f: finish('STOP', 'first 400 ms'),
          x: notice('metrics', 'first 400 ms'),
        },
      );
      m.result('onReport', reports$, {
        show: ({ outcome, metrics: { elapsed } }) => value(outcome, `${elapsed} ms`),
      }).toBe('900ms r', { r: value('complete', '900 ms') });
    },
  },
];

function lookOfRow(row: string): Look {
  const [, diagram = '', summary] = /^(.*\|) (.*)$/.exec(row) ?? [];
  return value(diagram, summary);
}
