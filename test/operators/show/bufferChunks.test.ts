import fc from 'fast-check';
import { EMPTY, NEVER, Observable, Subject, concat, concatWith, from, map, of, take, throwError, toArray } from 'rxjs';
import { afterEach, describe, expect, expectTypeOf, it, vi } from 'vitest';
import { bufferChunks, type BufferChunksOptions } from '../../../operators/show/bufferChunks.js';
import type { ReplyProgress } from '../../../src/chunk/annotations.js';
import { emptyChunk } from '../../../src/chunk/emptyChunk.js';
import { functionCallsOf } from '../../../src/chunk/functionCallsOf.js';
import type { GeminiChunk } from '../../../src/chunk/geminiChunk.js';
import { mergeChunks } from '../../../src/chunk/mergeChunks.js';
import { toChunk } from '../../../src/chunk/toChunk.js';
import type { GeminiPart } from '../../../src/chunk/response.js';
import { callChunk, chunk, finishChunk, partsChunk, thoughtChunk, usageChunk } from '../../../src/testing/chunks.js';
import { growth, linear } from '../../support/growth.js';
import { marbles } from '../../support/marbles.js';

afterEach(() => {
  vi.useRealTimers();
});

/** The chunks that are emitted for a source that emits these chunks at once and completes. */
function buffered(options: BufferChunksOptions, ...chunks: readonly GeminiChunk[]): GeminiChunk[] {
  const result: GeminiChunk[] = [];
  from(chunks)
    .pipe(bufferChunks(options))
    .subscribe((merged) => result.push(merged));
  return result;
}

function texts(options: BufferChunksOptions, ...pieces: readonly string[]): string[] {
  return buffered(options, ...pieces.map((text) => chunk(text))).map(({ text }) => text);
}

function merged(chunks: readonly GeminiChunk[]): GeminiChunk {
  return chunks.reduce<GeminiChunk>(mergeChunks, emptyChunk);
}

const notice: GeminiChunk = { text: '', resumed: { attempt: 1, kind: 'network' } };
const letters = Object.fromEntries([...'abcdef'].map((letter) => [letter, chunk(letter)]));
const groups = { ...letters, x: chunk('ab'), y: chunk('cd'), z: chunk('ef') };

