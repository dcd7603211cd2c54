interface Place<T> {
  readonly item: T;
  before: Place<T> | undefined;
  after: Place<T> | undefined;
}

/**
 * A queue in the order of `order`. Removes any item, and adds an item with the highest `order`, at a constant cost;
 * adding another item costs a step for each item behind it.
 */
export class OrderedQueue<T extends { readonly order: number }> {
  readonly #places = new Map<T, Place<T>>();
  #first: Place<T> | undefined;
  #last: Place<T> | undefined;

  get size(): number {
    return this.#places.size;
  }

  get first(): T | undefined {
    return this.#first?.item;
  }

  add(item: T): void {
    let before = this.#last;
    while (before && before.item.order > item.order) before = before.before;
    const after = before ? before.after : this.#first;
    const place: Place<T> = { item, before, after };
    if (before) before.after = place;
    else this.#first = place;
    if (after) after.before = place;
    else this.#last = place;
    this.#places.set(item, place);
  }

  /** Returns whether the item was in the queue. */
  delete(item: T): boolean {
    const place = this.#places.get(item);
    if (!place) return false;
    this.#places.delete(item);
    const { before, after } = place;
    if (before) before.after = after;
    else this.#first = after;
    if (after) after.before = before;
    else this.#last = before;
    return true;
  }

  /** The first item that has a property. */
  find(predicate: (item: T) => boolean): T | undefined {
    let place = this.#first;
    while (place && !predicate(place.item)) place = place.after;
    return place?.item;
  }

  /** The first items, at most `count`. */
  take(count: number): T[] {
    const items: T[] = [];
    for (let place = this.#first; place && items.length < count; place = place.after) items.push(place.item);
    return items;
  }
}
