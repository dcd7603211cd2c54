/**
 * Returns the wait that a `Retry-After` header asks for, in ms. A date is measured against the `Date` of the response,
 * so that a wrong clock on this side does not matter. (`apiFailure` reads the `RetryInfo` of a body.)
 */
export function retryAfterOf(headers: Headers): number | undefined {
  const value = headers.get('retry-after');
  if (value === null) return undefined;
  const delay = /^\d+(?:\.\d+)?$/.test(value) ? Number(value) * 1000 : timeIn(value) - sentAt(headers);
  return Number.isNaN(delay) ? undefined : Math.round(Math.min(Math.max(delay, 0), Number.MAX_SAFE_INTEGER));
}

/** The time at which the response was sent, by the clock of its server; without a `Date`, the present time. */
function sentAt(headers: Headers): number {
  const date = timeIn(headers.get('date') ?? '');
  return Number.isNaN(date) ? Date.now() : date;
}

/** Parses an HTTP date, which has a time of day; engines parse numbers and odd words as dates as well. */
function timeIn(date: string): number {
  if (!/\d:\d\d/.test(date)) return NaN;
  // The oldest of the three forms has no zone, so engines parse it as local time.
  return Date.parse(/\d{4}$/.test(date) ? `${date} GMT` : date);
}
