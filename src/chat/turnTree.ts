import type { ChatMessage } from './chatMessage.js';

/** The place above the first turns. */
export type Place = string | undefined;

/** The turns of a chat with all their branches; of the branches at each place one is selected. */
export class TurnTree {
  #turns = new Map<string, ChatMessage>();
  #parents = new Map<string, Place>();
  /** Sets, so that the ten thousandth branch costs as much as the second. */
  #children = new Map<Place, Set<string>>();
  #selected = new Map<Place, string>();
  #path: readonly ChatMessage[] | undefined;

  /** The turns from the first to the last along the selected branches. The same list until something changes. */
  get path(): readonly ChatMessage[] {
    return (this.#path ??= this.#follow());
  }

  /** All turns, parents first. */
  get all(): readonly ChatMessage[] {
    return [...this.#turns.values()];
  }

  copy(): TurnTree {
    const copy = new TurnTree();
    copy.#turns = new Map(this.#turns);
    copy.#parents = new Map(this.#parents);
    copy.#children = new Map([...this.#children].map(([place, ids]) => [place, new Set(ids)]));
    copy.#selected = new Map(this.#selected);
    return copy;
  }

  get(id: string): ChatMessage | undefined {
    return this.#turns.get(id);
  }

  parentOf(id: string): Place {
    return this.#parents.get(id);
  }

  selectedAt(place: Place): string | undefined {
    return this.#selected.get(place);
  }

  /** The turns from the first to this one. */
  pathTo(place: Place): ChatMessage[] {
    const path: ChatMessage[] = [];
    for (let turn = this.#at(place); turn; turn = this.#at(this.#parents.get(turn.id))) path.push(turn);
    return path.reverse();
  }

  /** The branches at a turn's place, oldest first, itself among them. */
  branches(id: string): ChatMessage[] {
    return this.#turns.has(id) ? this.after(this.#parents.get(id)) : [];
  }

  /** The branches below a place. */
  after(place: Place): ChatMessage[] {
    return [...(this.#children.get(place) ?? [])].flatMap((id) => this.#turns.get(id) ?? []);
  }

  /** Adds a turn as the last branch at a place; it is on the path once it is selected. */
  add(turn: ChatMessage, parent: Place): void {
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
  selectAt(place: Place, id: string | undefined): void {
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
    const next = (place: Place) => this.#at(this.#selected.get(place));
    for (let turn = next(undefined); turn; turn = next(turn.id)) path.push(turn);
    return path;
  }

  #at(place: Place): ChatMessage | undefined {
    return place === undefined ? undefined : this.#turns.get(place);
  }
}
