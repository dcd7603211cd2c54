/** Characters of two terminal cells: CJK and emoji. */
const wide =
  /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6]|\p{Emoji_Presentation}/u;
/** Characters without a cell of their own. */
const zero = /[\p{Mn}\p{Me}\p{Cf}\uFE00-\uFE0F]/u;

/** The column in which the text of a terminal ends, in cells. */
export class Column {
  #at = 0;

  get at(): number {
    return this.#at;
  }

  write(text: string): void {
    const lineStart = Math.max(text.lastIndexOf('\n'), text.lastIndexOf('\r'));
    if (lineStart >= 0) this.reset();
    for (const character of text.slice(lineStart + 1))
      this.#at += zero.test(character) ? 0 : wide.test(character) ? 2 : 1;
  }

  reset(): void {
    this.#at = 0;
  }
}
