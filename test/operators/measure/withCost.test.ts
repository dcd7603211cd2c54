import { EMPTY, NEVER, Observable, Subject, from, of, take, throwError, toArray, type OperatorFunction } from 'rxjs';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { takeUntilCancel } from '../../../operators/protect/takeUntilCancel.js';
import type { PricePerMillion } from '../../../operators/measure/pricePerMillion.js';
import { withCost } from '../../../operators/measure/withCost.js';
import type { ReplyCost, WithCost } from '../../../src/chunk/annotations.js';
import { emptyChunk } from '../../../src/chunk/emptyChunk.js';
import type { GeminiChunk } from '../../../src/chunk/geminiChunk.js';
import type { GeminiUsage } from '../../../src/chunk/response.js';
import { chunk, finishChunk, thoughtChunk, usageChunk } from '../../../src/testing/chunks.js';
import { marbles } from '../../support/marbles.js';

/** So that a token costs 1, 2, 4 or 8. */
const pricePerMillion = { cached: 1e6, input: 2e6, output: 4e6, thoughts: 8e6 };

function costs(chunks: readonly GeminiChunk[], prices: PricePerMillion = pricePerMillion): ReplyCost[] {
  const seen: ReplyCost[] = [];
  from(chunks)
    .pipe(withCost({ pricePerMillion: prices }))
    .subscribe(({ cost }) => seen.push(cost));
  return seen;
}

function costOfReport(usage: GeminiUsage, prices?: PricePerMillion): ReplyCost | undefined {
  return costs([usageChunk(usage)], prices)[0];
}

const free: ReplyCost = { input: 0, cached: 0, output: 0, thoughts: 0, total: 0, estimated: true };
const w = { text: '', cost: free };

