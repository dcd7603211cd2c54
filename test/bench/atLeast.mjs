/** A target beside its figure, and whether it is met. */
export function atLeast(limit, figure, unit = 'x') {
  return `>= ${limit} ${unit}: ${figure >= limit ? 'met' : 'not met'}`;
}
