import { whole } from './outcome.js';
import type { Tally } from './tally.js';

/** A number about a row, with its name. */
export interface Gauge {
  readonly name: string;
  readonly value: string;
}

/** The numbers of a row at a time, from its sums alone. */
export function gaugesOf(tally: Tally, time: number): readonly Gauge[] {
  const { begun = 0, firstText, lastText, chunks, characters, values, medianGap, longestGap, open } = tally;
  // A silence that has not ended yet counts as long as somebody waits.
  const silence = open > 0 && lastText !== undefined ? time - lastText : 0;
  const streamed = firstText === undefined || lastText === undefined ? 0 : lastText - firstText;
  return [
    { name: 'First text', value: duration(firstText === undefined ? undefined : firstText - begun) },
    { name: 'Chunks', value: whole(chunks) },
    { name: 'Characters', value: whole(characters) },
    { name: 'Speed', value: streamed > 0 ? `${whole((characters / streamed) * 1000)}/s` : '–' },
    { name: 'Median gap', value: duration(medianGap) },
    chunks === 0 && values > 0
      ? { name: 'Values', value: whole(values) }
      : {
          name: 'Longest silence',
          value: duration(Math.max(longestGap, silence) || undefined),
        },
  ];
}

/** A duration in the unit that people read it in. */
export function duration(time: number | undefined): string {
  if (time === undefined) return '–';
  return time < 1000 ? `${whole(time)} ms` : `${(time / 1000).toFixed(2)} s`;
}

/** A time of the run. */
export function seconds(time: number): string {
  return `${(time / 1000).toFixed(2)} s`;
}
