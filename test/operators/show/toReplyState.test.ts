import { EMPTY, NEVER, Observable, Subject, concatWith, map, of, take, throwError } from 'rxjs';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { toReplyState, type ReplyState } from '../../../operators/show/toReplyState.js';
import type { Cancelled, ReplyProgress } from '../../../src/chunk/annotations.js';
import type { GeminiChunk } from '../../../src/chunk/geminiChunk.js';
import { mergeChunks } from '../../../src/chunk/mergeChunks.js';
import type { ReplyStatus } from '../../../src/chunk/replyStatus.js';
import { GeminiError } from '../../../src/errors/geminiError.js';
import { chunk, finishChunk, thoughtChunk, usageChunk } from '../../../src/testing/chunks.js';
import { deepFreeze } from '../../support/deepFreeze.js';
import { marbles } from '../../support/marbles.js';

const waiting: ReplyState = { status: 'waiting', reply: { text: '', chunks: 0 } };
const a = chunk('a');
const f = finishChunk();
const progress: ReplyProgress = { phase: 'waiting', percent: 0, outputTokens: 0, estimated: true, elapsed: 0 };

function statesOf(source: Observable<GeminiChunk>): ReplyState[] {
  const states: ReplyState[] = [];
  source.pipe(toReplyState()).subscribe((state) => states.push(deepFreeze(state)));
  return states;
}

