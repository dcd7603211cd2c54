import fc from 'fast-check';
import {
  concat,
  concatMap,
  delay,
  EMPTY,
  firstValueFrom,
  from,
  lastValueFrom,
  map,
  NEVER,
  Observable,
  of,
  range,
  Subject,
  take,
  throwError,
  timer,
  toArray,
  type ObservableInput,
  type OperatorFunction,
} from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { describe, expect, expectTypeOf, it, vi } from 'vitest';
import { coalesceMap } from '../../../operators/share/coalesceMap.js';
import { emptyChunk } from '../../../src/chunk/emptyChunk.js';
import type { GeminiChunk } from '../../../src/chunk/geminiChunk.js';
import { mergeChunks } from '../../../src/chunk/mergeChunks.js';
import { chunk, finishChunk } from '../../../src/testing/chunks.js';
import { arbitraryChunk } from '../../support/arbitraryChunks.js';
import { marbles } from '../../support/marbles.js';
import { expectSameData } from '../../support/sameData.js';

const letters = Object.fromEntries([...'abcdefg'].map((letter) => [letter, chunk(letter)]));

/** A consumer that takes this long for each chunk, and then emits its text. */
const slow =
  (time: number) =>
  ({ text }: GeminiChunk): Observable<string> =>
    of(text).pipe(delay(time));

