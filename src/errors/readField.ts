/** A field of anything that was thrown or received; undefined if it is absent, `null`, or throws when it is read. */
export function readField(value: unknown, field: PropertyKey): unknown {
  try {
    return (value as Readonly<Record<PropertyKey, unknown>>)[field] ?? undefined;
  } catch {
    return undefined;
  }
}
