import type { RunEvent } from '../runEvent.ts';

type Untimed<E> = E extends unknown ? Omit<E, 'row' | 'time'> : never;

/** An event without its row and its time. */
export type EventContent = Untimed<RunEvent>;

/** The events of a run, sent in batches: one for each frame of the page. */
export class Timeline {
  readonly #send: (events: readonly RunEvent[]) => void;
  readonly #start = performance.now();
  #batch: RunEvent[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #latest = 0;

  constructor(send: (events: readonly RunEvent[]) => void) {
    this.#send = send;
  }

  /** The time since the latest event, in ms. */
  get silence(): number {
    return performance.now() - this.#start - this.#latest;
  }

  add(row: string, content: EventContent): void {
    this.#latest = performance.now() - this.#start;
    this.#batch.push({ row, time: this.#latest, ...content });
    this.#timer ??= setTimeout(() => this.flush(), 16);
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#batch.length > 0) this.#send(this.#batch);
    this.#batch = [];
  }
}
