import {
  catchError,
  concat,
  defer,
  EMPTY,
  finalize,
  map,
  NEVER,
  of,
  Subject,
  tap,
  throwError,
  type Observable,
} from 'rxjs';
import { afterEach, beforeEach, describe, expect, expectTypeOf, it, vi } from 'vitest';
import { withMetrics } from '../../operators/measure/withMetrics.js';
import { timeoutReply } from '../../operators/protect/timeoutReply.js';
import { bufferChunks } from '../../operators/show/bufferChunks.js';
import { withProgress } from '../../operators/show/withProgress.js';
import { emptyChunk, isEmptyChunk } from '../../src/chunk/emptyChunk.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { isNotice } from '../../src/chunk/isNotice.js';
import { mergeChunks } from '../../src/chunk/mergeChunks.js';
import { parsePosition } from '../../src/chunk/replyPosition.js';
import { GeminiError, isGeminiError } from '../../src/errors/geminiError.js';
import { toGeminiError } from '../../src/errors/toGeminiError.js';
import { createReplies, type Replies } from '../../src/replies/createReplies.js';
import { chunk, finishChunk } from '../../src/testing/chunks.js';
import { heapInUse } from '../sinks/heap.js';
import { marbles } from '../support/marbles.js';

/** The texts and the end that a follower gets, in short form; `places` has the positions before the first chunk. */
function record(source: Observable<GeminiChunk>) {
  const seen: string[] = [];
  const positions: (string | undefined)[] = [];
  const chunks: GeminiChunk[] = [];
  const places: string[] = [];
  const subscription = source.subscribe({
    next: (value) => {
      const { position, ...rest } = value;
      if (position?.endsWith('--1') && isEmptyChunk(rest)) {
        places.push(position);
        return;
      }
      chunks.push(value);
      positions.push(value.position);
      seen.push(value.cancelled ? `(${value.cancelled.reason})` : value.text);
    },
    error: (cause: unknown) => seen.push(`#${kindIn(cause)}`),
    complete: () => seen.push('|'),
  });
  return { seen, positions, chunks, places, subscription };
}

/** A reply that the test drives, with its number of subscriptions. */
function driven() {
  const chunk$ = new Subject<GeminiChunk>();
  const seen = { subscribed: 0, closed: 0 };
  const reply$ = defer(() => {
    seen.subscribed += 1;
    return chunk$;
  }).pipe(finalize(() => (seen.closed += 1)));
  const say = (...texts: string[]) => {
    for (const text of texts) chunk$.next(chunk(text));
  };
  return { reply$, chunk$, say, seen };
}

/** The kind of a GeminiError; any other error fails the test. */
function kindIn(cause: unknown): string {
  if (!isGeminiError(cause)) throw new Error('Not a GeminiError', { cause });
  return cause.kind;
}

const kindOf = (promise: Promise<unknown>) => promise.then(() => undefined, kindIn);

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('start', () => {
  it('subscribes at once, without a reader, and once for any number of readers', () => {
    const replies = createReplies();
    const { reply$, say, seen } = driven();
    void replies.start('a', reply$);
    expect(seen.subscribed).toBe(1);
    say('x');
    const first = record(replies.follow('a'));
    const second = record(replies.follow('a'));
    say('y');
    first.subscription.unsubscribe();
    second.subscription.unsubscribe();
    expect(seen).toEqual({ subscribed: 1, closed: 0 });
    expect([first.seen, second.seen]).toEqual([
      ['x', 'y'],
      ['x', 'y'],
    ]);
  });

  it('refuses the id of a running reply, whoever owns it, and asks nothing', async () => {
    const replies = createReplies();
    const other = driven();
    await replies.start('a', NEVER, { owner: 'ann' });
    expect(await kindOf(replies.start('a', other.reply$, { owner: 'ann' }))).toBe('invalid_request');
    expect(await kindOf(replies.start('a', other.reply$, { owner: 'bob' }))).toBe('invalid_request');
    expect(await kindOf(replies.start('a', other.reply$))).toBe('invalid_request');
    expect(other.seen.subscribed).toBe(0);
  });

  it('refuses the id of a reply that its own source starts again', async () => {
    const replies = createReplies();
    const kinds: Promise<unknown>[] = [];
    await replies.start(
      'a',
      defer(() => {
        kinds.push(kindOf(replies.start('a', NEVER)));
        return NEVER;
      }),
    );
    expect(await Promise.all(kinds)).toEqual(['invalid_request']);
  });

  it('replaces a reply that has ended; a position of the earlier run is refused', async () => {
    const replies = createReplies();
    await replies.start('a', of(chunk('old')));
    const { positions } = record(replies.follow('a'));
    await replies.start('a', of(chunk('new, '), chunk('newer')));
    expect(record(replies.follow('a')).seen).toEqual(['new, newer', '|']);
    expect(record(replies.follow('a', { after: positions[0] })).seen).toEqual(['#truncated']);
    expect(vi.getTimerCount()).toBe(1);
  });

  it('refuses ids of a wrong length as wrong requests, and follows none', async () => {
    const replies = createReplies();
    for (const id of ['', 'x'.repeat(257)]) {
      const { reply$, seen } = driven();
      expect(await kindOf(replies.start(id, reply$))).toBe('invalid_request');
      expect(seen.subscribed).toBe(0);
      expect(record(replies.follow(id)).seen).toEqual(['#not_found']);
      expect(await replies.stop(id)).toBe(false);
    }
    await replies.start('x'.repeat(256), EMPTY);
  });
});

