import fc from 'fast-check';
import {
  concat,
  config,
  defer,
  EMPTY,
  from,
  NEVER,
  Observable,
  of,
  Subject,
  take,
  tap,
  throwError,
  toArray,
  Subscription,
} from 'rxjs';
import { afterEach, beforeEach, describe, expect, expectTypeOf, it, vi } from 'vitest';
import { shareReply, type ShareReplyOptions } from '../../../operators/share/shareReply.js';
import { ChunkBuilder } from '../../../src/chunk/chunkBuilder.js';
import type { GeminiChunk } from '../../../src/chunk/geminiChunk.js';
import { chunk, finishChunk, usageChunk } from '../../../src/testing/chunks.js';
import { holdThread } from '../../support/holdThread.js';
import { marbles } from '../../support/marbles.js';

const values = { a: chunk('a'), b: chunk('b'), c: chunk('c'), x: chunk('ab'), y: chunk('abc'), f: finishChunk() };

function merged(chunks: readonly GeminiChunk[]): GeminiChunk {
  return chunks.reduce((builder, each) => builder.append(each), new ChunkBuilder()).snapshot();
}

/** The notifications of one subscriber in short form: its texts, then the end. */
function record(source: Observable<GeminiChunk>): { seen: string[]; subscription: Subscription } {
  const seen: string[] = [];
  const subscription = source.subscribe({
    next: ({ text }) => seen.push(text),
    error: (cause: unknown) => seen.push(`#${String(cause)}`),
    complete: () => seen.push('|'),
  });
  return { seen, subscription };
}

