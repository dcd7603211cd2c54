import { animationFrames, type Subscription } from 'rxjs';
import { colourAt } from './colour.ts';
import type { Mark, Row } from './marks.ts';
import { set, svg } from './svg.ts';

/** The time that the diagram shows at first, in ms; a longer run is drawn narrower. */
const shortestSpan = 8000;
const margin = 18;
const height = 206;
const rowY: Readonly<Record<Row, number>> = { raw: 46, output: 146 };
const top = 26;
const bottom = 166;
const rows: readonly Row[] = ['raw', 'output'];

interface Marble {
  readonly time: number;
  readonly at: number;
  readonly end: number;
}

interface Track {
  readonly group: SVGGElement;
  readonly marbles: Marble[];
  /** The line of the subscription that is open now. */
  line: SVGLineElement | undefined;
  /** The number of subscriptions. */
  subscriptions: number;
}

/**
 * A marble diagram that is drawn while it happens: time runs to the right, a marble is as large as its text, and ribbons
 * lead from the chunks of the model to the values that the view gets.
 */
export class MarbleDiagram {
  readonly #svg: SVGSVGElement;
  readonly #grid = svg('g', { class: 'grid' });
  readonly #links = svg('g', { class: 'links' });
  readonly #head = svg('line', { class: 'head', y1: top, y2: bottom });
  /** Text that has come and is not out yet, where it waits. */
  readonly #held = svg('circle', { class: 'held', cy: rowY.output, r: 0 });
  #tracks = newTracks();
  /** Puts everything where it belongs, after a change of scale. */
  #places: (() => void)[] = [];
  #clock: Subscription | undefined;
  #start = 0;
  #now = 0;
  #span = shortestSpan;
  #width = 0;

  constructor(element: SVGSVGElement) {
    this.#svg = element;
    new ResizeObserver(([entry]) => {
      this.#width = entry?.contentRect.width ?? 0;
      set(element, { viewBox: `0 0 ${String(this.#width)} ${String(height)}` });
      this.#place();
    }).observe(element);
  }

  /** Clears the diagram, and lets time flow. */
  begin(): void {
    this.#clock?.unsubscribe();
    this.#start = performance.now();
    this.#now = 0;
    this.#span = shortestSpan;
    this.#places = [];
    this.#tracks = newTracks();
    this.#links.replaceChildren();
    this.#svg.replaceChildren(this.#grid, this.#links);
    for (const row of rows) {
      const base = svg('line', { class: 'base', x1: 0, y1: rowY[row], y2: rowY[row] });
      this.#keep(() => set(base, { x2: this.#width }));
      this.#svg.append(base, this.#tracks[row].group);
    }
    this.#svg.append(this.#held, this.#head);
    this.#place();
    this.#clock = animationFrames().subscribe(() => this.#tick());
  }

