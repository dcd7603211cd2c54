import type { Fields } from '../rx/isObject.js';
import type { GeminiCitation, GeminiCitationMetadata } from './response.js';

/** Merges `citationMetadata`: the ordered union of the citations; of an unknown field the later value wins. */
export class CitationList {
  #fields: object = {};
  /** The citations by their content, in the order of their arrival. */
  readonly #citations = new Map<unknown, GeminiCitation>();

  append({ citations, ...fields }: GeminiCitationMetadata): void {
    this.#fields = { ...this.#fields, ...fields };
    for (const citation of citations ?? []) {
      this.#citations.set(keyOfCitation(citation), citation);
    }
  }

  snapshot(): GeminiCitationMetadata {
    return { ...this.#fields, citations: [...this.#citations.values()] };
  }
}

/** The content of a citation as a key. A citation without a JSON form (nested too deep, a cycle) counts as unique. */
function keyOfCitation(citation: GeminiCitation): unknown {
  try {
    return JSON.stringify(citation, sortFields);
  } catch {
    return citation;
  }
}

/** A replacer for `JSON.stringify` that sorts fields, so that equal data have equal texts. */
function sortFields(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const sorted = Object.keys(value).sort();
  return Object.fromEntries(sorted.map((field) => [field, (value as Fields)[field]]));
}
