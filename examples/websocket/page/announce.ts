import { find } from './find.js';

/** Has a screen reader say something. The text of a reply is not announced: it changes many times a second. */
export function announce(words: string): void {
  find('#announcer').textContent = words;
}
