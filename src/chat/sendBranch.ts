import type { ChatMessage } from './chatMessage.js';
import type { MessageTree, ParentId } from './messageTree.js';

/** The messages that one send adds to the tree: a branch below the message that the send follows. */
export class SendBranch {
  readonly #tree: MessageTree;
  readonly #parentId: ParentId;
  /** The branch that was selected before this branch. */
  readonly #previousId: string | undefined;
  #firstId: string | undefined;
  #last: ChatMessage | undefined;
  #isSelected: boolean;

  /** @param isRegenerated - Whether the previous branch stays selected until {@link SendBranch.select}. */
  constructor(tree: MessageTree, parentId: ParentId, isRegenerated: boolean) {
    this.#tree = tree;
    this.#parentId = parentId;
    this.#previousId = tree.selectedAt(parentId);
    this.#isSelected = !isRegenerated || this.#previousId === undefined;
  }

  /** The newest message: the one that is being written. */
  get last(): ChatMessage | undefined {
    return this.#last;
  }

  /** Whether the branch is shown. */
  get isSelected(): boolean {
    return this.#isSelected;
  }

  /** The messages from the first of the chat to the newest of this branch. */
  get path(): readonly ChatMessage[] {
    return this.#tree.pathTo(this.#last?.id ?? this.#parentId);
  }

  add(message: ChatMessage): void {
    const parentId = this.#last?.id ?? this.#parentId;
    this.#firstId ??= message.id;
    this.#last = message;
    this.#tree.add(message, parentId);
    if (this.#isSelected || this.#firstId !== message.id) this.#tree.selectAt(parentId, message.id);
  }

  updateLast(change: (message: ChatMessage) => ChatMessage): void {
    if (!this.#last) return;
    this.#last = change(this.#last);
    this.#tree.replace(this.#last);
  }

  select(): void {
    if (this.#isSelected) return;
    this.#isSelected = true;
    this.#tree.selectAt(this.#parentId, this.#firstId);
  }

  /** Removes the branch from `tree`, which may be a copy; the previous branch is selected again. */
  removeFrom(tree: MessageTree): void {
    if (this.#firstId !== undefined) tree.remove(this.#firstId, this.#previousId);
  }
}
