import { sizes, widthOf } from './groups.js';
import type { Layout, PlacedRow } from './layout.js';

/** A label, or the sign of an ending with its words, from left to right. */
interface Span {
  readonly label: string;
  readonly left: number;
  readonly right: number;
}

/** The pairs of neighbours in a row, or on the axis, whose places overlap. */
export function overlapsIn({ blocks, axis }: Layout): string[] {
  const rows = blocks.filter((block) => block.kind === 'row').map(spansOf);
  const ticks = (axis?.ticks ?? []).filter(({ isShown }) => isShown).map(({ x, label }) => spanAt(x, label));
  return [...rows, ticks].flatMap((spans) => {
    const sorted = [...spans].sort((a, b) => a.left - b.left);
    return sorted.flatMap((span, index) => {
      const next = sorted[index + 1];
      return next && next.left < span.right ? [`${span.label} / ${next.label}`] : [];
    });
  });
}

/** The labels that stand out of the card. */
export function strayBoxes({ blocks, width, height, axis }: Layout): string[] {
  const spans = blocks.filter((block) => block.kind === 'row').flatMap(spansOf);
  const ticks = (axis?.ticks ?? []).map(({ x, label }) => spanAt(x, label));
  const codes = blocks.flatMap((block) => (block.kind === 'code' ? block.code.lines : []));
  const below = blocks.flatMap((block) =>
    block.kind === 'row' ? block.strands.flatMap(({ groups }) => groups.map((group) => block.y + group.below)) : [],
  );
  return [
    ...[...spans, ...ticks].filter(({ left, right }) => left < 4 || right > width - 4).map(({ label }) => label),
    ...codes.filter((line) => widthOf(line, sizes.code) > width - 48),
    ...below.filter((y) => y > height - 4).map((y) => `a box down to ${y}`),
  ];
}

function spansOf({ strands, row }: PlacedRow): Span[] {
  return strands.flatMap(({ groups }) =>
    groups.map(({ x, left, right, boxes, ending }) => ({
      label: boxes[0]?.look.label ?? ending?.how ?? row.label,
      left: x - left,
      right: x + right,
    })),
  );
}

function spanAt(x: number, label: string): Span {
  const half = widthOf(label, sizes.note) / 2;
  return { label, left: x - half, right: x + half };
}
