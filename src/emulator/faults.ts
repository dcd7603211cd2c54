import { apiError } from './apiError.js';
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
  if (fails) {
    const { error = apiError({ code: 503 }), as } = errorAfter;
    yield send(format.error(error, as, isFirst), 0);
  }
  if (dropAfter && 'chunks' in dropAfter && dropAfter.chunks === chunks) {
    yield { kind: 'drop', reset: dropAfter.reset ?? false };
  }
  if (!fails && endAfter?.chunks !== chunks) return;
  if (fails) yield send(format.tail(false), 0);
  yield { kind: 'end' };
}

const halfObject = 'data: {"candidates": [{"content": {"pa';

/**
 * Adds the faults of a scenario after a number of bytes: cuts a `send` in two if a fault is within the bytes of that
 * step.
 */
export async function* withFaultsAtBytes(steps: AsyncIterable<Step>, scenario: EmulatorScenario): AsyncGenerator<Step> {
  const faults = faultsByBytes(scenario);
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
      yield next.step;
      faults.shift();
    }
    sent += bytes.length;
    if (bytes.length > 0) yield { kind: 'send', bytes, chunks: step.chunks };
  }
}

/** In the order of their positions; at the same position a stall comes before the end. */
function faultsByBytes({ dropAfter, endAfter, stallAfter }: EmulatorScenario): { at: number; step: Step }[] {
  const faults: { at: number; step: Step }[] = [];
  if (stallAfter?.bytes !== undefined)
    faults.push({ at: stallAfter.bytes, step: wait(stallAfter.duration ?? Infinity) });
  if (dropAfter && 'bytes' in dropAfter && dropAfter.bytes !== undefined) {
    faults.push({ at: dropAfter.bytes, step: { kind: 'drop', reset: dropAfter.reset ?? false } });
  }
  if (endAfter?.bytes !== undefined) faults.push({ at: endAfter.bytes, step: { kind: 'end' } });
  return faults.sort((a, b) => a.at - b.at);
}