describe('withCost', () => {
  it(
    'adds the cost so far to each chunk as it arrives',
    marbles((m) => {
      const a = chunk('a', { usageMetadata: { promptTokenCount: 5, candidatesTokenCount: 1 } });
      const f = finishChunk('STOP', { promptTokenCount: 5, candidatesTokenCount: 3 });
      const source = m.cold(' -a-n-f-|', { a, n: emptyChunk, f });
      const subs = '          ^------!';
      const expected = '      wa-n-f-|';
      const cost = { ...free, input: 10, output: 4, total: 14, estimated: false };
      m.expectObservable(source.pipe(withCost({ pricePerMillion }))).toBe(expected, {
        w,
        a: { ...a, cost },
        n: { text: '', cost },
        f: { ...f, cost: { ...cost, output: 12, total: 22 } },
      });
      m.expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  it('counts each kind of token once, at its price', () => {
    const usage = {
      promptTokenCount: 100,
      cachedContentTokenCount: 60,
      toolUsePromptTokenCount: 10,
      thoughtsTokenCount: 3,
      candidatesTokenCount: 7,
      totalTokenCount: 120,
    };
    expect(costOfReport(usage)).toEqual({
      input: 100,
      cached: 60,
      output: 28,
      thoughts: 24,
      total: 212,
      estimated: false,
    });
  });

  it('has prices for a million tokens', () => {
    const usage = { promptTokenCount: 1_000_000, candidatesTokenCount: 500_000 };
    expect(costOfReport(usage, { input: 0.3, output: 2.5 })?.total).toBe(1.55);
    expect(costOfReport(usage, { input: 0, output: 0 })?.total).toBe(0);
  });

  it('counts cached tokens as input and thoughts as output without their own prices', () => {
    const usage = { promptTokenCount: 10, cachedContentTokenCount: 4, thoughtsTokenCount: 5 };
    const cost = { input: 12, cached: 8, output: 0, thoughts: 20, total: 40, estimated: false };
    expect(costOfReport(usage, { input: 2e6, output: 4e6 })).toEqual(cost);
  });

  it('has no discount for more cached tokens than the prompt has', () => {
    expect(costOfReport({ promptTokenCount: 3, cachedContentTokenCount: 5 })).toMatchObject({ input: 0, cached: 5 });
  });

  it('reads reports as running totals, of which any field may be missing', () => {
    const chunks = [
      usageChunk({ promptTokenCount: 5, thoughtsTokenCount: 2 }),
      usageChunk({ candidatesTokenCount: 1 }),
      usageChunk({ promptTokenCount: 5, candidatesTokenCount: 4 }),
    ];
    expect(costs(chunks).map(({ total }) => total)).toEqual([10 + 16, 10 + 16 + 4, 10 + 16 + 16]);
  });

  it('reads the running totals of the steps of an interaction, and ignores its notices', () => {
    const interaction = { id: 'v1_a', status: 'in_progress', cursor: '0', background: true };
    const step = (output: number) => usageChunk({ promptTokenCount: 100, candidatesTokenCount: output });
    const chunks: GeminiChunk[] = [step(10), { text: '' }, step(30), step(30)].map((one) => ({ ...one, interaction }));
    const seen: ReplyCost[] = [];
    from(chunks)
      .pipe(withCost({ pricePerMillion: { input: 1e6, output: 1e6 } }))
      .subscribe(({ cost }) => seen.push(cost));
    expect(seen.map(({ total }) => total)).toEqual([110, 110, 130, 130]);
    expect(seen.at(-1)?.estimated).toBe(false);
  });

  it('estimates the tokens that the server has not reported, and marks the cost as estimated', () => {
    const chunks = [
      usageChunk({ promptTokenCount: 5 }),
      thoughtChunk('abcdefgh'),
      chunk('abcd', { usageMetadata: { promptTokenCount: 5, thoughtsTokenCount: 1 } }),
      chunk('空'),
      finishChunk('STOP', { promptTokenCount: 5, thoughtsTokenCount: 1, candidatesTokenCount: 1 }),
    ];
    expect(costs(chunks)).toEqual([
      { ...free, input: 10, total: 10, estimated: false },
      { ...free, input: 10, thoughts: 16, total: 26, estimated: true },
      { ...free, input: 10, thoughts: 8, output: 4, total: 22, estimated: true },
      { ...free, input: 10, thoughts: 8, output: 8, total: 26, estimated: true },
      { ...free, input: 10, thoughts: 8, output: 4, total: 22, estimated: false },
    ]);
  });

  it('is estimated until the server has counted the prompt', () => {
    expect(costs([emptyChunk])).toEqual([free]);
  });

  it('has the cost of a reply that was cancelled', () => {
    const cancel$ = new Subject<string>();
    const source = new Subject<GeminiChunk>();
    const seen: GeminiChunk[] = [];
    source.pipe(takeUntilCancel(cancel$), withCost({ pricePerMillion })).subscribe((one) => seen.push(one));
    source.next(chunk('abcd', { usageMetadata: { promptTokenCount: 5 } }));
    cancel$.next('enough');
    expect(seen[2]).toMatchObject({ cancelled: { reason: 'enough' }, cost: { total: 14, estimated: true } });
  });

  it(
    'emits first if its source does not, and passes an error, completion and silence',
    marbles((m) => {
      const operator = withCost({ pricePerMillion });
      const a = { ...chunk('abcd'), cost: { ...free, output: 4, total: 4 } };
      m.expectObservable(m.cold('-a-#', { a: chunk('abcd') }).pipe(operator)).toBe('wa-#', { w, a });
      m.expectObservable(throwError(() => 'e').pipe(operator)).toBe('(w#)', { w }, 'e');
      m.expectObservable(EMPTY.pipe(operator)).toBe('(w|)', { w });
      m.expectObservable(NEVER.pipe(operator)).toBe('w', { w });
    }),
  );

  it(
    'unsubscribes from the source',
    marbles((m) => {
      const source = m.cold('  ---a|', { a: chunk('a') });
      const unsub = '          --!';
      const subs = '           ^-!';
      m.expectObservable(source.pipe(withCost({ pricePerMillion })), unsub).toBe('w--', { w });
      m.expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  it('unsubscribes from a synchronous, endless source when it is unsubscribed', () => {
    const endless = new Observable<GeminiChunk>((destination) => {
      while (!destination.closed) destination.next(chunk('abcd'));
    });
    const totals: number[] = [];
    endless.pipe(withCost({ pricePerMillion }), take(3)).subscribe(({ cost }) => totals.push(cost.total));
    expect(totals).toEqual([4, 8, 12]);
  });

  it('shares no state between two subscriptions', () => {
    const source = new Subject<GeminiChunk>();
    const result$ = source.pipe(withCost({ pricePerMillion }));
    const seen: number[][] = [[], []];
    result$.subscribe(({ cost }) => seen[0]?.push(cost.total));
    source.next(chunk('abcd'));
    result$.subscribe(({ cost }) => seen[1]?.push(cost.total));
    source.next(chunk('abcd'));
    expect(seen).toEqual([
      [0, 4, 8],
      [0, 4],
    ]);
  });

  it('keeps other annotations, and does not change the chunk', () => {
    const marked = Object.freeze({ ...chunk('a'), mark: 7 });
    const seen: unknown[] = [];
    of(marked)
      .pipe(withCost({ pricePerMillion }), toArray())
      .subscribe(([annotated]) => seen.push(annotated));
    expect(seen).toMatchObject([{ ...marked, cost: { output: 1 } }]);
  });

  it('refuses wrong prices at the call', () => {
    const wrong = (prices: object) => () => withCost({ pricePerMillion: prices as PricePerMillion });
    const sentence = 'Expected `pricePerMillion.input` to be a non-negative number, got';
    expect(wrong({ output: 1 })).toThrow(new TypeError(`${sentence} undefined`));
    expect(wrong({ input: -1, output: 1 })).toThrow(new RangeError(`${sentence} -1`));
    for (const price of [NaN, Infinity, -0.1]) {
      expect(wrong({ input: 1, output: price })).toThrow(RangeError);
      expect(wrong({ input: 1, output: 1, cached: price })).toThrow(RangeError);
      expect(wrong({ input: 1, output: 1, thoughts: price })).toThrow(RangeError);
    }
    expect(wrong({ input: 1, output: '1' })).toThrow(TypeError);
    const missing = new TypeError(
      'Expected `pricePerMillion` to be an object, as in ' +
        '`withCost({ pricePerMillion: { input: 0.3, output: 2.5 } })`, got undefined',
    );
    expect(() => withCost({ input: 1, output: 1 } as never)).toThrow(missing);
  });

  it('requires the annotation in its result', () => {
    type Marked = GeminiChunk & { readonly mark: number };
    type Annotated = Marked & WithCost;
    expectTypeOf<WithCost>().toEqualTypeOf<{ readonly cost: ReplyCost }>();
    expectTypeOf(withCost<Marked>).returns.toEqualTypeOf<OperatorFunction<Marked, Annotated>>();
    const priced = (EMPTY as Observable<Marked>).pipe(withCost({ pricePerMillion }));
    expectTypeOf(priced).toEqualTypeOf<Observable<Annotated>>();
  });
});
