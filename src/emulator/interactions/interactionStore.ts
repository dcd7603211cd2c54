import type { InteractionStep } from '../../interaction/interactionStep.js';
import { foldSteps } from '../../interaction/foldSteps.js';
import type { EmulatedRun } from './emulatedRun.js';
import type { EmulatorAnswer } from '../scenario.js';

/** The runs that the emulator keeps, and those that are still running. */
export class InteractionStore {
  readonly #maxRuns: number;
  readonly #kept = new Map<string, EmulatedRun>();
  readonly #running = new Set<EmulatedRun>();
  /** The answers to the requests that continue an interaction, by token. */
  readonly #continuations = new Map<string, EmulatorAnswer>();

  constructor(maxRuns: number) {
    this.#maxRuns = maxRuns;
  }

  get(id: string | undefined): EmulatedRun | undefined {
    return id === undefined ? undefined : this.#kept.get(id);
  }

  /** Follows a run until it ends, so that the emulator can stop it. */
  start(run: EmulatedRun): void {
    this.#running.add(run);
    void run.ended.then(() => this.#running.delete(run));
  }

  /** Keeps a run under its id; drops the oldest run that is over, or else the oldest, if there are too many. */
  keep(run: EmulatedRun): void {
    if (run.id === '' || !run.request.store) return;
    this.#kept.delete(run.id);
    this.#kept.set(run.id, run);
    if (this.#kept.size <= this.#maxRuns) return;
    const runs = [...this.#kept.values()];
    const dropped = runs.find(({ isOver }) => isOver) ?? runs[0];
    if (!dropped) return;
    if (!dropped.isOver) dropped.stop();
    this.forget(dropped);
  }

  forget(run: EmulatedRun): void {
    if (this.#kept.get(run.id) === run) this.#kept.delete(run.id);
  }

  /** The inputs and the steps of a run and of its previous ones, oldest first, as far as they are kept. */
  history(id: string | undefined): readonly InteractionStep[] {
    const turns: (readonly InteractionStep[])[] = [];
    const seen = new Set<EmulatedRun>();
    for (let run = this.get(id); run && !seen.has(run); run = this.get(run.request.previousId)) {
      seen.add(run);
      turns.unshift([...run.request.input, ...foldSteps(run.log.events)]);
    }
    return turns.flat();
  }

  /** Sets the answer to the request with a token. */
  setContinuation(token: string, answer: EmulatorAnswer): void {
    this.#continuations.set(token, answer);
    const [oldest] = this.#continuations.keys();
    if (this.#continuations.size > this.#maxRuns && oldest !== undefined) this.#continuations.delete(oldest);
  }

  /** Takes the answer to the request with a token. */
  takeContinuation(token: string | undefined): EmulatorAnswer | undefined {
    if (token === undefined) return undefined;
    const answer = this.#continuations.get(token);
    this.#continuations.delete(token);
    return answer;
  }

  /** Stops all runs. */
  close(): void {
    for (const run of this.#running) run.stop();
  }
}
