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
import { isPromiseLike } from '../rx/isPromiseLike.js';
import { maxJsonDepth } from '../errors/jsonDepth.js';
import type { Approve, ChatTool } from './chatTools.js';
import { jsonCopy } from './jsonCopy.js';
import { responseOf } from './toolResult.js';

/**
 * Runs a tool for a call, and emits each state of the run. Never errors: a failure, or a result that has no JSON,
 * becomes the response. Unsubscribing aborts the tool's signal and unsubscribes from its result.
 */
export function runTool(call: GeminiFunctionCall, tool: ChatTool, approve: Approve | undefined): Observable<ToolRun> {
  const run$ = concat(of<ToolRun>({ call, status: 'running' }), runStates(call, tool));
  const run = approve ? withApproval(call, approve, run$) : run$;
  return run.pipe(catchError((cause: unknown) => of(failedRun(call, cause))));
}

/** The run of a call that failed, with the error that the model gets. */
export function failedRun(call: GeminiFunctionCall, cause: unknown): EndedToolRun {
  return { call, status: 'failed', response: { error: errorText(cause) } };
}

/** The longest error that the model gets, in UTF-16 units. */
const maxLength = 10_000;

function errorText(cause: unknown): string {
  try {
    const text = typeof cause === 'string' ? cause : isErrorLike(cause) ? cause.message : describe(cause);
    return redact(clip(text)) || 'The function failed.';
  } catch {
    return 'The function failed.';
  }
}

/**
 * Clips a text before the redaction, whose cost grows with the text; drops a word that the end cuts, because the word
 * may be a secret.
 */
function clip(text: string): string {
  if (text.length <= maxLength) return text;
  const words = text.slice(0, maxLength).replace(/\S+$/, '');
  return words && `${words}…`;
}

function withApproval(call: GeminiFunctionCall, approve: Approve, run$: Observable<ToolRun>): Observable<ToolRun> {
  const denied: ToolRun = { call, status: 'denied', response: { error: 'The user denied this call.' } };
  const answer$ = defer(() => approve(copyCall(call))).pipe(take(1), defaultIfEmpty(false));
  return concat(
    of<ToolRun>({ call, status: 'approving' }),
    // Only `true` allows the call: `'no'` from a form is truthy, too.
    answer$.pipe(switchMap((isApproved: unknown) => (isApproved === true ? run$ : of(denied)))),
  );
}

/** Copies the call for a tool, so that its changes to the arguments do not reach the history. */
function copyCall(call: GeminiFunctionCall): GeminiFunctionCall {
  return {
    ...call,
    args: jsonCopy('The arguments of the call', call.args, maxJsonDepth) as GeminiFunctionCall['args'],
  };
}

function runStates(call: GeminiFunctionCall, tool: ChatTool): Observable<ToolRun> {
  return defer(() => {
    let result: unknown;
    const progress$ = startTool(copyCall(call), tool).pipe(
      tap((value) => {
        result = value;
      }),
      concatMap((value) => progressOf(call, value)),
      tool.timeout === undefined ? identity : withTimeout(tool.timeout),
    );
    const result$ = defer(() => of<ToolRun>({ call, status: 'complete', ...responseOf(result) }));
    return concat(progress$, result$);
  });
}

/** The progress of a run. A value that has no JSON is not shown; it fails the run only if it is the last value. */
function progressOf(call: GeminiFunctionCall, value: unknown): Observable<ToolRun> {
  try {
    const progress = value === undefined ? undefined : jsonCopy('The progress', value);
    return of<ToolRun>({ call, status: 'running', progress });
  } catch {
    return EMPTY;
  }
}

/** The values of a tool; an unsubscription aborts its signal. */
function startTool(call: GeminiFunctionCall, tool: ChatTool): Observable<unknown> {
  return defer(() => {
    const controller = new AbortController();
    let hasEnded = false;
    const end = () => {
      hasEnded = true;
    };
    return resultsOf(tool.run(call.args, { signal: controller.signal, call })).pipe(
      tap({ complete: end, error: end }),
      finalize(() => {
        // An abort after the end would call listeners that are still on the signal.
        if (!hasEnded) controller.abort();
      }),
    );
  });
}

function resultsOf(result: unknown): Observable<unknown> {
  if (isObservable(result)) return result;
  return isPromiseLike(result) ? from(result) : of(result);
}

function withTimeout<T>(timeout: number): MonoTypeOperatorFunction<T> {
  const timeUp$ = timeUp(timeout).pipe(
    map((): never => {
      throw new Error(`The function gave no result within ${timeout} ms.`);
    }),
  );
  return takeUntil(timeUp$);
}
