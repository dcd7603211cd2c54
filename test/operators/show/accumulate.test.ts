import { EMPTY, NEVER, Observable, Subject, map, of, pipe, take } from 'rxjs';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { accumulate } from '../../../operators/show/accumulate.js';
import type { ReplyProgress } from '../../../src/chunk/annotations.js';
import type { GeminiChunk, ReplySnapshot } from '../../../src/chunk/geminiChunk.js';
import { mergeChunks } from '../../../src/chunk/mergeChunks.js';
import { chunk, finishChunk, thoughtChunk } from '../../../src/testing/chunks.js';
import { marbles } from '../../support/marbles.js';

const notice = { text: '', cancelled: { reason: 'x' } };

describe('accumulate', () => {
  it('has no wait in the snapshot of a reply that has ended', () => {
    const notice: GeminiChunk = { text: '', retrying: { attempt: 1, delay: 5, kind: 'overloaded' } };
    const seen: unknown[] = [];
    of(notice, { text: '', cancelled: { reason: 'enough' } })
      .pipe(accumulate())
      .subscribe(({ retrying }) => seen.push(retrying));
    expect(seen).toEqual([notice.retrying, undefined]);
  });

  it(
    'emits the reply so far at each chunk, notices included',
    marbles((m) => {
      const [a, b] = [thoughtChunk('a'), chunk('b')];
      const values = {
        x: { ...a, chunks: 1 },
        y: { ...mergeChunks(a, notice), chunks: 2 },
        z: { ...[notice, b].reduce(mergeChunks, a), chunks: 3 },
      };
      const source = m.cold(' -a-n-b-|', { a, b, n: notice });
      const subs = '          ^------!';
      const expected = '      -x-y-z-|';
      m.expectObservable(source.pipe(accumulate())).toBe(expected, values);
      m.expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  it(
    'emits no value for an empty reply, and waits for a silent reply',
    marbles((m) => {
      m.expectObservable(EMPTY.pipe(accumulate())).toBe('|');
      m.expectObservable(NEVER.pipe(accumulate())).toBe('-');
    }),
  );

  it(
    'passes an error through',
    marbles((m) => {
      const source = m.cold(' -a-#', { a: chunk('a') });
      const expected = '      -x-#';
      m.expectObservable(source.pipe(accumulate())).toBe(expected, { x: { ...chunk('a'), chunks: 1 } });
    }),
  );

  it(
    'unsubscribes from its source when it is unsubscribed',
    marbles((m) => {
      const source = m.cold(' -a-b-', { a: chunk('a'), b: chunk('b') });
      const unsub = '         --!';
      const subs = '          ^-!';
      const expected = '      -x-';
      m.expectObservable(source.pipe(accumulate()), unsub).toBe(expected, { x: { ...chunk('a'), chunks: 1 } });
      m.expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  it('does not change a snapshot when more arrives', () => {
    const snapshots: ReplySnapshot[] = [];
    of(chunk('a'), chunk('b'), finishChunk())
      .pipe(accumulate())
      .subscribe((reply) => snapshots.push(reply));
    expect(snapshots.map(({ text }) => text)).toEqual(['a', 'ab', 'ab']);
    expect(snapshots[0]).toEqual({ ...chunk('a'), chunks: 1 });
  });

  it('shares no state between subscriptions', () => {
    const source = new Subject<GeminiChunk>();
    const result$ = source.pipe(accumulate());
    const seen: string[] = [];
    result$.subscribe(({ text, chunks }) => seen.push(`${text} ${chunks}`));
    source.next(chunk('a'));
    result$.subscribe(({ text, chunks }) => seen.push(`${text} ${chunks}`));
    source.next(chunk('b'));
    expect(seen).toEqual(['a 1', 'ab 2', 'b 1']);
  });

  it('unsubscribes from an endless synchronous source when its result is closed', () => {
    const endless = new Observable<GeminiChunk>((destination) => {
      while (!destination.closed) destination.next(chunk('a'));
    });
    const seen: number[] = [];
    endless.pipe(accumulate(), take(2)).subscribe(({ chunks }) => seen.push(chunks));
    expect(seen).toEqual([1, 2]);
  });

  it('keeps the annotations that the type of the chunks promises', () => {
    const source = of({} as GeminiChunk & { progress: ReplyProgress; mine: number });
    expectTypeOf(
      source.pipe(
        accumulate(),
        map(({ progress }) => progress.percent),
      ),
    ).toEqualTypeOf<Observable<number>>();
    expectTypeOf(
      source.pipe(
        accumulate(),
        map(({ mine, chunks }) => mine + chunks),
      ),
    ).toEqualTypeOf<Observable<number>>();
    expectTypeOf(source.pipe(accumulate())).toExtend<Observable<ReplySnapshot>>();
    expectTypeOf(of(chunk('a')).pipe(accumulate())).toExtend<Observable<ReplySnapshot>>();
  });

  it('emits snapshots that are not chunks, so that they cannot be merged again', () => {
    expectTypeOf<ReplySnapshot>().not.toExtend<GeminiChunk>();
    expectTypeOf(of(chunk('a')).pipe(accumulate())).not.toExtend<Observable<GeminiChunk>>();
    // @ts-expect-error A second fold does not compile.
    pipe(accumulate(), accumulate());
    // @ts-expect-error Nor does it here.
    of(chunk('a')).pipe(accumulate(), accumulate());
  });
});
