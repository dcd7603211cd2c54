import { createWriteStream, readFileSync } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import fc from 'fast-check';
import { concat, config, EMPTY, from, NEVER, Observable, of, Subject, Subscription, take, throwError } from 'rxjs';
import { afterEach, beforeEach, describe, expect, expectTypeOf, it, onTestFinished, vi } from 'vitest';
import { record, type RecordOptions, type RecordWritable } from '../../src/recording/record.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { GeminiError } from '../../src/errors/geminiError.js';
import { replay } from '../../src/recording/replay.js';
import { callChunk, chunk, usageChunk } from '../../src/testing/chunks.js';
import { arbitraryChunk } from '../support/arbitraryChunks.js';
import { marbles } from '../support/marbles.js';
import { outcomeOf } from '../support/outcome.js';
import { expectSameData } from '../support/sameData.js';

const header = '{"recording":"rxjs-gemini","version":1}';
const values = { a: chunk('a'), b: chunk('b') };

/** A writable that is never busy, and the texts that were written to it. */
function paper(): { lines: () => unknown[]; text: () => string; write: (text: string) => void } {
  let text = '';
  return {
    write: (more) => (text += more),
    text: () => text,
    lines: () =>
      text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
  };
}

/** A writable whose writes wait until they are settled by hand. */
function slowPaper() {
  const writes: { text: string; settle: () => void; fail: (cause: unknown) => void }[] = [];
  const write = (text: string) =>
    new Promise<void>((settle, fail) => {
      writes.push({ text, settle, fail });
    });
  return { write, writes };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** A folder for one test. */
async function folder(): Promise<string> {
  const made = await mkdtemp(path.join(tmpdir(), 'record-'));
  onTestFinished(() => rm(made, { recursive: true }));
  return made;
}

describe('record', () => {
  it(
    'emits chunks unchanged and at once, and writes them with their times',
    marbles((m) => {
      const written = paper();
      const source = m.cold(' -a--b|', values);
      const subs = '          ^----!';
      const expected = '      -a--b|';
      m.expectObservable(source.pipe(record(written))).toBe(expected, values);
      m.expectSubscriptions(source.subscriptions).toBe(subs);
      m.flush();
      expect(written.lines()).toEqual([
        JSON.parse(header),
        { t: 1, chunk: values.a },
        { t: 4, chunk: values.b },
        { t: 5, end: 'complete' },
      ]);
    }),
  );

  it('emits the chunks of the source themselves', async () => {
    const chunks = [values.a, usageChunk({ totalTokenCount: 1 }), callChunk('find', { x: 1 }), { text: '' }];
    const seen = (await outcomeOf(from(chunks).pipe(record(paper())))).values;
    expect(seen.every((each, index) => each === chunks[index])).toBe(true);
  });

  it('writes a line before it emits the chunk', () => {
    const written = paper();
    of(values.a)
      .pipe(record(written))
      .subscribe(() => expect(written.lines()).toHaveLength(2));
    expect.assertions(1);
  });

  it('writes a chunk with only `text` unchanged, and writes annotations', () => {
    const written = paper();
    from<GeminiChunk[]>([{ text: 'a' }, { text: '', cancelled: { reason: 'enough' } }])
      .pipe(record(written))
      .subscribe();
    expect(written.lines().slice(1, 3)).toEqual([
      { t: expect.any(Number) as number, chunk: { text: 'a' } },
      { t: expect.any(Number) as number, chunk: { text: '', cancelled: { reason: 'enough' } } },
    ]);
  });

  it('records an empty reply, and the beginning of a reply that never ends', () => {
    const empty = paper();
    EMPTY.pipe(record(empty)).subscribe();
    const endless = paper();
    const subscription = NEVER.pipe(record(endless)).subscribe();
    expect([empty.lines().slice(1), endless.lines().slice(1)]).toMatchObject([[{ end: 'complete' }], []]);
    subscription.unsubscribe();
  });

  it(
    'records an error in its public form, and fails with the thrown value',
    marbles((m) => {
      const written = paper();
      const cause = Object.assign(new Error('got status: 503. {"error":{"code":503,"message":"Busy"}}'), {
        status: 503,
        key: 'AIzaSyA-very-secret-key-of-somebody',
      });
      m.expectObservable(m.cold('-a#', values, cause).pipe(record(written))).toBe('-a#', values, cause);
      m.flush();
      expect(written.lines().at(-1)).toMatchObject({
        t: 2,
        end: 'error',
        error: { name: 'GeminiError', kind: 'overloaded', retryable: true, status: 503 },
      });
      expect(written.text()).not.toMatch(/AIza|stack|cause/);
    }),
  );

  it(
    'records an unsubscription as cancelled',
    marbles((m) => {
      const written = paper();
      m.expectObservable(m.cold('-a-b', values).pipe(record(written)), '^-!').toBe('-a', values);
      m.flush();
      expect(written.lines().slice(1)).toMatchObject([{ t: 1 }, { t: 2, end: 'cancelled' }]);
    }),
  );

  it('writes one last line, also when it is unsubscribed within the last notification', () => {
    const written = paper();
    const subscription = new Subscription();
    const source = new Subject<GeminiChunk>();
    subscription.add(source.pipe(record(written)).subscribe({ complete: () => subscription.unsubscribe() }));
    source.next(values.a);
    source.complete();
    expect(written.lines().at(-1)).toMatchObject({ end: 'complete' });
    expect(written.lines()).toHaveLength(3);
  });

  it('unsubscribes from an endless synchronous source when `take` completes', () => {
    const written = paper();
    const endless$ = new Observable<GeminiChunk>((destination) => {
      while (!destination.closed) destination.next(values.a);
    });
    endless$.pipe(record(written), take(2)).subscribe();
    expect(written.lines().slice(3)).toMatchObject([{ end: 'cancelled' }]);
  });

  it('calls a function at each subscription, writes one recording to its result, and closes the result', () => {
    const opened: ReturnType<typeof paper>[] = [];
    const close = vi.fn();
    const recorded$ = of(values.a).pipe(
      record(() => {
        opened.push(paper());
        return { ...opened.at(-1)!, close };
      }),
    );
    expect(opened).toHaveLength(0);
    recorded$.subscribe();
    recorded$.subscribe();
    expect(opened.map((each) => each.lines().length)).toEqual([3, 3]);
    expect(close).toHaveBeenCalledTimes(2);
  });

  it('does not close an object, which takes one recording after another', async () => {
    const written = { ...paper(), end: vi.fn(), close: vi.fn() };
    const recorded$ = of(values.a).pipe(record(written));
    await outcomeOf(recorded$);
    await outcomeOf(recorded$);
    expect(written.lines()).toHaveLength(6);
    expect([written.end, written.close].map((each) => each.mock.calls.length)).toEqual([0, 0]);
    expect((await outcomeOf(replay(written.text(), { speed: Infinity }))).values).toEqual([values.a]);
  });

  describe('into a busy writable', () => {
    it('does not delay the reply: lines that arrive meanwhile are written together, including the end', async () => {
      const { write, writes } = slowPaper();
      const source = new Subject<GeminiChunk>();
      const seen: string[] = [];
      source.pipe(record({ write })).subscribe(({ text }) => seen.push(text));
      source.next(values.a);
      source.next(values.b);
      source.complete();
      expect([seen, writes.length]).toEqual([['a', 'b'], 1]);
      writes[0]!.settle();
      await turn();
      expect(writes.map(({ text }) => text.match(/\n/g)?.length)).toEqual([1, 3]);
    });

    it('closes the result of a function when all lines are written', async () => {
      const { write, writes } = slowPaper();
      const close = vi.fn();
      of(values.a)
        .pipe(record(() => ({ write, close })))
        .subscribe();
      writes[0]!.settle();
      await turn();
      expect(close).not.toHaveBeenCalled();
      writes[1]!.settle();
      await turn();
      expect(close).toHaveBeenCalledOnce();
    });

    it('ends the recording when more than 64 MB wait', () => {
      const errors: GeminiError[] = [];
      const large = chunk('x'.repeat(1024 * 1024));
      const { write, writes } = slowPaper();
      const recorded$ = from(Array.from({ length: 40 }, () => large)).pipe(
        record({ write }, { onError: (error) => errors.push(error) }),
      );
      let count = 0;
      recorded$.subscribe(() => (count += 1));
      expect([count, writes.length]).toEqual([40, 1]);
      expect(errors).toMatchObject([{ kind: 'overflow', limit: 'memory' }]);
    });
  });

  describe('into a writable that fails', () => {
    const broken = new Error('ENOSPC: no space left on device');
    const failing: [string, RecordWritable | (() => RecordWritable)][] = [
      [
        'throws',
        {
          write: () => {
            throw broken;
          },
        },
      ],
      ['rejects', { write: () => Promise.reject(broken) }],
      [
        'cannot be opened',
        () => {
          throw broken;
        },
      ],
      ['cannot be closed', () => ({ write: () => undefined, close: () => Promise.reject(broken) })],
      ['is a stream of Node', new Writable({ write: (_, __, done) => done(broken) })],
      [
        'is a stream of Node that fails at its end',
        () => new Writable({ write: (_, __, done) => done(), final: (done) => done(broken) }),
      ],
    ];

    it.each(failing)('continues the reply and reports the error once: it %s', async (_, writable) => {
      const errors: GeminiError[] = [];
      const recorded$ = of(values.a, values.b).pipe(record(writable, { onError: (error) => errors.push(error) }));
      expect(await outcomeOf(recorded$)).toMatchObject({ values: [values.a, values.b], isComplete: true });
      await turn();
      await turn();
      expect(errors).toHaveLength(1);
      expect(errors[0]).toMatchObject({ name: 'GeminiError', message: broken.message });
    });

    it('continues if a chunk cannot be written as JSON', async () => {
      const errors: GeminiError[] = [];
      const odd = { text: 'a', count: 1n };
      const recorded$ = of<GeminiChunk>(odd).pipe(record(paper(), { onError: (error) => errors.push(error) }));
      expect((await outcomeOf(recorded$)).values).toEqual([odd]);
      expect(errors).toHaveLength(1);
    });

    it('does not write again to a writable that failed', async () => {
      const write = vi.fn(() => Promise.reject(broken));
      const source = new Subject<GeminiChunk>();
      source.pipe(record({ write }, { onError: () => undefined })).subscribe();
      await turn();
      source.next(values.a);
      source.complete();
      await turn();
      expect(write).toHaveBeenCalledOnce();
    });

    describe('without `onError`, or with one that throws', () => {
      beforeEach(() => {
        vi.useFakeTimers();
      });
      afterEach(() => {
        config.onUnhandledError = null;
        vi.useRealTimers();
      });

      it('reports the error to rxjs', () => {
        const unhandled: unknown[] = [];
        config.onUnhandledError = (cause) => unhandled.push(cause);
        const write = () => {
          throw broken;
        };
        of(values.a).pipe(record({ write })).subscribe();
        vi.runAllTimers();
        expect(unhandled).toMatchObject([{ name: 'GeminiError', cause: broken }]);
        const worse = new Error('worse');
        const onError = () => {
          throw worse;
        };
        of(values.a).pipe(record({ write }, { onError })).subscribe();
        vi.runAllTimers();
        expect(unhandled.slice(1)).toEqual([worse]);
      });
    });
  });

  describe('into real writables', () => {
    const long$ = from(Array.from({ length: 500 }, (_, index) => chunk(`${String(index)} ${'é'.repeat(200)};`)));

    async function playedFrom(file: string): Promise<GeminiChunk[]> {
      return (await outcomeOf(replay(readFileSync(file, 'utf8'), { speed: Infinity }))).values;
    }

    it('writes to a file stream of Node, and ends it', async () => {
      const file = path.join(await folder(), 'reply.jsonl');
      const closed = new Promise<void>((resolve) => {
        long$.pipe(record(() => createWriteStream(file).on('close', () => resolve()))).subscribe();
      });
      await closed;
      expect(await playedFrom(file)).toEqual((await outcomeOf(long$)).values);
    });

    it('reports a file that cannot be opened, and does not end the process', async () => {
      const file = path.join(await folder(), 'missing', 'reply.jsonl');
      const error = await new Promise<GeminiError>((resolve) => {
        long$.pipe(record(() => createWriteStream(file), { onError: resolve })).subscribe();
      });
      expect(error.message).toMatch('ENOENT');
    });

    it('writes to a file handle', async () => {
      const file = path.join(await folder(), 'reply.jsonl');
      const handle = await open(file, 'w');
      const closed = new Promise<void>((resolve) => {
        const close = () => handle.close().then(() => resolve());
        long$.pipe(record(() => ({ write: (text) => handle.write(text), close }))).subscribe();
      });
      await closed;
      expect(await playedFrom(file)).toHaveLength(500);
    });

    it('writes to a web stream that is read at the same time', async () => {
      const { readable, writable } = new TransformStream<string, string>();
      const source = new Subject<GeminiChunk>();
      source.pipe(record(writable.getWriter())).subscribe();
      const played = outcomeOf(replay(readable, { speed: Infinity }));
      source.next(values.a);
      await turn();
      source.next(values.b);
      source.complete();
      expect(await played).toMatchObject({ values: [values.a, values.b], isComplete: true });
    });

    it('writes to a web stream, and closes it', async () => {
      const texts: string[] = [];
      const closed = new Promise<void>((resolve) => {
        const close = () => resolve();
        const writable = new WritableStream<string>({ write: (text) => void texts.push(text), close });
        of(values.a)
          .pipe(record(() => writable.getWriter()))
          .subscribe();
      });
      await closed;
      expect((await outcomeOf(replay(texts))).values).toEqual([values.a]);
    });

    it('leaves no listener on a stream of Node that it does not own', async () => {
      const stream = new PassThrough();
      await outcomeOf(of(values.a).pipe(record(stream)));
      const text: string[] = [];
      stream.on('data', (data: Buffer) => text.push(data.toString()));
      const before = new PassThrough().listenerCount('error');
      await vi.waitFor(() => expect(stream.listenerCount('error')).toBe(before));
      await vi.waitFor(() => expect(text.join('').match(/\n/g)).toHaveLength(3));
      expect(stream.writableEnded).toBe(false);
    });
  });

  it('is undone by replay: replay(record(x)) is x, for any chunks and either end', () => {
    const error = new GeminiError('It broke', {
      kind: 'truncated',
      retryable: false,
      retryAfter: 5,
      partial: chunk('ab'),
    });
    fc.assert(
      fc.property(fc.array(arbitraryChunk, { maxLength: 6 }), fc.boolean(), (chunks, fails) => {
        const written = paper();
        const original$ = concat(from(chunks), fails ? throwError(() => error) : EMPTY);
        const played: unknown[] = [];
        original$.pipe(record(written)).subscribe({ error: () => undefined });
        replay(written.text(), { speed: Infinity }).subscribe({
          next: (each) => played.push(each),
          error: (cause: unknown) => played.push((cause as GeminiError).toJSON()),
          complete: () => played.push('|'),
        });
        expectSameData(played, [...chunks, fails ? error.toJSON() : '|']);
      }),
    );
  });

  it.each([
    [
      undefined,
      {},
      'Expected `writable` to be an object with a function `write`, or a function that gives one, got undefined',
    ],
    [{}, {}, 'Expected `writable` to be'],
    ['file', {}, 'Expected `writable` to be'],
    [paper(), { onError: 1 }, 'Expected `onError` to be a function, got 1'],
  ])('throws at the call for %o, %o', (writable, options, message) => {
    expect(() => record(writable as RecordWritable, options as RecordOptions)).toThrow(TypeError);
    expect(() => record(writable as RecordWritable, options as RecordOptions)).toThrow(message);
  });

  it('keeps the type of the chunks, and accepts the writables of each platform', () => {
    const rich$ = of({ text: 'a', rich: true });
    expectTypeOf(rich$.pipe(record(paper()))).toEqualTypeOf<Observable<{ text: string; rich: boolean }>>();
    expectTypeOf<NodeJS.WritableStream>().toExtend<RecordWritable>();
    expectTypeOf<Writable>().toExtend<RecordWritable>();
    expectTypeOf<WritableStreamDefaultWriter<string>>().toExtend<RecordWritable>();
    expectTypeOf<FileSystemWritableFileStream>().toExtend<RecordWritable>();
  });
});
