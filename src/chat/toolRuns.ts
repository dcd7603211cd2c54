import type { ToolRun } from '../chunk/annotations.js';
import type { ContentPart } from '../chunk/contentsOf.js';

const ended: ReadonlySet<ToolRun['status']> = new Set<ToolRun['status']>(['complete', 'failed', 'denied', 'cancelled']);

/** A run that has ended, as it is; any other is cancelled. */
export function endedRun(run: ToolRun): ToolRun {
  if (ended.has(run.status)) return run;
  return { ...run, status: 'cancelled', response: { error: 'The call was cancelled.' } };
}

/** What the model is told of a run. */
export function responsePart({ call: { id, name }, response = {} }: ToolRun): ContentPart {
  return { functionResponse: { ...(id !== undefined && { id }), name, response } };
}

/** A result in the form that the API takes: an object. */
export function responseOf(result: unknown): Readonly<Record<string, unknown>> {
  return isRecord(result) ? { ...result } : { output: result ?? null };
}

/** Not a list, a date or a map, which would be an empty object. */
function isRecord(value: unknown): value is object {
  return Object.prototype.toString.call(value) === '[object Object]';
}
