import { concat, defer, EMPTY, NEVER, Observable, of, Subject, take, throwError } from 'rxjs';
import { describe, expect, expectTypeOf, it, vi } from 'vitest';
import { classifyErrors } from '../../../operators/protect/classifyErrors.js';
import { withProgress } from '../../../operators/show/withProgress.js';
import { finalResponse } from '../../../operators/show/finalResponse.js';
import { retryTransient } from '../../../operators/protect/retryTransient.js';
import type { GeminiChunk } from '../../../src/chunk/geminiChunk.js';
import { fallback, type FallbackOptions } from '../../../operators/protect/fallback.js';
import { GeminiError } from '../../../src/errors/geminiError.js';
import { blockedChunk, callChunk, chunk, finishChunk, thoughtChunk, usageChunk } from '../../../src/testing/chunks.js';
import { withoutRetryNotices } from '../../support/withoutRetryNotices.js';
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
  f: finishChunk(),
  // The notices of the next sources.
  v: { text: '', retrying: { attempt: 1, delay: 0, kind: 'overloaded' } },
  w: { text: '', retrying: { attempt: 2, delay: 0, kind: 'rate_limit' } },
} as const satisfies Record<string, GeminiChunk>;
const busy = new GeminiError('Busy.', { kind: 'overloaded', status: 503 });
const limited = new GeminiError('Slowly.', { kind: 'rate_limit', retryAfter: 7 });
const wrongKey = new GeminiError('Wrong key.', { kind: 'auth' });

/** What a source that must not be subscribed does. */
const untouched$ = defer((): Observable<GeminiChunk> => {
  throw new Error('subscribed');
});

async function failureOf(source: Observable<unknown>): Promise<GeminiError> {
  const { error } = await outcomeOf(source);
  if (!error) throw new Error('It did not fail');
  return error;
}

