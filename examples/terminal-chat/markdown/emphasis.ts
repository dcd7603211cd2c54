import type { Style } from '../page.js';

/** A mark that is open, and the number of its characters: 1 is emphasis, 2 strong, 3 both. */
interface Opener {
  readonly mark: string;
  size: number;
}

const word = /[\p{L}\p{N}]/u;
/** Scripts without spaces, in which strong text begins and ends within a run of letters. */
const spaceless = /[\p{Script=Han}\p{Script=Hira}\p{Script=Kana}\p{Script=Thai}\p{Script=Hangul}]/u;

/** A run of marks and its neighbours: the characters before and after it; white space at the ends of a block. */
export interface MarkRun {
  readonly mark: string;
  readonly size: number;
  readonly before: string;
  readonly after: string;
}

/** The emphasis, strong emphasis and strikethrough that is open in a block of text. */
export class Emphasis {
  #openers: Opener[] = [];

  get styles(): readonly Style[] {
    const styles = new Set<Style>();
    for (const { mark, size } of this.#openers) {
      if (mark === '~') styles.add('strikethrough');
      else if (size > 1) styles.add('bold');
      if (mark !== '~' && size !== 2) styles.add('italic');
    }
    return [...styles].sort();
  }

  /** Closes emphasis by a run; returns the number of its marks that closed some. */
  close({ mark, size, before, after }: MarkRun): number {
    if (isSpace(before) || (mark === '_' && word.test(after))) return 0;
    let left = size;
    for (let index = this.#openers.length - 1; index >= 0 && left > 0; index--) {
      const opener = this.#openers[index];
      if (opener?.mark !== mark) continue;
      const closed = Math.min(opener.size, left);
      // Of `**` one mark cannot be closed.
      if (closed < opener.size && opener.size !== 3) continue;
      opener.size -= closed;
      left -= closed;
      // Marks that opened within this emphasis and were not closed end with it.
      this.#openers.length = opener.size > 0 ? index + 1 : index;
    }
    return size - left;
  }

  open({ mark, size }: MarkRun): void {
    this.#openers.push({ mark, size });
  }

  isOpen(mark: string): boolean {
    return this.#openers.some((opener) => opener.mark === mark);
  }

  end(): void {
    this.#openers = [];
  }
}

/** Whether a run may open emphasis: yes, no, or only if the same word closes it, as the `*` of `2*3`. */
export function mayOpen({ mark, size, before, after }: MarkRun): 'yes' | 'no' | 'in the word' {
  if (isSpace(after) || size > 3 || (mark === '~' && size !== 2)) return 'no';
  if (!word.test(before)) return 'yes';
  if (mark === '_') return 'no';
  return spaceless.test(before) || spaceless.test(after) ? 'yes' : 'in the word';
}

export function isSpace(character: string): boolean {
  return character.trim() === '';
}
