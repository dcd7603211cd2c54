import type { LiveAction } from './liveAnswer.js';
import type { LiveFaults, LivePosition } from './liveFaults.js';

/** A fault of a script, and the action with which it happens. */
interface Fault {
  readonly position: LivePosition;
  readonly action: LiveAction;
}

/** Calls back with the faults of a script when their positions are reached. */
export class FaultWatch {
  readonly #faults: Fault[];
  readonly #act: (action: LiveAction) => void;

  constructor({ closeAfter, dropAfter, stallAfter, vanishAfter }: LiveFaults, act: (action: LiveAction) => void) {
    this.#act = act;
    this.#faults = [
      ...(stallAfter ? [{ position: stallAfter, action: { stall: stallAfter.duration ?? Infinity } }] : []),
      ...(vanishAfter ? [{ position: vanishAfter, action: { vanish: true } }] : []),
      ...(dropAfter ? [{ position: dropAfter, action: { drop: true } }] : []),
      ...(closeAfter ? [{ position: closeAfter, action: { close: closeAfter } }] : []),
    ];
  }

  /** Sets the timers of the faults at times. */
  start(schedule: (ms: number, work: () => void) => void): void {
    for (const { position, action } of this.#faults) {
      const { ms } = position;
      if (ms !== undefined)
        schedule(ms, () => {
          this.#act(action);
        });
    }
  }

  /** Looks for the faults at a count of messages or inputs. */
  reach(unit: 'messages' | 'inputs', count: number): void {
    for (const { position, action } of this.#faults) if (position[unit] === count) this.#act(action);
  }
}
