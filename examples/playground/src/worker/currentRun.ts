import type { EmulatorFetch, EmulatorFetchOptions } from 'rxjs-gemini/emulator-fetch';

/** The side of a run that the program's requests are reported to. */
export interface RunObserver {
  /** A request of the program; returns the observer of its answer. */
  request(url: string, body: unknown): ResponseObserver;
  /** The first request that streams, which the plain SDK makes once more, with an emulator of its own. */
  firstRequest(emulator: EmulatorFetch, options: EmulatorFetchOptions, url: string, body: unknown): void;
}

export interface ResponseObserver {
  status(code: number, message: string): void;
  piece(text: string): void;
  end(): void;
  failure(error: unknown): void;
  /** The reader closed the connection before the end. */
  closed(): void;
}

/** The run of this worker: it has one. */
export const currentRun: { observer: RunObserver | undefined } = { observer: undefined };
