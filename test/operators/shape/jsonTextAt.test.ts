import { concat, EMPTY, from, NEVER, Observable, of, Subject, take } from 'rxjs';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { jsonTextAt } from '../../../operators/shape/jsonTextAt.js';
import type { GeminiChunk } from '../../../src/chunk/geminiChunk.js';
import { chunk, finishChunk, thoughtChunk } from '../../../src/testing/chunks.js';
import { marbles } from '../../support/marbles.js';
import { outcomeOf } from '../../support/outcome.js';

function reply(...pieces: string[]): Observable<GeminiChunk> {
  return from([...pieces.map((piece) => chunk(piece)), finishChunk()]);
}

async function deltasOf(path: string, ...pieces: string[]): Promise<string[]> {
  const { values, error } = await outcomeOf(reply(...pieces).pipe(jsonTextAt(path)));
  if (error) throw error;
  return values;
}

describe('jsonTextAt', () => {
  it(
    'emits the text of one string as it grows, once a chunk',
    marbles((m) => {
      const values = {
        a: chunk('{"other":"no","title":"So'),
        t: thoughtChunk('a thought'),
        b: chunk('u\\np'),
        c: chunk('","title2":"no"'),
        d: chunk('}'),
      };
      const source = m.cold(' -atbcd|', values);
      const subs = '          ^-----!';
      const expected = '      -x-y--|';
      m.expectObservable(source.pipe(jsonTextAt('$.title'))).toBe(expected, { x: 'So', y: 'u\np' });
      m.expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  it(
    'passes an error through, unsubscribes from its source, and waits for a source that never emits',
    marbles((m) => {
      const values = { a: chunk('"a'), b: chunk('b') };
      m.expectObservable(m.cold('ab#', values).pipe(jsonTextAt('$'))).toBe('ab#');
      const source = m.cold('a-b', values);
      m.expectObservable(source.pipe(jsonTextAt('$')), '-!').toBe('a-');
      m.expectSubscriptions(source.subscriptions).toBe('^!');
      m.expectObservable(NEVER.pipe(jsonTextAt('$'))).toBe('-');
    }),
  );

  it('never cuts a surrogate pair, escaped or not', async () => {
    expect(await deltasOf('$', '"a\ud83d', '\ude00b"')).toEqual(['a', '😀b']);
    expect(await deltasOf('$', '"a\\ud83d', '\\ude', '00b"')).toEqual(['a', '😀b']);
    expect(await deltasOf('$', '"a\ud83d', 'b"')).toEqual(['a', '\ud83db']);
    expect(await deltasOf('$', '"a\ud83d', '"')).toEqual(['a', '\ud83d']);
  });

  it('finds a string by names and indices, and only the first of two with one name', async () => {
    expect(await deltasOf("$.items[1]['a b']", '{"items":["x",{"a b":"y","c":"z"}]}')).toEqual(['y']);
    expect(await deltasOf('$.a', '{"a":"x",', '"a":"y"}')).toEqual(['x']);
  });

  it.each(['{}', '{"title":null}', '{"title":["a",{"title":"b"}]}', '{"title":""}', '["title"]'])(
    'emits no value for %s',
    async (text) => {
      expect(await deltasOf('$.title', text)).toEqual([]);
    },
  );

  it.each([
    ['{"title":"a', 'protocol', ['a']],
    ['{"title":"a\n', 'protocol', ['a']],
    ['{"title":"a","x":[[', 'overflow', ['a']],
    ['', 'protocol', []],
  ])('fails on %j, after the text before it', async (text, kind, came) => {
    const { values, error } = await outcomeOf(reply(text).pipe(jsonTextAt('$.title', { maxDepth: 2 })));
    expect({ values, kind: error?.kind, partial: error?.partial }).toEqual({ values: came, kind, partial: undefined });
  });

  it('completes after a reply that this side ended', async () => {
    const end: GeminiChunk = { text: '', stopped: { reason: 'enough' } };
    const { values, isComplete } = await outcomeOf(of(chunk('"a'), end).pipe(jsonTextAt('$')));
    expect({ values, isComplete }).toEqual({ values: ['a'], isComplete: true });
  });

  it('shares no state between subscriptions', () => {
    const source = new Subject<GeminiChunk>();
    const result$ = concat(of(chunk('"a')), source).pipe(jsonTextAt('$'));
    const seen: string[] = [];
    result$.subscribe((delta) => seen.push(delta));
    source.next(chunk('\\'));
    result$.subscribe((delta) => seen.push(delta));
    source.next(chunk('n'));
    expect(seen).toEqual(['a', 'a', '\n', 'n']);
  });

  it('unsubscribes from an endless synchronous source when its result is closed', () => {
    const endless = new Observable<GeminiChunk>((destination) => {
      destination.next(chunk('"'));
      while (!destination.closed) destination.next(chunk('a'));
    });
    const seen: string[] = [];
    endless.pipe(jsonTextAt('$'), take(2)).subscribe((delta) => seen.push(delta));
    expect(seen).toEqual(['a', 'a']);
  });

  it('throws at the call for wrong arguments', () => {
    expect(() => jsonTextAt('$.items[*]')).toThrow(
      new RangeError("Expected `path` to be a JSON path to one value, without wildcards, got '$.items[*]'"),
    );
    expect(() => jsonTextAt('$', { maxDepth: -1 })).toThrow(RangeError);
    expectTypeOf(EMPTY.pipe(jsonTextAt('$'))).toEqualTypeOf<Observable<string>>();
  });
});
