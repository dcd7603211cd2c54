import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { idleTimer, timeUp } from '../../src/rx/idleTimer.js';
import { holdThread } from '../support/holdThread.js';
import { marbles } from '../support/marbles.js';

describe('idleTimer', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.restoreAllMocks();
    vi.useRealTimers();
  });

  it('calls back once, when the limit has passed without a touch', () => {
    const onIdle = vi.fn();
    idleTimer(100, onIdle);
    vi.advanceTimersByTime(99);
    expect(onIdle).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(onIdle).toHaveBeenCalledOnce();
    vi.advanceTimersByTime(1000);
    expect(onIdle).toHaveBeenCalledOnce();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('counts from the last touch, to the millisecond', () => {
    const onIdle = vi.fn();
    const idle = idleTimer(100, onIdle);
    for (const wait of [30, 60, 90]) {
      vi.advanceTimersByTime(wait);
      idle.touch();
    }
    vi.advanceTimersByTime(99);
    expect(onIdle).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(onIdle).toHaveBeenCalledOnce();
  });

  it('sets a single timer, for any number of touches', () => {
    const set = vi.spyOn(globalThis, 'setInterval');
    const idle = idleTimer(100, () => undefined);
    for (let touch = 0; touch < 1000; touch++) idle.touch();
    expect(set).toHaveBeenCalledOnce();
    expect(vi.getTimerCount()).toBe(1);
    idle.wait.unsubscribe();
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each([-3_600_000, 3_600_000])('is not changed by a clock that is set by %i ms', (jump) => {
    const onIdle = vi.fn();
    const idle = idleTimer(100, onIdle);
    vi.advanceTimersByTime(30);
    idle.touch();
    vi.setSystemTime(Date.now() + jump);
    vi.advanceTimersByTime(99);
    expect(onIdle).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(onIdle).toHaveBeenCalledOnce();
  });

  it('counts by the clock that a test moves with its timers', () => {
    vi.useRealTimers();
    vi.useFakeTimers({ toFake: ['Date', 'setInterval', 'clearInterval'] });
    const onIdle = vi.fn();
    const idle = idleTimer(5_000, onIdle);
    for (const wait of [4_000, 4_900, 3_000]) {
      vi.advanceTimersByTime(wait);
      idle.touch();
    }
    vi.advanceTimersByTime(4_999);
    expect(onIdle).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(onIdle).toHaveBeenCalledOnce();
  });

  it('waits for the touch of a thread that was busy', () => {
    const onIdle = vi.fn();
    const idle = idleTimer(100, onIdle);
    holdThread(5_000);
    vi.advanceTimersByTime(51);
    idle.touch();
    vi.advanceTimersByTime(99);
    expect(onIdle).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(onIdle).toHaveBeenCalledOnce();
  });

  it('calls back when the thread stays busy', () => {
    const onIdle = vi.fn();
    idleTimer(100, onIdle);
    let rounds = 0;
    while (onIdle.mock.calls.length === 0 && rounds < 100) {
      holdThread(1_000);
      vi.advanceTimersByTime(50);
      rounds += 1;
    }
    expect(rounds).toBe(5);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('timeUp', () => {
  it(
    'emits and completes at its limit',
    marbles((m) => {
      m.expectObservable(timeUp(7)).toBe('-------(u|)', { u: undefined });
      m.expectObservable(timeUp(7), '---!').toBe('---');
    }),
  );
});
