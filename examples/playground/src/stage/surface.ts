import { element } from './dom.js';

/** A canvas that is drawn in pixels of CSS, however many the screen has. */
export class Surface {
  readonly canvas: HTMLCanvasElement;
  readonly context: CanvasRenderingContext2D;

  constructor(className: string) {
    this.canvas = element('canvas', { className, ariaHidden: 'true' });
    const context = this.canvas.getContext('2d');
    if (!context) throw new Error('This browser has no 2D canvas');
    this.context = context;
  }

  /** Clears it, and gives it a size. */
  reset(width: number, height: number, ratio: number): void {
    const { canvas, context } = this;
    const [columns, lines] = [Math.max(1, Math.round(width * ratio)), Math.max(1, Math.round(height * ratio))];
    if (canvas.width === columns && canvas.height === lines) {
      context.resetTransform();
      context.clearRect(0, 0, columns, lines);
    } else {
      canvas.width = columns;
      canvas.height = lines;
      canvas.style.width = `${String(width)}px`;
      canvas.style.height = `${String(height)}px`;
    }
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
  }
}
