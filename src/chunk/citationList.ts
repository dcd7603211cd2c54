import type { GeminiCitation, GeminiCitationMetadata } from './response.js';

/** Merges `citationMetadata`: the ordered union of the citations; of unknown fields the later wins. */
export class CitationList {
  #fields: object = {};
  /** The citations by their content, in the order in which they came. */
  readonly #citations = new Map<unknown, GeminiCitation>();

  append({ citations, ...fields }: GeminiCitationMetadata): void {
    this.#fields = { ...this.#fields, ...fields };
    for (const citation of citations ?? []) {
      this.#citations.set(spelled(citation), citation);
    }
  }

  snapshot(): GeminiCitationMetadata {
    return { ...this.#fields, citations: [...this.#citations.values()] };
  }
}

/** A citation's content as a text. One that has no JSON (nested too deep, a cycle) counts as unique. */
function spelled(citation: GeminiCitation): unknown {
  try {
    return JSON.stringify(citation, sorted);
  } catch {
    return citation;
  }
}

/** A replacer for `JSON.stringify`: equal data are spelled alike, whatever the order of their fields. */
function sorted(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
