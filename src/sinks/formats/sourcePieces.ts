import type { GeminiCandidate } from '../../chunk/response.js';
import { isObject } from '../../rx/isObject.js';

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

  /** Returns the new sources of candidate 0. Metadata is passed on as it came, so that its fields may have any value. */
  read({ groundingMetadata, citationMetadata }: GeminiCandidate): SourcePiece[] {
    const results = listOrNone(groundingMetadata?.groundingChunks).flatMap(sourcesOf);
    const quoted = listOrNone(citationMetadata?.citations).flatMap((citation) => sourcePiece('citation', citation));
    return [...results, ...quoted].filter(({ uri }) => {
      const isNew = !this.#uris.has(uri);
      this.#uris.add(uri);
      return isNew;
    });
  }
}

function listOrNone(list: unknown): readonly unknown[] {
  return Array.isArray(list) ? list : [];
}

function sourcesOf(result: unknown): SourcePiece[] {
  if (!isObject(result)) return [];
  return (['web', 'retrievedContext', 'maps'] as const).flatMap((kind) => sourcePiece(kind, result[kind]));
}

function sourcePiece(kind: SourcePiece['kind'], source: unknown): SourcePiece[] {
  const { uri, title } = isObject(source) ? source : {};
  if (typeof uri !== 'string' || uri === '') return [];
  return [{ type: 'source', kind, uri, title: typeof title === 'string' ? title : undefined }];
}
