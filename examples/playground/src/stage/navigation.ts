import { lineY, rowHeight } from './geometry.js';
import { countUntil } from './moments.js';
import type { Moment, Recording } from './recording.js';
import { timeAt, xOf, type Scale } from './scale.js';

/** The moment that a key leads to, from the current one, among those up to a time. */
export function momentByKey(
  recording: Recording,
  current: Moment | undefined,
  key: string,
  time: number,
): Moment | undefined {
  const { tracks } = recording;
  const row = current?.row ?? tracks.findIndex(({ moments }) => moments.length > 0);
  const moments = tracks[row]?.moments ?? [];
  const count = countUntil(moments, time);
  const at = current ? current.tally.events - 1 : -1;
  switch (key) {
    case 'ArrowRight':
      return moments[Math.min(at + 1, count - 1)];
    case 'ArrowLeft':
      return moments[Math.max(0, Math.min(at - 1, count - 1))];
    case 'Home':
      return moments[0];
    case 'End':
      return moments[count - 1];
    case 'PageDown':
      return moments[Math.min(at + 10, count - 1)];
    case 'PageUp':
      return moments[Math.max(0, at - 10)];
    case 'ArrowUp':
    case 'ArrowDown':
      return current && neighbour(recording, current, key === 'ArrowUp' ? -1 : 1, time);
    default:
      return undefined;
  }
}

/** In the next row that has a moment, the one that is nearest in time. */
function neighbour({ tracks }: Recording, { row, time: from }: Moment, step: -1 | 1, time: number): Moment | undefined {
  for (let next = row + step; tracks[next]; next += step) {
    const found = nearest(tracks[next]?.moments ?? [], from, time);
    if (found) return found;
  }
  return undefined;
}

function nearest(moments: readonly Moment[], target: number, time: number): Moment | undefined {
  const count = countUntil(moments, time);
  const after = Math.min(countUntil(moments, target), count);
  const candidates = [moments[after - 1], after < count ? moments[after] : undefined].filter((moment) => !!moment);
  return candidates.sort((a, b) => Math.abs(a.time - target) - Math.abs(b.time - target))[0];
}

/** The moment at a point of the diagram, at most `reach` px away. */
export function momentAt(
  { tracks }: Recording,
  scale: Scale,
  point: { readonly x: number; readonly y: number },
  reach: number,
  time: number,
): Moment | undefined {
  const row = Math.floor(point.y / rowHeight);
  if (Math.abs(point.y - lineY(row)) > Math.max(reach, 20)) return undefined;
  const found = nearest(tracks[row]?.moments ?? [], timeAt(point.x, scale), time);
  return found && Math.abs(xOf(found.time, scale) - point.x) <= reach ? found : undefined;
}
