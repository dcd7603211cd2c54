import { BehaviorSubject, type Observable } from 'rxjs';

/**
 * A value that replays and changes. All subscribers see its changes in one order, also those that one of them makes
 * in its `next`: a plain `BehaviorSubject` gives the later one first to those further back.
 */
export class StateSubject<T> {
  readonly #subject: BehaviorSubject<T>;
  readonly #waiting: T[] = [];
  #isBusy = false;
  #latest: T;

  constructor(first: T) {
    this.#subject = new BehaviorSubject(first);
    this.#latest = first;
  }

  get value(): T {
    return this.#latest;
  }

  get changes$(): Observable<T> {
    return this.#subject.asObservable();
  }

  /** A value that is the present one is no change. */
  set(value: T): void {
    if (value === this.#latest) return;
    this.#latest = value;
    this.#waiting.push(value);
    if (this.#isBusy) return;
    this.#isBusy = true;
    // The list may grow while it is gone through.
    for (const next of this.#waiting) this.#subject.next(next);
    this.#waiting.length = 0;
    this.#isBusy = false;
  }
}
