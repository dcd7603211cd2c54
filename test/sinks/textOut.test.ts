import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import fc from 'fast-check';
import { concat, concatMap, delay, from, NEVER, Observable, of, Subject, throwError } from 'rxjs';
import { afterAll, beforeAll, describe, expect, expectTypeOf, it, vi } from 'vitest';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { GeminiError } from '../../src/errors/geminiError.js';
import type { ReplyStream } from '../../src/sinks/replyStream.js';
import { toAsyncIterable, type ToAsyncIterableOptions } from '../../src/sinks/toAsyncIterable.js';
import { toReadableStream } from '../../src/sinks/toReadableStream.js';
import { callChunk, chunk, finishChunk, thoughtChunk } from '../../src/testing/chunks.js';

const failure = new GeminiError('The reply broke off', { kind: 'truncated' });

async function readAll(texts: AsyncIterable<string>): Promise<string[]> {
  const all: string[] = [];
  for await (const text of texts) all.push(text);
  return all;
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'rxjs-gemini-text-'));
});
afterAll(() => rm(folder, { recursive: true }));

let files = 0;
const newFile = () => path.join(folder, `${String((files += 1))}.md`);

describe.each([
  ['toAsyncIterable', (source: Observable<GeminiChunk>) => toAsyncIterable(source, { text: true })],
  ['toReadableStream', (source: Observable<GeminiChunk>) => toReadableStream(source, { text: true })],
])('the texts of %s', (_, textsOf) => {
  it('are the answer, without empty strings', async () => {
    const reply$ = of(
      thoughtChunk('Hm. '),
      chunk('Hello, '),
      chunk(''),
      callChunk('f', {}),
      chunk('world'),
      finishChunk(),
    );
    const texts = await readAll(textsOf(reply$));
    expect(texts).toEqual(['Hello, ', 'world']);
    expect(await readAll(textsOf(of(thoughtChunk('Hm.'), finishChunk())))).toEqual([]);
  });

  it('are joined while the reader is busy', async () => {
    const source$ = new Subject<GeminiChunk>();
    const texts = textsOf(source$)[Symbol.asyncIterator]();
    const first = texts.next();
    await vi.waitUntil(() => source$.observed);
    for (const text of ['a', 'b', 'c']) source$.next(chunk(text));
    expect((await first).value).toBe('a');
    expect((await texts.next()).value).toBe('bc');
    const last = texts.next();
    source$.complete();
    expect((await last).done).toBe(true);
  });

  it('can each be encoded by themselves, however the reply is cut', async () => {
    const characters = fc.constantFrom('a', '👩‍🔬', '語', 'e\u0301', '𝒳', '\ud83d', '\udc69');
    const answers = fc.array(characters, { maxLength: 12 }).map((list) => list.join(''));
    await fc.assert(
      fc.asyncProperty(answers, fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1 }), async (answer, sizes) => {
        const pieces: string[] = [];
        for (let at = 0, cut = 0; at < answer.length; cut++) {
          const size = sizes[cut % sizes.length] ?? 1;
          pieces.push(answer.slice(at, at + size));
          at += size;
        }
        const texts = await readAll(textsOf(from(pieces.map((piece) => chunk(piece)))));
        expect(texts.join('')).toBe(answer);
        expect(texts).not.toContain('');
        expect(Buffer.concat(texts.map((text) => Buffer.from(text)))).toEqual(Buffer.from(answer));
      }),
    );
  });

  it('end with the failure, after everything that arrived', async () => {
    const texts: string[] = [];
    const source$ = concat(
      of(chunk('a'), chunk('b\ud83d')),
      throwError(() => failure),
    );
    await expect(
      (async () => {
        for await (const text of textsOf(source$)) texts.push(text);
      })(),
    ).rejects.toBe(failure);
    expect(texts.join('')).toBe('ab\ud83d');
  });
});

describe('a pipeline to a file', () => {
  const sentences = Array.from({ length: 200 }, (_, at) => `Sentence ${String(at)}: 語 👩‍🔬. `);
  const story$ = from(sentences).pipe(
    concatMap((text, at) => of(chunk(text)).pipe(at % 20 ? (same) => same : delay(1))),
  );

  it.each([
    ['an iterable', (source: Observable<GeminiChunk>) => toAsyncIterable(source, { text: true })],
    ['a web stream', (source: Observable<GeminiChunk>) => toReadableStream(source, { text: true })],
    [
      'a Node stream of a web stream',
      (source: Observable<GeminiChunk>) => Readable.fromWeb(toReadableStream(source, { text: true })),
    ],
    [
      'a Node stream of an iterable',
      (source: Observable<GeminiChunk>) => Readable.from(toAsyncIterable(source, { text: true })),
    ],
  ])('of %s writes the whole answer', async (_, textOf) => {
    const file = newFile();
    await pipeline(textOf(story$), createWriteStream(file, { highWaterMark: 16 }));
    expect((await readFile(file, 'utf8')) === sentences.join('')).toBe(true);
  });

  it('has what arrived before a failure, and rejects with the failure', async () => {
    const file = newFile();
    const source$ = concat(
      story$,
      throwError(() => failure),
    );
    // With a larger buffer, Node destroys the file with the texts that it has not written yet.
    const writer = createWriteStream(file, { highWaterMark: 1 });
    await expect(pipeline(toAsyncIterable(source$, { text: true }), writer)).rejects.toBe(failure);
    expect((await readFile(file, 'utf8')) === sentences.join('')).toBe(true);
  });
});

