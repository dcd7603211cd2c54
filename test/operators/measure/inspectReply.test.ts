import { EMPTY, NEVER, Observable, Subject, config, map, merge, of, take, throwError, timer } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { afterEach, describe, expect, expectTypeOf, it, vi } from 'vitest';
import { inspectReply, type InspectReplyOptions } from '../../../operators/measure/inspectReply.js';
import type { GeminiChunk } from '../../../src/chunk/geminiChunk.js';
import { emptyChunk } from '../../../src/chunk/emptyChunk.js';
import { toChunk } from '../../../src/chunk/toChunk.js';
import { GeminiError } from '../../../src/errors/geminiError.js';
import { callChunk, chunk, finishChunk, partsChunk, thoughtChunk, usageChunk } from '../../../src/testing/chunks.js';
import { marbles } from '../../support/marbles.js';

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  config.onUnhandledError = null;
});

/** The rows of a reply of which each letter is 50 ms, a column; `at` lists when they were written. */
function rowsOf(diagram: string, values: Record<string, GeminiChunk>, cause: unknown = 'error') {
  const rows: string[] = [];
  const at: number[] = [];
  const scheduler = new TestScheduler(() => undefined);
  scheduler.run(({ flush }) => {
    const steps = Array.from(diagram, (letter, column) => ({ letter, time: column * 50 }))
      .filter(({ letter }) => letter !== '-')
      .map(({ letter, time }) => timer(time).pipe(map(() => letter)));
    const source = new Observable<GeminiChunk>((destination) =>
      merge(...steps).subscribe((letter) => {
        if (letter === '|') destination.complete();
        else if (letter === '#') destination.error(cause);
        else destination.next(values[letter] ?? chunk(letter));
      }),
    );
    const write = (row: string) => {
      rows.push(row);
      at.push(scheduler.frame);
    };
    source.pipe(inspectReply('reply', { write })).subscribe({ error: () => {} });
    flush();
  });
  return { rows, at };
}

const notice = { text: '', cancelled: { reason: 'x' } };
const other = toChunk({ candidates: [{ index: 1, content: { role: 'model', parts: [{ text: 'b' }] } }] });

