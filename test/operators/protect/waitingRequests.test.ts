import { BehaviorSubject } from 'rxjs';
import { describe, expect, it, vi } from 'vitest';
import { KeyLimits, type QueuedRequest } from '../../../operators/protect/keyLimits.js';
import { SharedLimits } from '../../../operators/protect/sharedLimits.js';
import { WaitingRequests } from '../../../operators/protect/waitingRequests.js';
import { Trampoline } from '../../../src/rx/trampoline.js';

const limits = { requestsPerMinute: Infinity, tokensPerMinute: Infinity, concurrency: 2, maxQueued: 100 };

function requestOf(order: number, key?: KeyLimits): QueuedRequest {
  return { order, tokens: 0, key, place$: new BehaviorSubject({ position: 0 }), hasEnded: false };
}

/** So many waiting requests without a key, and the trampoline of their notices. */
function queueOf(count: number) {
  const trampoline = new Trampoline();
  const schedule = vi.spyOn(trampoline, 'schedule');
  const waiting = new WaitingRequests(trampoline, new SharedLimits(limits, () => 0), () => 0);
  const requests = Array.from({ length: count }, (_, order) => requestOf(order));
  for (const request of requests) waiting.add(request);
  const positions = () => requests.map(({ place$ }) => place$.value.position);
  return { waiting, schedule, positions };
}

describe('WaitingRequests', () => {
  it('sends 16 requests their positions at once, and schedules no task', async () => {
    const { waiting, schedule, positions } = queueOf(16);
    waiting.sendPositions();
    expect(positions()).toEqual(Array.from({ length: 16 }, (_, index) => index + 1));
    await Promise.resolve();
    expect(schedule).not.toHaveBeenCalled();
  });

  it('sends the positions behind the first 16 in one microtask for several changes', async () => {
    const { waiting, schedule, positions } = queueOf(18);
    waiting.sendPositions();
    waiting.sendPositions();
    expect(positions().slice(15)).toEqual([16, 0, 0]);
    await Promise.resolve();
    expect(positions().slice(15)).toEqual([16, 17, 18]);
    expect(schedule).toHaveBeenCalledTimes(1);
    waiting.add(requestOf(-1));
    waiting.sendPositions();
    await Promise.resolve();
    expect(positions().slice(15)).toEqual([17, 18, 19]);
    expect(schedule).toHaveBeenCalledTimes(2);
  });

  it('withdraws the places of one key, and of no other', () => {
    const { waiting } = queueOf(0);
    const [first, second] = ['a', 'b'].map((name) => new KeyLimits(name, limits, () => 0)) as [KeyLimits, KeyLimits];
    const requests = [requestOf(1, first), requestOf(2, second), requestOf(3, first), requestOf(4)];
    for (const request of requests) waiting.add(request);
    for (const key of [first, second]) waiting.advance(key);
    expect([first.queued, first.hasReserved, second.hasReserved]).toEqual([2, true, true]);
    waiting.withdraw(first);
    expect([first.queued, first.hasReserved, second.hasReserved]).toEqual([2, false, true]);
    expect([waiting.next, waiting.size]).toEqual([requests[1], 4]);
    waiting.advance(first);
    expect(waiting.next).toBe(requests[0]);
  });

  it('counts the position of a request behind the requests that wait for its key', () => {
    const { waiting } = queueOf(1);
    const key = new KeyLimits('a', { ...limits, concurrency: 1 }, () => 0);
    const requests = [requestOf(1, key), requestOf(2, key)] as const;
    waiting.add(requests[0]);
    expect(waiting.lastPosition(requests[0])).toBe(2);
    waiting.advance(key);
    expect(waiting.lastPosition(requests[0])).toBe(2);
    waiting.add(requests[1]);
    expect([waiting.lastPosition(requests[1]), waiting.lastPosition(requestOf(3))]).toEqual([3, 2]);
    waiting.delete(requests[0]);
    waiting.advance(key);
    expect(waiting.lastPosition(requests[1])).toBe(2);
  });
});
