/** The results of one source that wait until all results of the sources before it were emitted. */
interface Row<R> {
  readonly waiting: R[];
  /** Ends the row: completes or fails; undefined while its source is running. */
  end?: { readonly cause?: unknown; readonly isError: boolean };
}

/** The receiver of the ordered results. */
export interface ResultsReceiver<R> {
  next(result: R): void;
  error(cause: unknown): void;
}

/**
 * Emits the results of several sources in the order in which the sources began. The results of the first source pass at
 * once; those of later sources wait.
 */
export class OrderedResults<R> {
  readonly #receiver: ResultsReceiver<R>;
  /** The rows of the sources that have not been emitted to their end, by their numbers. */
  readonly #rows = new Map<number, Row<R>>();
  /** The number of the source whose results pass at once. */
  #first = 0;
  #opened = 0;
  #waiting = 0;
  #isEmitting = false;

  constructor(receiver: ResultsReceiver<R>) {
    this.#receiver = receiver;
  }

  /** Whether all sources that began have been emitted to their end. */
  get isEmpty(): boolean {
    return this.#rows.size === 0;
  }

  /** Whether waiting results are being emitted; results that this causes wait behind them. */
  get isEmitting(): boolean {
    return this.#isEmitting;
  }

  /** The number of the results that wait. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Begins a source after the others; returns its number. */
  open(): number {
    this.#rows.set(this.#opened, { waiting: [] });
    return this.#opened++;
  }

  push(source: number, result: R): void {
    const row = this.#rows.get(source);
    if (!row) return;
    if (source === this.#first && !this.#isEmitting) {
      this.#receiver.next(result);
    } else {
      row.waiting.push(result);
      this.#waiting += 1;
    }
  }

  complete(source: number): void {
    this.#end(source, { isError: false });
  }

  /** Fails a source: the error comes after all results before it, and the sources after this one are dropped. */
  fail(source: number, cause: unknown): void {
    for (const [number, row] of this.#rows) {
      if (number <= source) continue;
      this.#waiting -= row.waiting.length;
      this.#rows.delete(number);
    }
    this.#end(source, { isError: true, cause });
  }

  #end(source: number, end: NonNullable<Row<R>['end']>): void {
    const row = this.#rows.get(source);
    if (!row) return;
    row.end = end;
    if (source === this.#first && !this.#isEmitting) this.#emitWaiting();
  }

  /** A loop, so that many short sources do not grow the stack. */
  #emitWaiting(): void {
    this.#isEmitting = true;
    for (let row = this.#rows.get(this.#first); row; row = this.#rows.get(this.#first)) {
      // The list may grow during the iteration.
      for (const result of row.waiting) {
        this.#waiting -= 1;
        this.#receiver.next(result);
      }
      row.waiting.length = 0;
      if (!row.end) break;
      if (row.end.isError) {
        this.#receiver.error(row.end.cause);
        return;
      }
      this.#rows.delete(this.#first++);
    }
    this.#isEmitting = false;
  }
}
