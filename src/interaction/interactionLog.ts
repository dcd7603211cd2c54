import type { InteractionEvent } from './interactionEvent.js';

/** The events of a run, in order, for any number of readers. */
export class InteractionLog {
  readonly #events: InteractionEvent[] = [];
  #isClosed = false;
  #grow = (): void => undefined;
  #grown = Promise.resolve();

  constructor() {
    this.#renew();
  }

  get length(): number {
    return this.#events.length;
  }

  /** The events so far. */
  get events(): readonly InteractionEvent[] {
    return this.#events;
  }

  append(event: InteractionEvent): void {
    this.#events.push(event);
    this.#renew();
  }

  /** Ends the log: its readers complete. */
  close(): void {
    this.#isClosed = true;
    this.#renew();
  }

  /** The events from a position on, those to come included. */
  async *from(position: number): AsyncGenerator<InteractionEvent> {
    for (let at = position; ; at += 1) {
      while (at >= this.#events.length && !this.#isClosed) await this.#grown;
      const event = this.#events[at];
      if (!event) return;
      yield event;
    }
  }

  /** Wakes the readers that wait for the next event. */
  #renew(): void {
    this.#grow();
    this.#grown = new Promise((resolve) => {
      this.#grow = resolve;
    });
  }
}
