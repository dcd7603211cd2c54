import {
  catchError,
  concat,
  EMPTY,
  ignoreElements,
  merge,
  mergeMap,
  of,
  switchMap,
  throwError,
  timer,
  toArray,
  type Observable,
  type OperatorFunction,
} from 'rxjs';
import { describe, expect, it } from 'vitest';
import { accumulate } from '../../operators/show/accumulate.js';
import { bufferChunks } from '../../operators/show/bufferChunks.js';
import { finalResponse } from '../../operators/show/finalResponse.js';
import { resumeOnDrop } from '../../operators/protect/resumeOnDrop.js';
import { shareReply } from '../../operators/share/shareReply.js';
import { takeUntilCancel } from '../../operators/protect/takeUntilCancel.js';
import { toEvents, type ReplyEvent } from '../../operators/show/toEvents.js';
import { withCost } from '../../operators/measure/withCost.js';
import { withMetrics } from '../../operators/measure/withMetrics.js';
import { withProgress } from '../../operators/show/withProgress.js';
import { ChunkBuilder } from '../../src/chunk/chunkBuilder.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { isNotice } from '../../src/chunk/isNotice.js';
import { GeminiError } from '../../src/errors/geminiError.js';
import { chunk, finishChunk, thoughtChunk, usageChunk } from '../../src/testing/chunks.js';
import { operators } from './operators.js';
import { play, ScenarioSource, valuesOf, type Scenario } from './scenario.js';

/** The annotating operators, by the property that they add: a new one is one line here. */
const annotating: Readonly<Record<string, () => OperatorFunction<GeminiChunk, GeminiChunk>>> = {
  cost: () => withCost({ pricePerMillion: { input: 1, output: 4 } }),
  metrics: () => withMetrics(),
  progress: () => withProgress(),
};
const fields = Object.keys(annotating);

/** All ways to put the annotating operators above and below another one. */
const placings = permutationsOf(fields).flatMap((order) =>
  Array.from({ length: order.length + 1 }, (_, at) => ({ above: order.slice(0, at), below: order.slice(at) })),
);

const reply = [thoughtChunk('Hm'), chunk('Hello, wor'), chunk('ld. Not'), finishChunk('STOP', { totalTokenCount: 9 })];
const times = [20, 27, 40, 60];
const marks: readonly GeminiChunk[] = [
  { text: '', queued: { position: 0 } },
  { text: '', retrying: { attempt: 1, delay: 0, kind: 'network' } },
  { text: '', resumed: { attempt: 1, kind: 'network' } },
  { text: '', tool: { call: { name: 'f', args: {} }, status: 'running' } },
];
const busy = new GeminiError('Busy', { kind: 'overloaded' });

const sources: Readonly<Record<string, () => Observable<GeminiChunk>>> = {
  asynchronous: () => source(reply, times, { at: 60, kind: 'complete' }),
  synchronous: () => source(reply, [], { at: 0, kind: 'complete' }),
  'silent after half a word': () => source([chunk('H')], [], { at: 90, kind: 'complete' }),
  'silent after token counts': () => source([usageChunk({ totalTokenCount: 1 })], [], { at: 90, kind: 'error' }),
  empty: () => source([], [], { at: 0, kind: 'complete' }),
  'empty after a while': () => source([], [], { at: 30, kind: 'complete' }),
  silent: () => source([], [], { at: 0, kind: 'never' }),
  'failing at once': () => source([], [], { at: 0, kind: 'error' }),
  'failing after content': () => source(reply, times, { at: 50, kind: 'error' }),
  'failing each time it is tried': () => throwError(() => busy),
  'breaking off': () =>
    concat(
      of(...reply.slice(0, 2)),
      throwError(() => busy),
    ),
  'one of marks': () => source(marks, times, { at: 60, kind: 'complete' }),
};

function source(chunks: readonly GeminiChunk[], at: readonly number[], end: Scenario['end']): Observable<GeminiChunk> {
  const steps = chunks.map((one, index) => ({ at: at[index] ?? 0, chunk: one }));
  return new ScenarioSource({ chunks: steps, end }).chunks$;
}

/** Longer than all scenarios, and shorter than the sum of all retries. */
const whole = { at: 500 };

