import fc from 'fast-check';
import {
  concat,
  EMPTY,
  endWith,
  finalize,
  firstValueFrom,
  from,
  lastValueFrom,
  map,
  NEVER,
  Observable,
  of,
  ReplaySubject,
  share,
  Subject,
  take,
  tap,
  throwError,
  timer,
  toArray,
  type OperatorFunction,
} from 'rxjs';
import { describe, expect, expectTypeOf, it, vi } from 'vitest';
import { shareReply } from '../../operators/share/shareReply.js';
import { withProgress } from '../../operators/show/withProgress.js';
import { emptyChunk } from '../../src/chunk/emptyChunk.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { mergeChunks } from '../../src/chunk/mergeChunks.js';
import { toChunk } from '../../src/chunk/toChunk.js';
import { GeminiError } from '../../src/errors/geminiError.js';
import type { ReplySseOptions } from '../../src/sinks/sendEvents.js';
import type { AnnotationName } from '../../src/chunk/replyAnnotations.js';
import type { ReplySseMessage } from '../../src/sinks/sseMessage.js';
import { toSse } from '../../src/sinks/toSse.js';
import { toSseText } from '../../src/sinks/toSseText.js';
import { callChunk, chunk, finishChunk, thoughtChunk } from '../../src/testing/chunks.js';
import { arbitraryChunk } from '../support/arbitraryChunks.js';
import { marbles } from '../support/marbles.js';
import { expectSameData } from '../support/sameData.js';
import { letters } from './letters.js';
import { eventsIn } from './sse.js';

const hello = { candidates: [{ index: 0, content: { role: 'model', parts: [{ text: 'Hello' }] } }] };

const opening = ': rxjs-gemini heartbeat=15000\n\n';

async function textOf<T extends GeminiChunk>(source: Observable<T>, options?: ReplySseOptions<T>): Promise<string> {
  return (await lastValueFrom(source.pipe(toSseText(options), toArray()))).join('');
}

