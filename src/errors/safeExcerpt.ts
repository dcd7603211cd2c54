import { redact } from './redact.js';

/** The most of a foreign text that a sentence quotes, in UTF-16 units. */
const maxLength = 500;

/**
 * A foreign text, fit for a sentence: without secrets and commands of a terminal, on one line, not too long; `''` for a
 * web page.
 */
export function safeExcerpt(text: string, most = maxLength): string {
  // Of a long one only the beginning is looked at, and more than is quoted: a secret may be cut off.
  const beginning = text.trimStart().slice(0, 16 * most);
  if (/^<|<(?:!doctype|html|head|body)\b/i.test(beginning)) return '';
  const line = redact(beginning).replace(/\s+/g, ' ').trim();
  return line.length > most ? `${line.slice(0, most - 1)}…` : line;
}
