import { ReplaySubject, Subject } from 'rxjs';
import { GeminiError } from '../errors/geminiError.js';
import type { WhenBusy } from './chatOptions.js';

/** A send in a {@link SendQueue}. */
export interface QueuedSend {
  /** Completes when the send may start. */
  readonly ready$: Subject<never>;
  /** Emits the reason when the send is cancelled, to late subscribers too. */
  readonly cancel$: ReplaySubject<unknown>;
}

/** The sends of a chat: one runs, the others wait, in the order in which they were enqueued. */
export class SendQueue {
  readonly #whenBusy: WhenBusy;
  /** The running send first. */
  #sends: readonly QueuedSend[] = [];

  constructor(whenBusy: WhenBusy) {
    this.#whenBusy = whenBusy;
  }

  /** The error of a send that would start now: with `whenBusy: 'reject'`, while another message is being answered. */
  refusal(): GeminiError | undefined {
    if (this.#whenBusy !== 'reject' || this.#sends.length === 0) return undefined;
    return new GeminiError('The chat is busy with another message', { kind: 'rate_limit' });
  }

  enqueue(): QueuedSend {
    if (this.#whenBusy === 'switch') this.cancelAll('another message was sent');
    const send: QueuedSend = { ready$: new Subject(), cancel$: new ReplaySubject(1) };
    this.#sends = [...this.#sends, send];
    this.startNext();
    return send;
  }

  /** Removes a send that has ended: the chat is not busy with it any more. The next send waits for `startNext`. */
  remove(send: QueuedSend): void {
    this.#sends = this.#sends.filter((other) => other !== send);
  }

  /** Starts the send that is first in the queue, if there is one. May be called twice. */
  startNext(): void {
    this.#sends[0]?.ready$.complete();
  }

  /** Cancels every send, newest first, so that cancelling one does not start the next. */
  cancelAll(reason: unknown): void {
    for (const { cancel$ } of this.#sends.toReversed()) cancel$.next(reason);
  }
}
