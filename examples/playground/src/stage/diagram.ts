import { element } from './dom.js';
import { Drawing } from './drawing.js';
import { heightOf } from './geometry.js';
import { Grid } from './grid.js';
import { HeldRing } from './heldRing.js';
import { MarbleSprites } from './marbleSprites.js';
import { countUntil, heldBack, talliesAt } from './moments.js';
import type { Recording } from './recording.js';
import { xOf, type Scale } from './scale.js';
import { Strips } from './strips.js';
import type { Theme } from './theme.js';

/** The marbles of a run up to a time. A frame of a run that goes on draws only what is new. */
export class Diagram {
  readonly element = element('div', { className: 'stage-marbles' });
  readonly #grid: Grid;
  readonly #marks = new Strips();
  readonly #head = element('div', { className: 'stage-head' });
  readonly #recording: Recording;
  readonly #rings: readonly (readonly [row: number, ring: HeldRing])[];
  #theme: Theme;
  #width = 0;
  #scale: Scale = { span: 1, width: 0 };
  /** Absent until the first frame, and when everything has to be drawn again. */
  #drawing: Drawing | undefined;
  #sprites: MarbleSprites | undefined;
  #ratio = 1;
  #drawnCount = 0;
  #drawnTime = 0;

  constructor(recording: Recording, theme: Theme) {
    this.#recording = recording;
    this.#theme = theme;
    this.#rings = recording.tracks.flatMap(({ row }, index) =>
      row.role === 'pipe' ? [[index, new HeldRing(index)] as const] : [],
    );
    const rings = this.#rings.map(([, ring]) => ring.element);
    this.#grid = new Grid(recording.tracks.length);
    this.element.append(this.#grid.element, this.#marks.element, this.#head, ...rings);
    this.element.style.height = `${String(this.#height)}px`;
  }

  get scale(): Scale {
    return this.#scale;
  }

  resize(width: number): void {
    this.#width = width;
    this.#drawing = undefined;
  }

  paint(theme: Theme): void {
    this.#theme = theme;
    this.#sprites = undefined;
    this.#drawing = undefined;
  }

  /** @param span - The time at the right edge. */
  show(time: number, span: number): void {
    if (this.#width === 0) return;
    const { moments } = this.#recording;
    const count = countUntil(moments, time);
    const isNew = !this.#drawing || span !== this.#scale.span || time < this.#drawnTime;
    const drawing = isNew ? this.#drawAnew(span) : this.#drawing;
    for (let index = this.#drawnCount; index < count; index += 1) {
      const moment = moments[index];
      if (moment) drawing?.add(moment);
    }
    drawing?.extend(time);
    this.#drawing = drawing;
    this.#drawnCount = count;
    this.#drawnTime = time;
    this.#showHead(time);
  }

  #drawAnew(span: number): Drawing {
    const family = getComputedStyle(this.element).fontFamily;
    const ratio = devicePixelRatio;
    if (ratio !== this.#ratio) this.#sprites = undefined;
    this.#ratio = ratio;
    this.#sprites ??= new MarbleSprites(this.#theme, ratio);
    this.#scale = { span, width: this.#width };
    this.#drawnCount = 0;
    this.#marks.reset(this.#width, this.#height, ratio);
    this.#grid.show(this.#scale);
    const pen = this.#marks.pen(this.#theme, this.#sprites, ratio, family);
    return new Drawing(pen, this.#scale, this.#recording);
  }

  #showHead(time: number): void {
    const x = xOf(time, this.#scale);
    this.#head.style.transform = `translateX(${x.toFixed(1)}px)`;
    const tallies = talliesAt(this.#recording, time);
    for (const [row, ring] of this.#rings) {
      ring.show(heldBack(this.#recording, tallies, row), x, this.#width, this.#theme, this.#ratio);
    }
  }

  get #height(): number {
    return heightOf(this.#recording.tracks.length);
  }
}
