import { getEventListeners } from 'node:events';
import fc from 'fast-check';
import { EMPTY, NEVER, Observable, Subject, concat, concatWith, map, merge, of, take, throwError, timer } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { afterEach, describe, expect, expectTypeOf, it, vi } from 'vitest';
import { smoothText, type SmoothTextOptions } from '../../../operators/show/smoothText.js';
import { emptyChunk } from '../../../src/chunk/emptyChunk.js';
import type { GeminiChunk } from '../../../src/chunk/geminiChunk.js';
import { mergeChunks } from '../../../src/chunk/mergeChunks.js';
import { callChunk, chunk, finishChunk, partsChunk, thoughtChunk, usageChunk } from '../../../src/testing/chunks.js';
import { holdThread } from '../../support/holdThread.js';
import { marbles } from '../../support/marbles.js';

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

type Arrival = readonly [at: number, chunk: string | GeminiChunk];
type Emission = readonly [at: number, chunk: GeminiChunk];

/** The emitted chunks and their times for a reply that does not end. */
function flow(arrivals: readonly Arrival[], options?: SmoothTextOptions): Emission[] {
  const emissions: Emission[] = [];
  const scheduler = new TestScheduler(() => undefined);
  scheduler.run(({ flush }) => {
    const steps = arrivals.map(([at, one]) => timer(at).pipe(map(() => (typeof one === 'string' ? chunk(one) : one))));
    const subscription = merge(...steps, NEVER)
      .pipe(smoothText(options))
      .subscribe((piece) => emissions.push([scheduler.frame, piece]));
    flush();
    subscription.unsubscribe();
  });
  return emissions;
}

function texts(emissions: readonly Emission[]): string[] {
  return emissions.map(([, { text }]) => text);
}

function textBy(emissions: readonly Emission[], time: number): string {
  return texts(emissions.filter(([at]) => at <= time)).join('');
}

/** The time of each UTF-16 unit of these texts. */
function timesOf(emissions: readonly (readonly [number, { readonly text: string }])[]): number[] {
  return emissions.flatMap(([at, { text }]) => Array.from({ length: text.length }, () => at));
}

function lagsOf(arrivals: readonly (readonly [number, string])[], emissions: readonly Emission[]): number[] {
  const came = timesOf(arrivals.map(([at, text]) => [at, { text }]));
  return timesOf(emissions).map((at, index) => at - came[index]!);
}

function every(gap: number, count: number, text: string, from = 0): (readonly [number, string])[] {
  return Array.from({ length: count }, (_, index) => [from + index * gap, text]);
}

function merged(chunks: readonly GeminiChunk[]): GeminiChunk {
  return chunks.reduce<GeminiChunk>(mergeChunks, emptyChunk);
}

const family = '👩‍👩‍👧‍👦';
const notice = { text: '', progress: { phase: 'answering' } } as unknown as GeminiChunk;

/** The times and texts of the emissions. */
function emissionsOf(arrivals: readonly Arrival[], options?: SmoothTextOptions): (readonly [number, string])[] {
  return flow(arrivals, options).map(([at, { text }]) => [at, text] as const);
}

