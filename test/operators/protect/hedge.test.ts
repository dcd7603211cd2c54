import { concat, defer, EMPTY, NEVER, Observable, of, Subject, take, throwError } from 'rxjs';
import { afterEach, describe, expect, expectTypeOf, it, vi } from 'vitest';
import type { GeminiChunk } from '../../../src/chunk/geminiChunk.js';
import { hedge } from '../../../operators/protect/hedge.js';
import { GeminiError } from '../../../src/errors/geminiError.js';
import { callChunk, chunk, finishChunk, thoughtChunk, usageChunk } from '../../../src/testing/chunks.js';
import { marbles } from '../../support/marbles.js';
import { outcomeOf } from '../../support/outcome.js';

const values = {
  a: chunk('a'),
  b: chunk('b'),
  t: thoughtChunk('hm'),
  c: callChunk('lookUp'),
  u: usageChunk({ promptTokenCount: 3 }),
  i: { text: '', modelVersion: 'first', responseId: '1' },
  h: { text: '', modelVersion: 'first', responseId: '1', usageMetadata: { promptTokenCount: 3 } },
  n: { text: '', queued: { position: 1 } },
  o: { text: '', queued: { position: 2 } },
  f: finishChunk(),
};
const busy = new GeminiError('Busy.', { kind: 'overloaded', status: 503 });
const wrongKey = new GeminiError('Wrong key.', { kind: 'auth' });

/** What a source that must not be subscribed does. */
const untouched$ = defer((): Observable<GeminiChunk> => {
  throw new Error('subscribed');
});

afterEach(() => {
  vi.useRealTimers();
});

