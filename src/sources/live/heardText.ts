import { emptyChunk } from '../../chunk/emptyChunk.js';
import type { GeminiChunk } from '../../chunk/geminiChunk.js';
import { joinText } from '../../chunk/joinText.js';
import { endsInHighSurrogate } from '../../chunk/surrogates.js';

/** The longest text that is held, in UTF-16 units: a user may speak for hours before the model answers. */
const maxLength = 100_000;

/** The words of the user since the last turn: the newest, if there are too many. */
export class HeardText {
  #text = '';

  append(text: string): void {
    this.#text = joinText(this.#text, text);
    if (this.#text.length > 2 * maxLength) this.#text = newest(this.#text);
  }

  /** A notice of the words so far; an empty chunk if there are no words. */
  notice(): GeminiChunk {
    return this.#text === '' ? emptyChunk : { ...emptyChunk, heard: { text: newest(this.#text) } };
  }

  clear(): void {
    this.#text = '';
  }
}

function newest(text: string): string {
  const start = Math.max(0, text.length - maxLength);
  return start === 0 ? text : text.slice(endsInHighSurrogate(text, start) ? start + 1 : start);
}