function annotate(chunks$: Observable<GeminiChunk>, names: readonly string[]): Observable<GeminiChunk> {
  return names.reduce((annotated$, name) => annotated$.pipe(annotating[name]!()), chunks$);
}

/** The fields that some value lacks. */
function lackingIn(values: readonly unknown[], promised: readonly string[] = fields): string[] {
  return promised.filter((field) => values.some((value) => (value as Record<string, unknown>)[field] === undefined));
}

/** `finalResponse` gives one value, at the end, and so cannot emit before the operators below it. */
const through = operators.filter(({ isChunkToChunk, waitsForCompletion }) => isChunkToChunk && !waitsForCompletion);

describe.each(Object.entries(sources))(
  'of a source that is %s, every value has the properties of its type',
  (_, make) => {
    it.each(through)('through $name', ({ apply }) => {
      for (const { above, below } of placings) {
        const through$ = apply(annotate(make(), above)) as Observable<GeminiChunk>;
        const values = valuesOf(play(annotate(through$, below), whole));
        expect({ above, below, lacking: lackingIn(values) }).toEqual({ above, below, lacking: [] });
      }
    });

    it('through takeUntilCancel and bufferChunks, in the documented order', () => {
      for (const at of [0, 1, 25, 45, 500]) {
        for (const order of permutationsOf(fields)) {
          const cancelled$ = make().pipe(takeUntilCancel(timer(at)));
          const result$ = annotate(cancelled$, order).pipe(bufferChunks({ until: 'word', maxWait: 20 }), shareReply());
          expect(lackingIn(valuesOf(play(result$, whole)))).toEqual([]);
        }
      }
    });

    it('of a reply that is resumed', () => {
      for (const { above, below } of placings) {
        const continueWith = () => annotate(source(reply, times, { at: 60, kind: 'complete' }), above);
        const resumed$ = annotate(make(), above).pipe(resumeOnDrop({ continueWith }));
        expect(lackingIn(valuesOf(play(annotate(resumed$, below), whole)))).toEqual([]);
      }
    });

    it.each([0, 25, 45, 70])('for a reader of shareReply that comes after %i ms', (late) => {
      for (const options of [{}, { keepFailure: true }, { maxBytes: 8 }, { slow: 'coalesce' }] as const) {
        for (const { above, below } of placings) {
          const shared$ = annotate(make(), above).pipe(shareReply(options));
          const first$ = shared$.pipe(
            ignoreElements(),
            catchError(() => EMPTY),
          );
          const late$ = timer(late).pipe(switchMap(() => annotate(shared$, below)));
          expect(lackingIn(valuesOf(play(merge(first$, late$), whole)))).toEqual([]);
        }
      }
    });

    it('in the snapshots of accumulate, in finalResponse and in the events of toEvents', () => {
      for (const order of permutationsOf(fields)) {
        const annotated$ = annotate(make(), order);
        expect(lackingIn(valuesOf(play(annotated$.pipe(accumulate()), whole)), [...fields, 'chunks'])).toEqual([]);
        expect(lackingIn(valuesOf(play(annotated$.pipe(finalResponse()), whole)))).toEqual([]);
        const chunks$ = annotated$.pipe(toEvents(), mergeMap(promisedBy));
        expect(lackingIn(valuesOf(play(chunks$, whole)))).toEqual([]);
      }
    });
  },
);

/** The chunks of an event that have the type of those that came in. */
function promisedBy(event: ReplyEvent): readonly GeminiChunk[] {
  if (event.type === 'chunk') return [event.chunk];
  return event.type === 'complete' ? [event.response] : [];
}

