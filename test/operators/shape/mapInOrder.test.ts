import fc from 'fast-check';
import {
  concat,
  concatMap,
  delay,
  EMPTY,
  firstValueFrom,
  from,
  ignoreElements,
  map,
  mergeMap,
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
} from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { describe, expect, expectTypeOf, it, vi } from 'vitest';
import { mapInOrder, type MapInOrderOptions } from '../../../operators/shape/mapInOrder.js';
import { isGeminiError } from '../../../src/errors/geminiError.js';
import { publicError } from '../../../src/errors/publicError.js';
import { growth, linear } from '../../support/growth.js';
import { marbles } from '../../support/marbles.js';

/** Everything that a source emits at once, with its error or its completion at the end. */
function seenOf(source: Observable<unknown>): unknown[] {
  const seen: unknown[] = [];
  source.subscribe({
    next: (value) => seen.push(value),
    error: (cause: unknown) => seen.push(cause),
    complete: () => seen.push('complete'),
  });
  return seen;
}

/** Inner sources that the test controls, with the index of each. */
function controlled<T = string>() {
  const inner: Subject<T>[] = [];
  const project = (_: unknown, index: number): Subject<T> => (inner[index] = new Subject<T>());
  return { inner, project };
}

describe('mapInOrder', () => {
  it(
    'passes the results of the first inner source at once, and those of later ones in their order',
    marbles((m) => {
      const inner = { a: m.cold('-1--2-----|'), b: m.cold('3-4---|'), c: m.cold('--5--|') };
      const source = m.cold(' ab--c----|');
      const subs = '          ^--------!';
      const expected = '      -1--2-----(345|)';
      const result = source.pipe(mapInOrder((letter) => inner[letter as 'a'], { concurrency: 3 }));
      m.expectObservable(result).toBe(expected);
      m.expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  it(
    'runs as many inner sources at once as `concurrency`; one that has completed makes room',
    marbles((m) => {
      const inner = { a: m.cold('------1|'), b: m.cold('-2|'), c: m.cold('--3|'), d: m.cold('4|') };
      const source = m.cold(' (abcd|)');
      const expected = '      ------1(234|)';
      const result = source.pipe(mapInOrder((letter) => inner[letter as 'a'], { concurrency: 2 }));
      m.expectObservable(result).toBe(expected);
      m.expectSubscriptions(inner.a.subscriptions).toBe('^------!');
      m.expectSubscriptions(inner.b.subscriptions).toBe('^-!');
      m.expectSubscriptions(inner.c.subscriptions).toBe('--^--!');
      m.expectSubscriptions(inner.d.subscriptions).toBe('-----^!');
    }),
  );

  it(
    'emits the results before an error of an inner source, its own included, and closes the others at once',
    marbles((m) => {
      const inner = { a: m.cold('---1---2|'), b: m.cold('-3-#'), c: m.cold('4-----|'), d: m.cold('|') };
      const source = m.cold(' (abcd)----|');
      const sourceSubs = '    ^--!';
      const expected = '      ---1---2(3#)';
      const result = source.pipe(mapInOrder((letter) => inner[letter as 'a'], { concurrency: 3 }));
      m.expectObservable(result).toBe(expected);
      m.expectSubscriptions(source.subscriptions).toBe(sourceSubs);
      m.expectSubscriptions(inner.a.subscriptions).toBe('^-------!');
      m.expectSubscriptions(inner.c.subscriptions).toBe('^--!');
      m.expectSubscriptions(inner.d.subscriptions).toBe([]);
    }),
  );

  it(
    'reports the first error in the order of the values, not of time',
    marbles((m) => {
      const inner = { a: m.cold('---1--#', undefined, 'first'), b: m.cold('-#', undefined, 'second') };
      const result = m.cold('ab|').pipe(mapInOrder((letter) => inner[letter as 'a']));
      m.expectObservable(result).toBe('---1--#', undefined, 'first');
    }),
  );

  it(
    'emits the results of all values before an error of the source, of those that wait too',
    marbles((m) => {
      const inner = { a: m.cold('---1|'), b: m.cold('--2|') };
      const result = m.cold('ab#').pipe(mapInOrder((letter) => inner[letter as 'a'], { concurrency: 1 }));
      m.expectObservable(result).toBe('---1--2#');
    }),
  );

  it(
    'completes after the last inner source, at once for an empty source, and waits for a silent one',
    marbles((m) => {
      m.expectObservable(m.cold('a|').pipe(mapInOrder(() => m.cold('----|')))).toBe('----|');
      m.expectObservable(EMPTY.pipe(mapInOrder(() => of(1)))).toBe('|');
      m.expectObservable(NEVER.pipe(mapInOrder(() => of(1)))).toBe('-');
      m.expectObservable(of(1).pipe(mapInOrder(() => EMPTY))).toBe('|');
    }),
  );

  it(
    'unsubscribes from the source and from all inner sources',
    marbles((m) => {
      const inner = { a: m.cold('-1-------'), b: m.cold('-2------|'), c: m.cold('-') };
      const source = m.cold(' abc------');
      const unsub = '         ----!    ';
      const expected = '      -1---    ';
      const result = source.pipe(mapInOrder((letter) => inner[letter as 'a'], { concurrency: 2 }));
      m.expectObservable(result, unsub).toBe(expected);
      m.expectSubscriptions(source.subscriptions).toBe('^---!');
      m.expectSubscriptions(inner.a.subscriptions).toBe('^---!');
      m.expectSubscriptions(inner.b.subscriptions).toBe('-^--!');
      m.expectSubscriptions(inner.c.subscriptions).toBe([]);
    }),
  );

  it('leaves no timer after an unsubscription or an error', () => {
    vi.useFakeTimers();
    const slow = () => timer(1_000);
    const subscription = concat(range(0, 9), NEVER).pipe(mapInOrder(slow)).subscribe();
    expect(vi.getTimerCount()).toBe(4);
    subscription.unsubscribe();
    expect(vi.getTimerCount()).toBe(0);
    const failing = (index: number) => (index === 0 ? throwError(() => new Error('broken')) : slow());
    const controls = controlled<number>();
    const mixed = (value: number, index: number) => (index === 1 ? controls.project(value, 1) : slow());
    concat(range(0, 4), timer(2_000))
      .pipe(mapInOrder(mixed))
      .subscribe({ error: () => undefined });
    controls.inner[1]?.error(new Error('broken'));
    // The first runs on; the later ones and the source do not.
    expect(vi.getTimerCount()).toBe(1);
    range(0, 4)
      .pipe(mapInOrder(failing))
      .subscribe({ error: () => undefined });
    expect(vi.getTimerCount()).toBe(1);
    vi.useRealTimers();
  });

  describe('maxQueued', () => {
    it('limits the values that wait for an inner source to end', () => {
      const { inner, project } = controlled();
      const source = new Subject<number>();
      const seen = seenOf(source.pipe(mapInOrder(project, { concurrency: 2, maxQueued: 3 })));
      [1, 2, 3, 4, 5].forEach((value) => source.next(value));
      expect(seen).toEqual([]);
      source.next(6);
      const [error] = seen;
      expect(isGeminiError(error) && [error.kind, error.limit, error.message]).toEqual([
        'overflow',
        'memory',
        'More than 3 values, the limit `maxQueued` of mapInOrder, wait for an inner source to end; ' +
          'raise `maxQueued`, to Infinity for a source of known length',
      ]);
      expect(publicError(error).kind).toBe('overflow');
      expect([source.observed, ...inner.map(({ observed }) => observed)]).toEqual([false, false, false]);
    });

    it('limits the results that wait for those before them, not those that pass', () => {
      const { inner, project } = controlled<number>();
      const seen = seenOf(range(0, 3).pipe(mapInOrder(project, { maxQueued: 3 })));
      for (let count = 0; count < 10; count++) inner[0]?.next(0);
      inner[1]?.next(1);
      inner[2]?.next(2);
      inner[1]?.next(1);
      expect(seen).toHaveLength(10);
      inner[2]?.next(2);
      expect(String(seen[10])).toContain('More than 3 results, the limit `maxQueued` of mapInOrder');
      expect(inner.map(({ observed }) => observed)).toEqual([false, false, false]);
    });

    it('may be Infinity, for a list whose length is known', async () => {
      const files = Array.from({ length: 5_000 }, (_, index) => index);
      const read$ = from(files).pipe(
        mapInOrder((file) => Promise.resolve(file), { concurrency: 8, maxQueued: Infinity }),
        toArray(),
      );
      expect(await firstValueFrom(read$)).toEqual(files);
    });

    it('starts no inner source while as many results wait', () => {
      const { inner, project } = controlled<number>();
      const seen = seenOf(range(0, 5).pipe(mapInOrder(project, { concurrency: 2, maxQueued: 3 })));
      for (const index of [1, 2, 3]) {
        inner[index]?.next(index);
        inner[index]?.complete();
      }
      expect(inner).toHaveLength(4);
      inner[0]?.complete();
      expect(inner).toHaveLength(5);
      inner[4]?.complete();
      expect(seen).toEqual([1, 2, 3, 'complete']);
    });

    it('counts a result that was emitted no longer', () => {
      const { inner, project } = controlled<number>();
      const seen = seenOf(range(0, 3).pipe(mapInOrder(project, { maxQueued: 1 })));
      inner[1]?.next(1);
      inner[0]?.complete();
      inner[2]?.next(2);
      inner[1]?.next(1);
      inner[1]?.complete();
      inner[2]?.next(2);
      inner[2]?.complete();
      expect(seen).toEqual([1, 1, 2, 2, 'complete']);
    });

    it('counts the results of a closed inner source no longer', () => {
      const { inner, project } = controlled<number>();
      const seen = seenOf(range(0, 4).pipe(mapInOrder(project, { maxQueued: 2 })));
      inner[3]?.next(3);
      inner[3]?.next(3);
      inner[2]?.error('broken');
      inner[1]?.next(1);
      inner[1]?.next(1);
      inner[1]?.complete();
      inner[0]?.complete();
      expect(seen).toEqual([1, 1, 'broken']);
    });

    it('is 1000', () => {
      const { project } = controlled();
      expect(seenOf(concat(range(0, 1_004), NEVER).pipe(mapInOrder(project)))).toEqual([]);
      expect(seenOf(concat(range(0, 1_005), NEVER).pipe(mapInOrder(project)))).toHaveLength(1);
    });
  });

  it('takes promises, iterables and asynchronous iterables', async () => {
    async function* letters() {
      await Promise.resolve();
      yield 'c';
      yield 'd';
    }
    const inputs: readonly ObservableInput<string>[] = [
      new Promise((resolve) => setTimeout(() => resolve('a'), 5)),
      ['b'],
      letters(),
      of('e'),
      new Set('f'),
    ];
    const result$ = from(inputs).pipe(
      mapInOrder((input) => input),
      toArray(),
    );
    expect(await firstValueFrom(result$)).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
  });

  it('fails with a rejection, and with the error that `project` throws, after the results before it', async () => {
    const rejecting$ = range(0, 3).pipe(
      mapInOrder((value) => (value === 1 ? Promise.reject(new Error('broken')) : Promise.resolve(value))),
    );
    const seen: unknown[] = [];
    await rejecting$.forEach((value) => seen.push(value)).catch((cause: unknown) => seen.push(cause));
    expect(seen).toEqual([0, new Error('broken')]);

    const project = vi.fn((value: number) => {
      if (value === 1) throw new Error('thrown');
      return value === 0 ? timer(5).pipe(map(() => value)) : of(value);
    });
    const thrown: unknown[] = [];
    await range(0, 3)
      .pipe(mapInOrder(project))
      .forEach((value) => thrown.push(value))
      .catch((cause: unknown) => thrown.push(cause));
    expect(thrown).toEqual([0, new Error('thrown')]);
    expect(project).toHaveBeenCalledTimes(2);
  });

  it('passes the index of the value to `project`', () => {
    const result = from('abc').pipe(mapInOrder((letter, index) => [`${letter}${String(index)}`]));
    expect(seenOf(result)).toEqual(['a0', 'b1', 'c2', 'complete']);
  });

  it('shares no state between subscriptions', () => {
    const result = from('ab').pipe(mapInOrder((letter, index) => of(`${letter}${String(index)}`)));
    expect(seenOf(result)).toEqual(seenOf(result));
  });

  it('does not grow the stack with the values, nor with inner sources that complete at once', async () => {
    const values = 100_000;
    expect(seenOf(range(0, values).pipe(mapInOrder((value) => of(value))))).toHaveLength(values + 1);
    const { inner, project } = controlled<number>();
    const options = { concurrency: 1, maxQueued: values };
    const mixed = (value: number, index: number) => (index === 0 ? project(value, 0) : of(value));
    const seen = seenOf(range(0, values).pipe(mapInOrder(mixed, options)));
    inner[0]?.complete();
    expect(seen).toHaveLength(values);
    const many = controlled<number>();
    const together = seenOf(
      range(0, 20_000).pipe(mapInOrder(many.project, { concurrency: 20_000, maxQueued: 20_000 })),
    );
    for (const one of [...many.inner].reverse()) {
      one.next(1);
      one.complete();
    }
    expect(together).toHaveLength(20_001);
    const work = (size: number) =>
      firstValueFrom(
        range(0, size).pipe(
          mapInOrder((value) => Promise.resolve(value), { maxQueued: size }),
          ignoreElements(),
          toArray(),
        ),
      );
    expect(await growth(2_000, work)).toBeLessThan(linear);
  });

  it('unsubscribes from endless synchronous sources when its result is closed', () => {
    const endless = new Observable<number>((destination) => {
      while (!destination.closed) destination.next(1);
    });
    expect(
      seenOf(
        endless.pipe(
          mapInOrder((value) => [value]),
          take(3),
        ),
      ),
    ).toEqual([1, 1, 1, 'complete']);
    expect(
      seenOf(
        of(0).pipe(
          mapInOrder(() => endless),
          take(3),
        ),
      ),
    ).toEqual([1, 1, 1, 'complete']);
    const overflow = seenOf(of(0, 1).pipe(mapInOrder((value) => (value === 0 ? NEVER : endless))));
    expect(String(overflow[0])).toContain('maxQueued');
  });

  it('keeps the order when a result causes another value, result or end', () => {
    const source = new Subject<number>();
    const seen: number[] = [];
    source.pipe(mapInOrder((value) => of(value, value + 0.5))).subscribe((value) => {
      seen.push(value);
      if (value === 1) source.next(2);
      if (value === 2.5) source.complete();
    });
    source.next(1);
    expect(seen).toEqual([1, 1.5, 2, 2.5]);

    const { inner, project } = controlled<number>();
    const waiting: unknown[] = [];
    const values = new Subject<number>();
    values.pipe(mapInOrder(project, { concurrency: 2 })).subscribe({
      next: (value) => {
        waiting.push(value);
        if (value === 10) {
          inner[1]?.next(11);
          inner[1]?.complete();
          values.next(2);
          inner[2]?.next(20);
          inner[2]?.complete();
          values.complete();
        }
      },
      complete: () => waiting.push('complete'),
    });
    values.next(0);
    values.next(1);
    inner[1]?.next(10);
    inner[0]?.complete();
    inner[2]?.next(20);
    inner[2]?.complete();
    expect(waiting).toEqual([10, 11, 20, 'complete']);
  });

  it('does not recurse when each result causes a value', () => {
    const source = new Subject<number>();
    let last = 0;
    source.pipe(mapInOrder((value) => of(value + 1))).subscribe((value) => {
      last = value;
      if (value < 50_000) source.next(value);
    });
    source.next(0);
    expect(last).toBe(50_000);
  });

  it('agrees with a model, for any times, errors and concurrency', () => {
    const end = fc.constantFrom('complete', 'complete', 'complete', 'error');
    const run = fc.record({ gaps: fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 3 }), tail: fc.nat(3), end });
    const sources = fc.array(fc.record({ gap: fc.integer({ min: 0, max: 3 }), run }), { maxLength: 7 });
    fc.assert(
      fc.property(sources, end, fc.integer({ min: 1, max: 4 }), (drawn, sourceEnd, concurrency) => {
        const scheduler = new TestScheduler(() => undefined);
        const seen: unknown[] = [];
        let running = 0;
        let most = 0;
        scheduler.run(({ flush }) => {
          const source = concat(
            from(drawn.map((one, index) => ({ ...one, index }))).pipe(concatMap((one) => of(one).pipe(delay(one.gap)))),
            sourceEnd === 'error' ? throwError(() => 'source') : EMPTY,
          );
          const project = ({ run: { gaps, tail, end: ending }, index }: (typeof drawn)[number] & { index: number }) =>
            new Observable<string>((destination) => {
              running += 1;
              most = Math.max(most, running);
              destination.add(() => (running -= 1));
              const results = from(gaps.map((gap, position) => ({ gap, position }))).pipe(
                concatMap(({ gap, position }) => of(`${String(index)}.${String(position)}`).pipe(delay(gap))),
              );
              const last = timer(tail).pipe(
                mergeMap(() => (ending === 'error' ? throwError(() => `inner ${String(index)}`) : EMPTY)),
              );
              destination.add(concat(results, last).subscribe(destination));
            });
          source.pipe(mapInOrder(project, { concurrency })).subscribe({
            next: (value) => seen.push(value),
            error: (cause: unknown) => seen.push(cause),
            complete: () => seen.push('complete'),
          });
          flush();
        });
        const failing = drawn.findIndex(({ run: { end: ending } }) => ending === 'error');
        const shown = failing < 0 ? drawn : drawn.slice(0, failing + 1);
        const expected: unknown[] = shown.flatMap(({ run: { gaps } }, index) =>
          gaps.map((_, position) => `${String(index)}.${String(position)}`),
        );
        if (failing >= 0) expected.push(`inner ${String(failing)}`);
        else expected.push(sourceEnd === 'error' ? 'source' : 'complete');
        expect(seen).toEqual(expected);
        expect(most).toBeLessThanOrEqual(concurrency);
        expect(running).toBe(0);
      }),
      { numRuns: 300 },
    );
  });

  it.each<[MapInOrderOptions, string]>([
    [{ concurrency: 0 }, 'Expected `concurrency` to be a whole number of at least 1, got 0'],
    [{ concurrency: Infinity }, 'Expected `concurrency` to be a whole number of at least 1, got Infinity'],
    [{ maxQueued: 1.5 }, 'Expected `maxQueued` to be a whole number of at least 1, got 1.5'],
    [{ maxQueued: '9' as never }, "Expected `maxQueued` to be a whole number of at least 1, got '9'"],
  ])('throws at the call for %o', (options, message) => {
    expect(() => mapInOrder(() => [], options)).toThrow(message);
  });

  it('throws at the call without a function', () => {
    expect(() => mapInOrder(3 as never)).toThrow(new TypeError('Expected `project` to be a function, got 3'));
    expect(() => mapInOrder(() => [], 4 as never)).toThrow('Expected `options` to be an object, got 4');
  });

  it('infers the types of values and results', () => {
    const result = of(1).pipe(mapInOrder((value) => Promise.resolve(String(value))));
    expectTypeOf(result).toEqualTypeOf<Observable<string>>();
    const either = of(1).pipe(mapInOrder((value) => (value === 1 ? ['a'] : of(2)), { concurrency: 2 }));
    expectTypeOf(either).toEqualTypeOf<Observable<string | number>>();
  });
});
