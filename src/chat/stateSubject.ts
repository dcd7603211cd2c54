import { BehaviorSubject, type Observable } from 'rxjs';

/**
 * A state that replays its latest value. All subscribers get the changes in one order, also the changes that one of
 * them makes in its `next`; a plain `BehaviorSubject` gives subscribers further back the later change first.
 */
export class StateSubject<T> {
  readonly #subject: BehaviorSubject<T>;
  /** The changes that subscribers have not been called with yet. */
  readonly #pending: T[] = [];
  #isEmitting = false;
  #latest: T;

  constructor(initial: T) {
    this.#subject = new BehaviorSubject(initial);
    this.#latest = initial;
  }

  get value(): T {
    return this.#latest;
  }

  get changes$(): Observable<T> {
    return this.#subject.asObservable();
  }

  /** Sets the state; the present value is not a change. */
  set(value: T): void {
    if (value === this.#latest) return;
    this.#latest = value;
    this.#pending.push(value);
    if (this.#isEmitting) return;
    this.#isEmitting = true;
    // The list may grow during the loop.
    for (const next of this.#pending) this.#subject.next(next);
    this.#pending.length = 0;
    this.#isEmitting = false;
  }
}
