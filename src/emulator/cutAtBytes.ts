import type { EmulatorScenario } from './scenario.js';
import { type Step, wait } from './steps.js';

/** Puts in what goes wrong after so many bytes: a `send` that goes over such a place is cut in two there. */
export async function* cutAtBytes(steps: AsyncIterable<Step>, scenario: EmulatorScenario): AsyncGenerator<Step> {
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

/** In the order of their places; at the same place a stall comes before the end. */
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
