import { tooManyKeys } from './limiterRefusal.js';
import type { GeminiError } from '../../src/errors/geminiError.js';
import { KeyLimits } from './keyLimits.js';
import { OrderedQueue } from './orderedQueue.js';
import type { CheckedLimits } from './sharedLimits.js';

/** The keys that are in use or were in use in the last minute. */
export class KeyRegistry {
  readonly #limits: CheckedLimits;
  readonly #maxKeys: number;
  readonly #now: () => number;
  readonly #keys = new Map<string, KeyLimits>();
  /** The keys with a request in the last minute, by their last one, oldest first. */
  readonly #recent = new OrderedQueue<KeyLimits>();
  #beginnings = 0;

  constructor(limits: CheckedLimits, maxKeys: number, now: () => number) {
    this.#limits = limits;
    this.#maxKeys = maxKeys;
    this.#now = now;
  }

  /** @throws GeminiError - If there are too many keys. */
  get(name: string): KeyLimits {
    const known = this.#keys.get(name);
    if (known) return known;
    this.#forgetOld();
    if (this.#keys.size >= this.#maxKeys) throw this.#refusal();
    const key = new KeyLimits(name, this.#limits, this.#now);
    this.#keys.set(name, key);
    return key;
  }

  /** Notes that a request of the key has begun. */
  touch(key: KeyLimits): void {
    this.#recent.delete(key);
    this.#beginnings += 1;
    key.order = this.#beginnings;
    this.#recent.add(key);
  }

  /** Removes a key that has no open request, no queued request and no request in the last minute. */
  forgetIfIdle(key: KeyLimits): void {
    if (isInUse(key) || key.window.waitUntilEmpty() > 0) return;
    this.#keys.delete(key.name);
    this.#recent.delete(key);
  }

  /** Removes the keys whose last minute has passed. A key that is in use is removed when its last request ends. */
  #forgetOld(): void {
    for (let oldest = this.#recent.first; oldest?.window.waitUntilEmpty() === 0; oldest = this.#recent.first) {
      this.#recent.delete(oldest);
      this.forgetIfIdle(oldest);
    }
  }

  #refusal(): GeminiError {
    const oldestIdle = this.#recent.find((key) => !isInUse(key));
    return tooManyKeys(this.#maxKeys, oldestIdle?.window.waitUntilEmpty());
  }
}

function isInUse(key: KeyLimits): boolean {
  return key.hasOpen || key.queued > 0;
}
