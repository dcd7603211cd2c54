import type { GeminiCandidate, GeminiCitation } from '../chunk/response.js';
import type { GeminiGroundingChunk, GeminiGroundingSupport } from '../chunk/responseMetadata.js';
import type { InteractionAnnotation } from './interactionStep.js';

/** The part of a candidate that lists the sources of an answer. */
export type CandidateSources = Pick<GeminiCandidate, 'citationMetadata' | 'groundingMetadata'>;

/**
 * The sources that the annotations of an interaction's texts name, as citations and as grounding metadata. Byte offsets
 * stay as the server counts them.
 *
 * In a merge the later grounding metadata replace the earlier ones, so they must list all sources so far, and copying a
 * long list for each annotation would cost more and more. Citations are therefore emitted as they arrive; the list of
 * all sources is emitted when it has grown by a quarter, and once more at the end, so that the cost of a source is
 * constant. A reply that breaks off has all its citations, and at least four fifths of its grounding metadata.
 */
export class SourceList {
  readonly #chunks: GeminiGroundingChunk[] = [];
  readonly #supports: GeminiGroundingSupport[] = [];
  /** The positions in `#chunks` of the sources that have been seen. */
  readonly #positions = new Map<string, number>();
  /** The number of supports in the grounding metadata that were emitted last. */
  #emitted = 0;

  /** Adds annotations; returns the fields of a candidate that report them, undefined if none of them is a source. */
  add(annotations: readonly InteractionAnnotation[]): CandidateSources | undefined {
    const citations: GeminiCitation[] = [];
    for (const annotation of annotations) {
      const source = sourceOf(annotation);
      if (!source) continue;
      const range = rangeOf(annotation);
      citations.push({ ...range, ...source.citation });
      this.#supports.push({ segment: range, groundingChunkIndices: [this.#positionOf(source)] });
    }
    if (citations.length === 0) return undefined;
    const isDue = this.#supports.length >= this.#emitted * 1.25;
    return { citationMetadata: { citations }, ...(isDue && this.#all()) };
  }

  /** Returns all sources if some have not been emitted in grounding metadata. */
  rest(): CandidateSources | undefined {
    return this.#supports.length > this.#emitted ? this.#all() : undefined;
  }

  #all(): CandidateSources {
    this.#emitted = this.#supports.length;
    return {
      groundingMetadata: { groundingChunks: this.#chunks.slice(), groundingSupports: this.#supports.slice() },
    };
  }

  #positionOf({ chunk }: Source): number {
    const key = JSON.stringify(chunk);
    const known = this.#positions.get(key);
    if (known !== undefined) return known;
    this.#positions.set(key, this.#chunks.length);
    return this.#chunks.push(chunk) - 1;
  }
}

interface Source {
  readonly citation: GeminiCitation;
  readonly chunk: GeminiGroundingChunk;
}

/** The source that an annotation names; undefined for annotations that name no source, such as the speaker of a text. */
function sourceOf(annotation: InteractionAnnotation): Source | undefined {
  switch (annotation.type) {
    case 'url_citation': {
      const citation = citationOf(annotation.url, annotation.title);
      return { citation, chunk: { web: citation } };
    }
    case 'file_citation': {
      const citation = citationOf(annotation.document_uri, annotation.file_name);
      return { citation, chunk: { retrievedContext: citation } };
    }
    case 'place_citation': {
      const citation = citationOf(annotation.url, annotation.name);
      const { place_id: placeId } = annotation;
      return { citation, chunk: { maps: { ...citation, ...(placeId !== undefined && { placeId }) } } };
    }
    default:
      return undefined;
  }
}

function citationOf(uri: string | undefined, title: string | undefined): Pick<GeminiCitation, 'uri' | 'title'> {
  return { ...(uri !== undefined && { uri }), ...(title !== undefined && { title }) };
}

function rangeOf({
  start_index: startIndex,
  end_index: endIndex,
}: InteractionAnnotation): Pick<GeminiCitation, 'startIndex' | 'endIndex'> {
  return { ...(startIndex !== undefined && { startIndex }), ...(endIndex !== undefined && { endIndex }) };
}