describe('toReplyState', () => {
  it(
    'waits from the start, streams from the first content on, and is complete',
    marbles((m) => {
      const u = usageChunk({ totalTokenCount: 1 });
      const source = m.cold(' -u-a-f-|', { u, a, f });
      const subs = '          ^------!';
      const expected = '      wx-y-z-(e|)';
      const reply = { ...[a, f].reduce(mergeChunks, u), chunks: 3 };
      m.expectObservable(source.pipe(toReplyState())).toBe(expected, {
        w: waiting,
        x: { status: 'waiting', reply: { ...u, chunks: 1 } },
        y: { status: 'streaming', reply: { ...mergeChunks(u, a), chunks: 2 } },
        z: { status: 'streaming', reply },
        e: { status: 'complete', reply },
      });
      m.expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  it('streams as soon as one of the candidates has content', () => {
    const other: GeminiChunk = {
      text: '',
      candidates: [{ index: 0 }, { index: 1, content: { parts: [{ text: 'a' }] } }],
    };
    const statuses: string[] = [];
    of(other)
      .pipe(toReplyState())
      .subscribe(({ status }) => statuses.push(status));
    expect(statuses).toContain('streaming');
  });

  it('counts a thought as content', () => {
    expect(statesOf(of(thoughtChunk('hm'))).map(({ status }) => status)).toEqual(['waiting', 'streaming', 'complete']);
  });

  it(
    'waits for a silent reply, and is complete after an empty reply',
    marbles((m) => {
      const result = EMPTY.pipe(toReplyState());
      m.expectObservable(NEVER.pipe(toReplyState())).toBe('w', { w: waiting });
      m.expectObservable(result).toBe('(wx|)', { w: waiting, x: { ...waiting, status: 'complete' } });
    }),
  );

  it('has the progress and the metrics of the chunks, even while it waits', () => {
    const metrics = { elapsed: 1 } as never;
    const states = statesOf(of<GeminiChunk[]>({ text: '', progress }, { ...a, metrics }));
    expect(states[1]).toEqual({ status: 'waiting', reply: { text: '', progress, chunks: 1 }, progress });
    expect(states[2]).toMatchObject({ status: 'streaming', progress, metrics });
    expect(states[3]).toMatchObject({ status: 'complete', progress, metrics });
  });

  it(
    'is failed with a GeminiError, and keeps the reply',
    marbles((m) => {
      const error = new GeminiError('It broke', { kind: 'network', partial: a });
      const source = m.cold(' -a-#', { a }, error);
      const expected = '      wx-(y|)';
      const reply = { ...a, chunks: 1 };
      m.expectObservable(source.pipe(toReplyState())).toBe(expected, {
        w: waiting,
        x: { status: 'streaming', reply },
        y: { status: 'failed', reply, error },
      });
    }),
  );

  it('converts a thrown value into a GeminiError', () => {
    const states = statesOf(of(a).pipe(concatWith(throwError(() => new TypeError('fetch failed')))));
    expect(states.at(-1)).toMatchObject({ status: 'failed', error: { kind: 'network', partial: a } });
  });

  it('is cancelled in both modes of a cancellation, with the reason in the reply', () => {
    const cancelled = { reason: 'enough' };
    const failure = new GeminiError('Cancelled', { kind: 'cancelled', cause: 'enough' });
    const completing = statesOf(of(a, { text: '', cancelled }));
    const failing = statesOf(of(a).pipe(concatWith(throwError(() => failure))));
    expect(completing.at(-1)).toEqual({ status: 'cancelled', reply: { ...a, cancelled, chunks: 2 } });
    expect(failing.at(-1)).toEqual({ status: 'cancelled', reply: { ...a, cancelled, chunks: 1 } });
  });

  it('never errors, even if a callback above throws', () => {
    const broken = map((): GeminiChunk => {
      throw new Error('broken');
    });
    expect(statesOf(of(a).pipe(broken)).map(({ status }) => status)).toEqual(['waiting', 'failed']);
  });

  it('emits before its source does', () => {
    const seen: string[] = [];
    const source = new Observable<GeminiChunk>(() => {
      seen.push('subscribed');
    });
    source.pipe(toReplyState()).subscribe(({ status }) => seen.push(status));
    source.pipe(toReplyState(), take(1)).subscribe(({ status }) => seen.push(status));
    expect(seen).toEqual(['waiting', 'subscribed', 'waiting']);
  });

  it(
    'unsubscribes from its source when it is unsubscribed',
    marbles((m) => {
      const source = m.cold(' -a-a-', { a });
      const unsub = '         --!';
      const subs = '          ^-!';
      const states = { w: waiting, x: { status: 'streaming', reply: { ...a, chunks: 1 } } };
      m.expectObservable(source.pipe(toReplyState()), unsub).toBe('wx-', states);
      m.expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  it('shares no state between subscriptions', () => {
    const source = new Subject<GeminiChunk>();
    const result$ = source.pipe(toReplyState());
    const seen: string[] = [];
    result$.subscribe(({ reply }) => seen.push(reply.text));
    source.next(a);
    result$.subscribe(({ reply }) => seen.push(reply.text));
    source.next(chunk('b'));
    expect(seen).toEqual(['', 'a', '', 'ab', 'b']);
  });

  it('unsubscribes from an endless synchronous source when its result is closed', () => {
    const endless = new Observable<GeminiChunk>((destination) => {
      while (!destination.closed) destination.next(a);
    });
    const seen: string[] = [];
    endless.pipe(toReplyState(), take(3)).subscribe(({ reply }) => seen.push(reply.text));
    expect(seen).toEqual(['', 'a', 'aa']);
  });

  it.each([
    ['queued', { queued: { position: 1, delay: 5 } }],
    ['retrying', { retrying: { attempt: 1, delay: 5, kind: 'overloaded' } }],
  ] as const)('shows %s until content arrives or the reply ends', (name, mark) => {
    const value = (mark as GeminiChunk)[name];
    const notice: GeminiChunk = { text: '', ...mark };
    const shown = (source: Observable<GeminiChunk>) => {
      const states = statesOf(source);
      const inStates = states.map((state) => state[name]);
      expect(states.map(({ reply }) => reply[name])).toEqual(inStates);
      expect(states.every((state) => name in state === (state[name] !== undefined))).toBe(true);
      return inStates;
    };
    expect(shown(of(notice, a))).toEqual([undefined, value, undefined, undefined]);
    expect(shown(of(a, notice, a))).toEqual([undefined, undefined, value, undefined, undefined]);
    expect(shown(of(notice))).toEqual([undefined, value, undefined]);
    const failing$ = of(notice).pipe(concatWith(throwError(() => new Error('broken'))));
    expect(shown(failing$)).toEqual([undefined, value, undefined]);
    const cancelled: GeminiChunk = { text: '', cancelled: { reason: 'enough' } };
    expect(shown(of(notice, cancelled))).toEqual([undefined, value, undefined, undefined]);
  });

  it('has the latest state of an interaction in the reply, also of a failure', () => {
    const at = (status: string, cursor: string) => ({ interaction: { id: 'v1_a', status, cursor } });
    const chunks = of<GeminiChunk[]>({ text: '', ...at('queued', '0') }, { ...a, ...at('in_progress', '1') });
    const partial = { text: '', ...at('failed', '2') };
    const broken$ = chunks.pipe(concatWith(throwError(() => new GeminiError('No.', { kind: 'server', partial }))));
    expect(statesOf(chunks).map(({ reply }) => reply.interaction?.cursor)).toEqual([undefined, '0', '1', '1']);
    const failed = statesOf(broken$).at(-1);
    expect(failed).toMatchObject({ status: 'failed', reply: { text: 'a', chunks: 2, ...at('failed', '2') } });
    expect(failed?.error?.partial).toMatchObject({ text: 'a', ...at('failed', '2') });
  });

  it('is `stopped`, with the reason, if `stopWhen` ended the reply', () => {
    const stopped = { reason: 'END' };
    expect(statesOf(of({ ...a, stopped })).at(-1)).toMatchObject({ status: 'stopped', reply: { text: 'a', stopped } });
  });

  it('is a union over its status', () => {
    const read = (state: ReplyState) => {
      if (state.status === 'failed') expectTypeOf(state.error).toEqualTypeOf<GeminiError>();
      else expectTypeOf(state.error).toEqualTypeOf<undefined>();
      if (state.status === 'cancelled') expectTypeOf(state.reply.cancelled.reason).toEqualTypeOf<string>();
      else expectTypeOf(state.reply.cancelled).toEqualTypeOf<Cancelled | undefined>();
      if (state.status === 'stopped') expectTypeOf(state.reply.stopped.reason).toEqualTypeOf<string>();
      expectTypeOf(state.reply.progress).toEqualTypeOf<ReplyProgress | undefined>();
    };
    // A destructured parameter narrows as well.
    const show = ({ status, error }: ReplyState) => (status === 'failed' ? error.message : status);
    expect(statesOf(throwError(() => new TypeError('fetch failed'))).map(show)).toHaveLength(2);
    expectTypeOf(read).parameter(0).toEqualTypeOf<ReplyState>();
    expectTypeOf<ReplyState['status']>().toEqualTypeOf<ReplyStatus>();
  });

  it('accepts any chunks', () => {
    expectTypeOf(of({ ...a, mine: 1 }).pipe(toReplyState())).toEqualTypeOf<Observable<ReplyState>>();
  });
});