describe('bufferChunks', () => {
  describe('maxChunks', () => {
    it(
      'merges `maxChunks` chunks, and the rest before completion',
      marbles((m) => {
        const source = m.cold(' -a-b-c-d-e--|', letters);
        const subs = '          ^-----------!';
        const expected = '      ---x---y----(e|)';
        m.expectObservable(source.pipe(bufferChunks({ maxChunks: 2 }))).toBe(expected, groups);
        m.expectSubscriptions(source.subscriptions).toBe(subs);
      }),
    );

    it('counts thoughts, usage and a finish, but no notices', () => {
      const [first, second] = buffered(
        { maxChunks: 3 },
        chunk('a'),
        notice,
        thoughtChunk('b'),
        usageChunk({}),
        chunk('c'),
      );
      expect(first).toEqual(merged([chunk('a'), notice, thoughtChunk('b'), usageChunk({})]));
      expect(second).toEqual(chunk('c'));
    });
  });

  describe('maxWait', () => {
    it(
      'counts from the first held chunk',
      marbles((m) => {
        const source = m.cold(' -a-b---c-d-----e--f|', letters);
        const wait = m.time('    ---|                ');
        const expected = '      ----x-----y-------z|';
        m.expectObservable(source.pipe(bufferChunks({ maxWait: wait }))).toBe(expected, groups);
      }),
    );

    it(
      'does not count notices',
      marbles((m) => {
        const source = m.cold(' -n----a--n--|', { ...letters, n: notice });
        const wait = m.time('    ----|          ');
        const expected = '      -n--------x-|';
        const values = { n: notice, x: merged([chunk('a'), notice]) };
        m.expectObservable(source.pipe(bufferChunks({ maxWait: wait }))).toBe(expected, values);
      }),
    );

    it(
      'starts again after another limit was reached',
      marbles((m) => {
        const source = m.cold(' -a-b--c-----d---|', letters);
        const wait = m.time('    ----|            ');
        const expected = '      ---x------c-----(d|)';
        const result = source.pipe(bufferChunks({ maxWait: wait, maxChunks: 2 }));
        m.expectObservable(result).toBe(expected, groups);
      }),
    );

    it(
      'emits text that no boundary ended, and waits for the rest after a boundary',
      marbles((m) => {
        const source = m.cold(' -a--b--------|', { a: chunk('Hello wor'), b: chunk('ld') });
        const wait = m.time('    -----|        ');
        const expected = '      -x----y------|';
        const result = source.pipe(bufferChunks({ until: 'word', maxWait: wait }));
        m.expectObservable(result).toBe(expected, { x: chunk('Hello '), y: chunk('world') });
      }),
    );
  });

  describe('maxChars', () => {
    it('emits once `maxChars` units of text are held, and never cuts a chunk', () => {
      expect(texts({ maxChars: 4 }, 'ab', 'c', 'defgh', 'ijklmno', 'p')).toEqual(['abcdefgh', 'ijklmno', 'p']);
    });

    it('counts UTF-16 units, thoughts and other candidates too', () => {
      const other = toChunk({ candidates: [{ index: 1, content: { role: 'model', parts: [{ text: 'b' }] } }] });
      expect(buffered({ maxChars: 4 }, chunk('😀'), thoughtChunk('a'), other, chunk('c'))).toHaveLength(2);
    });

    it('is 2000 with `until`', () => {
      expect(texts({ until: 'line' }, 'a'.repeat(1999), 'b', 'c')).toEqual([`${'a'.repeat(1999)}b`, 'c']);
      expect(texts({ until: 'line', maxChars: 3 }, 'ab', 'cd', 'e\nf')).toEqual(['abcd', 'e\n', 'f']);
    });
  });

  describe('until', () => {
    it('emits up to the last boundary and holds the rest', () => {
      expect(texts({ until: 'word' }, 'Hel', 'lo big wor', 'ld', ' it', ' is')).toEqual([
        'Hello big ',
        'world ',
        'it ',
        'is',
      ]);
      expect(texts({ until: 'line' }, 'a\nb\nc', 'd', '\n')).toEqual(['a\nb\n', 'cd\n']);
      expect(texts({ until: 'sentence' }, 'One. Tw', 'o. ', 'Three')).toEqual(['One. ', 'Two. ', 'Three']);
      expect(texts({ until: 'paragraph' }, 'a\nb\n', '\nc', '\n\n', 'd')).toEqual(['a\nb\n\n', 'c\n\n', 'd']);
      expect(texts({ until: /;/ }, 'a;b', ';;c')).toEqual(['a;', 'b;;', 'c']);
    });

    it('uses the locale', () => {
      expect(texts({ until: 'word', locale: ['ja', 'en'] }, '今日は', '良い')).toEqual(['今日', 'は', '良い']);
    });

    it('emits at whichever limit is reached first', () => {
      expect(texts({ until: 'word', maxChunks: 2 }, 'a', 'b', 'c d', 'e', 'f')).toEqual(['ab', 'c ', 'def']);
    });

    it('keeps the finish, the usage and all other fields on the second piece', () => {
      const usage = { usageMetadata: { totalTokenCount: 3 } };
      const [finish] = finishChunk().candidates!;
      const last = { ...chunk('b c'), candidates: [{ ...chunk('b c').candidates![0]!, ...finish }], ...usage };
      const result = buffered({ until: 'word' }, chunk('a'), last);
      expect(result).toEqual([chunk('ab '), mergeChunks(chunk('c'), finishChunk('STOP', usage.usageMetadata))]);
    });

    it('keeps standing annotations on both pieces', () => {
      const annotated = { ...chunk('a b'), mine: 1 };
      expect(buffered({ until: 'word' }, annotated)).toEqual([
        { ...chunk('a '), mine: 1 },
        { ...chunk('b'), mine: 1 },
      ]);
    });

    it('cuts before a signed part, never inside it', () => {
      const signed = partsChunk([{ text: 'a b' }, { text: 'c d', thoughtSignature: 's' }]);
      const [first, ...others] = buffered({ until: 'word' }, signed, chunk(' e'));
      expect(first?.text).toBe('a ');
      expect(others).toEqual([
        merged([partsChunk([{ text: 'b' }, { text: 'c d', thoughtSignature: 's' }]), chunk(' ')]),
        chunk('e'),
      ]);
    });

    it('keeps thoughts in their order', () => {
      const result = buffered({ until: 'word' }, thoughtChunk('t u'), chunk('a'), thoughtChunk('v'), chunk(' b'));
      expect(result).toEqual([merged([thoughtChunk('t u'), chunk('a'), thoughtChunk('v'), chunk(' ')]), chunk('b')]);
    });

    it('keeps a grapheme whole that is cut between chunks', () => {
      expect(texts({ until: /./ }, 'a👩‍👧b', 'c')).toEqual(['a👩‍👧b', 'c']);
      expect(texts({ until: /\ud83d/ }, 'a😀b')).toEqual(['a😀b']);
    });

    it('does not scan a long word repeatedly', () => {
      const pieces = Array.from({ length: 20_000 }, () => 'ab');
      expect(texts({ until: 'word' }, ...pieces)).toHaveLength(20);
    });
  });

  describe('split', () => {
    const split = { until: 'sentence', split: true } as const;

    it('emits one unit at a time, never two', () => {
      expect(texts(split, 'One. Two. Three. Fo', 'ur')).toEqual(['One. ', 'Two. ', 'Three. ', 'Four']);
      expect(texts({ until: 'line', split: true }, 'a\nb\n', '\nc')).toEqual(['a\n', 'b\n', '\n', 'c']);
      expect(texts({ until: 'word', split: true }, 'Hello  big ', ' world')).toEqual(['Hello  ', 'big  ', 'world']);
      expect(texts({ until: 'paragraph', split: true }, 'a\n\nb\nb\n\nc')).toEqual(['a\n\n', 'b\nb\n\n', 'c']);
      expect(texts({ until: /;/g, split: true }, 'a;b;;c')).toEqual(['a;', 'b;', ';', 'c']);
    });

    it(
      'emits each unit as soon as it is certain, in time',
      marbles((m) => {
        const values = {
          a: chunk('One. Tw'),
          b: chunk('o. '),
          c: chunk('Three. Four'),
          w: chunk('One. '),
          x: chunk('Two. '),
          y: chunk('Three. '),
          z: chunk('Four'),
        };
        const source = m.cold(' -a-b-c---|', values);
        const subs = '          ^--------!';
        const expected = '      -w---(xy)(z|)';
        m.expectObservable(source.pipe(bufferChunks(split))).toBe(expected, values);
        m.expectSubscriptions(source.subscriptions).toBe(subs);
      }),
    );

    it('emits units that are uncertain at the end separately', () => {
      expect(texts(split, 'It rains. 5')).toEqual(['It rains. ', '5']);
    });

    it('cuts a unit that is longer than `maxChars`', () => {
      expect(texts({ ...split, maxChars: 10 }, 'A long sentence. B')).toEqual(['A long ', 'sentence. ', 'B']);
      expect(texts(split, 'a'.repeat(4_500)).map(({ length }) => length)).toEqual([2_000, 2_000, 500]);
    });

    it('keeps the usage, the finish and marks on the last piece, a seam on the first, standing annotations on all', () => {
      const finish = finishChunk('STOP', { totalTokenCount: 3 });
      const annotated = { ...chunk('One. Two. Three'), cost: 'c', resumed: { attempt: 1 }, stopped: { reason: 's' } };
      const result = buffered(split, mergeChunks(annotated as unknown as GeminiChunk, finish));
      expect(result).toEqual([
        { ...chunk('One. '), cost: 'c', resumed: { attempt: 1 } },
        { ...chunk('Two. '), cost: 'c' },
        { ...mergeChunks(chunk('Three'), finish), cost: 'c', stopped: { reason: 's' } },
      ]);
    });

    it('merges a chunk without text into the unit that is held, or into the next one', () => {
      const result = buffered(
        split,
        thoughtChunk('t'),
        chunk('One. Two'),
        usageChunk({ totalTokenCount: 1 }),
        chunk('. Three'),
        finishChunk(),
      );
      expect(result).toEqual([
        merged([thoughtChunk('t'), chunk('One. ')]),
        merged([chunk('Two'), usageChunk({ totalTokenCount: 1 }), chunk('. ')]),
        merged([chunk('Three'), finishChunk()]),
      ]);
    });

    it('does not count the thoughts before a unit as its length', () => {
      const result = buffered({ ...split, maxChars: 10 }, thoughtChunk('t'.repeat(9)), chunk('One'), chunk(' is. Two'));
      expect(result.map(({ text }) => text)).toEqual(['One is. ', 'Two']);
      const long = buffered({ ...split, maxChars: 10 }, thoughtChunk('t'.repeat(10)), chunk('One'));
      expect(long.map(({ text }) => text)).toEqual(['', 'One']);
    });

    it('emits a unit before a call between two units, and units within the chunk of a call', () => {
      const call = callChunk('f');
      expect(buffered(split, chunk('One. '), call, chunk('Two'))).toEqual([chunk('One. '), call, chunk('Two')]);
      const both = merged([chunk('One. Two.'), call]);
      expect(buffered(split, both, chunk('Three'))).toEqual([
        chunk('One. '),
        merged([chunk('Two.'), call]),
        chunk('Three'),
      ]);
    });

    it('emits units before a call that is not whole yet', () => {
      const open = partsChunk([{ text: 'One. Two.' }, { functionCall: { name: 'f', willContinue: true } }]);
      const seen: string[] = [];
      concat(of(open), NEVER)
        .pipe(bufferChunks(split))
        .subscribe(({ text }) => seen.push(text))
        .unsubscribe();
      expect(seen).toEqual(['One. ']);
    });

    it('keeps units together within a signed part, which cannot be cut', () => {
      const signed = partsChunk([{ text: 'One. Two. ', thoughtSignature: 's' }]);
      expect(buffered(split, signed, chunk('Three. Four'))).toEqual([signed, chunk('Three. '), chunk('Four')]);
      const long = partsChunk([{ text: 'a'.repeat(5_000), thoughtSignature: 's' }]);
      expect(buffered(split, long, chunk('b'))).toEqual([long, chunk('b')]);
    });

    it(
      'emits the beginning of a unit after `maxWait`, then the rest of that unit alone',
      marbles((m) => {
        const values = {
          a: chunk('One. Tw'),
          b: chunk('o. Three'),
          w: chunk('One. '),
          x: chunk('Tw'),
          y: chunk('o. '),
          z: chunk('Three'),
        };
        const source = m.cold(' -a------b----|', values);
        const wait = m.time('    ---|          ');
        const expected = '      -w--x---y--z-|';
        m.expectObservable(source.pipe(bufferChunks({ ...split, maxWait: wait }))).toBe(expected, values);
      }),
    );

    it('does not depend on the chunks in which a text arrives', () => {
      const text = 'It rains. "Why?" she asked... Mr. Smith paid 3.50! 5 apples.\n- One\n- Two. Three\n';
      const whole = texts(split, text);
      expect(texts(split, ...text)).toEqual(whole);
      fc.assert(
        fc.property(fc.array(fc.nat(text.length)), (places) => {
          const ends = [...places, text.length].sort((a, b) => a - b);
          const pieces = ends.map((end, index) => text.slice(ends[index - 1] ?? 0, end)).filter((piece) => piece);
          expect(texts(split, ...pieces)).toEqual(whole);
        }),
      );
    });

    it('stops in the middle of a chunk when its result is closed', () => {
      const seen: string[] = [];
      of(chunk('One. Two. Three. Four'))
        .pipe(bufferChunks(split), take(2))
        .subscribe(({ text }) => seen.push(text));
      expect(seen).toEqual(['One. ', 'Two. ']);
    });

    it('emits one unit at a time, also if an emission causes the next chunk', () => {
      const source = new Subject<GeminiChunk>();
      const seen: string[] = [];
      source.pipe(bufferChunks(split)).subscribe(({ text }) => {
        if (seen.push(text) === 1) source.next(chunk('our. Five. Six'));
      });
      source.next(chunk('One. Two. Three. F'));
      source.complete();
      expect(seen).toEqual(['One. ', 'Two. ', 'Three. ', 'Four. ', 'Five. ', 'Six']);
    });

    it('takes linear time for a chunk of many sentences', async () => {
      expect(texts(split, 'It rains. '.repeat(1_000))).toHaveLength(1_000);
      expect(await growth(4_000, (size) => texts(split, 'It rains. '.repeat(size)))).toBeLessThan(linear);
    });

    it('needs `until`, and is true or false', () => {
      expect(() => bufferChunks({ split: true })).toThrow(
        new TypeError("Expected `until` with `split: true`, such as `until: 'sentence'`, got undefined"),
      );
      expect(() => bufferChunks({ split: true, maxWait: 5 })).toThrow('Expected `until` with `split: true`');
      expect(() => bufferChunks({ until: 'word', split: 1 as never })).toThrow(
        new TypeError('Expected `split` to be true or false, got 1'),
      );
      expect(texts({ until: 'word', split: false }, 'a b c')).toEqual(['a b ', 'c']);
    });
  });

  describe('parts other than text', () => {
    it(
      'flush the held chunks and pass at once, in order',
      marbles((m) => {
        const image = partsChunk([{ text: 'see: a' }, { inlineData: { data: 'AA==' } }]);
        const values = { ...letters, f: callChunk('f'), i: image };
        const source = m.cold(' -a-f---i--b-|', values);
        const expected = '      ---(af)i----(b|)';
        m.expectObservable(source.pipe(bufferChunks({ maxChunks: 9, until: 'word' }))).toBe(expected, values);
      }),
    );

    it(
      'are whole calls: pieces are held until the closing one, regardless of the limits',
      marbles((m) => {
        const values = {
          a: chunk('a'),
          o: partsChunk([{ functionCall: { name: 'f', willContinue: true } }]),
          p: partsChunk([{ functionCall: { partialArgs: [{ jsonPath: '$.x', numberValue: 1 }], willContinue: true } }]),
          c: partsChunk([{ functionCall: {} }]),
          n: notice,
          w: merged([callChunk('f', { x: 1 }), notice]),
        };
        const source = m.cold(' -a-o---n-p-----c-a-|', values);
        const wait = m.time('    --|                 ');
        const expected = '      ---a-----------w---(a|)';
        const result = source.pipe(bufferChunks({ maxChunks: 2, maxWait: wait + 1, maxChars: 5 }));
        m.expectObservable(result).toBe(expected, values);
      }),
    );

    it('are whole function calls if they come in pieces', () => {
      const pieces = [
        partsChunk([{ functionCall: { name: 'f', willContinue: true } }]),
        partsChunk([{ functionCall: { partialArgs: [{ jsonPath: '$.x', stringValue: 'y' }], willContinue: true } }]),
        partsChunk([{ functionCall: {} }]),
      ];
      const calls = buffered({ maxChunks: 1 }, ...pieces, ...pieces).map((call) => functionCallsOf(call));
      expect(calls).toEqual([[{ name: 'f', args: { x: 'y' } }], [{ name: 'f', args: { x: 'y' } }]]);
    });

    it('are emitted at completion if the closing piece is missing', () => {
      const opening = partsChunk([{ functionCall: { name: 'f', willContinue: true } }]);
      expect(buffered({ maxChunks: 1 }, opening)).toEqual([opening]);
      expect(buffered({ maxChunks: 9 }, opening, chunk('a'), chunk('b'))).toEqual([
        merged([opening, chunk('a')]),
        chunk('b'),
      ]);
    });
  });

  it.each(['cancelled', 'stopped'])('flushes at once with a mark of %s', (mark) => {
    const marked: GeminiChunk = { text: '', [mark]: { reason: 'x' } };
    const source = new Subject<GeminiChunk>();
    const seen: GeminiChunk[] = [];
    source.pipe(bufferChunks({ maxWait: 50, until: 'sentence' })).subscribe((one) => seen.push(one));
    source.next(chunk('a'));
    source.next(marked);
    expect(seen).toEqual([merged([chunk('a'), marked])]);
  });

  it('emits the progress of chunks that wait from the subscription on, unless a chunk was emitted', () => {
    const progress = { phase: 'answering' } as unknown as ReplyProgress;
    const held = { ...chunk('a'), progress };
    const first = (...chunks: readonly GeminiChunk[]) => {
      const seen: GeminiChunk[] = [];
      const subscription = concat(from(chunks), NEVER)
        .pipe(bufferChunks({ maxChunks: 2 }))
        .subscribe((each) => seen.push(each));
      subscription.unsubscribe();
      return seen;
    };
    expect(first(held)).toEqual([{ text: '', progress }]);
    expect(first(emptyChunk, held)).toEqual([emptyChunk]);
    expect(first(chunk('a'))).toEqual([]);
  });

  it.each([
    ['queued', { text: '', queued: { position: 1 } }],
    ['retrying', { text: '', retrying: { attempt: 1, delay: 10_000, kind: 'overloaded' } }],
  ] as const)(
    'emits everything at a notice of a wait, or the notice ahead of text that waits for a boundary: %s',
    (_, wait) => {
      const counts = usageChunk({ promptTokenCount: 3 });
      const atWait = (options: BufferChunksOptions, ...chunks: GeminiChunk[]) => {
        const source = new Subject<GeminiChunk>();
        const seen: GeminiChunk[] = [];
        source.pipe(bufferChunks(options)).subscribe((one) => seen.push(one));
        for (const one of chunks) source.next(one);
        return seen;
      };
      expect(atWait({ maxChunks: 3 }, counts, wait)).toEqual([merged([counts, wait])]);
      expect(atWait({ until: 'sentence' }, counts, wait)).toEqual([merged([counts, wait])]);
      expect(atWait({ maxChunks: 3 }, chunk('Half'), wait)).toEqual([merged([chunk('Half'), wait])]);
      const ahead = atWait({ until: 'sentence' }, chunk('Half'), wait, chunk(' a line.\n'));
      expect(ahead).toEqual([wait, chunk('Half a line.\n')]);
      const progress = { phase: 'answering', percent: 1, outputTokens: 1, estimated: true, elapsed: 1 } as const;
      const both = { ...chunk('Half'), ...wait, text: 'Half', progress };
      expect(atWait({ until: 'line' }, both)).toEqual([{ ...wait, progress }]);
      const piece = partsChunk([{ functionCall: { name: 'a', willContinue: true } }]);
      expect(atWait({ maxChunks: 9 }, piece, wait)).toEqual([wait]);
    },
  );

  it('passes a notice through while no chunk is held, else merges it', () => {
    const result = buffered({ maxChunks: 2 }, notice, chunk('a'), notice, chunk('b'), notice);
    expect(result).toEqual([notice, merged([chunk('a'), notice, chunk('b')]), notice]);
  });

  it(
    'emits no value for an empty source, and waits for a silent source',
    marbles((m) => {
      m.expectObservable(EMPTY.pipe(bufferChunks({ maxWait: 1 }))).toBe('|');
      m.expectObservable(NEVER.pipe(bufferChunks({ maxWait: 1 }))).toBe('-');
    }),
  );

  it(
    'emits the held chunks before an error',
    marbles((m) => {
      const source = m.cold(' -a-b-#', letters);
      const expected = '      -----(x#)';
      m.expectObservable(source.pipe(bufferChunks({ maxWait: 100 }))).toBe(expected, groups);
    }),
  );

  it(
    'drops held values when it is unsubscribed',
    marbles((m) => {
      const source = m.cold(' -a-b-c-', letters);
      const unsub = '         ----!   ';
      const subs = '          ^---!   ';
      const expected = '      -----   ';
      m.expectObservable(source.pipe(bufferChunks({ maxWait: 5 })), unsub).toBe(expected);
      m.expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  it('leaves no timer', () => {
    vi.useFakeTimers();
    const source = new Subject<GeminiChunk>();
    const subscription = source.pipe(bufferChunks({ maxWait: 10, maxChunks: 3, until: 'word' })).subscribe();
    source.next(chunk('a b'));
    expect(vi.getTimerCount()).toBe(1);
    source.next(chunk(' c'));
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(10);
    expect(vi.getTimerCount()).toBe(0);
    source.next(chunk('d'));
    subscription.unsubscribe();
    expect(vi.getTimerCount()).toBe(0);
    for (const end of [EMPTY, throwError(() => new Error('broken'))]) {
      of(chunk('a'))
        .pipe(concatWith(end), bufferChunks({ maxWait: 10 }))
        .subscribe({ error: () => {} });
      expect(vi.getTimerCount()).toBe(0);
    }
  });

  it('shares no state between subscriptions', () => {
    const source = new Subject<GeminiChunk>();
    const result$ = source.pipe(bufferChunks({ until: 'sentence', maxChunks: 9 }));
    const seen: string[][] = [[], []];
    result$.subscribe(({ text }) => seen[0]?.push(text));
    source.next(chunk('```\n'));
    source.next(chunk('One. '));
    result$.subscribe(({ text }) => seen[1]?.push(text));
    source.next(chunk('Two. Three'));
    source.complete();
    expect(seen).toEqual([
      ['```\n', 'One. Two. Three'],
      ['Two. ', 'Three'],
    ]);
  });

  it('unsubscribes from an endless synchronous source when its result is closed', () => {
    const endless = new Observable<GeminiChunk>((destination) => {
      while (!destination.closed) destination.next(chunk('a b'));
    });
    for (const options of [{ maxChunks: 2 }, { until: 'word' as const }]) {
      const result: string[] = [];
      endless.pipe(bufferChunks(options), take(1)).subscribe(({ text }) => result.push(text));
      expect(result).toEqual([options.until ? 'a ' : 'a ba b']);
    }
  });

  it('fails with the error that the source throws, after the held values', () => {
    const broken = concat(
      of(chunk('a')),
      of(chunk('b')).pipe(
        map((): GeminiChunk => {
          throw new Error('broken');
        }),
      ),
    );
    const seen: unknown[] = [];
    broken.pipe(bufferChunks({ maxChunks: 9 })).subscribe({
      next: ({ text }) => seen.push(text),
      error: (cause: unknown) => seen.push(cause),
    });
    expect(seen).toEqual(['a', new Error('broken')]);
  });

  it('does not change the merge of a stream', () => {
    const text = fc
      .array(fc.constantFrom('a', 'Be', "n't", ' ', ' ', '. ', '\n', '\n\n', '```', '😀'), { maxLength: 6 })
      .map((words) => words.join(''));
    const call = fc.constantFrom<GeminiPart[]>(
      { functionCall: { name: 'f', args: {} } },
      { functionCall: { name: 'f', willContinue: true } },
      { functionCall: { partialArgs: [{ jsonPath: '$.x', stringValue: 'y' }], willContinue: true } },
      { functionCall: {} },
    );
    const part = fc.oneof(
      { weight: 6, arbitrary: fc.record({ text }) },
      fc.record({ text, thought: fc.boolean() }),
      fc.record({ text, thoughtSignature: fc.constant('s') }),
      call,
      fc.constant({ inlineData: { data: 'AA==' } }),
    );
    const content = fc.record(
      { role: fc.constantFrom('model', 'model', 'user'), parts: fc.array(part, { maxLength: 3 }) },
      { requiredKeys: [] },
    );
    const citation = fc.record({ uri: fc.constantFrom('x', 'y') });
    const candidate = fc.record(
      {
        index: fc.constantFrom(0, 0, 0, 1),
        content,
        finishReason: fc.constantFrom('STOP', 'MAX_TOKENS'),
        citationMetadata: fc.record({ citations: fc.array(citation) }),
        logprobsResult: fc.record({ chosenCandidates: fc.array(fc.record({ tokenId: fc.nat() })) }),
      },
      { requiredKeys: ['index'] },
    );
    const response = fc.record(
      {
        candidates: fc.uniqueArray(candidate, { selector: ({ index }) => index, maxLength: 2 }),
        usageMetadata: fc.dictionary(fc.constantFrom('promptTokenCount', 'totalTokenCount'), fc.nat()),
        modelVersion: fc.constantFrom('m', 'n'),
        cancelled: fc.record({ reason: fc.string() }),
        mine: fc.nat(),
      },
      { requiredKeys: [] },
    );
    const limits = fc.record(
      {
        maxChunks: fc.integer({ min: 1, max: 4 }),
        maxChars: fc.integer({ min: 1, max: 20 }),
        until: fc.constantFrom(
          'word' as const,
          'line' as const,
          'sentence' as const,
          'paragraph' as const,
          /[a-z](?=\S)/,
          /(?:)/,
        ),
        split: fc.boolean(),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.array(response, { maxLength: 12 }), limits, (responses, options) => {
        const chunks = responses.map((each) => toChunk(each));
        const split = options.until !== undefined && options.split;
        const result = buffered({ maxWait: 1000, ...options, split }, ...chunks);
        expect(merged(result)).toEqual(merged(chunks));
      }),
      { numRuns: 500 },
    );
  });

  it.each<[BufferChunksOptions, string]>([
    [{}, 'Expected at least one of `maxChunks`, `maxWait`, `maxChars` and `until`, got none'],
    [{ locale: 'en' }, 'Expected at least one of `maxChunks`, `maxWait`, `maxChars` and `until`, got none'],
    [{ maxChunks: 0 }, 'Expected `maxChunks` to be a whole number of at least 1, got 0'],
    [{ maxWait: -1 }, 'Expected `maxWait` to be a positive number of ms, got -1'],
    [{ maxWait: Number.NaN }, 'Expected `maxWait` to be a positive number of ms, got NaN'],
    [{ maxChars: 1.5 }, 'Expected `maxChars` to be a whole number of at least 1, got 1.5'],
    [{ until: 'page' as 'line' }, "Expected `until` to be 'word' or 'line' or 'sentence' or 'paragraph', got 'page'"],
    [{ until: 'word', locale: 7 as never }, 'Expected `locale` to be a BCP 47 language tag, got 7'],
    [{ until: 'word', locale: 'no locale' }, "Expected `locale` to be a BCP 47 language tag, got 'no locale'"],
  ])('throws at the call for %o', (options, message) => {
    expect(() => bufferChunks(options)).toThrow(message);
  });

  it('throws a TypeError for a limit of the wrong type, a RangeError for a limit that is too small', () => {
    expect(() => bufferChunks({})).toThrow(TypeError);
    expect(() => bufferChunks({ until: '' as 'word' })).toThrow(TypeError);
    expect(() => bufferChunks({ maxChars: 0 })).toThrow(RangeError);
    expect(() => bufferChunks({ maxChunks: 1, locale: 'no locale' })).toThrow(RangeError);
  });

  it('keeps the type of the chunks', () => {
    const source = of({ ...chunk('a'), mine: 1 });
    expectTypeOf(source.pipe(bufferChunks({ maxWait: 1 }))).toEqualTypeOf(source);
    const withOthers = of({} as GeminiChunk & { progress: ReplyProgress }).pipe(
      bufferChunks({ maxWait: 1 }),
      toArray(),
    );
    expectTypeOf(withOthers).toEqualTypeOf<Observable<(GeminiChunk & { progress: ReplyProgress })[]>>();
  });
});
