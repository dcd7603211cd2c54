import { isObservable, type Observable, type Subscription } from 'rxjs';
import type { Program, WorkerMessage } from '../run/protocol.ts';
import type { Row } from '../runEvent.ts';
import { currentRun } from './currentRun.ts';
import { linkProgram } from './linkProgram.ts';
import type { Modules } from './modules.ts';
import { ModelRow } from './modelRow.ts';
import { playPipeRow } from './pipeRow.ts';
import { playPlainRow } from './plainRow.ts';
import { failureOf, ownError } from './programFailure.ts';
import { Timeline } from './timeline.ts';
import { watchFetch } from './watchFetch.ts';

/** The silence of all rows after which a run counts as over, in ms. */
const longestSilence = 5000;

/** One run of a program: all that it exports is subscribed, and what happens becomes events. */
export class ProgramRun {
  readonly #program: Program;
  readonly #modules: Modules;
  readonly #post: (message: WorkerMessage) => void;
  readonly #subscriptions: { readonly row: string; readonly subscription: Subscription }[] = [];
  readonly #open = new Set<string>();
  #address = '';

  constructor(program: Program, modules: Modules, post: (message: WorkerMessage) => void) {
    this.#program = program;
    this.#modules = modules;
    this.#post = post;
  }

  async start(): Promise<void> {
    addEventListener('error', (event) => this.#fail(event.error ?? event.message));
    addEventListener('unhandledrejection', (event) => this.#fail(event.reason));
    try {
      await this.#play();
    } catch (error) {
      this.#fail(error);
      this.#post({ type: 'end', isSilent: false });
    }
  }

  async #play(): Promise<void> {
    const { code, files } = this.#program;
    watchGlobalFetch();
    this.#address = await linkProgram(code, files, this.#modules);
    // From here on the page counts how long the program blocks.
    this.#post({ type: 'alive' });
    const exports = (await import(/* @vite-ignore */ this.#address)) as Record<string, unknown>;
    const sources = Object.entries(exports)
      .filter((entry): entry is [string, Observable<unknown>] => isObservable(entry[1]))
      // A module sorts its exports by their names; the rows are in the order of the program.
      .sort(([a], [b]) => placeOf(a, code) - placeOf(b, code));
    if (sources.length === 0) {
      throw new Error('The program exports no Observable. End it with: export const view$ = …');
    }
    this.#post({ type: 'begin', rows: this.#rows(sources.map(([name]) => name)) });
    const timeline = new Timeline((events) => this.#post({ type: 'events', events }));
    this.#observe(timeline);
    for (const [row] of sources) this.#open.add(row);
    for (const [row, source$] of sources) {
      const onError = (error: unknown) => {
        const own = ownError(error, this.#address);
        if (own) this.#fail(own);
      };
      const subscription = playPipeRow(timeline, row, source$, onError, () => this.#open.delete(row));
      this.#subscriptions.push({ row, subscription });
    }
    this.#waitForEnd(timeline);
  }

  #rows(names: readonly string[]): Row[] {
    const { code, titles } = this.#program;
    const hasEmulator = code.includes('emulatorFetch(');
    const only = names.length === 1 ? 'Your pipe' : undefined;
    return [
      { id: 'model', title: hasEmulator ? 'The model' : 'The server', role: 'model' },
      ...(hasEmulator ? [{ id: 'plain', title: 'Plain SDK', role: 'plain' } as const] : []),
      ...names.map((id) => ({ id, title: titles[id] ?? only ?? id, role: 'pipe' }) as const),
    ];
  }

  #observe(timeline: Timeline): void {
    const model = new ModelRow(timeline);
    currentRun.observer = {
      request: (url, body) => model.request(url, body),
      firstRequest: (emulator, _, url, body) => {
        this.#open.add('plain');
        void playPlainRow(timeline, emulator, url, body).then(() => this.#open.delete('plain'));
      },
    };
  }

  #waitForEnd(timeline: Timeline): void {
    const timer = setInterval(() => {
      const isSilent = this.#open.size > 0;
      if (isSilent && timeline.silence < longestSilence) return;
      clearInterval(timer);
      for (const { row, subscription } of this.#subscriptions) {
        if (!subscription.closed) timeline.add(row, { type: 'unsubscribe' });
        subscription.unsubscribe();
      }
      if (this.#open.has('plain')) timeline.add('plain', { type: 'unsubscribe' });
      timeline.flush();
      this.#post({ type: 'end', isSilent });
    }, 50);
  }

  #fail(error: unknown): void {
    this.#post({ type: 'failure', failure: failureOf(error, this.#address) });
  }
}

const placeOf = (name: string, code: string) => code.indexOf(`export const ${name}`);

/** Requests that do not go to an emulator, such as those of `fromSse`, are the row of the server. */
function watchGlobalFetch(): void {
  const fetch = globalThis.fetch.bind(globalThis);
  globalThis.fetch = (input, init) => watchFetch(fetch, input, init);
}
