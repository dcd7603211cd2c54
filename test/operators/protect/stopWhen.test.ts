import fc from 'fast-check';
import {
  EMPTY,
  NEVER,
  Observable,
  Subject,
  concatWith,
  from,
  lastValueFrom,
  of,
  take,
  tap,
  throwError,
  type MonoTypeOperatorFunction,
} from 'rxjs';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { classifyErrors } from '../../../operators/protect/classifyErrors.js';
import { stopWhen, type StopPredicate, type StopWhenOptions } from '../../../operators/protect/stopWhen.js';
import { withCost } from '../../../operators/measure/withCost.js';
import { emptyChunk } from '../../../src/chunk/emptyChunk.js';
import { functionCallsOf } from '../../../src/chunk/functionCallsOf.js';
import type { GeminiChunk } from '../../../src/chunk/geminiChunk.js';
import { mergeChunks } from '../../../src/chunk/mergeChunks.js';
import { finishReasonOf } from '../../../src/chunk/readers.js';
import { toChunk } from '../../../src/chunk/toChunk.js';
import { callChunk, chunk, finishChunk, partsChunk, thoughtChunk, usageChunk } from '../../../src/testing/chunks.js';
import { marbles } from '../../support/marbles.js';

function stopped(limit: StopPredicate | StopWhenOptions, ...chunks: readonly GeminiChunk[]): GeminiChunk[] {
  const seen: GeminiChunk[] = [];
  from(chunks)
    .pipe(stopWhen(limit))
    .subscribe((one) => seen.push(one));
  return seen;
}

/** What comes out of a reply of these texts: the texts, and the reason at the end. */
function texts(limit: StopPredicate | StopWhenOptions, ...pieces: readonly string[]): (string | undefined)[] {
  const seen = stopped(limit, ...pieces.map((text) => chunk(text)));
  expect(seen.slice(0, -1).every((one) => one.stopped === undefined)).toBe(true);
  return [...seen.map(({ text }) => text), seen.at(-1)?.stopped?.reason];
}

function merged(chunks: readonly GeminiChunk[]): GeminiChunk {
  return chunks.reduce<GeminiChunk>(mergeChunks, emptyChunk);
}

const letters = Object.fromEntries([...'abcdef'].map((letter) => [letter, chunk(letter)]));
const notice: GeminiChunk = { text: '', progress: undefined };