describe('the notice that an annotating operator makes', () => {
  it('is a single one before a source that does not emit at once, for any number of operators', () => {
    for (const order of permutationsOf(fields)) {
      for (let count = 1; count <= order.length; count++) {
        const { emissions } = play(annotate(sources['asynchronous']!(), order.slice(0, count)), whole);
        expect(emissions.filter(({ at }) => at < 20).map(({ at }) => at)).toEqual([0]);
        expect(isNotice(emissions[0]?.value as GeminiChunk)).toBe(true);
      }
    }
  });

  it('is not made above a source that emits at once', () => {
    for (const order of permutationsOf(fields)) {
      const [first] = valuesOf(play(annotate(sources['synchronous']!(), order), whole));
      expect(first).toMatchObject(reply[0]!);
    }
  });

  it('never copies a mark', () => {
    for (const order of permutationsOf(fields)) {
      for (const last of [...marks, { text: '', cancelled: { reason: 'x' } }, { text: '', stopped: { reason: 'x' } }]) {
        const values = valuesOf(play(annotate(of(last), order), whole));
        const names = Object.keys(last).filter((name) => name !== 'text');
        const marked = values.filter((value) => names.some((name) => name in (value as object)));
        expect(marked).toHaveLength(1);
      }
    }
  });

  it('copies the latest standing annotations, not the first', () => {
    const seen: GeminiChunk[] = [];
    const chunks$ = of(...reply).pipe(withProgress(), withMetrics(), toArray());
    chunks$.subscribe((all) => seen.push(...all));
    expect(seen.at(-1)).toMatchObject({ text: '', progress: { phase: 'complete' }, metrics: { totalTokens: 9 } });
  });
});

function permutationsOf<V>(values: readonly V[]): V[][] {
  if (values.length === 0) return [[]];
  return values.flatMap((first) =>
    permutationsOf(values.filter((value) => value !== first)).map((rest) => [first, ...rest]),
  );
}

describe('the place in an interaction', () => {
  const at = (n: number) => ({
    interaction: { id: 'v1_a', status: n === 3 ? 'completed' : 'in_progress', cursor: `${n}` },
  });
  const chunks: GeminiChunk[] = [
    { text: '', ...at(0) },
    { ...chunk('Hello, '), ...at(1) },
    { ...chunk('world'), ...at(2) },
    { text: '', ...at(3) },
  ];
  const cursors = (values: readonly unknown[]) => values.map((value) => (value as GeminiChunk).interaction?.cursor);

  it('is in the snapshots of accumulate, in finalResponse and in the events of toEvents', () => {
    expect(cursors(valuesOf(play(of(...chunks).pipe(accumulate()))))).toEqual(['0', '1', '2', '3']);
    expect(cursors(valuesOf(play(of(...chunks).pipe(finalResponse()))))).toEqual(['3']);
    const events = valuesOf(play(of(...chunks).pipe(toEvents(), mergeMap(promisedBy))));
    expect(cursors(events)).toEqual(['0', '1', '2', '3', '3']);
  });

  it('is that of the last chunk in the merge, the same object', () => {
    const merged = new ChunkBuilder();
    for (const one of chunks) merged.append(one);
    expect(merged.snapshot().interaction).toBe(chunks[3]!.interaction);
    expect(merged.append(chunk('!')).snapshot().interaction).toBe(chunks[3]!.interaction);
  });

  it('covers the chunk that a late reader of shareReply gets first', () => {
    for (const options of [{}, { keepFailure: true }, { whenSlow: 'coalesce' }] as const) {
      const shared$ = source(chunks, [0, 20, 40, 60], { at: 80, kind: 'complete' }).pipe(shareReply(options));
      const late$ = timer(50).pipe(switchMap(() => shared$));
      const values = valuesOf(play(merge(shared$.pipe(ignoreElements()), late$))) as GeminiChunk[];
      expect(values.map(({ text }) => text)).toEqual(['Hello, world', '']);
      expect(cursors(values)).toEqual(['2', '3']);
    }
  });

  it('is not in a notice of an operator, nor ahead of held text, in the documented order', () => {
    const chunks$ = source(chunks, [0, 20, 40, 60], { at: 80, kind: 'complete' });
    const inOrder$ = annotate(chunks$, fields).pipe(bufferChunks({ until: 'word', maxWait: 100 }), shareReply());
    const seen = (valuesOf(play(inOrder$)) as GeminiChunk[]).filter(({ interaction }) => interaction);
    expect(seen.map(({ text, interaction }) => [text, interaction?.cursor])).toEqual([
      ['', '0'],
      ['Hello, ', '1'],
      ['world', '3'],
    ]);
    const cancelled$ = annotate(chunks$, fields).pipe(takeUntilCancel(timer(30)));
    const last = (valuesOf(play(cancelled$)) as GeminiChunk[]).at(-1);
    expect(last).toMatchObject({ text: '', cancelled: {} });
    expect(last?.interaction).toBeUndefined();
  });
});
