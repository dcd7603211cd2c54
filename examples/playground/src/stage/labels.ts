import type { RunEvent } from '../runEvent.js';
import type { Token } from './theme.js';

/** A short text beside a sign. */
export interface Label {
  readonly text: string;
  readonly tone: Token;
  /** Whether its place is below the line, if there is room. */
  readonly isBelow: boolean;
}

const longest = 26;

export function labelOf(event: RunEvent): Label | undefined {
  switch (event.type) {
    case 'subscribe':
      return event.number > 1 ? label(`request ${String(event.number)}`, 'muted', true) : undefined;
    case 'value':
    case 'notice':
      return label(event.label, event.type === 'value' ? 'muted' : 'ink', false);
    case 'error':
      return label(event.kind, 'bad', false);
    case 'cancelled':
      return label('cancelled', 'warn', false);
    case 'unsubscribe':
      return label('unsubscribed', 'muted', true);
    default:
      return undefined;
  }
}

function label(text: string, tone: Token, isBelow: boolean): Label {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return { text: line.length > longest ? `${line.slice(0, longest - 1)}…` : line, tone, isBelow };
}

/** The baselines of labels, relative to the line of the row. */
const above = [-23, -37] as const;
const below = [33] as const;

/** Finds places for the labels of a row, one by one from left to right, so that none lies on another. */
export class LabelPlaces {
  /** The x at which each baseline is free. */
  readonly #free = new Map<number, number>();

  /** @returns The left edge and the baseline, or nothing where no place is left: the mark can still be read. */
  place(x: number, width: number, areaWidth: number, isBelow: boolean): { left: number; y: number } | undefined {
    const left = Math.max(2, Math.min(x - width / 2, areaWidth - width - 2));
    const order = isBelow ? [...below, ...above] : [...above, ...below];
    const y = order.find((baseline) => (this.#free.get(baseline) ?? 0) <= left);
    if (y === undefined) return undefined;
    this.#free.set(y, left + width + 8);
    return { left, y };
  }

  /** Whether a label at x can have a place at all; cheaper than to measure it. */
  hasRoom(x: number): boolean {
    return [...above, ...below].some((baseline) => (this.#free.get(baseline) ?? 0) <= x);
  }
}
