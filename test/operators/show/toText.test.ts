import { EMPTY, NEVER, Observable, of, take } from 'rxjs';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { accumulate } from '../../../operators/show/accumulate.js';
import { toText } from '../../../operators/show/toText.js';
import type { GeminiChunk } from '../../../src/chunk/geminiChunk.js';
import { toChunk } from '../../../src/chunk/toChunk.js';
import { callChunk, chunk, finishChunk, partsChunk, thoughtChunk, usageChunk } from '../../../src/testing/chunks.js';
import { marbles } from '../../support/marbles.js';

describe('toText', () => {
  it(
    'emits the answer of candidate 0 piece by piece, and no empty strings',
    marbles((m) => {
      const values = {
        t: thoughtChunk('a thought'),
        a: chunk('Hello, '),
        b: partsChunk([{ text: 'hm', thought: true }, { text: 'wor' }, { text: 'ld', thoughtSignature: 's' }]),
        o: toChunk({ candidates: [{ index: 1, content: { parts: [{ text: 'Other' }] } }] }),
        c: callChunk('f'),
        u: usageChunk({ totalTokenCount: 1 }),
        f: finishChunk(),
      };
      const source = m.cold(' tabocuf|', values);
      const subs = '          ^------!';
      const expected = '      -ab----|';
      m.expectObservable(source.pipe(toText())).toBe(expected, { a: 'Hello, ', b: 'world' });
      m.expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  it(
    'emits no value for an empty reply, and waits for a silent reply',
    marbles((m) => {
      m.expectObservable(EMPTY.pipe(toText())).toBe('|');
      m.expectObservable(NEVER.pipe(toText())).toBe('-');
    }),
  );

  it(
    'passes an error through',
    marbles((m) => {
      m.expectObservable(m.cold(' a#', { a: chunk('a') }).pipe(toText())).toBe('a#');
    }),
  );

  it(
    'unsubscribes from its source when it is unsubscribed',
    marbles((m) => {
      const source = m.cold(' -a-a-', { a: chunk('a') });
      const unsub = '         --!';
      const subs = '          ^-!';
      m.expectObservable(source.pipe(toText()), unsub).toBe('-a-');
      m.expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  it('unsubscribes from an endless synchronous source when its result is closed', () => {
    const endless = new Observable<GeminiChunk>((destination) => {
      while (!destination.closed) destination.next(chunk('a'));
    });
    const seen: string[] = [];
    endless.pipe(toText(), take(1)).subscribe((delta) => seen.push(delta));
    expect(seen).toEqual(['a']);
  });

  it('accepts any chunks, and no snapshots', () => {
    expectTypeOf(of({ ...chunk('a'), mine: 1 }).pipe(toText())).toEqualTypeOf<Observable<string>>();
    // @ts-expect-error The text of a snapshot is not a delta.
    of(chunk('a')).pipe(accumulate(), toText());
  });
});
