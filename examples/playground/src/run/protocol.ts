import type { Row, RunEvent } from '../runEvent.ts';

/** A program to run: a module, and the modules of its own that it imports by './name.js'. */
export interface Program {
  readonly code: string;
  readonly files: Readonly<Record<string, string>>;
  /** The names of the rows, by the name of the export; an export without one is called by its own name. */
  readonly titles: Readonly<Record<string, string>>;
}

/** A failure of a program, with its place in the code where it is known; lines and columns count from 1. */
export interface ProgramFailure {
  readonly message: string;
  readonly line?: number | undefined;
  readonly column?: number | undefined;
}

/** A message of the worker. */
export type WorkerMessage =
  /** The worker is not busy; sent twice a second while a program runs. */
  | { readonly type: 'alive' }
  /** The program was read, and its Observables are subscribed. */
  | { readonly type: 'begin'; readonly rows: readonly Row[] }
  | { readonly type: 'events'; readonly events: readonly RunEvent[] }
  | { readonly type: 'failure'; readonly failure: ProgramFailure }
  /** All rows have ended, or nothing has moved for a long time. */
  | { readonly type: 'end'; readonly isSilent: boolean };
