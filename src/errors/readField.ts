/** Reads a field of any value; returns undefined if the field is absent, `null`, or throws when it is read. */
export function readField(value: unknown, field: PropertyKey): unknown {
  try {
    return (value as Readonly<Record<PropertyKey, unknown>>)[field] ?? undefined;
  } catch {
    return undefined;
  }
}
