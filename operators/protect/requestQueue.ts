import { queueFull } from './limiterRefusal.js';
import { asyncScheduler, BehaviorSubject, Subscription } from 'rxjs';
import type { Queued } from '../../src/chunk/annotations.js';
import { lastingClock } from '../../src/rx/clock.js';
import { stopwatch } from '../../src/rx/stopwatch.js';
import { Trampoline } from '../../src/rx/trampoline.js';
import type { KeyLimits, QueuedRequest } from './keyLimits.js';
import { KeyRegistry } from './keyRegistry.js';
import type { RateLimitQueue, RateLimitTicket } from './rateLimitStore.js';
import { minute } from './rateWindow.js';
import { SharedLimits, type CheckedLimits } from './sharedLimits.js';
import { WaitingRequests } from './waitingRequests.js';

/** Starts requests in the order of arrival, among the requests whose key has room. */
export class RequestQueue implements RateLimitQueue {
  /** The clock of all limits, which live as long as the process; the system clock may be set meanwhile. */
  readonly #now = stopwatch(lastingClock());
  readonly #limits: SharedLimits;
  readonly #keys: KeyRegistry | undefined;
  readonly #trampoline = new Trampoline();
  readonly #waiting: WaitingRequests;
  #arrivals = 0;
  /** The timer until the next request may begin, if only time decides that. */
  #alarm = Subscription.EMPTY;

  constructor(limits: CheckedLimits, perKey: CheckedLimits | undefined, maxKeys: number) {
    this.#limits = new SharedLimits(limits, this.#now);
    this.#waiting = new WaitingRequests(this.#trampoline, this.#limits, this.#now);
    this.#keys = perKey && new KeyRegistry(perKey, maxKeys, this.#now);
  }

  /**
   * Adds a request, which begins at once if the limits have room.
   *
   * @throws GeminiError - If too many requests wait, or there are too many keys.
   */
  join(name: string | undefined, tokens: number): RateLimitTicket {
    const key = name === undefined ? undefined : this.#keys?.get(name);
    this.#assertRoom(key, tokens);
    this.#arrivals += 1;
    const place$ = new BehaviorSubject<Queued>({ position: 0 });
    const request: QueuedRequest = { order: this.#arrivals, tokens, key, place$, hasEnded: false };
    this.#waiting.add(request);
    if (key) this.#advance(key);
    place$.next({ position: this.#waiting.lastPosition(request) });
    this.#serve();
    return {
      place$,
      settle: (count) => {
        this.#settle(request, count);
      },
      pause: (duration) => {
        this.#limits.window.pause(duration);
      },
      leave: () => {
        this.#leave(request);
      },
    };
  }

  #leave(request: QueuedRequest): void {
    if (request.hasEnded) return;
    request.hasEnded = true;
    const { key, counted } = request;
    if (counted) {
      this.#limits.end();
      key?.end();
    } else this.#waiting.delete(request);
    if (key) {
      this.#advance(key);
      this.#keys?.forgetIfIdle(key);
    }
    this.#serve();
  }

  #settle({ counted, key }: QueuedRequest, tokens: number): void {
    if (!counted || tokens === counted.forAll.tokens) return;
    this.#limits.window.settle(counted.forAll, tokens);
    if (key && counted.forKey) {
      key.window.settle(counted.forKey, tokens);
      if (key.isOverbooked) this.#waiting.withdraw(key);
      this.#advance(key);
    }
    if (this.#waiting.size > 0) this.#serve();
  }

  /** @throws GeminiError - If the request would have to wait, and too many requests wait already. */
  #assertRoom(key: KeyLimits | undefined, tokens: number): void {
    const [nextOfAll, nextOfKey] = [this.#waiting.next, key?.waiting.first];
    const waitForAll = this.#limits.waitFor(nextOfAll?.tokens ?? tokens);
    const waitForKey = key?.waitForPlace(nextOfKey?.tokens ?? tokens) ?? 0;
    if (waitForAll === 0 && waitForKey === 0 && !nextOfKey && this.#hasRoomAfterNext(tokens)) return;
    const isKeyFull = key !== undefined && key.queued >= key.maxQueued;
    if (!isKeyFull && this.#waiting.size < this.#limits.maxQueued) return;
    // A reply that has its place in its key, or is of another key, does not wait for the key.
    const isNextReady = isKeyFull ? key.hasReserved : nextOfAll !== undefined;
    const wait = isNextReady ? waitForAll : Math.max(waitForAll, waitForKey);
    if (key) this.#keys?.forgetIfIdle(key);
    throw queueFull(isKeyFull ? `${key.maxQueued} replies of one key` : `${this.#limits.maxQueued} replies`, wait);
  }

  /**
   * Whether a request may begin as well as those that do not wait for their key. There are such requests, although the
   * limits have room, if a source that begins now joins others.
   */
  #hasRoomAfterNext(tokens: number): boolean {
    const before = this.#waiting.ready;
    const tokensBefore = before.reduce((sum, request) => sum + request.tokens, 0);
    return this.#limits.waitFor(tokensBefore + tokens, before.length + 1) === 0;
  }

  /** Lets requests begin, and sends positions. Subscribers that are called may come, leave and end meanwhile. */
  #serve(): void {
    this.#trampoline.schedule(() => {
      this.#beginNext();
      this.#waiting.sendPositions();
      this.#setAlarm();
    });
  }

  #beginNext(): void {
    for (let next = this.#waiting.next; next; next = this.#waiting.next) {
      const { key, tokens, place$ } = next;
      if (this.#limits.waitFor(tokens) > 0) return;
      this.#waiting.delete(next);
      next.counted = { forAll: this.#limits.begin(tokens), forKey: key?.begin(tokens) };
      if (key) {
        this.#keys?.touch(key);
        this.#setKeyAlarm(key);
      }
      place$.next({ position: 0 });
      place$.complete();
    }
  }

  /** Assigns places in a key to its waiting requests while there is room, and sets the timer for the next place. */
  #advance(key: KeyLimits): void {
    this.#waiting.advance(key);
    this.#setKeyAlarm(key);
  }

  #setKeyAlarm(key: KeyLimits): void {
    key.alarm.unsubscribe();
    const next = key.waiting.first;
    const wait = next ? key.waitForPlace(next.tokens) : Infinity;
    if (wait < Infinity) key.alarm = this.#after(wait, () => this.#advance(key));
  }

  #setAlarm(): void {
    this.#alarm.unsubscribe();
    const { next } = this.#waiting;
    const wait = next ? this.#limits.waitFor(next.tokens) : Infinity;
    if (wait < Infinity) this.#alarm = this.#after(wait, () => undefined);
  }

  /** A timer that fires too early is set again: a server may ask for a longer wait than the longest timer. */
  #after(wait: number, prepare: () => void): Subscription {
    const delay = Math.min(wait, minute);
    const due = this.#now() + delay;
    return asyncScheduler.schedule(() => {
      this.#now(due);
      prepare();
      this.#serve();
    }, delay);
  }
}
