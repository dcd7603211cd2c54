/**
 * Merges `logprobsResult`s: parallel lists with an entry per token are concatenated; of another field the later value
 * wins.
 */
export class LogprobsList {
  #fields: object = {};
  readonly #lists = new Map<string, unknown[]>();

  append(result: object): void {
    this.#fields = { ...this.#fields, ...result };
    for (const [field, list] of Object.entries(result)) {
      if (!Array.isArray(list)) continue;
      const merged = this.#lists.get(field) ?? [];
      for (const entry of list as unknown[]) merged.push(entry);
      this.#lists.set(field, merged);
    }
  }

  snapshot(): object {
    const lists = [...this.#lists].map(([field, list]) => [field, list.slice()] as const);
    return { ...this.#fields, ...Object.fromEntries(lists) };
  }
}
