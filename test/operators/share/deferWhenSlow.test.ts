import { from, Subject, type Observable } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Backlog } from '../../../operators/share/backlog.js';
import { deferWhenSlow } from '../../../operators/share/deferWhenSlow.js';
import { holdThread } from '../../support/holdThread.js';

/** A backlog that refuses a negative value as too much. */
function list(): Backlog<number> {
  const values: number[] = [];
  return {
    push: (value) => {
      if (value < 0) throw new Error('too much');
      values.push(value);
    },
    take: () => values.shift(),
  };
}

function listen(source: Observable<number>, inside: (value: number) => void = () => undefined) {
  const seen: unknown[] = [];
  const subscription = source.pipe(deferWhenSlow(list)).subscribe({
    next: (value) => {
      seen.push(value);
      inside(value);
    },
    error: (cause: unknown) => seen.push(`#${(cause as Error).message}`),
    complete: () => seen.push('|'),
  });
  return { seen, subscription };
}

describe('deferWhenSlow', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });

  it('emits values and the completion as they arrive to a fast subscriber, and sets no timer', () => {
    const { seen } = listen(from([1, 2, 3]), () => holdThread(9));
    expect(seen).toEqual([1, 2, 3, '|']);
  });

  it('holds the values and the completion after a slow `next`, and emits them in one task for each slow `next`', () => {
    const { seen } = listen(from([1, 2, 3, 4, 5]), (value) => holdThread(value % 2 === 1 ? 10 : 0));
    const rounds = [[...seen]];
    while (vi.getTimerCount() > 0) {
      vi.advanceTimersToNextTimer();
      rounds.push([...seen]);
    }
    expect(rounds).toEqual([[1], [1, 2, 3], [1, 2, 3, 4, 5], [1, 2, 3, 4, 5, '|']]);
  });

  it('emits values as they arrive again once the backlog is empty', () => {
    const source = new Subject<number>();
    const { seen } = listen(source, (value) => holdThread(value === 1 ? 50 : 0));
    source.next(1);
    source.next(2);
    expect(seen).toEqual([1]);
    vi.runAllTimers();
    source.next(3);
    expect(seen).toEqual([1, 2, 3]);
  });

  it('emits the backlog before an error', () => {
    const source = new Subject<number>();
    const { seen } = listen(source, () => holdThread(10));
    source.next(1);
    source.next(2);
    source.error(new Error('boom'));
    expect(seen).toEqual([1]);
    vi.runAllTimers();
    expect(seen).toEqual([1, 2, '#boom']);
  });

  it('keeps the order when a late value causes another', () => {
    const source = new Subject<number>();
    const { seen } = listen(source, (value) => {
      if (value === 1) holdThread(10);
      if (value === 2) source.next(9);
    });
    for (const value of [1, 2, 3]) source.next(value);
    vi.runAllTimers();
    expect(seen).toEqual([1, 2, 3, 9]);
  });

  it('fails, and unsubscribes from the source, if the backlog is too large', () => {
    const source = new Subject<number>();
    const { seen } = listen(source, () => holdThread(10));
    source.next(1);
    source.next(-1);
    expect(seen).toEqual([1, '#too much']);
    expect(source.observed).toBe(false);
  });

  it('drops the backlog when it is unsubscribed, even by a late value', () => {
    const source = new Subject<number>();
    const first = listen(source, () => holdThread(10));
    const second = listen(source, (value) => {
      holdThread(10);
      if (value === 2) second.subscription.unsubscribe();
    });
    for (const value of [1, 2, 3]) source.next(value);
    first.subscription.unsubscribe();
    vi.runAllTimers();
    expect([first.seen, second.seen]).toEqual([[1], [1, 2]]);
    expect(source.observed).toBe(false);
  });
});
