import { Subscription, type BehaviorSubject } from 'rxjs';
import { OrderedQueue } from './orderedQueue.js';
import type { CountedRequest } from './rateWindow.js';
import { SharedLimits, type CheckedLimits } from './sharedLimits.js';

/** A request that waits, or is open. */
export interface QueuedRequest {
  /** Counts the requests as they come. */
  readonly order: number;
  readonly tokens: number;
  readonly key: KeyLimits | undefined;
  /** Its place in the queue; 0, and completed, once the request may begin. */
  readonly position$: BehaviorSubject<number>;
  /** Its entries in the logs, once it has begun: for all requests, and for its key. */
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
  /** Counts the beginnings of all keys; of this one, the last. */
  order = 0;
  /** The requests that have their place here, and wait for the limits of all. */
  #reserved = 0;
  #reservedTokens = 0;

  constructor(name: string, limits: CheckedLimits, now: () => number) {
    super(limits, now);
    this.name = name;
  }

  get queued(): number {
    return this.waiting.size + this.#reserved;
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

  /** Whether the places that requests have are more than there is room for: the server reported more than estimated. */
  get isOverbooked(): boolean {
    return this.#reserved > 0 && this.waitFor(this.#reservedTokens, this.#reserved) > 0;
  }
}
