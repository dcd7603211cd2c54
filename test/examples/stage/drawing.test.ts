import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../../../examples/playground/src/runEvent.js';
import { Drawing, type Pen } from '../../../examples/playground/src/stage/drawing.js';
import { LabelPlaces } from '../../../examples/playground/src/stage/labels.js';
import { momentAt, momentByKey } from '../../../examples/playground/src/stage/navigation.js';
import { colourAt, luminance, marbleColours } from '../../../examples/playground/src/stage/palette.js';
import { Recording } from '../../../examples/playground/src/stage/recording.js';
import { runSvg } from '../../../examples/playground/src/stage/runSvg.js';
import { spanWhile, ticks, timeAt, xOf } from '../../../examples/playground/src/stage/scale.js';
import { dropFeed, floodFeed, kindsFeed, rows } from './feeds.js';

const scale = { span: 6000, width: 1040 };

function record(events: readonly RunEvent[]): Recording {
  const recording = new Recording(rows);
  for (const event of events) recording.add(event);
  return recording;
}

/** Notes each mark as a line of text. */
class NotingPen implements Pen {
  readonly notes: string[] = [];
  readonly labels: { left: number; right: number; y: number }[] = [];

  line = (x1: number, x2: number, y: number) => this.#note('line', x1, x2, y);
  eraseLine = (x1: number, x2: number, y: number) => this.#note('erase', x1, x2, y);
  ribbon = (x1: number, y1: number, x2: number, y2: number) => this.#note('ribbon', x1, y1, x2, y2);
  marble = (x: number, y: number) => this.#note('marble', x, y);
  sign = (x: number, y: number) => this.#note('sign', x, y);
  measure = (text: string) => text.length * 6;

  label(left: number, y: number, { text }: { text: string }): void {
    this.labels.push({ left, right: left + this.measure(text), y });
    this.#note(text, left, y);
  }

  #note(name: string, ...numbers: readonly number[]): void {
    this.notes.push([name, ...numbers.map(Math.round)].join(' '));
  }
}

function draw(recording: Recording, upTo = Infinity): NotingPen {
  const pen = new NotingPen();
  const drawing = new Drawing(pen, scale, recording);
  for (const moment of recording.moments) if (moment.time <= upTo) drawing.add(moment);
  return pen;
}

describe('Drawing', () => {
  it('draws marbles, ribbons, signs and the lines between them', () => {
    const { notes } = draw(
      record([
        { row: 'model', time: 0, type: 'subscribe', number: 1 },
        { row: 'pipe', time: 0, type: 'subscribe', number: 1 },
        { row: 'model', time: 600, type: 'text', text: 'Hello', at: 0 },
        { row: 'pipe', time: 1200, type: 'text', text: 'Hello', at: 0 },
        { row: 'pipe', time: 1800, type: 'error', kind: 'network', message: '' },
      ]),
    );
    expect(notes).toEqual([
      'sign 20 68',
      'sign 20 276',
      'line 20 120 68',
      'marble 120 68',
      'line 20 220 276',
      'marble 220 276',
      'ribbon 120 68 220 276',
      'line 220 320 276',
      'sign 320 276',
      'network 299 253',
    ]);
  });

  it('takes back a line that ran ahead of its end', () => {
    const pen = new NotingPen();
    const recording = record([
      { row: 'plain', time: 0, type: 'subscribe', number: 1 },
      { row: 'plain', time: 600, type: 'complete' },
    ]);
    const drawing = new Drawing(pen, scale, recording);
    const [first, last] = recording.moments;
    if (first) drawing.add(first);
    drawing.extend(660);
    if (last) drawing.add(last);
    drawing.extend(900);
    expect(pen.notes).toEqual(['sign 20 172', 'line 20 130 172', 'erase 120 130 172', 'sign 120 172']);
  });

  it('puts no label on another', () => {
    const busy = kindsFeed().map((event) => ({ ...event, time: event.time / 6 }));
    const { labels } = draw(record(busy));
    expect(labels.length).toBeGreaterThan(8);
    for (const [index, a] of labels.entries()) {
      for (const b of labels.slice(index + 1)) {
        expect(a.y !== b.y || a.right <= b.left || b.right <= a.left).toBe(true);
      }
    }
  });

  it('draws at most a few marks for each pixel', () => {
    // Two seconds have 333 px: at 1,500 chunks a second there are nine marbles of each row on a pixel.
    const { notes } = draw(record(floodFeed(1500, 2)));
    const count = (name: string) => notes.filter((note) => note.startsWith(name)).length;
    expect(count('marble')).toBeLessThan(3 * 333 * 4);
    expect(count('ribbon')).toBeLessThan(333 * 4);
  });
});

