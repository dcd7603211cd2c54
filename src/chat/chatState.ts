import type { GeminiUsage } from '../chunk/response.js';
import { UsageTally } from '../chunk/usageTally.js';
import { StateSubject } from './stateSubject.js';
import type { ChatMessage } from './chatMessage.js';
import { MessageTree } from './messageTree.js';
import { sanitizeUsage } from './contentValidators.js';

/**
 * The status of a chat: `idle`, `pending` until the first content of an answer, `streaming`, or `calling` while tools
 * run.
 *
 * @public
 */
export type ChatStatus = 'idle' | 'pending' | 'streaming' | 'calling';

/** An exchange that has not ended, as the state knows it. */
export interface OpenExchange {
  /** Cancels the exchange in a copy of the state. */
  cancelIn(copy: ChatState): void;
}

/** The state of a chat. Code that changes it calls `publish` at the end. */
export class ChatState {
  readonly tree: MessageTree;
  readonly turns = new StateSubject<readonly ChatMessage[]>([]);
  readonly status = new StateSubject<ChatStatus>('idle');
  readonly usage = new StateSubject<GeminiUsage>({});
  readonly unsent = new StateSubject<readonly ChatMessage[]>([]);
  /** The user's turns that wait for the answer before them, and are not in the tree yet. */
  #waiting: readonly ChatMessage[] = [];
  /** The exchanges that have not ended, oldest first. */
  readonly #open = new Set<OpenExchange>();
  readonly #tally = new UsageTally();
  #lastId = 0;

  constructor(tree = new MessageTree()) {
    this.tree = tree;
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

  open(exchange: OpenExchange): void {
    this.#open.add(exchange);
  }

  close(exchange: OpenExchange): void {
    this.#open.delete(exchange);
  }

  /** The state with every open exchange cancelled: this object if no exchange is open. */
  asCancelled(): ChatState {
    if (this.#open.size === 0) return this;
    const copy = new ChatState(this.tree.copy());
    copy.unsent.set(this.unsent.value);
    copy.usage.set(this.usage.value);
    copy.#lastId = this.#lastId;
    for (const exchange of this.#open) exchange.cancelIn(copy);
    return copy;
  }

  wait(turn: ChatMessage): void {
    this.#waiting = [...this.#waiting, turn];
  }

  stopWaiting({ id }: ChatMessage): void {
    this.#waiting = this.#waiting.filter((turn) => turn.id !== id);
  }

  /** Keeps turns of the user that the chat does not have, oldest first. */
  keepUnsent(turns: readonly ChatMessage[]): void {
    this.unsent.set([...this.unsent.value, ...turns].sort((a, b) => ageOf(a) - ageOf(b)));
  }

  /** Starts the counts of another request. */
  nextRequest(): void {
    this.#tally.nextRequest();
  }

  count(usageMetadata: GeminiUsage): void {
    this.usage.set(this.#tally.add({ text: '', usageMetadata: sanitizeUsage(usageMetadata) }).usageMetadata);
  }

  publish(): void {
    const { path } = this.tree;
    this.turns.set(this.#waiting.length === 0 ? path : [...path, ...this.#waiting]);
  }
}

/** Ids are given in order, and those of a restored chat come first. */
function ageOf({ id }: ChatMessage): number {
  return Number(/^turn-(\d+)$/.exec(id)?.[1] ?? 0);
}
