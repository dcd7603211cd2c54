import type { Part } from '../chunk/wire.js';
import { typeError } from '../internal/assertions.js';

/** What a user says: a text, a part (an image, a file, a function's response), or a list of both. @public */
export type ChatMessage = string | Part | readonly (string | Part)[];

/** @throws TypeError - If there is nothing to be sent. */
export function messageParts(message: ChatMessage): Part[] {
  const items: readonly unknown[] = Array.isArray(message) ? message : [message];
  if (items.length > 0 && items.every(isPiece)) return items.map(partOf);
  throw typeError('message', 'a text, a part or a list of them', message);
}

function isPiece(item: unknown): item is string | Part {
  if (typeof item === 'string') return item !== '';
  return typeof item === 'object' && item !== null && !Array.isArray(item) && !('parts' in item);
}

function partOf(item: string | Part): Part {
  return typeof item === 'string' ? { text: item } : item;
}
