import { apiError } from './apiError.js';
import type { EmulatorErrorAfter } from './connection.js';
import type { EmulatorScenario } from './scenario.js';
import { send, type Step, wait } from './steps.js';
import type { WireFormat } from './wireFormat.js';

/** The faults of a scenario after exactly `chunks` chunks: first the faults after which the answer continues. */
export function* faultsAfterChunks(chunks: number, scenario: EmulatorScenario, format: WireFormat): Generator<Step> {
  const { dropAfter, endAfter, errorAfter, garbageAfter, stallAfter } = scenario;
  const isFirst = chunks === 0;
  if (garbageAfter?.chunks === chunks) yield send(garbageAfter.garbage ?? halfObject + format.delimiter, 0);
  if (stallAfter?.chunks === chunks) yield wait(stallAfter.duration ?? Infinity);
  const fails = errorAfter?.chunks === chunks;
  if (fails) yield errorStep(errorAfter, format, isFirst);
  if (dropAfter && 'chunks' in dropAfter && dropAfter.chunks === chunks) {
    yield { kind: 'drop', reset: dropAfter.reset ?? false };
  }
  if (!fails && endAfter?.chunks !== chunks) return;
  if (fails) yield send(format.tail(false), 0);
  yield { kind: 'end' };
}

function errorStep(
  { error = apiError({ code: 503 }), as }: EmulatorErrorAfter,
  format: WireFormat,
  isFirst: boolean,
): Step {
  return send(format.error(error, as, isFirst), 0);
}

const halfObject = 'data: {"candidates": [{"content": {"pa';

/** A fault at a number of bytes, or at a time. */
export interface PlacedFault {
  readonly at: number;
  readonly steps: readonly Step[];
}

/** The faults of a scenario in one unit, in the order of their positions; at the same position a stall comes first. */
export function faultsIn(unit: 'bytes' | 'ms', scenario: EmulatorScenario, format: WireFormat): PlacedFault[] {
  const { dropAfter, endAfter, errorAfter, stallAfter } = scenario;
  const faults: PlacedFault[] = [];
  const add = (at: number | undefined, ...steps: Step[]) => {
    if (at !== undefined) faults.push({ at, steps });
  };
  add(stallAfter?.[unit], wait(stallAfter?.duration ?? Infinity));
  if (errorAfter) add(errorAfter[unit], errorStep(errorAfter, format, errorAfter.bytes === 0), { kind: 'end' });
  if (dropAfter && !('request' in dropAfter)) add(dropAfter[unit], { kind: 'drop', reset: dropAfter.reset ?? false });
  add(endAfter?.[unit], { kind: 'end' });
  return faults.sort((a, b) => a.at - b.at);
}

/**
 * Adds the faults of a scenario after a number of bytes: cuts a `send` in two if a fault is within the bytes of that
 * step.
 */
export async function* withFaultsAtBytes(
  steps: AsyncIterable<Step>,
  scenario: EmulatorScenario,
  format: WireFormat,
): AsyncGenerator<Step> {
  const faults = faultsIn('bytes', scenario, format);
  let sent = 0;
  for await (const step of steps) {
    if (step.kind !== 'send') {
      yield step;
      continue;
    }
    let { bytes } = step;
    for (let next = faults[0]; next && next.at <= sent + bytes.length; next = faults[0]) {
      const head = bytes.subarray(0, next.at - sent);
      bytes = bytes.subarray(head.length);
      sent = next.at;
      if (head.length > 0) yield { kind: 'send', bytes: head, chunks: bytes.length === 0 ? step.chunks : 0 };
      yield* next.steps;
      faults.shift();
    }
    sent += bytes.length;
    if (bytes.length > 0) yield { ...step, bytes };
  }
}