describe('fallback', () => {
  it(
    'emits the reply of the first source if it does not fail',
    marbles((m) => {
      const first = m.cold('  -a-b(f|)', values);
      const firstSubs = '     ^---!';
      const second = m.cold(' a', values);
      const expected = '      -a-b(f|)';
      m.expectObservable(fallback([first, second])).toBe(expected, values);
      m.expectSubscriptions(first.subscriptions).toBe(firstSubs);
      m.expectSubscriptions(second.subscriptions).toBe([]);
    }),
  );

  it(
    'subscribes to the next source at once after a retryable failure',
    marbles((m) => {
      const first = m.cold('  --#', values, busy);
      const firstSubs = '     ^-!';
      const second = m.cold('   -#', values, limited);
      const secondSubs = '    --^!';
      const third = m.cold('     -a(f|)', values);
      const thirdSubs = '     ---^-!';
      const expected = '      --vwa(f|)';
      m.expectObservable(fallback([first, second, third])).toBe(expected, values);
      m.expectSubscriptions(first.subscriptions).toBe(firstSubs);
      m.expectSubscriptions(second.subscriptions).toBe(secondSubs);
      m.expectSubscriptions(third.subscriptions).toBe(thirdSubs);
    }),
  );

  it(
    'fails at once with an error that is not retryable',
    marbles((m) => {
      const second = m.cold('a', values);
      m.expectObservable(fallback([m.cold('-#', values, wrongKey), second])).toBe('-#', values, wrongKey);
      m.expectSubscriptions(second.subscriptions).toBe([]);
    }),
  );

  it('calls `on` with the place of the source, except for the last', async () => {
    const asked: [string, number][] = [];
    const on = ({ kind }: GeminiError, index: number) => {
      asked.push([kind, index]);
      return kind === 'auth';
    };
    const error = await failureOf(fallback([throwError(() => wrongKey), throwError(() => busy), untouched$], { on }));
    expect(error).toMatchObject({ kind: 'overloaded', cause: { errors: [wrongKey, busy] } });
    expect(await failureOf(fallback([throwError(() => wrongKey)], { on }))).toBe(wrongKey);
    expect(asked).toEqual([
      ['auth', 0],
      ['overloaded', 1],
    ]);
  });

  it('fails with the last failure, whose cause has all of them', async () => {
    const last = new GeminiError('Last.', { kind: 'rate_limit', status: 429, retryAfter: 7, partial: chunk('') });
    const error = await failureOf(fallback([throwError(() => busy), throwError(() => last)]));
    expect(error.toJSON()).toEqual(last.toJSON());
    expect(error.cause).toBeInstanceOf(AggregateError);
    expect(error.cause).toMatchObject({ message: 'None of 2 sources answered', errors: [busy, last] });
  });

  it('fails with the error itself if only one source has failed', async () => {
    expect(await failureOf(fallback([throwError(() => busy)]))).toBe(busy);
  });

  it('judges a raw error as toGeminiError does', async () => {
    const lost = new TypeError('fetch failed');
    const { values: seen } = await outcomeOf(fallback([throwError(() => lost), of(values.a)]));
    expect(seen).toEqual([{ text: '', retrying: { attempt: 1, delay: 0, kind: 'network' } }, values.a]);
    expect(await failureOf(fallback([throwError(() => lost)]))).toMatchObject({ kind: 'network', cause: lost });
  });

  it.each(['a', 't', 'c'] as const)('does not subscribe to the next source after content: %s', (content) => {
    marbles((m) => {
      const second = m.cold('b', values);
      const result = fallback([m.cold(`-${content}n#`, values, busy), second], { on: () => true });
      m.expectObservable(result).toBe(`-${content}n#`, values, busy);
      m.expectSubscriptions(second.subscriptions).toBe([]);
    })();
  });

  it('passes a failure after content with its partial, also of a later source', async () => {
    const broken$ = concat(
      of(values.a),
      throwError(() => busy),
    ).pipe(classifyErrors());
    const error = await failureOf(fallback([throwError(() => limited), broken$]));
    expect(error).toMatchObject({ kind: 'overloaded', partial: { text: 'a' } });
    expect(error.cause).toBeUndefined();
  });

  it(
    'passes notices at once, and holds other chunks until the first content',
    marbles((m) => {
      const source = m.cold(' -n-i-u-(af)-b|', values);
      const expected = '      -n-----(haf)b|';
      m.expectObservable(fallback([source])).toBe(expected, values);
    }),
  );

  it(
    'keeps a notice behind the held chunks, but reports a wait at once, and only then',
    marbles((m) => {
      const resumed = { resumed: { attempt: 1, kind: 'network' } } as const;
      const marks = { ...values, r: { text: '', ...resumed }, h: { ...values.u, ...resumed } };
      m.expectObservable(fallback([m.cold('-u-r-a---|', marks)])).toBe('-----(ha)|', marks);
      m.expectObservable(fallback([m.cold('-u-n-a---|', values)])).toBe('---n-(ua)|', values);
    }),
  );

  it('emits a retry of its source ahead of the held chunks, which then have the annotations of the notice', () => {
    const at = (percent: number) =>
      ({ progress: { phase: 'waiting', percent, outputTokens: 0, estimated: true, elapsed: 0 } }) as const;
    const source = new Subject<GeminiChunk>();
    const seen: GeminiChunk[] = [];
    fallback([source]).subscribe((one) => seen.push(one));
    source.next({ ...values.u, ...at(1) });
    source.next({ ...values.v, ...at(2) });
    expect(seen).toEqual([
      { text: '', ...at(1) },
      { ...values.v, ...at(2) },
    ]);
    source.next({ ...values.a, ...at(3) });
    expect(seen.slice(2)).toEqual([
      { ...values.u, ...at(2) },
      { ...values.a, ...at(3) },
    ]);
  });

  it.each(['cancelled', 'stopped'])('takes a reply that was %s as the result, even if it fails then', async (mark) => {
    const marked: GeminiChunk = { text: '', [mark]: { reason: 'enough' } };
    const failing$ = concat(
      of(marked),
      throwError(() => busy),
    );
    const { values: seen, error } = await outcomeOf(fallback([failing$, of(values.a)]));
    expect([seen, error]).toEqual([[marked], busy]);
  });

  it('lets nothing of a source that failed into the reply of another', async () => {
    const failing$ = concat(
      of(values.i, values.u, blockedChunk(), finishChunk('MAX_TOKENS')),
      throwError(() => busy),
    );
    const { values: seen } = await outcomeOf(fallback([failing$, of(values.a, values.f)]).pipe(finalResponse()));
    const [alone] = (await outcomeOf(of(values.a, values.f).pipe(finalResponse()))).values;
    expect(seen).toEqual([alone]);
  });

  it(
    'emits the held chunks before an end without content',
    marbles((m) => {
      m.expectObservable(fallback([m.cold('-i-u-|', values), NEVER])).toBe('-----(h|)', values);
      m.expectObservable(fallback([m.cold('-i-u-#', values, wrongKey), NEVER])).toBe('-----(h#)', values, wrongKey);
      m.expectObservable(fallback([m.cold('-i-u-#', values, busy)])).toBe('-----(h#)', values, busy);
    }),
  );

  it(
    'completes with an empty source, and waits for a silent one',
    marbles((m) => {
      m.expectObservable(fallback([EMPTY, of(values.a)])).toBe('|');
      m.expectObservable(fallback<GeminiChunk>([NEVER, of(values.a)])).toBe('-');
    }),
  );

  it('subscribes to the next source after a reply without a finish, with `classifyErrors`', async () => {
    const cut$ = of(values.i).pipe(classifyErrors());
    const { values: seen } = await outcomeOf(fallback([cut$, of(values.a, values.f).pipe(classifyErrors())]));
    expect(seen).toEqual([{ text: '', retrying: { attempt: 1, delay: 0, kind: 'truncated' } }, values.a, values.f]);
  });

  it(
    'retries each source with retryTransient above, and all sources with it below',
    marbles((m) => {
      const retry = withoutRetryNotices(retryTransient({ count: 1, delay: 2, jitter: false }));
      const second = m.cold('a---|', values);
      const each = m.cold('#', values, busy);
      m.expectObservable(fallback([each.pipe(retry), second.pipe(retry)])).toBe('--(va)|', values);
      m.expectSubscriptions(each.subscriptions).toBe(['(^!)', '--(^!)']);

      const both = m.cold('#', values, busy);
      let attempt = 0;
      const later = defer(() => (attempt++ === 0 ? throwError(() => busy) : second));
      m.expectObservable(fallback([both, later]).pipe(retry)).toBe('--a---|', values);
      m.expectSubscriptions(both.subscriptions).toBe(['(^!)', '--(^!)']);
    }),
  );

  it('fails with the error that `on` throws', () => {
    const error = vi.fn();
    const on = () => {
      throw new Error('broken');
    };
    fallback([throwError(() => busy), untouched$], { on }).subscribe({ error });
    expect(error).toHaveBeenCalledExactlyOnceWith(new Error('broken'));
  });

  it(
    'unsubscribes from the running source',
    marbles((m) => {
      const first = m.cold('  -#', values, busy);
      const second = m.cold('  --a', values);
      const secondSubs = '    -^!';
      const unsub = '         --!';
      m.expectObservable(fallback([first, second]), unsub).toBe('-v-', values);
      m.expectSubscriptions(second.subscriptions).toBe(secondSubs);
    }),
  );

  it(
    'shares no state between two subscriptions',
    marbles((m) => {
      const result = fallback([m.cold('-#', values, busy), m.cold('-a|', values)]);
      m.expectObservable(result).toBe('-va|', values);
      m.expectObservable(result, '-----^').toBe('------va|', values);
    }),
  );

  it('ignores later changes of the list', async () => {
    const sources = [of(values.a)];
    const result = fallback(sources);
    sources.pop();
    expect((await outcomeOf(result)).values).toEqual([values.a]);
  });

  it('unsubscribes from an endless synchronous source when its result is closed, and subscribes to no other', () => {
    const endless$ = new Observable<GeminiChunk>((destination) => {
      while (!destination.closed) destination.next(values.a);
    });
    const seen: GeminiChunk[] = [];
    fallback([throwError(() => busy), endless$, untouched$])
      .pipe(take(3))
      .subscribe((one) => seen.push(one));
    expect(seen).toEqual([values.v, values.a, values.a]);
  });

  it('emits the notices of all sources that fail, with the annotations of operators above the source', async () => {
    const annotated$ = of(values.a, values.f).pipe(withProgress());
    const failing$ = throwError(() => busy);
    const { values: seen } = await outcomeOf(fallback([failing$, throwError(() => limited), annotated$]));
    const progress = seen.at(-1)?.progress;
    expect(seen.every((one) => 'progress' in one)).toBe(true);
    expect(seen.slice(0, 2)).toMatchObject([values.v, values.w]);
    expect(progress).toMatchObject({ phase: 'complete' });
  });

  it('emits the notice at once if the next source is silent, and before its failure', async () => {
    const seen: GeminiChunk[] = [];
    fallback([throwError(() => busy), NEVER])
      .subscribe((one) => seen.push(one))
      .unsubscribe();
    expect(seen).toEqual([values.v]);
    const { values: all, error } = await outcomeOf(fallback([throwError(() => busy), throwError(() => limited)]));
    expect([all, error?.kind]).toEqual([[values.v], 'rate_limit']);
  });

  it('subscribes to no other source when it is unsubscribed in a notice', () => {
    const source = new Subject<GeminiChunk>();
    const seen: GeminiChunk[] = [];
    fallback([source, untouched$])
      .pipe(take(1))
      .subscribe((one) => seen.push(one));
    source.next(values.n);
    source.error(busy);
    expect(seen).toEqual([values.n]);
    expect(source.observed).toBe(false);
  });

  it.each([
    [[undefined], 'Expected `sources` to be a list of Observables, got undefined'],
    [[of(values.a)], 'Expected `sources` to be a list of Observables, got an object'],
    [[[]], 'Expected at least one source, got none'],
    [[[NEVER, Promise.resolve()]], 'Expected `sources[1]` to be an Observable, got an object'],
    [[[NEVER], { on: 'quota' }], "Expected `on` to be a function, got 'quota'"],
  ])('throws at the call for %j', (wrong, message) => {
    const call = fallback as (...all: readonly unknown[]) => unknown;
    expect(() => call(...wrong)).toThrow(new TypeError(message));
  });

  it('keeps the type of the chunks', () => {
    const rich$ = of({ text: 'a', rich: true });
    expectTypeOf(fallback([rich$, rich$])).toEqualTypeOf<Observable<{ text: string; rich: boolean }>>();
    expectTypeOf<FallbackOptions['on']>().toEqualTypeOf<((error: GeminiError, index: number) => boolean) | undefined>();
  });
});
