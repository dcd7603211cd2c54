import { Subscription, type BehaviorSubject } from 'rxjs';
import type { Queued } from '../../src/chunk/annotations.js';
import { OrderedQueue } from './orderedQueue.js';
import type { CountedRequest } from './rateWindow.js';
import { SharedLimits, type CheckedLimits } from './sharedLimits.js';

/** A request that waits, or is open. */
export interface QueuedRequest {
  /** The number of the request, in the order of arrival. */
  readonly order: number;
  readonly tokens: number;
  readonly key: KeyLimits | undefined;
  /** The place in the queue; at position 0, and completed, once the request may begin. */
  readonly place$: BehaviorSubject<Queued>;
  /** The time at which the request begins by the last place that was sent; undefined if that was not known. */
  beginsAt?: number | undefined;
  /** The entries of the request in the logs of all requests and of its key; undefined until the request begins. */
  counted?: { readonly forAll: CountedRequest; readonly forKey: CountedRequest | undefined };
  hasEnded: boolean;
}

/** The limits of one key, and its requests that wait. */
export class KeyLimits extends SharedLimits {
  readonly name: string;
  /** The requests for which these limits have no room yet. */
  readonly waiting = new OrderedQueue<QueuedRequest>();
  /** The timer until there is room, if only time decides that. */
  alarm = Subscription.EMPTY;
  /** The number of the last request of this key that has begun, counted over all keys. */
  order = 0;
  /** The requests that have a place in this key, and wait for the limits of all keys. */
  #reserved = 0;
  #reservedTokens = 0;

  constructor(name: string, limits: CheckedLimits, now: () => number) {
    super(limits, now);
    this.name = name;
  }

  get queued(): number {
    return this.waiting.size + this.#reserved;
  }

  /** Whether a request has its place here, and waits for the limits of all. */
  get hasReserved(): boolean {
    return this.#reserved > 0;
  }

  /** The wait until one more may have its place, in ms; `Infinity` if that depends on others. */
  waitForPlace(tokens: number): number {
    return this.waitFor(this.#reservedTokens + tokens, this.#reserved + 1);
  }

  reserve(tokens: number): void {
    this.#reserved += 1;
    this.#reservedTokens += tokens;
  }

  release(tokens: number): void {
    this.#reserved -= 1;
    this.#reservedTokens -= tokens;
  }

  /** Whether the requests with a place exceed the limits, because the server reported more tokens than estimated. */
  get isOverbooked(): boolean {
    return this.#reserved > 0 && this.waitFor(this.#reservedTokens, this.#reserved) > 0;
  }
}
