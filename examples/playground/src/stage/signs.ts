import type { RunEvent } from '../runEvent.js';
import type { Token } from './theme.js';

/** A mark that is not text: an outline around the origin, the same in the canvas and in the SVG. */
export interface Sign {
  readonly path: string;
  readonly stroke: Token;
  readonly width: number;
  readonly fill: Token | undefined;
  /** A letter inside, so that a kind is not told by its colour or shape alone. */
  readonly letter?: string;
}

const diamond = 'M0-11 11 0 0 11-11 0Z';
const square = 'M-9-9H9V9H-9Z';
const hexagon = 'M-5.5-9.5H5.5L11 0 5.5 9.5H-5.5L-11 0Z';
const pill = 'M-5-9H5A9 9 0 0 1 5 9H-5A9 9 0 0 1-5-9Z';
const tag = 'M-10-8H4L11 0 4 8H-10Z';
const octagon = 'M-4-10H4L10-4V4L4 10H-4L-10 4V-4Z';
const disc = 'M-11 0A11 11 0 1 1 11 0 11 11 0 1 1-11 0Z';

type Kind<T extends RunEvent['type']> = Extract<RunEvent, { type: T; kind: string }>['kind'];

const values: Readonly<Record<Kind<'value'>, Sign>> = {
  thought: value(hexagon, 'muted', 'T'),
  toolCall: value(diamond, 'accent', 'ƒ'),
  toolResult: value(square, 'accent', 'R'),
  json: value(tag, 'good', 'J'),
  sentence: value(pill, 'ink', 'S'),
  other: value(octagon, 'muted', 'V'),
};

const notices: Readonly<Record<Kind<'notice'>, Sign>> = {
  // Two bars, as of a player that waits.
  queued: notice('M-2.5-4.5V4.5M2.5-4.5V4.5', 'warn'),
  // An arrow that turns back.
  retrying: notice('M4-3A5 5 0 1 0 5 1M5-6V-2.5H1.5', 'warn'),
  // An arrow over a gap.
  resumed: notice('M-6 3C-5-4 4-5 5.5 1M6.5-3.5 5.7 1.8 1.5-.3', 'accent'),
  // A way that branches off.
  fallback: notice('M-6-3H-3L2 3H6M3.5.5 6 3 3.5 5.5', 'accent'),
};

const marks = {
  subscribe: { path: 'M-3-6 6 0-3 6Z', stroke: 'muted', width: 1, fill: 'muted' },
  error: { path: 'M-7-7 7 7M7-7-7 7', stroke: 'bad', width: 3.5, fill: undefined },
  complete: { path: 'M0-14V14', stroke: 'ink', width: 3, fill: undefined },
  cancelled: { path: 'M-6-6H6V6H-6Z', stroke: 'warn', width: 2, fill: 'warn' },
  unsubscribe: { path: 'M-6 0A6 6 0 1 1 6 0 6 6 0 1 1-6 0Z', stroke: 'muted', width: 2.5, fill: 'card' },
} satisfies Record<string, Sign>;

function value(path: string, stroke: Token, letter: string): Sign {
  return { path, stroke, width: 2, fill: 'card', letter };
}

function notice(glyph: string, stroke: Token): Sign {
  return { path: `${disc}${glyph}`, stroke, width: 1.75, fill: 'card' };
}

/** The sign of an event; text has none: it is a marble. */
export function signOf(event: RunEvent): Sign | undefined {
  if (event.type === 'text') return undefined;
  if (event.type === 'value') return values[event.kind];
  return event.type === 'notice' ? notices[event.kind] : marks[event.type];
}
