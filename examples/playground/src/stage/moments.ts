import type { Moment, Recording } from './recording.js';
import { emptyTally, type Tally } from './tally.js';

/** The number of moments up to a time, which is also the place of the first one after it. */
export function countUntil(moments: readonly Moment[], time: number): number {
  let low = 0;
  let high = moments.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((moments[middle]?.time ?? 0) <= time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The sums of each row at a time. */
export function talliesAt({ tracks }: Recording, time: number): readonly Tally[] {
  return tracks.map(({ moments }) => moments[countUntil(moments, time) - 1]?.tally ?? emptyTally);
}

/** The next time at which something happens. */
export function timeAfter({ moments }: Recording, time: number): number | undefined {
  return moments[countUntil(moments, time)]?.time;
}

/** The last time before this one at which something happens. */
export function timeBefore({ moments }: Recording, time: number): number | undefined {
  for (let index = countUntil(moments, time) - 1; index >= 0; index -= 1) {
    const before = moments[index]?.time ?? 0;
    if (before < time) return before;
  }
  return undefined;
}

/** The length of the text that has come from the model and is not out in a row yet. */
export function heldBack({ tracks }: Recording, tallies: readonly Tally[], row: number): number {
  const tally = tallies[row];
  if (tracks[row]?.row.role !== 'pipe' || !tally || tally.open === 0) return 0;
  const reached = tracks.map((track, index) => (track.row.role === 'model' ? (tallies[index]?.reach ?? 0) : 0));
  return Math.max(0, Math.max(0, ...reached) - tally.reach);
}
