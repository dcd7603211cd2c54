import { createHash } from 'node:crypto';
import { asyncScheduler, Subscription } from 'rxjs';
import { queueFull, tooManyKeys } from '../../operators/protect/limiterRefusal.js';
import type { RateLimitQueue, RateLimitSettings, RateLimitTicket } from '../../operators/protect/rateLimitStore.js';
import { GeminiError } from '../errors/geminiError.js';
import { lastingClock } from '../rx/clock.js';
import { maxTimerDelay } from '../rx/maxTimerDelay.js';
import { idsIn, timeOrNever, type LimitAnswer, type LimitCalls } from './limitCalls.js';
import { SharedTicket } from './sharedTicket.js';

/** The number of heartbeats in a lease. */
const beatsOfLease = 3;

/** The shortest time between two looks at the places of the waiting requests because others came or left, in ms. */
const lookInterval = 100;

/** The further time for each request that waits, in ms: a look costs the server some 2 µs for each. */
const lookIntervalEach = 0.1;

/** Settings of {@link SharedQueue}. */
export interface SharedQueueSettings {
  readonly calls: LimitCalls;
  readonly process: string;
  readonly lease: number;
  readonly timeout: number;
  readonly limits: RateLimitSettings;
}

/**
 * The requests of this process in the queue that all processes share. The script on the server decides; this class
 * lets a request begin when the server tells that it has, by an answer or a message, and asks (`look`) after anything
 * that may have hidden a message.
 */
export class SharedQueue implements RateLimitQueue {
  readonly #calls: LimitCalls;
  readonly #process: string;
  readonly #lease: number;
  readonly #timeout: number;
  readonly #limits: RateLimitSettings;
  readonly #now = lastingClock();

  readonly #tickets = new Map<string, SharedTicket>();
  readonly #waiting = new Set<SharedTicket>();
  #count = 0;
  /** The time until which the server surely keeps the requests of this process, by our clock. */
  #leaseEnd = -Infinity;
  /** Whether the server may have requests that this process has ended: a call to end one has failed. */
  #hasLeftovers = false;
  #beat = Subscription.EMPTY;
  /** The number of heartbeats since the server has answered. */
  #missed = 0;
  /** The timer until time lets something happen in the queue. */
  #alarm = Subscription.EMPTY;
  #signals = Subscription.EMPTY;
  /**
   * Whether this process was halted for longer than its lease, and does not know yet which places it still has: then it
   * believes no message, which may be from before.
   */
  #isInDoubt = false;
  #isLooking = false;
  #looksAgain = false;
  #lookedAt = -Infinity;
  #nextLook = Subscription.EMPTY;

  constructor({ calls, process, lease, timeout, limits }: SharedQueueSettings) {
    this.#calls = calls;
    this.#process = process;
    this.#lease = lease;
    this.#timeout = timeout;
    this.#limits = limits;
  }

  readonly join = (key: string | undefined, tokens: number): RateLimitTicket => {
    this.#count += 1;
    const id = `${this.#process}:${String(this.#count)}`;
    const isKeyed = key !== undefined && this.#limits.perKey !== undefined;
    const ticket = new SharedTicket(id, isKeyed ? digestOf(key) : '', tokens);
    this.#tickets.set(id, ticket);
    this.#join(ticket);
    return {
      place$: ticket.place$,
      settle: (count) => {
        this.#settle(ticket, count);
      },
      pause: (duration) => {
        this.#send('pause', [Math.ceil(duration)]);
      },
      leave: () => {
        this.#leave(ticket);
      },
    };
  };

