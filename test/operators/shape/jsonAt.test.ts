import { type } from 'arktype';
import { concat, EMPTY, from, NEVER, Observable, of, Subject, take, throwError } from 'rxjs';
import * as v from 'valibot';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { z } from 'zod';
import { jsonAt } from '../../../operators/shape/jsonAt.js';
import type { GeminiChunk } from '../../../src/chunk/geminiChunk.js';
import type { StandardSchema } from '../../../operators/shape/standardSchema.js';
import { chunk, finishChunk, thoughtChunk } from '../../../src/testing/chunks.js';
import { marbles } from '../../support/marbles.js';
import { outcomeOf } from '../../support/outcome.js';

function reply(...pieces: string[]): Observable<GeminiChunk> {
  return from([...pieces.map((piece) => chunk(piece)), finishChunk()]);
}

describe('jsonAt', () => {
  it(
    'emits each element as soon as it is whole, in order',
    marbles((m) => {
      const values = {
        a: chunk('{"items":[{"n":1},{"n'),
        t: thoughtChunk('[1]'),
        b: chunk('":2}, 3,"fo'),
        c: chunk('ur",5'),
        d: chunk('],"other":[6]}'),
      };
      const source = m.cold(' at-b---cd|', values);
      const subs = '          ^--------!';
      const expected = '      x--(yz)vw|';
      const emitted = { x: { n: 1 }, y: { n: 2 }, z: 3, v: 'four', w: 5 };
      m.expectObservable(source.pipe(jsonAt('$.items[*]'))).toBe(expected, emitted);
      m.expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  it(
    'passes an error through, drops the open value when it is unsubscribed, and waits for a source that never emits',
    marbles((m) => {
      const values = { a: chunk('[1,2'), b: chunk(',') };
      m.expectObservable(m.cold('a-#', values).pipe(jsonAt('$[*]'))).toBe('x-#', { x: 1 });
      const source = m.cold('a-b', values);
      m.expectObservable(source.pipe(jsonAt('$[*]')), '-!').toBe('x-', { x: 1 });
      m.expectSubscriptions(source.subscriptions).toBe('^!');
      m.expectObservable(NEVER.pipe(jsonAt('$'))).toBe('-');
    }),
  );

  it('emits the whole value for $, even a number at the end, and no value if the path leads to no value', async () => {
    expect((await outcomeOf(reply('4', '2').pipe(jsonAt('$')))).values).toEqual([42]);
    expect((await outcomeOf(reply('{"a":[1]}').pipe(jsonAt('$')))).values).toEqual([{ a: [1] }]);
    expect(await outcomeOf(reply('{"a":[1]}').pipe(jsonAt('$.b[*]')))).toMatchObject({ values: [], isComplete: true });
    expect((await outcomeOf(reply('```json\n[1]\n```').pipe(jsonAt('$[*]')))).values).toEqual([1]);
  });

  it.each([
    ['[1,2,', 'protocol', [1, 2]],
    ['[1,2 3]', 'protocol', [1, 2]],
    ['[1,[[', 'overflow', [1]],
    ['Sorry', 'protocol', []],
    ['', 'protocol', []],
  ])('fails on %j, after the values that were whole before it', async (text, kind, whole) => {
    const { values, error } = await outcomeOf(reply(text).pipe(jsonAt('$[*]', { maxDepth: 2 })));
    expect({ values, kind: error?.kind, partial: error?.partial }).toEqual({ values: whole, kind, partial: undefined });
  });

  it('completes after a reply that this side ended', async () => {
    const end: GeminiChunk = { text: '', cancelled: { reason: 'enough' } };
    const { values, isComplete } = await outcomeOf(of(chunk('[1,2'), end).pipe(jsonAt('$[*]')));
    expect({ values, isComplete }).toEqual({ values: [1], isComplete: true });
  });

  it.each<[string, StandardSchema<unknown, { n: number }>]>([
    ['zod', z.object({ n: z.number() })],
    ['valibot', v.object({ n: v.number() })],
    ['arktype', type({ n: 'number' })],
  ])('takes a schema of %s in place of options', async (_, schema) => {
    const { values, error } = await outcomeOf(reply('[{"n":1},{"n":"2"}]').pipe(jsonAt('$[*]', schema)));
    expect(values).toEqual([{ n: 1 }]);
    expect(error?.message).toMatch(/^The JSON of the answer does not fit the schema: \$\[\*\], value 2: \$\.n: /);
  });

  it('checks each element with the schema, in order, and names the element that does not fit', async () => {
    const schema = z.object({ n: z.number() });
    const { values, error } = await outcomeOf(reply('[{"n":1},{"n":"2"},{"n":3}]').pipe(jsonAt('$[*]', { schema })));
    expect(values).toEqual([{ n: 1 }]);
    expect(error?.kind).toBe('protocol');
    expect(error?.message).toMatch(/^The JSON of the answer does not fit the schema: \$\[\*\], value 2: \$\.n: /);
  });

  it('keeps the order of asynchronous checks', async () => {
    const slow: StandardSchema<unknown, string> = {
      '~standard': {
        version: 1,
        vendor: 'test',
        validate: async (value) => {
          for (let turn = Number(value); turn > 0; turn--) await Promise.resolve();
          return { value: `checked ${String(value)}` };
        },
      },
    };
    const { values } = await outcomeOf(reply('[9,1]').pipe(jsonAt('$[*]', { schema: slow })));
    expect(values).toEqual(['checked 9', 'checked 1']);
  });

  it('shares no state between subscriptions', () => {
    const source = new Subject<GeminiChunk>();
    const result$ = concat(of(chunk('[1')), source).pipe(jsonAt('$[*]'));
    const seen: unknown[] = [];
    result$.subscribe((value) => seen.push(value));
    source.next(chunk('2'));
    result$.subscribe((value) => seen.push(value));
    source.next(chunk(','));
    expect(seen).toEqual([12, 1]);
  });

  it('reads no more of an endless synchronous source, nor of the present chunk, when its result is closed', () => {
    const endless = new Observable<GeminiChunk>((destination) => {
      destination.next(chunk('['));
      while (!destination.closed) destination.next(chunk('1,2,3,'));
    });
    const seen: unknown[] = [];
    endless.pipe(jsonAt('$[*]'), take(2)).subscribe((value) => seen.push(value));
    expect(seen).toEqual([1, 2]);
  });

  it('fails if a check throws, and drops the rest', async () => {
    const schema = z.unknown().refine(() => {
      throw new Error('boom');
    });
    await expect(outcomeOf(reply('[1,2]').pipe(jsonAt('$[*]', { schema })))).rejects.toThrow('Not a GeminiError');
    const failed$ = concat(
      reply('[1]'),
      throwError(() => new Error('cut')),
    );
    await expect(outcomeOf(failed$.pipe(jsonAt('$[*]')))).rejects.toThrow('Not a GeminiError');
  });

  it('throws at the call for wrong arguments', () => {
    expect(() => jsonAt('items')).toThrow(
      new RangeError(
        "Expected `path` to be a JSON path of names, indices and wildcards ($.items[*].name), got 'items'",
      ),
    );
    expect(() => jsonAt('$', { maxDepth: 0.5 })).toThrow(RangeError);
    expect(() => jsonAt('$', { schema: {} as unknown as StandardSchema })).toThrow(TypeError);
  });

  it('has the output type of the schema, or the type argument', () => {
    expectTypeOf(EMPTY.pipe(jsonAt('$'))).toEqualTypeOf<Observable<unknown>>();
    expectTypeOf(EMPTY.pipe(jsonAt<{ n: number }>('$'))).toEqualTypeOf<Observable<{ n: number }>>();
    const schema = z.string().transform(Number);
    expectTypeOf(EMPTY.pipe(jsonAt('$', { schema }))).toEqualTypeOf<Observable<number>>();
    expectTypeOf(EMPTY.pipe(jsonAt('$', schema))).toEqualTypeOf<Observable<number>>();
    expectTypeOf(EMPTY.pipe(jsonAt('$', v.number()))).toEqualTypeOf<Observable<number>>();
    expectTypeOf(EMPTY.pipe(jsonAt('$', type({ n: 'number' })))).toEqualTypeOf<Observable<{ n: number }>>();
  });
});
