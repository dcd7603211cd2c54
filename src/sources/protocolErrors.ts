import { GeminiError } from '../errors/geminiError.js';
import { redact } from '../errors/redact.js';
import { isWebPage, webPageAdvice } from '../errors/webPage.js';

/** The error of a stream that ends in the middle of an event. */
export function truncatedError(): GeminiError {
  return new GeminiError('The reply broke off in the middle of an event', { kind: 'truncated' });
}

/** The error of a web page in place of an answer. */
export function webPageError(): GeminiError {
  return new GeminiError(webPageAdvice, { kind: 'protocol' });
}

/** The error of a text in place of an event. */
export function notAnEvent(text: string): GeminiError {
  if (isWebPage(text)) return webPageError();
  // Redacted before the cut: half a key would not look like a key.
  const beginning = redact(text.trim().slice(0, 2_000)).slice(0, 80);
  return new GeminiError(`Expected an event of Gemini's stream, got '${beginning}'`, { kind: 'protocol' });
}

/**
 * The error of JSON that is not a response. The message names the shape, by which a developer recognises the format,
 * and never a value, which may be a user's.
 */
export function notAResponse(json: unknown, expected = "an event of Gemini's stream"): GeminiError {
  return new GeminiError(`Expected ${expected}, got ${describeJson(json)}`, { kind: 'protocol' });
}

/** The maximum number of fields, of items, and of units of a name in a sentence. */
const maxNames = 8;
const maxName = 32;

function describeJson(json: unknown): string {
  if (Array.isArray(json)) return json.length === 0 ? 'an empty array' : `an array of ${quantity(json.length, 'item')}`;
  if (typeof json === 'object' && json !== null) return `an object ${fieldList(Object.keys(json))}`;
  if (json === null || json === undefined) return String(json);
  return `a ${typeof json}`;
}

function fieldList(names: readonly string[]): string {
  if (names.length === 0) return 'without fields';
  const shown = names.slice(0, maxNames).map((name) => (isFormatName(name) ? `'${name}'` : '…'));
  const rest = names.length - shown.length;
  return `with the ${names.length === 1 ? 'field' : 'fields'} ${shown.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

/** Whether a field's name belongs to a format: a name with blanks, or a long name, may be a user's text or a key. */
function isFormatName(name: string): boolean {
  return name.length <= maxName && /^[@$]?[A-Za-z_][\w.-]*$/.test(name) && redact(name) === name;
}

function quantity(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
