import { asapScheduler, asyncScheduler, BehaviorSubject, Subscription } from 'rxjs';
import { minute, type Allowance, type Spent } from './allowance.js';
import { WaitingLine } from './waitingLine.js';

/** A subscription in a {@link TurnQueue}. */
export interface Turn {
  /** Its place; 0, and completed, when its turn has come. */
  readonly position$: BehaviorSubject<number>;
  /** What it counts, once its turn has come. */
  spent?: Spent;
  isOver: boolean;
}

/**
 * The number of replies that get a new position at once. The others get it in a microtask, so that thousands that leave
 * in one moment cost thousands of notices in all, and not thousands each.
 */
const toldAtOnce = 16;

/** Whose turn it is: first come, first served. One timer, while somebody waits for it. */
export class TurnQueue {
  readonly #allowance: Allowance;
  readonly #concurrency: number;
  readonly #estimate: number;
  readonly #waiting = new WaitingLine<Turn>();
  /** How many have had their turn and have not left. */
  #open = 0;
  #alarm = Subscription.EMPTY;
  /** The microtask that sends positions to the replies behind the first ones. */
  #telling = Subscription.EMPTY;
  #isServing = false;
  /** Those who are served, or told a new position, may come, leave and end meanwhile. */
  #hasChanged = false;

  constructor(rules: { readonly allowance: Allowance; readonly concurrency: number; readonly estimate: number }) {
    this.#allowance = rules.allowance;
    this.#concurrency = rules.concurrency;
    this.#estimate = rules.estimate;
  }

  /** The wait until the next request may begin, as far as time decides, in ms. */
  get wait(): number {
    return this.#allowance.waitFor(this.#estimate);
  }

  join(): Turn {
    const turn: Turn = { position$: new BehaviorSubject(this.#waiting.size + 1), isOver: false };
    this.#waiting.push(turn);
    this.#serve();
    return turn;
  }

  /** May be called twice. */
  leave(turn: Turn): void {
    if (turn.isOver) return;
    turn.isOver = true;
    if (turn.spent) this.#open -= 1;
    else this.#waiting.delete(turn);
    this.#serve();
  }

  /** The server has said how many tokens it has. */
  settle({ spent }: Turn, tokens: number | undefined): void {
    if (!spent || !tokens || tokens === spent.tokens) return;
    this.#allowance.settle(spent, tokens);
    if (this.#waiting.size > 0) this.#serve();
  }

  #serve(): void {
    this.#hasChanged = true;
    if (this.#isServing) return;
    this.#isServing = true;
    while (this.#hasChanged) {
      this.#hasChanged = false;
      this.#admit();
      this.#tell(toldAtOnce);
    }
    this.#isServing = false;
    this.#setAlarm();
    if (this.#waiting.size > toldAtOnce && this.#telling.closed) this.#tellOthers();
  }

  #admit(): void {
    while (this.#open < this.#concurrency && this.wait === 0) {
      const next = this.#waiting.shift();
      if (!next) return;
      this.#open += 1;
      next.spent = this.#allowance.spend(this.#estimate);
      next.position$.next(0);
      next.position$.complete();
    }
  }

  #tell(count: number): void {
    for (const [index, { position$ }] of this.#waiting.first(count).entries()) {
      if (position$.value !== index + 1) position$.next(index + 1);
    }
  }

  #tellOthers(): void {
    this.#telling = asapScheduler.schedule(() => {
      this.#telling = Subscription.EMPTY;
      this.#tell(Infinity);
    });
  }

  #setAlarm(): void {
    this.#alarm.unsubscribe();
    if (this.#waiting.size === 0 || this.#open >= this.#concurrency) return;
    // One that rings too early is set again. A timer cannot wait for as long as a server may ask.
    const wait = Math.min(this.wait, minute);
    const due = this.#allowance.now() + wait;
    this.#alarm = asyncScheduler.schedule(() => {
      this.#allowance.now(due);
      this.#serve();
    }, wait);
  }
}
