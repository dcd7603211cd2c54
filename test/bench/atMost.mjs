/** A target beside its figure, and whether it is met; if not, the reason. */
export function atMost(limit, figure, unit = 'x', reason = '') {
  if (figure <= limit) return `<= ${limit} ${unit}: met`;
  return `<= ${limit} ${unit}: not met${reason && ` (${reason})`}`;
}
