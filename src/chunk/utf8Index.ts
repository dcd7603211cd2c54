/**
 * Converts places in a text between UTF-16 units and bytes of UTF-8. The text is read once; a conversion then takes a
 * bounded number of steps.
 */
export class Utf8Index {
  readonly #text: string;
  /** Places in units, about `spacing` apart, each at the start of a character; and the same places in bytes. */
  readonly #units: number[] = [];
  readonly #bytes: number[] = [];
  /** The length of the text in bytes. */
  readonly byteLength: number;

  constructor(text: string) {
    this.#text = text;
    let bytes = 0;
    let nextMark = 0;
    for (let unit = 0; unit < text.length;) {
      if (unit >= nextMark) {
        this.#units.push(unit);
        this.#bytes.push(bytes);
        nextMark = unit + spacing;
      }
      const code = codeAt(text, unit);
      bytes += bytesOf(code);
      unit += unitsOf(code);
    }
    this.byteLength = bytes;
  }

  /** The place in units of a place in bytes; a place within a character is moved to its start, or `up` to its end. */
  unitAt(wanted: number, rounding: 'up' | 'down' = 'down'): number {
    if (wanted >= this.byteLength) return this.#text.length;
    const mark = lastAtMost(this.#bytes, wanted);
    let unit = this.#units[mark] ?? 0;
    let bytes = this.#bytes[mark] ?? 0;
    while (bytes < wanted) {
      const code = codeAt(this.#text, unit);
      bytes += bytesOf(code);
      if (bytes > wanted && rounding === 'down') break;
      unit += unitsOf(code);
    }
    return unit;
  }

  /** The place in bytes of a place in units, at the start of a character. */
  byteAt(wanted: number): number {
    const mark = lastAtMost(this.#units, wanted);
    let unit = this.#units[mark] ?? 0;
    let bytes = this.#bytes[mark] ?? 0;
    while (unit < wanted && unit < this.#text.length) {
      const code = codeAt(this.#text, unit);
      bytes += bytesOf(code);
      unit += unitsOf(code);
    }
    return bytes;
  }
}

/** The distance of two places that are known, in UTF-16 units. */
const spacing = 64;

function codeAt(text: string, unit: number): number {
  return text.codePointAt(unit) ?? 0;
}

function unitsOf(code: number): number {
  return code > 0xffff ? 2 : 1;
}

/** The bytes of a character; half a surrogate pair is written as U+FFFD, which has as many. */
function bytesOf(code: number): number {
  if (code < 0x80) return 1;
  if (code < 0x800) return 2;
  return code > 0xffff ? 4 : 3;
}

/** The position of the last number that is not above `value`, in a list in ascending order. */
function lastAtMost(list: readonly number[], value: number): number {
  let [low, high] = [0, list.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((list[middle] ?? 0) <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}
