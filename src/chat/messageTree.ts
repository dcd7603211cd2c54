import type { ChatMessage } from './chatMessage.js';

/** The place above the first turns. */
export type ParentId = string | undefined;

/** The turns of a chat with all their branches; of the branches at each place one is selected. */
export class MessageTree {
  #turns = new Map<string, ChatMessage>();
  #parents = new Map<string, ParentId>();
  /** Sets, so that the ten thousandth branch costs as much as the second. */
  #children = new Map<ParentId, Set<string>>();
  #selected = new Map<ParentId, string>();
  #path: readonly ChatMessage[] | undefined;

  /** The turns from the first to the last along the selected branches. The same list until something changes. */
  get path(): readonly ChatMessage[] {
    return (this.#path ??= this.#follow());
  }

  /** All turns, parents first. */
  get all(): readonly ChatMessage[] {
    return [...this.#turns.values()];
  }

  copy(): MessageTree {
    const copy = new MessageTree();
    copy.#turns = new Map(this.#turns);
    copy.#parents = new Map(this.#parents);
    copy.#children = new Map([...this.#children].map(([place, ids]) => [place, new Set(ids)]));
    copy.#selected = new Map(this.#selected);
    return copy;
  }

  get(id: string): ChatMessage | undefined {
    return this.#turns.get(id);
  }

  parentOf(id: string): ParentId {
    return this.#parents.get(id);
  }

  selectedAt(place: ParentId): string | undefined {
    return this.#selected.get(place);
  }

  /** The turns from the first to this one. */
  pathTo(place: ParentId): ChatMessage[] {
    const path: ChatMessage[] = [];
    for (let turn = this.#at(place); turn; turn = this.#at(this.#parents.get(turn.id))) path.push(turn);
    return path.reverse();
  }

  /** The branches at a turn's place, oldest first, itself among them. */
  branches(id: string): ChatMessage[] {
    return this.#turns.has(id) ? this.childrenOf(this.#parents.get(id)) : [];
  }

  /** The branches below a place. */
  childrenOf(place: ParentId): ChatMessage[] {
    return [...(this.#children.get(place) ?? [])].flatMap((id) => this.#turns.get(id) ?? []);
  }

  /** Adds a turn as the last branch at a place; it is on the path once it is selected. */
  add(turn: ChatMessage, parent: ParentId): void {
    this.#turns.set(turn.id, turn);
    this.#parents.set(turn.id, parent);
    const siblings = this.#children.get(parent) ?? new Set();
    this.#children.set(parent, siblings.add(turn.id));
  }

  replace(turn: ChatMessage): void {
    this.#turns.set(turn.id, turn);
    const index = this.path.findLastIndex(({ id }) => id === turn.id);
    if (index >= 0) this.#path = this.path.with(index, turn);
  }

  /** Selects one of the branches at a place; none is the end of the path. */
  selectAt(place: ParentId, id: string | undefined): void {
    if (id !== undefined && this.#turns.has(id)) this.#selected.set(place, id);
    else this.#selected.delete(place);
    this.#path = undefined;
  }

  /** Selects the branches that lead to a turn; below it, those that were selected last. */
  select(id: string): void {
    for (const turn of this.pathTo(id)) this.selectAt(this.#parents.get(turn.id), turn.id);
  }

  /** Takes a turn out with all that follows it; `instead` is then selected in its place. */
  remove(id: string, instead: string | undefined): void {
    const parent = this.#parents.get(id);
    this.#children.get(parent)?.delete(id);
    if (this.#selected.get(parent) === id) this.selectAt(parent, instead);
    // The list grows while it is gone through: a long chat is deeper than a stack.
    const gone = [id];
    for (const turn of gone) {
      for (const child of this.#children.get(turn) ?? []) gone.push(child);
      this.#turns.delete(turn);
      this.#parents.delete(turn);
      this.#children.delete(turn);
      this.#selected.delete(turn);
    }
    this.#path = undefined;
  }

  #follow(): ChatMessage[] {
    const path: ChatMessage[] = [];
    const next = (place: ParentId) => this.#at(this.#selected.get(place));
    for (let turn = next(undefined); turn; turn = next(turn.id)) path.push(turn);
    return path;
  }

  #at(place: ParentId): ChatMessage | undefined {
    return place === undefined ? undefined : this.#turns.get(place);
  }
}