describe('smoothText', () => {
  it('emits the progress of chunks that wait from the subscription on, unless a chunk was emitted', () => {
    const held = { ...chunk('a'), ...notice, text: 'a' };
    const first = (...chunks: readonly GeminiChunk[]) => {
      const seen: GeminiChunk[] = [];
      concat(of(...chunks), NEVER)
        .pipe(smoothText(), take(5))
        .subscribe((each) => seen.push(each))
        .unsubscribe();
      return seen;
    };
    expect(first(held)).toEqual([notice]);
    expect(first(emptyChunk, held)).toEqual([emptyChunk]);
    expect(first(chunk('a'))).toEqual([]);
  });

  it('emits text when its timer fires, even if a test tool moves the timers alone', () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const seen: string[] = [];
    const subscription = concat(of(chunk('a b c d e ')), NEVER)
      .pipe(smoothText({ maxLag: 100 }))
      .subscribe(({ text }) => seen.push(text));
    vi.advanceTimersByTime(160);
    expect(seen.join('')).toBe('a b c d e ');
    subscription.unsubscribe();
  });

  it('emits in the rhythm of its timer when a chunk comes in between', () => {
    const emissions = emissionsOf([
      [0, 'ab '.repeat(100)],
      [8, 'cd '],
    ]);
    expect(emissions.length).toBeGreaterThan(10);
    expect(emissions.filter(([at]) => at % 16 !== 0)).toEqual([]);
  });

  it('holds a chunk without text behind the text that waits', () => {
    const usage = usageChunk({ totalTokenCount: 1 });
    const emissions = emissionsOf([
      [0, 'ab '.repeat(100)],
      [8, usage],
    ]);
    expect(emissions.filter(([at]) => at > 0 && at < 16)).toEqual([]);
    expect(emissions.filter(([, text]) => text.length > 60)).toEqual([]);
  });

  it('emits the first word at once, and the next ones at the pace', () => {
    const times = emissionsOf([[0, `${'x'.repeat(39)} `.repeat(3)]]).map(([at]) => at);
    expect(times[0]).toBe(0);
    expect(times[1]).toBeGreaterThanOrEqual(96);
    expect(times.slice(1).every((at, index) => at - times[index]! >= 96)).toBe(true);
  });

  it('emits the first word as soon as it is whole', () => {
    const emissions = emissionsOf([
      [0, 'hel'],
      [5, 'lo wonderful world '],
    ]);
    expect(emissions[0]).toEqual([16, 'hello ']);
  });

  describe('the pace', () => {
    it('spreads a burst evenly over `maxLag`, and begins at once', () => {
      const emissions = flow([[0, 'x'.repeat(400)]], { by: 'grapheme' });
      expect(emissions[0]).toEqual([0, chunk('x')]);
      const quarters = [100, 200, 300, 400].map((time) => textBy(emissions, time).length);
      for (const [index, length] of quarters.entries()) {
        expect(length - (quarters[index - 1] ?? 0)).toBeGreaterThanOrEqual(95);
        expect(length - (quarters[index - 1] ?? 0)).toBeLessThanOrEqual(105);
      }
    });

    it('follows the pace of the arrivals, and does not hold frequent text longer', () => {
      const arrivals = every(50, 80, 'twelve chars');
      const lags = lagsOf(arrivals, flow(arrivals, { by: 'grapheme' }));
      // The last second, without the very last grapheme, which waits for the text after it.
      expect(Math.max(...lags.slice(-240, -1))).toBeLessThanOrEqual(70);
    });

    it('counts chunks of one moment as one burst', () => {
      const packets = Array.from({ length: 12 }, (_, index) => every(0, 10, 'ten chars.', index * 300)).flat();
      const emissions = flow(packets, { by: 'grapheme' });
      const lengths = emissions.filter(([at]) => at > 1_200).map(([, { text }]) => text.length);
      expect(Math.max(...lengths)).toBeLessThanOrEqual(7);
    });

    it('catches up when a backlog grows', () => {
      const slowly = every(300, 8, 'x'.repeat(30));
      const fast = every(30, 120, 'x'.repeat(30), 2_400);
      const lags = lagsOf([...slowly, ...fast], flow([...slowly, ...fast], { by: 'grapheme' }));
      const worst = (from: number) => Math.max(...lags.slice(from, from + 900));
      expect(worst(240)).toBeGreaterThan(300);
      expect(worst(lags.length - 901)).toBeLessThanOrEqual(150);
    });

    it('does not mistake a pause for a slow pace', () => {
      const arrivals = [...every(50, 20, 'twelve chars'), ...every(50, 20, 'twelve chars', 60_000)];
      const lags = lagsOf(arrivals, flow(arrivals, { by: 'grapheme' }));
      expect(Math.max(...lags.slice(-120, -1))).toBeLessThanOrEqual(100);
    });

    it('emits no text later than `maxLag`, for any ending', () => {
      const text = fc.string({ unit: fc.constantFrom('a', ' ', '\n', 'é', '日', family), minLength: 1, maxLength: 80 });
      const steps = fc.array(fc.record({ gap: fc.constantFrom(0, 1, 10, 100, 399, 1_000), text }), { maxLength: 12 });
      const by = fc.constantFrom('grapheme' as const, 'word' as const, 'line' as const, /nowhere/, /[ae]/);
      fc.assert(
        fc.property(steps, by, fc.constantFrom(5, 50, 400), (gaps, unit, maxLag) => {
          let at = 0;
          const arrivals = gaps.map((step) => [(at += step.gap), step.text] as const);
          const emissions = flow(arrivals, { by: unit, maxLag });
          expect(texts(emissions).join('')).toBe(gaps.map((step) => step.text).join(''));
          expect(Math.max(0, ...lagsOf(arrivals, emissions))).toBeLessThanOrEqual(maxLag);
        }),
        { numRuns: 60 },
      );
    });

    it('emits overdue text when a chunk arrives, if no timer could fire', () => {
      vi.useFakeTimers();
      const source = new Subject<GeminiChunk>();
      const seen: string[] = [];
      source.pipe(smoothText({ by: 'grapheme' })).subscribe(({ text }) => seen.push(text));
      source.next(chunk('abcdef'));
      holdThread(400);
      source.next(chunk('ghi'));
      expect(seen.join('')).toMatch(/^abcdef/);
    });

    it('scans no text twice, for any backlog', () => {
      const segment = vi.spyOn(Intl.Segmenter.prototype, 'segment');
      const length = 20_000;
      flow([[0, 'ein Wört '.repeat(length / 9)]], { by: 'word' });
      const read = segment.mock.calls.reduce((sum, [text]) => sum + text.length, 0);
      // Once for words and once for graphemes.
      expect(read).toBeLessThanOrEqual(2.1 * length);
    });
  });

  describe('by', () => {
    const words = 'One two, three — four. ';

    it('word: ends each piece after a word and its white space; this is the default', () => {
      const emissions = flow([...every(120, 20, words.slice(0, 9)), [2_400, 'x']].slice(0, 1) as Arrival[]);
      expect(texts(emissions)[0]).toBe('One ');
      const pieces = texts(flow([[0, words.repeat(10)]], { by: 'word' }));
      for (const piece of pieces.slice(0, -1)) expect(piece).toMatch(/\s$/);
      expect(pieces.join('')).toBe(words.repeat(10));
    });

    it.each([
      ['Japanese', '今日は天気が良いので散歩に行きました'],
      ['Chinese', '我们今天去公园散步看花'],
      ['Thai', 'วันนี้อากาศดีมากเราไปเดินเล่น'],
    ])('word: finds words in a script without spaces: %s', (_, text) => {
      const ends = new Set(
        Array.from(new Intl.Segmenter([], { granularity: 'word' }).segment(text), (word) => word.index),
      );
      const pieces = texts(flow([[0, text]]));
      expect(pieces.length).toBeGreaterThan(3);
      let end = 0;
      for (const piece of pieces.slice(0, -1)) expect(ends).toContain((end += piece.length));
    });

    it('grapheme: ends each piece after a grapheme', () => {
      const pieces = texts(flow([[0, 'abcdefghi']], { by: 'grapheme' }));
      expect(pieces).toEqual([...'abcdefghi']);
    });

    it('line: ends each piece after a line feed', () => {
      const lines = ['the first line\n', 'and one more line\r\n', '## with a blank one\n', 'and the last one'];
      expect(texts(flow([[0, lines.join('')]], { by: 'line' }))).toEqual(lines);
    });

    it('RegExp: ends each piece where a match ends', () => {
      expect(texts(flow([[0, 'a;bb;ccc;d']], { by: /;/ }))).toEqual(['a;', 'bb;', 'ccc;', 'd']);
    });

    it('holds an unfinished unit, and emits it unfinished after `maxLag`', () => {
      const emissions = flow([
        [0, 'one tw'],
        [100, 'o'],
      ]);
      expect(texts(emissions)).toEqual(['one ', 'tw', 'o']);
      expect(emissions[1]?.[0]).toBeGreaterThan(400 - 32);
    });
  });

  describe('graphemes', () => {
    it('are never cut, even if they are cut between chunks', () => {
      const grapheme = fc.constantFrom(
        'a',
        ' ',
        '\r\n',
        '😀',
        family,
        '👍🏽',
        '🇩🇪',
        'e\u0301',
        'क्षि',
        '한',
        '한',
        '\u06001',
      );
      const text = fc.string({ unit: grapheme, minLength: 1, maxLength: 30 });
      const by = fc.constantFrom('grapheme' as const, 'word' as const, 'line' as const, /[ae😀]/u, /./);
      const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
      fc.assert(
        fc.property(text, fc.array(fc.nat(3), { minLength: 90 }), by, (whole, lengths, unit) => {
          const arrivals: [number, string][] = [];
          for (let at = 0, from = 0; from < whole.length; at++) {
            const length = lengths[at % lengths.length]! + 1;
            arrivals.push([at * 5, whole.slice(from, (from += length))]);
          }
          const ends = new Set(Array.from(segmenter.segment(whole), ({ index }) => index));
          let end = 0;
          for (const piece of texts(flow(arrivals, { by: unit })).slice(0, -1))
            expect(ends).toContain((end += piece.length));
        }),
        { numRuns: 100 },
      );
    });

    it('wait for their end for `maxLag`', () => {
      const emissions = flow(
        [
          [0, 'ae'],
          [100, '\u0301b'],
        ],
        { by: 'grapheme', maxLag: 200 },
      );
      expect(texts(emissions)).toEqual(['a', 'e\u0301', 'b']);
      expect(
        texts(
          flow(
            [
              [0, 'ae'],
              [300, '\u0301b'],
            ],
            { by: 'grapheme', maxLag: 200 },
          ),
        ),
      ).toEqual(['a', 'e', '\u0301', 'b']);
    });

    it('wait without a timer while they are half a surrogate pair', () => {
      vi.useFakeTimers();
      const source = new Subject<GeminiChunk>();
      const seen: string[] = [];
      source.pipe(smoothText({ by: 'grapheme' })).subscribe(({ text }) => seen.push(text));
      source.next(chunk('a\ud83d'));
      vi.advanceTimersByTime(10_000);
      expect(seen).toEqual(['a']);
      expect(vi.getTimerCount()).toBe(0);
      source.next(chunk('\ude00b'));
      vi.advanceTimersByTime(10_000);
      expect(seen).toEqual(['a', '😀', 'b']);
      source.next(chunk('\ud83d'));
      source.complete();
      expect(seen).toEqual(['a', '😀', 'b', '\ud83d']);
    });
  });

  describe('other content than text', () => {
    it('passes through unchanged while no text waits', () => {
      const chunks = [thoughtChunk('Hm'), callChunk('f'), usageChunk({ totalTokenCount: 1 }), notice, finishChunk()];
      const emissions = flow(chunks.map((one) => [0, one]));
      expect(emissions.map(([at, one]) => [at, chunks.indexOf(one)])).toEqual(
        [0, 1, 2, 3, 4].map((index) => [0, index]),
      );
    });

    it('comes after the text before it, and before the text after it', () => {
      const usage = { usageMetadata: { totalTokenCount: 3 } };
      const parts = [
        chunk('one two '),
        thoughtChunk('Hm'),
        chunk('three '),
        notice,
        chunk('four', usage),
        finishChunk(),
      ];
      const emissions = flow(parts.map((one) => [0, one]));
      expect(merged(emissions.map(([, one]) => one))).toEqual(merged(parts));
      const [, second] = emissions.find(([, { text }]) => text.startsWith('two'))!;
      expect(second).toEqual(mergeChunks(chunk('two '), thoughtChunk('Hm')));
      const [, last] = emissions.at(-1)!;
      expect(last).toEqual(mergeChunks(chunk('four', usage), finishChunk()));
      for (const [, piece] of emissions.slice(0, -1))
        expect(piece.usageMetadata ?? piece.candidates?.[0]?.finishReason).toBeUndefined();
    });

    it.each([
      ['a function call', callChunk('f')],
      ['an image', partsChunk([{ inlineData: { data: 'AA==' } }])],
      ['a signed text', partsChunk([{ text: 'signed text', thoughtSignature: 's' }])],
      ['a signed text beside a plain one', partsChunk([{ text: 'a b' }, { text: 'c d', thoughtSignature: 's' }])],
      ['a text without a content', { text: 'b c', candidates: [{ index: 0 }] }],
      [
        'a text of a user',
        { text: 'b c', candidates: [{ index: 0, content: { role: 'user', parts: [{ text: 'b c' }] } }] },
      ],
      ['a mark of `cancelled`', { text: '', cancelled: { reason: 'x' } }],
      ['a mark of `stopped`', { text: '', stopped: { reason: 'x' } }],
      ['a wait for a retry', { text: '', retrying: { attempt: 1, delay: 5_000, kind: 'server' } }],
      ['a wait in a queue', { text: '', queued: { position: 1 } }],
    ] as const)('flushes the waiting text and is emitted with it: %s', (_, urgent) => {
      const [first, ...others] = flow([
        [0, 'one two three'],
        [5, urgent],
        [10, 'four five'],
      ]);
      expect(first).toEqual([0, chunk('one ')]);
      expect(others[0]).toEqual([5, mergeChunks(chunk('two three'), urgent)]);
      expect(others[1]).toEqual([10, chunk('four ')]);
    });

    it('keeps another candidate with the text of its chunk', () => {
      const two = partsChunk([{ text: 'one two three' }]);
      const other = { index: 1, content: { role: 'model', parts: [{ text: 'eins zwei' }] } };
      const both = { ...two, candidates: [...two.candidates!, other] };
      expect(merged(flow([[0, both]]).map(([, one]) => one))).toEqual(both);
    });
  });

  describe('a hidden page', () => {
    function openPage(visibilityState: 'visible' | 'hidden') {
      const page = Object.assign(new EventTarget(), { visibilityState });
      vi.stubGlobal('document', page);
      return {
        page,
        turn(state: typeof visibilityState) {
          page.visibilityState = state;
          page.dispatchEvent(new Event('visibilitychange'));
        },
      };
    }

    it('gets each chunk at once', () => {
      openPage('hidden');
      expect(
        flow([
          [0, 'one two three'],
          [5, 'four five'],
        ]),
      ).toEqual([
        [0, chunk('one two three')],
        [5, chunk('four five')],
      ]);
    });

    it('gets the waiting text at once when it is hidden, and an even flow when it is visible again', () => {
      vi.useFakeTimers();
      const { turn } = openPage('visible');
      const source = new Subject<GeminiChunk>();
      const seen: string[] = [];
      source.pipe(smoothText()).subscribe(({ text }) => seen.push(text));
      source.next(chunk('one two three'));
      expect(seen).toEqual(['one ']);
      turn('hidden');
      expect(seen).toEqual(['one ', 'two three']);
      expect(vi.getTimerCount()).toBe(0);
      turn('visible');
      source.next(chunk(' four five'));
      turn('visible');
      expect(seen).toEqual(['one ', 'two three', ' four ']);
    });

    it('has no listener once the reply has ended or was unsubscribed', () => {
      const { page } = openPage('visible');
      const listeners = () => getEventListeners(page, 'visibilitychange').length;
      const subscription = NEVER.pipe(smoothText()).subscribe();
      expect(listeners()).toBe(1);
      subscription.unsubscribe();
      expect(listeners()).toBe(0);
      EMPTY.pipe(smoothText()).subscribe();
      throwError(() => new Error('broken'))
        .pipe(smoothText())
        .subscribe({ error: () => {} });
      expect(listeners()).toBe(0);
    });
  });

  const values = { a: chunk('one two three'), x: chunk('one '), y: chunk('two three') };

  it(
    'emits no value for an empty source, and waits for a silent source',
    marbles((m) => {
      m.expectObservable(EMPTY.pipe(smoothText())).toBe('|');
      m.expectObservable(NEVER.pipe(smoothText())).toBe('-');
    }),
  );

  it(
    'emits the held text before completion, at once',
    marbles((m) => {
      const source = m.cold(' -a--|', values);
      const subs = '          ^---!';
      const expected = '      -x--(y|)';
      m.expectObservable(source.pipe(smoothText())).toBe(expected, values);
      m.expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  it(
    'emits the held text before an error, at once',
    marbles((m) => {
      const source = m.cold(' -a--#', values);
      const expected = '      -x--(y#)';
      m.expectObservable(source.pipe(smoothText())).toBe(expected, values);
    }),
  );

  it(
    'drops held values when it is unsubscribed',
    marbles((m) => {
      const source = m.cold(' -a--', values);
      const unsub = '         ---!';
      const subs = '          ^--!';
      const expected = '      -x--';
      m.expectObservable(source.pipe(smoothText()), unsub).toBe(expected, values);
      m.expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  it('has a timer only while text waits', () => {
    vi.useFakeTimers();
    const source = new Subject<GeminiChunk>();
    const subscription = source.pipe(smoothText()).subscribe();
    expect(vi.getTimerCount()).toBe(0);
    source.next(chunk('one two three'));
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(1_000);
    expect(vi.getTimerCount()).toBe(0);
    source.next(chunk('one two three'));
    subscription.unsubscribe();
    expect(vi.getTimerCount()).toBe(0);
    for (const end of [EMPTY, throwError(() => new Error('broken'))]) {
      of(values.a)
        .pipe(concatWith(end), smoothText())
        .subscribe({ error: () => {} });
      expect(vi.getTimerCount()).toBe(0);
    }
  });

  it('accepts chunks that the consumer causes inside its `next`', () => {
    vi.useFakeTimers();
    const source = new Subject<GeminiChunk>();
    const seen: string[] = [];
    source.pipe(smoothText()).subscribe(({ text }) => {
      seen.push(text);
      if (seen.length <= 2) source.next(chunk('again '));
    });
    source.next(chunk('one two '));
    vi.advanceTimersByTime(2_000);
    expect(seen.join('')).toBe('one two again again ');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('shares no state between subscriptions', () => {
    vi.useFakeTimers();
    const source = new Subject<GeminiChunk>();
    const result$ = source.pipe(smoothText());
    const seen: [string, string] = ['', ''];
    result$.subscribe(({ text }) => (seen[0] += text));
    source.next(chunk('one two three '));
    result$.subscribe(({ text }) => (seen[1] += text));
    source.next(chunk('four five'));
    expect(seen).toEqual(['one ', 'four ']);
    source.complete();
    expect(seen).toEqual(['one two three four five', 'four five']);
  });

  it('unsubscribes from an endless synchronous source when its result is closed', () => {
    const endless = new Observable<GeminiChunk>((destination) => {
      while (!destination.closed) destination.next(chunk('one two '));
    });
    const seen: string[] = [];
    endless.pipe(smoothText(), take(1)).subscribe(({ text }) => seen.push(text));
    expect(seen).toEqual(['one ']);
  });

  it('bounds the memory if no timer can fire', () => {
    const endless = new Observable<GeminiChunk>((destination) => {
      while (!destination.closed) destination.next(chunk('one two '));
    });
    const seen: string[] = [];
    endless.pipe(smoothText({ maxLag: 5 }), take(3)).subscribe(({ text }) => seen.push(text));
    expect(seen).toHaveLength(3);
  });

  it('fails with the error that the source throws, after the held values', () => {
    const broken = concat(
      of(values.a),
      of(values.a).pipe(
        map((): GeminiChunk => {
          throw new Error('broken');
        }),
      ),
    );
    const seen: unknown[] = [];
    broken.pipe(smoothText()).subscribe({
      next: ({ text }) => seen.push(text),
      error: (cause: unknown) => seen.push(cause),
    });
    expect(seen).toEqual(['one ', 'two three', new Error('broken')]);
  });

  it.each<[SmoothTextOptions, typeof TypeError | typeof RangeError, string]>([
    [{ by: 'page' as 'line' }, TypeError, "Expected `by` to be 'grapheme' or 'word' or 'line', got 'page'"],
    [{ by: null as unknown as 'line' }, TypeError, "Expected `by` to be 'grapheme' or 'word' or 'line', got null"],
    [{ maxLag: 0 }, RangeError, 'Expected `maxLag` to be a positive number of ms, got 0'],
    [{ maxLag: Infinity }, RangeError, 'Expected `maxLag` to be a positive number of ms, got Infinity'],
    [{ maxLag: '1' as unknown as number }, TypeError, "Expected `maxLag` to be a positive number of ms, got '1'"],
  ])('throws at the call for %o', (options, kind, message) => {
    expect(() => smoothText(options)).toThrow(kind);
    expect(() => smoothText(options)).toThrow(message);
  });

  it('keeps the type of the chunks', () => {
    const source = of({ ...chunk('a'), mine: 1 });
    expectTypeOf(source.pipe(smoothText())).toEqualTypeOf(source);
  });
});
