import { isObject } from '../rx/isObject.js';
import { listOrNone, namedSource, sourceOfResult, type NamedSource } from './namedSource.js';
import { candidateOf, partsOf, textOf } from './readers.js';
import type { GeminiCandidate, GeminiResponse } from './response.js';
import { segmentPlaces, type TextPlace } from './segmentPlaces.js';

/** The fields of every {@link ReplySource}. @public */
export interface ReplySourceFields {
  /** The number of the source, from 1, in the order of this list; every entry of one source has the same number. */
  readonly number: number;
  /** The title of the source; absent if the server sent no title. */
  readonly title?: string | undefined;
  /** The URL of the source; absent if the server sent no URL, as for a document of a retrieval. */
  readonly uri?: string | undefined;
}

/** A source of an answer, with or without the passage that it supports. @public */
export type ReplySource =
  | (ReplySourceFields & {
      /** The start of the passage in the answer text, in UTF-16 units, for `text.slice(start, end)`. */
      readonly start: number;
      /** The end of the passage, exclusive, in UTF-16 units. */
      readonly end: number;
    })
  | (ReplySourceFields & { readonly start?: undefined; readonly end?: undefined });

/**
 * Returns the sources of an answer, each with the passage of the answer text that it supports: grounding (web,
 * documents, Google Maps, images), citations, and pages that the model read.
 *
 * The server counts bytes of UTF-8; `start` and `end` are indices of the JavaScript string `text`, and never split a
 * surrogate pair. A passage whose bytes do not point at its text is searched for. The result has one entry for each
 * source and passage, in the order of the text; a source without a passage, or with one that cannot be found, follows
 * at the end without `start` and `end`. Two results with the same URL are one source; without a URL, with the same title.
 *
 * Read the whole reply, such as a snapshot or the final response: the server sends its sources with the last chunks.
 * Takes time linear in the text and in the sources.
 *
 * @param response - A snapshot, a final response, a chunk or the SDK's response.
 * @param index - The index of the candidate. Default: 0.
 * @returns The sources; an empty array if the candidate has no sources.
 * @throws TypeError - If the argument is not a response.
 * @see {@link citedText} for the text with its markers; {@link citationsOf} for the citations as the server sent them.
 * @example
 * ```ts
 * const grounding = {
 *   groundingChunks: [{ web: { title: 'who.int', uri: 'https://who.int/coffee' } }],
 *   groundingSupports: [{ segment: { endIndex: 29 }, groundingChunkIndices: [0] }],
 * };
 * const content = { parts: [{ text: 'Café crème is safe to drink. Enjoy!' }] };
 * const reply = toChunk({ candidates: [{ content, groundingMetadata: grounding }] });
 * for (const { number, title, start, end } of sourcesOf(reply)) {
 *   console.log(`[${number}] ${title}: ${reply.text.slice(start, end)}`); // [1] who.int: Café crème is safe to drink
 * }
 * ```
 * @public
 */
export function sourcesOf(response: GeminiResponse, index = 0): ReplySource[] {
  const candidate = candidateOf(response, index);
  if (!candidate) return [];
  const mentions = mentionsIn(candidate);
  if (mentions.length === 0) return [];
  const segments = mentions.map(({ segment }) => segment);
  const places = segmentPlaces(partsOf(response, index), textOf(response, index), segments);

  const sources = new Map<string, SourceEntries>();
  mentions.forEach(({ named }, position) => {
    for (const { title, uri } of named) {
      const key = uri === undefined ? `title ${title ?? ''}` : `uri ${uri}`;
      const source = sources.get(key) ?? { title, uri, places: new Map<string, TextPlace>() };
      sources.set(key, source);
      source.title ??= title;
      const place = places[position];
      if (place) source.places.set(`${place.start} ${place.end}`, place);
    }
  });
  return numbered([...sources.values()]);
}

/** A source with all its passages, by their texts. */
interface SourceEntries {
  title: string | undefined;
  readonly uri: string | undefined;
  readonly places: Map<string, TextPlace>;
}

/** A segment of the answer and the sources that it names; or sources alone. */
interface Mention {
  readonly segment?: unknown;
  readonly named: readonly NamedSource[];
}

function mentionsIn({ groundingMetadata, citationMetadata, urlContextMetadata }: GeminiCandidate): Mention[] {
  const results = listOrNone(groundingMetadata?.groundingChunks).map((result) => sourceOfResult(result)?.source);
  const supports = listOrNone(groundingMetadata?.groundingSupports).filter(isObject);
  const pages = listOrNone(urlContextMetadata?.urlMetadata).filter(isObject).filter(wasRead);
  return [
    { named: results.flatMap((source) => source ?? []) },
    ...supports.map(({ segment, groundingChunkIndices }) => ({
      segment,
      named: listOrNone(groundingChunkIndices).flatMap(
        (position) => (typeof position === 'number' ? results[position] : undefined) ?? [],
      ),
    })),
    ...listOrNone(citationMetadata?.citations).map((citation) => ({ segment: citation, named: namesOf(citation) })),
    { named: pages.flatMap(({ retrievedUrl }) => namesOf({ uri: retrievedUrl })) },
  ].filter(({ named }) => named.length > 0);
}

function namesOf(value: unknown): readonly NamedSource[] {
  return [namedSource(value)].flatMap((source) => source ?? []);
}

/** Whether the model could read a page: all other statuses are failures. */
function wasRead({ urlRetrievalStatus }: Record<string, unknown>): boolean {
  return urlRetrievalStatus === 'URL_RETRIEVAL_STATUS_SUCCESS';
}

/** The entries in the order of the text, then the sources without a passage; numbered by their first entry. */
function numbered(sources: readonly SourceEntries[]): ReplySource[] {
  const placed = sources
    .flatMap((source) => [...source.places.values()].map((place) => ({ source, place })))
    .sort((a, b) => a.place.start - b.place.start || a.place.end - b.place.end);
  const unplaced = sources.filter(({ places }) => places.size === 0).map((source) => ({ source, place: undefined }));
  const numbers = new Map<SourceEntries, number>();
  return [...placed, ...unplaced].map(({ source, place }) => {
    const number = numbers.get(source) ?? numbers.size + 1;
    numbers.set(source, number);
    const { title, uri } = source;
    return { number, ...(title !== undefined && { title }), ...(uri !== undefined && { uri }), ...place };
  });
}
