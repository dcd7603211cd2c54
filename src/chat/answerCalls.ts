import {
  catchError,
  defer,
  filter,
  mergeMap,
  of,
  share,
  Subscription,
  type Observable,
  type ObservableInput,
  type OperatorFunction,
} from 'rxjs';
import type { EndedToolRun, ToolRun } from '../chunk/annotations.js';
import type { GeminiFunctionCall } from '../chunk/functionCallsOf.js';
import { functionCalls } from '../live/liveChunks.js';
import type { LiveInput } from '../live/liveInput.js';
import type { LiveMessage } from '../live/liveMessage.js';
import { assertFunction, assertOptions } from '../rx/assertions.js';
import { operate } from '../rx/operate.js';
import type { ChatTools } from './chatTools.js';
import { RecentIds } from './recentIds.js';
import { failedRun } from './runTool.js';
import { ToolRegistry } from './toolRegistry.js';
import { responsePart } from './toolRuns.js';

/** Options of {@link answerCalls}. @public */
export interface AnswerCallsOptions {
  /** Called before each call of a tool, which runs only if the first value is `true`. @defaultValue all calls run */
  readonly approve?: ((call: GeminiFunctionCall) => ObservableInput<boolean>) | undefined;
}

/**
 * Runs the functions that the model of a Live session calls, and emits a message with the result of each, to be sent to
 * the model: `fromLive(ai, { model, config }, (messages$) => merge(microphone$, messages$.pipe(answerCalls(tools))))`.
 * The `config` of the session declares the same tools: `tools: declareTools(tools)`.
 *
 * The tools are those of {@link createChat}: functions with a `declaration` and a `run`, and sets of functions such as
 * `mcpToTool(client)`. All calls run at once, and each is answered in a message of its own as soon as its result is
 * there. Of a tool that returns an Observable, the last value is the result; the values before it are not sent. A tool
 * that fails, a call that `approve` denies and a call of a function that is not among `tools` are answered with
 * `{ error }`, so that the model does not wait for ever; nothing of it fails the result.
 *
 * When the model cancels a call (`toolCallCancellation`), because the user has interrupted it, the call's `signal` is
 * aborted, and nothing is sent. Calls that run when the session continues on another connection continue; `fromLive`
 * keeps their answers. A call whose id has come before is not run again.
 *
 * Completion waits for the open calls. An error and an unsubscription abort them. Holds the last 1,000 ids.
 *
 * @param tools - The tools, by the names under which the model calls them.
 * @param options - See {@link AnswerCallsOptions}.
 * @returns An operator from the messages of the session to messages for the model.
 * @throws TypeError, RangeError - At the call, if one of `tools` is not a tool, or `approve` is not a function.
 * @see {@link declareTools} for the declarations.
 * @example
 * ```ts
 * const functionCalls = [{ id: '1', name: 'weather', args: { city: 'Rome' } }];
 * const answers$ = of({ toolCall: { functionCalls } }).pipe(
 *   answerCalls({
 *     weather: { declaration: { description: 'The weather of a city.' }, run: ({ city }) => `It is sunny in ${city}.` },
 *   }),
 * );
 * answers$.subscribe(({ toolResponse }) => console.log(JSON.stringify(toolResponse?.functionResponses)));
 * ```
 * @public
 */
export function answerCalls(
  tools: ChatTools,
  options: AnswerCallsOptions = {},
): OperatorFunction<LiveMessage, LiveInput> {
  assertOptions(options);
  const { approve } = options;
  assertFunction('approve', approve);
  const makeRegistry = () => new ToolRegistry(tools, approve);
  makeRegistry();

  return operate((destination) => {
    const run = toolRunner(makeRegistry());
    const known = new RecentIds(1_000);
    const open = new Set<Subscription>();
    const byId = new Map<string, Subscription>();
    let hasCompleted = false;

    const start = (call: GeminiFunctionCall) => {
      const { id } = call;
      if (id !== undefined && !known.add(id)) return;
      const subscription = new Subscription();
      open.add(subscription);
      if (id !== undefined) byId.set(id, subscription);
      subscription.add(() => {
        open.delete(subscription);
        if (id !== undefined) byId.delete(id);
        if (hasCompleted && open.size === 0) destination.complete();
      });
      destination.add(subscription);
      const answers$ = run(call);
      subscription.add(
        answers$.subscribe({
          next: (ended) => {
            if (!subscription.closed) destination.next(answerOf(ended));
          },
          error: (cause: unknown) => destination.error(cause),
          complete: () => subscription.unsubscribe(),
        }),
      );
    };
    return {
      next(message) {
        for (const { id, name = '', args = {} } of functionCalls(message)) {
          // The answer to the call before may have ended the result.
          if (destination.closed) return;
          start({ ...(id !== undefined && { id }), name, args });
        }
        for (const id of message.toolCallCancellation?.ids ?? []) byId.get(id)?.unsubscribe();
      },
      complete() {
        hasCompleted = true;
        if (open.size === 0) destination.complete();
      },
    };
  });
}

/** Returns a function that runs a call, and emits the end of its run; never errors. */
function toolRunner(registry: ToolRegistry): (call: GeminiFunctionCall) => Observable<EndedToolRun> {
  // The functions of a set are known once it has declared them; calls that arrive together ask it once.
  const declared$ = registry.declare().pipe(share());
  return (call) => {
    const runIfKnown = (): Observable<ToolRun> | undefined => (registry.has(call) ? registry.run(call) : undefined);
    const run$ = declared$.pipe(mergeMap(() => runIfKnown() ?? of(unknownFunction(call))));
    return defer(() => runIfKnown() ?? run$).pipe(
      catchError((cause: unknown) => of(failedRun(call, cause))),
      filter((state): state is EndedToolRun => state.response !== undefined),
    );
  };
}

function unknownFunction(call: GeminiFunctionCall): EndedToolRun {
  return failedRun(call, `There is no function '${call.name}'.`);
}

function answerOf(run: EndedToolRun): LiveInput {
  const { functionResponse = {} } = responsePart(run);
  return { toolResponse: { functionResponses: [functionResponse] } };
}
