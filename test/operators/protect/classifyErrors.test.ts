import { concat, defer, EMPTY, from, NEVER, Observable, of, Subject, take, throwError, toArray } from 'rxjs';
import { afterEach, beforeEach, describe, expect, expectTypeOf, it, vi } from 'vitest';
import { classifyErrors } from '../../../operators/protect/classifyErrors.js';
import { retryTransient } from '../../../operators/protect/retryTransient.js';
import type { GeminiChunk } from '../../../src/chunk/geminiChunk.js';
import { mergeChunks } from '../../../src/chunk/mergeChunks.js';
import { GeminiError } from '../../../src/errors/geminiError.js';
import { blockedChunk, chunk, finishChunk, thoughtChunk, usageChunk } from '../../../src/testing/chunks.js';
import { marbles } from '../../support/marbles.js';

const a = chunk('Hello, ');
const b = chunk('world');
const f = finishChunk('STOP', { totalTokenCount: 5 });
const values = { a, b, f };
const merged = (...chunks: GeminiChunk[]): GeminiChunk => chunks.reduce(mergeChunks);

/** The failure that a subscription ends with, if it does. */
function failureOf(source: Observable<GeminiChunk>): unknown {
  let failure: unknown;
  source.subscribe({ error: (cause: unknown) => (failure = cause) });
  return failure;
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('classifyErrors', () => {
  it(
    'passes the same chunk objects as they arrive, and completes with the reply',
    marbles((m) => {
      const source = m.cold(' -a--b(f|)', values);
      const subs = '          ^----!';
      const expected = '      -a--b(f|)';
      m.expectObservable(source.pipe(classifyErrors())).toBe(expected, values);
      m.expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  it('passes the same chunk objects synchronously', () => {
    const source = new Subject<GeminiChunk>();
    const seen: GeminiChunk[] = [];
    source.pipe(classifyErrors()).subscribe((value) => seen.push(value));
    source.next(a);
    expect(seen[0]).toBe(a);
  });

  it(
    'does not end an endless source',
    marbles((m) => {
      m.expectObservable(NEVER.pipe(classifyErrors())).toBe('-');
    }),
  );

  it('fails an empty reply', () => {
    expect(failureOf(EMPTY.pipe(classifyErrors()))).toMatchObject({ kind: 'truncated', partial: { text: '' } });
  });

  it(
    'turns an error of the stream into a GeminiError with the merge of the emitted chunks',
    marbles((m) => {
      const cause = new TypeError('terminated', { cause: Object.assign(new Error(), { code: 'ECONNRESET' }) });
      const source = m.cold(' -a--b-#', values, cause);
      const subs = '          ^-----!';
      const expected = '      -a--b-#';
      const error = new GeminiError('There is no connection to the service, or it was reset: ECONNRESET', {
        kind: 'network',
        partial: merged(a, b),
        cause,
      });
      m.expectObservable(source.pipe(classifyErrors())).toBe(expected, values, error);
      m.expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  it('sets the partial of a GeminiError without a partial, and keeps the other fields', () => {
    const error = new GeminiError('No.', { kind: 'overloaded', status: 503, retryAfter: 5, retryable: false });
    const failure = failureOf(
      concat(
        of(a, b),
        throwError(() => error),
      ).pipe(classifyErrors()),
    );
    expect(failure).toMatchObject({ ...error, message: 'No.', partial: merged(a, b) });
  });

  it('never replaces a partial', () => {
    const error = new GeminiError('No.', { kind: 'overloaded', partial: b });
    expect(
      failureOf(
        concat(
          of(a),
          throwError(() => error),
        ).pipe(classifyErrors()),
      ),
    ).toBe(error);
    const twice$ = concat(
      of(a),
      throwError(() => 'boom'),
    ).pipe(classifyErrors());
    expect(failureOf(concat(of(b), twice$).pipe(classifyErrors()))).toMatchObject({ partial: a });
  });

  it('merges the chunks into a partial without content, once, whose interaction is the latest', () => {
    const place = (cursor: string) => ({ interaction: { id: 'v1_a', status: 'in_progress', cursor } });
    const partial = { text: '', ...place('3') };
    const broken$ = concat(
      of({ ...a, ...place('1') }, { ...b, ...place('2') }),
      throwError(() => new GeminiError('Reset', { kind: 'network', partial })),
    );
    const whole = { kind: 'network', retryable: true, partial: { ...merged(a, b), ...place('3') } };
    expect(failureOf(broken$.pipe(classifyErrors()))).toMatchObject(whole);
    expect(failureOf(broken$.pipe(classifyErrors(), classifyErrors()))).toMatchObject(whole);
  });

  it('has an empty partial if no chunk had arrived', () => {
    const failure = failureOf(throwError(() => 'boom').pipe(classifyErrors()));
    expect(failure).toMatchObject({ kind: 'unknown', partial: { text: '' }, cause: 'boom' });
  });

  it('has thoughts, usage and annotations in the partial', () => {
    const progress = { phase: 'thinking', percent: 1, outputTokens: 1, estimated: true, elapsed: 1 } as const;
    const chunks = [thoughtChunk('hm'), usageChunk({ thoughtsTokenCount: 2 }), { text: '', progress }];
    const failure = failureOf(
      concat(
        from(chunks),
        throwError(() => 'boom'),
      ).pipe(classifyErrors()),
    );
    expect(failure).toMatchObject({ partial: merged(...chunks) });
  });

  it('has in the partial the chunk whose subscriber causes the error', () => {
    const source = new Subject<GeminiChunk>();
    const failures: unknown[] = [];
    source.pipe(classifyErrors()).subscribe({
      next: () => source.error('boom'),
      error: (cause: unknown) => failures.push(cause),
    });
    source.next(a);
    expect(failures).toEqual([expect.objectContaining({ partial: a })]);
  });

  it.each([
    ['blocked', [blockedChunk()]],
    ['safety', [a, finishChunk('SAFETY')]],
    ['recitation', [a, f, finishChunk('RECITATION')]],
    ['malformed_call', [finishChunk('MALFORMED_FUNCTION_CALL')]],
    ['truncated', [a]],
    ['truncated', [a, f, b]],
  ])('judges the outcome on the merge: %s', (kind, chunks) => {
    const source = from(chunks).pipe(classifyErrors());
    expect(failureOf(source)).toMatchObject({ kind, partial: merged(...chunks) });
    const seen: GeminiChunk[] = [];
    source.subscribe({ next: (value) => seen.push(value), error: () => undefined });
    expect(seen).toEqual(chunks);
  });

  it.each([
    ['finishes', [a, f]],
    ['finishes for a reason that nobody knows yet', [a, finishChunk('SOMETHING_NEW')]],
    ['finishes early and again', [f, b, f]],
    ['was cut at the limit of tokens', [a, finishChunk('MAX_TOKENS')]],
    ['this side cancelled', [a, { text: '', cancelled: { reason: 'enough' } }]],
    ['this side stopped', [a, { text: '', stopped: { reason: 'enough' } }]],
    ['this side cancelled before anything came', [{ text: '', cancelled: { reason: 'enough' } }]],
  ])('completes a reply that %s', (_, chunks: GeminiChunk[]) => {
    let isComplete = false;
    from(chunks)
      .pipe(classifyErrors())
      .subscribe({ complete: () => (isComplete = true) });
    expect(isComplete).toBe(true);
  });

  it('fails if the connection breaks after the finish', () => {
    const failure = failureOf(
      concat(
        of(a, f),
        throwError(() => new TypeError('terminated')),
      ).pipe(classifyErrors()),
    );
    expect(failure).toMatchObject({ kind: 'truncated', partial: merged(a, f) });
  });

  it('fails on the finish reasons of `failOn` as well', () => {
    const cut$ = of(a, finishChunk('MAX_TOKENS'));
    expect(failureOf(cut$.pipe(classifyErrors({ failOn: ['MAX_TOKENS'] })))).toMatchObject({
      kind: 'truncated',
      retryable: false,
      finishReason: 'MAX_TOKENS',
    });
    expect(failureOf(cut$.pipe(classifyErrors({ failOn: ['LATER'] })))).toBeUndefined();
    expect(failureOf(cut$.pipe(classifyErrors({ failOn: undefined })))).toBeUndefined();
  });

  it('fails on a reply without an answer with `failOnEmpty`', () => {
    const empty$ = of(thoughtChunk('hm'), f);
    expect(failureOf(empty$.pipe(classifyErrors({ failOnEmpty: true })))).toMatchObject({
      kind: 'empty',
      retryable: true,
      finishReason: 'STOP',
    });
    expect(failureOf(empty$.pipe(classifyErrors()))).toBeUndefined();
    expect(failureOf(empty$.pipe(classifyErrors({ failOnEmpty: undefined })))).toBeUndefined();
    expect(failureOf(of(a, f).pipe(classifyErrors({ failOnEmpty: true })))).toBeUndefined();
  });

  it('makes a reply without an answer retryable', () => {
    const replies = [of(f), of(finishChunk('MALFORMED_FUNCTION_CALL')), of(a, f)];
    const seen: GeminiChunk[] = [];
    const reply$ = defer(() => replies.shift() ?? EMPTY);
    reply$
      .pipe(classifyErrors({ failOnEmpty: true }), retryTransient({ delay: 0, jitter: false }), toArray())
      .subscribe((all) => seen.push(...all));
    vi.advanceTimersByTime(10);
    expect(seen).toContainEqual(a);
    expect(replies).toEqual([]);
  });

  it(
    'unsubscribes from its source silently',
    marbles((m) => {
      const source = m.cold(' -a--b-', values);
      const unsub = '         ---!   ';
      const subs = '          ^--!';
      m.expectObservable(source.pipe(classifyErrors()), unsub).toBe('-a-', values);
      m.expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  it('shares no state between two subscriptions', () => {
    const source = of(a).pipe(classifyErrors());
    expect(failureOf(source)).toMatchObject({ partial: a });
    expect(failureOf(source)).toMatchObject({ partial: a });
  });

  it('unsubscribes from an endless synchronous source when its result is closed', () => {
    const endless = new Observable<GeminiChunk>((destination) => {
      while (!destination.closed) destination.next(a);
    });
    const seen: GeminiChunk[][] = [];
    endless.pipe(classifyErrors(), take(2), toArray()).subscribe((all) => seen.push(all));
    expect(seen).toEqual([[a, a]]);
  });

  it('has the same cost per chunk in a long reply as in a short one', () => {
    // Quadratic, this is minutes.
    const source = new Observable<GeminiChunk>((destination) => {
      for (let index = 0; index < 100_000; index += 1) destination.next(a);
      destination.complete();
    });
    const failure = failureOf(source.pipe(classifyErrors())) as GeminiError;
    expect(failure.partial?.text).toHaveLength(100_000 * a.text.length);
  });

  it.each([['MAX_TOKENS'], [null], [[1]], [{}]])('throws at the call for `failOn` %j', (failOn) => {
    expect(() => classifyErrors({ failOn: failOn as string[] })).toThrow(TypeError);
    expect(() => classifyErrors({ failOn: failOn as string[] })).toThrow(
      /^Expected `failOn` to be a list of finish reasons, got /,
    );
  });

  it.each(['yes', 1, null])('throws at the call for `failOnEmpty` %j', (failOnEmpty) => {
    expect(() => classifyErrors({ failOnEmpty: failOnEmpty as unknown as boolean })).toThrow(
      /^Expected `failOnEmpty` to be true or false, got /,
    );
  });

  it('keeps the type of the chunks', () => {
    const rich$ = of({ text: 'a', rich: true });
    expectTypeOf(rich$.pipe(classifyErrors())).toEqualTypeOf<Observable<{ text: string; rich: boolean }>>();
    expectTypeOf(NEVER.pipe(classifyErrors<GeminiChunk>({ failOn: ['MAX_TOKENS'] as const }))).toEqualTypeOf<
      Observable<GeminiChunk>
    >();
  });
});
