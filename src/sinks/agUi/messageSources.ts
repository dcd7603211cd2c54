import { CitationList } from '../../chunk/citationList.js';
import type { GeminiChunk } from '../../chunk/geminiChunk.js';
import { mergeFields } from '../../chunk/mergeFields.js';
import { candidateOf } from '../../chunk/readers.js';
import type { Fields } from '../../rx/isObject.js';

/** Collects the sources of a reply of the model, for the metadata of its message. */
export class MessageSources {
  readonly #metadata: Fields = {};
  readonly #citations = new CitationList();
  /** The JSON of the sources that were taken last: the server sends them again and again. */
  #taken = '{}';

  append(chunk: GeminiChunk): void {
    const { groundingMetadata, urlContextMetadata, citationMetadata } = candidateOf(chunk) ?? {};
    mergeFields(this.#metadata, {
      ...(groundingMetadata && { groundingMetadata }),
      ...(urlContextMetadata && { urlContextMetadata }),
    });
    if (citationMetadata) this.#citations.append(citationMetadata);
  }

  /** Returns all sources so far; undefined if there is no new source since the last call. */
  take(): Fields | undefined {
    const { citations = [] } = this.#citations.snapshot();
    const sources = { ...this.#metadata, ...(citations.length > 0 && { citations }) };
    const json = JSON.stringify(sources);
    if (json === this.#taken) return undefined;
    this.#taken = json;
    return sources;
  }
}
