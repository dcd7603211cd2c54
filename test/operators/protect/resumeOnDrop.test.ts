import { concat, defer, EMPTY, finalize, NEVER, Observable, of, Subject, take, throwError, toArray } from 'rxjs';
import { describe, expect, expectTypeOf, it, vi } from 'vitest';
import { classifyErrors } from '../../../operators/protect/classifyErrors.js';
import { resumeOnDrop, type ResumeOnDropOptions } from '../../../operators/protect/resumeOnDrop.js';
import type { Resumed } from '../../../src/chunk/annotations.js';
import type { GeminiChunk } from '../../../src/chunk/geminiChunk.js';
import { mergeChunks } from '../../../src/chunk/mergeChunks.js';
import { finishReasonOf } from '../../../src/chunk/readers.js';
import { GeminiError } from '../../../src/errors/geminiError.js';
import type { GeminiErrorKind } from '../../../src/errors/kinds.js';
import { callChunk, chunk, finishChunk, thoughtChunk, usageChunk } from '../../../src/testing/chunks.js';
import { marbles } from '../../support/marbles.js';
import { withoutRetryNotices } from '../../support/withoutRetryNotices.js';
import { outcomeOf } from '../../support/outcome.js';

const lost = new GeminiError('Reset.', { kind: 'network' });
const busy = new GeminiError('Busy.', { kind: 'overloaded' });

/** An error as it is once it has what had arrived. */
const withPartial = (error: GeminiError, partial: GeminiChunk) =>
  new GeminiError(error.message, { kind: error.kind, partial });

const after = (kind: Resumed['kind'], attempt = 1) => ({ resumed: { attempt, kind } });
const values = {
  a: chunk('a'),
  b: chunk('b'),
  c: chunk('c'),
  d: chunk('d'),
  t: thoughtChunk('hm'),
  k: callChunk('f'),
  u: usageChunk({ promptTokenCount: 3 }),
  n: { text: '', progress: { phase: 'waiting', percent: 0, outputTokens: 0, estimated: true, elapsed: 0 } },
  f: finishChunk(),
  // As they are after a seam.
  B: { ...chunk('b'), ...after('network') },
  C: { ...chunk('c'), ...after('network') },
  N: { text: '', ...after('network') },
  // The notice before a request.
  r: { text: '', retrying: { attempt: 1, delay: 0, kind: 'network' } },
} as const satisfies Record<string, GeminiChunk>;

/** What `continueWith` gives, one a call, and what it was called with. */
function continuations(...replies: Observable<GeminiChunk>[]) {
  const partials: GeminiChunk[] = [];
  const continueWith = (partial: GeminiChunk) => replies[partials.push(partial) - 1] ?? EMPTY;
  return { continueWith, partials };
}

/** What a reader has who reads all of a reply, and how it ends. */
async function readThrough(source: Observable<GeminiChunk>, options: ResumeOnDropOptions) {
  const resumed$ = source.pipe(withoutRetryNotices(resumeOnDrop(options)));
  const { values: chunks, error, isComplete } = await outcomeOf(resumed$);
  return { text: chunks.map(({ text }) => text).join(''), chunks, error, isComplete };
}

function mergeAll(...chunks: GeminiChunk[]): GeminiChunk {
  return chunks.reduce(mergeChunks);
}

/** Emits chunks and then fails. */
function broken(cause: unknown, ...chunks: GeminiChunk[]): Observable<GeminiChunk> {
  return new Observable((destination) => {
    for (const one of chunks) destination.next(one);
    destination.error(cause);
  });
}