describe('inspectReply', () => {
  it('draws a column for each 50 ms: pauses, sizes, and the end with its sums', () => {
    const values = { a: chunk('four'), b: chunk('eight...'), c: chunk('x'.repeat(300)), f: finishChunk('MAX_TOKENS') };
    expect(rowsOf('--a--bc---f-|', values).rows).toEqual([
      'reply   0.0 s --▁--▂█---.-| 0.60 s, 4 chunks, 312 characters, MAX_TOKENS',
    ]);
  });

  it('shows the kind of a chunk', () => {
    const values = {
      t: thoughtChunk('Hm'),
      o: other,
      u: usageChunk({ totalTokenCount: 1 }),
      p: partsChunk([{ inlineData: { data: 'AA==' } }]),
      c: callChunk('f'),
      x: notice,
    };
    expect(rowsOf('toupcx|', values).rows).toEqual(['reply   0.0 s tt.pcx| 0.30 s, 6 chunks, 0 characters']);
  });

  it('shows a call of a later candidate or a later part', () => {
    const call = { functionCall: { name: 'f' } };
    const bare = { index: 0 };
    const later = { index: 1, content: { parts: [{ text: 'a' }, call] } };
    const picture = { index: 1, content: { parts: [{ inlineData: { data: 'AA==' } }] } };
    const values = {
      c: { text: '', candidates: [bare, { index: 2, content: { role: 'model' } }, later] },
      p: { text: '', candidates: [bare, picture] },
    };
    expect(rowsOf('cp|', values).rows).toEqual(['reply   0.0 s cp| 0.10 s, 2 chunks, 0 characters']);
  });

  it('names an error without a text as its name `error`', () => {
    const odd = Object.assign(new Error('x'), { name: 7 });
    expect(rowsOf('#', {}, odd).rows).toEqual(['reply   0.0 s # 0.00 s, 0 chunks, 0 characters, error']);
    expect(rowsOf('#', {}, { name: 'Odd' }).rows[0]).toContain(', 0 characters, ');
  });

  it.each([
    [1, '▁'],
    [4, '▁'],
    [5, '▂'],
    [16, '▃'],
    [32, '▄'],
    [64, '▅'],
    [128, '▆'],
    [256, '▇'],
    [257, '█'],
    [9_999, '█'],
  ])('shows %i of text as %s', (length, mark) => {
    expect(rowsOf('a|', { a: chunk('x'.repeat(length)) }).rows[0]).toContain(` 0.0 s ${mark}|`);
  });

  it('adds up the text of one column, and shows its strongest symbol', () => {
    vi.useFakeTimers();
    const rows: string[] = [];
    const write = (row: string) => rows.push(row);
    of(chunk('abc'), thoughtChunk('Hm'), chunk('def'), finishChunk()).pipe(inspectReply('a', { write })).subscribe();
    of(callChunk('f'), chunk('def'), finishChunk()).pipe(inspectReply('b', { write })).subscribe();
    expect(rows).toEqual([
      'a   0.0 s ▂| 0.00 s, 4 chunks, 6 characters, STOP',
      'b   0.0 s c| 0.00 s, 3 chunks, 3 characters, STOP',
    ]);
  });

  it('adds up the text of a later column', () => {
    const rows: string[] = [];
    marbles((m) => {
      for (const time of ['150ms', '3150ms']) {
        const source = m.cold(`${time} (ab) 96ms |`, { a: chunk('abc'), b: chunk('def') });
        m.expectObservable(source.pipe(inspectReply('reply', { write: (row) => rows.push(row) })));
      }
    })();
    expect(rows).toEqual([
      'reply   0.0 s ---▂-| 0.25 s, 2 chunks, 6 characters',
      'reply   3.0 s ---▂-| 3.25 s, 2 chunks, 6 characters',
    ]);
  });

  it('shows a notice, and does not count it as a chunk', () => {
    expect(rowsOf('-n-|', { n: emptyChunk }).rows).toEqual(['reply   0.0 s -.-| 0.15 s, 0 chunks, 0 characters']);
  });

  it('does not count the notices of an interaction as chunks', () => {
    const interaction = { id: 'v1_a', status: 'queued', cursor: '0', background: true };
    const values = { n: { text: '', interaction }, a: { ...chunk('a'), interaction }, f: finishChunk() };
    expect(rowsOf('n-n-a-f|', values).rows).toEqual(['reply   0.0 s .-.-▁-.| 0.35 s, 2 chunks, 1 character, STOP']);
  });

  it('keeps an error name of two lines in the row', () => {
    const rows = rowsOf('#', {}, Object.assign(new Error('x'), { name: 'Two\nLines' })).rows;
    expect(rows).toEqual(['reply   0.0 s # 0.00 s, 0 chunks, 0 characters, Two Lines']);
  });

  it('names the kind of the error', () => {
    const error = new GeminiError('Too much', { kind: 'rate_limit' });
    expect(rowsOf('a-#', {}, error).rows).toEqual(['reply   0.0 s ▁-# 0.10 s, 1 chunk, 1 character, rate_limit']);
    expect(rowsOf('#', {}, new RangeError('x')).rows).toEqual([
      'reply   0.0 s # 0.00 s, 0 chunks, 0 characters, RangeError',
    ]);
    expect(rowsOf('#', {}, 'text').rows).toEqual(['reply   0.0 s # 0.00 s, 0 chunks, 0 characters, error']);
  });

  it('forgets a finish that later content clears', () => {
    expect(rowsOf('fa|', { f: finishChunk() }).rows[0]).toMatch(/, 2 chunks, 1 character$/);
  });

  it('writes a row when its time has passed, with the time of its beginning', () => {
    const { rows, at } = rowsOf(`-a${'-'.repeat(58)}-b|`, {});
    expect(at).toEqual([3_000, 3_100]);
    expect(rows).toEqual([`reply   0.0 s -▁${'-'.repeat(58)}`, 'reply   3.0 s -▁| 3.10 s, 2 chunks, 2 characters']);
  });

  it('omits empty rows', () => {
    const { rows, at } = rowsOf(`a${'-'.repeat(200)}b|`, {});
    expect(rows).toEqual([
      `reply   0.0 s ▁${'-'.repeat(59)}`,
      `reply   9.0 s ${'-'.repeat(21)}▁| 10.10 s, 2 chunks, 2 characters`,
    ]);
    expect(at).toEqual([3_000, 10_100]);
  });

  it('has the interval of its options', () => {
    const rows: string[] = [];
    marbles((m) => {
      const source = m.cold('a 999ms b 1s |', { a: chunk('a'), b: chunk('b') });
      m.expectObservable(source.pipe(inspectReply('slowly', { interval: 500, write: (row) => rows.push(row) })));
    })();
    expect(rows).toEqual(['slowly   0.0 s ▁-▁-| 2.00 s, 2 chunks, 2 characters']);
  });

  it('draws an unsubscription once', () => {
    vi.useFakeTimers();
    const rows: string[] = [];
    const write = (row: string) => rows.push(row);
    of(chunk('a'), chunk('b')).pipe(inspectReply('reply', { write }), take(1)).subscribe();
    NEVER.pipe(inspectReply('reply', { write })).subscribe().unsubscribe();
    expect(rows).toEqual([
      'reply   0.0 s ▁! 0.00 s, 1 chunk, 1 character, unsubscribed',
      'reply   0.0 s ! 0.00 s, 0 chunks, 0 characters, unsubscribed',
    ]);
  });

  it('numbers further subscriptions, which share no other state', () => {
    vi.useFakeTimers();
    const rows: string[] = [];
    const source = new Subject<GeminiChunk>();
    const result$ = source.pipe(inspectReply('reply', { write: (row) => rows.push(row) }));
    result$.subscribe();
    source.next(chunk('abcdef'));
    result$.subscribe();
    source.next(chunk('a'));
    source.complete();
    expect(rows).toEqual([
      'reply   0.0 s ▂| 0.00 s, 2 chunks, 7 characters',
      'reply#2   0.0 s ▁| 0.00 s, 1 chunk, 1 character',
    ]);
  });

  it('writes to stderr, or to the console without stderr', () => {
    const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const debug = vi.spyOn(console, 'debug').mockReturnValue();
    EMPTY.pipe(inspectReply('reply')).subscribe();
    const row = 'reply   0.0 s | 0.00 s, 0 chunks, 0 characters';
    expect(stderr.mock.calls).toEqual([[`${row}\n`]]);
    vi.stubGlobal('process', undefined);
    EMPTY.pipe(inspectReply('reply')).subscribe();
    expect(debug.mock.calls).toEqual([[row]]);
    expect(stderr).toHaveBeenCalledOnce();
  });

  it(
    'passes chunks, an error and completion unchanged, at once',
    marbles((m) => {
      const values = { a: chunk('a'), n: notice, f: finishChunk() };
      const write = () => {};
      for (const diagram of ['-a-n--f-|', '-a-n#', '|', '#', '-']) {
        m.expectObservable(m.cold(diagram, values).pipe(inspectReply('reply', { write }))).toBe(diagram, values);
      }
      const source = m.cold(' -a-n-', values);
      m.expectObservable(source.pipe(inspectReply('reply', { write })), '--!').toBe('-a-', values);
      m.expectSubscriptions(source.subscriptions).toBe('^-!');
    }),
  );

  it('passes the same chunk object', () => {
    const one = chunk('a');
    const seen: GeminiChunk[] = [];
    of(one)
      .pipe(inspectReply('reply', { write: () => {} }))
      .subscribe((passed) => seen.push(passed));
    expect(seen[0]).toBe(one);
  });

  it('has a timer only while a row is open', () => {
    vi.useFakeTimers();
    const source = new Subject<GeminiChunk>();
    const subscription = source.pipe(inspectReply('reply', { write: () => {} })).subscribe();
    expect(vi.getTimerCount()).toBe(0);
    source.next(chunk('a'));
    source.next(chunk('b'));
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(3_000);
    expect(vi.getTimerCount()).toBe(0);
    source.next(chunk('c'));
    subscription.unsubscribe();
    expect(vi.getTimerCount()).toBe(0);
    for (const end of [EMPTY, throwError(() => new Error('broken'))]) {
      merge(of(chunk('a')), end)
        .pipe(inspectReply('reply', { write: () => {} }))
        .subscribe({ error: () => {} });
      expect(vi.getTimerCount()).toBe(0);
    }
  });

  it('continues the reply if `write` throws, and reports the error as rxjs does', async () => {
    const unhandled = vi.fn();
    config.onUnhandledError = unhandled;
    const seen: unknown[] = [];
    const write = () => {
      throw new Error('no terminal');
    };
    of(chunk('a'))
      .pipe(inspectReply('reply', { write }))
      .subscribe({ next: ({ text }) => seen.push(text), complete: () => seen.push('complete') });
    expect(seen).toEqual(['a', 'complete']);
    await vi.waitFor(() => expect(unhandled).toHaveBeenCalledWith(new Error('no terminal')));
  });

  it('unsubscribes from an endless synchronous source when its result is closed', () => {
    const endless = new Observable<GeminiChunk>((destination) => {
      while (!destination.closed) destination.next(chunk('a'));
    });
    const rows: string[] = [];
    endless.pipe(inspectReply('reply', { write: (row) => rows.push(row) }), take(2)).subscribe();
    expect(rows).toHaveLength(1);
  });

  it.each<[unknown, InspectReplyOptions, typeof TypeError | typeof RangeError, string]>([
    [1, {}, TypeError, 'Expected `label` to be a string, got 1'],
    ['a', { interval: 0 }, RangeError, 'Expected `interval` to be a positive number of ms, got 0'],
    ['a', { write: 'stderr' as never }, TypeError, "Expected `write` to be a function, got 'stderr'"],
  ])('refuses %o, %o at the call', (label, options, kind, message) => {
    expect(() => inspectReply(label as string, options)).toThrow(kind);
    expect(() => inspectReply(label as string, options)).toThrow(message);
  });

  it('keeps the type of the chunks', () => {
    const source = of({ ...chunk('a'), mine: 1 });
    expectTypeOf(source.pipe(inspectReply('reply'))).toEqualTypeOf(source);
  });
});
