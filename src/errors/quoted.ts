import { redact } from './redact.js';

/** The most of a foreign text that a sentence quotes, in UTF-16 units. */
const maxLength = 500;

/** What somebody else said, fit for a sentence: without secrets, on one line, not too long; `''` for a web page. */
export function quoted(text: string): string {
  if (/^\s*</.test(text) || /<(?:!doctype|html|head|body)\b/i.test(text)) return '';
  const line = redact(text).replace(/\s+/g, ' ').trim();
  return line.length > maxLength ? `${line.slice(0, maxLength - 1)}…` : line;
}
