import type { ChatMessage } from './chatMessage.js';

/** The id of the message that another message follows; undefined for a first message. */
export type ParentId = string | undefined;

/** The messages of a chat with all their branches. Below each message, and above the first, one branch is selected. */
export class MessageTree {
  #messages = new Map<string, ChatMessage>();
  #parents = new Map<string, ParentId>();
  /** The branches below each message, in sets, so that the cost of a branch does not grow with their number. */
  #children = new Map<ParentId, Set<string>>();
  #selected = new Map<ParentId, string>();
  #path: readonly ChatMessage[] | undefined;

  /** The messages from the first to the last along the selected branches; the same list until the tree changes. */
  get path(): readonly ChatMessage[] {
    return (this.#path ??= this.#selectedPath());
  }

  /** All messages, parents first. */
  get all(): readonly ChatMessage[] {
    return [...this.#messages.values()];
  }

  copy(): MessageTree {
    const copy = new MessageTree();
    copy.#messages = new Map(this.#messages);
    copy.#parents = new Map(this.#parents);
    copy.#children = new Map([...this.#children].map(([parentId, ids]) => [parentId, new Set(ids)]));
    copy.#selected = new Map(this.#selected);
    return copy;
  }

  get(id: string): ChatMessage | undefined {
    return this.#messages.get(id);
  }

  parentOf(id: string): ParentId {
    return this.#parents.get(id);
  }

  /** The id of the branch that is selected below a message. */
  selectedAt(parentId: ParentId): string | undefined {
    return this.#selected.get(parentId);
  }

  /** The messages from the first to this one. */
  pathTo(id: string | undefined): ChatMessage[] {
    const path: ChatMessage[] = [];
    for (let at = this.#find(id); at; at = this.#find(this.#parents.get(at.id))) path.push(at);
    return path.reverse();
  }

  /** The message and its alternatives, oldest first; empty for an unknown id. */
  branches(id: string): ChatMessage[] {
    return this.#messages.has(id) ? this.childrenOf(this.#parents.get(id)) : [];
  }

  /** The branches below a message, oldest first. */
  childrenOf(parentId: ParentId): ChatMessage[] {
    return [...(this.#children.get(parentId) ?? [])].flatMap((id) => this.#messages.get(id) ?? []);
  }

  /** Adds a message as the last branch below another message; the message is on the path once it is selected. */
  add(message: ChatMessage, parentId: ParentId): void {
    this.#messages.set(message.id, message);
    this.#parents.set(message.id, parentId);
    const siblings = this.#children.get(parentId) ?? new Set();
    this.#children.set(parentId, siblings.add(message.id));
  }

  replace(message: ChatMessage): void {
    this.#messages.set(message.id, message);
    const index = this.path.findLastIndex(({ id }) => id === message.id);
    if (index >= 0) this.#path = this.path.with(index, message);
  }

  /** Selects one of the branches below a message; without an id, the path ends there. */
  selectAt(parentId: ParentId, id: string | undefined): void {
    if (id !== undefined && this.#messages.has(id)) this.#selected.set(parentId, id);
    else this.#selected.delete(parentId);
    this.#path = undefined;
  }

  /**
   * Selects the branches that lead to a message; below the message, the branches that were selected last stay selected.
   */
  select(id: string): void {
    for (const message of this.pathTo(id)) this.selectAt(this.#parents.get(message.id), message.id);
  }

  /**
   * Removes a message and all messages that follow it; if the message was selected, selects its alternative
   * `insteadId`.
   */
  remove(id: string, insteadId: string | undefined): void {
    const parentId = this.#parents.get(id);
    this.#children.get(parentId)?.delete(id);
    if (this.#selected.get(parentId) === id) this.selectAt(parentId, insteadId);
    // The list grows during the loop; no recursion, because a long chat is deeper than a stack.
    const removed = [id];
    for (const message of removed) {
      for (const child of this.#children.get(message) ?? []) removed.push(child);
      this.#messages.delete(message);
      this.#parents.delete(message);
      this.#children.delete(message);
      this.#selected.delete(message);
    }
    this.#path = undefined;
  }

  #selectedPath(): ChatMessage[] {
    const path: ChatMessage[] = [];
    const next = (id: ParentId) => this.#find(this.#selected.get(id));
    for (let at = next(undefined); at; at = next(at.id)) path.push(at);
    return path;
  }

  #find(id: string | undefined): ChatMessage | undefined {
    return id === undefined ? undefined : this.#messages.get(id);
  }
}
