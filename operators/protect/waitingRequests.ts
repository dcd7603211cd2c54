import { asapScheduler, Subscription } from 'rxjs';
import type { Trampoline } from '../../src/rx/trampoline.js';
import type { KeyLimits, QueuedRequest } from './keyLimits.js';
import type { BeginPlan } from './beginPlan.js';
import { OrderedQueue } from './orderedQueue.js';
import type { SharedLimits } from './sharedLimits.js';

/**
 * The number of requests that get a new position at once. The others get theirs in a microtask, so that thousands of
 * requests that end at once cause thousands of notices in all, not thousands each.
 */
const toldAtOnce = 16;

/**
 * The waiting requests, in the order in which they would begin at present: first the requests that have a place in
 * their key, or no key, then the requests that wait for their key; each in the order of arrival.
 */
export class WaitingRequests {
  readonly #ready = new OrderedQueue<QueuedRequest>();
  readonly #held = new OrderedQueue<QueuedRequest>();
  /** The microtask that sends positions to the requests behind the first ones. */
  #telling = Subscription.EMPTY;
  readonly #trampoline: Trampoline;

  readonly #limits: SharedLimits;
  readonly #now: () => number;

  /**
   * @param trampoline - Runs the sending of positions, so that nothing that a subscriber does then interrupts it.
   * @param limits - The limits of all keys.
   */
  constructor(trampoline: Trampoline, limits: SharedLimits, now: () => number) {
    this.#trampoline = trampoline;
    this.#limits = limits;
    this.#now = now;
  }

  get size(): number {
    return this.#ready.size + this.#held.size;
  }

  /** The first request that waits for the limits of all keys, and not for its own key. */
  get next(): QueuedRequest | undefined {
    return this.#ready.first;
  }

  /** All requests that wait for the limits of all, and not for their key. */
  get ready(): readonly QueuedRequest[] {
    return this.#ready.take(Infinity);
  }

  /** Adds a request, which has no place in its key. */
  add(request: QueuedRequest): void {
    request.key?.waiting.add(request);
    (request.key ? this.#held : this.#ready).add(request);
  }

  delete(request: QueuedRequest): void {
    const { key, tokens } = request;
    if (this.#ready.delete(request)) {
      key?.release(tokens);
      return;
    }
    this.#held.delete(request);
    key?.waiting.delete(request);
  }

  /** Assigns places in a key to its next requests while there is room. */
  advance(key: KeyLimits): void {
    for (let next = key.waiting.first; next && key.waitForPlace(next.tokens) === 0; next = key.waiting.first) {
      key.waiting.delete(next);
      this.#held.delete(next);
      key.reserve(next.tokens);
      this.#ready.add(next);
    }
  }

  /** Withdraws the places of all requests of a key. */
  withdraw(key: KeyLimits): void {
    for (const request of this.ready) {
      if (request.key !== key) continue;
      this.delete(request);
      this.add(request);
    }
  }

  /** The position of the request that arrived last. */
  lastPosition({ key }: QueuedRequest): number {
    return key?.waiting.first ? this.size : this.#ready.size;
  }

  /** Sends the first requests their positions, and the others in a microtask. */
  sendPositions(): void {
    this.#send(toldAtOnce);
    if (this.size <= toldAtOnce || !this.#telling.closed) return;
    this.#telling = asapScheduler.schedule(() => {
      this.#telling = Subscription.EMPTY;
      this.#trampoline.schedule(() => this.#send(Infinity));
    });
  }

  #send(count: number): void {
    const ready = this.#ready.take(count);
    const held = this.#held.take(count - ready.length);
    const times = this.#beginTimes(ready, held);
    const now = this.#now();
    for (const [index, request] of [...ready, ...held].entries()) sendPlace(request, index + 1, times[index], now);
  }

  /** The times at which requests begin, as known now; `Infinity` for a time that depends on the end of another. */
  #beginTimes(ready: readonly QueuedRequest[], held: readonly QueuedRequest[]): number[] {
    const planForAll = this.#limits.plan();
    const plansOfKeys = new Map<KeyLimits, BeginPlan>();
    const planOf = (key: KeyLimits) => {
      const plan = plansOfKeys.get(key) ?? key.plan();
      plansOfKeys.set(key, plan);
      return plan;
    };
    const timeOf = ({ key, tokens }: QueuedRequest, hasPlace: boolean) => {
      const plan = key && planOf(key);
      const earliest = plan && !hasPlace ? plan.timeFor(tokens) : 0;
      // A request that waits for another of its key delays nobody.
      const time = earliest < Infinity ? planForAll.timeFor(tokens, earliest) : Infinity;
      if (time < Infinity) planForAll.add(tokens, time);
      if (hasPlace || time < Infinity) plan?.add(tokens, time);
      return time;
    };
    return [...ready.map((request) => timeOf(request, true)), ...held.map((request) => timeOf(request, false))];
  }
}

/**
 * Sends a request its place if its position has changed, its begin has become known or unknown, or is later than it was
 * sent. An earlier begin is no reason: it is sent with the next position.
 */
export function sendPlace(
  request: Pick<QueuedRequest, 'place$' | 'beginsAt'>,
  position: number,
  time = Infinity,
  now: number,
): void {
  const { place$, beginsAt } = request;
  const isKnown = time < Infinity;
  // The sum of a time and a wait has an error of less than 1 ms.
  const isKept = beginsAt === undefined ? !isKnown : isKnown && time - beginsAt < 1;
  if (place$.value.position === position && isKept) return;
  request.beginsAt = isKnown ? time : undefined;
  place$.next(isKnown ? { position, delay: Math.ceil(time - now) } : { position });
}