describe('follow', () => {
  it(
    'emits the missed part as one chunk, then each chunk as it arrives',
    marbles((m) => {
      const replies = createReplies();
      const values = { a: chunk('a'), b: chunk('b'), c: chunk('c') };
      const source = m.cold('  -a--b--c|', values);
      const texts = (frame: string, expected: string) =>
        m
          .expectObservable(replies.follow('1').pipe(bare), frame)
          .toBe(expected, { ...values, n: emptyChunk, x: chunk('ab'), y: chunk('abc') });
      void replies.start('1', source);
      texts('                         ^', 'na--b--c|');
      texts('                         --^', '--a-b--c|');
      texts('                         -----^', '-----x-c|');
      texts('                         ----------^', '----------(y|)');
      texts('                         --^!', '--a');
      m.expectSubscriptions(source.subscriptions).toBe('^-------!');
    }),
  );

  it('emits exactly the rest after each position, also while the reply runs', async () => {
    const replies = createReplies();
    const { reply$, say, chunk$ } = driven();
    await replies.start('a', reply$);
    const whole = record(replies.follow('a'));
    say('a', 'b', 'c');
    const rests = whole.positions.map((after) => record(replies.follow('a', { after })));
    say('d');
    chunk$.complete();
    expect(rests.map(({ seen }) => seen)).toEqual([
      ['bc', 'd', '|'],
      ['c', 'd', '|'],
      ['d', '|'],
    ]);
    // A rest can be continued as well.
    const again = rests[0]?.positions.map((after) => record(replies.follow('a', { after })).seen);
    expect(again).toEqual([['d', '|'], ['|']]);
    expect(parsePosition(rests[1]?.positions[0] ?? '')).toMatchObject({ start: 2, index: 2 });
  });

  it('emits the position before the first chunk at once, for each follower, and the whole reply after it', async () => {
    const replies = createReplies();
    const { reply$, say, chunk$ } = driven();
    await replies.start('a', reply$);
    const [first, second] = [record(replies.follow('a')), record(replies.follow('a'))];
    const [after] = first.places;
    expect(after).toMatch(/^[0-9a-z]{16}-0--1$/);
    expect(second.places).toEqual([after]);
    const again = record(replies.follow('a', { after }));
    expect(again.places).toEqual([after]);
    expect([first, second, again].map(({ seen }) => seen)).toEqual([[], [], []]);
    say('a', 'b');
    const late = record(replies.follow('a', { after }));
    expect(late.places).toEqual([]);
    say('c');
    chunk$.complete();
    const whole = ['a', 'b', 'c', '|'];
    expect([first, second, again, late].map(({ seen }) => seen)).toEqual([whole, whole, whole, ['ab', 'c', '|']]);
    expect(late.positions.map((each) => parsePosition(each ?? ''))).toMatchObject([
      { start: 0, index: 1 },
      { start: 0, index: 2 },
    ]);
    expect(record(replies.follow('a', { after })).seen).toEqual(['abc', '|']);
  });

  it('emits no position of a reply that ended without a chunk, and completes after the earlier one', async () => {
    const replies = createReplies();
    const { reply$, chunk$ } = driven();
    await replies.start('a', reply$);
    const live = record(replies.follow('a'));
    chunk$.complete();
    const late = [undefined, live.places[0]].map((after) => record(replies.follow('a', { after })));
    expect([live, ...late].map(({ seen }) => seen)).toEqual([['|'], ['|'], ['|']]);
    expect(late.map(({ places }) => places)).toEqual([[], []]);
  });

  it('refuses the position before the first chunk of an earlier run', async () => {
    const replies = createReplies();
    await replies.start('a', NEVER);
    const [after] = record(replies.follow('a')).places;
    await replies.stop('a');
    await replies.start('a', NEVER);
    expect(record(replies.follow('a', { after })).seen).toEqual(['#truncated']);
  });

  it('begins with a notice, which the operators below do not count', async () => {
    const replies = createReplies();
    const { reply$, say } = driven();
    await replies.start('a', reply$);
    const measured = record(replies.follow('a').pipe(withMetrics()));
    const limited = record(replies.follow('a').pipe(timeoutReply({ first: 1_000 })));
    vi.advanceTimersByTime(1_000);
    expect(limited.seen).toEqual(['#timeout']);
    say('a');
    expect(measured.chunks.map(({ position }) => parsePosition(position ?? '')?.index)).toEqual([-1, 0]);
    expect(measured.chunks.map((each) => isNotice(each))).toEqual([true, false]);
    expect(measured.chunks[1]?.metrics).toMatchObject({ chunks: 1, timeToFirstChunk: 1_000 });
  });

  it('shares the chunk objects among the followers from the start', async () => {
    const replies = createReplies();
    const { reply$, say } = driven();
    await replies.start('a', reply$);
    const [one, two] = [record(replies.follow('a')), record(replies.follow('a'))];
    say('a');
    expect(one.chunks[0]).toBe(two.chunks[0]);
  });

  it('looks the reply up at each subscription', async () => {
    const replies = createReplies();
    const reply$ = replies.follow('a');
    expect(record(reply$).seen).toEqual(['#not_found']);
    await replies.start('a', of(chunk('a')));
    expect(record(reply$).seen).toEqual(['a', '|']);
  });

  it.each([undefined, null, '', [], ['']])('takes %j as no position', async (after) => {
    const replies = createReplies();
    await replies.start('a', of(chunk('a')));
    expect(record(replies.follow('a', { after })).seen).toEqual(['a', '|']);
  });

  it.each(['1', '-1', 'x', 'a-0-0', `${'a'.repeat(16)}-0-0`, '0'.repeat(300)])(
    'refuses %j, a position that it has never sent',
    async (after) => {
      const replies = createReplies();
      await replies.start('a', of(chunk('a')));
      expect(record(replies.follow('a', { after })).seen).toEqual(['#truncated']);
    },
  );

  it('refuses a position behind the last chunk', async () => {
    const replies = createReplies();
    await replies.start('a', of(chunk('a')));
    const [position] = record(replies.follow('a')).positions;
    const after = position?.replace(/\d+$/, '1');
    const errors: unknown[] = [];
    replies.follow('a', { after }).subscribe({ error: (cause: unknown) => errors.push(cause) });
    expect(errors[0]).toMatchObject({ kind: 'truncated', retryable: false });
  });

  it('has one error for an unknown id and for another owner', async () => {
    const replies = createReplies();
    await replies.start('a', of(chunk('a')), { owner: 'ann' });
    const errors: GeminiError[] = [];
    const error = (cause: unknown) => errors.push(toGeminiError(cause));
    replies.follow('a', { owner: 'bob' }).subscribe({ error });
    replies.follow('a').subscribe({ error });
    replies.follow('b', { owner: 'bob' }).subscribe({ error });
    expect(errors.map((each) => each.toJSON())).toEqual(Array(3).fill(errors[0]?.toJSON()));
    expect(errors[0]?.kind).toBe('not_found');
    expect(record(replies.follow('a', { owner: 'ann' })).seen).toEqual(['a', '|']);
  });

  it('lets anybody follow a reply without an owner', async () => {
    const replies = createReplies();
    await replies.start('a', of(chunk('a')));
    expect(record(replies.follow('a', { owner: 'bob' })).seen).toEqual(['a', '|']);
  });

  it('fails as the reply failed, after its chunks', async () => {
    const replies = createReplies();
    const error = new GeminiError('Down', { kind: 'overloaded' });
    const { reply$, say, chunk$ } = driven();
    await replies.start('a', reply$);
    const live = record(replies.follow('a'));
    say('a');
    chunk$.error(error);
    const late = record(replies.follow('a'));
    expect([live.seen, late.seen]).toEqual(Array(2).fill(['a', '#overloaded']));
  });

  it('makes a GeminiError of a foreign error, and of a value that is not a chunk', async () => {
    const replies = createReplies();
    await replies.start(
      'a',
      throwError(() => new Error('boom')),
    );
    await replies.start('b', concat(of(chunk('a')), of(null as unknown as GeminiChunk), NEVER));
    expect(record(replies.follow('a')).seen).toEqual(['#unknown']);
    expect(record(replies.follow('b')).seen).toEqual(['a', '#unknown']);
    expect(await replies.list()).toEqual([]);
  });

  it.each<[string, unknown]>([
    ['without a text', {}],
    ['whose candidates are not a list', { text: '', candidates: 3 }],
    ['with a candidate that is null', { text: '', candidates: [null] }],
    ['with a part that is null', { text: '', candidates: [{ content: { parts: [null] } }] }],
  ])('fails at a chunk %s, and closes the request', async (_, value) => {
    const { reply$, chunk$, say, seen } = driven();
    const replies = createReplies();
    await replies.start('a', reply$);
    const early = record(replies.follow('a'));
    say('Hi');
    chunk$.next(value as GeminiChunk);
    say('lost');
    expect(early.seen).toEqual(['Hi', '#unknown']);
    expect(seen.closed).toBe(1);
    expect(record(replies.follow('a')).seen).toEqual(['Hi', '#unknown']);
    expect(await replies.list()).toEqual([]);
  });

  it('tells a late follower how long the reply still waits, and that an ended one does not', async () => {
    const { reply$, chunk$, say } = driven();
    const replies = createReplies();
    await replies.start('a', reply$);
    say('a');
    const { positions } = record(replies.follow('a'));
    const retrying = { attempt: 1, delay: 10_000, kind: 'server' } as const;
    chunk$.next({ text: '', retrying });
    const delays = () =>
      [undefined, positions[0]].map((after) => record(replies.follow('a', { after })).chunks[0]?.retrying?.delay);
    expect(delays()).toEqual([10_000, 10_000]);
    vi.advanceTimersByTime(9_000);
    expect(delays()).toEqual([1_000, 1_000]);
    chunk$.error(new GeminiError('Busy.', { kind: 'overloaded' }));
    expect(delays()).toEqual([undefined, undefined]);
  });

  it('replaces the position that a chunk had before', async () => {
    const replies = createReplies();
    await replies.start('a', of({ ...chunk('a'), position: 'another' }));
    expect(record(replies.follow('a')).positions[0]).toMatch(/^[0-9a-z]{16}-0-0$/);
  });

  it('keeps the position on the last piece of a cut, and off the notices of operators', async () => {
    const replies = createReplies();
    await replies.start('a', concat(of(chunk('One. Two. Thr')), of(chunk('ee.')), of(finishChunk())));
    const cut = record(replies.follow('a').pipe(withProgress(), bufferChunks({ until: 'sentence' })));
    expect(cut.seen.join('')).toBe('One. Two. Three.|');
    expect(cut.positions.at(-1)).toMatch(/-0-2$/);
    const before = cut.chunks.slice(0, -1);
    expect(before.every(({ position }) => position === undefined)).toBe(true);
  });
});

