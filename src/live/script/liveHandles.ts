/**
 * The handles that a server has sent, with which a client can continue a session, and the ids of its calls. Shared by
 * the connections of a server, so that no two are equal.
 */
export class LiveHandles {
  readonly #known = new Set<string>();
  #calls = 0;

  /** Makes the next handle. */
  next(): string {
    return this.add(`session-handle-${String(this.#known.size + 1)}`);
  }

  /** Adds a handle that a script sends. */
  add(handle: string): string {
    this.#known.add(handle);
    return handle;
  }

  /** Whether a session with this handle can continue. */
  has(handle: string): boolean {
    return this.#known.has(handle);
  }

  /** Makes the id of a call. */
  newCallId(): string {
    this.#calls += 1;
    return `function-call-${String(this.#calls)}`;
  }
}