describe('toSse and toSseText', () => {
  it('write each chunk without `text`, and the end', async () => {
    const text = await textOf(of(chunk('Hello'), finishChunk()));
    expect(text).toBe(
      `${opening}data: ${JSON.stringify(hello)}\n\n` +
        'data: {"candidates":[{"index":0,"finishReason":"STOP"}]}\n\n' +
        'event: done\ndata: {}\n\n',
    );
  });

  it('with `resumable`, write each chunk with its index, and the first index in the opening comment', async () => {
    const reply$ = of(chunk('Hello'), finishChunk());
    const [first, second] = [
      `id: 0\ndata: ${JSON.stringify(hello)}\n\n`,
      'id: 1\ndata: {"candidates":[{"index":0,"finishReason":"STOP"}]}\n\nevent: done\ndata: {}\n\n',
    ];
    const opens = (after: number) => `: rxjs-gemini heartbeat=15000 after=${after}\n\n`;
    expect(await textOf(reply$, { resumable: true })).toBe(`${opens(-1)}${first}${second}`);
    expect(await textOf(reply$, { resumable: true, lastEventId: '0' })).toBe(`${opens(0)}${second}`);
  });

  it('emit messages in the shape of NestJS, without ids', async () => {
    const failure = throwError(() => new GeminiError('no', { kind: 'server' }));
    const messages = await lastValueFrom(concat(of(chunk('Hello')), failure).pipe(toSse(), toArray()));
    expect(messages).toMatchObject([{ data: JSON.stringify(hello) }, { type: 'error' }]);
    for (const message of messages) expect(message).not.toHaveProperty('id');
    expect(await lastValueFrom(EMPTY.pipe(toSse()))).toEqual({ type: 'done', data: '{}' });
  });

  it('with `resumable`, add the index of the last chunk to each message as the id', async () => {
    const failure = throwError(() => new GeminiError('no', { kind: 'server' }));
    const events = toSse({ resumable: true });
    const [first, last] = await lastValueFrom(concat(of(chunk('Hello')), failure).pipe(events, toArray()));
    expect(first).toEqual({ id: '0', data: JSON.stringify(hello) });
    expect(last).toMatchObject({ id: '0', type: 'error' });
    expect(await lastValueFrom(EMPTY.pipe(events))).toEqual({ id: '-1', type: 'done', data: '{}' });
  });

  it.each<[string, ReplySseOptions]>([
    ['no annotations', {}],
    ['some annotations', { annotations: ['cost'] }],
    ['a function', { format: ({ text }) => text || undefined }],
    ['the plain format', { format: 'text' }],
  ])('count only the chunks that are sent, so that a resumed reply has the same indices: %s', async (_, options) => {
    const notice: GeminiChunk = { text: '', resumed: { attempt: 1, kind: 'network' } };
    const reply$ = of<GeminiChunk[]>(notice, chunk('a'), notice, notice, chunk('b'), notice, chunk('c'), notice);
    const idsOf = async (lastEventId?: number) => {
      const text = await textOf(reply$, { ...options, resumable: true, lastEventId });
      return eventsIn(text).flatMap(({ id }) => id ?? []);
    };
    expect(await idsOf()).toEqual(['0', '1', '2']);
    expect(await idsOf(0)).toEqual(['1', '2']);
    expect(await idsOf(2)).toEqual([]);
  });

  describe('number a chunk by its `position`', () => {
    const at = (position: string | undefined, text: string): GeminiChunk => ({ ...chunk(text), position });
    const positioned$ = of(at('r-0', 'a'), at(undefined, 'b'), at('r-2', 'c'));

    it.each<[string, ReplySseOptions]>([
      ['without options', {}],
      ['with `resumable`', { resumable: true }],
      ['with an index of the reader, which omits nothing', { resumable: true, lastEventId: 7 }],
      ['with all annotations', { annotations: true }],
      ['in the plain format', { format: 'text' }],
      ['in a format of the caller', { format: ({ text }) => text }],
    ])('%s; a piece without a position has no id', async (_, options) => {
      const events = eventsIn(await textOf(positioned$, options));
      expect(events.map(({ id }) => id)).toEqual(['r-0', undefined, 'r-2', undefined]);
      expect(JSON.stringify(events.map(({ data }) => data))).not.toContain('position');
    });

    it('and repeat it in messages that are not chunks, for a framework that would number them', async () => {
      const messages = await lastValueFrom(positioned$.pipe(toSse(), toArray()));
      expect(messages.map(({ id }) => id)).toEqual(['r-0', undefined, 'r-2', 'r-2']);
    });

    it.each<[string, ReplySseOptions, unknown]>([
      ['a chunk', {}, {}],
      ['a chunk with an index', { resumable: true }, {}],
      ['the plain format', { format: 'text' }, { text: '' }],
    ])('and send the first at once, with an empty event, but no other of a notice: %s', async (_, options, data) => {
      const cost = { amount: 0, currency: 'USD' } as never;
      const notices = ['r-0', 'r-1'].map((position): GeminiChunk => ({ text: '', cost, position }));
      const [first, second] = eventsIn(await textOf(of(...notices, at('r-2', 'a')), options));
      expect(first).toEqual({ id: 'r-0', data });
      expect(second).toMatchObject({ id: 'r-2' });
    });

    it('and send no empty event of a reply that was stopped before its first chunk', async () => {
      const end: GeminiChunk = { ...at('r-0', ''), cancelled: { reason: 'enough' } };
      const events = eventsIn(await textOf(of(end), { format: 'text' }));
      expect(events).toEqual([{ data: { done: true, cancelled: { reason: 'enough' } } }]);
    });

    it('and have it in the chunk too if it is named', async () => {
      const [event] = eventsIn(await textOf(positioned$, { annotations: ['position'] }));
      expect(event).toMatchObject({ id: 'r-0', data: { position: 'r-0' } });
    });

    it.each(['', 'a\nid: 7', 'a b', 'é', 'x'.repeat(257), 7, null])(
      'unless no header can carry it: %j',
      async (position) => {
        const [event] = eventsIn(await textOf(of(at(position as string, 'a'))));
        expect(event).toEqual({ data: { candidates: chunk('a').candidates } });
      },
    );

    it('but not in a format of another protocol', async () => {
      const text = await textOf(positioned$, { format: letters() });
      expect(eventsIn(text).every(({ id }) => id === undefined)).toBe(true);
    });

    it('and not on a text that is merged with the mark of an early end, which only the last event reports', async () => {
      const end: GeminiChunk = { ...at('r-1', 'a'), cancelled: { reason: 'enough' } };
      const events = eventsIn(await textOf(of(end), { format: 'text' }));
      expect(events).toEqual([{ data: { text: 'a' } }, { data: { done: true, cancelled: { reason: 'enough' } } }]);
    });
  });

  it('count notices that are sent', async () => {
    const reply$ = of<GeminiChunk[]>({ text: '', queued: { position: 1 } }, chunk('a'));
    const text = await textOf(reply$, { resumable: true, annotations: ['queued'] });
    expect(eventsIn(text).map(({ id }) => id)).toEqual(['0', '1', undefined]);
  });

  it('call a format function once for an unmerged chunk', async () => {
    const format = vi.fn(({ text }: GeminiChunk) => text);
    await textOf(of(chunk('a'), chunk('b')), { resumable: true, format });
    expect(format).toHaveBeenCalledTimes(2);
  });

  it('add candidates to a chunk that has only text', async () => {
    expect(eventsIn(await textOf(of({ text: 'Hello' })))[0]).toEqual({ data: hello });
  });

  it('write only the public form of an error, and complete', async () => {
    const secret = 'AIzaSyA-0123456789012345678901234567890';
    const error = new GeminiError(`The server at 10.0.0.7 quoted ${secret} and the prompt`, {
      kind: 'rate_limit',
      retryAfter: 12_000,
      status: 429,
      finishReason: 'OTHER',
      partial: chunk('what had arrived'),
      cause: new Error('the cause'),
    });
    const text = await textOf(
      concat(
        of(chunk('Hello')),
        throwError(() => error),
      ),
    );
    const event = text.split('\n\n')[2];
    expect(event).toBe(
      'event: error\ndata: {"kind":"rate_limit","message":"Too many requests; wait and try again","retryable":true,' +
        '"retryAfter":12000,"status":429,"finishReason":"OTHER"}',
    );
  });

  it('convert a foreign error', async () => {
    const failure = throwError(() => new Error('secret'));
    expect(eventsIn(await textOf(failure))).toEqual([
      { event: 'error', data: { kind: 'unknown', message: 'The reply failed', retryable: false } },
    ]);
  });

  it('omit annotations by default', async () => {
    const annotated$ = of(chunk('Hello')).pipe(withProgress({ expectedTokens: 10 }));
    expect(eventsIn(await textOf(annotated$))[0]?.data).toEqual(hello);
    expect(eventsIn(await textOf(annotated$, { annotations: true }))[0]?.data).toHaveProperty('progress.phase');
  });

  it('send the annotations that are named, and no notice of other annotations', async () => {
    const resumed = { attempt: 1, kind: 'network' } as const;
    const cost = { input: 1, cached: 0, output: 0, thoughts: 0, total: 1, estimated: false };
    const reply$ = of<GeminiChunk[]>({ ...chunk('Hello'), cost, resumed }, { text: '', resumed }, { text: '', cost });
    const dataWith = async (annotations: ReplySseOptions['annotations']) =>
      eventsIn(await textOf(reply$, { annotations })).map(({ data }) => data);
    expect(await dataWith(['queued', 'cost'])).toEqual([{ ...hello, cost }, { cost }, {}]);
    expect(await dataWith([])).toEqual([hello, {}]);
    expect(await dataWith(false)).toEqual([hello, {}]);
    expect(await dataWith(true)).toEqual([{ ...hello, cost, resumed }, { resumed }, { cost }, {}]);
  });

  it.each([false, true, [], ['progress']] as const)(
    'always report that a reply was cut short: annotations %j',
    async (annotations) => {
      for (const outcome of [{ cancelled: { reason: 'the user' } }, { stopped: { reason: 'maxChars' } }]) {
        const notice = { text: '', queued: { position: 0 }, ...outcome };
        const [first, last] = eventsIn(await textOf(of<GeminiChunk[]>(chunk('Hello'), notice), { annotations })).slice(
          0,
          2,
        );
        expect(first?.data).toEqual(hello);
        expect(last?.data).toMatchObject(outcome);
        const plain = await textOf(of<GeminiChunk[]>(chunk('Hello'), notice), { annotations, format: 'text' });
        expect(eventsIn(plain).map(({ data }) => data)).toEqual([{ text: 'Hello' }, { done: true, ...outcome }]);
      }
    },
  );

  it.each([false, true, [], ['progress']] as const)(
    'always report that a reply waits: annotations %j',
    async (annotations) => {
      const waits: GeminiChunk[] = [
        { text: '', queued: { position: 1, delay: 5 } },
        { text: '', retrying: { attempt: 1, delay: 5, kind: 'overloaded' } },
      ];
      const text = await textOf(from([...waits, chunk('Hello')]), { annotations });
      const [queued, retrying, first] = eventsIn(text).map(({ data }) => data);
      expect([queued, retrying]).toEqual([{ queued: waits[0]?.queued }, { retrying: waits[1]?.retrying }]);
      expect(first).toEqual(hello);
      const plain = await textOf(from([...waits, chunk('Hello')]), { annotations, format: 'text' });
      expect(eventsIn(plain).map(({ data }) => data)).toEqual([{ text: 'Hello' }, { done: true }]);
    },
  );

  const place = (status: string, cursor: string) => ({ interaction: { id: 'v1_a', status, cursor, background: true } });
  const interaction$ = of<GeminiChunk[]>(
    { text: '', ...place('queued', '0') },
    { text: '', ...place('queued', '1') },
    { ...chunk('Hello'), ...place('in_progress', '2') },
    { text: '', ...place('in_progress', '3') },
    { text: '', ...place('completed', '4') },
  );
  const sent = (status: string) => ({ interaction: { id: 'v1_a', status } });

  it('send the id and the status of an interaction, with the indices of the chunks that are sent', async () => {
    const events = [
      { id: '0', data: sent('queued') },
      { id: '1', data: { ...hello, ...sent('in_progress') } },
      { id: '2', data: sent('completed') },
      { event: 'done', data: {} },
    ];
    expect(eventsIn(await textOf(interaction$, { resumable: true }))).toEqual(events);
    // A reader that connects again gets the rest, with the same indices.
    expect(eventsIn(await textOf(interaction$, { resumable: true, lastEventId: '1' }))).toEqual(events.slice(2));
    expect(eventsIn(await textOf(interaction$, { resumable: true, lastEventId: '0' }))).toEqual(events.slice(1));
  });

  it('send the place of an interaction if it is named', async () => {
    const events = eventsIn(await textOf(interaction$, { annotations: ['interaction'] }));
    expect(events.map(({ data }) => data)).toEqual([
      place('queued', '0'),
      place('queued', '1'),
      { ...hello, ...place('in_progress', '2') },
      place('in_progress', '3'),
      place('completed', '4'),
      {},
    ]);
  });

  it('end the plain format of an interaction with its id and status', async () => {
    const whole = eventsIn(await textOf(interaction$, { format: 'text' }));
    expect(whole.map(({ data }) => data)).toEqual([{ text: 'Hello' }, { done: true, ...sent('completed') }]);
    const broken$ = interaction$.pipe(
      take(3),
      endWith(chunk('x')),
      tap(({ interaction }) => {
        if (!interaction) throw new GeminiError('no', { kind: 'server' });
      }),
    );
    const last = eventsIn(await textOf(broken$, { format: 'text' })).at(-1);
    expect(last?.data).toMatchObject({ error: { kind: 'server' }, ...sent('in_progress') });
  });

  it('write the plain format of many routes', async () => {
    const usage = { promptTokenCount: 1, candidatesTokenCount: 2 };
    const reply$ = of(chunk('Hel'), thoughtChunk('hm'), callChunk('f'), chunk('lo'), finishChunk('STOP', usage));
    expect(await textOf(reply$, { format: 'text' })).toBe(
      `${opening}data: {"text":"Hel"}\n\ndata: {"text":"lo"}\n\n` +
        'data: {"done":true,"usage":{"promptTokenCount":1,"candidatesTokenCount":2}}\n\n',
    );
    const failure = throwError(() => new GeminiError('no', { kind: 'safety', finishReason: 'SAFETY' }));
    const message = 'The reply was stopped for safety';
    expect(eventsIn(await textOf(failure, { format: 'text' }))).toEqual([
      { data: { error: { kind: 'safety', message, retryable: false, finishReason: 'SAFETY' } } },
    ]);
  });

  it('write the result of a format function, and no event for undefined', async () => {
    const reply$ = of(chunk('a'), thoughtChunk('hm'), chunk('line\nbreak'));
    expect(await textOf(reply$, { format: ({ text }) => text || undefined })).toBe(
      `${opening}data: "a"\n\ndata: "line\\nbreak"\n\nevent: done\ndata: {}\n\n`,
    );
  });

  it('write an error for a function that throws or a result without JSON, and unsubscribe', async () => {
    const left = vi.fn();
    const throwing = () => {
      throw new Error('secret');
    };
    for (const format of [throwing, () => 1n]) {
      const reply$ = concat(of(chunk('a')), NEVER).pipe(finalize(left));
      expect(eventsIn(await textOf(reply$, { format }))).toMatchObject([{ event: 'error', data: { kind: 'unknown' } }]);
    }
    expect(left).toHaveBeenCalledTimes(2);
  });

  it(
    'send a heartbeat after each silence of `heartbeat` ms',
    marbles((m) => {
      const chunks = { a: chunk('a'), t: thoughtChunk('hm') };
      const source = m.cold<GeminiChunk>('--a-----t-t----|', chunks);
      const expected = '                 o-a---h---h---h(d|)';
      const heartbeat = m.time('                 ----|');
      const kinds = source.pipe(
        toSseText({ heartbeat, format: 'text' }),
        map((text) =>
          text.startsWith(': rxjs') ? 'o' : text === ': keep-alive\n\n' ? 'h' : text.includes('done') ? 'd' : 'a',
        ),
      );
      m.expectObservable(kinds).toBe(expected);
    }),
  );

  it('leave no timer', () => {
    vi.useFakeTimers();
    try {
      const subscription = NEVER.pipe(toSse()).subscribe();
      expect(vi.getTimerCount()).toBe(1);
      subscription.unsubscribe();
      EMPTY.pipe(toSseText()).subscribe();
      NEVER.pipe(toSseText({ heartbeat: false })).subscribe();
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  it('unsubscribe the source with the reader, or let it complete', () => {
    for (const [whenDisconnected, values] of [
      ['cancel', ['a']],
      ['finish', ['a', 'b']],
    ] as const) {
      const source$ = new Subject<GeminiChunk>();
      const seen: string[] = [];
      const seen$ = source$.pipe(
        map((one) => {
          seen.push(one.text);
          return one;
        }),
      );
      const subscription = seen$.pipe(toSse({ whenDisconnected })).subscribe();
      source$.next(chunk('a'));
      subscription.unsubscribe();
      source$.next(chunk('b'));
      source$.error(new Error('that nobody hears'));
      expect(seen).toEqual(values);
    }
  });

  it('share no state between subscriptions', async () => {
    const events$ = of(chunk('a'), chunk('b')).pipe(toSse({ whenDisconnected: 'finish', resumable: true }));
    const ids = events$.pipe(
      map(({ id }) => id),
      toArray(),
    );
    expect(await lastValueFrom(ids)).toEqual(['0', '1', '1']);
    expect(await lastValueFrom(ids)).toEqual(['0', '1', '1']);
  });

  it('take a few chunks of an endless synchronous source', async () => {
    const endless$ = new Observable<GeminiChunk>((destination) => {
      while (!destination.closed) destination.next(chunk('x'));
    });
    expect(await lastValueFrom(endless$.pipe(toSse(), take(2), toArray()))).toHaveLength(2);
  });

  it('omit the chunks that the reader has, and continue counting', async () => {
    const reply$ = of(chunk('a'), chunk('b'), chunk('c'));
    const read = async (lastEventId: ReplySseOptions['lastEventId']) =>
      eventsIn(await textOf(reply$, { resumable: true, lastEventId }));
    for (const lastEventId of [1, '1', ['1'], ['0', '1']]) {
      expect((await read(lastEventId)).map(({ id }) => id)).toEqual(['2', undefined]);
    }
    for (const lastEventId of [undefined, null, -1, '', '-1', 'none', '1e3', '1'.repeat(30), [], ['none'], '0, 1']) {
      expect(await read(lastEventId)).toHaveLength(4);
    }
    expect(await read(2)).toEqual([{ event: 'done', data: {} }]);
  });

  it.each([3, 7, '999999999999999'])(
    'fail if the source ends before the last chunk that the reader has: %s',
    async (lastEventId) => {
      const read = async (source: Observable<GeminiChunk>) =>
        eventsIn(await textOf(source, { resumable: true, lastEventId }));
      const failure = { event: 'error', data: { kind: 'truncated', retryable: false } };
      expect(await read(of(chunk('a'), chunk('b'), finishChunk()))).toMatchObject([failure]);
      expect(await read(EMPTY)).toMatchObject([failure]);
      const failed = throwError(() => new GeminiError('no', { kind: 'overloaded' }));
      expect(await read(concat(of(chunk('a')), failed))).toMatchObject([{ data: { kind: 'overloaded' } }]);
    },
  );

  it('resume a shared reply that continues while its reader is disconnected', async () => {
    const source$ = new Subject<GeminiChunk>();
    const shared$ = source$.pipe(
      share({ connector: () => new ReplaySubject<GeminiChunk>(Infinity), resetOnRefCountZero: () => timer(60_000) }),
    );
    const first: ReplySseMessage[] = [];
    const reader = shared$.pipe(toSse({ resumable: true })).subscribe((message) => first.push(message));
    source$.next(chunk('a'));
    reader.unsubscribe();
    source$.next(chunk('b'));
    const rest = firstValueFrom(shared$.pipe(toSse({ resumable: true, lastEventId: first.at(-1)!.id }), toArray()));
    source$.next(chunk('c'));
    source$.complete();
    expect((await rest).map(({ id }) => id)).toEqual(['1', '2', '2']);
  });

  it('fail for a reply of `shareReply` that cannot be resumed, and omit no text', async () => {
    const source$ = new Subject<GeminiChunk>();
    const shared$ = source$.pipe(shareReply());
    shared$.subscribe();
    for (const text of ['a', 'b', 'c']) source$.next(chunk(text));
    const rest = firstValueFrom(shared$.pipe(toSse({ resumable: true, lastEventId: 0 }), toArray()));
    const [error, ...others] = await rest;
    expect(error?.type).toBe('error');
    expect(JSON.parse(error?.data ?? '')).toMatchObject({ kind: 'truncated', retryable: false });
    expect(others).toEqual([]);
    const all = firstValueFrom(shared$.pipe(toSse(), toArray()));
    source$.complete();
    expect((await all).map(({ type }) => type)).toEqual([undefined, 'done']);
  });

  it('write every field of any chunk', () => {
    fc.assert(
      fc.property(fc.array(arbitraryChunk), (chunks) => {
        let text = '';
        from(chunks)
          .pipe(toSseText({ annotations: true, resumable: true }))
          .subscribe((event) => (text += event));
        const events = eventsIn(text);
        expect(events.pop()).toEqual({ event: 'done', data: {} });
        expectSameData(
          events.map(({ data }) => toChunk(data as GeminiChunk)),
          chunks,
        );
        expect(events.map(({ id }) => id)).toEqual(chunks.map((_, index) => String(index)));
      }),
    );
  });

  it('write the same reply when it is cut and resumed anywhere', () => {
    fc.assert(
      fc.property(fc.array(arbitraryChunk, { minLength: 1 }), fc.nat(), (chunks, at) => {
        const read = (options: ReplySseOptions, count = Infinity) => {
          let text = '';
          from(chunks)
            .pipe(toSseText({ annotations: true, resumable: true, ...options }), take(1 + count))
            .subscribe((event) => (text += event));
          return eventsIn(text).filter(({ event }) => event === undefined);
        };
        const begun = read({}, at % (chunks.length + 1));
        const rest = read({ lastEventId: begun.at(-1)?.id });
        const whole = [...begun, ...rest].map(({ data }) => toChunk(data as GeminiChunk));
        expectSameData(whole.reduce(mergeChunks, emptyChunk), chunks.reduce(mergeChunks, emptyChunk));
      }),
    );
  });

  it('throw at the call for a wrong option', () => {
    expect(() => toSse({ format: 'json' as 'text' })).toThrow(
      "Expected `format` to be 'chunk' or 'text' or a function",
    );
    expect(() => toSse({ annotations: 1 as never })).toThrow(
      'Expected `annotations` to be true or false or a list of names (',
    );
    expect(() => toSse({ annotations: ['cost', 'price'] as never })).toThrow(/'cancelled', .*got 'price'$/);
    expect(() => toSse({ annotations: 'cost' as never })).toThrow(/got 'cost'$/);
    expect(() => toSse({ annotations: null as never })).toThrow(TypeError);
    expect(() => toSse({ resumable: 1 as never })).toThrow('Expected `resumable` to be true or false, got 1');
    expect(() => toSse({ heartbeat: 0 })).toThrow('Expected `heartbeat` to be a positive number of ms, got 0');
    expect(() => toSseText({ whenDisconnected: 'stay' as never })).toThrow(
      "Expected `whenDisconnected` to be 'cancel' or",
    );
    expect(() => toSseText({ resumable: true, lastEventId: -2 })).toThrow(
      'Expected `lastEventId` to be a whole number',
    );
    expect(() => toSseText({ resumable: true, lastEventId: [1, {}] as never })).toThrow(
      'Expected `lastEventId` to be an',
    );
    expect(() => toSseText({ resumable: true, lastEventId: {} as never })).toThrow(
      'Expected `lastEventId` to be an index or a header',
    );
  });

  it('refuse `lastEventId` without `resumable`', () => {
    for (const lastEventId of [0, -1, '7', '', 'none', ['7'], []]) {
      expect(() => toSse({ lastEventId })).toThrow(
        new TypeError('Expected `resumable: true` beside `lastEventId`: a reply cannot be resumed without its ids'),
      );
      expect(() => toSseText({ lastEventId, resumable: false })).toThrow(TypeError);
    }
    for (const lastEventId of [undefined, null]) expect(() => toSse({ lastEventId })).not.toThrow();
  });

  it('are typed by the chunks of the source', () => {
    expectTypeOf<AnnotationName>().toExtend<keyof GeminiChunk>();
    expectTypeOf<['cost', 'progress']>().toExtend<ReplySseOptions['annotations']>();
    expectTypeOf<['candidates']>().not.toExtend<ReplySseOptions['annotations']>();
    expectTypeOf(toSse()).toExtend<OperatorFunction<GeminiChunk, ReplySseMessage>>();
    expectTypeOf(toSseText()).toExtend<OperatorFunction<GeminiChunk, string>>();
    of(chunk('a')).pipe(withProgress({ expectedTokens: 1 }), toSse({ format: ({ progress }) => progress.percent }));
    /** NestJS's own. */
    interface MessageEvent {
      data: string | object;
      id?: string;
      type?: string;
      retry?: number;
    }
    expectTypeOf<ReplySseMessage>().toExtend<MessageEvent>();
  });
});
