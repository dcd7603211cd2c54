import { BehaviorSubject, type Observable } from 'rxjs';
import { Trampoline } from '../rx/trampoline.js';

/**
 * A state that replays its latest value. All subscribers get the changes in one order, also changes that a subscriber
 * makes in its `next`; a plain `BehaviorSubject` emits the later change first to the subscribers further back.
 */
export class StateSubject<T> {
  readonly #subject: BehaviorSubject<T>;
  readonly #trampoline = new Trampoline();
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

  /** Sets the state; does not emit if the value is the present one. */
  set(value: T): void {
    if (value === this.#latest) return;
    this.#latest = value;
    this.#trampoline.schedule(() => this.#subject.next(value));
  }
}
