import { firstValueFrom, NEVER, race, timer, type Observable } from 'rxjs';
import { whenAborted } from '../rx/whenAborted.js';
import type { FakeCall, FakeParams } from './fakeCall.js';

/** One call of a fake client: its waits, and its end. */
export class FakeRequest implements FakeCall {
  readonly method: FakeCall['method'];
  readonly params: FakeParams;
  readonly signal: AbortSignal;
  #ending: 'finished' | 'failed' | 'aborted' | undefined;

  constructor(method: FakeCall['method'], params: FakeParams) {
    this.method = method;
    this.params = params;
    const { abortSignal }: { abortSignal?: AbortSignal } = params.config ?? {};
    this.signal = abortSignal ?? new AbortController().signal;
  }

  get aborted(): boolean {
    return this.#ending === 'aborted' || (this.#ending === undefined && this.signal.aborted);
  }

  get finished(): boolean {
    return this.#ending === 'finished';
  }

  /** Only the first ending counts. */
  end(ending: 'finished' | 'aborted'): void {
    this.#ending ??= ending;
  }

  async fail(error: unknown, delay = 0): Promise<never> {
    await this.wait(delay);
    this.#ending = 'failed';
    throw error;
  }

  async wait(ms = 0): Promise<void> {
    if (ms > 0) await this.#waitFor(timer(ms));
    this.throwIfAborted();
  }

  async stall(): Promise<void> {
    await this.#waitFor(NEVER);
    this.throwIfAborted();
  }

  throwIfAborted(): void {
    if (this.signal.aborted) throw abortError();
  }

  async #waitFor(event$: Observable<unknown>): Promise<void> {
    if (!this.signal.aborted) await firstValueFrom(race(event$, whenAborted(this.signal)), { defaultValue: undefined });
  }
}

/** The error with which the SDK rejects a call that was aborted. */
export function abortError(): DOMException {
  return new DOMException('This operation was aborted', 'AbortError');
}
