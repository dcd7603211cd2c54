import { EMPTY, NEVER, Observable, Subject, concat, of, take } from 'rxjs';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { finalResponse } from '../../../operators/show/finalResponse.js';
import type { ReplyProgress } from '../../../src/chunk/annotations.js';
import { emptyChunk } from '../../../src/chunk/emptyChunk.js';
import type { GeminiChunk } from '../../../src/chunk/geminiChunk.js';
import { mergeChunks } from '../../../src/chunk/mergeChunks.js';
import { chunk, finishChunk } from '../../../src/testing/chunks.js';
import { marbles } from '../../support/marbles.js';

const values = { a: chunk('a'), b: chunk('b'), f: finishChunk('STOP', { totalTokenCount: 2 }) };

describe('finalResponse', () => {
  it('has no wait', () => {
    const seen: GeminiChunk[] = [];
    of<GeminiChunk>({ text: '', queued: { position: 1 }, modelVersion: 'm' })
      .pipe(finalResponse())
      .subscribe((reply) => seen.push(reply));
    expect(seen).toEqual([{ text: '', modelVersion: 'm' }]);
  });

  it(
    'emits the whole reply at completion',
    marbles((m) => {
      const source = m.cold(' -a-b-f-|', values);
      const subs = '          ^------!';
      const expected = '      -------(x|)';
      const x = [values.b, values.f].reduce(mergeChunks, values.a);
      m.expectObservable(source.pipe(finalResponse())).toBe(expected, { x });
      m.expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  it(
    'emits an empty chunk for an empty reply, and no value before completion',
    marbles((m) => {
      m.expectObservable(EMPTY.pipe(finalResponse())).toBe('(x|)', { x: emptyChunk });
      m.expectObservable(NEVER.pipe(finalResponse())).toBe('-');
    }),
  );

  it(
    'passes an error through without a value',
    marbles((m) => {
      m.expectObservable(m.cold(' -a-#', values).pipe(finalResponse())).toBe('---#');
    }),
  );

  it(
    'unsubscribes from its source when it is unsubscribed',
    marbles((m) => {
      const source = m.cold(' -a-b-|', values);
      const unsub = '         --!';
      const subs = '          ^-!';
      m.expectObservable(source.pipe(finalResponse()), unsub).toBe('---');
      m.expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  it('shares no state between subscriptions', () => {
    const source = new Subject<GeminiChunk>();
    const result$ = concat(of(chunk('a')), source).pipe(finalResponse());
    const seen: string[] = [];
    result$.subscribe(({ text }) => seen.push(text));
    source.next(chunk('b'));
    result$.subscribe(({ text }) => seen.push(text));
    source.complete();
    expect(seen).toEqual(['ab', 'a']);
  });

  it('reads no more of a synchronous source than its subscriber needs', () => {
    const endless = new Observable<GeminiChunk>((destination) => {
      while (!destination.closed) destination.next(chunk('a'));
    });
    const seen: string[] = [];
    endless.pipe(take(2), finalResponse(), take(1)).subscribe(({ text }) => seen.push(text));
    expect(seen).toEqual(['aa']);
  });

  it('keeps the type of the chunks', () => {
    type Annotated = GeminiChunk & { progress: ReplyProgress };
    expectTypeOf(of({} as Annotated).pipe(finalResponse())).toEqualTypeOf<Observable<Annotated>>();
  });
});
