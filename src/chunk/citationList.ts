import type { Citation, CitationMetadata } from './wire.js';

/** Merges `citationMetadata`: the ordered union of the citations; of unknown fields the later wins. */
export class CitationList {
  #fields: object = {};
  /** The citations by their content, in the order in which they came. */
  readonly #citations = new Map<string, Citation>();

  append({ citations, ...fields }: CitationMetadata): void {
    this.#fields = { ...this.#fields, ...fields };
    for (const citation of citations ?? []) {
      this.#citations.set(JSON.stringify(citation, sorted), citation);
    }
  }

  snapshot(): CitationMetadata {
    return { ...this.#fields, citations: [...this.#citations.values()] };
  }
}

/** A replacer for `JSON.stringify`: equal data are spelled alike, whatever the order of their fields. */
function sorted(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
