/** Room that a row needs around the place of a frame, in px. */
export interface Extent {
  readonly frame: number;
  readonly left: number;
  readonly right: number;
}

/** The places of frames on the axis of a picture, in px. */
export interface Places {
  /** The place of each frame. */
  readonly of: ReadonlyMap<number, number>;
  /** Frames before which the axis leaves out time. */
  readonly breaks: readonly number[];
  /** The right edge of the last extent. */
  readonly right: number;
}

/** Limits of {@link placesOf}, in px. */
export interface PlaceLimits {
  readonly left: number;
  readonly right: number;
  /** The gap between two extents of a row. */
  readonly gap: number;
  /** The longest distance of two frames: more time is left out, with a break. */
  readonly longest: number;
}

/**
 * Places frames from left to right: in proportion to time where the labels of all rows have room, further apart where
 * they have not. The scale is the largest that fits; if no scale fits, the places end beyond `right`.
 */
export function placesOf(frames: readonly number[], rows: readonly (readonly Extent[])[], limits: PlaceLimits): Places {
  let low = 0;
  let high = 64;
  const smallest = placed(frames, rows, limits, low);
  if (smallest.right > limits.right) return smallest;
  for (let step = 0; step < 40; step += 1) {
    const scale = (low + high) / 2;
    if (placed(frames, rows, limits, scale).right <= limits.right) low = scale;
    else high = scale;
  }
  return placed(frames, rows, limits, low);
}

function placed(
  frames: readonly number[],
  rows: readonly (readonly Extent[])[],
  { left, gap, longest }: PlaceLimits,
  scale: number,
): Places {
  const places = new Map<number, number>();
  const breaks: number[] = [];
  const extents = rows.map((row) => new Map(row.map((extent) => [extent.frame, extent])));
  const edges = rows.map(() => left - gap);
  let right = left;
  let last: { frame: number; place: number } | undefined;
  for (const frame of frames) {
    const time = last ? (frame - last.frame) * scale : 0;
    if (time > 1.5 * longest) breaks.push(frame);
    const present = extents.map((row) => row.get(frame));
    const byTime = last ? last.place + Math.max(shortest, Math.min(time, longest)) : left;
    const byRows = present.map((extent, row) => (extent ? (edges[row] ?? left) + gap + extent.left : 0));
    const place = Math.round(Math.max(byTime, ...byRows));
    present.forEach((extent, row) => {
      if (extent) edges[row] = place + Math.ceil(extent.right);
    });
    right = Math.max(right, place, ...edges);
    places.set(frame, place);
    last = { frame, place };
  }
  return { of: places, breaks, right };
}

/** The shortest distance of two frames, in px. */
const shortest = 10;
