import { concat, defer, EMPTY, map, NEVER, Observable, of, range, Subject, take, tap, throwError } from 'rxjs';
import { describe, expect, expectTypeOf, it, vi } from 'vitest';
import { operate, type Handlers } from '../../src/rx/operate.js';
import { marbles } from '../support/marbles.js';

/** An operator that forwards, and hears of its subscription's end. */
const forwardWith = (onTeardown: () => void) =>
  operate<number, number>((destination) => {
    destination.add(onTeardown);
    return {};
  });
const forward = operate<number, number>(() => ({}));

const boom = new Error('boom');

/** What a subscriber saw, in order. */
function seen<T>(source: Observable<T>): unknown[] {
  const notifications: unknown[] = [];
  source.subscribe({
    next: (value) => notifications.push(value),
    error: (cause: unknown) => notifications.push(['error', cause]),
    complete: () => notifications.push('complete'),
  });
  return notifications;
}

describe('operate', () => {
  it(
    'forwards notifications without a handler',
    marbles((m) => {
      const source = m.cold(' -a-b-|');
      const subs = '          ^----!';
      const expected = '      -a-b-|';
      m.expectObservable(source.pipe(operate<string, string>(() => ({})))).toBe(expected);
      m.expectSubscriptions(source.subscriptions).toBe(subs);
      m.expectObservable(m.cold('-a-#').pipe(operate<string, string>(() => ({})))).toBe('-a-#');
    }),
  );

  it(
    'unsubscribes the source when it is unsubscribed, and when the destination errors or completes',
    marbles((m) => {
      const source = m.cold('     -a-b-c-|');
      const unsubscribed = '      ----!';
      const subs = '              ^---!';
      const expected = '          -a-b';
      m.expectObservable(source.pipe(operate<string, string>(() => ({}))), unsubscribed).toBe(expected);
      m.expectSubscriptions(source.subscriptions).toBe(subs);

      const ending = m.cold('     -a-b-c-|');
      const endsAtB = operate<string, string>((destination) => ({
        next: (value) => {
          if (value === 'b') destination.complete();
          else destination.next(value);
        },
      }));
      m.expectObservable(ending.pipe(endsAtB)).toBe('-a-|');
      m.expectSubscriptions(ending.subscriptions).toBe('^--!');
    }),
  );

  it('runs `init` once a subscription, and not before', () => {
    const init = vi.fn((): Handlers<number> => {
      let count = 0;
      return { next: () => (count += 1) };
    });
    const result = of(1, 2, 3).pipe(operate(init));
    expect(init).not.toHaveBeenCalled();
    result.subscribe();
    result.subscribe();
    expect(init).toHaveBeenCalledTimes(2);
  });

  it('keeps the state of two subscriptions apart', () => {
    const index = operate<number, number>((destination) => {
      let count = 0;
      return { next: () => destination.next(count++) };
    });
    const source = new Subject<number>();
    const result = source.pipe(index);
    const first = seen(result);
    source.next(7);
    const second = seen(result);
    source.next(7);
    expect([first, second]).toStrictEqual([[0, 1], [0]]);
  });

  it.each<[string, (handlers: Handlers<number>) => Observable<number>, Handlers<number>]>([
    ['next', (handlers) => of(1, 2).pipe(operate<number, number>(() => handlers)), { next: throws }],
    ['error', (handlers) => throwError(() => 1).pipe(operate<number, number>(() => handlers)), { error: throws }],
    ['complete', (handlers) => EMPTY.pipe(operate<number, number>(() => handlers)), { complete: throws }],
  ])('errors the result when the handler of `%s` throws', (_, make, handlers) => {
    expect(seen(make(handlers))).toStrictEqual([['error', boom]]);
  });

  it('errors the result when `init` throws, and does not subscribe the source', () => {
    const onSubscribe = vi.fn();
    const source = NEVER.pipe(tap({ subscribe: onSubscribe }));
    expect(seen(source.pipe(operate<number, number>(throws)))).toStrictEqual([['error', boom]]);
    expect(onSubscribe).not.toHaveBeenCalled();
  });

  it('does not subscribe the source when `init` ends the result', () => {
    const onSubscribe = vi.fn();
    const source = NEVER.pipe(tap({ subscribe: onSubscribe }));
    const ended = operate<number, number>((destination) => {
      destination.complete();
      return {};
    });
    expect(seen(source.pipe(ended))).toStrictEqual(['complete']);
    expect(onSubscribe).not.toHaveBeenCalled();
  });

  it('runs no handler once the result is closed', () => {
    const next = vi.fn();
    const complete = vi.fn();
    const closing = operate<number, number>((destination) => ({
      next: (value) => {
        next(value);
        destination.next(value);
      },
      complete,
    }));
    expect(seen(of(1, 2, 3).pipe(closing, take(1)))).toStrictEqual([1, 'complete']);
    expect(next).toHaveBeenCalledOnce();
    expect(complete).not.toHaveBeenCalled();
  });

  it('unsubscribes an endless synchronous source', () => {
    expect(seen(range(0, Infinity).pipe(forward, take(2)))).toStrictEqual([0, 1, 'complete']);
    const failing = operate<number, number>(() => ({ next: throws }));
    expect(seen(range(0, Infinity).pipe(failing))).toStrictEqual([['error', boom]]);
  });

  it('unsubscribes the source at once, also while it is being subscribed', () => {
    const wasClosed: boolean[] = [];
    const source = new Observable<number>((subscriber) => {
      subscriber.next(1);
      wasClosed.push(subscriber.closed);
    });
    source.pipe(forward, take(1)).subscribe();
    expect(wasClosed).toStrictEqual([true]);
  });

  it('makes no request for a closed result', () => {
    const request = vi.fn(() => NEVER);
    concat(of(1), defer(request)).pipe(forward, forward, take(1)).subscribe();
    expect(request).not.toHaveBeenCalled();
  });

  it('flushes once before completion and before an error, and not on unsubscription', () => {
    const holdLast = operate<number, number>((destination) => {
      let held: number | undefined;
      return {
        next: (value) => (held = value),
        flush: () => held !== undefined && destination.next(held),
      };
    });
    expect(seen(of(1, 2).pipe(holdLast))).toEqual([2, 'complete']);
    expect(
      seen(
        concat(
          of(1),
          throwError(() => boom),
        ).pipe(holdLast),
      ),
    ).toEqual([1, ['error', boom]]);
    const values: unknown[] = [];
    concat(of(1), NEVER)
      .pipe(holdLast)
      .subscribe((value) => values.push(value))
      .unsubscribe();
    expect(values).toEqual([]);
  });

  it('flushes before `error` and `complete`, which do not run once the flush has ended the result', () => {
    const calls: string[] = [];
    const record = (flush: () => void): Handlers<number> => ({
      flush,
      error: () => calls.push('error'),
      complete: () => calls.push('complete'),
    });
    EMPTY.pipe(operate(() => record(() => calls.push('flush')))).subscribe();
    throwError(() => boom)
      .pipe(operate(() => record(() => calls.push('flush'))))
      .subscribe();
    expect(calls.splice(0)).toEqual(['flush', 'complete', 'flush', 'error']);

    EMPTY.pipe(operate((destination) => record(() => destination.complete()))).subscribe();
    expect(seen(EMPTY.pipe(operate(() => record(throws))))).toEqual([['error', boom]]);
    expect(calls).toEqual([]);
  });

  it('runs the teardown once, in every ending', () => {
    const endings = [
      of(1),
      throwError(() => boom),
      range(0, Infinity).pipe(take(3)),
      NEVER.pipe(map((value: number) => value)),
    ].map((source) => {
      const teardown = vi.fn();
      const subscription = source.pipe(forwardWith(teardown)).subscribe({ error: () => undefined });
      subscription.unsubscribe();
      return teardown.mock.calls.length;
    });
    expect(endings).toStrictEqual([1, 1, 1, 1]);
  });

  it('is typed', () => {
    expectTypeOf(of(1).pipe(operate<number, string>(() => ({})))).toEqualTypeOf<Observable<string>>();
  });
});

function throws(): never {
  throw boom;
}
