import { typeError } from '../rx/assertions.js';
import { graphemeEndsAfter } from './graphemes.js';
import { textOf } from './readers.js';
import type { GeminiResponse } from './response.js';
import { sourcesOf, type ReplySource } from './sourcesOf.js';

/**
 * Returns the answer text with a marker after each passage that a source supports, such as `[1]`.
 *
 * The passages are those of {@link sourcesOf}. Several sources of one place have their markers in the order of their
 * numbers, each once. A marker never splits a character that the reader sees as one: an emoji, a letter with its accents.
 * Sources without a passage have no marker. Takes time linear in the text and in the sources.
 *
 * The server sends its sources with the last chunks, so no operator can mark a text while it streams: show the text as it
 * grows, and the marked text at the end.
 *
 * @param response - A snapshot, a final response, a chunk or the SDK's response.
 * @param mark - Returns the marker of a source at one passage. `number` is the number of the source, from 1, in the order
 * of the text; `sourcesOf` has the same numbers, for the list below the text.
 * @param index - The index of the candidate. Default: 0.
 * @returns The text; without sources, the answer text as it is.
 * @throws TypeError - If an argument is wrong, or `mark` does not return a text.
 * @example
 * ```ts
 * const grounding = {
 *   groundingChunks: [{ web: { title: 'who.int', uri: 'https://who.int/coffee' } }],
 *   groundingSupports: [{ segment: { endIndex: 29 }, groundingChunkIndices: [0] }],
 * };
 * const content = { parts: [{ text: 'Café crème is safe to drink. Enjoy!' }] };
 * const reply = toChunk({ candidates: [{ content, groundingMetadata: grounding }] });
 * const markdown = citedText(reply, ({ uri }, number) => `[${number}](${uri})`);
 * console.log(markdown); // Café crème is safe to drink[1](https://who.int/coffee). Enjoy!
 * ```
 * @public
 */
export function citedText(
  response: GeminiResponse,
  mark: (source: ReplySource, number: number) => string,
  index = 0,
): string {
  if (typeof mark !== 'function') throw typeError('mark', 'a function', mark);
  const text = textOf(response, index);
  const endAfter = graphemeEndsAfter(text);
  /** The sources of each place by their numbers, the places in the order of the text. */
  const places = new Map<number, Map<number, ReplySource>>();
  for (const source of sourcesOf(response, index).sort(byEnd)) {
    if (source.end === undefined) continue;
    const place = endAfter(source.end);
    const sources = places.get(place) ?? new Map<number, ReplySource>();
    places.set(place, sources);
    if (!sources.has(source.number)) sources.set(source.number, source);
  }
  let marked = 0;
  const pieces = [...places].map(([place, sources]) => {
    const passage = text.slice(marked, place);
    marked = place;
    return (
      passage +
      [...sources.values()]
        .sort(byNumber)
        .map((source) => markerOf(source, mark))
        .join('')
    );
  });
  return pieces.join('') + text.slice(marked);
}

function markerOf(source: ReplySource, mark: (source: ReplySource, number: number) => string): string {
  const marker: unknown = mark(source, source.number);
  if (typeof marker !== 'string') throw typeError('mark()', 'a text', marker);
  return marker;
}

function byEnd(a: ReplySource, b: ReplySource): number {
  return (a.end ?? Infinity) - (b.end ?? Infinity);
}

function byNumber(a: ReplySource, b: ReplySource): number {
  return a.number - b.number;
}
