/** Time in the diagram: which x a time has. */
export interface Scale {
  /** The time at the right edge, in ms. */
  readonly span: number;
  readonly width: number;
}

/** Room for half of a large marble at both edges. */
export const margin = 20;

/** The span of a run that has only begun, in ms. */
const shortestSpan = 6000;

/** How much more time fits in with each step: steps this wide make redraws rare. */
const stepOfSpan = 1.5;

/** The span of a run that goes on, with room on the right. */
export function spanWhile(time: number): number {
  let span = shortestSpan;
  while (time > span * 0.97) span *= stepOfSpan;
  return span;
}

/** The span of a run that is over: it fills the width. */
export function spanAfter(end: number): number {
  return Math.max(1000, end);
}

export function xOf(time: number, { span, width }: Scale): number {
  return margin + (time / span) * Math.max(0, width - 2 * margin);
}

export function timeAt(x: number, { span, width }: Scale): number {
  const share = (x - margin) / Math.max(1, width - 2 * margin);
  return Math.min(1, Math.max(0, share)) * span;
}

/** The times with a mark on the axis: round seconds, at least 56 px apart. */
export function ticks(scale: Scale): readonly number[] {
  const most = Math.max(1, (scale.width - 2 * margin) / 56);
  const step = steps.find((candidate) => scale.span / candidate <= most) ?? 600_000;
  return Array.from({ length: Math.floor(scale.span / step) + 1 }, (_, index) => index * step);
}

const steps = [250, 500, 1000, 2000, 5000, 10_000, 20_000, 30_000, 60_000, 120_000, 300_000];

export function tickLabel(time: number): string {
  return `${String(time / 1000)} s`;
}
