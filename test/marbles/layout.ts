import { groupsOf, measures, sizes, widthOf, type Group } from './groups.js';
import { duration } from './looks.js';
import { placesOf, type Extent } from './places.js';
import { rowsOf, type Scene, type SceneCode, type SceneRow } from './scene.js';
import { tintsOf } from './tints.js';

/** A group at its place. */
export interface PlacedGroup extends Group {
  readonly x: number;
}

/** A subscription: a line from `x` to `end`. */
export interface PlacedStrand {
  readonly x: number;
  readonly end: number;
  /** Whether it is open at the end of the picture. */
  readonly isOpen: boolean;
  readonly groups: readonly PlacedGroup[];
}

/** A timeline: its label stands above `y`, the height of its line. */
export interface PlacedRow {
  readonly kind: 'row';
  readonly row: SceneRow;
  readonly top: number;
  readonly y: number;
  readonly strands: readonly PlacedStrand[];
}

/** A box of code. */
export interface PlacedCode {
  readonly kind: 'code';
  readonly code: SceneCode;
  readonly y: number;
  readonly height: number;
}

/** A label of the axis of time. */
interface Tick {
  readonly x: number;
  readonly label: string;
  /** Whether the label is written: no two labels overlap. */
  readonly isShown: boolean;
}

/** A picture with all places, in px. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly blocks: readonly (PlacedRow | PlacedCode)[];
  /** The axis, or undefined for a picture that is not about time. */
  readonly axis:
    { readonly y: number; readonly ticks: readonly Tick[]; readonly breaks: readonly number[] } | undefined;
}

const margin = 24;
/** Heights of a row's label, of the space below a row, and of a line of code, in px. */
const heights = { label: 26, space: 14, codeLine: 22, codePad: 11, codeSpace: 16, axis: 34 };

/** Computes the places of a scene. */
export function layoutOf(scene: Scene): Layout {
  const rows = rowsOf(scene);
  const tint = tintsOf(scene);
  const groups = new Map(
    rows.map((row) => {
      const ofRow = tint();
      return [row, row.strands.map((strand) => groupsOf(strand, row.role, ofRow))];
    }),
  );
  const extents = rows.map((row) => extentsOf(row, groups.get(row) ?? []));
  const frames = framesOf(rows);
  const hasOpen = rows.some(({ strands }) => strands.some(({ ending }) => !ending));
  // The label of the last frame may stand out beyond it.
  const tail = hasOpen ? arrow : scene.isTimed ? 10 : 0;
  const limits = { left: margin, right: scene.width - margin - tail, gap: 8, longest: 190 };
  const places = placesOf(frames, extents, limits);
  const width = Math.max(scene.width, widestCode(scene), Math.ceil(places.right) + margin + tail);
  const xOf = (frame: number) => places.of.get(frame) ?? margin;

  let y = margin - 6;
  const blocks = scene.blocks.map((block): PlacedRow | PlacedCode => {
    const top = y;
    if (block.kind === 'code') {
      const height = block.lines.length * heights.codeLine + 2 * heights.codePad;
      y += height + heights.codeSpace;
      return { kind: 'code', code: block, y: top, height };
    }
    const strands = block.strands.map(({ start, ending }, index): PlacedStrand => {
      const placed = (groups.get(block)?.[index] ?? []).map((group) => ({ ...group, x: xOf(group.frame) }));
      const last = placed.at(-1);
      const end = ending && last ? last.x + last.endingAt : width - margin;
      return { x: xOf(start), end, isOpen: !ending, groups: placed };
    });
    const below = Math.max(measures.box / 2, ...strands.flatMap((strand) => strand.groups.map((group) => group.below)));
    const line = top + heights.label + measures.box / 2;
    y = line + below + heights.space;
    return { kind: 'row', row: block, top, y: line, strands };
  });
  const axis = scene.isTimed ? { y: y + 2, ticks: ticksOf(rows, xOf), breaks: places.breaks.map(xOf) } : undefined;
  const height = y + (axis ? heights.axis : 0) + 6;
  return { width, height, left: margin, right: width - margin, blocks, axis };
}

/** The room for the arrow of an open subscription, in px. */
const arrow = 26;

/** The groups of a row, and the dots at which its subscriptions start. */
function extentsOf({ strands }: SceneRow, groups: readonly (readonly Group[])[]): Extent[] {
  return strands.flatMap(({ start }, index): readonly Extent[] => {
    const ofStrand = groups[index] ?? [];
    return ofStrand[0]?.frame === start ? ofStrand : [{ frame: start, left: 0, right: dot }, ...ofStrand];
  });
}

/** The radius of the dot at which a subscription starts, in px. */
export const dot = 3.5;

function framesOf(rows: readonly SceneRow[]): number[] {
  const strands = rows.flatMap((row) => row.strands);
  const frames = strands.flatMap(({ start, values, ending }) => [
    start,
    ...values.map(({ frame }) => frame),
    ...(ending ? [ending.frame] : []),
  ]);
  return [...new Set([0, ...frames])].sort((a, b) => a - b);
}

function widestCode({ blocks }: Scene): number {
  const lines = blocks.flatMap((block) => (block.kind === 'code' ? block.lines : []));
  return Math.ceil(Math.max(0, ...lines.map((line) => widthOf(line, sizes.code)))) + 2 * margin + 28;
}

function ticksOf(rows: readonly SceneRow[], xOf: (frame: number) => number): Tick[] {
  let edge = -Infinity;
  return framesOf(rows).map((frame) => {
    const label = frame === 0 ? '0' : duration(frame);
    const x = xOf(frame);
    const half = widthOf(label, sizes.note) / 2;
    const isShown = x - half > edge + 6;
    if (isShown) edge = x + half;
    return { x, label, isShown };
  });
}
