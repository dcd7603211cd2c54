import type { Turn } from './turn.js';

/** The place above the first turns. */
export type Place = string | undefined;

/** The turns of a chat with all their branches; of the branches at each place one is selected. */
export class TurnTree {
  readonly #turns = new Map<string, Turn>();
  readonly #parents = new Map<string, Place>();
  readonly #children = new Map<Place, string[]>();
  readonly #selected = new Map<Place, string>();
  #path: readonly Turn[] | undefined;

  /** The turns from the first to the last along the selected branches. The same list until something changes. */
  get path(): readonly Turn[] {
    return (this.#path ??= this.#follow());
  }

  /** All turns, parents first. */
  get all(): readonly Turn[] {
    return [...this.#turns.values()];
  }

  get(id: string): Turn | undefined {
    return this.#turns.get(id);
  }

  parentOf(id: string): Place {
    return this.#parents.get(id);
  }

  selectedAt(place: Place): string | undefined {
    return this.#selected.get(place);
  }

  /** The turns from the first to this one. */
  pathTo(place: Place): Turn[] {
    const path: Turn[] = [];
    for (let turn = this.#at(place); turn; turn = this.#at(this.#parents.get(turn.id))) path.push(turn);
    return path.reverse();
  }

  /** The branches at a turn's place, oldest first, itself among them. */
  branches(id: string): Turn[] {
    return this.#turns.has(id) ? this.after(this.#parents.get(id)) : [];
  }

  /** The branches below a place. */
  after(place: Place): Turn[] {
    return (this.#children.get(place) ?? []).flatMap((id) => this.#turns.get(id) ?? []);
  }

  /** Adds a turn as the last branch at a place; it is on the path once it is selected. */
  add(turn: Turn, parent: Place): void {
    this.#turns.set(turn.id, turn);
    this.#parents.set(turn.id, parent);
    this.#children.set(parent, [...(this.#children.get(parent) ?? []), turn.id]);
  }

  replace(turn: Turn): void {
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
    const siblings = this.#children.get(parent) ?? [];
    this.#children.set(
      parent,
      siblings.filter((sibling) => sibling !== id),
    );
    if (this.#selected.get(parent) === id) this.selectAt(parent, instead);
    this.#forget(id);
    this.#path = undefined;
  }

  #forget(id: string): void {
    for (const child of this.#children.get(id) ?? []) this.#forget(child);
    this.#turns.delete(id);
    this.#parents.delete(id);
    this.#children.delete(id);
    this.#selected.delete(id);
  }

  #follow(): Turn[] {
    const path: Turn[] = [];
    const next = (place: Place) => this.#at(this.#selected.get(place));
    for (let turn = next(undefined); turn; turn = next(turn.id)) path.push(turn);
    return path;
  }

  #at(place: Place): Turn | undefined {
    return place === undefined ? undefined : this.#turns.get(place);
  }
}
