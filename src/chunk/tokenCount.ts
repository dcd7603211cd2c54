/** A count of tokens in a report; undefined unless it is a number of 0 or more, because a server may send anything. */
export function tokenCount(value: unknown): number | undefined {
  return typeof value === 'number' && value >= 0 && value < Infinity ? value : undefined;
}
