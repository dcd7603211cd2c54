import { isObject } from '../rx/isObject.js';
import { answerTextOf } from './partList.js';
import type { GeminiPart } from './response.js';
import { endsInHighSurrogate } from './surrogates.js';
import { Utf8Index } from './utf8Index.js';

/** A passage of an answer text, in UTF-16 units. */
export interface TextPlace {
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
}

/** A well-formed segment of the wire. */
interface ByteSegment {
  readonly startByte: number;
  readonly endByte: number;
  readonly partIndex: number | undefined;
  /** The text of the passage, which the server repeats; undefined if it does not. */
  readonly text: string | undefined;
}

/**
 * Returns the places of segments in the answer text of a reply; undefined for a malformed segment, and for a segment
 * that is not found.
 *
 * The wire counts bytes of UTF-8 from the start of a part. Which part that is cannot be read from `partIndex` alone:
 * servers leave it out for a part that follows thoughts, count through the parts of a stream, and number parts that
 * have been joined since. So a place counts if its text is the `text` of the segment: of the named part, then of the
 * whole answer, then with the offsets of a segment that was found. Otherwise the segment is where its text occurs, if
 * that is one place only. A segment without a text is placed by its part, within the text.
 *
 * @param parts - All parts of the candidate.
 * @param text - The answer text of these parts.
 * @param segments - The segments, or citations, as the server sent them.
 */
export function segmentPlaces(
  parts: readonly GeminiPart[],
  text: string,
  segments: readonly unknown[],
): (TextPlace | undefined)[] {
  const index = new Utf8Index(text);
  const ranges = partRanges(parts, index);
  /** The starts, in bytes, of the texts that the server counts from, as found by searching. */
  const learned: number[] = [];
  let searches = 0;

  const placeFrom = (base: number, { startByte, endByte }: ByteSegment): TextPlace => ({
    start: index.unitAt(base + startByte),
    end: index.unitAt(base + endByte, 'up'),
  });
  const findFrom = (bases: readonly number[], segment: ByteSegment): TextPlace | undefined =>
    bases.map((base) => placeFrom(base, segment)).find(({ start, end }) => text.slice(start, end) === segment.text);
  const search = ({ text: wanted = '', startByte }: ByteSegment): TextPlace | undefined => {
    if (searches === maxSearches) return undefined;
    searches += 1;
    const start = text.indexOf(wanted);
    const end = start + wanted.length;
    if (start < 0 || text.includes(wanted, start + 1)) return undefined;
    if (endsInHighSurrogate(text, start) || endsInHighSurrogate(text, end)) return undefined;
    learned.push(index.byteAt(start) - startByte);
    return { start, end };
  };
  const findByPart = (segment: ByteSegment): TextPlace | undefined => {
    const { partIndex = 0 } = segment;
    const range = ranges[partIndex];
    if (segment.text !== undefined) return findFrom(range ? [range.startByte, 0] : [0], segment);
    if (partIndex === 0) return placeFrom(0, segment);
    return range && placeFrom(range.startByte, clamped(segment, range.endByte - range.startByte));
  };

  const read = segments.map(readSegment);
  const places = read.map((segment) => segment && findByPart(segment));
  read
    .map((segment, position) => ({ segment, position }))
    .filter(({ segment, position }) => segment?.text !== undefined && !places[position])
    // A long text occurs once; the short ones, such as `**`, are then found from the same start.
    .sort((a, b) => lengthOf(b.segment) - lengthOf(a.segment))
    .forEach(({ segment, position }) => {
      if (segment) places[position] = findFrom(learned, segment) ?? search(segment);
    });
  return places;
}

/** The number of searches through the whole text, so that hostile segments cost no more than linear time. */
const maxSearches = 16;

/** The ranges of the answer texts of parts, in bytes of the whole answer; undefined for a part without answer text. */
function partRanges(
  parts: readonly GeminiPart[],
  index: Utf8Index,
): ({ startByte: number; endByte: number } | undefined)[] {
  let unit = 0;
  return parts.map((part) => {
    const text = answerTextOf(part);
    if (text === '') return undefined;
    const startByte = index.byteAt(unit);
    unit += text.length;
    return { startByte, endByte: index.byteAt(unit) };
  });
}

function readSegment(value: unknown): ByteSegment | undefined {
  if (!isObject(value)) return undefined;
  const { text } = value;
  const partIndex = value['partIndex'] ?? undefined;
  // A zero is left out on the wire.
  const startByte = value['startIndex'] ?? 0;
  const endByte = value['endIndex'];
  if (!isOffset(startByte) || !isOffset(endByte) || endByte < startByte) return undefined;
  if (partIndex !== undefined && !isOffset(partIndex)) return undefined;
  return { startByte, endByte, partIndex, text: typeof text === 'string' && text !== '' ? text : undefined };
}

function isOffset(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function clamped(segment: ByteSegment, length: number): ByteSegment {
  return { ...segment, startByte: Math.min(segment.startByte, length), endByte: Math.min(segment.endByte, length) };
}

function lengthOf(segment: ByteSegment | undefined): number {
  return segment?.text?.length ?? 0;
}
