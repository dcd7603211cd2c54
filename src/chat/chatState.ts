import { UsageTally } from '../chunk/usageTally.js';
import type { GeminiUsage } from '../chunk/response.js';
import type { ChatMessage } from './chatMessage.js';
import { sanitizeUsage } from './contentValidators.js';
import { MessageTree } from './messageTree.js';
import { StateSubject } from './stateSubject.js';

/**
 * The status of a chat: `idle`; `waiting` until the first content of an answer; `streaming`; or `calling` while tools
 * run.
 *
 * @public
 */
export type ChatStatus = 'idle' | 'waiting' | 'streaming' | 'calling';

/** A send that has not ended, for the state. */
export interface OpenTransaction {
  /** Cancels the send in a copy of the state. */
  cancelIn(copy: ChatState): void;
}

/** The state of a chat. Code that changes the tree or the queued messages calls `publish` at the end. */
export class ChatState {
  readonly tree: MessageTree;
  readonly messages = new StateSubject<readonly ChatMessage[]>([]);
  readonly status = new StateSubject<ChatStatus>('idle');
  readonly usage = new StateSubject<GeminiUsage>({});
  readonly unsent = new StateSubject<readonly ChatMessage[]>([]);
  /** The user's messages that are shown while they are queued; not in the tree yet. */
  #queued: readonly ChatMessage[] = [];
  /** The sends that have not ended, oldest first. */
  readonly #transactions = new Set<OpenTransaction>();
  readonly #tally = new UsageTally();
  #lastId = 0;

  constructor(tree = new MessageTree()) {
    this.tree = tree;
  }

  /** The number of assigned ids. */
  get lastId(): number {
    return this.#lastId;
  }

  newId(): string {
    this.#lastId += 1;
    return `message-${this.#lastId}`;
  }

  /** Continues the ids of another chat. */
  continueIds(lastId: number): void {
    this.#lastId = lastId;
  }

  addTransaction(transaction: OpenTransaction): void {
    this.#transactions.add(transaction);
  }

  removeTransaction(transaction: OpenTransaction): void {
    this.#transactions.delete(transaction);
  }

  /** The state with every open send cancelled; this object if no send is open. */
  asCancelled(): ChatState {
    if (this.#transactions.size === 0) return this;
    const copy = new ChatState(this.tree.copy());
    copy.unsent.set(this.unsent.value);
    copy.usage.set(this.usage.value);
    copy.#lastId = this.#lastId;
    for (const transaction of this.#transactions) transaction.cancelIn(copy);
    return copy;
  }

  showQueued(message: ChatMessage): void {
    this.#queued = [...this.#queued, message];
  }

  hideQueued({ id }: ChatMessage): void {
    this.#queued = this.#queued.filter((message) => message.id !== id);
  }

  /** Adds the user's messages that are not in the tree to `unsent$`, oldest first. */
  keepUnsent(messages: readonly ChatMessage[]): void {
    this.unsent.set([...this.unsent.value, ...messages].sort((a, b) => messageNumber(a.id) - messageNumber(b.id)));
  }

  /** Starts the token counts of another request. */
  nextRequest(): void {
    this.#tally.nextRequest();
  }

  countUsage(usageMetadata: GeminiUsage): void {
    this.usage.set(this.#tally.add({ text: '', usageMetadata: sanitizeUsage(usageMetadata) }).usageMetadata);
  }

  publish(): void {
    const { path } = this.tree;
    this.messages.set(this.#queued.length === 0 ? path : [...path, ...this.#queued]);
  }
}

/** The number in an id; 0 for an id of another form. Later ids have greater numbers. Version 1 has `turn-N`. */
export function messageNumber(id: string): number {
  return Number(/^(?:message|turn)-(\d+)$/.exec(id)?.[1] ?? 0);
}