describe('hedge', () => {
  it(
    'emits the reply of the first source if it begins in time',
    marbles((m) => {
      const first = m.cold('  ---a----b|', values);
      const firstSubs = '     ^--------!';
      const second = m.cold(' a', values);
      const expected = '      ---a----b|';
      m.expectObservable(hedge([first, second], { after: 4 })).toBe(expected, values);
      m.expectSubscriptions(first.subscriptions).toBe(firstSubs);
      m.expectSubscriptions(second.subscriptions).toBe([]);
    }),
  );

  it(
    'starts the next source after `after` ms of silence, and unsubscribes from the others at the first content',
    marbles((m) => {
      const first = m.cold('  ----------a|', values);
      const firstSubs = '     ^------!';
      const second = m.cold('     ----------a|', values);
      const secondSubs = '    ---^---!';
      const third = m.cold('         -b-(bf|)', values);
      const thirdSubs = '     ------^--!';
      const fourth = m.cold(' a', values);
      const expected = '      -------b-(bf|)';
      m.expectObservable(hedge([first, second, third, fourth], { after: 3 })).toBe(expected, values);
      m.expectSubscriptions(first.subscriptions).toBe(firstSubs);
      m.expectSubscriptions(second.subscriptions).toBe(secondSubs);
      m.expectSubscriptions(third.subscriptions).toBe(thirdSubs);
      m.expectSubscriptions(fourth.subscriptions).toBe([]);
    }),
  );

  it(
    'emits the reply of the first source if it answers first after all',
    marbles((m) => {
      const first = m.cold('  ----a-b|', values);
      const firstSubs = '     ^------!';
      const second = m.cold('   ----c|', values);
      const secondSubs = '    --^-!';
      const expected = '      ----a-b|';
      m.expectObservable(hedge([first, second], { after: 2 })).toBe(expected, values);
      m.expectSubscriptions(first.subscriptions).toBe(firstSubs);
      m.expectSubscriptions(second.subscriptions).toBe(secondSubs);
    }),
  );

  it(
    'starts all at once with `after: 0`',
    marbles((m) => {
      const first = m.cold('  --a|', values);
      const firstSubs = '     ^!';
      const second = m.cold(' -b|', values);
      const secondSubs = '    ^-!';
      m.expectObservable(hedge([first, second], { after: 0 })).toBe('-b|', values);
      m.expectSubscriptions(first.subscriptions).toBe(firstSubs);
      m.expectSubscriptions(second.subscriptions).toBe(secondSubs);
    }),
  );

  it.each(['t', 'c'] as const)('counts a thought and a call as content: %s', (content) => {
    marbles((m) => {
      const second = m.cold('a', values);
      m.expectObservable(hedge([m.cold(`-${content}---a|`, values), second], { after: 3 })).toBe(
        `-${content}---a|`,
        values,
      );
      m.expectSubscriptions(second.subscriptions).toBe([]);
    })();
  });

  it(
    'does not count token counts, ids and notices as content, and emits the held chunks of the winner merged',
    marbles((m) => {
      const first = m.cold('  -u-u-u-u-', values);
      const second = m.cold('    -i-u-a---|', values);
      const secondSubs = '    ---^--------!';
      const expected = '      --------(ha)|';
      m.expectObservable(hedge([first, second], { after: 3 })).toBe(expected, values);
      m.expectSubscriptions(second.subscriptions).toBe(secondSubs);
    }),
  );

  it(
    'passes the notices of the earliest running source',
    marbles((m) => {
      const first = m.cold('  -n---n----a|', values);
      const second = m.cold('   --o-------', values);
      const expected = '      -n---n----a|';
      m.expectObservable(hedge([first, second], { after: 2 })).toBe(expected, values);
      const failing = m.cold('-n-#', values, busy);
      const next = m.cold('      -o-a|', values);
      m.expectObservable(hedge([failing, next], { after: 9 })).toBe('-n--o-a|', values);
    }),
  );

  it(
    'starts the next source at once after a failure before content, and restarts the wait',
    marbles((m) => {
      const first = m.cold('  --#', values, wrongKey);
      const second = m.cold('   ---------', values);
      const secondSubs = '    --^------!';
      const third = m.cold('         --a|', values);
      const thirdSubs = '     -------^--!';
      const expected = '      ---------a|';
      m.expectObservable(hedge([first, second, third], { after: 5 })).toBe(expected, values);
      m.expectSubscriptions(second.subscriptions).toBe(secondSubs);
      m.expectSubscriptions(third.subscriptions).toBe(thirdSubs);
    }),
  );

  it(
    'starts another source when one of several fails',
    marbles((m) => {
      const first = m.cold('  ------', values);
      const second = m.cold('  --#', values, busy);
      const third = m.cold('     -a|', values);
      const thirdSubs = '     ----^-!';
      m.expectObservable(hedge([first, second, third], { after: 2 })).toBe('-----a|', values);
      m.expectSubscriptions(third.subscriptions).toBe(thirdSubs);
    }),
  );

  it(
    'waits for the running sources when one fails',
    marbles((m) => {
      const result = hedge([m.cold('-----a|', values), m.cold('-#', values, busy)], { after: 0 });
      m.expectObservable(result).toBe('-----a|', values);
    }),
  );

  it('emits the annotations of the first held chunk of the earliest source, and of no other, as a notice', () => {
    const cost = { input: 1, cached: 0, output: 0, thoughts: 0, total: 1, estimated: true };
    const held = { ...values.u, cost };
    const sources = [new Subject<GeminiChunk>(), new Subject<GeminiChunk>()] as const;
    const seen: GeminiChunk[] = [];
    const subscription = hedge(sources, { after: 0 }).subscribe((each) => seen.push(each));
    sources[1].next(held);
    expect(seen).toEqual([]);
    sources[0].next(values.u);
    expect(seen).toEqual([]);
    sources[0].next(held);
    expect(seen).toEqual([{ text: '', cost }]);
    sources[0].next(held);
    expect(seen).toHaveLength(1);
    subscription.unsubscribe();
  });

  it('reports the place of the winner only', () => {
    const place = (id: string) => ({ interaction: { id, status: 'queued', cursor: '0' } });
    const first = new Subject<GeminiChunk>();
    const second = new Subject<GeminiChunk>();
    const seen: GeminiChunk[] = [];
    hedge([first, second], { after: 0 }).subscribe((value) => seen.push(value));
    first.next({ text: '', ...place('v1_a') });
    second.next({ text: '', ...place('v1_b') });
    expect(seen).toEqual([]);
    second.next(chunk('b'));
    expect(seen).toEqual([{ text: '', ...place('v1_b') }, chunk('b')]);
  });

  it('reports the waits of the earliest source when they begin, and none of the others', () => {
    const first = new Subject<GeminiChunk>();
    const second = new Subject<GeminiChunk>();
    const seen: GeminiChunk[] = [];
    hedge([first, second], { after: 0 }).subscribe((value) => seen.push(value));
    const wait: GeminiChunk = { text: '', retrying: { attempt: 1, delay: 5, kind: 'server' } };
    for (const source of [first, second]) source.next(usageChunk({ promptTokenCount: 3 }));
    first.next(wait);
    second.next({ ...wait, queued: { position: 1 } });
    expect(seen).toEqual([wait]);
    second.next(chunk('b'));
    expect(seen).toEqual([wait, usageChunk({ promptTokenCount: 3 }), chunk('b')]);
  });

  it('fails with the last failure, whose cause has all failures in the order of time', async () => {
    const late$ = new Subject<GeminiChunk>();
    const outcome = outcomeOf(hedge([late$, throwError(() => busy)], { after: 0 }));
    late$.error(wrongKey);
    const { error } = await outcome;
    expect(error?.toJSON()).toEqual(wrongKey.toJSON());
    expect(error?.cause).toMatchObject({ message: 'None of 2 sources answered', errors: [busy, wrongKey] });
  });

  it(
    'passes a failure after content, and the held chunks of the last source that fails',
    marbles((m) => {
      const result = hedge([m.cold('-a-#', values, busy), m.cold('a', values)], { after: 2 });
      m.expectObservable(result).toBe('-a-#', values, busy);
      m.expectObservable(hedge([m.cold('-i-u-#', values, busy)], { after: 2 })).toBe('-----(h#)', values, busy);
    }),
  );

  it(
    'completes with a source that completes, and waits for silent ones',
    marbles((m) => {
      const second = m.cold('------a', values);
      m.expectObservable(hedge([m.cold('----|', values), second], { after: 2 })).toBe('----|');
      m.expectSubscriptions(second.subscriptions).toBe('--^-!');
      m.expectObservable(hedge([m.cold('-i-u-|', values)], { after: 2 })).toBe('-----(h|)', values);
      m.expectObservable(hedge([EMPTY, untouched$], { after: 0 })).toBe('|');
      m.expectObservable(hedge<GeminiChunk>([NEVER, NEVER], { after: 2 })).toBe('-');
    }),
  );

  it(
    'unsubscribes from all sources',
    marbles((m) => {
      const first = m.cold('  ------a', values);
      const firstSubs = '     ^---!';
      const second = m.cold('   ----a', values);
      const secondSubs = '    --^-!';
      const third = m.cold('  a', values);
      const unsub = '         ----!';
      m.expectObservable(hedge([first, second, third], { after: 2 }), unsub).toBe('-----');
      m.expectSubscriptions(first.subscriptions).toBe(firstSubs);
      m.expectSubscriptions(second.subscriptions).toBe(secondSubs);
      m.expectSubscriptions(third.subscriptions).toBe([]);
    }),
  );

  it(
    'shares no state between two subscriptions',
    marbles((m) => {
      const result = hedge([m.cold('-------a|', values), m.cold('-b|', values)], { after: 2 });
      m.expectObservable(result).toBe('---b|', values);
      m.expectObservable(result, '------^').toBe('---------b|', values);
    }),
  );

  it('unsubscribes from the other sources before it emits the first content', () => {
    const [first, second] = [new Subject<GeminiChunk>(), new Subject<GeminiChunk>()];
    const observed: boolean[] = [];
    hedge([first, second], { after: 0 }).subscribe(() => observed.push(first.observed, second.observed));
    second.next(values.u);
    second.next(values.b);
    expect(observed).toEqual([false, true, false, true]);
  });

  it('subscribes to no other source when the first answers, fails or is unsubscribed during its subscription', () => {
    for (const after of [0, 5]) {
      const seen: GeminiChunk[] = [];
      hedge([of(values.a, values.f), untouched$], { after }).subscribe((one) => seen.push(one));
      expect(seen).toEqual([values.a, values.f]);
      const endless$ = new Observable<GeminiChunk>((destination) => {
        while (!destination.closed) destination.next(values.b);
      });
      hedge([throwError(() => busy), endless$, untouched$], { after })
        .pipe(take(2))
        .subscribe((one) => seen.push(one));
      expect(seen).toEqual([values.a, values.f, values.b, values.b]);
      hedge([concat(of(values.n), NEVER), untouched$], { after })
        .pipe(take(1))
        .subscribe((one) => seen.push(one));
      expect(seen).toHaveLength(5);
    }
  });

  it('has no timer once a source has won, all have started, or it is unsubscribed', () => {
    vi.useFakeTimers();
    const sources = [new Subject<GeminiChunk>(), new Subject<GeminiChunk>()];
    const result = hedge(sources, { after: 50 });
    const won = result.subscribe();
    expect(vi.getTimerCount()).toBe(1);
    sources[0]?.next(values.a);
    expect(vi.getTimerCount()).toBe(0);
    won.unsubscribe();

    const left = result.subscribe();
    expect(vi.getTimerCount()).toBe(1);
    left.unsubscribe();
    expect(vi.getTimerCount()).toBe(0);

    const all = result.subscribe();
    vi.advanceTimersByTime(50);
    expect(sources.map(({ observed }) => observed)).toEqual([true, true]);
    expect(vi.getTimerCount()).toBe(0);
    all.unsubscribe();
    expect(sources.map(({ observed }) => observed)).toEqual([false, false]);
  });

  it.each([
    [[undefined, { after: 1 }], TypeError, 'Expected `sources` to be a list of Observables, got undefined'],
    [[[], { after: 1 }], TypeError, 'Expected at least one source, got none'],
    [[['a'], { after: 1 }], TypeError, "Expected `sources[0]` to be an Observable, got 'a'"],
    [[[NEVER], {}], TypeError, 'Expected `after` to be a non-negative number of ms, got undefined'],
    [[[NEVER], { after: -1 }], RangeError, 'Expected `after` to be a non-negative number of ms, got -1'],
    [[[NEVER], { after: Infinity }], RangeError, 'Expected `after` to be a non-negative number of ms, got Infinity'],
  ])('throws at the call for %j', (wrong, type, message) => {
    const call = hedge as (...all: readonly unknown[]) => unknown;
    expect(() => call(...wrong)).toThrow(new type(message));
  });

  it('keeps the type of the chunks', () => {
    const rich$ = of({ text: 'a', rich: true });
    expectTypeOf(hedge([rich$, rich$], { after: 1 })).toEqualTypeOf<Observable<{ text: string; rich: boolean }>>();
  });
});