describe('LabelPlaces', () => {
  it('keeps labels inside of the area, and gives up where it is full', () => {
    const places = new LabelPlaces();
    expect(places.place(5, 60, 400, false)).toEqual({ left: 2, y: -23 });
    expect(places.place(8, 60, 400, false)?.y).toBe(-37);
    expect(places.place(9, 60, 400, false)?.y).toBe(33);
    expect(places.place(10, 60, 400, false)).toBeUndefined();
    expect(places.place(399, 60, 400, true)).toEqual({ left: 338, y: 33 });
  });
});

describe('the scale', () => {
  it('grows in steps, before the present reaches the edge', () => {
    expect([0, 5800, 5900, 30_000].map(spanWhile)).toEqual([6000, 6000, 9000, 45_562.5]);
    expect(timeAt(xOf(1234, scale), scale)).toBeCloseTo(1234);
  });

  it('has round marks with room for their labels', () => {
    expect(ticks({ span: 6000, width: 390 })).toEqual([0, 1000, 2000, 3000, 4000, 5000, 6000]);
    for (const span of [1000, 6000, 30_000, 600_000]) expect(ticks({ span, width: 390 }).length).toBeLessThan(9);
  });
});

describe('the colours', () => {
  const contrast = (a: string, b: string) => {
    const [low = 0, high = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
    return (high + 0.05) / (low + 0.05);
  };

  it('stand out from a light and a dark ground', () => {
    for (const colour of marbleColours(false)) expect(contrast(colour, '#ffffff')).toBeGreaterThan(3);
    for (const colour of marbleColours(true)) expect(contrast(colour, '#171a21')).toBeGreaterThan(3);
  });

  it('run through and back', () => {
    expect([0, 390, 780, 1170, 1560].map(colourAt)).toEqual([0, 24, 47, 24, 0]);
  });
});

describe('the keys of the diagram', () => {
  const recording = record(dropFeed());
  const walk = (keys: readonly string[], time = Infinity) =>
    keys.reduce(
      (current, key) => momentByKey(recording, current, key, time) ?? current,
      momentByKey(recording, undefined, 'ArrowRight', time),
    );

  it('move between the moments of a row and between rows', () => {
    expect(walk([])).toMatchObject({ row: 0, time: 0 });
    expect(walk(['ArrowRight', 'ArrowRight', 'ArrowLeft'])).toMatchObject({ row: 0, time: 820 });
    expect(walk(['End'])?.event.type).toBe('complete');
    expect(walk(['ArrowRight', 'ArrowDown'])).toMatchObject({ row: 1, time: 824 });
    expect(walk(['ArrowDown', 'ArrowDown', 'ArrowDown'])?.row).toBe(2);
  });

  it('do not lead beyond the shown time', () => {
    expect(walk(['End'], 900)?.time).toBe(820);
    expect(walk(['End', 'ArrowRight'], 900)?.time).toBe(820);
  });

  it('have their like in a pointer', () => {
    const at = (x: number, y: number, time = Infinity) => momentAt(recording, scale, { x, y }, 14, time);
    expect(at(xOf(820, scale) + 3, 70)).toMatchObject({ row: 0, time: 820 });
    expect(at(xOf(820, scale) + 3, 70, 800)).toBeUndefined();
    expect(at(xOf(400, scale), 70)).toBeUndefined();
    expect(at(xOf(820, scale), 20)).toBeUndefined();
  });
});

describe('the picture of a run', () => {
  const theme = {
    ink: '#000000',
    muted: '#555555',
    line: '#dddddd',
    card: '#ffffff',
    accent: '#0000ff',
    good: '#007700',
    bad: '#cc0000',
    warn: '#885500',
    marbles: marbleColours(false),
  };

  it('stands by itself: a title, a description, colours inline', () => {
    const svg = runSvg(record(dropFeed()), 7000, theme, { caption: 'A <drop> & "quotes"', expected: 438 });
    expect(svg).toContain('<title id="title">A &lt;drop&gt; &amp; &quot;quotes&quot;</title>');
    expect(svg).toContain('Plain SDK: ended in silence after 160 of 438 characters.');
    expect(svg.match(/<circle/g)).toHaveLength(34 + 13 + 9);
    expect(svg).not.toMatch(/var\(|class=|oklch|style=/);
  });
});
