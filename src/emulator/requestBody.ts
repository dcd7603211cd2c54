import { isObject } from './isObject.js';

type Json = Readonly<Record<string, unknown>>;

/** A field of a request by its camelCase name; Google's servers take the snake_case spelling as well. */
export function fieldOf(body: unknown, name: string): unknown {
  if (!isObject(body)) return undefined;
  return body[name] ?? body[name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)];
}

/** The turns of the conversation. */
export function contentsIn(body: unknown): readonly unknown[] {
  const contents = fieldOf(body, 'contents');
  if (Array.isArray(contents)) return contents;
  return isObject(contents) ? [contents] : [];
}

/** The parts of a turn or of the system instruction. */
export function partsIn(content: unknown): readonly Json[] {
  const parts = fieldOf(content, 'parts');
  if (Array.isArray(parts)) return parts.filter(isObject);
  return isObject(parts) ? [parts] : [];
}

/** The text of the user's last turn; `''` if there is none. A turn without a role is the user's. */
export function promptIn(body: unknown): string {
  const turn = contentsIn(body).findLast((content) => (fieldOf(content, 'role') ?? 'user') === 'user');
  return partsIn(turn)
    .map((part) => (typeof part['text'] === 'string' ? part['text'] : ''))
    .join('');
}