describe('stopWhen', () => {
  it(
    'emits up to the chunk that reaches a limit, marks it, completes and unsubscribes',
    marbles((m) => {
      const source = m.cold(' -a-b-c-d-', letters);
      const subs = '          ^----!    ';
      const expected = '      -a-b-(x|) ';
      const x = { ...chunk('c'), stopped: { reason: 'maxChars' } };
      m.expectObservable(source.pipe(stopWhen({ maxChars: 3 }))).toBe(expected, { ...letters, x });
      m.expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  it('ends a reply that is not a failure: the mark counts as a finish', async () => {
    const reply$ = of(chunk('Hello, '), chunk('world')).pipe(stopWhen({ pattern: ', ' }), classifyErrors());
    expect(await lastValueFrom(reply$)).toMatchObject({ text: 'Hello', stopped: { reason: 'pattern' } });
  });

  describe('a predicate', () => {
    it('ends the reply with the chunk for which it is true', () => {
      expect(texts(({ text }) => text === 'b', 'a', 'b', 'c')).toEqual(['a', 'b', 'predicate']);
      expect(texts(() => false, 'a', 'b')).toEqual(['a', 'b', undefined]);
    });

    it('returns the reason as a string', () => {
      expect(texts(({ text }) => text === 'b' && 'a b came', 'a', 'b', 'c')).toEqual(['a', 'b', 'a b came']);
      expect(texts(() => '', 'a')).toEqual(['a', undefined]);
    });

    it('can read the reply so far', () => {
      const seen: GeminiChunk[] = [];
      const chunks = [chunk('a'), callChunk('f'), callChunk('g'), chunk('b')];
      const result = stopped(
        (_, reply) => {
          seen.push(reply());
          return functionCallsOf(reply()).length === 2;
        },
        ...chunks,
      );
      expect(result).toHaveLength(3);
      expect(seen).toEqual([1, 2, 3].map((count) => merged(chunks.slice(0, count))));
    });

    it('also ends a reply that the model has finished', () => {
      const finish = finishChunk();
      const chunks = [chunk('a'), finish, usageChunk({ totalTokenCount: 1 })];
      const result = stopped((one) => finishReasonOf(one) === 'STOP', ...chunks);
      expect(result).toEqual([chunk('a'), { ...finish, stopped: { reason: 'predicate' } }]);
    });

    it('is not called for notices', () => {
      expect(stopped(() => true, notice, notice, chunk('a'))).toHaveLength(3);
    });

    it('fails the result if it throws', () => {
      const seen: unknown[] = [];
      const broken = () => {
        throw new Error('broken');
      };
      of(chunk('a'))
        .pipe(stopWhen(broken))
        .subscribe({ error: (cause: unknown) => seen.push(cause) });
      expect(seen).toEqual([new Error('broken')]);
    });
  });

  describe('maxOutputTokens', () => {
    it('counts what the server reports, thoughts included, and cuts no chunk', () => {
      const usage = (candidatesTokenCount: number, thoughtsTokenCount?: number) => ({
        usageMetadata: { candidatesTokenCount, thoughtsTokenCount },
      });
      const chunks = [chunk('a', usage(5)), chunk('b', usage(9)), chunk('c'.repeat(40), usage(6, 4)), chunk('d')];
      const result = stopped({ maxOutputTokens: 10 }, ...chunks);
      expect(result.map(({ text }) => text.length)).toEqual([1, 1, 40]);
      expect(result.at(-1)?.stopped).toEqual({ reason: 'maxOutputTokens' });
    });

    it('estimates what the server has not reported', () => {
      expect(texts({ maxOutputTokens: 2 }, 'abcd', 'e', 'f')).toEqual(['abcd', 'e', 'maxOutputTokens']);
    });
  });

  describe('maxChars', () => {
    it('ends the text at the limit', () => {
      expect(texts({ maxChars: 4 }, 'ab', 'cdef', 'g')).toEqual(['ab', 'cd', 'maxChars']);
      expect(texts({ maxChars: 4 }, 'ab', 'cd', 'g')).toEqual(['ab', 'cd', 'maxChars']);
      expect(texts({ maxChars: 5 }, 'ab', 'cd')).toEqual(['ab', 'cd', undefined]);
    });

    it('cuts no character in two', () => {
      expect(texts({ maxChars: 2 }, 'a😀b')).toEqual(['a', 'maxChars']);
      expect(texts({ maxChars: 4 }, 'a👩‍🚀b')).toEqual(['a', 'maxChars']);
      expect(texts({ maxChars: 2 }, 'ae\u0301b')).toEqual(['a', 'maxChars']);
      expect(texts({ maxChars: 3 }, 'ae\u0301b')).toEqual(['ae\u0301', 'maxChars']);
      expect(texts({ maxChars: 3 }, 'ab', '👩‍🚀')).toEqual(['ab', '', 'maxChars']);
    });

    it('drops only the later content of candidate 0 and its finish from the last chunk', () => {
      const content = (text: string) => ({ role: 'model', parts: [{ text }] });
      const last = toChunk({
        candidates: [
          { index: 0, content: content('bcd'), finishReason: 'STOP', safetyRatings: [] },
          { index: 1, content: content('other'), finishReason: 'STOP' },
        ],
        usageMetadata: { totalTokenCount: 3 },
      });
      expect(stopped({ maxChars: 2 }, chunk('a'), { ...last, metrics: undefined })).toEqual(
        [
          chunk('a'),
          toChunk({
            candidates: [
              { index: 0, content: content('b'), safetyRatings: [] },
              { index: 1, content: content('other'), finishReason: 'STOP' },
            ],
            usageMetadata: { totalTokenCount: 3 },
          }),
        ].map((one, index) => (index === 0 ? one : { ...one, metrics: undefined, stopped: { reason: 'maxChars' } })),
      );
    });

    it('does not count thoughts and other candidates', () => {
      const other = toChunk({ candidates: [{ index: 1, content: { parts: [{ text: 'abc' }] } }] });
      const chunks = [thoughtChunk('abc'), other, chunk('a')];
      expect(stopped({ maxChars: 2 }, ...chunks)).toEqual(chunks);
    });
  });

  describe('pattern', () => {
    it('ends the text before the match, for any cut of the text into chunks', () => {
      expect(texts({ pattern: 'END' }, 'a END b', 'c')).toEqual(['a ', 'pattern']);
      expect(texts({ pattern: 'END' }, 'a E', 'N', 'D b')).toEqual(['a ', 'pattern']);
      expect(texts({ pattern: 'END' }, 'a', 'E', 'ND')).toEqual(['a', '', 'pattern']);
    });

    it('is not searched in a chunk without text, even if it matches an empty text', () => {
      const seen = stopped({ pattern: /^/ }, usageChunk({ totalTokenCount: 1 }), chunk('a'));
      expect(seen.map((each) => each.stopped?.reason)).toEqual([undefined, 'pattern']);
    });

    it('holds a chunk only while its end may be the beginning of the string', () => {
      const source = new Subject<GeminiChunk>();
      const seen: string[] = [];
      source.pipe(stopWhen({ pattern: 'END' })).subscribe(({ text }) => seen.push(text));
      for (const text of ['a', 'bE', 'N', 'c', 'dEN', 'E']) source.next(chunk(text));
      expect(seen).toEqual(['a', 'bENc', 'dEN']);
      source.complete();
      expect(seen).toEqual(['a', 'bENc', 'dEN', 'E']);
    });

    it('keeps the order of chunks that arrive while a chunk is held', () => {
      const chunks = [chunk('aE'), thoughtChunk('Hm'), callChunk('f'), finishChunk()];
      expect(stopped({ pattern: 'END' }, ...chunks)).toEqual([merged(chunks)]);
      expect(stopped({ pattern: 'END' }, ...chunks.slice(0, 3), chunk('b'))).toEqual([
        merged([...chunks.slice(0, 3), chunk('b')]),
      ]);
    });

    it('holds a chunk, for a RegExp, while its text may be in the longest match', () => {
      const pieces = ['ab', 'cd', 'ef', 'gh'];
      const source = new Subject<GeminiChunk>();
      const seen: string[] = [];
      source.pipe(stopWhen({ pattern: /\d\d/, maxMatch: 4 })).subscribe(({ text }) => seen.push(text));
      for (const text of pieces) source.next(chunk(text));
      expect(seen).toEqual(['ab', 'cd']);
      source.next(chunk('i1'));
      source.next(chunk('2j'));
      expect(seen).toEqual(['ab', 'cd', 'ef', 'ghi']);
    });

    it('with `keepMatch`, ends the text after the match, and holds no text', () => {
      const source = new Subject<GeminiChunk>();
      const seen: string[] = [];
      source.pipe(stopWhen({ pattern: 'END', keepMatch: true })).subscribe(({ text }) => seen.push(text));
      for (const text of ['aE', 'N', 'Db']) source.next(chunk(text));
      expect(seen).toEqual(['aE', 'N', 'D']);
      expect(texts({ pattern: /\n+/, keepMatch: true }, 'a', 'b\n\nc')).toEqual(['a', 'b\n\n', 'pattern']);
    });

    it('reads the text of candidate 0, not thoughts', () => {
      const other = toChunk({ candidates: [{ index: 1, content: { parts: [{ text: 'END' }] } }] });
      const chunks = [thoughtChunk('END'), other, chunk('a')];
      expect(stopped({ pattern: 'END' }, ...chunks)).toEqual(chunks);
    });

    it('removes the signature of a part that it cuts', () => {
      const signed = partsChunk([{ text: 'a END', thoughtSignature: 's' }]);
      expect(stopped({ pattern: 'END' }, signed)).toEqual([{ ...chunk('a '), stopped: { reason: 'pattern' } }]);
    });

    it('emits the text before the first match, for any cut of the text', () => {
      const pieces = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 4 }), { maxLength: 10 });
      const wanted = fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 1, maxLength: 4 });
      fc.assert(
        fc.property(
          pieces,
          wanted,
          fc.integer({ min: 1, max: 20 }),
          fc.boolean(),
          (cut, pattern, maxChars, keepMatch) => {
            const whole = cut.join('');
            const result = stopped({ pattern, maxChars, keepMatch }, ...cut.map((text) => chunk(text)));
            const start = whole.indexOf(pattern);
            const end = start + pattern.length;
            const isMatch = start >= 0 && end <= maxChars;
            const isLong = !isMatch && whole.length >= maxChars;
            expect(merged(result).text).toBe(whole.slice(0, isMatch ? (keepMatch ? end : start) : maxChars));
            expect(merged(result).stopped?.reason).toBe(isMatch ? 'pattern' : isLong ? 'maxChars' : undefined);
          },
        ),
      );
    });
  });

  describe('cost', () => {
    const priced = withCost({ pricePerMillion: { input: 0, output: 1e6 } });

    it('ends the reply with the chunk that reaches it', () => {
      const seen: GeminiChunk[] = [];
      of(chunk('abcd'), notice, chunk('efgh'), chunk('ijkl'))
        .pipe(priced, stopWhen({ maxCost: 2 }))
        .subscribe((one) => seen.push(one));
      expect(seen.map(({ text }) => text)).toEqual(['abcd', '', 'efgh']);
      expect(seen.at(-1)).toMatchObject({ cost: { total: 2 }, stopped: { reason: 'maxCost' } });
    });

    it('requires `withCost` above, except for notices', () => {
      const seen: unknown[] = [];
      of(notice, chunk('a'))
        .pipe(stopWhen({ maxCost: 2 }))
        .subscribe({ next: ({ text }) => seen.push(text), error: (cause: unknown) => seen.push(cause) });
      const sentence = 'Expected `withCost` above `stopWhen({ maxCost })`, got a chunk without `cost`';
      expect(seen).toEqual(['', new TypeError(sentence)]);
    });
  });

  it('passes a chunk that is cancelled before there is a cost, and calls no predicate for it', () => {
    const cancelled: GeminiChunk = { text: '', cancelled: { reason: 'x' } };
    for (const limit of [{ maxCost: 2 }, () => true]) {
      const seen: unknown[] = [];
      of(cancelled)
        .pipe(stopWhen(limit))
        .subscribe({ next: (one) => seen.push(one), error: (cause: unknown) => seen.push(cause) });
      expect(seen).toEqual([cancelled]);
    }
  });

  it('does not stop a reply that another `stopWhen` has stopped', () => {
    const seen: unknown[] = [];
    of(chunk('abcdef'))
      .pipe(stopWhen({ maxChars: 4 }), stopWhen({ maxOutputTokens: 1 }))
      .subscribe(({ stopped }) => seen.push(stopped));
    expect(seen).toEqual([{ reason: 'maxChars' }]);
  });

  describe('a reply that the model has finished', () => {
    const bad = mergeChunks(chunk('abcd'), finishChunk('SAFETY', { candidatesTokenCount: 50 }));

    it('is not ended by a limit that cuts no text, and its outcome counts', () => {
      for (const limit of [{ maxChars: 4 }, { maxOutputTokens: 50 }, { pattern: 'cd', keepMatch: true }]) {
        expect(stopped(limit, bad, usageChunk({ candidatesTokenCount: 60 }))).toHaveLength(2);
        expect(stopped(limit, bad)).toEqual([bad]);
      }
    });

    it('is ended by a limit that cuts its text', () => {
      const usage = usageChunk({ candidatesTokenCount: 50 });
      const expected = { ...mergeChunks(chunk('abc'), usage), stopped: { reason: 'maxChars' } };
      expect(stopped({ maxChars: 3 }, bad)).toEqual([expected]);
    });

    it('continues with later content, which the limit ends', () => {
      for (const limit of [{ maxChars: 4 }, { pattern: 'cd', keepMatch: true }]) {
        const result = stopped(limit, bad, chunk('e'), chunk('f'));
        expect(result).toHaveLength(2);
        expect(merged(result).text).toBe('abcd');
        expect(result[1]?.stopped).toBeDefined();
      }
      expect(stopped({ maxOutputTokens: 50 }, bad, chunk('e'), chunk('f')).map(({ text }) => text)).toEqual([
        'abcd',
        'e',
      ]);
    });
  });

  it('ends at the limit that is reached first', () => {
    const limits = { maxChars: 6, pattern: 'd', maxOutputTokens: 3 };
    expect(texts(limits, 'abc', 'def')).toEqual(['abc', '', 'pattern']);
    expect(texts(limits, 'abcxyzd')).toEqual(['abcxyz', 'maxChars']);
    expect(texts(limits, 'a', '空空空')).toEqual(['a', '空空空', 'maxOutputTokens']);
  });

  it(
    'emits the held chunks before completion and before an error',
    marbles((m) => {
      const values = { a: chunk('a'), e: chunk('E'), n: chunk('N'), x: chunk('EN') };
      m.expectObservable(m.cold('-a-e-n-|', values).pipe(stopWhen({ pattern: 'END' }))).toBe('-a-----(x|)', values);
      m.expectObservable(m.cold('-a-e-n-#', values).pipe(stopWhen({ pattern: 'END' }))).toBe('-a-----(x#)', values);
    }),
  );

  it(
    'drops the held chunks on unsubscription, and unsubscribes from the source',
    marbles((m) => {
      const source = m.cold(' -a-e---', { a: chunk('a'), e: chunk('E') });
      const unsub = '         -----! ';
      const subs = '          ^----! ';
      m.expectObservable(source.pipe(stopWhen({ pattern: 'END' })), unsub).toBe('-a-----', letters);
      m.expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  it(
    'emits no value for an empty or a silent source',
    marbles((m) => {
      for (const limit of [() => true, { maxChars: 1, pattern: 'a' }]) {
        m.expectObservable(EMPTY.pipe(stopWhen(limit))).toBe('|');
        m.expectObservable(NEVER.pipe(stopWhen(limit))).toBe('-');
        m.expectObservable(throwError(() => 'e').pipe(stopWhen(limit))).toBe('#', {}, 'e');
      }
    }),
  );

  it('unsubscribes from a synchronous, endless source when it stops, and when it is unsubscribed', () => {
    let emitted = 0;
    const endless = new Observable<GeminiChunk>((destination) => {
      while (!destination.closed) {
        emitted += 1;
        destination.next(chunk('a'));
      }
    });
    endless.pipe(stopWhen({ maxChars: 3 })).subscribe();
    expect(emitted).toBe(3);
    endless.pipe(stopWhen({ maxChars: 9 }), take(1)).subscribe();
    expect(emitted).toBe(4);
  });

  it('emits no value after the last chunk, even if the subscriber causes one', () => {
    const source = new Subject<GeminiChunk>();
    const seen: string[] = [];
    source
      .pipe(
        stopWhen({ maxChars: 2 }),
        tap((one) => {
          if (one.stopped) source.next(chunk('c'));
        }),
      )
      .subscribe(({ text }) => seen.push(text));
    source.next(chunk('a'));
    source.next(chunk('b'));
    expect(seen).toEqual(['a', 'b']);
    expect(source.observed).toBe(false);
  });

  it('shares no state between two subscriptions', () => {
    const source = new Subject<GeminiChunk>();
    const result$ = source.pipe(stopWhen({ maxChars: 4, pattern: 'ab' }));
    const seen: string[][] = [[], []];
    result$.subscribe(({ text }) => seen[0]?.push(text));
    source.next(chunk('xa'));
    result$.subscribe(({ text }) => seen[1]?.push(text));
    source.next(chunk('b'));
    source.next(chunk('cdef'));
    expect(seen).toEqual([['x'], ['b', 'cde']]);
  });

  it('passes an error of the source', () => {
    const seen: unknown[] = [];
    of(chunk('a'))
      .pipe(concatWith(throwError(() => new Error('broken'))), stopWhen({ maxChars: 2 }))
      .subscribe({ next: ({ text }) => seen.push(text), error: (cause: unknown) => seen.push(cause) });
    expect(seen).toEqual(['a', new Error('broken')]);
  });

  it('emits the cost of text that waits from the subscription on, unless a chunk was emitted', () => {
    const cost = { input: 1, cached: 0, output: 0, thoughts: 0, total: 1, estimated: true };
    const held = { ...chunk('a'), cost };
    const first = (...chunks: readonly GeminiChunk[]) => {
      const seen: GeminiChunk[] = [];
      const subscription = of(...chunks)
        .pipe(concatWith(NEVER), stopWhen({ pattern: 'ab' }))
        .subscribe((each) => seen.push(each));
      subscription.unsubscribe();
      return seen;
    };
    expect(first(held)).toEqual([{ text: '', cost }]);
    expect(first(emptyChunk, held)).toEqual([emptyChunk]);
    expect(first(chunk('a'))).toEqual([]);
  });

  it('names the wrong limit', () => {
    const limits = { maxOutputTokens: 0, maxChars: 0, maxCost: 0, maxMatch: 0, keepMatch: 1 as unknown as boolean };
    for (const [name, value] of Object.entries(limits)) {
      expect(() => stopWhen({ pattern: 'a', [name]: value })).toThrow(`Expected \`${name}\` to be`);
    }
    expect(() => stopWhen(7 as unknown as StopWhenOptions)).toThrow('Expected `limit` to be');
  });

  it('refuses wrong limits at the call', () => {
    const none = 'Expected at least one of `maxOutputTokens`, `maxChars`, `pattern` and `maxCost`, got none';
    expect(() => stopWhen({})).toThrow(new TypeError(none));
    expect(() => stopWhen({ keepMatch: true })).toThrow(new TypeError(none));
    const sentence = 'Expected `maxChars` to be a whole number of at least 1, got 0';
    expect(() => stopWhen({ maxChars: 0 })).toThrow(new RangeError(sentence));
    for (const wrong of [{ maxChars: 1.5 }, { maxOutputTokens: 0 }, { maxCost: 0 }, { pattern: 'a', maxMatch: 0 }]) {
      expect(() => stopWhen(wrong)).toThrow(RangeError);
    }
    const pattern = 'Expected `pattern` to be a RegExp or a string of at least one character, got';
    expect(() => stopWhen({ pattern: '' })).toThrow(new TypeError(`${pattern} ''`));
    expect(() => stopWhen({ pattern: ['a'] as unknown as string })).toThrow(new TypeError(`${pattern} an array`));
    expect(() => stopWhen({ maxChars: 1, keepMatch: 1 as unknown as boolean })).toThrow(TypeError);
  });

  it('keeps the type of the chunks', () => {
    type Marked = GeminiChunk & { readonly mark: number };
    expectTypeOf(stopWhen<Marked>).returns.toEqualTypeOf<MonoTypeOperatorFunction<Marked>>();
    const result = (EMPTY as Observable<Marked>).pipe(stopWhen(({ mark }, reply) => mark + reply().mark > 3));
    expectTypeOf(result).toEqualTypeOf<Observable<Marked>>();
  });
});
