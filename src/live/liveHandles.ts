/** The sessions that a client can continue: those whose handle was sent. Shared by the connections of a server. */
export class LiveHandles {
  readonly #known = new Set<string>();

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
}
