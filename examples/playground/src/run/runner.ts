import type { Row, RunEvent } from '../runEvent.ts';
import type { Program, ProgramFailure, WorkerMessage } from './protocol.ts';

/** The callbacks of a run. */
export interface RunHandlers {
  readonly onBegin: (rows: readonly Row[]) => void;
  readonly onEvents: (events: readonly RunEvent[]) => void;
  readonly onFailure: (failure: ProgramFailure) => void;
  /** Called once: all rows have ended, nothing moves, or the program was stopped. */
  readonly onEnd: (ending: 'complete' | 'silent' | 'stopped') => void;
}

/** The time without a sign of life after which a program counts as an endless loop, in ms. */
const longestBlock = 4000;

/** Runs programs, each in a worker of its own, so that none can block the page or outlive its run. */
export class Runner {
  #running: { worker: Worker; handlers: RunHandlers; watchdog: number } | undefined;
  /** A worker whose modules are loaded already, for the next run. */
  #spare: Worker | undefined;
  readonly #openingCode: string;

  /** @param openingCode - The program that a small worker can run, if it is the first one. */
  constructor(openingCode: string) {
    this.#openingCode = openingCode;
  }

  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  run(program: Program, handlers: RunHandlers): void {
    this.stop();
    const worker = this.#spare ?? (program.code === this.#openingCode ? createOpeningWorker() : createWorker());
    this.#spare = undefined;
    const running = { worker, handlers, watchdog: 0 };
    this.#running = running;
    worker.onmessage = ({ data }: MessageEvent<WorkerMessage>) => this.#receive(data);
    worker.onerror = (event) => {
      event.preventDefault();
      this.#fail(`The worker could not be started. ${event.message}`);
    };
    worker.postMessage(program);
  }

  /** Ends the program, whatever it does. */
  stop(): void {
    this.#end('stopped');
  }

  #receive(message: WorkerMessage): void {
    const { handlers } = this.#running ?? {};
    if (!handlers || !this.#running) return;
    if (message.type === 'alive') this.#watch();
    else if (message.type === 'begin') {
      handlers.onBegin(message.rows);
      this.#spare ??= createWorker();
    } else if (message.type === 'events') handlers.onEvents(message.events);
    else if (message.type === 'failure') handlers.onFailure(message.failure);
    else if (message.type === 'end') this.#end(message.isSilent ? 'silent' : 'complete');
  }

  #watch(): void {
    if (!this.#running) return;
    clearTimeout(this.#running.watchdog);
    this.#running.watchdog = window.setTimeout(() => {
      // The timers of a hidden page are slow.
      if (document.hidden) this.#watch();
      else this.#fail('The program was stopped: it did not return for 4 s, as an endless loop does.');
    }, longestBlock);
  }

  #fail(message: string): void {
    this.#running?.handlers.onFailure({ message });
    this.stop();
  }

  #end(ending: 'complete' | 'silent' | 'stopped'): void {
    const running = this.#running;
    if (!running) return;
    this.#running = undefined;
    clearTimeout(running.watchdog);
    running.worker.terminate();
    running.handlers.onEnd(ending);
  }
}

function createWorker(): Worker {
  return new Worker(new URL('../worker/main.ts', import.meta.url), { type: 'module' });
}

function createOpeningWorker(): Worker {
  return new Worker(new URL('../worker/opening.ts', import.meta.url), { type: 'module' });
}
