import { lineY, radiusOf, ribbonWidth } from './geometry.js';
import { labelOf, LabelPlaces, type Label } from './labels.js';
import { colourAt } from './palette.js';
import type { Moment, Recording } from './recording.js';
import { xOf, type Scale } from './scale.js';
import { signOf, type Sign } from './signs.js';
import type { Part } from './replyText.js';

/** Puts marks on a ground: a canvas, or the text of an SVG. */
export interface Pen {
  /** The line of a row while a request is open, behind its marks. */
  line(x1: number, x2: number, y: number): void;
  /** Takes back the end of a line that ran ahead of the news that its request had ended. */
  eraseLine(x1: number, x2: number, y: number): void;
  /** Behind all marks. */
  ribbon(x1: number, y1: number, x2: number, y2: number, width: number, colour: number): void;
  /** @param isCrowded - Whether it lies on its neighbour: an edge in the colour of the ground would hide most of that one. */
  marble(x: number, y: number, radius: number, colour: number, isCrowded: boolean): void;
  sign(x: number, y: number, sign: Sign, isBehind: boolean): void;
  label(left: number, y: number, label: Label): void;
  measure(text: string): number;
}

/** Marbles that are closer than this, in px, have no edge. */
const crowded = 4;

/** The last marks of a row, on which the next ones depend. */
interface Last {
  readonly labels: LabelPlaces;
  marble: { x: number; radius: number };
  ribbon: { x1: number; x2: number; width: number };
  /** The time up to which the line is drawn. */
  time: number;
  isOpen: boolean;
}

/** Draws the moments of a run one after the other. No mark is drawn twice, so a run that goes on costs what is new. */
export class Drawing {
  readonly #pen: Pen;
  readonly #scale: Scale;
  readonly #rows: readonly Last[];

  constructor(pen: Pen, scale: Scale, { tracks }: Recording) {
    this.#pen = pen;
    this.#scale = scale;
    this.#rows = tracks.map(() => ({
      labels: new LabelPlaces(),
      marble: { x: -1, radius: 0 },
      ribbon: { x1: -1, x2: -1, width: 0 },
      time: 0,
      isOpen: false,
    }));
  }

  add(moment: Moment): void {
    const { event, row, time, tally } = moment;
    const last = this.#rows[row];
    if (!last) return;
    const x = xOf(time, this.#scale);
    this.#extendLine(last, row, time);
    if (last.isOpen && tally.open === 0 && last.time > time) {
      this.#pen.eraseLine(x, xOf(last.time, this.#scale), lineY(row));
      last.time = time;
    }
    last.isOpen = tally.open > 0;
    if (event.type === 'text') {
      this.#addMarble(last, x, lineY(row), event.at, event.text.length);
      for (const part of moment.sources) this.#addRibbon(last, moment, part);
      return;
    }
    const sign = signOf(event);
    // A request may begin where the one before has ended: its end is more important.
    if (sign) this.#pen.sign(x, lineY(row), sign, event.type === 'subscribe');
    const label = labelOf(event);
    if (label) this.#addLabel(last, x, lineY(row), label);
  }

  /** Lets the lines of open requests run on to a time. */
  extend(time: number): void {
    for (const [row, last] of this.#rows.entries()) this.#extendLine(last, row, time);
  }

  #extendLine(last: Last, row: number, time: number): void {
    if (time <= last.time) return;
    if (last.isOpen) this.#pen.line(xOf(last.time, this.#scale), xOf(time, this.#scale), lineY(row));
    last.time = time;
  }

  /** Leaves out a marble that would lie under or on its like within half a pixel. */
  #addMarble({ marble }: Last, x: number, y: number, at: number, length: number): void {
    const radius = radiusOf(length, this.#scale.width);
    if (x - marble.x < 0.5 && radius <= marble.radius) return;
    const isCrowded = x - marble.x < crowded;
    Object.assign(marble, { x, radius });
    this.#pen.marble(x, y, radius, colourAt(at + length / 2), isCrowded);
  }

  #addRibbon({ ribbon }: Last, { row, time, event }: Moment, part: Part<Moment>): void {
    if (event.type !== 'text') return;
    const from = Math.max(event.at, part.at);
    const to = Math.min(event.at + event.text.length, part.end);
    const x1 = xOf(part.owner.time, this.#scale);
    const x2 = xOf(time, this.#scale);
    const width = ribbonWidth(to - from);
    // Thousands of ribbons between the same pixels are one.
    if (Math.abs(x1 - ribbon.x1) < 1 && Math.abs(x2 - ribbon.x2) < 1 && width <= ribbon.width) return;
    Object.assign(ribbon, { x1, x2, width });
    this.#pen.ribbon(x1, lineY(part.owner.row), x2, lineY(row), width, colourAt((from + to) / 2));
  }

  #addLabel({ labels }: Last, x: number, y: number, label: Label): void {
    if (!labels.hasRoom(x)) return;
    const place = labels.place(x, this.#pen.measure(label.text), this.#scale.width, label.isBelow);
    if (place) this.#pen.label(place.left, y + place.y, label);
  }
}
