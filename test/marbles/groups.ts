import type { Ending, Look, RowRole, SeenValue, Strand } from './scene.js';
import { lettersOf, piecesOf, type Piece, type Tint } from './tints.js';

/** Advance of a character of the monospace font, for each pixel of its size: no common font has a wider one. */
const advance = 0.62;
/** Sizes of the font of labels, notes, and the lines of a screen, in px. */
export const sizes = { label: 16, note: 12, screen: 14, code: 15, row: 13 } as const;

/** The width of a text in the monospace font, in px. */
export function widthOf(text: string, size: number): number {
  return Array.from(text).length * size * advance;
}

/** A value with its measures. */
export interface Box {
  readonly look: Look;
  readonly pieces: readonly Piece[];
  readonly width: number;
  readonly height: number;
  /** The lines of a screen. */
  readonly lines: readonly (readonly Piece[])[];
}

/** Everything that happens to a subscription in one frame: values, drawn one below the other, and perhaps its end. */
export interface Group {
  readonly frame: number;
  readonly boxes: readonly Box[];
  readonly ending?: Ending | undefined;
  /** The extents to both sides of the frame's place, in px. */
  readonly left: number;
  readonly right: number;
  /** The distance of the ending's sign from the frame's place, in px. */
  readonly endingAt: number;
  /** The height below the line, in px. */
  readonly below: number;
}

/** The measures of boxes and of the signs of an ending, in px. */
export const measures = {
  box: 30,
  pad: 9,
  note: 17,
  stack: 5,
  frame: 5,
  sign: 8,
  signGap: 5,
  screenPad: 10,
  line: 18,
  stem: 12,
};
/** The maximum number of characters in a line of a screen. */
const screenColumns = 14;

/** Groups the values and the ending of a subscription by frames. */
export function groupsOf({ values, ending }: Strand, role: RowRole, tint: Tint): Group[] {
  const frames = [...new Set([...values.map(({ frame }) => frame), ...(ending ? [ending.frame] : [])])];
  return frames.map((frame) => {
    const boxes = values.filter((seen) => seen.frame === frame).map((seen) => boxOf(seen, tint));
    return groupOf(frame, boxes, role, ending?.frame === frame ? ending : undefined);
  });
}

function groupOf(frame: number, boxes: readonly Box[], role: RowRole, ending: Ending | undefined): Group {
  const half = Math.max(0, ...boxes.map(({ width }) => width)) / 2 + (boxes.length > 1 ? measures.frame : 0);
  const { sign, signGap, box, stack } = measures;
  const hangs = boxes.some(({ look }) => look.kind === 'screen');
  const endingAt = hangs ? measures.stem : half > 0 ? half + signGap + (ending?.how === 'complete' ? 2 : sign) : 0;
  const endingRight = ending ? endingAt + endingWidth(ending, role) : 0;
  const heights = boxes.reduce((sum, { height }) => sum + height + stack, -stack);
  return {
    frame,
    boxes,
    ending,
    left: Math.max(half, ending && half === 0 ? sign : 0),
    right: Math.max(half, endingRight),
    endingAt,
    below: Math.max(box / 2, heights - box / 2),
  };
}

/** The words beside the sign of an ending. */
export function endingLabel(ending: Ending, role: RowRole): string {
  if (ending.how === 'error') return ending.label;
  return ending.how === 'closed' ? { source: 'closed', input: '', result: 'unsubscribed' }[role] : '';
}

function endingWidth(ending: Ending, role: RowRole): number {
  const label = endingLabel(ending, role);
  if (label === '') return ending.how === 'complete' ? 3 : measures.sign;
  return measures.sign + 5 + widthOf(label, sizes.row);
}

function boxOf({ look }: SeenValue, tint: Tint): Box {
  // White space at the edges is part of the text, and would only push its letters off the middle.
  const pieces = trimmed(tint(look));
  const { box, note } = measures;
  if (look.kind === 'screen') return screenOf(look, pieces);
  const noteWidth = look.note === undefined ? 0 : widthOf(look.note, sizes.note);
  const pill = pillWidth(pieces);
  const width = Math.max(pill, noteWidth);
  return { look, pieces, width, height: box + (look.note === undefined ? 0 : note), lines: [] };
}

function trimmed(pieces: readonly Piece[]): Piece[] {
  return pieces
    .map((piece, index) => ({
      ...piece,
      text: trimEnds(piece.text, index === 0, index === pieces.length - 1),
    }))
    .filter(({ text }) => text !== '');
}

function trimEnds(text: string, isFirst: boolean, isLast: boolean): string {
  const start = isFirst ? text.trimStart() : text;
  return isLast ? start.trimEnd() : start;
}

/** The width of the box around a label. */
export function pillWidth(pieces: readonly Piece[]): number {
  const length = pieces.reduce((sum, { text }) => sum + widthOf(text, sizes.label), 0);
  return Math.max(length + 2 * measures.pad, measures.box);
}

function screenOf(look: Look, pieces: readonly Piece[]): Box {
  const broken = wrapped(pieces, screenColumns);
  const lines = broken.length < 2 ? [...broken, []] : broken;
  const { screenPad, line, stem, box } = measures;
  const width = screenColumns * sizes.screen * advance + 2 * screenPad;
  const height = box / 2 + stem + 2 * screenPad + lines.length * line + (look.note === undefined ? 0 : line);
  return { look, pieces, width, height, lines };
}

/** Breaks pieces into lines at spaces, none longer than `columns` unless a word is. */
export function wrapped(pieces: readonly Piece[], columns: number): Piece[][] {
  const letters = pieces.flatMap(lettersOf);
  const words =
    pieces
      .map(({ text }) => text)
      .join('')
      .match(/\s*\S+\s*|\s+/g) ?? [];
  const lines: Piece[][] = [];
  let start = 0;
  let end = 0;
  for (const word of words) {
    if (end > start && end - start + word.trimEnd().length > columns) {
      lines.push(piecesOf(letters.slice(start, end)));
      start = end;
    }
    end += word.length;
  }
  return [...lines, piecesOf(letters.slice(start, end))];
}