describe('stop', () => {
  it('closes the request, and gives all followers the cancelled outcome', async () => {
    const replies = createReplies();
    const { reply$, say, seen } = driven();
    await replies.start('a', reply$, { owner: 'ann' });
    const live = record(replies.follow('a', { owner: 'ann' }));
    say('a');
    expect(await replies.stop('a', { owner: 'bob' })).toBe(false);
    expect(await replies.stop('a')).toBe(false);
    expect(seen.closed).toBe(0);
    const stopped = replies.stop('a', { owner: 'ann', reason: 'the button' });
    expect(seen.closed).toBe(1);
    expect(await stopped).toBe(true);
    expect(live.seen).toEqual(['a', '(the button)', '|']);
    const late = record(replies.follow('a', { owner: 'ann' }));
    expect(late.chunks).toMatchObject([{ text: 'a', cancelled: { reason: 'the button' } }]);
    expect(await replies.stop('a', { owner: 'ann' })).toBe(false);
  });

  it('resolves to false for an unknown id and a reply that has ended', async () => {
    const replies = createReplies();
    await replies.start('a', of(chunk('a')));
    expect(await replies.stop('a')).toBe(false);
    expect(await replies.stop('b')).toBe(false);
  });

  it('has a reason by default', async () => {
    const replies = createReplies();
    await replies.start('a', NEVER);
    const { seen } = record(replies.follow('a'));
    await replies.stop('a');
    expect(seen).toEqual(['(cancelled)', '|']);
  });

  it('called by a follower inside `next`, reaches all followers in one order', async () => {
    const replies = createReplies();
    const { reply$, say, seen } = driven();
    await replies.start('a', reply$);
    const answers: Promise<boolean>[] = [];
    const late: ReturnType<typeof record>[] = [];
    const first = record(
      replies.follow('a').pipe(
        tap(({ text }) => {
          if (text !== 'b') return;
          answers.push(replies.stop('a'), replies.stop('a'));
          late.push(record(replies.follow('a')));
        }),
      ),
    );
    const second = record(replies.follow('a'));
    say('a', 'b');
    expect(await Promise.all(answers)).toEqual([true, false]);
    expect([first.seen, second.seen]).toEqual(Array(2).fill(['a', 'b', '(cancelled)', '|']));
    expect(late[0]?.seen).toEqual(['ab', '(cancelled)', '|']);
    expect(seen.closed).toBe(1);
  });
});