describe('coalesceMap', () => {
  it(
    'merges the chunks that arrive while the inner source is busy',
    marbles((m) => {
      const source = m.cold(' -a-bcd--e--------f--|', letters);
      const subs = '          ^-------------------!';
      const time = m.time('    ----|                ');
      const expected = '      -----a---x---e-------(f|)';
      const result = source.pipe(coalesceMap(slow(time)));
      m.expectObservable(result).toBe(expected, { a: 'a', x: 'bcd', e: 'e', f: 'f' });
      m.expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  it('passes each chunk unchanged to a consumer that keeps up', () => {
    const seen: GeminiChunk[] = [];
    const chunks = [chunk('a'), { text: '', note: 1 }, chunk('b'), finishChunk()];
    from(chunks)
      .pipe(coalesceMap((one) => of(one)))
      .subscribe((one) => seen.push(one));
    expect(seen.map((one, index) => one === chunks[index])).toEqual([true, true, true, true]);
  });

  it('counts the calls of `project`', async () => {
    const calls: [string, number][] = [];
    const project = async ({ text }: GeminiChunk, index: number) => {
      calls.push([text, index]);
      await Promise.resolve();
      return index;
    };
    const results = of(chunk('a'), chunk('b'), chunk('c')).pipe(coalesceMap(project), toArray());
    expect(await firstValueFrom(results)).toEqual([0, 1]);
    expect(calls).toEqual([
      ['a', 0],
      ['bc', 1],
    ]);
  });

  it('accepts an Observable, a promise or an iterable', async () => {
    const inputs: ObservableInput<number>[] = [of(1), Promise.resolve(2), [3, 4]];
    for (const input of inputs) {
      const values = of(chunk('a')).pipe(
        coalesceMap(() => input),
        toArray(),
      );
      expect(await firstValueFrom(values)).toEqual(await firstValueFrom(from(input).pipe(toArray())));
    }
  });

  it(
    'completes after the inner source and after the waiting chunk',
    marbles((m) => {
      const source = m.cold(' -abc|', letters);
      const time = m.time('    ----|    ');
      const expected = '      -----a---(x|)';
      m.expectObservable(source.pipe(coalesceMap(slow(time)))).toBe(expected, { a: 'a', x: 'bc' });
    }),
  );

  it(
    'projects the waiting chunk before it passes an error through',
    marbles((m) => {
      const source = m.cold(' -abc#', letters);
      const time = m.time('    ----|    ');
      const expected = '      -----a---(x#)';
      m.expectObservable(source.pipe(coalesceMap(slow(time)))).toBe(expected, { a: 'a', x: 'bc' });
      m.expectObservable(throwError(() => 'e').pipe(coalesceMap(slow(time)))).toBe('#', {}, 'e');
    }),
  );

  it(
    'fails at once with an inner source, and unsubscribes from the source',
    marbles((m) => {
      const source = m.cold(' -abc---', letters);
      const inner = m.cold('   --x-#  ');
      const subs = '          ^----!  ';
      const expected = '      ---x-#  ';
      m.expectObservable(source.pipe(coalesceMap(() => inner))).toBe(expected);
      m.expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  it(
    'emits no value for an empty source, and waits for a silent source',
    marbles((m) => {
      m.expectObservable(EMPTY.pipe(coalesceMap((one) => of(one)))).toBe('|');
      m.expectObservable(NEVER.pipe(coalesceMap((one) => of(one)))).toBe('-');
      m.expectObservable(m.cold('a|', letters).pipe(coalesceMap(() => NEVER))).toBe('-');
      m.expectObservable(m.cold('ab|', letters).pipe(coalesceMap(() => EMPTY))).toBe('--|');
    }),
  );

  it(
    'unsubscribes from both sources, and drops the waiting chunk',
    marbles((m) => {
      const source = m.cold(' -abc---', letters);
      const inner = m.cold('   ----x| ');
      const unsub = '         ----!   ';
      const subs = '          ^---!   ';
      const innerSubs = '     -^--!   ';
      m.expectObservable(source.pipe(coalesceMap(() => inner)), unsub).toBe('-----');
      m.expectSubscriptions(source.subscriptions).toBe(subs);
      m.expectSubscriptions(inner.subscriptions).toBe(innerSubs);
    }),
  );

  it('leaves no timer', () => {
    vi.useFakeTimers();
    try {
      const source = new Subject<GeminiChunk>();
      const subscription = source.pipe(coalesceMap(() => timer(10))).subscribe();
      source.next(chunk('a'));
      source.next(chunk('b'));
      expect(vi.getTimerCount()).toBe(1);
      subscription.unsubscribe();
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  it('does not grow the stack with inner sources that complete at once', () => {
    let calls = 0;
    range(0, 50_000)
      .pipe(
        map(() => chunk('a')),
        coalesceMap((one) => of(one)),
      )
      .subscribe(() => (calls += 1));
    expect(calls).toBe(50_000);
  });

  it('projects a chunk that arrives inside a value next, in order', () => {
    const source = new Subject<GeminiChunk>();
    const seen: string[] = [];
    source.pipe(coalesceMap(({ text }) => of(text, `(${text})`))).subscribe((text) => {
      seen.push(text);
      if (text === 'a') for (const letter of 'bc') source.next(chunk(letter));
    });
    source.next(chunk('a'));
    expect(seen).toEqual(['a', '(a)', 'bc', '(bc)']);
  });

  it('does not grow the stack with a consumer that emits the next chunk each time', () => {
    const source = new Subject<GeminiChunk>();
    let calls = 0;
    source.pipe(coalesceMap(() => of('done'))).subscribe(() => {
      calls += 1;
      if (calls < 50_000) source.next(chunk('a'));
    });
    source.next(chunk('a'));
    expect(calls).toBe(50_000);
  });

  it('unsubscribes from endless synchronous sources, outer and inner, when its result is closed', () => {
    const endless = new Observable<GeminiChunk>((destination) => {
      while (!destination.closed) destination.next(chunk('a'));
    });
    const seen: GeminiChunk[] = [];
    endless
      .pipe(
        coalesceMap((one) => of(one)),
        take(3),
      )
      .subscribe((one) => seen.push(one));
    of(chunk('a'), chunk('b'))
      .pipe(
        coalesceMap(() => endless),
        take(2),
      )
      .subscribe((one) => seen.push(one));
    expect(seen).toEqual(Array.from({ length: 5 }, () => chunk('a')));
  });

  it('projects no chunk once its result is closed', () => {
    const source = new Subject<GeminiChunk>();
    const handed: string[] = [];
    source
      .pipe(
        coalesceMap(({ text }) => {
          handed.push(text);
          return of(text);
        }),
        take(1),
      )
      .subscribe(() => {
        source.next(chunk('b'));
      });
    source.next(chunk('a'));
    expect(handed).toEqual(['a']);
    expect(source.observed).toBe(false);
  });

  it('fails with the error that `project` throws, or that its result rejects with', async () => {
    const throws = (_: GeminiChunk, index: number) => {
      if (index === 1) throw new Error('broken');
      return timer(1);
    };
    await expect(lastValueFrom(of(chunk('a'), chunk('b')).pipe(coalesceMap(throws)))).rejects.toThrow('broken');
    const throwsAtOnce = (): Observable<string> => {
      throw new Error('broken');
    };
    await expect(lastValueFrom(of(chunk('a')).pipe(coalesceMap(throwsAtOnce)))).rejects.toThrow('broken');
    const noInput = (() => 7) as unknown as () => Observable<string>;
    await expect(lastValueFrom(of(chunk('a')).pipe(coalesceMap(noInput)))).rejects.toThrow(TypeError);
  });

  it('shares no state between subscriptions', () => {
    const source = new Subject<GeminiChunk>();
    const free = new Subject<void>();
    const result$ = source.pipe(
      coalesceMap(({ text }) =>
        free.pipe(
          take(1),
          map(() => text),
        ),
      ),
    );
    const seen: string[][] = [[], []];
    result$.subscribe((text) => seen[0]?.push(text));
    source.next(chunk('a'));
    result$.subscribe((text) => seen[1]?.push(text));
    source.next(chunk('b'));
    free.next();
    source.next(chunk('c'));
    free.next();
    free.next();
    expect(seen).toEqual([
      ['a', 'b', 'c'],
      ['b', 'c'],
    ]);
  });

  it('loses, repeats and reorders no chunk, for a consumer of any speed', () => {
    const steps = fc.array(fc.record({ gap: fc.nat(3), chunk: arbitraryChunk }), { maxLength: 12 });
    fc.assert(
      fc.property(steps, fc.array(fc.nat(5), { minLength: 1, maxLength: 12 }), fc.boolean(), (script, times, fails) => {
        new TestScheduler(() => undefined).run(({ flush }) => {
          const chunks$ = from(script).pipe(
            concatMap((step) => (step.gap === 0 ? of(step.chunk) : of(step.chunk).pipe(delay(step.gap)))),
          );
          const source = fails
            ? concat(
                chunks$,
                throwError(() => 'broken'),
              )
            : chunks$;
          const handed: GeminiChunk[] = [];
          let busy = 0;
          let ending: unknown;
          source
            .pipe(
              coalesceMap((one, index) => {
                expect(++busy).toBe(1);
                handed.push(one);
                const time = times[index % times.length] ?? 0;
                const done$ = new Observable<never>((inner) => {
                  busy -= 1;
                  inner.complete();
                });
                return time === 0 ? done$ : timer(time).pipe(concatMap(() => done$));
              }),
            )
            .subscribe({ error: (cause: unknown) => (ending = cause), complete: () => (ending = 'complete') });
          flush();
          const whole = script.reduce<GeminiChunk>((reply, step) => mergeChunks(reply, step.chunk), emptyChunk);
          expectSameData(handed.reduce<GeminiChunk>(mergeChunks, emptyChunk), whole);
          expect(ending).toBe(fails ? 'broken' : 'complete');
        });
      }),
    );
  });

  it('throws at the call if `project` is not a function', () => {
    const sentence = "Expected `project` to be a function, got 'save'";
    expect(() => coalesceMap('save' as unknown as () => Observable<never>)).toThrow(new TypeError(sentence));
  });

  it('has the type of the values of the inner sources', () => {
    type Marked = GeminiChunk & { readonly mark: number };
    const result = coalesceMap(async ({ mark }: Marked) => Promise.resolve(mark));
    expectTypeOf(result).toEqualTypeOf<OperatorFunction<Marked, number>>();
    const piped = (EMPTY as Observable<Marked>).pipe(coalesceMap(({ mark }, index) => of(`${mark} ${index}`)));
    expectTypeOf(piped).toEqualTypeOf<Observable<string>>();
  });
});
