import { concat, EMPTY, lastValueFrom, NEVER, Observable, of, Subject, take, throwError, toArray } from 'rxjs';
import { describe, expect, expectTypeOf, it, vi } from 'vitest';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { GeminiError } from '../../src/errors/geminiError.js';
import type { ReplyEncoder } from '../../src/sinks/replyFormat.js';
import { toFormat } from '../../src/sinks/toFormat.js';
import { chunk } from '../../src/testing/chunks.js';
import { marbles } from '../support/marbles.js';
import { letters, type LetterEvent } from './letters.js';

const begun = { begun: true };
const eventsOf = (source: Observable<GeminiChunk>, changed: Partial<ReplyEncoder<GeminiChunk, LetterEvent>> = {}) =>
  lastValueFrom(source.pipe(toFormat({ begin: () => ({ ...letters().begin(), ...changed }) }), toArray()));
const failure = throwError(() => new GeminiError('a secret of the server', { kind: 'overloaded' }));
const broken = () => {
  throw new Error('a secret of the server');
};

describe('toFormat', () => {
  it(
    'emits the first events at the subscription, those of each chunk as it arrives, and the last at completion',
    marbles((m) => {
      const source = m.cold(' -a---b---|', { a: chunk('xy'), b: chunk('z') });
      const subs = '          ^--------!';
      const expected = '      s(xy)z---(e|)';
      const values = { s: begun, x: { letter: 'x' }, y: { letter: 'y' }, z: { letter: 'z' }, e: { ended: 3 } };
      m.expectObservable(source.pipe(toFormat(letters()))).toBe(expected, values);
      m.expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  it('emits the first and the last events of an empty reply, and only the first of a silent one', async () => {
    expect(await eventsOf(EMPTY)).toEqual([begun, { ended: 0 }]);
    const seen: unknown[] = [];
    NEVER.pipe(toFormat(letters())).subscribe((event) => seen.push(event));
    expect(seen).toEqual([begun]);
  });

  it('emits a failure in its public form, and completes', async () => {
    expect(await eventsOf(concat(of(chunk('a')), failure))).toEqual([
      begun,
      { letter: 'a' },
      { failed: { kind: 'overloaded', message: 'The model is overloaded; try again later', retryable: true } },
    ]);
  });

  it.each<[string, Partial<ReplyEncoder<GeminiChunk, LetterEvent>>]>([
    ['`start` throws', { start: broken }],
    ['`chunk` throws', { chunk: broken }],
    ['`end` throws', { end: broken }],
    ['`chunk` returns a text', { chunk: () => 'ab' as never }],
    ['`end` returns a promise', { end: () => Promise.resolve([]) as never }],
  ])('emits one failure if the format fails: %s', async (_, changed) => {
    const events = await eventsOf(of(chunk('a')), changed);
    expect(events.filter((event) => 'failed' in event)).toEqual([
      { failed: { kind: 'unknown', message: 'The reply failed', retryable: false } },
    ]);
    expect(events.at(-1)).toHaveProperty('failed');
  });

  it('errors with a safe message if no failure can be emitted', async () => {
    const sentence = 'The format of the reply failed';
    await expect(eventsOf(failure, { failure: broken })).rejects.toThrow(sentence);
    await expect(eventsOf(failure, { failure: () => undefined as never })).rejects.toThrow(sentence);
    await expect(lastValueFrom(of(chunk('a')).pipe(toFormat({ begin: broken })))).rejects.toThrow(sentence);
  });

  it('unsubscribes from a synchronous source that never ends', () => {
    const endless$ = new Observable<GeminiChunk>((destination) => {
      while (!destination.closed) destination.next(chunk('ab'));
    });
    const seen: unknown[] = [];
    endless$.pipe(toFormat(letters()), take(4)).subscribe((event) => seen.push(event));
    expect(seen).toHaveLength(4);
    const subscribed = vi.fn();
    new Observable<GeminiChunk>(subscribed).pipe(toFormat(letters()), take(1)).subscribe();
    expect(subscribed).not.toHaveBeenCalled();
  });

  it('begins a reply for each subscription, with state of its own', () => {
    const format = letters();
    const begin = vi.spyOn(format, 'begin');
    const source$ = new Subject<GeminiChunk>();
    const events$ = source$.pipe(toFormat(format));
    expect(begin).not.toHaveBeenCalled();
    const seen: unknown[] = [];
    events$.subscribe().unsubscribe();
    events$.subscribe((event) => seen.push(event));
    source$.next(chunk('a'));
    events$.subscribe((event) => seen.push(event));
    source$.complete();
    expect(seen.slice(-2)).toEqual([{ ended: 1 }, { ended: 0 }]);
    expect(begin).toHaveBeenCalledTimes(3);
    expect(source$.observed).toBe(false);
  });

  it('throws at the call for a wrong format', () => {
    expect(() => toFormat('text' as never)).toThrow(
      "Expected `format` to be a ReplyFormat: an object with `begin`, got 'text'",
    );
    expect(() => toFormat({ begin: 3 } as never)).toThrow('Expected `format.begin` to be a function, got 3');
  });

  it('is typed by the events of the format', () => {
    expectTypeOf(of(chunk('a')).pipe(toFormat(letters()))).toEqualTypeOf<Observable<LetterEvent>>();
  });
});