  #join(ticket: SharedTicket): void {
    const { id, key, tokens } = ticket;
    const limit = asyncScheduler.schedule(() => {
      this.#fail(ticket, failedStore(`Redis did not answer the rate limit within ${String(this.#timeout)} ms`));
    }, this.#timeout);
    this.#setBeat();
    this.#run('join', [id, key, tokens], {
      next: ({ values: [place, delay, arrival] }, isFresh) => {
        limit.unsubscribe();
        const position = Number(place);
        if (ticket.state === 'ended') {
          // It has left, or was given up, meanwhile.
          if (position >= 0) this.#send('leave', [id], true);
          return;
        }
        if (position < 0) {
          this.#fail(ticket, refusalOf(position, timeOrNever(delay), this.#limits));
          return;
        }
        ticket.arrival = String(arrival);
        ticket.state = 'waiting';
        this.#waiting.add(ticket);
        if (position === 0 && isFresh) this.#begin(ticket);
        else if (position > 0) this.#place(ticket, position, delay);
        if (position > 0 ? ticket.isCalled : !isFresh) this.#look();
        this.#update();
      },
      error: (cause) => {
        limit.unsubscribe();
        // The server may have run a script whose answer is lost.
        this.#hasLeftovers = true;
        this.#fail(ticket, failedStore('Redis failed, so the request was not made', cause));
        this.#setBeat();
      },
    });
  }

  #settle(ticket: SharedTicket, tokens: number): void {
    if (ticket.state !== 'open' || ticket.tokens === tokens) return;
    ticket.tokens = tokens;
    const { tokensPerMinute, perKey } = this.#limits;
    if (Math.min(tokensPerMinute, perKey?.tokensPerMinute ?? Infinity) < Infinity)
      this.#send('settle', [ticket.id, tokens]);
  }

  #leave(ticket: SharedTicket): void {
    const { id, state } = ticket;
    if (state === 'ended') return;
    ticket.state = 'ended';
    this.#forget(ticket);
    // A request whose join is on its way is ended by the answer.
    if (state !== 'joining') this.#send('leave', [id], true);
    this.#update();
  }

  #fail(ticket: SharedTicket, cause: GeminiError): void {
    if (ticket.state === 'ended' || ticket.state === 'open') return;
    this.#forget(ticket);
    ticket.fail(cause);
    this.#update();
  }

  #forget(ticket: SharedTicket): void {
    this.#tickets.delete(ticket.id);
    this.#waiting.delete(ticket);
  }

  #begin(ticket: SharedTicket): void {
    if (this.#waiting.delete(ticket)) ticket.begin(this.#now());
  }

  #place(ticket: SharedTicket, position: number, delay: unknown): void {
    const now = this.#now();
    if (ticket.state === 'waiting') ticket.move(position, now + timeOrNever(delay), now);
  }

  /** Runs an operation without a result. One that ends a request, and fails, is made good by a heartbeat. */
  #send(operation: string, args: readonly (string | number)[], isEnd = false): void {
    this.#run(operation, args, {
      error: () => {
        if (isEnd) this.#hasLeftovers = true;
        this.#setBeat();
      },
    });
  }

  #run(
    operation: string,
    args: readonly (string | number)[],
    { next, error }: { next?: (answer: LimitAnswer, isFresh: boolean) => void; error: (cause: unknown) => void },
  ): void {
    const sentAt = this.#now();
    this.#calls.run(operation, args, this.#isLeased).subscribe({
      next: (answer) => {
        // The call has renewed the lease after it was sent. An answer that is read later may be outdated.
        this.#leaseEnd = Math.max(this.#leaseEnd, sentAt + this.#lease);
        const isFresh = this.#isLeased;
        this.#missed = 0;
        next?.(answer, isFresh);
        this.#beginAll(answer.begun);
        this.#setAlarm(answer.wait);
      },
      error,
    });
  }

  /** Whether the server surely has given the places of this process to no other. */
  get #isLeased(): boolean {
    return this.#now() < this.#leaseEnd;
  }

  #beginAll(ids: readonly string[]): void {
    const own = ids.flatMap((id) => this.#tickets.get(id) ?? []);
    if (own.length === 0) return;
    for (const ticket of own) ticket.isCalled = true;
    if (this.#isLeased && !this.#isInDoubt) {
      for (const ticket of own) this.#begin(ticket);
      this.#update();
    } else this.#look();
  }

  /** Starts and stops the heartbeat, the messages and the timers, by the requests that need them. */
  #update(): void {
    this.#setBeat();
    if (this.#waiting.size > 0) {
      this.#listen();
      return;
    }
    this.#signals.unsubscribe();
    this.#signals = Subscription.EMPTY;
    this.#alarm.unsubscribe();
    this.#nextLook.unsubscribe();
  }

  #listen(): void {
    if (!this.#signals.closed) return;
    this.#signals = this.#calls.signals$.subscribe({
      next: (signal) => {
        if (signal.type === 'subscribed') {
          this.#look();
          return;
        }
        this.#beginAll(idsIn(signal.text));
        if (this.#waiting.size > 0) this.#lookSoon();
      },
      // The next heartbeat listens again.
      error: () => undefined,
    });
  }

  /** Asks for the places a little later, once for all messages until then. */
  #lookSoon(): void {
    if (!this.#nextLook.closed) return;
    const interval = lookInterval + lookIntervalEach * this.#waiting.size;
    const delay = Math.max(0, this.#lookedAt + interval - this.#now());
    this.#nextLook = asyncScheduler.schedule(() => {
      this.#look();
    }, delay);
  }

  /** Asks the server for the places of the waiting requests, and tells it that this process is alive. */
  #look(): void {
    const waiting = [...this.#waiting];
    const ids = waiting.map(({ id }) => id);
    this.#ask('look', [this.#tickets.size, ...ids], waiting);
  }

  /** Tells the server which requests this process has. */
  #sync(): void {
    const now = this.#now();
    const tickets = [...this.#tickets.values()];
    const marks = { joining: '?', waiting: 'w', open: 'o', ended: '?' };
    const args = tickets.flatMap(({ id, state, key, tokens, arrival, begunAt }) => [
      ...[id, marks[state], key, tokens, arrival],
      state === 'open' ? Math.round(now - begunAt) : 0,
    ]);
    const waiting = tickets.filter(({ state }) => state === 'waiting');
    this.#ask('sync', args, waiting);
  }

  #ask(operation: 'look' | 'sync', args: readonly (string | number)[], waiting: readonly SharedTicket[]): void {
    // A client that is not connected queues its commands.
    if (this.#isLooking) {
      this.#looksAgain = true;
      return;
    }
    this.#isLooking = true;
    if (!this.#isLeased) this.#isInDoubt = true;
    this.#lookedAt = this.#now();
    this.#nextLook.unsubscribe();
    this.#run(operation, args, {
      next: ({ values, isComplete }, isFresh) => {
        this.#isLooking = false;
        const isKnown = this.#readPlaces(waiting, values, isFresh);
        if (isKnown && isComplete) {
          this.#hasLeftovers = false;
          this.#isInDoubt = false;
          if (this.#looksAgain) this.#lookSoon();
          this.#looksAgain = false;
        } else this.#sync();
        this.#update();
      },
      error: () => {
        this.#isLooking = false;
        this.#looksAgain = false;
      },
    });
  }

  /** Returns whether the server knows all of the requests. */
  #readPlaces(waiting: readonly SharedTicket[], values: readonly unknown[], isFresh: boolean): boolean {
    let isKnown = true;
    for (const [index, ticket] of waiting.entries()) {
      const position = Number(values[2 * index]);
      if (position > 0) this.#place(ticket, position, values[2 * index + 1]);
      else if (position === 0 && isFresh) this.#begin(ticket);
      else if (ticket.state === 'waiting') isKnown = false;
    }
    return isKnown;
  }

  #setAlarm(wait: number): void {
    this.#alarm.unsubscribe();
    if (wait === Infinity || this.#waiting.size === 0) return;
    this.#alarm = asyncScheduler.schedule(
      () => {
        this.#look();
      },
      Math.min(wait, maxTimerDelay),
    );
  }

  #setBeat(): void {
    // With a closed client, a process that ends would wait for the timer: the lease on the server ends anyway.
    const isNeeded = this.#tickets.size > 0 || (this.#hasLeftovers && !this.#calls.isClosed);
    if (!isNeeded) this.#beat.unsubscribe();
    else if (this.#beat.closed) {
      this.#beat = asyncScheduler.schedule(() => {
        this.#onBeat();
      }, this.#lease / beatsOfLease);
    }
  }

  #onBeat(): void {
    this.#missed += 1;
    this.#look();
    if (this.#missed > beatsOfLease) {
      // The lease has ended: the places are free, and no request can learn any more that it may begin.
      this.#hasLeftovers = false;
      for (const ticket of this.#waiting) {
        this.#fail(ticket, failedStore(`Redis did not answer the rate limit for ${String(this.#lease)} ms`));
      }
    }
    this.#beat = Subscription.EMPTY;
    this.#update();
  }
}

/** The name of a key on the server: of one length, and without the user's id in it. */
function digestOf(key: string): string {
  return createHash('sha256').update(key).digest('base64url').slice(0, 22);
}

/** The error of a request that the script has refused. */
function refusalOf(position: number, wait: number, { maxKeys, maxQueued, perKey }: RateLimitSettings): GeminiError {
  if (position === -2) return tooManyKeys(maxKeys, wait < Infinity ? wait : undefined);
  if (position === -3) return queueFull(`${String(perKey?.maxQueued)} replies of one key`, wait);
  return queueFull(`${String(maxQueued)} replies`, wait);
}

/** The error of a request whose place Redis does not tell. */
function failedStore(message: string, cause?: unknown): GeminiError {
  return new GeminiError(message, { kind: 'network', cause });
}
