/** The number of events that a page of the list has. */
export const pageSize = 50;

/** The last page of a list; a list of nothing has one too. */
export function lastPage(count: number): number {
  return Math.max(0, Math.ceil(count / pageSize) - 1);
}

/** The events of a page: from the first, up to the one before the second. */
export function rangeOf(page: number, count: number): readonly [from: number, to: number] {
  const from = Math.min(page, lastPage(count)) * pageSize;
  return [from, Math.min(from + pageSize, count)];
}
