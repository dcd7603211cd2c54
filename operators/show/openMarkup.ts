/** A run of `*`, `_` or `~` that opens emphasis and is not closed yet. */
interface Opener {
  readonly mark: string;
  readonly place: number;
  readonly size: number;
  /** The length of the whole run, of which some marks may have closed other openers. */
  readonly runLength: number;
  /** Whether the run can close emphasis as well. */
  readonly canClose: boolean;
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
  /<(?:\/?|!(?:-(?:-.*)?)?|[A-Za-z][A-Za-z\d+.-]{1,31}:[^\s<>]*|\/?[A-Za-z][A-Za-z\d-]*(?:\s+[\w:.-]+=(?:"[^"]*"|'[^']*'|[^\s"'<>=]+))*(?:\s+(?:[\w:.-]+(?:=(?:"[^"]*|'[^']*|[^\s"'<>=]*)?)?)?)?\/?)$/suy;

/**
 * Closes the markup that is open at the end of the text of one block: code, emphasis, strikethrough. A half link becomes
 * its text; a half image, a half tag and marks without a text after them are dropped.
 */
export function closeMarkup(text: string): string {
  let shown = text;
  // Without the bracket of a half link, the marks around it may mean something else.
  for (let round = 0; round < maxReadings; round++) {
    const reader = new MarkupReader(shown);
    reader.read();
    if (!reader.hasHalfLink) return reader.closed();
    shown = reader.shown();
  }
  return shown;
}

/** More rounds have no effect, except on text that was made to need them. */
const maxReadings = 8;

class MarkupReader {
  readonly #text: string;
  readonly #openers: Opener[] = [];
  /** The number of the openers with each mark. */
  readonly #counts: Record<string, number> = {};
  /** The number of the first openers that a run with this mark, length and flanks does not close. */
  readonly #searched = new Map<string, number>();
  readonly #brackets: OpenBracket[] = [];
  /** The places of the brackets of half links. */
  readonly #dropped: number[] = [];
  /** The end of the text that can be shown. */
  #end: number;
  /** The end of the last run of marks that closed emphasis. */
  #closedAt = 0;
  /** The mark that closes the code at the end. */
  #codeMark = '';

  constructor(text: string) {
    this.#text = text;
    this.#end = text.length;
  }

  read(): void {
    for (let place = 0; place < this.#end;) place = this.#readElement(place);
    this.#dropBrackets();
  }

  get hasHalfLink(): boolean {
    return this.#dropped.length > 0;
  }

  /** Reads one element; returns its end. */
  #readElement(place: number): number {
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
    // Backticks on a line of their own would begin a block of code.
    this.#end = this.#text.replace(/\n\s*`*\s*$/u, '').length;
    const code = this.#text.slice(place + size, this.#end);
    if (code.trim() === '') {
      this.#end = place;
    } else {
      // Backticks at the end are the beginning of the closing mark, unless they are too many.
      let atEnd = 0;
      while (code[code.length - 1 - atEnd] === '`') atEnd += 1;
      this.#codeMark = atEnd > size ? ` ${'`'.repeat(size)}` : '`'.repeat(size - atEnd);
    }
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
    const isAtEnd = place + 1 === this.#text.length;
    const end = bracket.isImage && isAtEnd ? Infinity : this.#destinationEnd(place + 1);
    if (end === undefined) return place + 1;
    if (end <= this.#text.length) {
      // Emphasis does not reach across the edge of a link.
      this.#keepOpeners(bracket.openers);
      return end;
    }
    if (bracket.isImage) this.#end = bracket.place;
    else {
      this.#dropped.push(bracket.place);
      this.#end = place;
    }
    return this.#end;
  }