describe('shareReply', () => {
  it(
    'replays the missed chunks as one to late subscribers, then emits live chunks, over one request',
    marbles((m) => {
      const source = m.cold(' -a--b--c|', values);
      const subs = '          ^-------!';
      const shared$ = source.pipe(shareReply());
      m.expectObservable(shared$).toBe('                -a--b--c|', values);
      m.expectObservable(shared$, '--^').toBe('         --a-b--c|', values);
      m.expectObservable(shared$, '-----^').toBe('      -----x-c|', values);
      m.expectObservable(shared$, '-----^-!').toBe('    -----x-', values);
      m.expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  it(
    'replays no chunk to a subscriber before the first chunk',
    marbles((m) => {
      const shared$ = m.cold('--a|', values).pipe(shareReply());
      m.expectObservable(shared$).toBe('      --a|', values);
      m.expectObservable(shared$, '-^').toBe('--a|', values);
    }),
  );

  it('replays no chunk after an empty chunk', () => {
    const source = new Subject<GeminiChunk>();
    const shared$ = source.pipe(shareReply());
    const first = record(shared$);
    source.next({ text: '' });
    const late = record(shared$);
    expect([first.seen, late.seen]).toEqual([[''], []]);
  });

  it(
    'replays the whole reply and its completion without a time limit',
    marbles((m) => {
      const source = m.cold(' -a-b|', values);
      const subs = '          ^---!';
      const shared$ = source.pipe(shareReply());
      m.expectObservable(shared$).toBe('               -a-b|', values);
      m.expectObservable(shared$, '---------^').toBe(' ---------(x|)', values);
      m.expectObservable(shared$, '99s ^').toBe('      99s (x|)', values);
      m.expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  it(
    'completes an empty reply for all, and does not complete a reply that does not end',
    marbles((m) => {
      const shared$ = EMPTY.pipe(shareReply());
      m.expectObservable(shared$).toBe('      |');
      m.expectObservable(shared$, '--^').toBe('--|');
      m.expectObservable(NEVER.pipe(shareReply())).toBe('-');
    }),
  );

  it(
    'passes a failure to all, and makes a new request for a later subscriber',
    marbles((m) => {
      const source = m.cold(' -a-#', values);
      const subs = ['                     ^--!', '                     -----^--!'];
      const shared$ = source.pipe(shareReply());
      m.expectObservable(shared$).toBe('          -a-#', values);
      m.expectObservable(shared$, '--^').toBe('   --a#', values);
      m.expectObservable(shared$, '-----^').toBe('------a-#', values);
      m.expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  it(
    'replays the reply and the failure with `keepFailure`',
    marbles((m) => {
      const source = m.cold(' -ab#', values);
      const subs = '          ^--!';
      const shared$ = source.pipe(shareReply({ keepFailure: true }));
      m.expectObservable(shared$).toBe('            -ab#', values);
      m.expectObservable(shared$, '-----^').toBe('  -----(x#)', values);
      m.expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  it('makes a new request after a failure inside the first chunk of a late subscriber', () => {
    const requests: Subject<GeminiChunk>[] = [];
    const shared$ = defer(() => {
      const request = new Subject<GeminiChunk>();
      requests.push(request);
      return request;
    }).pipe(shareReply());
    const first = record(shared$);
    requests[0]?.next(values.a);
    shared$.subscribe({ next: () => requests[0]?.error('boom'), error: () => undefined });
    const next = record(shared$);
    requests[1]?.next(values.b);
    expect([first.seen, next.seen, requests.length]).toEqual([['a', '#boom'], ['b'], 2]);
  });

  it('makes a new request for a subscriber that arrives inside the failure', () => {
    let requests = 0;
    const shared$ = defer(() => {
      requests += 1;
      return requests === 1 ? throwError(() => 'boom') : of(values.a);
    }).pipe(shareReply());
    const retried: string[] = [];
    shared$.subscribe({ error: () => retried.push(...record(shared$).seen) });
    expect(retried).toEqual(['a', '|']);
  });

  it(
    'closes the request when the last subscriber unsubscribes, and then makes a new one',
    marbles((m) => {
      const source = m.cold(' -a-b-c|', values);
      const subs = ['                     ^---!', '                     -----^-----!'];
      const shared$ = source.pipe(shareReply());
      m.expectObservable(shared$, '^--!').toBe('    -a-', values);
      m.expectObservable(shared$, '--^-!').toBe('   --ab', { ...values });
      m.expectObservable(shared$, '-----^').toBe('  ------a-b-c|', values);
      m.expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  it(
    'keeps the request open for `grace` after the last subscriber',
    marbles((m) => {
      const source = m.cold(' -a-b---c|', values);
      const subs = '          ^-------!';
      const shared$ = source.pipe(shareReply({ grace: 3 }));
      m.expectObservable(shared$, '^-!').toBe('  -a-', values);
      m.expectObservable(shared$, '----^').toBe('----x--c|', values);
      m.expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  it(
    'closes the request when `grace` has passed since the last subscriber',
    marbles((m) => {
      const source = m.cold(' -a-b-------c|', values);
      const subs = ['         ^-------!', '         ---------^-----------!'];
      const shared$ = source.pipe(shareReply({ grace: 3 }));
      m.expectObservable(shared$, '^!').toBe('        -', values);
      m.expectObservable(shared$, '----^!').toBe('    ----x', values);
      m.expectObservable(shared$, '---------^').toBe('----------a-b-------c|', values);
      m.expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  it(
    'keeps a reply that completes during `grace`, and drops one that fails',
    marbles((m) => {
      const whole = m.cold('-a-b|', values);
      const whole$ = whole.pipe(shareReply({ grace: 9 }));
      m.expectObservable(whole$, '^-!').toBe('        -a-', values);
      m.expectObservable(whole$, '------^').toBe('    ------(x|)', values);
      m.expectSubscriptions(whole.subscriptions).toBe('^---!');

      const broken = m.cold('-a-#', values);
      const broken$ = broken.pipe(shareReply({ grace: 9 }));
      m.expectObservable(broken$, '^-!').toBe('       -a-', values);
      m.expectObservable(broken$, '------^').toBe('   -------a-#', values);
      m.expectSubscriptions(broken.subscriptions).toBe(['^--!', '------^--!']);
    }),
  );

  describe('with a chunk that cannot be merged', () => {
    /** A chunk of a foreign source, whose parts are not a list. */
    const broken = { text: 'b', candidates: [{ content: { parts: 7 } }] } as unknown as GeminiChunk;
    const failed = '#GeminiError: ';

    it('fails for all subscribers, unsubscribes from the source, and throws no error elsewhere', () => {
      const source = new Subject<GeminiChunk>();
      const shared$ = source.pipe(shareReply({ grace: 10 }));
      const readers = [record(shared$), record(shared$)];
      source.next(values.a);
      readers.push(record(shared$));
      source.next(broken);
      for (const { seen } of readers) expect(seen).toEqual(['a', expect.stringContaining(failed)]);
      expect(source.observed).toBe(false);
      source.next(values.c);
      expect(readers[0]?.seen).toHaveLength(2);
    });

    it('makes a new request for the next subscriber, unless `keepFailure` is set', () => {
      let requests = 0;
      const source = defer(() => {
        requests += 1;
        return of(values.a, broken, values.c);
      });
      const anew$ = source.pipe(shareReply());
      const kept$ = source.pipe(shareReply({ keepFailure: true }));
      const seen = ['a', expect.stringContaining(failed)];
      expect([anew$, anew$, kept$, kept$].map((shared$) => record(shared$).seen)).toEqual([seen, seen, seen, seen]);
      expect(requests).toBe(3);
    });

    it('fails in order if it arrives inside the `next` of a subscriber', () => {
      const source = new Subject<GeminiChunk>();
      const shared$ = source.pipe(shareReply());
      shared$.pipe(take(1)).subscribe(() => source.next(broken));
      const second = record(shared$);
      source.next(values.a);
      expect(second.seen).toEqual(['a', expect.stringContaining(failed)]);
    });
  });

  it('shares its source, and no state between two applications', () => {
    let requests = 0;
    const source = defer(() => {
      requests += 1;
      return concat(of(values.a), NEVER);
    });
    const share = shareReply();
    const one$ = source.pipe(share);
    const two$ = source.pipe(share);
    expect([record(one$), record(one$), record(two$)].map(({ seen }) => seen)).toEqual([['a'], ['a'], ['a']]);
    expect(requests).toBe(2);
  });

  it('emits that chunk once to a subscriber that arrives inside the `next` of another', () => {
    const source = new Subject<GeminiChunk>();
    const shared$ = source.pipe(shareReply());
    const late: string[][] = [];
    shared$.subscribe(() => late.push(record(shared$).seen));
    source.next(values.a);
    source.next(values.b);
    expect(late).toEqual([['a', 'b'], ['ab']]);
  });

  it('replays the whole reply to a subscriber that arrives inside the completion of another', () => {
    const source = new Subject<GeminiChunk>();
    const shared$ = source.pipe(shareReply());
    let late: string[] = [];
    shared$.subscribe({ complete: () => (late = record(shared$).seen) });
    source.next(values.a);
    source.complete();
    expect(late).toEqual(['a', '|']);
  });

  it('keeps the order for all if a chunk arrives inside the `next` of a subscriber', () => {
    const source = new Subject<GeminiChunk>();
    const shared$ = source.pipe(shareReply());
    shared$.pipe(take(1)).subscribe(() => {
      source.next(values.b);
      source.next(values.c);
      source.complete();
    });
    const second = record(shared$);
    source.next(values.a);
    expect(second.seen).toEqual(['a', 'b', 'c', '|']);
  });

  it('loses no chunk that arrives while a late subscriber gets its replay', () => {
    const source = new Subject<GeminiChunk>();
    const shared$ = source.pipe(shareReply());
    const first = record(shared$);
    source.next(values.a);
    const late: string[] = [];
    shared$.subscribe(({ text }) => {
      if (late.length === 0) source.next(values.b);
      late.push(text);
    });
    expect([first.seen, late]).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ]);
  });

  it('emits no further value to a subscriber that another unsubscribes', () => {
    const source = new Subject<GeminiChunk>();
    const shared$ = source.pipe(shareReply());
    const leaving = new Subscription();
    shared$.subscribe(() => leaving.unsubscribe());
    const second = record(shared$);
    leaving.add(second.subscription);
    const third = record(shared$);
    source.next(values.a);
    expect([second.seen, third.seen]).toEqual([[], ['a']]);
  });

  it('replays the same merged chunk to all that subscribe at one point', () => {
    const source = new Subject<GeminiChunk>();
    const shared$ = source.pipe(shareReply());
    shared$.subscribe();
    source.next(values.a);
    source.next(values.b);
    const caught: GeminiChunk[] = [];
    for (let index = 0; index < 3; index += 1) shared$.pipe(take(1)).subscribe((each) => caught.push(each));
    expect(caught[0]).toEqual(values.x);
    expect(new Set(caught).size).toBe(1);
  });

  it('merges notices into the replay', () => {
    const progress = { phase: 'waiting', percent: 0, outputTokens: 0, estimated: true, elapsed: 0 } as const;
    const source = new Subject<GeminiChunk>();
    const shared$ = source.pipe(shareReply());
    shared$.subscribe();
    source.next({ text: '', progress });
    source.next(values.a);
    const late: GeminiChunk[] = [];
    shared$.subscribe((each) => late.push(each));
    expect(late).toEqual([{ ...values.a, progress }]);
  });

  it('unsubscribes from an endless synchronous source after the last subscriber', () => {
    const endless = new Observable<GeminiChunk>((destination) => {
      while (!destination.closed) destination.next(values.a);
    });
    const seen: GeminiChunk[][] = [];
    const shared$ = endless.pipe(shareReply());
    shared$.pipe(take(2), toArray()).subscribe((all) => seen.push(all));
    shared$.pipe(take(1), toArray()).subscribe((all) => seen.push(all));
    expect(seen).toEqual([[values.a, values.a], [values.a]]);
  });

  it('emits each chunk of a synchronous source to its first subscriber, and the merge to the next', () => {
    const shared$ = from([values.a, values.b]).pipe(shareReply());
    expect([record(shared$).seen, record(shared$).seen]).toEqual([
      ['a', 'b', '|'],
      ['ab', '|'],
    ]);
  });

  it('has equal cost for late and early subscribers, for any length of the reply', () => {
    const source = new Subject<GeminiChunk>();
    const shared$ = source.pipe(shareReply());
    shared$.subscribe();
    let caught = 0;
    // With a merge of all chunks for each subscriber, this would take minutes.
    for (let index = 0; index < 50_000; index += 1) {
      source.next(values.a);
      shared$.pipe(take(1)).subscribe(({ text }) => (caught = text.length));
    }
    expect(caught).toBe(50_000);
  });

  describe('with fake timers', () => {
    beforeEach(() => {
      vi.useFakeTimers();
    });
    afterEach(() => {
      config.onUnhandledError = null;
      vi.useRealTimers();
    });

    it('tells a late subscriber how long the reply still waits', () => {
      const source = new Subject<GeminiChunk>();
      const shared$ = source.pipe(shareReply());
      shared$.subscribe();
      source.next({ text: '', retrying: { attempt: 1, delay: 10_000, kind: 'server' } });
      const delays: (number | undefined)[] = [];
      const look = () => shared$.subscribe(({ retrying }) => delays.push(retrying?.delay)).unsubscribe();
      look();
      vi.advanceTimersByTime(9_000);
      look();
      expect(delays).toEqual([10_000, 1_000]);
    });

    it('leaves no timer: without `grace`, after it, after the end', () => {
      record(NEVER.pipe(shareReply())).subscription.unsubscribe();
      expect(vi.getTimerCount()).toBe(0);
      const patient$ = NEVER.pipe(shareReply({ grace: 10 }));
      record(patient$).subscription.unsubscribe();
      expect(vi.getTimerCount()).toBe(1);
      const again = record(patient$);
      expect(vi.getTimerCount()).toBe(0);
      again.subscription.unsubscribe();
      vi.advanceTimersByTime(10);
      expect(vi.getTimerCount()).toBe(0);
      record(of(values.a).pipe(shareReply({ grace: 10 }))).subscription.unsubscribe();
      expect(vi.getTimerCount()).toBe(0);
    });

    it('continues for the others when one throws in its `next`', () => {
      const unhandled: unknown[] = [];
      config.onUnhandledError = (cause) => unhandled.push(cause);
      const source = new Subject<GeminiChunk>();
      const shared$ = source.pipe(shareReply());
      shared$.subscribe(() => {
        throw new Error('broken');
      });
      const second = record(shared$);
      source.next(values.a);
      source.next(values.b);
      const late = record(shared$);
      vi.runAllTimers();
      expect([second.seen, late.seen]).toEqual([['a', 'b'], ['ab']]);
      expect(unhandled).toEqual([new Error('broken'), new Error('broken')]);
    });

    /** A subscriber each of whose `next` holds the thread for this long, in ms, by the fake clocks. */
    const busyReader = (shared$: Observable<GeminiChunk>, ms: number) =>
      record(shared$.pipe(tap({ next: () => holdThread(ms) })));

    describe.each(['coalesce', 'buffer', 'error'] as const)('with `whenSlow: %o`', (whenSlow) => {
      it('calls the fast subscribers at once, for any speed of the others', () => {
        const source = new Subject<GeminiChunk>();
        const shared$ = source.pipe(shareReply({ whenSlow }));
        busyReader(shared$, 50);
        const second = busyReader(shared$, 9);
        for (const text of ['a', 'b', 'c']) source.next(chunk(text));
        source.complete();
        expect(second.seen).toEqual(['a', 'b', 'c', '|']);
        vi.runAllTimers();
      });

      it('replays the same merged chunk to late subscribers at once', () => {
        const source = new Subject<GeminiChunk>();
        const shared$ = source.pipe(shareReply({ whenSlow }));
        shared$.subscribe();
        source.next(values.a);
        source.next(values.b);
        const caught = new Set<GeminiChunk>();
        for (let index = 0; index < 10_000; index += 1) shared$.subscribe((each) => caught.add(each));
        expect([...caught]).toEqual([values.x]);
      });

      it('closes the request, and leaves no timer, when a slow subscriber is the last', () => {
        const source = new Subject<GeminiChunk>();
        const { subscription } = busyReader(source.pipe(shareReply({ whenSlow })), 50);
        source.next(values.a);
        expect(vi.getTimerCount()).toBe(1);
        subscription.unsubscribe();
        expect([source.observed, vi.getTimerCount()]).toEqual([false, 0]);
      });
    });

    it('emits each chunk to a slow subscriber at once by default', () => {
      const source = new Subject<GeminiChunk>();
      const slow = busyReader(source.pipe(shareReply()), 50);
      for (const text of ['a', 'b', 'c']) source.next(chunk(text));
      expect(slow.seen).toEqual(['a', 'b', 'c']);
      expect(vi.getTimerCount()).toBe(0);
    });

    it('merges the chunks that wait for a slow subscriber, which misses nothing', () => {
      const source = new Subject<GeminiChunk>();
      const { seen } = busyReader(source.pipe(shareReply({ whenSlow: 'coalesce' })), 50);
      for (const text of ['a', 'b', 'c']) source.next(chunk(text));
      expect(seen).toEqual(['a']);
      vi.advanceTimersToNextTimer();
      expect(seen).toEqual(['a', 'bc']);
      for (const text of ['d', 'e']) source.next(chunk(text));
      source.complete();
      vi.runAllTimers();
      expect(seen).toEqual(['a', 'bc', 'de', '|']);
    });

    it('holds each chunk for a slow subscriber with `whenSlow: buffer`, up to `maxBytes`', () => {
      const source = new Subject<GeminiChunk>();
      const shared$ = source.pipe(shareReply({ whenSlow: 'buffer', maxBytes: 2_000 }));
      const slow = busyReader(shared$, 50);
      const other = record(shared$);
      for (const text of ['a', 'b', 'c']) source.next(chunk(text));
      vi.runAllTimers();
      expect(slow.seen).toEqual(['a', 'b', 'c']);
      for (const text of ['d', 'e', 'f', 'g', 'h']) source.next(chunk(text));
      vi.runAllTimers();
      const message =
        'A reader of the shared reply is too slow: more than 2000 bytes wait while its `next` holds the thread';
      expect(slow.seen).toEqual(['a', 'b', 'c', 'd', `#GeminiError: ${message}`]);
      expect(other.seen).toHaveLength(8);
      expect(record(shared$).seen).toEqual(['abcdefgh']);
    });

    it('fails only a slow subscriber with `whenSlow: error`, which catches up by subscribing again', () => {
      const source = new Subject<GeminiChunk>();
      const shared$ = source.pipe(shareReply({ whenSlow: 'error' }));
      const errors: unknown[] = [];
      shared$.subscribe({
        next: () => holdThread(50),
        error: (cause: unknown) => errors.push(cause),
      });
      const other = record(shared$);
      source.next(values.a);
      expect(errors).toEqual([]);
      source.next(values.b);
      const message = 'A reader of the shared reply is too slow: the reply continues while its `next` holds the thread';
      expect(errors).toMatchObject([{ kind: 'overflow', limit: 'memory', retryable: false, message }]);
      expect([other.seen, record(shared$).seen]).toEqual([['a', 'b'], ['ab']]);
      expect(vi.getTimerCount()).toBe(0);
    });

    it('loses, repeats and reorders no chunk, in any interleaving', () => {
      config.onUnhandledError = () => undefined;
      fc.assert(
        fc.property(arbitraryPlan, fc.boolean(), fc.boolean(), (plan, keepFailure, resumable) => {
          const theatre = new Theatre({ keepFailure, resumable, grace: 0 });
          for (const act of plan) theatre.play(act);
          theatre.check();
          vi.runAllTimers();
        }),
        { numRuns: 1_000 },
      );
    });
  });

  it('holds no chunk of a reply larger than `maxBytes`: later subscribers fail without a request', () => {
    let requests = 0;
    const source = new Subject<GeminiChunk>();
    const shared$ = defer(() => {
      requests += 1;
      return source;
    }).pipe(shareReply({ maxBytes: 5 }));
    const first = record(shared$);
    source.next(values.a);
    source.next(values.b);
    const second = record(shared$);
    source.next(values.c);
    source.next(values.a);
    const errors: unknown[] = [];
    shared$.subscribe({ error: (cause: unknown) => errors.push(cause) });
    source.complete();
    shared$.subscribe({ error: (cause: unknown) => errors.push(cause) });
    expect([first.seen, second.seen, requests]).toEqual([['a', 'b', 'c', 'a', '|'], ['ab', 'c', 'a', '|'], 1]);
    const message = expect.stringContaining('larger than 5 bytes') as string;
    expect(errors).toMatchObject([
      { kind: 'overflow', limit: 'size', message },
      { kind: 'overflow', limit: 'size', message },
    ]);
  });

  it('emits the last cost of a reply that is too large before the error of a later subscriber', () => {
    const source = new Subject<GeminiChunk>();
    const shared$ = source.pipe(shareReply({ maxBytes: 3 }));
    shared$.subscribe();
    const cost = { input: 1, cached: 0, output: 1, thoughts: 0, total: 2, estimated: false };
    source.next({ ...chunk('abc'), cost });
    const seen: GeminiChunk[] = [];
    shared$.subscribe({ next: (each) => seen.push(each), error: () => {} });
    expect(seen).toEqual([{ text: '', cost }]);
    source.next(chunk('d'));
    expect(record(shared$).seen).toEqual([expect.stringContaining('#GeminiError')]);
  });

  describe('with `resumable: true`', () => {
    it(
      'replays the missed chunks one by one to late subscribers, even after completion',
      marbles((m) => {
        const source = m.cold(' -a--b-----c|', values);
        const subs = '          ^----------!';
        const shared$ = source.pipe(shareReply({ resumable: true }));
        m.expectObservable(shared$).toBe('                 -a--b-----c|', values);
        m.expectObservable(shared$, '-----^').toBe('       -----(ab)-c|', values);
        m.expectObservable(shared$, '------------^').toBe('------------(abc|)', values);
        m.expectSubscriptions(source.subscriptions).toBe(subs);
      }),
    );

    it(
      'keeps the request open without a subscriber for 30 s, then closes it',
      marbles((m) => {
        const source = m.cold(' -a 20s b 99s c-|', values);
        const subs = ['         ^ 59001ms !', '90s ^ 30001ms !'];
        const shared$ = source.pipe(shareReply({ resumable: true }));
        m.expectObservable(shared$, '^-!').toBe('-a', values);
        m.expectObservable(shared$, '29s ^-!').toBe('29s (ab)', values);
        m.expectObservable(shared$, '90s ^-!').toBe('90s -a', values);
        m.expectSubscriptions(source.subscriptions).toBe(subs);
      }),
    );

    it(
      'keeps a reply that completes without a subscriber',
      marbles((m) => {
        const source = m.cold(' -a-b|', values);
        const shared$ = source.pipe(shareReply({ resumable: true }));
        m.expectObservable(shared$, '^-!').toBe('  -a', values);
        m.expectObservable(shared$, '99s ^').toBe('99s (ab|)', values);
        m.expectSubscriptions(source.subscriptions).toBe('^---!');
      }),
    );

    it(
      'keeps a failure for `grace`, then makes a new request',
      marbles((m) => {
        const source = m.cold(' -a-#', values);
        const subs = ['                       ^--!', '        --------------^--!'];
        const shared$ = source.pipe(shareReply({ resumable: true, grace: 9 }));
        m.expectObservable(shared$, '^-!').toBe('            -a', values);
        m.expectObservable(shared$, '-----------^').toBe('-----------(a#)', values);
        m.expectObservable(shared$, '--------------^').toBe('---------------a-#', values);
        m.expectSubscriptions(source.subscriptions).toBe(subs);
      }),
    );

    it(
      'keeps a failure without a time limit with `keepFailure`, and drops it at once without `grace`',
      marbles((m) => {
        const source = m.cold(' -a-#', values);
        const kept$ = source.pipe(shareReply({ resumable: true, keepFailure: true }));
        m.expectObservable(kept$).toBe('-a-#', values);
        m.expectObservable(kept$, '99s ^').toBe('99s (a#)', values);
        const forgotten$ = m.cold('-a-#', values).pipe(shareReply({ resumable: true, grace: 0 }));
        m.expectObservable(forgotten$).toBe('-a-#', values);
        m.expectObservable(forgotten$, '----^').toBe('-----a-#', values);
      }),
    );

    it('makes a new request for a subscriber that comes right after a failure without `grace`', () => {
      let requests = 0;
      const shared$ = defer(() => {
        requests += 1;
        return throwError(() => 'e');
      }).pipe(shareReply({ resumable: true, grace: 0 }));
      expect([record(shared$).seen, record(shared$).seen]).toEqual([['#e'], ['#e']]);
      expect(requests).toBe(2);
    });

    it('emits nothing more to a subscriber that unsubscribes inside its replay', () => {
      const source = new Subject<GeminiChunk>();
      const shared$ = source.pipe(shareReply({ resumable: true }));
      shared$.subscribe();
      for (const text of ['a', 'b', 'c']) source.next(chunk(text));
      expect(record(shared$.pipe(take(2))).seen).toEqual(['a', 'b', '|']);
    });

    it('loses, repeats and reorders no chunk that arrives while a late subscriber gets its replay', () => {
      const source = new Subject<GeminiChunk>();
      const shared$ = source.pipe(shareReply({ resumable: true }));
      const first = record(shared$);
      source.next(values.a);
      source.next(values.b);
      const late: string[] = [];
      shared$.subscribe(({ text }) => {
        if (late.length === 0) source.next(values.c);
        late.push(text);
      });
      expect([first.seen, late]).toEqual([
        ['a', 'b', 'c'],
        ['a', 'b', 'c'],
      ]);
    });

    it('emits the same chunk objects to all subscribers, so that indices agree', () => {
      const source = new Subject<GeminiChunk>();
      const shared$ = source.pipe(shareReply({ resumable: true }));
      const early: GeminiChunk[] = [];
      const late: GeminiChunk[] = [];
      shared$.subscribe((each) => early.push(each));
      for (const each of [values.a, usageChunk({ totalTokenCount: 1 }), { text: '' }, values.f]) source.next(each);
      shared$.subscribe((each) => late.push(each));
      expect(late.every((each, index) => each === early[index])).toBe(true);
      expect(late).toHaveLength(4);
    });

    it('holds no chunk of a reply beyond `maxBytes`, which many small chunks reach too', () => {
      const source = new Subject<GeminiChunk>();
      const shared$ = source.pipe(shareReply({ resumable: true, maxBytes: 2_000 }));
      const first = record(shared$);
      for (const text of ['a', 'b', 'c']) source.next(chunk(text));
      expect(record(shared$).seen).toEqual(['a', 'b', 'c']);
      source.next(chunk('d'));
      const errors: unknown[] = [];
      shared$.subscribe({ error: (cause: unknown) => errors.push(cause) });
      expect(errors).toMatchObject([{ kind: 'overflow', limit: 'size', retryable: false }]);
      expect(first.seen).toEqual(['a', 'b', 'c', 'd']);
    });
  });

  it.each([
    [{ resumable: 1 }, TypeError, 'Expected `resumable` to be true or false, got 1'],
    [
      { resumable: true, whenSlow: 'coalesce' },
      TypeError,
      "Expected `whenSlow` not to be 'coalesce' with `resumable: true`: a merged chunk has no index",
    ],
    [{ grace: -1 }, RangeError, 'Expected `grace` to be a non-negative number of ms, got -1'],
    [{ grace: Infinity }, RangeError, 'Expected `grace` to be a non-negative number of ms, got Infinity'],
    [{ keepFailure: 1 }, TypeError, 'Expected `keepFailure` to be true or false, got 1'],
    [{ whenSlow: 'drop' }, TypeError, "Expected `whenSlow` to be 'coalesce' or 'buffer' or 'error', got 'drop'"],
    [{ maxBytes: 0 }, RangeError, 'Expected `maxBytes` to be a positive number, got 0'],
  ])('throws at the call for %j', (options, type, message) => {
    expect(() => shareReply(options as ShareReplyOptions)).toThrow(new type(message));
  });

  it('keeps the type of the chunks', () => {
    const rich$ = of({ text: 'a', rich: true });
    expectTypeOf(rich$.pipe(shareReply())).toEqualTypeOf<Observable<{ text: string; rich: boolean }>>();
  });
});

/** An action, outside or inside the `next` of a subscriber. */
type Act =
  | { readonly do: 'emit'; readonly chunk: 'text' | 'usage' | 'finish' | 'notice' | 'nothing' }
  | { readonly do: 'complete' | 'fail' }
  | { readonly do: 'leave'; readonly who: number }
  /** A subscriber, with its actions inside its first notifications, and whether it throws at each chunk. */
  | { readonly do: 'join'; readonly inside: readonly Act[]; readonly throws: boolean };

const { act: arbitraryAct } = fc.letrec<{ act: Act }>((tie) => ({
  act: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    {
      weight: 6,
      arbitrary: fc.record({
        do: fc.constant('emit' as const),
        chunk: fc.constantFrom('text', 'text', 'usage', 'finish', 'notice', 'nothing'),
      }),
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('leave' as const), who: fc.nat(5) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('complete' as const, 'fail' as const) }) },
    {
      weight: 5,
      arbitrary: fc.record({
        do: fc.constant('join' as const),
        inside: fc.array(tie('act'), { maxLength: 3 }),
        throws: fc.boolean(),
      }),
    },
  ),
}));
const arbitraryPlan = fc.array(arbitraryAct, { maxLength: 25 });

interface TestRequest {
  readonly emitted: GeminiChunk[];
  readonly next: (value: GeminiChunk) => void;
  readonly fail: () => void;
  readonly complete: () => void;
  state: 'open' | 'closed' | 'completed' | 'failed';
}

interface Reader {
  readonly request: number;
  readonly seen: GeminiChunk[];
  subscription: Subscription | undefined;
  end: 'none' | 'left' | 'completed' | 'failed';
}

/** Plays actions on one shared reply, and computes with a simple model the notifications of each subscriber. */
class Theatre {
  readonly #requests: TestRequest[] = [];
  readonly #readers: Reader[] = [];
  readonly #keepFailure: boolean;
  readonly #shared$: Observable<GeminiChunk>;
  #count = 0;

  constructor(options: ShareReplyOptions) {
    this.#keepFailure = options.keepFailure === true;
    this.#shared$ = new Observable<GeminiChunk>((destination) => {
      const request: TestRequest = {
        emitted: [],
        next: (value) => destination.next(value),
        fail: () => destination.error('boom'),
        complete: () => destination.complete(),
        state: 'open',
      };
      this.#requests.push(request);
      destination.add(() => {
        if (request.state === 'open') request.state = 'closed';
      });
    }).pipe(shareReply(options));
  }

  play(act: Act): void {
    const request = this.#requests.at(-1);
    if (act.do === 'join') this.#join(act.inside, act.throws);
    else if (act.do === 'leave') this.#leave(act.who);
    else if (request?.state !== 'open') return;
    else if (act.do === 'emit') this.#emit(request, act.chunk);
    else {
      request.state = act.do === 'fail' ? 'failed' : 'completed';
      request[act.do]();
    }
  }

  check(): void {
    for (const { request: index, seen, end } of this.#readers) {
      const request = this.#requests[index]!;
      const whole = request.emitted;
      if (end === 'left') {
        const prefixes = whole.map((_, length) => merged(whole.slice(0, length)));
        expect([...prefixes, merged(whole)]).toContainEqual(merged(seen));
      } else {
        expect(end).toBe(request.state === 'open' ? 'none' : request.state);
        expect(merged(seen)).toEqual(merged(whole));
        // All but the first are the same chunk objects that the source emitted.
        expect(seen.slice(1).every((each, at) => each === whole[whole.length - seen.length + 1 + at])).toBe(true);
      }
    }
    // One request at a time, and none without a subscriber.
    const open = this.#requests.flatMap(({ state }, index) => (state === 'open' ? [index] : []));
    const read = this.#readers.flatMap(({ request, end }) => (end === 'none' ? [request] : []));
    expect(open).toEqual([...new Set(read)]);
    expect(open.length).toBeLessThanOrEqual(1);
  }

  #emit({ emitted, next }: TestRequest, kind: string): void {
    this.#count += 1;
    const value = this.#make(kind);
    emitted.push(value);
    next(value);
  }

  #make(kind: string): GeminiChunk {
    if (kind === 'text') return chunk(`${String(this.#count)};`);
    if (kind === 'usage') return usageChunk({ totalTokenCount: this.#count });
    if (kind === 'finish') return finishChunk();
    return kind === 'notice' ? { text: '', cancelled: { reason: String(this.#count) } } : { text: '' };
  }

  #leave(who: number): void {
    const reader = this.#readers[who];
    if (reader?.end !== 'none') return;
    reader.end = 'left';
    reader.subscription?.unsubscribe();
  }

  #join(inside: readonly Act[], throws: boolean): void {
    const last = this.#requests.at(-1);
    const isKept =
      last?.state === 'open' || last?.state === 'completed' || (last?.state === 'failed' && this.#keepFailure);
    const acts = [...inside];
    const request = isKept ? this.#requests.length - 1 : this.#requests.length;
    const reader: Reader = { request, seen: [], subscription: undefined, end: 'none' };
    this.#readers.push(reader);
    new Observable<GeminiChunk>((destination) => {
      // At once: a subscriber may unsubscribe inside its replay.
      reader.subscription = destination;
      return this.#shared$.subscribe(destination);
    }).subscribe({
      next: (value) => {
        reader.seen.push(value);
        const act = acts.shift();
        if (act) this.play(act);
        if (throws) throw new Error('broken');
      },
      error: () => (reader.end = 'failed'),
      complete: () => (reader.end = 'completed'),
    });
  }
}
