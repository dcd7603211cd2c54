import {
  catchError,
  concat,
  defaultIfEmpty,
  defer,
  finalize,
  from,
  identity,
  isObservable,
  map,
  of,
  switchMap,
  take,
  takeUntil,
  tap,
  timer,
  type MonoTypeOperatorFunction,
  type Observable,
} from 'rxjs';
import type { ToolRun } from '../chunk/annotations.js';
import type { FunctionCall } from '../chunk/functionCallsOf.js';
import { isErrorLike } from '../errors/errorLike.js';
import { redact } from '../errors/redact.js';
import { describe } from '../internal/assertions.js';
import type { Approve, ChatTool } from './chatTools.js';
import { responseOf } from './toolRuns.js';

/**
 * Runs a tool for a call and tells where the call stands; it never errors: a tool that fails has that for its result.
 * Unsubscribing aborts the tool's signal and leaves what it gave.
 */
export function runTool(call: FunctionCall, tool: ChatTool, approve: Approve | undefined): Observable<ToolRun> {
  const run$ = concat(of<ToolRun>({ call, status: 'running' }), running(call, tool));
  const run = approve ? asked(call, approve, run$) : run$;
  return run.pipe(catchError((cause: unknown) => of(failedRun(call, cause))));
}

/** What the model is told of a call that failed. */
export function failedRun(call: FunctionCall, cause: unknown): ToolRun {
  const error = redact(isErrorLike(cause) ? cause.message : describe(cause));
  return { call, status: 'failed', response: { error } };
}

function asked(call: FunctionCall, approve: Approve, run$: Observable<ToolRun>): Observable<ToolRun> {
  const denied: ToolRun = { call, status: 'denied', response: { error: 'The user denied this call.' } };
  const answer$ = defer(() => approve(call)).pipe(take(1), defaultIfEmpty(false));
  return concat(
    of<ToolRun>({ call, status: 'approving' }),
    answer$.pipe(switchMap((isApproved) => (isApproved ? run$ : of(denied)))),
  );
}

function running(call: FunctionCall, tool: ChatTool): Observable<ToolRun> {
  return defer(() => {
    let result: unknown;
    const keep = tap((value: unknown) => {
      result = value;
    });
    const progress$ = started(call, tool).pipe(
      keep,
      map((progress): ToolRun => ({ call, status: 'running', progress })),
      tool.timeout === undefined ? identity : within(tool.timeout),
    );
    const result$ = defer(() => of<ToolRun>({ call, status: 'complete', response: responseOf(result) }));
    return concat(progress$, result$);
  });
}

/** What the tool gives, under a signal that is aborted if nobody waits for it any more. */
function started(call: FunctionCall, tool: ChatTool): Observable<unknown> {
  return defer(() => {
    const controller = new AbortController();
    let isOver = false;
    const end = () => {
      isOver = true;
    };
    return resultsOf(tool.run(call.args, { signal: controller.signal, call })).pipe(
      tap({ complete: end, error: end }),
      finalize(() => {
        // An abort after the end would be heard by whoever still listens to the signal.
        if (!isOver) controller.abort();
      }),
    );
  });
}

function resultsOf(result: unknown): Observable<unknown> {
  if (isObservable(result)) return result;
  return isThenable(result) ? from(result) : of(result);
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

function within<T>(timeout: number): MonoTypeOperatorFunction<T> {
  const over$ = timer(timeout).pipe(
    map((): never => {
      throw new Error(`The function gave no result within ${timeout} ms.`);
    }),
  );
  return takeUntil(over$);
}
