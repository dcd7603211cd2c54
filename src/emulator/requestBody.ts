import { isObject } from '../rx/isObject.js';

type Json = Readonly<Record<string, unknown>>;

/** Gemini's own limit on the size of a request, in bytes, media included. */
export const maxBodyBytes = 100 * 1024 * 1024;

/** A field of a request by its camelCase name; like Google's servers, reads the snake_case spelling as well. */
export function fieldOf(body: unknown, name: string): unknown {
  if (!isObject(body)) return undefined;
  return body[name] ?? body[name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)];
}

/** The messages of the conversation. */
export function contentsIn(body: unknown): readonly unknown[] {
  const contents = fieldOf(body, 'contents');
  if (Array.isArray(contents)) return contents;
  return isObject(contents) ? [contents] : [];
}

/** The parts of a message or of the system instruction. */
export function partsIn(content: unknown): readonly Json[] {
  const parts = fieldOf(content, 'parts');
  if (Array.isArray(parts)) return parts.filter(isObject);
  return isObject(parts) ? [parts] : [];
}

/** The text of the user's last message; `''` without one. A message without a role is the user's. */
export function promptIn(body: unknown): string {
  const message = contentsIn(body).findLast((content) => (fieldOf(content, 'role') ?? 'user') === 'user');
  return partsIn(message)
    .map((part) => (typeof part['text'] === 'string' ? part['text'] : ''))
    .join('');
}
