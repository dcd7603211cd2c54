interface OpenCall {
  readonly id: string;
  readonly name: string;
}

/**
 * The ids of the calls in a conversation, each of which its result must repeat. `generateContent` sends and accepts
 * calls without ids, in the order of their results: such a call gets an id of its own.
 */
export class CallIds {
  /** The calls without a result so far. */
  readonly #open: OpenCall[] = [];
  #count = 0;

  /** Returns the id of a call. */
  ofCall(name: string, id: string | undefined): string {
    this.#count += 1;
    const call = { id: id ?? `call_${String(this.#count)}`, name };
    this.#open.push(call);
    return call.id;
  }

  /** Returns the id of the call that a result answers: the first open call of that name, unless the result has an id. */
  ofResult(name: string, id: string | undefined): string {
    const position = this.#open.findIndex((call) => (id === undefined ? call.name === name : call.id === id));
    const [call] = position < 0 ? [] : this.#open.splice(position, 1);
    return id ?? call?.id ?? '';
  }
}
