import type { Citation, CitationMetadata } from './wire.js';

/** Merges `citationMetadata`: the ordered union of the citations; of unknown fields the later wins. */
export class CitationList {
  #fields: object = {};
  /** The citations by their content, in the order in which they came. */
  readonly #citations = new Map<string, Citation>();

  append({ citations, ...fields }: CitationMetadata): void {
    this.#fields = { ...this.#fields, ...fields };
    for (const citation of citations ?? []) {
      const key = JSON.stringify(citation, Object.keys(citation).sort());
      if (!this.#citations.has(key)) this.#citations.set(key, citation);
    }
  }

  snapshot(): CitationMetadata {
    return { ...this.#fields, citations: [...this.#citations.values()] };
  }
}
