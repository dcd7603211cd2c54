/** The height of a row, with its title above and labels around its line. */
export const rowHeight = 104;

/** The height of the labels of the axis. */
const axisHeight = 24;

/** Below this width marbles are smaller. */
const narrow = 500;

/** The y of a row's line. */
export function lineY(row: number): number {
  return row * rowHeight + 68;
}

export function heightOf(rows: number): number {
  return rows * rowHeight + axisHeight;
}

/** The area of a marble tells how much text it is. */
export function radiusOf(length: number, width: number): number {
  return Math.min(1.5 + Math.sqrt(length) * 1.25, 18) * (width < narrow ? 0.75 : 1);
}

/** The width of a ribbon for an amount of text. */
export function ribbonWidth(length: number): number {
  return Math.max(1, Math.min(length / 7, 8));
}
