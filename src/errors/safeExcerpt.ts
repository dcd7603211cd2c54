import { redact } from './redact.js';
import { isWebPage } from './webPage.js';

/** The longest excerpt, in UTF-16 units. */
const maxExcerpt = 500;

/**
 * Makes a foreign text fit for a sentence: without secrets and terminal commands, on one line, not too long; `''` for a
 * web page.
 */
export function safeExcerpt(text: string, most = maxExcerpt): string {
  // Only the beginning is redacted, but more than is quoted, so that a secret is not cut before it is recognised.
  const beginning = text.trimStart().slice(0, 16 * most);
  if (isWebPage(beginning)) return '';
  const line = redact(beginning).replace(/\s+/g, ' ').trim();
  return line.length > most ? `${line.slice(0, most - 1)}…` : line;
}
