interface Place<T> {
  readonly item: T;
  before: Place<T> | undefined;
  after: Place<T> | undefined;
}

/** A queue that any of its items can leave at a constant cost. */
export class WaitingLine<T> {
  readonly #places = new Map<T, Place<T>>();
  #first: Place<T> | undefined;
  #last: Place<T> | undefined;

  get size(): number {
    return this.#places.size;
  }

  push(item: T): void {
    const place: Place<T> = { item, before: this.#last, after: undefined };
    if (this.#last) this.#last.after = place;
    else this.#first = place;
    this.#last = place;
    this.#places.set(item, place);
  }

  delete(item: T): void {
    const place = this.#places.get(item);
    if (!place) return;
    this.#places.delete(item);
    const { before, after } = place;
    if (before) before.after = after;
    else this.#first = after;
    if (after) after.before = before;
    else this.#last = before;
  }

  shift(): T | undefined {
    const item = this.#first?.item;
    if (item !== undefined) this.delete(item);
    return item;
  }

  /** The next items, at most `count`. */
  first(count: number): T[] {
    const items: T[] = [];
    for (let place = this.#first; place && items.length < count; place = place.after) items.push(place.item);
    return items;
  }
}
