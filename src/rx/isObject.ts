/** An object read or written by field name. */
export type Fields = Record<string, unknown>;

/** Whether a value is an object with fields; a list is not. */
export function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