  mark(row: Row, mark: Mark): void {
    this.#now = performance.now() - this.#start;
    const track = this.#tracks[row];
    switch (mark.type) {
      case 'subscribe':
        this.#open(row, track);
        break;
      case 'text':
        this.#addMarble(row, track, mark.text, mark.at);
        break;
      case 'error':
        this.#close(row, track, svg('path', { class: 'cross', d: 'M-7-7 7 7M7-7-7 7' }), mark.label);
        break;
      case 'complete':
        this.#close(row, track, svg('path', { class: 'bar', d: 'M0-13V13' }));
        break;
      case 'cancelled':
        this.#close(
          row,
          track,
          svg('rect', { class: 'stop', x: -6, y: -6, width: 12, height: 12, rx: 2 }),
          'cancelled',
        );
        break;
      case 'leave':
        this.#close(row, track, svg('circle', { class: 'leave', r: 6 }), row === 'raw' ? 'closed' : 'unsubscribed');
    }
  }

  #open(row: Row, track: Track): void {
    const time = this.#now;
    const line = svg('line', { class: 'open', y1: rowY[row], y2: rowY[row] });
    track.line = line;
    track.subscriptions += 1;
    track.group.prepend(line);
    this.#keep(() => {
      set(line, { x1: this.#x(time) });
      if (track.line === line) set(line, { x2: this.#x(this.#now) });
    });
    const label = track.subscriptions > 1 ? `request ${String(track.subscriptions)}` : undefined;
    // Behind the end of the request before, which may be at the same time.
    track.group.prepend(this.#sign(row, svg('path', { class: 'begin', d: 'M-3-6 5 0-3 6Z' }), label, 24));
  }

  #close(row: Row, track: Track, sign: SVGElement, label?: string): void {
    const { line } = track;
    // Marks after the end only report that the other side has cleaned up.
    if (!line) return;
    const time = this.#now;
    track.line = undefined;
    this.#keep(() => set(line, { x2: this.#x(time) }));
    track.group.append(this.#sign(row, sign, label, row === 'raw' ? -26 : 33));
    if (row === 'output') this.#finish();
  }

  #addMarble(row: Row, track: Track, text: string, at: number): void {
    const time = this.#now;
    const end = at + text.length;
    track.marbles.push({ time, at, end });
    const fill = colourAt((at + end) / 2);
    const circle = svg(
      'circle',
      { class: 'marble', cy: rowY[row], style: `fill: ${fill}` },
      svg('title', {}, `${(time / 1000).toFixed(2)} s: ${text}`),
    );
    track.group.append(circle);
    this.#keep(() => set(circle, { cx: this.#x(time), r: this.#radius(text.length) }));
    if (row === 'output') this.#addLinks(time, at, end);
  }

  /** Ribbons from the chunks that have a part in an output, as wide as the part. */
  #addLinks(time: number, at: number, end: number): void {
    for (const marble of this.#tracks.raw.marbles) {
      const shared = Math.min(end, marble.end) - Math.max(at, marble.at);
      if (shared <= 0) continue;
      const stroke = colourAt((Math.max(at, marble.at) + Math.min(end, marble.end)) / 2);
      const path = svg('path', {
        pathLength: 1,
        style: `stroke: ${stroke}; stroke-width: ${String(Math.max(1, Math.min(shared / 7, 8)))}`,
      });
      this.#links.append(path);
      this.#keep(() => {
        const [x1, x2] = [this.#x(marble.time), this.#x(time)];
        const middle = (rowY.raw + rowY.output) / 2;
        set(path, { d: `M${point(x1, rowY.raw)}C${point(x1, middle)} ${point(x2, middle)} ${point(x2, rowY.output)}` });
      });
    }
  }

  /** A sign where time is now, and a label above or below it. */
  #sign(row: Row, sign: SVGElement, label: string | undefined, labelY: number): SVGGElement {
    const time = this.#now;
    const group = svg('g', { class: 'sign' }, sign);
    if (label) group.append(svg('text', { y: labelY }, label));
    this.#keep(() => {
      const x = this.#x(time);
      const anchor = x < 50 ? 'start' : x > this.#width - 50 ? 'end' : 'middle';
      set(group, { transform: `translate(${point(x, rowY[row])})`, 'text-anchor': anchor });
    });
    return group;
  }

  #tick(): void {
    this.#now = performance.now() - this.#start;
    // Near the right edge everything moves closer together, a little each frame.
    if (this.#now > this.#span * 0.96) {
      this.#span = Math.max(this.#span * 1.01, this.#now);
      this.#place();
    }
    const x = this.#x(this.#now);
    set(this.#head, { x1: x, x2: x });
    for (const { line } of Object.values(this.#tracks)) if (line) set(line, { x2: x });
    const { raw, output } = this.#tracks;
    const held = (raw.marbles.at(-1)?.end ?? 0) - (output.marbles.at(-1)?.end ?? 0);
    set(this.#held, { cx: x, r: held > 0 ? this.#radius(held) : 0 });
  }

  #finish(): void {
    this.#clock?.unsubscribe();
    this.#clock = undefined;
    this.#tick();
    set(this.#held, { r: 0 });
  }

  #keep(place: () => void): void {
    this.#places.push(place);
    place();
  }

  #place(): void {
    this.#drawGrid();
    for (const place of this.#places) place();
  }

  #drawGrid(): void {
    const step = this.#span > 14_000 ? 2 : 1;
    const count = Math.floor(this.#span / 1000 / step);
    const ticks = Array.from({ length: count + 1 }, (_, index) => index * step).flatMap((second) => {
      const x = this.#x(second * 1000);
      return [
        svg('line', { x1: x, x2: x, y1: top, y2: bottom }),
        svg('text', { x, y: height - 6, 'text-anchor': 'middle' }, `${String(second)} s`),
      ];
    });
    this.#grid.replaceChildren(...ticks);
  }

  /** The area tells how much text it is. */
  #radius(length: number): number {
    return Math.min(1.5 + Math.sqrt(length) * 1.25, 20) * (this.#width < 500 ? 0.75 : 1);
  }

  #x(time: number): number {
    return margin + (time / this.#span) * Math.max(0, this.#width - 2 * margin);
  }
}

function newTracks(): Readonly<Record<Row, Track>> {
  const track = (row: Row): Track => ({
    group: svg('g', { 'data-row': row }),
    marbles: [],
    line: undefined,
    subscriptions: 0,
  });
  return { raw: track('raw'), output: track('output') };
}

function point(x: number, y: number): string {
  return `${x.toFixed(1)} ${y.toFixed(1)}`;
}
