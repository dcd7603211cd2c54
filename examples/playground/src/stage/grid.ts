import { heightOf, lineY, rowHeight } from './geometry.js';
import { tickLabel, ticks, xOf, type Scale } from './scale.js';
import type { Theme } from './theme.js';

/** Draws the axis, and a faint line where each row runs. */
export function drawGrid(
  context: CanvasRenderingContext2D,
  scale: Scale,
  rows: number,
  theme: Theme,
  family: string,
): void {
  const bottom = rows * rowHeight;
  context.strokeStyle = theme.line;
  context.lineWidth = 1;
  context.beginPath();
  for (let row = 0; row < rows; row += 1) {
    context.moveTo(0, lineY(row));
    context.lineTo(scale.width, lineY(row));
  }
  context.stroke();
  context.fillStyle = theme.muted;
  context.font = `11.5px ${family}`;
  context.textAlign = 'center';
  context.beginPath();
  context.setLineDash([2, 4]);
  for (const time of ticks(scale)) {
    const x = Math.round(xOf(time, scale)) + 0.5;
    context.moveTo(x, 26);
    context.lineTo(x, bottom);
    context.fillText(tickLabel(time), x, heightOf(rows) - 8);
  }
  context.stroke();
  context.setLineDash([]);
}
