import { inspect } from 'node:util';
import { type } from 'arktype';
import { concat, EMPTY, filter, from, map, NEVER, Observable, of, Subject, take, throwError } from 'rxjs';
import * as v from 'valibot';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { z } from 'zod';
import { withCost } from '../../../operators/measure/withCost.js';
import { withMetrics } from '../../../operators/measure/withMetrics.js';
import { classifyErrors } from '../../../operators/protect/classifyErrors.js';
import { takeUntilCancel } from '../../../operators/protect/takeUntilCancel.js';
import type { JsonSnapshot } from '../../../operators/shape/jsonSnapshot.js';
import { parseJson } from '../../../operators/shape/parseJson.js';
import { accumulate } from '../../../operators/show/accumulate.js';
import { withProgress } from '../../../operators/show/withProgress.js';
import type { GeminiChunk } from '../../../src/chunk/geminiChunk.js';
import { mergeChunks } from '../../../src/chunk/mergeChunks.js';
import { thoughtsOf } from '../../../src/chunk/readers.js';
import { toChunk } from '../../../src/chunk/toChunk.js';
import type { GeminiError } from '../../../src/errors/geminiError.js';
import type { DeepPartial } from '../../../operators/shape/deepPartial.js';
import { SchemaError } from '../../../operators/shape/schemaError.js';
import type { StandardSchema } from '../../../operators/shape/standardSchema.js';
import { chunk, finishChunk, thoughtChunk, usageChunk } from '../../../src/testing/chunks.js';
import { marbles } from '../../support/marbles.js';
import { outcomeOf } from '../../support/outcome.js';

/** Snapshots as plain data. */
const plain = map(({ value, complete }: JsonSnapshot) => ({ value, complete }));

/** A reply whose answer comes in these pieces. */
function reply(...pieces: string[]): Observable<GeminiChunk> {
  return from([...pieces.map((piece) => chunk(piece)), finishChunk()]);
}

async function valuesOf(...pieces: string[]): Promise<unknown[]> {
  const { values, error } = await outcomeOf(reply(...pieces).pipe(parseJson(), plain));
  if (error) throw error;
  return values;
}

async function wholeOf(...pieces: string[]): Promise<unknown> {
  return (await valuesOf(...pieces)).at(-1);
}

async function failureOf(source: Observable<unknown>): Promise<GeminiError> {
  const { error } = await outcomeOf(source);
  if (!error) throw new Error('Expected a failure');
  return error;
}