describe('list', () => {
  it('lists the running replies of an owner, since when, and how far', async () => {
    vi.setSystemTime(5_000);
    const replies = createReplies();
    const { reply$, say } = driven();
    await replies.start('a', reply$, { owner: 'ann' });
    await replies.start('b', NEVER, { owner: 'ann' });
    await replies.start('c', NEVER, { owner: 'bob' });
    await replies.start('d', NEVER);
    await replies.start('e', of(chunk('over')), { owner: 'ann' });
    say('abc', 'd');
    const { positions } = record(replies.follow('a', { owner: 'ann' }));
    expect(await replies.list({ owner: 'ann' })).toEqual([
      { id: 'a', since: 5_000, chars: 4, position: positions[0] },
      { id: 'b', since: 5_000, chars: 0, position: undefined },
    ]);
    expect((await replies.list()).map(({ id }) => id)).toEqual(['d']);
    await replies.stop('a', { owner: 'ann' });
    expect((await replies.list({ owner: 'ann' })).map(({ id }) => id)).toEqual(['b']);
  });
});

describe('the time and the memory of a reply', () => {
  it('keeps a reply that has ended for `ttl`, and no timer before or after', async () => {
    const replies = createReplies({ ttl: 1_000 });
    const { reply$, chunk$ } = driven();
    await replies.start('a', reply$);
    expect(vi.getTimerCount()).toBe(0);
    vi.advanceTimersByTime(5_000);
    chunk$.complete();
    vi.advanceTimersByTime(999);
    expect(record(replies.follow('a')).seen).toEqual(['|']);
    vi.advanceTimersByTime(1);
    expect(record(replies.follow('a')).seen).toEqual(['#not_found']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it(
    'counts `ttl` in virtual time',
    marbles((m) => {
      const replies = createReplies({ ttl: 10 });
      void replies.start('a', m.cold('-(a|)', { a: chunk('a') }));
      m.expectObservable(replies.follow('a').pipe(bare), '10ms ^').toBe('10ms (a|)', { a: chunk('a') });
      const kind$ = replies.follow('a').pipe(catchError((cause: unknown) => of(kindIn(cause))));
      m.expectObservable(kind$, '11ms ^').toBe('11ms (n|)', { n: 'not_found' });
    }),
  );

  it('forgets a reply at its end with `ttl: 0`', async () => {
    const replies = createReplies({ ttl: 0 });
    await replies.start('a', of(chunk('a')));
    expect(record(replies.follow('a')).seen).toEqual(['#not_found']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('ends a reply beyond `maxBytes` as `overflow` for later followers; present ones get all of it', async () => {
    const replies = createReplies({ maxBytes: 3_000 });
    const { reply$, say, chunk$, seen } = driven();
    await replies.start('a', reply$);
    const live = record(replies.follow('a'));
    say('a');
    const [position] = live.positions;
    say('b'.repeat(2_000), 'c');
    const errors: unknown[] = [];
    for (const after of [undefined, position, live.positions.at(-1)]) {
      replies.follow('a', { after }).subscribe({ error: (cause: unknown) => errors.push(cause) });
    }
    expect(errors).toMatchObject(Array(3).fill({ kind: 'overflow', limit: 'size', retryable: false }));
    expect((await replies.list())[0]).toMatchObject({ chars: 2_002 });
    chunk$.complete();
    expect(live.seen).toEqual(['a', 'b'.repeat(2_000), 'c', '|']);
    expect(record(replies.follow('a')).seen).toEqual(['#overflow']);
    expect(seen.closed).toBe(1);
  });

  it('beyond `maxTotalBytes`, forgets the replies that ended first, then the chunks of the one that grows', async () => {
    const replies = createReplies({ maxTotalBytes: 10_000 });
    const long = 'x'.repeat(1_500);
    await replies.start('a', of(chunk(long)));
    await replies.start('b', of(chunk(long)));
    const { reply$, say } = driven();
    await replies.start('c', reply$);
    say(long);
    expect(record(replies.follow('a')).seen).toEqual(['#not_found']);
    expect(record(replies.follow('b')).seen).toEqual([long, '|']);
    say(long, long);
    expect(record(replies.follow('b')).seen).toEqual(['#not_found']);
    expect(record(replies.follow('c')).seen).toEqual(['#overflow']);
    await replies.start('d', of(chunk(long)));
    expect(record(replies.follow('d')).seen).toEqual([long, '|']);
  });

  it('beyond `maxReplies`, forgets the reply that ended first; refuses if all are running', async () => {
    const replies = createReplies({ maxReplies: 2 });
    const { reply$, chunk$ } = driven();
    await replies.start('a', reply$);
    await replies.start('b', of(chunk('b')));
    chunk$.complete();
    await replies.start('c', NEVER);
    expect(record(replies.follow('b')).seen).toEqual(['#not_found']);
    await replies.start('d', NEVER);
    expect(record(replies.follow('a')).seen).toEqual(['#not_found']);
    const refused = driven();
    expect(await kindOf(replies.start('e', refused.reply$))).toBe('rate_limit');
    expect(refused.seen.subscribed).toBe(0);
    await replies.stop('c');
    await replies.start('e', refused.reply$);
    expect(refused.seen.subscribed).toBe(1);
  });

  it.each([
    ['at once', throwError(() => new GeminiError('Too many', { kind: 'rate_limit' }))],
    [
      'after a notice',
      concat(
        of({ text: '', queued: { position: 1 } }),
        throwError(() => new GeminiError('Too many', { kind: 'rate_limit' })),
      ),
    ],
  ])('keeps a reply that failed %s without content for 10 s only', async (_, refused$) => {
    const replies = createReplies();
    await replies.start('a', refused$);
    await replies.start('b', concat(of(chunk('b')), refused$));
    const lastOf = (id: string) => record(replies.follow(id)).seen.at(-1);
    vi.advanceTimersByTime(9_999);
    expect([lastOf('a'), lastOf('b')]).toEqual(['#rate_limit', '#rate_limit']);
    vi.advanceTimersByTime(1);
    expect([lastOf('a'), lastOf('b')]).toEqual(['#not_found', '#rate_limit']);
    expect(vi.getTimerCount()).toBe(1);
  });

  it('beyond `maxReplies`, forgets the replies that failed without content before those that have some', async () => {
    const replies = createReplies({ maxReplies: 3 });
    const refused$ = throwError(() => new GeminiError('Too many', { kind: 'rate_limit' }));
    await replies.start('paid', of(chunk('a')));
    for (let n = 0; n < 10; n++) await replies.start(`refused ${n}`, refused$);
    const { seen } = record(replies.follow('paid'));
    expect(seen).toEqual(['a', '|']);
    expect(record(replies.follow('refused 7')).seen).toEqual(['#not_found']);
    expect(record(replies.follow('refused 9')).seen).toEqual(['#rate_limit']);
    await replies.start('b', of(chunk('b')));
    await replies.start('c', of(chunk('c')));
    expect(record(replies.follow('paid')).seen).toEqual(['a', '|']);
    await replies.start('d', of(chunk('d')));
    expect(record(replies.follow('paid')).seen).toEqual(['#not_found']);
  });

  it('`close` ends all: requests, followers, timers and replies that were kept', async () => {
    const replies = createReplies();
    const { reply$, say, seen } = driven();
    await replies.start('a', reply$, { owner: 'ann' });
    await replies.start('b', of(chunk('b')));
    say('a');
    const live = record(replies.follow('a', { owner: 'ann' }));
    await replies.close();
    expect(live.seen).toEqual(['a', '#server']);
    expect(seen.closed).toBe(1);
    expect(vi.getTimerCount()).toBe(0);
    expect(record(replies.follow('b')).seen).toEqual(['#not_found']);
    expect(await kindOf(replies.start('c', reply$))).toBe('server');
    expect(seen.subscribed).toBe(1);
    expect(await replies.list({ owner: 'ann' })).toEqual([]);
    await replies.close();
  });

  it('leaves no timer after a thousand replies that are stopped, fail or complete', async () => {
    const replies = createReplies({ ttl: 10 });
    for (let n = 0; n < 1_000; n++) {
      const id = `${n % 7}`;
      const ends = [of(chunk('a')), throwError(() => new Error('no')), NEVER];
      await replies.start(id, ends[n % 3] ?? NEVER);
      record(replies.follow(id)).subscription.unsubscribe();
      await replies.stop(id);
    }
    expect(vi.getTimerCount()).toBe(7);
    vi.advanceTimersByTime(10);
    expect(vi.getTimerCount()).toBe(0);
  });
});

it('holds nothing of replies that were forgotten, followed or not', async () => {
  const replies = createReplies({ maxReplies: 10 });
  const run = async (count: number) => {
    for (let n = 0; n < count; n++) {
      const { reply$, say } = driven();
      await replies.start(`${n}`, reply$);
      const { subscription } = record(replies.follow(`${n}`));
      say(`${n}`.repeat(10_000));
      if (n % 2 === 0) subscription.unsubscribe();
      await replies.stop(`${n}`);
    }
    return heapInUse();
  };
  const before = await run(100);
  // The replies have 90 MB together, and the ten that are kept 1 MB.
  expect((await run(2_000)) - before).toBeLessThan(10 * 1024 * 1024);
  expect(vi.getTimerCount()).toBe(10);
  await replies.close();
});

it('merges the missed part in linear time', async () => {
  vi.useRealTimers();
  const replies = createReplies();
  const { reply$, say } = driven();
  await replies.start('a', reply$);
  for (let n = 0; n < 20_000; n++) {
    say('x');
    // Each late follower pays for the chunks since the last one.
    if (n % 100 === 0) record(replies.follow('a')).subscription.unsubscribe();
  }
  const whole = record(replies.follow('a')).chunks.reduce(mergeChunks);
  expect(whole.text).toHaveLength(20_000);
});

it.each<[string, (replies: Replies) => unknown, string]>([
  ['an id', (replies) => replies.start(1 as never, NEVER), 'Expected `id` to be a string, got 1'],
  ['a source', (replies) => replies.start('a', {} as never), 'Expected `source` to be an Observable, got an object'],
  ['an owner', (replies) => replies.follow('a', { owner: 7 as never }), 'Expected `owner` to be a string, got 7'],
  [
    'an empty owner',
    (replies) => replies.follow('a', { owner: '' }),
    "Expected `owner` to be a string of 1 to 256 characters, got ''",
  ],
  [
    'a position',
    (replies) => replies.follow('a', { after: 1 as never }),
    'Expected `after` to be a position or a header, got 1',
  ],
  ['a reason', (replies) => replies.stop('a', { reason: 1 as never }), 'Expected `reason` to be a string, got 1'],
  ['options', (replies) => replies.list('ann' as never), "Expected `options` to be an object, got 'ann'"],
])('refuses %s that is wrong, at the call', (_, call, sentence) => {
  expect(() => call(createReplies())).toThrow(sentence);
});

it.each([{ ttl: -1 }, { maxBytes: 0 }, { maxTotalBytes: Number.NaN }, { maxReplies: 0.5 }])('refuses %j', (options) => {
  expect(() => createReplies(options)).toThrow(RangeError);
});

it('has promises and Observables only', () => {
  expectTypeOf<ReturnType<Replies['follow']>>().toEqualTypeOf<Observable<GeminiChunk>>();
  expectTypeOf<ReturnType<Replies['stop']>>().toEqualTypeOf<Promise<boolean>>();
});

/** Without the positions, which are random. */
function bare(source: Observable<GeminiChunk>): Observable<GeminiChunk> {
  return source.pipe(map(({ position: _, ...rest }) => rest));
}
