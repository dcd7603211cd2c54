import { listOrNone, namedSource, sourceOfResult, type NamedSource } from '../../chunk/namedSource.js';
import type { GeminiCandidate } from '../../chunk/response.js';

/** A source of the answer, reported once. */
export interface SourcePiece {
  readonly type: 'source';
  /** The kind of the source: a search result of one of four kinds, or a quoted text. */
  readonly kind: 'web' | 'retrievedContext' | 'maps' | 'image' | 'citation';
  readonly uri: string;
  readonly title: string | undefined;
}

/** Reads the sources of a reply; the server sends the whole list again and again. */
export class SourcePieces {
  readonly #uris = new Set<string>();

  /** Returns the new sources of candidate 0. Metadata is passed on as it came, so that its fields may have any value. */
  read({ groundingMetadata, citationMetadata }: GeminiCandidate): SourcePiece[] {
    const results = listOrNone(groundingMetadata?.groundingChunks).flatMap((result) => {
      const found = sourceOfResult(result);
      return found ? sourcePiece(found.kind, found.source) : [];
    });
    const quoted = listOrNone(citationMetadata?.citations).flatMap((citation) =>
      sourcePiece('citation', namedSource(citation)),
    );
    return [...results, ...quoted].filter(({ uri }) => {
      const isNew = !this.#uris.has(uri);
      this.#uris.add(uri);
      return isNew;
    });
  }
}

function sourcePiece(kind: SourcePiece['kind'], source: NamedSource | undefined): SourcePiece[] {
  if (source?.uri === undefined) return [];
  return [{ type: 'source', kind, uri: source.uri, title: source.title }];
}