describe('a slow writer', () => {
  it('gets the text that has arrived since, joined', async () => {
    const written: string[] = [];
    const source$ = new Subject<GeminiChunk>();
    let release: (() => void) | undefined;
    const writer = new Writable({
      highWaterMark: 1,
      decodeStrings: false,
      write(text: string, _, done) {
        written.push(text);
        release = () => {
          done();
        };
      },
    });
    const done = pipeline(toAsyncIterable(source$, { text: true }), writer);
    await vi.waitUntil(() => source$.observed);
    source$.next(chunk('a'));
    await vi.waitUntil(() => written.length === 1);
    for (const text of 'bcdefgh') source$.next(chunk(text));
    expect(written).toEqual(['a']);
    release?.();
    await vi.waitUntil(() => written.length === 2);
    source$.complete();
    release?.();
    await done;
    expect(written).toEqual(['a', 'bcdefgh']);
  });
});

describe('a destroyed writer', () => {
  const full = new Error('No space left');

  it.each([
    ['an iterable', (source: Observable<GeminiChunk>) => Readable.from(toAsyncIterable(source, { text: true }))],
    ['a web stream', (source: Observable<GeminiChunk>) => Readable.fromWeb(toReadableStream(source, { text: true }))],
  ])('closes the source at once, also while it is silent, through a Node stream of %s', async (_, textOf) => {
    const left = vi.fn();
    const source$ = new Observable<GeminiChunk>((destination) => {
      destination.add(left);
      destination.next(chunk('a'));
    });
    const write = vi.fn((_text: unknown, _encoding: unknown, done: () => void) => {
      done();
    });
    const writer = new Writable({ write });
    const done = pipeline(textOf(source$), writer);
    await vi.waitUntil(() => write.mock.calls.length === 1);
    expect(left).not.toHaveBeenCalled();
    writer.destroy(full);
    await expect(done).rejects.toBe(full);
    await vi.waitUntil(() => left.mock.calls.length === 1);
  });

  it('closes the source at the next text without one, as `pipeline` does for every iterable', async () => {
    const source$ = new Subject<GeminiChunk>();
    const writer = new Writable();
    const done = pipeline(toAsyncIterable(source$, { text: true }), writer);
    await vi.waitUntil(() => source$.observed);
    writer.destroy(full);
    source$.next(chunk('a'));
    await expect(done).rejects.toBe(full);
    await vi.waitUntil(() => !source$.observed);
  });
});

describe('the types', () => {
  it('are of texts with `text: true`, else of chunks', () => {
    const options: ToAsyncIterableOptions = {};
    expectTypeOf(toAsyncIterable(NEVER, { text: true })).toEqualTypeOf<AsyncIterable<string, undefined>>();
    expectTypeOf(toAsyncIterable(of(chunk('a')), options)).toEqualTypeOf<AsyncIterable<GeminiChunk, undefined>>();
    expectTypeOf(toReadableStream(of(chunk('a')), { text: true })).toEqualTypeOf<ReplyStream<string>>();
    expectTypeOf(toReadableStream(of(chunk('a')))).toEqualTypeOf<ReplyStream<GeminiChunk>>();
  });

  it('refuse a transform of other values, and a text that is not a boolean', () => {
    const numbers = new TransformStream<number, number>();
    // @ts-expect-error the stream has texts, not numbers
    expect(() => toReadableStream(NEVER, { text: true }).pipeThrough(numbers)).not.toThrow();
    expect(() => toAsyncIterable(NEVER, { text: 'yes' } as never)).toThrow('Expected `text` to be true or false');
  });
});

describe('a Response', () => {
  it('takes the encoded texts', async () => {
    const texts = toReadableStream(of(chunk('Hello, '), chunk('👩‍🔬')), { text: true });
    expect(await new Response(texts.pipeThrough(new TextEncoderStream())).text()).toBe('Hello, 👩‍🔬');
  });
});