describe('parseJson', () => {
  it(
    'emits the value so far at each chunk, also one that adds nothing to it, and the whole value at completion',
    marbles((m) => {
      const values = {
        a: chunk('{"ti'),
        b: chunk('tle":"So'),
        t: thoughtChunk('{"no":"answer"}'),
        u: usageChunk({ totalTokenCount: 1 }),
        c: chunk('up","n":12'),
        d: chunk('3}'),
        f: finishChunk(),
      };
      const source = m.cold(' tatbucdf|', values);
      const subs = '          ^-------!';
      const expected = '      oxxyyzww(v|)';
      m.expectObservable(source.pipe(parseJson(), plain)).toBe(expected, {
        o: { value: undefined, complete: false },
        x: { value: {}, complete: false },
        y: { value: { title: 'So' }, complete: false },
        z: { value: { title: 'Soup' }, complete: false },
        w: { value: { title: 'Soup', n: 123 }, complete: false },
        v: { value: { title: 'Soup', n: 123 }, complete: true },
      });
      m.expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  it(
    'passes an error through after the value so far, unsubscribes from its source, and waits for a silent source',
    marbles((m) => {
      const values = { a: chunk('["a') };
      const x = { value: ['a'], complete: false };
      m.expectObservable(m.cold('a-#', values).pipe(parseJson(), plain)).toBe('x-#', { x });
      const source = m.cold('a-a', values);
      m.expectObservable(source.pipe(parseJson(), plain), '-!').toBe('x-', { x });
      m.expectSubscriptions(source.subscriptions).toBe('^!');
      m.expectObservable(NEVER.pipe(parseJson())).toBe('-');
    }),
  );

  it('reads candidate 0 only', async () => {
    const other = toChunk({ candidates: [{ index: 1, content: { parts: [{ text: 'No JSON' }] } }] });
    const { values } = await outcomeOf(concat(of(other), reply('[1]')).pipe(parseJson(), plain));
    expect(values.at(-1)).toEqual({ value: [1], complete: true });
  });

  it.each(['12', '"a"', 'true', 'null', '-0', ' [1] ', '\ufeff{"a":1}\n'])('reads %j', async (text) => {
    const value: unknown = JSON.parse(text.trim());
    expect(await wholeOf(text)).toEqual({ value, complete: true });
    expect(await wholeOf(...text)).toEqual({ value, complete: true });
  });

  it.each([
    '```json\n{"a":["```"]}\n```',
    '```JSON\r\n{"a":["```"]}\r\n```\r\nI hope that helps: {}',
    'Here you are:\n\n```json\n{"a":["```"]}\n```\nAnything [else]?',
    '```\n{"a":["```"]}\n```',
    '~~~jsonc\n  {"a":["```"]}\n~~~',
    'Run `x` first:\n```sh\nls\n```\nThen:\n````json\n{"a":["```"]}\n````\n',
    'Short: ```json{"a":["```"]}```',
    '```json\n{"a":["```"]}',
  ])('reads the content of a code fence: %j', async (text) => {
    const whole = { value: { a: ['```'] }, complete: true };
    expect(await wholeOf(text)).toEqual(whole);
    expect(await wholeOf(...text)).toEqual(whole);
    expect(await wholeOf(text.slice(0, 7), text.slice(7))).toEqual(whole);
  });

  it('finds a fence after any amount of prose', async () => {
    expect(await wholeOf(...Array.from({ length: 5_000 }, () => 'Well… '), '\n```json\n[1]\n```')).toEqual({
      value: [1],
      complete: true,
    });
  });

  it.each([
    [['{"a":1'], 'The answer ends in the middle of its JSON (the model stopped with STOP)'],
    [['I am sorry.'], 'There is no JSON in the answer (the model stopped with STOP)'],
    [[], 'The answer has no text, so there is no JSON in it (the model stopped with STOP)'],
    [['{"a":', 'x}'], 'The answer is not JSON: expected a value at 5, got "x"'],
    [['[01]'], 'The answer is not JSON: 01 is not a number'],
    [['[1] or [2]'], 'The answer is not JSON: expected nothing after its value, got "o"'],
    [['```json\n[1]\n{}'], 'The answer is not JSON: expected nothing after its value, got "{"'],
  ])('fails if the answer is not JSON: %j', async (pieces, message) => {
    const chunks = [...pieces.map((piece) => chunk(piece)), finishChunk()];
    const error = await failureOf(from(chunks).pipe(parseJson()));
    expect({ kind: error.kind, message: error.message }).toEqual({ kind: 'protocol', message });
    const arrived = chunks.reduce(mergeChunks);
    expect(error.partial?.text).toBe(arrived.text);
  });

  it('names the finish reason of an answer that was cut, and lets classifyErrors judge a bad finish', async () => {
    const cut$ = of(chunk('["a'), finishChunk('MAX_TOKENS'));
    const error = await failureOf(cut$.pipe(parseJson()));
    expect(error).toMatchObject({ kind: 'protocol', finishReason: 'MAX_TOKENS', partial: { text: '["a' } });
    const above = await failureOf(cut$.pipe(classifyErrors({ failOn: ['MAX_TOKENS'] }), parseJson()));
    expect(above).toMatchObject({ kind: 'truncated', finishReason: 'MAX_TOKENS', partial: { text: '["a' } });
  });

  it('continues when content follows an early finish, and does not name the cleared reason', async () => {
    const early = [mergeChunks(chunk('{"a":['), finishChunk()), chunk('1')];
    const { values } = await outcomeOf(from([...early, chunk(']}')]).pipe(parseJson(), plain));
    expect(values.map(({ complete }) => complete)).toEqual([false, false, false, true]);
    expect(values.at(-1)).toEqual({ value: { a: [1] }, complete: true });
    const error = await failureOf(from(early).pipe(parseJson()));
    expect(error.message).toBe('The answer ends in the middle of its JSON');
    expect(error).not.toHaveProperty('finishReason');
  });

  it('names the finish reason of candidate 0, not of another candidate', async () => {
    const other = toChunk({ candidates: [{ index: 1, finishReason: 'SAFETY', content: { parts: [{ text: 'b' }] } }] });
    const error = await failureOf(of(chunk('["a'), finishChunk('MAX_TOKENS'), other).pipe(parseJson()));
    expect(error.finishReason).toBe('MAX_TOKENS');
  });

  it('emits the JSON before a text that is not JSON', async () => {
    const { values, error } = await outcomeOf(reply('["a", "b",]').pipe(parseJson(), plain));
    expect(values).toEqual([{ value: ['a', 'b'], complete: false }]);
    expect(error?.kind).toBe('protocol');
  });

  it('fails with overflow if the JSON is too deep', async () => {
    const error = await failureOf(reply('[[', '[[').pipe(parseJson({ maxDepth: 3 })));
    expect(error).toMatchObject({ kind: 'overflow', partial: { text: '[[[[' } });
    expect((await failureOf(reply('['.repeat(101)).pipe(parseJson()))).kind).toBe('overflow');
  });

  it.each(['cancelled', 'stopped'])('completes without a whole value for a reply that was %s', async (mark) => {
    const end: GeminiChunk = { text: '', [mark]: { reason: 'enough' } };
    const { values, isComplete } = await outcomeOf(of(chunk('["a'), end).pipe(parseJson(), plain));
    expect(values).toEqual([
      { value: ['a'], complete: false },
      { value: ['a'], complete: false },
    ]);
    expect(isComplete).toBe(true);
    const late = await outcomeOf(of(chunk('["a"]'), end).pipe(parseJson(), plain));
    expect(late.values.at(-1)).toEqual({ value: ['a'], complete: true });
    const open = await outcomeOf(of(chunk('12'), end).pipe(parseJson(), plain));
    expect(open.values.at(-1)).toEqual({ value: undefined, complete: false });
  });

  it('keeps the value of each snapshot, even one that is read after the end', async () => {
    const { values } = await outcomeOf(reply('{"a":["x', 'y"', ',1]', '}').pipe(parseJson()));
    const whole = { a: ['xy', 1] };
    expect(values.map(({ value }) => value)).toEqual([{ a: ['x'] }, { a: ['xy'] }, whole, whole, whole, whole]);
    expect(values[0]?.value).toBe(values[0]?.value);
    const [only] = (await outcomeOf(reply('["a"]').pipe(parseJson()))).values;
    expect(only?.value).toEqual(['a']);
  });

  it('shares one value between snapshots while the JSON does not change', async () => {
    const notice: GeminiChunk = { text: '', progress: { fraction: 0.5 } as never };
    const { values } = await outcomeOf(of(chunk('["a"'), notice, chunk(' ]'), finishChunk()).pipe(parseJson()));
    const [first, ...others] = values.slice(0, -1).map(({ value }) => value);
    expect(first).toEqual(['a']);
    for (const other of others) expect(other).toBe(first);
  });

  it('emits snapshots that are plain data: a spread, a clone and JSON have the value', async () => {
    const snapshot = (await outcomeOf(of(chunk('["a')).pipe(parseJson(), take(1)))).values[0]!;
    const { value, ...others } = { ...snapshot };
    expect(value).toEqual(['a']);
    expect(others).toEqual({ complete: false, reply: { ...chunk('["a'), chunks: 1 } });
    expect(structuredClone(snapshot)).toEqual({ value, ...others });
    expect(JSON.parse(JSON.stringify(snapshot))).toEqual({ value, ...others });
    expect(snapshot).toEqual({ value, ...others });
    expect(Object.isFrozen(snapshot)).toBe(true);
  });

  it('shares no state between subscriptions', () => {
    const source = new Subject<GeminiChunk>();
    const result$ = concat(of(chunk('["a')), source).pipe(parseJson(), plain);
    const seen: unknown[] = [];
    result$.subscribe(({ value }) => seen.push(value));
    source.next(chunk('b'));
    result$.subscribe(({ value }) => seen.push(value));
    expect(seen).toEqual([['a'], ['ab'], ['a']]);
  });

  it('unsubscribes from an endless synchronous source when its result is closed', () => {
    const endless = new Observable<GeminiChunk>((destination) => {
      destination.next(chunk('['));
      while (!destination.closed) destination.next(chunk('1,'));
    });
    const seen: unknown[] = [];
    endless.pipe(parseJson(), take(2)).subscribe(({ value }) => seen.push(value));
    expect(seen).toEqual([[], [1]]);
  });

  it('throws at the call for wrong options', () => {
    const notOne = { parse: () => 1 } as unknown as StandardSchema;
    expect(() => parseJson({ schema: notOne })).toThrow(
      new TypeError('Expected `schema` to be a Standard Schema (of zod, valibot, arktype, …), got an object'),
    );
    expect(() => parseJson({ schema: null as unknown as StandardSchema })).toThrow(TypeError);
    expect(() => parseJson({ maxDepth: 0 })).toThrow(
      new RangeError('Expected `maxDepth` to be a whole number of at least 1, got 0'),
    );
  });
});

describe('the reply in a snapshot', () => {
  it(
    'has everything that arrived, and the latest annotations, before, in and after the JSON',
    marbles((m) => {
      const values = {
        q: { text: '', queued: { position: 2 } },
        t: thoughtChunk('Hmm'),
        a: chunk('["a'),
        b: chunk('b"]', { usageMetadata: { totalTokenCount: 7 } }),
        f: finishChunk(),
      };
      const source = m.cold<GeminiChunk>('qtabf|', values);
      const shown = map(({ value, reply: { queued, usageMetadata, text, chunks }, reply }: JsonSnapshot) => ({
        value,
        queued: queued?.position,
        thoughts: thoughtsOf(reply),
        tokens: usageMetadata?.totalTokenCount,
        text,
        chunks,
      }));
      const q = { value: undefined, queued: 2, thoughts: '', tokens: undefined, text: '', chunks: 1 };
      const t = { ...q, queued: undefined, thoughts: 'Hmm', chunks: 2 };
      const a = { ...t, value: ['a'], text: '["a', chunks: 3 };
      const b = { ...a, value: ['ab'], text: '["ab"]', tokens: 7, chunks: 4 };
      const f = { ...b, chunks: 5 };
      m.expectObservable(source.pipe(parseJson(), shown)).toBe('qtabf(f|)', { q, t, a, b, f });
    }),
  );

  it('is the snapshot of accumulate(), and the complete one has the last', async () => {
    const source$ = reply('{"a":', '[1', ',2]}').pipe(
      withCost({ pricePerMillion: { input: 1, output: 2 } }),
      withProgress(),
      withMetrics(),
    );
    const chunks = (await outcomeOf(source$)).values;
    const snapshots = (await outcomeOf(from(chunks).pipe(parseJson()))).values;
    const replies = (await outcomeOf(from(chunks).pipe(accumulate()))).values;
    expect(snapshots.slice(0, -1).map((snapshot) => snapshot.reply)).toEqual(replies);
    expect(snapshots.at(-1)).toEqual({ value: { a: [1, 2] }, complete: true, reply: replies.at(-1) });
    const annotations: unknown = expect.arrayContaining(['cost', 'progress', 'metrics']);
    for (const one of replies) expect(Object.keys(one)).toEqual(annotations);
  });

  it('does not change when more chunks come', () => {
    const seen: JsonSnapshot[] = [];
    reply('[1', ',2]')
      .pipe(parseJson())
      .subscribe((snapshot) => seen.push(snapshot));
    expect(seen.map((snapshot) => snapshot.reply.text)).toEqual(['[1', '[1,2]', '[1,2]', '[1,2]']);
  });

  it.each(['["a', ''])('has the cancellation of a reply that was cut after %j', (text) => {
    const user$ = new Subject<string>();
    const source$ = concat(of(chunk(text)), NEVER).pipe(takeUntilCancel(user$), parseJson());
    const seen: JsonSnapshot[] = [];
    let isComplete = false;
    source$.subscribe({ next: (snapshot) => seen.push(snapshot), complete: () => (isComplete = true) });
    user$.next('user');
    expect(isComplete).toBe(true);
    expect(seen.at(-1)).toMatchObject({ complete: false, reply: { text, cancelled: { reason: 'user' } } });
  });

  it('has the cost in its type if withCost is above, and narrows with complete', () => {
    const schema = z.object({ title: z.string() });
    const result$ = NEVER.pipe(
      map((): GeminiChunk => chunk('')),
      withCost({ pricePerMillion: { input: 1, output: 2 } }),
      parseJson(schema),
      filter((snapshot) => snapshot.complete),
      map(({ value, reply: { cost } }) => ({ title: value.title, total: cost.total })),
    );
    expectTypeOf(result$).toEqualTypeOf<Observable<{ title: string; total: number }>>();
  });
});

describe('parseJson with a schema', () => {
  const schemas: Record<string, StandardSchema<{ items: { name: string; n: number }[] }>> = {
    zod: z.object({ items: z.array(z.object({ name: z.string(), n: z.number() })) }),
    valibot: v.object({ items: v.array(v.object({ name: v.string(), n: v.number() })) }),
    arktype: type({ items: type({ name: 'string', n: 'number' }).array() }),
  };

  it.each(Object.entries(schemas))('checks the whole value with %s', async (_, schema) => {
    const good = { items: [{ name: 'a', n: 1 }] };
    const { values } = await outcomeOf(reply(JSON.stringify(good)).pipe(parseJson({ schema })));
    expect(values.at(-1)).toMatchObject({ value: good, complete: true });
    const direct = await outcomeOf(reply(JSON.stringify(good)).pipe(parseJson(schema)));
    expect(direct.values).toEqual(values);
    const bad = await failureOf(reply('{"items":[{}]}').pipe(parseJson(schema)));
    expect(bad).toMatchObject({ kind: 'protocol', partial: { text: '{"items":[{}]}' } });
  });

  it.each(Object.entries(schemas))('names the paths that %s refuses, and keeps the reply', async (_, schema) => {
    const text = '{"items":[{"name":"a","n":1},{"name":7,"n":1}]}';
    const error = await failureOf(reply(text).pipe(parseJson({ schema })));
    expect(error).toMatchObject({ kind: 'protocol', partial: { text } });
    expect(error.message).toMatch(/^The JSON of the answer does not fit the schema: \$\.items\[1\]\.name: \S/);
    expect(error.cause).toBeInstanceOf(SchemaError);
    const cause = error.cause as SchemaError;
    expect({ name: cause.name, value: cause.value, issues: cause.issues.length }).toEqual({
      name: 'SchemaError',
      value: JSON.parse(text) as unknown,
      issues: 1,
    });
  });

  const numbers: Record<string, StandardSchema<{ n: number }>> = {
    zod: z.object({ n: z.number() }),
    valibot: v.object({ n: v.number() }),
    arktype: type({ n: "'one' | 'two'" }) as unknown as StandardSchema<{ n: number }>,
  };

  it.each(Object.entries(numbers))('quotes no text of a reply that %s refuses', async (_, schema) => {
    const error = await failureOf(reply('{"n":"my \\"private\\" words"}').pipe(parseJson({ schema })));
    expect(error.message).toMatch(/\$\.n: \S/);
    expect(inspect(error, { showHidden: true, depth: 9 })).not.toContain('private');
  });

  it('names three paths and counts the others, each spelled as one path', async () => {
    const schema = z.record(z.string(), z.number());
    const text = '{"a b":"","ü":"","c":"","d":"","e":""}';
    const { message } = await failureOf(reply(text).pipe(parseJson({ schema })));
    expect(message).toMatch(/: \$\["a b"\]: .*; \$\.ü: .*; \$\.c: .*, and 2 more$/);
  });

  it('waits for an asynchronous check, and drops it when it is unsubscribed', async () => {
    const schema = z.object({ a: z.string().refine(async (text) => text !== 'bad') });
    const { values } = await outcomeOf(reply('{"a":"good"}').pipe(parseJson({ schema })));
    expect(values.at(-1)).toMatchObject({ value: { a: 'good' }, complete: true });
    const error = await failureOf(reply('{"a":"bad"}').pipe(parseJson({ schema })));
    expect(error).toMatchObject({ kind: 'protocol', partial: { text: '{"a":"bad"}' } });
    const seen: unknown[] = [];
    const subscription = reply('{"a":"good"}')
      .pipe(parseJson({ schema }))
      .subscribe((snapshot) => seen.push(snapshot));
    subscription.unsubscribe();
    await new Promise((resolve) => setImmediate(resolve));
    expect(seen).toHaveLength(2);
  });

  it('emits synchronously if the check is synchronous', () => {
    const seen: unknown[] = [];
    reply('[1]')
      .pipe(parseJson({ schema: z.array(z.number()) }))
      .subscribe(({ complete }) => seen.push(complete));
    expect(seen).toEqual([false, false, true]);
  });

  it('emits the output of the schema', async () => {
    const schema = z.object({ at: z.string().transform((text) => new Date(text)) });
    const { values } = await outcomeOf(reply('{"at":"2026-01-01"}').pipe(parseJson({ schema })));
    expect(values.map(({ value }) => value)).toEqual([
      { at: '2026-01-01' },
      { at: '2026-01-01' },
      { at: new Date('2026-01-01') },
    ]);
  });

  it('fails if the check itself throws or rejects', async () => {
    const boom = new Error('boom');
    const throwing = z.unknown().refine(() => {
      throw boom;
    });
    const rejecting: StandardSchema = {
      '~standard': { version: 1, vendor: 'test', validate: () => Promise.reject(boom) },
    };
    for (const schema of [throwing, rejecting]) {
      const error = await failureOf(reply('[1]').pipe(parseJson({ schema })));
      expect({ cause: error.cause, partial: error.partial?.text }).toEqual({ cause: boom, partial: '[1]' });
    }
  });

  it('does not check a reply that failed', async () => {
    const schema = z.unknown().refine(() => {
      throw new Error('Asked');
    });
    const failed$ = concat(
      reply('[1]'),
      throwError(() => new Error('cut')),
    );
    await expect(outcomeOf(failed$.pipe(parseJson({ schema })))).rejects.toThrow('Not a GeminiError');
  });

  it('types a growing value as partial, and a complete one as the output of the schema', () => {
    const chunks$: Observable<GeminiChunk> = EMPTY;
    const schema = z.object({ kind: z.enum(['a', 'b']), at: z.string().transform(Number), tags: z.array(z.string()) });
    const result$ = chunks$.pipe(parseJson(schema));
    expectTypeOf(chunks$.pipe(parseJson({ schema }))).toEqualTypeOf<typeof result$>();
    interface Input {
      kind: 'a' | 'b';
      at: string;
      tags: string[];
    }
    interface Output {
      kind: 'a' | 'b';
      at: number;
      tags: string[];
    }
    expectTypeOf(result$).toEqualTypeOf<Observable<JsonSnapshot<Input, Output>>>();
    expectTypeOf<DeepPartial<Input>>().toEqualTypeOf<{
      readonly kind?: string;
      readonly at?: string;
      readonly tags?: readonly string[];
    }>();
    expectTypeOf(chunks$.pipe(parseJson())).toEqualTypeOf<Observable<JsonSnapshot>>();
    expectTypeOf<DeepPartial<[1, { a: boolean }] | null>>().toEqualTypeOf<
      readonly [1?, { readonly a?: boolean }?] | null
    >();
    const arks$ = chunks$.pipe(parseJson(type({ 'n?': 'number' })));
    expectTypeOf(arks$).toEqualTypeOf<Observable<JsonSnapshot<{ n?: number }>>>();
    const valibots$ = chunks$.pipe(parseJson(v.object({ n: v.pipe(v.string(), v.transform(Number)) })));
    expectTypeOf(valibots$).toEqualTypeOf<Observable<JsonSnapshot<{ n: string }, { n: number }>>>();
  });
});
