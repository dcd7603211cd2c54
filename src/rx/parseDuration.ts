/** Parses a duration into ms: `34.4s` in JSON, `1m2.5s` or `813.4ms` in sentences, as Go prints it. */
export function parseDuration(text: unknown): number | undefined {
  if (typeof text !== 'string') return undefined;
  const [, hours, minutes, seconds, ms] = durations.exec(text) ?? [];
  const values = [hours, minutes, seconds, ms];
  if (values.every((value) => value === undefined)) return undefined;
  const [h, m, s, rest] = values.map((value) => Number(value ?? 0)) as [number, number, number, number];
  return Math.round(((h * 60 + m) * 60 + s) * 1000 + rest);
}

const durations = /^(?:(\d+)h)?(?:(\d+)m(?!s))?(?:(\d+(?:\.\d+)?)s)?(?:(\d+(?:\.\d+)?)ms)?\W*$/;
