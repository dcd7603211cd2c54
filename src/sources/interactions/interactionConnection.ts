import { asyncScheduler, type Observable, type Subscriber } from 'rxjs';
import type { InteractionEvent } from '../../interaction/interactionEvent.js';
import { maxTimerDelay } from '../../rx/maxTimerDelay.js';
import { fromRequest } from '../fromRequest.js';
import { HeartbeatMonitor } from '../heartbeatMonitor.js';
import type { InteractionRun } from './interactionRun.js';
import { InteractionSseReader, sdkInteractionEvent } from './interactionSseEvent.js';
import type { InteractionsApi } from './interactionsClient.js';
import { openInteraction, timeoutOf, type InteractionRequest } from './openInteraction.js';
import { readEvents } from '../readEvents.js';
import { readSdkEvents } from './readSdkEvents.js';
import { sdkTimeout } from '../sdkError.js';

/** One request for the events of an interaction, or for the rest of them. */
export interface ConnectionRequest<T> {
  readonly api: InteractionsApi;
  readonly run: InteractionRun<T>;
  /** The subscriber of the values: directly, because each operator between would cost time for each event. */
  readonly output: Subscriber<T>;
  readonly send: InteractionRequest;
  readonly maxSilence: number | false;
  /** Called with each event, new or not, before it is read. */
  readonly onEvent: ((event: InteractionEvent) => void) | undefined;
}

/** Makes one request, and emits the new part of the events in the response to `output`; completes after the last event. */
export function interactionConnection<T>({
  api,
  run,
  output,
  send,
  maxSilence,
  onEvent,
}: ConnectionRequest<T>): Observable<never> {
  return fromRequest<never>(() => ({
    async run({ destination, signal }) {
      // A subscriber that leaves at once sends nothing.
      await Promise.resolve();
      if (signal.aborted) return;
      run.isSent = true;
      limitTime(destination, timeoutOf(api));
      const silence = new SilenceLimit(() => run.isResumable, destination, maxSilence);
      const { body, value } = await openInteraction(api, signal, send);
      silence.touch();
      run.progress.connect();
      const read = (event: InteractionEvent) => {
        onEvent?.(event);
        run.read(event, output);
        if (run.isOver) destination.complete();
        silence.watch();
      };
      if (body) {
        const reader = new InteractionSseReader();
        await readEvents(body, destination, {
          onBytes: silence.touch,
          onEvent: (received) => {
            const event = reader.read(received, run.hasContent);
            if (event) read(event);
          },
        });
        if (!destination.closed) reader.end();
      } else {
        await readSdkEvents(value, destination, (received) => {
          read(sdkInteractionEvent(received, run.hasContent));
        });
      }
      if (!destination.closed) run.assertOver();
    },
  }));
}

/** Fails `destination` after the SDK's own limit, in ms. */
export function limitTime(destination: Subscriber<unknown>, limit: number | undefined): void {
  if (limit === undefined || limit > maxTimerDelay) return;
  destination.add(
    asyncScheduler.schedule(() => {
      destination.error(sdkTimeout());
    }, limit),
  );
}

/**
 * The limit of the silence of one connection. It counts from the moment from which the interaction can be resumed: the
 * silence of another one is left to `timeoutReply`.
 */
class SilenceLimit {
  #monitor: HeartbeatMonitor | undefined;
  readonly #isResumable: () => boolean;
  readonly #destination: Subscriber<unknown>;
  readonly #maxSilence: number | false;

  constructor(isResumable: () => boolean, destination: Subscriber<unknown>, maxSilence: number | false) {
    this.#isResumable = isResumable;
    this.#destination = destination;
    this.#maxSilence = maxSilence;
    this.touch();
  }

  /** Restarts the time: bytes have arrived. */
  readonly touch = (): void => {
    this.#monitor?.touch();
    this.watch();
  };

  /** Starts the time, once the interaction can be resumed. */
  watch(): void {
    if (this.#monitor || !this.#isResumable()) return;
    this.#monitor = new HeartbeatMonitor(this.#destination, this.#maxSilence);
  }
}
