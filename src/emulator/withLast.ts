/** Each value, and whether it is the last: read one ahead. */
export function* withLast<T>(values: Iterable<T>): Generator<readonly [value: T, isLast: boolean]> {
  let held: { readonly value: T } | undefined;
  for (const value of values) {
    if (held) yield [held.value, false];
    held = { value };
  }
  if (held) yield [held.value, true];
}
