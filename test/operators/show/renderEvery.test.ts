import { EMPTY, NEVER, Observable, Subject, concat, map, of, take, throwError } from 'rxjs';
import { afterEach, describe, expect, expectTypeOf, it, vi } from 'vitest';
import { accumulate } from '../../../operators/show/accumulate.js';
import { renderEvery, type RenderEveryOptions } from '../../../operators/show/renderEvery.js';
import { toReplyState } from '../../../operators/show/toReplyState.js';
import { chunk, finishChunk } from '../../../src/testing/chunks.js';
import { marbles } from '../../support/marbles.js';

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** A browser that draws a frame on demand. */
function stubFrames() {
  const callbacks = new Map<number, FrameRequestCallback>();
  let id = 0;
  vi.stubGlobal('requestAnimationFrame', (callback: FrameRequestCallback) => {
    callbacks.set(++id, callback);
    return id;
  });
  vi.stubGlobal('cancelAnimationFrame', (cancelled: number) => callbacks.delete(cancelled));
  return {
    draw() {
      const due = [...callbacks.values()];
      callbacks.clear();
      for (const callback of due) callback(0);
    },
    get requested() {
      return callbacks.size;
    },
  };
}

describe('renderEvery', () => {
  describe('interval', () => {
    it(
      'emits the first value at once, then the newest one after each interval',
      marbles((m) => {
        const source = m.cold(' -a-b-c-------d-e----f--|');
        const subs = '          ^----------------------!';
        const interval = m.time('-----|');
        const expected = '      -a----c------d----e----(f|)';
        m.expectObservable(source.pipe(renderEvery({ interval }))).toBe(expected);
        m.expectSubscriptions(source.subscriptions).toBe(subs);
      }),
    );

    it(
      'emits the newest value before completion, without a delay',
      marbles((m) => {
        const source = m.cold(' -a-b-c-|');
        const expected = '      -a-----(c|)';
        m.expectObservable(source.pipe(renderEvery({ interval: 100 }))).toBe(expected);
      }),
    );

    it(
      'emits the newest value before an error, without a delay',
      marbles((m) => {
        const source = m.cold(' -a-b-c-#');
        const expected = '      -a-----(c#)';
        m.expectObservable(source.pipe(renderEvery({ interval: 100 }))).toBe(expected);
      }),
    );

    it(
      'does not repeat a value at the end',
      marbles((m) => {
        m.expectObservable(m.cold('-a-|').pipe(renderEvery({ interval: 100 }))).toBe('-a-|');
        m.expectObservable(m.cold('-a-b---#').pipe(renderEvery({ interval: 4 }))).toBe('-a---b-#');
      }),
    );

    it('counts from the return of the consumer', () => {
      vi.useFakeTimers();
      const source = new Subject<string>();
      const seen: string[] = [];
      source.pipe(renderEvery({ interval: 100 })).subscribe((value) => {
        seen.push(value);
        if (value !== 'a') return;
        source.next('from the view');
        // A slow consumer.
        vi.advanceTimersByTime(500);
      });
      source.next('a');
      vi.advanceTimersByTime(99);
      expect(seen).toEqual(['a']);
      vi.advanceTimersByTime(1);
      expect(seen).toEqual(['a', 'from the view']);
    });

    it('has a timer only while values are held', () => {
      vi.useFakeTimers();
      const source = new Subject<string>();
      const subscription = source.pipe(renderEvery({ interval: 10 })).subscribe();
      expect(vi.getTimerCount()).toBe(0);
      source.next('a');
      source.next('b');
      expect(vi.getTimerCount()).toBe(1);
      vi.advanceTimersByTime(20);
      expect(vi.getTimerCount()).toBe(0);
      source.next('c');
      subscription.unsubscribe();
      expect(vi.getTimerCount()).toBe(0);
      for (const end of [EMPTY, throwError(() => new Error('broken'))]) {
        concat(of('a', 'b'), end)
          .pipe(renderEvery({ interval: 10 }))
          .subscribe({ error: () => {} });
        expect(vi.getTimerCount()).toBe(0);
      }
    });
  });

  describe('frame', () => {
    it('emits the first value at once, then the newest one with each frame', () => {
      const browser = stubFrames();
      const source = new Subject<string>();
      const seen: string[] = [];
      source.pipe(renderEvery({ frame: true })).subscribe((value) => seen.push(value));
      for (const value of 'abc') source.next(value);
      expect(seen).toEqual(['a']);
      browser.draw();
      expect(seen).toEqual(['a', 'c']);
      browser.draw();
      browser.draw();
      expect(seen).toEqual(['a', 'c']);
      source.next('d');
      expect(seen).toEqual(['a', 'c', 'd']);
      source.complete();
    });

    it('emits the last value at completion in a hidden page, which draws no frames', () => {
      stubFrames();
      for (const end of [EMPTY, throwError(() => 'broken')]) {
        const seen: unknown[] = [];
        concat(of('a', 'b', 'c'), end)
          .pipe(renderEvery({ frame: true }))
          .subscribe({ next: (value) => seen.push(value), error: (cause: unknown) => seen.push(cause) });
        expect(seen).toEqual(end === EMPTY ? ['a', 'c'] : ['a', 'c', 'broken']);
      }
    });

    it('requests no more frames than it needs, and cancels them when it is unsubscribed', () => {
      const browser = stubFrames();
      const source = new Subject<string>();
      const subscription = source.pipe(renderEvery({ frame: true })).subscribe();
      expect(browser.requested).toBe(0);
      source.next('a');
      expect(browser.requested).toBe(1);
      browser.draw();
      expect(browser.requested).toBe(0);
      source.next('b');
      subscription.unsubscribe();
      expect(browser.requested).toBe(0);
    });

    it('follows the frames of the test scheduler', () => {
      stubFrames();
      marbles((m) => {
        m.animate('             ----x---x---x---x');
        const source = m.cold(' -a-b-cd-------e|');
        const expected = '      -a--b---d-----e|';
        m.expectObservable(source.pipe(renderEvery({ frame: true }))).toBe(expected);
      })();
    });

    it(
      'emits every 16 ms if there are no frames',
      marbles((m) => {
        const source = m.cold(' -a-b-c 20ms d--|');
        const expected = '      -a 15ms c 11ms (d|)';
        m.expectObservable(source.pipe(renderEvery({ frame: true }))).toBe(expected);
      }),
    );
  });

  it(
    'emits no value for an empty source, and waits for a silent source',
    marbles((m) => {
      m.expectObservable(EMPTY.pipe(renderEvery({ interval: 1 }))).toBe('|');
      m.expectObservable(NEVER.pipe(renderEvery({ interval: 1 }))).toBe('-');
    }),
  );

  it(
    'drops held values when it is unsubscribed',
    marbles((m) => {
      const source = m.cold(' -a-b-c');
      const unsub = '         ----!';
      const subs = '          ^---!';
      const expected = '      -a---';
      m.expectObservable(source.pipe(renderEvery({ interval: 10 })), unsub).toBe(expected);
      m.expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  it('holds undefined like any other value', () => {
    const seen: unknown[] = [];
    of(1, undefined)
      .pipe(renderEvery({ interval: 10 }))
      .subscribe((value) => seen.push(value));
    expect(seen).toEqual([1, undefined]);
  });

  it('emits the last state of a reply to a view', () => {
    const reply$ = of(chunk('a'), chunk('b'), finishChunk());
    const seen: string[] = [];
    reply$.pipe(toReplyState(), renderEvery({ interval: 100 })).subscribe(({ status, reply }) => {
      seen.push(`${status} ${reply.text}`);
    });
    expect(seen).toEqual(['waiting ', 'complete ab']);
  });

  it('shares no state between subscriptions', () => {
    const source = new Subject<string>();
    const result$ = source.pipe(renderEvery({ interval: 100 }));
    const seen: string[] = [];
    result$.subscribe((value) => seen.push(`1 ${value}`));
    source.next('a');
    result$.subscribe((value) => seen.push(`2 ${value}`));
    source.next('b');
    source.complete();
    expect(seen).toEqual(['1 a', '2 b', '1 b']);
  });

  it('unsubscribes from an endless synchronous source when its result is closed', () => {
    const endless = new Observable<string>((destination) => {
      while (!destination.closed) destination.next('a');
    });
    const seen: string[] = [];
    endless.pipe(renderEvery({ interval: 100 }), take(1)).subscribe((value) => seen.push(value));
    expect(seen).toEqual(['a']);
  });

  it('fails with the error that the source throws, after the held values', () => {
    const broken = of('a', 'b', 'c').pipe(
      map((value) => {
        if (value === 'c') throw new Error('broken');
        return value;
      }),
    );
    const seen: unknown[] = [];
    broken.pipe(renderEvery({ interval: 100 })).subscribe({
      next: (value) => seen.push(value),
      error: (cause: unknown) => seen.push(cause),
    });
    expect(seen).toEqual(['a', 'b', new Error('broken')]);
  });

  it.each<[object, typeof TypeError | typeof RangeError, string]>([
    [{}, TypeError, 'Expected one of `interval` and `frame`'],
    [{ interval: 16, frame: true }, TypeError, 'Expected one of `interval` and `frame`'],
    [{ interval: 0 }, RangeError, 'Expected `interval` to be a positive number of ms, got 0'],
    [{ interval: '16' }, TypeError, "Expected `interval` to be a positive number of ms, got '16'"],
    [{ frame: false }, TypeError, 'Expected `frame` to be true, got false'],
  ])('throws at the call for %o', (options, kind, message) => {
    expect(() => renderEvery(options as RenderEveryOptions)).toThrow(kind);
    expect(() => renderEvery(options as RenderEveryOptions)).toThrow(message);
  });

  it('keeps the type of the values', () => {
    const states$ = of(chunk('a')).pipe(toReplyState());
    expectTypeOf(states$.pipe(renderEvery({ interval: 16 }))).toEqualTypeOf(states$);
    const replies$ = of(chunk('a')).pipe(accumulate());
    expectTypeOf(replies$.pipe(renderEvery({ frame: true }))).toEqualTypeOf(replies$);
    expectTypeOf(renderEvery<string>)
      .parameter(0)
      .not.toExtend<{ interval: number; frame: true }>();
  });
});
