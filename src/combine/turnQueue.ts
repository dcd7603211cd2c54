import { asyncScheduler, BehaviorSubject, Subscription } from 'rxjs';
import { minute, type Allowance, type Spent } from './allowance.js';

/** A subscription in a {@link TurnQueue}. */
export interface Turn {
  /** Its place; 0, and completed, when its turn has come. */
  readonly position$: BehaviorSubject<number>;
  /** What it counts, once its turn has come. */
  spent?: Spent;
  isOver: boolean;
}

/** Whose turn it is: first come, first served. One timer, while somebody waits for it. */
export class TurnQueue {
  readonly #allowance: Allowance;
  readonly #concurrency: number;
  readonly #estimate: number;
  readonly #waiting: Turn[] = [];
  /** How many have had their turn and have not left. */
  #open = 0;
  #alarm = Subscription.EMPTY;
  #isServing = false;
  /** Those who are served, or told a new position, may come, leave and end meanwhile. */
  #hasChanged = false;

  constructor(rules: { readonly allowance: Allowance; readonly concurrency: number; readonly estimate: number }) {
    this.#allowance = rules.allowance;
    this.#concurrency = rules.concurrency;
    this.#estimate = rules.estimate;
  }

  join(): Turn {
    const turn: Turn = { position$: new BehaviorSubject(this.#waiting.length + 1), isOver: false };
    this.#waiting.push(turn);
    this.#serve();
    return turn;
  }

  /** May be called twice. */
  leave(turn: Turn): void {
    if (turn.isOver) return;
    turn.isOver = true;
    if (turn.spent) this.#open -= 1;
    else this.#waiting.splice(this.#waiting.indexOf(turn), 1);
    this.#serve();
  }

  /** The server has said how many tokens it has. */
  settle({ spent }: Turn, tokens: number | undefined): void {
    if (!spent || !tokens || tokens === spent.tokens) return;
    spent.tokens = tokens;
    if (this.#waiting.length > 0) this.#serve();
  }

  #serve(): void {
    this.#hasChanged = true;
    if (this.#isServing) return;
    this.#isServing = true;
    while (this.#hasChanged) {
      this.#hasChanged = false;
      this.#admit();
      for (const [index, { position$ }] of [...this.#waiting].entries()) {
        if (position$.value !== index + 1) position$.next(index + 1);
      }
    }
    this.#isServing = false;
    this.#setAlarm();
  }

  #admit(): void {
    while (this.#open < this.#concurrency && this.#allowance.waitFor(this.#estimate) === 0) {
      const next = this.#waiting.shift();
      if (!next) return;
      this.#open += 1;
      next.spent = this.#allowance.spend(this.#estimate);
      next.position$.next(0);
      next.position$.complete();
    }
  }

  #setAlarm(): void {
    this.#alarm.unsubscribe();
    if (this.#waiting.length === 0 || this.#open >= this.#concurrency) return;
    // One that rings too early is set again. A timer cannot wait for as long as a server may ask.
    const wait = Math.min(this.#allowance.waitFor(this.#estimate), minute);
    this.#alarm = asyncScheduler.schedule(() => {
      this.#serve();
    }, wait);
  }
}
