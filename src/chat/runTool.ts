import {
  catchError,
  concat,
  concatMap,
  defaultIfEmpty,
  defer,
  EMPTY,
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
  type MonoTypeOperatorFunction,
  type Observable,
} from 'rxjs';
import type { EndedToolRun, ToolRun } from '../chunk/annotations.js';
import type { GeminiFunctionCall } from '../chunk/functionCallsOf.js';
import { isErrorLike } from '../errors/errorLike.js';
import { redact } from '../errors/redact.js';
import { describe } from '../rx/assertions.js';
import { timeUp } from '../rx/idleTimer.js';
import { maxJsonDepth } from '../errors/jsonDepth.js';
import type { Approve, ChatTool } from './chatTools.js';
import { jsonCopy } from './jsonCopy.js';
import { responseOf } from './toolResult.js';

/**
 * Runs a tool for a call and reports its state. Never errors: a tool that fails, or whose result has no JSON, has that
 * as its response. Unsubscribing aborts the tool's signal and unsubscribes from its result.
 */
export function runTool(call: GeminiFunctionCall, tool: ChatTool, approve: Approve | undefined): Observable<ToolRun> {
  const run$ = concat(of<ToolRun>({ call, status: 'running' }), running(call, tool));
  const run = approve ? asked(call, approve, run$) : run$;
  return run.pipe(catchError((cause: unknown) => of(failedRun(call, cause))));
}

/** The run of a call that failed, with the error that the model gets. */
export function failedRun(call: GeminiFunctionCall, cause: unknown): EndedToolRun {
  return { call, status: 'failed', response: { error: sentenceOf(cause) } };
}

/** The longest error that the model gets, in UTF-16 units. */
const maxLength = 10_000;

function sentenceOf(cause: unknown): string {
  try {
    const text = typeof cause === 'string' ? cause : isErrorLike(cause) ? cause.message : describe(cause);
    return redact(clipped(text)) || 'The function failed.';
  } catch {
    return 'The function failed.';
  }
}

/** Clips before the redaction, whose cost grows with the text; half a word may be half a secret, and is left out. */
function clipped(text: string): string {
  if (text.length <= maxLength) return text;
  const words = text.slice(0, maxLength).replace(/\S+$/, '');
  return words && `${words}…`;
}

function asked(call: GeminiFunctionCall, approve: Approve, run$: Observable<ToolRun>): Observable<ToolRun> {
  const denied: ToolRun = { call, status: 'denied', response: { error: 'The user denied this call.' } };
  const answer$ = defer(() => approve(ownCall(call))).pipe(take(1), defaultIfEmpty(false));
  return concat(
    of<ToolRun>({ call, status: 'approving' }),
    // Only `true` allows the call: `'no'` from a form is truthy, too.
    answer$.pipe(switchMap((isApproved: unknown) => (isApproved === true ? run$ : of(denied)))),
  );
}

/** A copy of the call for a tool, whose changes to the arguments do not reach the history. */
function ownCall(call: GeminiFunctionCall): GeminiFunctionCall {
  return {
    ...call,
    args: jsonCopy('The arguments of the call', call.args, maxJsonDepth) as GeminiFunctionCall['args'],
  };
}

function running(call: GeminiFunctionCall, tool: ChatTool): Observable<ToolRun> {
  return defer(() => {
    let result: unknown;
    const progress$ = started(ownCall(call), tool).pipe(
      tap((value) => {
        result = value;
      }),
      concatMap((value) => progressOf(call, value)),
      tool.timeout === undefined ? identity : within(tool.timeout),
    );
    const result$ = defer(() => of<ToolRun>({ call, status: 'complete', ...responseOf(result) }));
    return concat(progress$, result$);
  });
}

/** The progress of a run. A value that has no JSON is not shown; it is a failure only if it is the last one. */
function progressOf(call: GeminiFunctionCall, value: unknown): Observable<ToolRun> {
  try {
    const progress = value === undefined ? undefined : jsonCopy('The progress', value);
    return of<ToolRun>({ call, status: 'running', progress });
  } catch {
    return EMPTY;
  }
}

/** The values of a tool, under a signal that is aborted on unsubscription. */
function started(call: GeminiFunctionCall, tool: ChatTool): Observable<unknown> {
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
  const over$ = timeUp(timeout).pipe(
    map((): never => {
      throw new Error(`The function gave no result within ${timeout} ms.`);
    }),
  );
  return takeUntil(over$);
}
