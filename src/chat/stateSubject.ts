import { BehaviorSubject, type Observable } from 'rxjs';
import { Trampoline } from '../rx/trampoline.js';

/**
 * A state that replays its latest value. All subscribers get the changes in one order, also the changes that one of
 * them makes in its `next`; a plain `BehaviorSubject` gives subscribers further back the later change first.
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

  /** Sets the state; the present value is not a change. */
  set(value: T): void {
    if (value === this.#latest) return;
    this.#latest = value;
    this.#trampoline.schedule(() => this.#subject.next(value));
  }
}
