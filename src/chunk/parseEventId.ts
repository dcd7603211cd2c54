/** Reads the id of an event of the sinks, the index of its chunk; returns undefined for any other id. */
export function parseEventId(id: string | undefined): number | undefined {
  return id !== undefined && /^\d{1,15}$/.test(id) ? Number(id) : undefined;
}
