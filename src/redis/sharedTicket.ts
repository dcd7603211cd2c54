import { BehaviorSubject, filter, type Observable } from 'rxjs';
import type { GeminiError } from '../errors/geminiError.js';
import type { Queued } from '../chunk/annotations.js';
import { sendPlace } from '../../operators/protect/waitingRequests.js';

/** The difference of two answers about the same time that is not a change: an answer travels for a few ms, in ms. */
const answerJitter = 50;

/** A request of this process in the queue of all processes. */
export class SharedTicket {
  readonly id: string;
  /** The digest of the key; empty without a key. */
  readonly key: string;
  /** The place in the queue; a failure is of the store, or a refusal. */
  readonly place$: Observable<Queued>;
  /** The input tokens: the estimate until the server has reported the number. */
  tokens: number;
  /** The number by which the server orders the requests; a request that the server has lost rejoins with it. */
  arrival = '0';
  /** `joining` until the server has answered. */
  state: 'joining' | 'waiting' | 'open' | 'ended' = 'joining';
  /** Whether a message named the request before the server has answered. */
  isCalled = false;
  /** The time at which the request has begun, in ms of the clock of the process. */
  begunAt = 0;
  /** The time at which the request begins by the last place that was sent, for `sendPlace`. */
  beginsAt: number | undefined;
  /** The position is `Infinity` until the server has told the first one, which is not emitted. */
  readonly #places = new BehaviorSubject<Queued>({ position: Infinity });

  constructor(id: string, key: string, tokens: number) {
    this.id = id;
    this.key = key;
    this.tokens = tokens;
    this.place$ = this.#places.pipe(filter(({ position }) => position < Infinity));
  }

  /** Sends the place; a time of `Infinity` is unknown. */
  move(position: number, time: number, now: number): void {
    this.state = 'waiting';
    const { beginsAt = Infinity } = this;
    const request = { place$: this.#places, beginsAt: this.beginsAt };
    const isUnchanged = Math.abs(time - beginsAt) < answerJitter;
    sendPlace(request, position, isUnchanged ? beginsAt : time, now);
    this.beginsAt = request.beginsAt;
  }

  /** Lets the request begin. */
  begin(now: number): void {
    const hasWaited = this.#places.value.position < Infinity;
    this.state = 'open';
    this.begunAt = now;
    if (hasWaited) this.#places.next({ position: 0 });
    this.#places.complete();
  }

  fail(cause: GeminiError): void {
    this.state = 'ended';
    this.#places.error(cause);
  }
}
