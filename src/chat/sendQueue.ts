import { ReplaySubject, Subject } from 'rxjs';
import { GeminiError } from '../errors/geminiError.js';

/** A place in a {@link SendQueue}. */
export interface QueuedSend {
  /** Completes when its turn has come. */
  readonly ready$: Subject<never>;
  /** Says that it is to end, and why; also to who asks late. */
  readonly cancel$: ReplaySubject<unknown>;
}

/** Whose turn it is: one after the other, first come, first served. */
export class SendQueue {
  readonly #concurrency: 'queue' | 'switch' | 'reject';
  #places: readonly QueuedSend[] = [];

  constructor(concurrency: 'queue' | 'switch' | 'reject') {
    this.#concurrency = concurrency;
  }

  /** @throws GeminiError - With `concurrency: 'reject'`, while another message is being answered. */
  assertAccepting(): void {
    if (this.#concurrency !== 'reject' || this.#places.length === 0) return;
    throw new GeminiError('The chat is busy with another message', { kind: 'rate_limit' });
  }

  enqueue(): QueuedSend {
    if (this.#concurrency === 'switch') this.cancelAll('another message was sent');
    const place: QueuedSend = { ready$: new Subject(), cancel$: new ReplaySubject(1) };
    this.#places = [...this.#places, place];
    this.#call();
    return place;
  }

  /** May be called twice. */
  remove(place: QueuedSend): void {
    this.#places = this.#places.filter((other) => other !== place);
    this.#call();
  }

  /** Cancels every queued send, newest first, so that cancelling one does not start the next. */
  cancelAll(reason: unknown): void {
    for (const { cancel$ } of this.#places.toReversed()) cancel$.next(reason);
  }

  #call(): void {
    this.#places[0]?.ready$.complete();
  }
}
