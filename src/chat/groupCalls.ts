import { isObject } from '../rx/isObject.js';
import type { GeminiFunctionCall } from '../chunk/functionCallsOf.js';

/** A group of calls of which one runs, and all get its response. */
export interface CallGroup {
  /** The call that runs. */
  readonly call: GeminiFunctionCall;
  /** The positions of all calls of the group, in the order of the reply. */
  readonly indexes: readonly number[];
}

/** Groups identical calls; without `dedupe`, each call is a separate group. */
export function groupCalls(calls: readonly GeminiFunctionCall[], dedupe: boolean): readonly CallGroup[] {
  const groups = new Map<unknown, CallGroup & { readonly indexes: number[] }>();
  for (const [index, call] of calls.entries()) {
    const key = dedupe ? keyOf(call) : index;
    const group = groups.get(key);
    if (group) group.indexes.push(index);
    else groups.set(key, { call, indexes: [index] });
  }
  return [...groups.values()];
}

/** A key that is equal for calls of one function with the same arguments, with their fields in any order. */
function keyOf(call: GeminiFunctionCall): unknown {
  try {
    return JSON.stringify([call.name, call.args], (_, value: unknown) => (isObject(value) ? sorted(value) : value));
  } catch {
    // Arguments that are nested too deep to compare count as unique.
    return call;
  }
}

function sorted(value: object): object {
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
