import { EMPTY, NEVER, Observable, Subject, concatWith, map, of, take, throwError } from 'rxjs';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { toEvents, type ReplyEvent } from '../../../operators/show/toEvents.js';
import type { ReplyProgress } from '../../../src/chunk/annotations.js';
import { emptyChunk } from '../../../src/chunk/emptyChunk.js';
import type { GeminiChunk } from '../../../src/chunk/geminiChunk.js';
import { mergeChunks } from '../../../src/chunk/mergeChunks.js';
import { GeminiError } from '../../../src/errors/geminiError.js';
import { chunk, finishChunk } from '../../../src/testing/chunks.js';
import { marbles } from '../../support/marbles.js';

const a = chunk('a');
const f = finishChunk();
const notice: GeminiChunk = { text: '', cancelled: { reason: 'enough' } };

/** The last event of a reply that emits `a` and fails. */
function lastOf(failure: unknown): ReplyEvent | undefined {
  const events: ReplyEvent[] = [];
  of(a)
    .pipe(concatWith(throwError(() => failure)), toEvents())
    .subscribe((event) => events.push(event));
  expect(events[0]).toEqual({ type: 'chunk', chunk: a });
  expect(events).toHaveLength(2);
  return events[1];
}

describe('toEvents', () => {
  it('has no wait in the reply of an outcome', () => {
    const notice: GeminiChunk = { text: '', queued: { position: 1 }, modelVersion: 'm' };
    const last: unknown[] = [];
    const outcomes = [EMPTY, of({ text: '', cancelled: { reason: 'x' } }), throwError(() => new Error('broken'))];
    for (const end$ of outcomes) {
      of(notice)
        .pipe(concatWith(end$), toEvents())
        .subscribe((event) => {
          if (event.type !== 'chunk') last.push(event.type === 'failed' ? event.error.partial : event.response);
        });
    }
    expect(last).toHaveLength(3);
    expect(last.every((reply) => !('queued' in (reply as GeminiChunk)))).toBe(true);
  });

  it(
    'emits each chunk, and the whole reply at completion',
    marbles((m) => {
      const source = m.cold(' -a-f-|', { a, f });
      const subs = '          ^----!';
      const expected = '      -x-y-(z|)';
      m.expectObservable(source.pipe(toEvents())).toBe(expected, {
        x: { type: 'chunk', chunk: a },
        y: { type: 'chunk', chunk: f },
        z: { type: 'complete', response: mergeChunks(a, f) },
      });
      m.expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  it(
    'completes an empty reply with an empty chunk, and does not complete a silent reply',
    marbles((m) => {
      m.expectObservable(EMPTY.pipe(toEvents())).toBe('(x|)', { x: { type: 'complete', response: emptyChunk } });
      m.expectObservable(NEVER.pipe(toEvents())).toBe('-');
    }),
  );

  it(
    'emits a failure as a value, and completes',
    marbles((m) => {
      const failure = new GeminiError('It broke', { kind: 'network', partial: a });
      const source = m.cold(' -a-#', { a }, failure);
      const expected = '      -x-(y|)';
      m.expectObservable(source.pipe(toEvents())).toBe(expected, {
        x: { type: 'chunk', chunk: a },
        y: { type: 'failed', error: failure },
      });
    }),
  );

  it('converts a thrown value into a GeminiError with the reply so far', () => {
    const event = lastOf(new TypeError('fetch failed'));
    expect(event).toMatchObject({ type: 'failed', error: { kind: 'network', partial: a } });
  });

  it('keeps the partial of an error', () => {
    const partial = chunk('more');
    const event = lastOf(new GeminiError('It broke', { kind: 'truncated', partial }));
    expect(event).toMatchObject({ type: 'failed', error: { partial } });
  });

  it(
    'reports a cancellation that completes',
    marbles((m) => {
      const source = m.cold(' -a-(n|)', { a, n: notice });
      const expected = '      -x-(ny|)';
      m.expectObservable(source.pipe(toEvents())).toBe(expected, {
        x: { type: 'chunk', chunk: a },
        n: { type: 'chunk', chunk: notice },
        y: { type: 'cancelled', reason: 'enough', response: mergeChunks(a, notice) },
      });
    }),
  );

  it.each([
    ['enough', 'enough'],
    [new Error('too slow'), 'too slow'],
    [42, 'cancelled'],
    [undefined, 'cancelled'],
  ])('reports a cancellation that fails, with the reason of %o', (cause, reason) => {
    const partial = chunk('more');
    expect(lastOf(new GeminiError('Cancelled', { kind: 'cancelled', cause, partial }))).toEqual({
      type: 'cancelled',
      reason,
      response: partial,
    });
  });

  it('reports an abort as a cancellation', () => {
    expect(lastOf(new DOMException('stop', 'AbortError'))).toEqual({ type: 'cancelled', reason: 'stop', response: a });
  });

  it('ends with `stopped`, the reason and the reply if `stopWhen` ended it', () => {
    const events: ReplyEvent[] = [];
    const last = { ...a, stopped: { reason: 'END' } };
    of(last)
      .pipe(toEvents())
      .subscribe((event) => events.push(event));
    expect(events).toMatchObject([{ type: 'chunk' }, { type: 'stopped', reason: 'END', response: { text: 'a' } }]);
  });

  it('never errors, even if a callback above throws', () => {
    const events: ReplyEvent[] = [];
    const broken = map((): GeminiChunk => {
      throw new Error('broken');
    });
    of(a)
      .pipe(broken, toEvents())
      .subscribe((event) => events.push(event));
    of(null as unknown as GeminiChunk)
      .pipe(toEvents())
      .subscribe((event) => events.push(event));
    expect(events.map(({ type }) => type)).toEqual(['failed', 'failed']);
  });

  it(
    'unsubscribes from its source when it is unsubscribed',
    marbles((m) => {
      const source = m.cold(' -a-a-', { a });
      const unsub = '         --!';
      const subs = '          ^-!';
      m.expectObservable(source.pipe(toEvents()), unsub).toBe('-x-', { x: { type: 'chunk', chunk: a } });
      m.expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  it('shares no state between subscriptions', () => {
    const source = new Subject<GeminiChunk>();
    const result$ = source.pipe(toEvents());
    const seen: string[] = [];
    const record = (event: ReplyEvent) => {
      if (event.type === 'complete') seen.push(event.response.text);
    };
    result$.subscribe(record);
    source.next(a);
    result$.subscribe(record);
    source.next(chunk('b'));
    source.complete();
    expect(seen).toEqual(['ab', 'b']);
  });

  it('unsubscribes from an endless synchronous source when its result is closed', () => {
    const endless = new Observable<GeminiChunk>((destination) => {
      while (!destination.closed) destination.next(a);
    });
    const seen: string[] = [];
    endless.pipe(toEvents(), take(1)).subscribe(({ type }) => seen.push(type));
    expect(seen).toEqual(['chunk']);
  });

  it('keeps the type of the chunks', () => {
    type Annotated = GeminiChunk & { progress: ReplyProgress };
    expectTypeOf(of({} as Annotated).pipe(toEvents())).toEqualTypeOf<Observable<ReplyEvent<Annotated>>>();
    expectTypeOf<ReplyEvent<Annotated>>().toExtend<ReplyEvent>();
  });
});