describe('resumeOnDrop', () => {
  it(
    'passes a reply that does not break',
    marbles((m) => {
      const { continueWith, partials } = continuations();
      const source = m.cold(' -a-b(f|)', values);
      const subs = '          ^---!';
      m.expectObservable(source.pipe(resumeOnDrop({ continueWith }))).toBe('-a-b(f|)', values);
      m.expectSubscriptions(source.subscriptions).toBe(subs);
      m.flush();
      expect(partials).toEqual([]);
    }),
  );

  it(
    'completes with an empty source, and waits for a silent one',
    marbles((m) => {
      const { continueWith } = continuations();
      m.expectObservable(EMPTY.pipe(resumeOnDrop({ continueWith }))).toBe('|');
      m.expectObservable(NEVER.pipe(resumeOnDrop({ continueWith }))).toBe('-');
    }),
  );

  it(
    'continues with another request at once, and marks its first chunk',
    marbles((m) => {
      const source = m.cold(' -a#', values, lost);
      const subs = '          ^-!';
      const next = m.cold('     -b-c(f|)', values);
      const nextSubs = '      --^---!';
      const expected = '      -arB-c(f|)';
      const { continueWith, partials } = continuations(next);
      m.expectObservable(source.pipe(resumeOnDrop({ continueWith }))).toBe(expected, values);
      m.expectSubscriptions(source.subscriptions).toBe(subs);
      m.expectSubscriptions(next.subscriptions).toBe(nextSubs);
      m.flush();
      expect(partials).toEqual([values.a]);
    }),
  );

  it(
    'marks the first chunk after the seam, of any kind',
    marbles((m) => {
      const next = m.cold('n---b(f|)', { ...values, n: { text: '' } });
      const { continueWith } = continuations(next);
      m.expectObservable(m.cold('a#', values, lost).pipe(resumeOnDrop({ continueWith }))).toBe('a(rN)b(f|)', values);
    }),
  );

  it('passes the merge of the reply to each request, and counts the seams', async () => {
    const { continueWith, partials } = continuations(broken(busy, values.b), of(values.c, values.f));
    const { text, chunks, isComplete } = await readThrough(broken(lost, values.a), { continueWith });
    expect(text).toBe('abc');
    expect(isComplete).toBe(true);
    expect(chunks.map(({ resumed }) => resumed)).toEqual([
      undefined,
      { attempt: 1, kind: 'network' },
      { attempt: 2, kind: 'overloaded' },
      undefined,
    ]);
    expect(partials.map(({ text: all }) => all)).toEqual(['a', 'ab']);
  });

  it('joins the texts unchanged: a repetition stays', async () => {
    const { continueWith } = continuations(of(chunk('upon a time'), values.f));
    expect((await readThrough(broken(lost, chunk('Once upon a ')), { continueWith })).text).toBe(
      'Once upon a upon a time',
    );
  });

  it.each<[GeminiErrorKind, boolean]>([
    ['network', true],
    ['truncated', true],
    ['overloaded', true],
    ['server', true],
    ['timeout', true],
    ['rate_limit', false],
    ['quota', false],
    ['cancelled', false],
    ['protocol', false],
    ['safety', false],
    ['invalid_request', false],
    ['unknown', false],
  ])('after content, resumes a failure of kind %s: %s', async (kind, isResumed) => {
    const { continueWith } = continuations(of(values.b, values.f));
    const source = broken(new GeminiError('Oh.', { kind }), values.a);
    const { text, error } = await readThrough(source, { continueWith });
    expect(text).toBe(isResumed ? 'ab' : 'a');
    expect(error?.kind).toBe(isResumed ? undefined : kind);
  });

  it.each(['cancelled', 'stopped'])('does not continue a reply that was %s', async (mark) => {
    const { continueWith } = continuations(of(values.b, values.f));
    const source = broken(lost, values.a, { text: '', [mark]: { reason: 'enough' } });
    const { text, error } = await readThrough(source, { continueWith });
    expect([text, error?.kind]).toEqual(['a', 'network']);
  });

  it('depends on `retryable` of the error: a limit of timeoutReply is not a drop', async () => {
    const { continueWith, partials } = continuations(of(values.b));
    const late = new GeminiError('Late.', { kind: 'timeout', retryable: false });
    const { error } = await readThrough(broken(late, values.a), { continueWith });
    expect(error).toMatchObject({ kind: 'timeout', retryable: false, partial: { text: 'a' } });
    expect(partials).toEqual([]);
  });

  it('judges a raw error as toGeminiError does, and fails with a GeminiError', async () => {
    const { continueWith } = continuations(broken(new Error('a bug'), values.b));
    const { chunks, error } = await readThrough(broken(new TypeError('fetch failed'), values.a), { continueWith });
    expect(chunks.map(({ resumed }) => resumed?.kind)).toEqual([undefined, 'network']);
    expect(error).toMatchObject({ kind: 'unknown', message: 'a bug', partial: { text: 'ab' } });
    expect(error?.cause).toEqual(new Error('a bug'));
  });

  it.each(['t', 'k'] as const)('counts the same chunks as content as retryTransient: %s', async (content) => {
    const { continueWith } = continuations(of(values.b, values.f));
    expect((await readThrough(broken(lost, values[content]), { continueWith })).isComplete).toBe(true);
  });

  it(
    'does not continue after a failure before content, which retryTransient retries',
    marbles((m) => {
      const { continueWith, partials } = continuations(of(values.b));
      const source = m.cold('nuf#', values, lost);
      m.expectObservable(source.pipe(resumeOnDrop({ continueWith }))).toBe(
        'nuf#',
        values,
        withPartial(lost, mergeAll(values.n, values.u, values.f)),
      );
      m.flush();
      expect(partials).toEqual([]);
    }),
  );

  it('does not continue after a failure before content of a later request', async () => {
    const { continueWith, partials } = continuations(broken(busy), of(values.c));
    const { error } = await readThrough(broken(lost, values.a), { continueWith });
    expect(error).toMatchObject({ kind: 'overloaded', partial: { text: 'a' } });
    expect(partials).toHaveLength(1);
  });

  it('continues `count` times, 3 by default, and then fails with the reply so far', async () => {
    const failing = Array.from({ length: 9 }, () => broken(lost, values.b));
    const { error } = await readThrough(broken(lost, values.a), continuations(...failing));
    expect(error).toMatchObject({ kind: 'network', message: 'Reset.', retryable: true, partial: { text: 'abbb' } });
    for (const count of [0, 1, 5]) {
      const { text } = await readThrough(broken(lost, values.a), { ...continuations(...failing), count });
      expect(text).toBe(`a${'b'.repeat(count)}`);
    }
  });

  it('replaces the partial of the last request with the partial of all requests', async () => {
    const unsafe = of(values.b, finishChunk('SAFETY')).pipe(classifyErrors());
    const { error } = await readThrough(broken(lost, values.a).pipe(classifyErrors()), continuations(unsafe));
    expect(error).toMatchObject({ kind: 'safety', finishReason: 'SAFETY', partial: { text: 'ab' } });
    expect(Object.keys(error ?? {}).sort()).toEqual(['finishReason', 'kind', 'retryable']);
  });

  it('has the place in the interaction that the failure reports beside the reply so far', async () => {
    const place = (cursor: string) => ({ interaction: { id: 'v1_a', status: 'in_progress', cursor } });
    const partial = { text: '', ...place('2') };
    const broken$ = concat(
      of({ ...chunk('a'), ...place('1') }),
      throwError(() => new GeminiError('Reset.', { kind: 'network', partial })),
    );
    const { error } = await readThrough(broken$, { continueWith: () => EMPTY, count: 0 });
    expect(error?.partial).toEqual({ ...chunk('a'), ...place('2') });
    const { partials, continueWith } = continuations(of(finishChunk()));
    const whole = await readThrough(broken$, { continueWith });
    expect(whole).toMatchObject({ text: 'a', isComplete: true });
    expect(partials).toEqual([{ ...chunk('a'), ...place('1') }]);
  });

  it('keeps the other fields of a failure', async () => {
    const cause = new Error('503');
    const error = new GeminiError('Busy.', { kind: 'overloaded', status: 503, retryAfter: 9, cause });
    const outcome = await readThrough(broken(error, values.a), { ...continuations(), count: 0 });
    expect(outcome.error).toMatchObject({ status: 503, retryAfter: 9, cause, stack: error.stack });
  });

  it.each([
    ['throws', new Error('my bug')],
    ['gives no Observable', new TypeError("You provided 'undefined' where a stream was expected.")],
  ])('fails with the drop and a cause if `continueWith` %s', async (what, thrown) => {
    const continueWith = () => {
      if (what === 'throws') throw thrown;
      return undefined as unknown as Observable<GeminiChunk>;
    };
    const { error } = await readThrough(broken(lost, values.a), { continueWith });
    expect(error).toMatchObject({ kind: 'network', message: 'Reset.', partial: { text: 'a' } });
    expect((error?.cause as Error).message).toContain(thrown.message.slice(0, 12));
  });

  it('adds up the token counts of the requests', async () => {
    const counts = (promptTokenCount: number, candidatesTokenCount: number) => ({
      usageMetadata: { promptTokenCount, candidatesTokenCount },
    });
    const first = broken(lost, chunk('a', counts(5, 1)), chunk('b', counts(5, 2)));
    const second = broken(lost, chunk('c', counts(9, 1)));
    const third = of(chunk('d', counts(11, 1)), finishChunk('STOP', { candidatesTokenCount: 4 }));
    const { continueWith, partials } = continuations(second, third);
    const { chunks } = await readThrough(first, { continueWith });
    expect(chunks.map(({ usageMetadata }) => usageMetadata)).toEqual([
      { promptTokenCount: 5, candidatesTokenCount: 1 },
      { promptTokenCount: 5, candidatesTokenCount: 2 },
      { promptTokenCount: 14, candidatesTokenCount: 3 },
      { promptTokenCount: 25, candidatesTokenCount: 4 },
      { promptTokenCount: 14, candidatesTokenCount: 7 },
    ]);
    expect(partials.map(({ usageMetadata }) => usageMetadata?.candidatesTokenCount)).toEqual([2, 3]);
  });

  it('does not add up the token counts of requests that follow one interaction', async () => {
    const reply = (id: string, text: string, tokens: number, end$: Observable<GeminiChunk> = EMPTY) => {
      const interaction = { id, status: 'in_progress', cursor: text };
      const counts = usageChunk({ candidatesTokenCount: tokens });
      return concat(of({ ...chunk(text), interaction }, { ...counts, interaction }), end$);
    };
    const countsOf = async (...ids: string[]) => {
      const later = reply(
        ids[1]!,
        'b',
        5,
        throwError(() => lost),
      );
      const { continueWith } = continuations(later, reply(ids[2]!, 'c', 9));
      const { chunks, error } = await readThrough(
        reply(
          ids[0]!,
          'a',
          3,
          throwError(() => lost),
        ),
        { continueWith },
      );
      expect(error).toBeUndefined();
      return chunks.reduce(mergeChunks).usageMetadata?.candidatesTokenCount;
    };
    expect(await countsOf('v1_a', 'v1_a', 'v1_a')).toBe(9);
    expect(await countsOf('v1_a', 'v1_b', 'v1_c')).toBe(17);
    expect(await countsOf('v1_a', 'v1_b', 'v1_b')).toBe(12);
    expect(await countsOf('v1_a', 'v1_a', 'v1_b')).toBe(14);
    expect(await countsOf('', '', '')).toBe(17);
  });

  it('lets later content clear the finish of a broken request', async () => {
    const { continueWith, partials } = continuations(of(values.b));
    const error = await outcomeOf(
      broken(lost, values.a, values.f).pipe(resumeOnDrop({ continueWith }), classifyErrors()),
    ).then((outcome) => outcome.error);
    expect(partials).toHaveLength(1);
    expect(error).toMatchObject({ kind: 'truncated', partial: { text: 'ab' } });
    expect(finishReasonOf(error?.partial ?? {})).toBeUndefined();
  });

  it('continues a reply without a finish below classifyErrors, and not above it', async () => {
    const ask = () => of(values.a);
    const below = ask().pipe(classifyErrors());
    expect((await readThrough(below, continuations(of(values.b, values.f)))).isComplete).toBe(true);
    const above = ask().pipe(resumeOnDrop(continuations()), classifyErrors());
    expect((await outcomeOf(above)).error).toMatchObject({ kind: 'truncated', partial: { text: 'a' } });
    const drop = broken(lost, values.a).pipe(
      resumeOnDrop({ ...continuations(broken(lost, values.b)), count: 1 }),
      classifyErrors(),
    );
    expect((await outcomeOf(drop)).error).toMatchObject({ kind: 'network', partial: { text: 'ab' } });
  });

  it(
    'closes the open request on unsubscription',
    marbles((m) => {
      const source = m.cold(' -a#', values, lost);
      const next = m.cold('     -b---c', values);
      const unsub = '         -----!';
      const { continueWith } = continuations(next);
      m.expectObservable(source.pipe(resumeOnDrop({ continueWith })), unsub).toBe('-arB--', values);
      m.expectSubscriptions(source.subscriptions).toBe('^-!');
      m.expectSubscriptions(next.subscriptions).toBe('--^--!');

      const silent = m.cold('a-----', values);
      m.expectObservable(silent.pipe(resumeOnDrop({ continueWith })), unsub).toBe('a', values);
      m.expectSubscriptions(silent.subscriptions).toBe('^----!');
    }),
  );

  it('closes the broken request before it makes the next', () => {
    const events: string[] = [];
    const source = broken(lost, values.a).pipe(finalize(() => events.push('closed')));
    const next$ = defer(() => {
      events.push('opened');
      return of(values.b);
    });
    const sync: string[] = [];
    source.pipe(resumeOnDrop({ continueWith: () => next$ })).subscribe(({ text }) => sync.push(text));
    expect(sync).toEqual(['a', '', 'b']);
    expect(events).toEqual(['closed', 'opened']);
  });

  it('makes no request after an unsubscription in the last chunk', () => {
    const continueWith = vi.fn(() => of(values.b));
    broken(lost, values.a).pipe(resumeOnDrop({ continueWith }), take(1)).subscribe();
    expect(continueWith).not.toHaveBeenCalled();
  });

  it('counts a chunk before its subscriber, which may break the reply, gets it', () => {
    const source = new Subject<GeminiChunk>();
    const { continueWith, partials } = continuations(of(values.b));
    const texts: string[] = [];
    source.pipe(resumeOnDrop({ continueWith })).subscribe(({ text }) => {
      texts.push(text);
      if (text === 'a') source.error(lost);
    });
    source.next(values.a);
    expect(texts).toEqual(['a', '', 'b']);
    expect(partials).toEqual([values.a]);
  });

  it(
    'shares no state between two subscriptions',
    marbles((m) => {
      const next = m.cold('b---#', values, lost);
      const whole = withPartial(lost, mergeAll(values.a, values.B));
      const result = m.cold('a#', values, lost).pipe(resumeOnDrop({ continueWith: () => next, count: 1 }));
      m.expectObservable(result).toBe('a(rB)#', values, whole);
      m.expectObservable(result, '----^').toBe('----a(rB)#', values, whole);
    }),
  );

  it('unsubscribes from an endless synchronous source, or continuation, when its result is closed', () => {
    const endless = new Observable<GeminiChunk>((destination) => {
      while (!destination.closed) destination.next(values.a);
    });
    const textOf = (source: Observable<GeminiChunk>) => {
      let text = '';
      source
        .pipe(
          withoutRetryNotices((all$) => all$),
          take(3),
          toArray(),
        )
        .subscribe((all) => (text = all.map((one) => one.text).join('')));
      return text;
    };
    const { continueWith } = continuations(endless);
    expect(textOf(endless.pipe(resumeOnDrop({ continueWith })))).toBe('aaa');
    expect(textOf(broken(lost, values.d).pipe(resumeOnDrop({ continueWith })))).toBe('daa');
  });

  it('emits a notice before each further request, with the standing annotations and no mark', async () => {
    const marked = {
      ...values.a,
      progress: values.n.progress,
      queued: { position: 0 },
      interaction: { id: 'i', status: '' },
    };
    const opened: string[] = [];
    const next$ = defer(() => {
      opened.push(String(seen.length));
      return broken(busy, values.b);
    });
    const seen: GeminiChunk[] = [];
    const { continueWith } = continuations(next$, of(values.c));
    broken(lost, marked)
      .pipe(resumeOnDrop({ continueWith }))
      .subscribe((one) => seen.push(one));
    expect(seen.map((one) => one.retrying)).toEqual([
      undefined,
      { attempt: 1, delay: 0, kind: 'network' },
      undefined,
      { attempt: 2, delay: 0, kind: 'overloaded' },
      undefined,
    ]);
    expect(seen[1]).toEqual({ ...values.r, progress: values.n.progress });
    expect(opened).toEqual(['2']);
  });

  it('makes no request if its subscriber leaves in the notice', () => {
    let requests = 0;
    const continueWith = () => defer(() => of(chunk(String((requests += 1)))));
    broken(lost, values.a).pipe(resumeOnDrop({ continueWith }), take(2)).subscribe();
    expect(requests).toBe(0);
  });

  it('fails with a partial that does not wait', async () => {
    const { error } = await readThrough(broken(lost, values.a), continuations(broken(busy)));
    expect(error?.partial).toEqual(values.a);
  });

  it('does not mutate chunks, and adds no value that JSON loses', async () => {
    const given = Object.freeze(chunk('b'));
    const { chunks } = await readThrough(broken(lost, values.a), continuations(of(given)));
    expect(chunks).toEqual([values.a, values.B]);
    expect(JSON.parse(JSON.stringify(chunks))).toEqual(chunks);
  });

  it.each([
    [{}, TypeError, 'Expected `continueWith` to be a function, got undefined'],
    [{ continueWith: of(1) }, TypeError, 'Expected `continueWith` to be a function, got an object'],
    [
      { continueWith: () => EMPTY, count: -1 },
      RangeError,
      'Expected `count` to be a whole number of at least 0, got -1',
    ],
    [
      { continueWith: () => EMPTY, count: '1' },
      TypeError,
      "Expected `count` to be a whole number of at least 0, got '1'",
    ],
  ])('throws at the call for %o', (options, type, message) => {
    expect(() => resumeOnDrop(options as ResumeOnDropOptions)).toThrow(new type(message));
  });

  it('keeps the type of the chunks, which the continuation must have too', () => {
    const rich$ = of({ text: 'a', rich: true });
    const result$ = rich$.pipe(
      resumeOnDrop({
        continueWith: (partial) => {
          expectTypeOf(partial).toEqualTypeOf<{ text: string; rich: boolean }>();
          return rich$;
        },
      }),
    );
    expectTypeOf(result$).toEqualTypeOf<Observable<{ text: string; rich: boolean }>>();
    // @ts-expect-error -- the continuation is poorer
    rich$.pipe(resumeOnDrop({ continueWith: () => of({ text: 'a' }) }));
    const reply$: Observable<GeminiChunk> = throwError(() => lost);
    expectTypeOf(reply$.pipe(resumeOnDrop({ continueWith: () => EMPTY }))).toEqualTypeOf<Observable<GeminiChunk>>();
  });
});
