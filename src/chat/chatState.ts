import type { UsageMetadata } from '../chunk/wire.js';
import { UsageTally } from '../internal/usageTally.js';
import { LiveValue } from './liveValue.js';
import type { Turn } from './turn.js';
import { TurnTree } from './turnTree.js';

/**
 * What a chat is about: `idle`, `pending` until the first content of an answer, `streaming`, or `calling` while tools run.
 *
 * @public
 */
export type ChatStatus = 'idle' | 'pending' | 'streaming' | 'calling';

/** All that a chat knows. What changes it calls `publish` when it is done. */
export class ChatState {
  readonly tree = new TurnTree();
  readonly turns = new LiveValue<readonly Turn[]>([]);
  readonly status = new LiveValue<ChatStatus>('idle');
  readonly usage = new LiveValue<UsageMetadata>({});
  readonly unsent = new LiveValue<readonly Turn[]>([]);
  /** The user's turns that wait for the answer before them, and are not in the tree yet. */
  #waiting: readonly Turn[] = [];
  readonly #tally = new UsageTally();
  #lastId = 0;

  get waiting(): readonly Turn[] {
    return this.#waiting;
  }

  get lastId(): number {
    return this.#lastId;
  }

  newId(): string {
    this.#lastId += 1;
    return `turn-${this.#lastId}`;
  }

  /** Goes on counting where another chat stopped. */
  startIds(lastId: number): void {
    this.#lastId = lastId;
  }

  wait(turn: Turn): void {
    this.#waiting = [...this.#waiting, turn];
  }

  stopWaiting({ id }: Turn): void {
    this.#waiting = this.#waiting.filter((turn) => turn.id !== id);
  }

  /** Keeps what the user said and the chat did not. */
  keepUnsent(turn: Turn): void {
    this.unsent.set([...this.unsent.value, turn]);
  }

  /** Says that the counts that follow are of another request. */
  nextRequest(): void {
    this.#tally.nextRequest();
  }

  count(usageMetadata: UsageMetadata): void {
    this.usage.set(this.#tally.add({ text: '', usageMetadata }).usageMetadata);
  }

  publish(): void {
    const { path } = this.tree;
    this.turns.set(this.#waiting.length === 0 ? path : [...path, ...this.#waiting]);
  }
}
