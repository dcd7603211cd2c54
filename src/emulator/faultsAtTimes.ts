import { faultsIn, type PlacedFault } from './faults.js';
import type { EmulatorScenario } from './scenario.js';
import type { Step } from './steps.js';
import { sleep } from './waits.js';
import type { WireFormat } from './wireFormat.js';

/** Adds the faults of a scenario at a time: within a wait, and while the next step is awaited. */
export function withFaultsAtTimes(
  steps: AsyncGenerator<Step>,
  scenario: EmulatorScenario,
  format: WireFormat,
  signal: AbortSignal,
): AsyncGenerator<Step> {
  const faults = faultsIn('ms', scenario, format);
  return faults.length > 0 ? interrupted(steps, faults, signal) : steps;
}

async function* interrupted(
  steps: AsyncGenerator<Step>,
  faults: readonly PlacedFault[],
  signal: AbortSignal,
): AsyncGenerator<Step> {
  const ended = new AbortController();
  const stopped = AbortSignal.any([signal, ended.signal]);
  // Waits here, so that a wait of the answer and the wait for a fault can race.
  const pull = async (): Promise<IteratorResult<Step, unknown>> => {
    for (;;) {
      const result = await steps.next();
      if (result.done || result.value.kind !== 'wait') return result;
      await sleep(result.value.ms, stopped);
    }
  };
  let next = pull();
  let passed = 0;
  try {
    for (const { at, steps: fault } of faults) {
      const due = sleep(at - passed, stopped).then(() => undefined);
      passed = at;
      for (;;) {
        const result = await Promise.race([due, next]);
        if (!result) break;
        if (result.done) return;
        yield result.value;
        next = pull();
      }
      yield* fault;
    }
    for (let result = await next; !result.done; result = await pull()) yield result.value;
  } finally {
    ended.abort();
    // Not awaited: the steps may wait for an answer that never comes.
    steps.return(undefined).catch(() => undefined);
  }
}
