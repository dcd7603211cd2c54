import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { idleTimer } from '../../src/internal/idleTimer.js';

describe('idleTimer', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('calls once, when the limit has passed without a touch', () => {
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

  it('sets one timer, however often it is touched', () => {
    const set = vi.spyOn(globalThis, 'setInterval');
    const idle = idleTimer(100, () => undefined);
    for (let touch = 0; touch < 1000; touch++) idle.touch();
    expect(set).toHaveBeenCalledOnce();
    expect(vi.getTimerCount()).toBe(1);
    idle.wait.unsubscribe();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('waits no longer than the limit after the system clock was set back', () => {
    const onIdle = vi.fn();
    const idle = idleTimer(100, onIdle);
    vi.advanceTimersByTime(50);
    idle.touch();
    vi.setSystemTime(Date.now() - 3_600_000);
    vi.advanceTimersByTime(150);
    expect(onIdle).toHaveBeenCalledOnce();
  });
});
