/** The deepest that a value may be nested: an event of the wire may have 1,000 levels, the value and what holds it. */
const maxDepth = 900;

/**
 * Copies a value as plain JSON data. All that a chat shows, sends and saves has JSON, and does not change when somebody
 * changes the original.
 *
 * @param name - The subject of the error's sentence.
 * @throws TypeError - If the value has no JSON. The sentence has the reason, and quotes nothing of the value.
 */
export function jsonCopy(name: string, value: unknown): unknown {
  const json = jsonOf(name, value);
  if (json === undefined) throw noJson(name, 'it is a function, a symbol or undefined');
  const copy: unknown = JSON.parse(json);
  if (isTooDeep(copy)) throw noJson(name, 'it is nested too deeply');
  return copy;
}

function jsonOf(name: string, value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch (cause) {
    throw noJson(name, reasonOf(cause));
  }
}

function noJson(name: string, reason: string): TypeError {
  return new TypeError(`${name} has no JSON: ${reason}.`);
}

/** The engines' sentences quote names of the value, and those of a `toJSON` may quote anything. */
function reasonOf(cause: unknown): string {
  if (cause instanceof RangeError) return 'it is nested too deeply, or too long';
  if (!(cause instanceof TypeError)) return 'it cannot be read';
  if (/circular|cyclic/i.test(cause.message)) return 'it contains itself';
  return /bigint/i.test(cause.message) ? 'it contains a bigint' : 'it cannot be read';
}

/** By levels, so that no depth of data is a depth of calls. */
function isTooDeep(value: unknown): boolean {
  let level = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > maxDepth) return true;
    level = level.flatMap((held): unknown[] => (typeof held === 'object' && held !== null ? Object.values(held) : []));
  }
  return false;
}
