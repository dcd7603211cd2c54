/** A run of `*`, `_` or `~` that opens emphasis and is not closed yet. */
interface Opener {
  readonly mark: string;
  readonly place: number;
  readonly size: number;
  /** The marks that are still open. */
  open: number;
}

interface OpenBracket {
  readonly place: number;
  readonly isImage: boolean;
  /** The number of openers before the bracket. */
  readonly openers: number;
}

const plainText = /[^\\`<!*_~[\]]+/uy;
const tag =
  /<(?:!--.*?-->|[A-Za-z][A-Za-z\d+.-]{1,31}:[^\s<>]*>|\/?[A-Za-z][A-Za-z\d-]*(?:\s[^<>]*)?\/?>|[\w.+-]+@[\w.-]+>)/suy;
const halfTag =
  /<(?:!(?:-(?:-.*)?)?|[A-Za-z][A-Za-z\d+.-]{1,31}:[^\s<>]*|\/?[A-Za-z][A-Za-z\d-]*(?:\s+[\w:.-]+=(?:"[^"]*"|'[^']*'|[^\s"'<>=]+))*(?:\s+(?:[\w:.-]+(?:=(?:"[^"]*|'[^']*|[^\s"'<>=]*)?)?)?)?\/?)$/suy;

/**
 * Closes the markup that is open at the end of the text of one block: code, emphasis, strikethrough. A half link becomes
 * its text; a half image, a half tag and marks without a text after them are dropped.
 */
export function closeMarkup(text: string): string {
  return new MarkupReader(text).close();
}

class MarkupReader {
  readonly #text: string;
  #openers: Opener[] = [];
  readonly #brackets: OpenBracket[] = [];
  /** The places of the brackets of half links. */
  readonly #dropped: number[] = [];
  /** The end of the text that can be shown. */
  #end: number;
  /** The mark that closes the code at the end. */
  #codeMark = '';

  constructor(text: string) {
    this.#text = text;
    this.#end = text.length;
  }

  close(): string {
    for (let place = 0; place < this.#end;) place = this.#read(place);
    this.#dropBrackets();
    return this.#closed();
  }

  /** Reads one element; returns its end. */
  #read(place: number): number {
    switch (this.#text[place]) {
      case '\\':
        return place + 2;
      case '`':
        return this.#readCode(place);
      case '<':
        return this.#readTag(place);
      case '*':
      case '_':
      case '~':
        return this.#readRun(place);
      case '!':
        return this.#text[place + 1] === '[' ? this.#openBracket(place, true) : place + 1;
      case '[':
        return this.#openBracket(place, false);
      case ']':
        return this.#closeBracket(place);
      default:
        plainText.lastIndex = place;
        return place + (plainText.exec(this.#text)?.[0].length ?? 1);
    }
  }

  #readCode(place: number): number {
    const size = this.#runLength(place);
    let end = place + size;
    for (let run = this.#text.indexOf('`', end); run >= 0; run = this.#text.indexOf('`', end)) {
      end = run + this.#runLength(run);
      if (end - run === size) return end;
    }
    if (this.#text.slice(place + size).trim() === '') {
      this.#end = place;
      return place;
    }
    // Backticks at the end may be the beginning of the closing mark, or code; white space separates code.
    const atEnd = end === this.#text.length ? (/`*$/u.exec(this.#text)?.[0].length ?? 0) : 0;
    this.#codeMark = atEnd > size ? ` ${'`'.repeat(size)}` : '`'.repeat(size - atEnd);
    return this.#end;
  }

  #readTag(place: number): number {
    tag.lastIndex = place;
    const [whole] = tag.exec(this.#text) ?? [];
    if (whole !== undefined) return place + whole.length;
    halfTag.lastIndex = place;
    if (!halfTag.test(this.#text)) return place + 1;
    this.#end = place;
    return place;
  }

  #openBracket(place: number, isImage: boolean): number {
    this.#brackets.push({ place, isImage, openers: this.#openers.length });
    return place + (isImage ? 2 : 1);
  }

  #closeBracket(place: number): number {
    const bracket = this.#brackets.pop();
    if (!bracket) return place + 1;
    const end = this.#destinationEnd(place + 1);
    if (end === undefined) return place + 1;
    if (end <= this.#text.length) {
      // Emphasis does not reach across the edge of a link.
      this.#openers.length = Math.min(this.#openers.length, bracket.openers);
      return end;
    }
    if (bracket.isImage) this.#end = bracket.place;
    else {
      this.#dropped.push(bracket.place);
      this.#end = place;
    }
    return this.#end;
  }

  /** The end of the destination of a link; beyond the text if it is half, undefined if there is none. */
  #destinationEnd(place: number): number | undefined {
    const open = this.#text[place];
    const whole = open === '(' ? wholeDestination : open === '[' ? wholeReference : undefined;
    const half = open === '(' ? halfDestination : halfReference;
    if (!whole) return undefined;
    whole.lastIndex = place;
    const [found] = whole.exec(this.#text) ?? [];
    if (found !== undefined) return place + found.length;
    half.lastIndex = place;
    return half.test(this.#text) ? this.#text.length + 1 : undefined;
  }

  #readRun(place: number): number {
    const mark = this.#text.charAt(place);
    const size = this.#runLength(place);
    const end = place + size;
    const isAtEnd = end === this.#text.length;
    if (mark === '~' && size !== 2 && !isAtEnd) return end;
    const { canOpen, canClose } = flanks(this.#text, place, end, mark);
    let rest = size;
    if (canClose) rest = this.#closeOpeners(mark, size, isAtEnd);
    if (rest === 0) return end;
    if (isAtEnd) {
      if (!isPlainAtEnd(this.#text, place, mark, size)) this.#end = end - rest;
    } else if (canOpen && !isPlainWithin(this.#text, place, end, mark)) {
      this.#openers.push({ mark, place: end - rest, size: rest, open: rest });
    }
    return end;
  }

  /** Closes openers with a run of marks; returns the number of the marks that close none. */
  #closeOpeners(mark: string, size: number, isAtEnd: boolean): number {
    let rest = size;
    while (rest > 0) {
      const index = this.#openers.findLastIndex((opener) => opener.mark === mark);
      const opener = this.#openers[index];
      if (!opener || index < (this.#brackets.at(-1)?.openers ?? 0)) return rest;
      const used = Math.min(rest, opener.open);
      if (mark === '~' && used < 2 && !isAtEnd) return rest;
      opener.open -= used;
      rest -= used;
      this.#openers.length = opener.open > 0 ? index + 1 : index;
      if (opener.open > 0) return rest;
    }
    return 0;
  }

  /** Drops the brackets of links whose text is not complete, and a half image. */
  #dropBrackets(): void {
    for (const { place, isImage } of this.#brackets) {
      if (place >= this.#end || !this.#isHalfLink(place)) continue;
      if (isImage) this.#end = place;
      else this.#dropped.push(place);
    }
  }

  /** Whether the text after a bracket may become the text of a link; `[0, 1)` and `list[0` do not. */
  #isHalfLink(place: number): boolean {
    const rest = this.#text.slice(place, this.#end);
    if (rest.includes('\n') || /[A-Za-z\d]/u.test(this.#text.charAt(place - 1))) return false;
    let depth = 0;
    for (const character of rest) {
      if (character === '(') depth += 1;
      if (character === ')') depth -= 1;
      if (depth < 0) return false;
    }
    return true;
  }

  #closed(): string {
    let body = this.#shown(0);
    let marks = '';
    if (this.#codeMark === '') {
      for (let opener = this.#openers.at(-1); opener; opener = this.#openers.at(-1)) {
        if (opener.place < this.#end && this.#shown(opener.place + opener.size).trim() !== '') break;
        this.#openers.pop();
        if (opener.place >= this.#end) continue;
        this.#end = opener.place;
        body = this.#shown(0);
      }
    }
    for (const { mark, open } of this.#openers.reverse()) marks += mark.repeat(open);
    if (this.#codeMark !== '') return body + this.#codeMark + marks;
    if (marks === '') return body;
    // White space before a closing mark, or a backslash, would keep it from closing.
    const shown = body.trimEnd();
    const isEscaping = (/\\+$/u.exec(shown)?.[0].length ?? 0) % 2 === 1;
    return (isEscaping ? shown.slice(0, -1) : shown) + marks + body.slice(shown.length);
  }

  /** The text from a place on that can be shown. */
  #shown(from: number): string {
    let shown = '';
    let start = from;
    for (const place of this.#dropped.sort((a, b) => a - b)) {
      if (place < start || place >= this.#end) continue;
      shown += this.#text.slice(start, place);
      start = place + 1;
    }
    return shown + this.#text.slice(start, this.#end);
  }

  #runLength(place: number): number {
    const mark = this.#text[place];
    let end = place + 1;
    while (this.#text[end] === mark) end += 1;
    return end - place;
  }
}

const wholeDestination =
  /\(\s*(?:<[^<>\n]*>|(?:[^\s()\\<]|\\.|\((?:[^\s()\\]|\\.)*\))*)(?:\s+(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\((?:[^()\\]|\\.)*\)))?\s*\)/suy;
const halfDestination =
  /\(\s*(?:<[^<>\n]*>?|(?:[^\s()\\<]|\\.|\((?:[^\s()\\]|\\.)*\))*(?:\((?:[^\s()\\]|\\.)*)?\\?)(?:\s+(?:"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?|\((?:[^()\\]|\\.)*\)?)?\s*)?$/suy;
const wholeReference = /\[[^[\]\n]*\]/uy;
const halfReference = /\[[^[\]\n]*$/uy;

/** Whether a run of marks can open or close emphasis, by the characters around it, as CommonMark decides. */
function flanks(text: string, place: number, end: number, mark: string): { canOpen: boolean; canClose: boolean } {
  const before = characterBefore(text, place);
  const after = text.slice(end, end + 2);
  const isSpaced = { before: /^\s*$/u.test(before), after: /^(?:\s|$)/u.test(after) };
  const isPunctuated = { before: /[\p{P}\p{S}]/u.test(before), after: /^[\p{P}\p{S}]/u.test(after) };
  const isLeft = !isSpaced.after && (!isPunctuated.after || isSpaced.before || isPunctuated.before);
  const isRight = !isSpaced.before && (!isPunctuated.before || isSpaced.after || isPunctuated.after);
  if (mark !== '_') return { canOpen: isLeft, canClose: isRight };
  return { canOpen: isLeft && (!isRight || isPunctuated.before), canClose: isRight && (!isLeft || isPunctuated.after) };
}

function characterBefore(text: string, place: number): string {
  return /[^]$/u.exec(text.slice(Math.max(0, place - 2), place))?.[0] ?? '';
}

/** Whether marks within a text are plain: the sign of a product (`5*3`) or a power (`2**3`). */
function isPlainWithin(text: string, place: number, end: number, mark: string): boolean {
  if (mark !== '*' || end - place > 2) return false;
  const around = text.charAt(place - 1) + text.charAt(end);
  return end - place === 1 ? /^[A-Za-z\d]{2}$/u.test(around) : /^\d[A-Za-z\d]$/u.test(around);
}

/** Whether marks at the end of a text, which close no emphasis, are plain: `snake_`, a footnote (`price*`). */
function isPlainAtEnd(text: string, place: number, mark: string, size: number): boolean {
  const before = characterBefore(text, place);
  if (mark === '_') return /[\p{L}\p{N}]/u.test(before);
  return size === 1 && /[!-~]/u.test(before);
}
