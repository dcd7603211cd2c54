import type { Style } from '../page.js';
import { Emphasis, isSpace, mayOpen, type MarkRun } from './emphasis.js';
import { entities, readAutolink, readCode, readLink, type Element, type Next } from './inlineElements.js';

/** Receives text in styles. */
type WriteText = (text: string, styles: readonly Style[]) => void;

const plain = /[^\\`*_~[!<&]+/y;

/**
 * Reads the text of a block as it arrives: emphasis, code, links and escapes. Emphasis shows at once, and ends with its
 * block at the latest; code and links wait for their end, as long as it may come.
 */
export class InlineReader {
  readonly #write: WriteText;
  readonly #base: readonly Style[];
  readonly #hasStyles: boolean;
  readonly #emphasis = new Emphasis();
  /** Text that may mean one thing or another. */
  #held = '';
  /** The character before the held text. */
  #before = '';

  constructor(write: WriteText, base: readonly Style[], hasStyles: boolean) {
    this.#write = write;
    this.#base = base;
    this.#hasStyles = hasStyles;
  }

  write(text: string): void {
    this.#held += text;
    this.#read('more');
  }

  /** Ends the block: marks that are still open were none, unless the text was cut off within them. */
  end(isCut: boolean): void {
    this.#read(isCut ? 'cut' : 'end');
    this.#emphasis.end();
    this.#before = '';
  }

  #read(next: Next): void {
    let place = 0;
    while (place < this.#held.length) {
      const length = this.#readAt(place, next);
      if (length === 0) break;
      place += length;
      this.#before = this.#held.charAt(place - 1);
    }
    this.#held = this.#held.slice(place);
  }

  /** Reads the element at a place, and returns its length; 0 if it depends on text that is still to come. */
  #readAt(place: number, next: Next): number {
    plain.lastIndex = place;
    const [text = ''] = plain.exec(this.#held) ?? [];
    if (text) return this.#show(text, text.length);
    const first = this.#held.charAt(place);
    if (/[*_~]/.test(first)) return this.#readMarks(place, next);
    const element = this.#elementAt(first, place, next);
    if (element === 'open') return next === 'more' ? 0 : this.#show(first, 1);
    return element === 'none' ? this.#show(first, 1) : this.#showElement(element);
  }

  #elementAt(first: string, place: number, next: Next): Element | 'open' | 'none' {
    const rest = this.#held.slice(place, place + 1000);
    switch (first) {
      case '\\':
        if (rest.length === 1) return 'open';
        // At the end of a line it is a line break, which is there anyway.
        if (rest.charAt(1) === '\n') return { length: 1, text: '' };
        return /[!-/:-@[-`{-~]/.test(rest.charAt(1)) ? { length: 2, text: rest.charAt(1) } : 'none';
      case '`':
        return readCode(rest, next);
      case '&':
        return entities(rest);
      case '<':
        return readAutolink(rest);
      default:
        return readLink(rest, next);
    }
  }

  #showElement({ length, text, isCode, address }: Element): number {
    if (isCode && !this.#hasStyles) return this.#show(`\`${text}\``, length);
    if (address === undefined) return this.#show(text, length, isCode ? ['cyan'] : []);
    if (text !== '') {
      const label = new InlineReader(this.#write, [...this.#styles(), 'underline'], this.#hasStyles);
      label.write(text);
      label.end(false);
    }
    if (text === address || address === '') return length;
    return text === '' ? this.#show(address, length, ['underline']) : this.#show(` (${address})`, length, ['dim']);
  }

  #readMarks(place: number, next: Next): number {
    const mark = this.#held.charAt(place);
    let end = place + 1;
    while (this.#held.charAt(end) === mark) end += 1;
    if (end === this.#held.length && next === 'more') return 0;
    const run: MarkRun = {
      mark,
      size: end - place,
      before: this.#before,
      after: /^[^]/u.exec(this.#held.slice(end, end + 2))?.[0] ?? '',
    };
    const closed = this.#emphasis.close(run);
    const size = run.size - closed;
    // Marks at the end of a text that was cut off may have been about to open or close emphasis.
    const isHalf = next === 'cut' && run.after === '' && (isSpace(run.before) || this.#emphasis.isOpen(mark));
    if (size === 0 || isHalf) return run.size;
    const left = { ...run, size };
    const opens = closed > 0 ? 'no' : mayOpen(left);
    if (opens === 'in the word') {
      const word = /^\S{0,200}/u.exec(this.#held.slice(end))?.[0] ?? '';
      if (end + word.length === this.#held.length && word.length < 200 && next === 'more') return 0;
      if (!word.includes(mark.repeat(size))) return this.#show(mark.repeat(size), run.size);
    } else if (opens === 'no') return this.#show(mark.repeat(size), run.size);
    this.#emphasis.open(left);
    return run.size;
  }

  #show(text: string, length: number, styles: readonly Style[] = []): number {
    this.#write(text, [...this.#styles(), ...styles]);
    return length;
  }

  #styles(): readonly Style[] {
    return [...new Set([...this.#base, ...this.#emphasis.styles])];
  }
}
