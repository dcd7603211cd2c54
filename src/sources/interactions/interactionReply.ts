import { Observable, type Subscriber } from 'rxjs';
import { assertBoolean, assertDelay, assertInteger, assertOptions, assertPositiveDelay } from '../../rx/assertions.js';
import { assertNested } from '../assertNested.js';
import { cancelWhenLeft } from './cancelWhenLeft.js';
import { followInteraction } from './followInteraction.js';
import { startOf, assertStart } from './interactionParams.js';
import { InteractionRun, type EventMapper } from './interactionRun.js';
import { assertInteractionsClient, interactionsApi } from './interactionsClient.js';
import type { ProgressState } from './interactionProgress.js';
import { requestCancel } from './readInteraction.js';
import type { ReconnectionLimits } from './reconnection.js';

/** The reconnections of {@link fromInteraction}. @public */
export interface InteractionReconnectOptions {
  /**
   * The maximum number of reconnections in a row without anything new; then the interaction is polled until it ends.
   *
   * @defaultValue 5
   */
  readonly count?: number | undefined;
  /**
   * The wait before the first reconnection, in ms; doubled with each reconnection without anything new, up to 60 s. A
   * longer wait that the server asks for (`Retry-After`) replaces this wait.
   *
   * @defaultValue 500
   */
  readonly delay?: number | undefined;
  /**
   * The longest silence of a connection, in ms, after which the connection counts as broken; `false` waits without a
   * limit. Every byte restarts the time. Counts only while the interaction can be resumed.
   *
   * @defaultValue 60_000
   */
  readonly maxSilence?: number | false | undefined;
  /**
   * The wait between two polls, in ms; doubled with each poll that fails, up to 60 s.
   *
   * @defaultValue 10_000
   */
  readonly poll?: number | undefined;
}

/** Options of {@link fromInteraction} and {@link interactionEvents}. @public */
export interface FromInteractionOptions {
  /** The reconnections to an interaction that can be resumed: see {@link InteractionReconnectOptions}. */
  readonly reconnect?: InteractionReconnectOptions | undefined;
  /**
   * Whether an interaction that runs in the background is cancelled if the subscriber leaves before it has ended. A
   * foreground interaction ends with its connection, also without this option.
   *
   * @defaultValue false
   */
  readonly cancel?: boolean | undefined;
}

/**
 * The reply of an interaction, in the values of a mapper.
 *
 * @param mapper - Makes the mapper of one subscription, for a reader that continues after the given progress.
 */
export function interactionReply<T>(
  ai: object,
  params: unknown,
  options: FromInteractionOptions,
  mapper: (state: ProgressState) => EventMapper<T>,
): Observable<T> {
  assertOptions(options);
  const { reconnect = {}, cancel = false } = options;
  const limits = limitsOf(reconnect);
  assertNested(options, ['count', 'delay', 'maxSilence', 'poll']);
  assertBoolean('cancel', cancel);
  assertInteractionsClient(ai);
  assertStart(params);

  return new Observable<T>((destination) => {
    const start = startOf(params);
    const api = interactionsApi(ai);
    const run = new InteractionRun(start, mapper);
    const follow = (output: Subscriber<T>) => followInteraction({ api, params: start.params, run, output, limits });
    if (!cancel || !run.isBackground) return follow(destination).subscribe(destination);
    const version = start.params?.api_version;
    const send = (id: string) => requestCancel(api, id, version === undefined ? {} : { api_version: version });
    return cancelWhenLeft(follow, run, send).subscribe(destination);
  });
}

function limitsOf(reconnect: InteractionReconnectOptions): ReconnectionLimits {
  assertOptions(reconnect, 'reconnect');
  const { count = 5, delay = 500, maxSilence = 60_000, poll = 10_000 } = reconnect;
  assertInteger('reconnect.count', count, 0);
  assertDelay('reconnect.delay', delay);
  if (maxSilence !== false) assertPositiveDelay('reconnect.maxSilence', maxSilence);
  assertPositiveDelay('reconnect.poll', poll);
  return { count, delay, maxSilence, poll };
}
