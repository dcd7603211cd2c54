import type { GeminiCandidate } from '../../chunk/response.js';
import type { GeminiGroundingChunk } from '../../chunk/responseMetadata.js';

/** A source of the answer, reported once. */
export interface SourcePiece {
  readonly type: 'source';
  /** The kind of the source: a search result of one of three kinds, or a quoted text. */
  readonly kind: 'web' | 'retrievedContext' | 'maps' | 'citation';
  readonly uri: string;
  readonly title: string | undefined;
}

/** Reads the sources of a reply; the server sends the whole list again and again. */
export class SourcePieces {
  readonly #uris = new Set<string>();

  /** Returns the new sources of candidate 0. */
  read({ groundingMetadata, citationMetadata }: GeminiCandidate): SourcePiece[] {
    const results = (groundingMetadata?.groundingChunks ?? []).flatMap(sourcesOf);
    const quoted = (citationMetadata?.citations ?? []).map((citation) => sourceOf('citation', citation));
    return [...results, ...quoted].filter((source): source is SourcePiece => {
      if (source.uri === undefined || this.#uris.has(source.uri)) return false;
      this.#uris.add(source.uri);
      return true;
    });
  }
}

interface Source {
  readonly uri?: string | undefined;
  readonly title?: string | undefined;
}

function sourcesOf(result: GeminiGroundingChunk) {
  return (['web', 'retrievedContext', 'maps'] as const).flatMap((kind) => {
    const source = result[kind];
    return source ? [sourceOf(kind, source)] : [];
  });
}

function sourceOf(kind: SourcePiece['kind'], { uri, title }: Source) {
  return { type: 'source' as const, kind, uri: uri === '' ? undefined : uri, title };
}
