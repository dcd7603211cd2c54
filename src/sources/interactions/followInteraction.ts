import { catchError, defer, EMPTY, repeat, throwError, timeout, timer, type Observable, type Subscriber } from 'rxjs';
import { isDropKind } from '../../errors/isDropKind.js';
import { toGeminiError } from '../../errors/toGeminiError.js';
import { Checkpoint } from './checkpoint.js';
import { fromRequest } from '../fromRequest.js';
import { deadError } from '../heartbeatMonitor.js';
import { interactionConnection, limitTime } from './interactionConnection.js';
import type { CreateParams } from './interactionParams.js';
import type { InteractionRun } from './interactionRun.js';
import type { InteractionsApi } from './interactionsClient.js';
import { timeoutOf } from './openInteraction.js';
import { readInteraction } from './readInteraction.js';
import { Reconnection, type ReconnectionLimits } from './reconnection.js';

/** An interaction that is followed to its end. */
export interface FollowedInteraction<T> {
  readonly api: InteractionsApi;
  /** The parameters of the interaction to start; undefined if it exists. */
  readonly params: CreateParams | undefined;
  readonly run: InteractionRun<T>;
  /** The subscriber of the values. */
  readonly output: Subscriber<T>;
  readonly limits: ReconnectionLimits;
}

/** The longest wait for the token counts after the end, in ms. */
const maxUsageWait = 10_000;

/**
 * Follows one interaction to its end with one request after another: for the rest of a stream that broke, for the next
 * part of a reply that the server interrupts, for the state of an interaction that it does not stream, and for token
 * counts that were missing at the end. Emits the values to `output`.
 */
export function followInteraction<T>({ api, params, run, output, limits }: FollowedInteraction<T>): Observable<never> {
  const reconnection = new Reconnection(run, limits);
  const checkpoint = params && isContinuable(params) ? new Checkpoint(params) : undefined;
  const version = params?.api_version === undefined ? undefined : { api_version: params.api_version };
  let create = params;
  let mayReadUsage = run.isBackground;

  const stream = () => {
    const created = run.id === undefined ? create : undefined;
    const { lastEventId } = run.progress;
    const get = { ...version, stream: true, ...(lastEventId !== undefined && { last_event_id: lastEventId }) };
    return interactionConnection({
      api,
      run,
      output,
      maxSilence: limits.maxSilence,
      onEvent: checkpoint?.read,
      send: (client, options) =>
        created ? client.create({ ...created, stream: true }, options) : client.get(run.id ?? '', get, options),
    });
  };

  /** Reads the state of the interaction in one request, of at most `limit` ms. */
  const read = (limit: number | false, isPoll: boolean) =>
    fromRequest<never>(() => ({
      async run({ destination, signal }) {
        limitTime(destination, timeoutOf(api));
        const resource = await readInteraction(api, signal, run.id ?? '', { ...version });
        if (isPoll) run.readPolled(resource, output);
        else run.addUsage(resource, output);
        reconnection.afterPoll();
      },
    })).pipe(
      limit === false ? (each$) => each$ : timeout({ each: limit, with: () => throwError(() => deadError(limit)) }),
    );

  const request = (): Observable<never> => {
    if (!run.isOver) return reconnection.isPolling ? read(limits.maxSilence, true) : stream();
    if (!mayReadUsage || !run.isWithoutUsage) return EMPTY;
    mayReadUsage = false;
    return read(maxUsageWait, false).pipe(catchError(() => EMPTY));
  };

  const continueWith = (next: CreateParams) => {
    create = next;
    run.continueWithNext();
  };

  return defer(request).pipe(
    catchError((cause: unknown) => {
      const error = toGeminiError(cause);
      const next = isDropKind(error.kind) ? checkpoint?.afterDrop() : undefined;
      if (next) {
        continueWith(next);
        reconnection.afterDrop(error);
      } else {
        reconnection.afterFailure(error);
      }
      return EMPTY;
    }),
    repeat({
      delay() {
        if (!run.isOver) return timer(reconnection.wait);
        if (mayReadUsage && run.isWithoutUsage) return timer(limits.delay);
        const next = checkpoint?.afterEnd();
        if (!next) return EMPTY;
        continueWith(next);
        return timer(0);
      },
    }),
  );
}

/** Whether the server may interrupt a reply for the client to continue it: not an agent's, and not in the background. */
function isContinuable({ agent, agent_config, automatic_continuation, background }: CreateParams): boolean {
  const isAgent = [agent, agent_config].some((field) => field !== undefined && field !== null);
  return !isAgent && background !== true && automatic_continuation !== false;
}