  /** The end of the destination of a link; beyond the text if the destination is half, undefined without a destination. */
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
    if (canClose) rest = this.#closeOpeners(place, size, canOpen);
    if (rest === 0 || (mark === '~' && this.#counts[mark])) return end;
    if (isAtEnd) {
      if (!isPlainAtEnd(this.#text, place, mark, size)) this.#end = end - rest;
    } else if (canOpen && !isPlainWithin(this.#text, place, end, mark)) {
      this.#counts[mark] = (this.#counts[mark] ?? 0) + 1;
      this.#openers.push({ mark, place: end - rest, size: rest, runLength: size, canClose, open: rest });
    }
    return end;
  }

  /** Closes openers with a run of marks; returns the number of the marks that close none. */
  #closeOpeners(place: number, size: number, canOpen: boolean): number {
    const mark = this.#text.charAt(place);
    const isAtEnd = place + size === this.#text.length;
    let rest = size;
    while (rest > 0) {
      const index = this.#openerOf(mark, size, canOpen);
      const opener = this.#openers[index];
      if (!opener) return rest;
      const used = Math.min(rest, opener.open);
      if (mark === '~' && used < 2 && !isAtEnd) return rest;
      opener.open -= used;
      rest -= used;
      this.#closedAt = place + size;
      this.#keepOpeners(opener.open > 0 ? index + 1 : index);
      if (opener.open > 0) return rest;
    }
    return 0;
  }

  /** The index of the last opener that a run of marks closes; -1 without such an opener. */
  #openerOf(mark: string, size: number, canOpen: boolean): number {
    // Counted and remembered, because to search for an opener that is not there takes time proportional to their number.
    if (!this.#counts[mark]) return -1;
    const key = `${mark} ${String(size % 3)} ${String(canOpen)}`;
    const least = this.#searched.get(key) ?? 0;
    for (let index = this.#openers.length - 1; index >= least; index--) {
      const opener = this.#openers[index];
      if (opener?.mark === mark && isPair(opener, size, canOpen)) return index;
    }
    this.#searched.set(key, this.#openers.length);
    return -1;
  }

  #keepOpeners(length: number): void {
    for (const { mark } of this.#openers.splice(length)) this.#counts[mark] = (this.#counts[mark] ?? 0) - 1;
    for (const [key, searched] of this.#searched) if (searched > length) this.#searched.set(key, length);
  }

  /** Drops the brackets of links whose text is not complete, and a half image; `[0, 1)` and `list[0` are plain. */
  #dropBrackets(): void {
    let closing = 0;
    let next = this.#brackets.pop();
    for (let place = this.#end - 1; next && place >= 0 && this.#text[place] !== '\n'; place--) {
      if (this.#text[place] === ')') closing += 1;
      if (this.#text[place] === '(' && closing > 0) closing -= 1;
      if (place > next.place) continue;
      const isPlain = closing > 0 || /[A-Za-z\d]/u.test(this.#text.charAt(place - 1));
      if (!isPlain && next.isImage) this.#end = place;
      else if (!isPlain) this.#dropped.push(place);
      next = this.#brackets.pop();
    }
  }

  /** The text with closing marks. */
  closed(): string {
    if (this.#codeMark === '') this.#dropEmptyOpeners();
    const body = this.#text.slice(0, this.#end);
    let marks = this.#codeMark;
    for (const { mark, open } of this.#openers.reverse()) marks += mark.repeat(open);
    if (marks === '') return body;
    if (this.#codeMark !== '') return body + marks + (/\n\s*$/u.exec(this.#text)?.[0] ?? '');
    // A closing mark does not close after white space, a backslash or a plain mark of its kind.
    let shown = body.trimEnd();
    const space = body.slice(shown.length);
    const mark = this.#closedAt === shown.length ? '' : marks.charAt(0);
    while (keepsOpen(shown, mark)) shown = shown.slice(0, -1).trimEnd();
    return shown + marks + space;
  }

  /** The text without the brackets of half links. */
  shown(): string {
    let shown = '';
    let start = 0;
    for (const place of this.#dropped.sort((a, b) => a - b)) {
      if (place >= this.#end) break;
      shown += this.#text.slice(start, place);
      start = place + 1;
    }
    return shown + this.#text.slice(start, this.#end);
  }

  #dropEmptyOpeners(): void {
    for (let opener = this.#openers.at(-1); opener; opener = this.#openers.at(-1)) {
      const content = this.#text.slice(opener.place + opener.size, this.#end);
      if (opener.place < this.#end && content.trim() !== '') return;
      this.#openers.pop();
      this.#end = Math.min(this.#end, opener.place);
    }
  }

  #runLength(place: number): number {
    const mark = this.#text[place];
    let end = place + 1;
    while (this.#text[end] === mark) end += 1;
    return end - place;
  }
}

/**
 * Whether a run of marks closes an opener. CommonMark's rule of three: in `**5*3**` the mark within is no part of the
 * marks around it.
 */
function isPair({ mark, runLength, canClose }: Opener, size: number, canOpen: boolean): boolean {
  if (mark === '~' || !(canClose || canOpen)) return true;
  return (runLength + size) % 3 !== 0 || size % 3 === 0;
}

/** Whether a closing mark after a text would not close: after an open escape, or after a plain mark of its kind. */
function keepsOpen(text: string, mark: string): boolean {
  const last = text.length - 1;
  return isEscaped(text, text.length) || (text[last] === mark && !isEscaped(text, last));
}

/** Whether an odd number of backslashes stands before a place. */
export function isEscaped(text: string, place: number): boolean {
  let start = place;
  while (text[start - 1] === '\\') start -= 1;
  return (place - start) % 2 === 1;
}

const wholeDestination =
  /\(\s*(?:<[^<>\n]*>|(?:[^\s()\\<]|\\.|\((?:[^\s()\\]|\\.)*\))*)(?:\s+(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\((?:[^()\\]|\\.)*\)))?\s*\)/suy;
const halfDestination =
  /\(\s*(?:<[^<>\n]*>?|(?:[^\s()\\<]|\\.|\((?:[^\s()\\]|\\.)*\))*(?:\((?:[^\s()\\]|\\.)*)?\\?)(?:\s+(?:"(?:[^"\\]|\\.)*\\?"?|'(?:[^'\\]|\\.)*\\?'?|\((?:[^()\\]|\\.)*\\?\)?)?\s*)?$/suy;
const wholeReference = /\[[^[\]\n]*\]/uy;
const halfReference = /\[[^[\]\n]*$/uy;

/** Made at the first mark: an engine that meets a literal collects the characters of its properties at the import. */
let punctuation: RegExp | undefined;

/** Whether a run of marks can open or close emphasis, by the characters around it, as CommonMark decides. */
function flanks(text: string, place: number, end: number, mark: string): { canOpen: boolean; canClose: boolean } {
  const before = characterBefore(text, place);
  const after = text.slice(end, end + 2);
  const isSpaced = { before: /^\s*$/u.test(before), after: /^(?:\s|$)/u.test(after) };
  punctuation ??= new RegExp(String.raw`^[\p{P}\p{S}]`, 'u');
  const isPunctuated = { before: punctuation.test(before), after: punctuation.test(after) };
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
  if (mark === '_') return new RegExp(String.raw`[\p{L}\p{N}]`, 'u').test(before);
  return size === 1 && /[!-~]/u.test(before);
}
