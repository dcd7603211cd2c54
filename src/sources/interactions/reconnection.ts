import type { Resumed } from '../../chunk/annotations.js';
import { withContext, type GeminiError } from '../../errors/geminiError.js';
import { isDropKind } from '../../errors/isDropKind.js';
import { backoffDelay } from '../../rx/backoff.js';
import { maxTimerDelay } from '../../rx/maxTimerDelay.js';
import type { InteractionRun } from './interactionRun.js';

/** The normalised options of a reconnection, in ms. */
export interface ReconnectionLimits {
  readonly count: number;
  readonly delay: number;
  readonly maxSilence: number | false;
  readonly poll: number;
}

/** The longest wait between two attempts, in ms, unless the server asks for a longer one. */
const maxDelay = 60_000;

/** Decides after each failure of a request whether, how and when an interaction is followed further. */
export class Reconnection {
  /** Whether the interaction is polled, because the server does not stream it. */
  isPolling = false;
  /** The wait before the next request, in ms. */
  wait = 0;
  readonly #run: InteractionRun<never>;
  readonly #limits: ReconnectionLimits;
  /** The number of requests in a row without anything new. */
  #idle = 0;
  /** The number of requests that continued the interaction. */
  #attempts = 0;
  /** The error that broke the first of the connections since something new arrived. */
  #drop: GeminiError | undefined;

  constructor(run: InteractionRun<never>, limits: ReconnectionLimits) {
    this.#run = run;
    this.#limits = limits;
  }

  /** Prepares the next request after a request has failed. */
  afterFailure(error: GeminiError): void {
    const hasProgress = this.#run.takeProgress();
    if (hasProgress) this.#idle = 0;
    if (hasProgress || !this.#drop) this.#drop = error;
    const isRefused = this.#isRefusedPlace(error);
    if (!this.#run.isResumable || !(isRefused || this.#isTransient(error))) throw this.#final(error);
    this.#idle += 1;
    const { count, delay, poll } = this.#limits;
    if (this.isPolling) this.wait = backoffDelay(this.#idle, poll, Math.max(poll, maxDelay));
    else if (isRefused || this.#idle > count) this.#startPolling();
    else this.wait = backoffDelay(this.#idle, delay, maxDelay);
    this.wait = Math.min(Math.max(this.wait, error.retryAfter ?? 0), maxTimerDelay);
    this.#markSeam(this.#drop);
  }

  /** Prepares the next poll after a poll that found the interaction unfinished. */
  afterPoll(): void {
    if (this.#run.takeProgress()) this.#drop = undefined;
    this.#idle = 0;
    this.wait = this.#limits.poll;
  }

  /** Prepares a request that resumes a reply from a checkpoint. */
  afterDrop(error: GeminiError): void {
    this.wait = this.#limits.delay;
    this.#markSeam(error);
  }

  /** Marks the seam before the next value. */
  #markSeam(error: GeminiError): void {
    this.#attempts += 1;
    this.#run.markSeam({ attempt: this.#attempts, kind: kindOf(error) });
  }

  /** Whether another request may succeed; after an event that cannot be read, another connection may repeat the event. */
  #isTransient(error: GeminiError): boolean {
    return isDropKind(error.kind) || error.status === 429 || (error.kind === 'protocol' && !this.isPolling);
  }

  /** Whether the server refuses the event to resume after, which it may have forgotten; the state needs no event. */
  #isRefusedPlace({ kind, status }: GeminiError): boolean {
    const { lastEventId } = this.#run.progress;
    return kind === 'invalid_request' && status !== undefined && lastEventId !== undefined && !this.isPolling;
  }

  #startPolling(): void {
    this.isPolling = true;
    this.#idle = 0;
    this.wait = 0;
  }

  /** The error that ends the source. A server does not know a foreground interaction whose connection has broken. */
  #final(error: GeminiError): GeminiError {
    const isForgotten = !this.#run.isBackground && error.kind === 'not_found' && this.#drop !== undefined;
    const last = isForgotten && this.#drop ? this.#drop : error;
    const { id, place: interaction, isBackground, hasContent } = this.#run;
    if (id === undefined) return last;
    return withContext(last, {
      partial: last.partial ?? { text: '', interaction },
      // A repeat would start a second run, while this one continues.
      ...(isBackground && id !== '' && { retryable: false }),
      ...(hasContent && last.kind === 'blocked' && { kind: 'safety' as const }),
    });
  }
}

/** The kind of a drop. A server that refuses because of too many requests is overloaded. */
function kindOf({ kind }: GeminiError): Resumed['kind'] {
  if (kind === 'protocol' || kind === 'invalid_request') return 'truncated';
  return isDropKind(kind) ? kind : 'overloaded';
}
