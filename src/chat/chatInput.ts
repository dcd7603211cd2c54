import { isObject } from '../rx/isObject.js';
import { isEmptyText } from '../chunk/contentsOf.js';
import type { GeminiPart } from '../chunk/response.js';
import { builtInClassOf } from '../rx/builtInClassOf.js';
import { typeError } from '../rx/assertions.js';
import { jsonCopy } from './jsonCopy.js';
import { assertValid } from './validators.js';
import { aPart } from './contentValidators.js';

/** The input for a user's message: a text, a part (an image, a file, a function's response), or a list of both. @public */
export type ChatInput = string | GeminiPart | readonly (string | GeminiPart)[];

/** @throws TypeError - If the message is empty, or not a {@link ChatInput}. */
export function partsOfInput(message: ChatInput): GeminiPart[] {
  const items: readonly unknown[] = Array.isArray(message) ? message : [message];
  const isOne = !Array.isArray(message);
  const parts = items.map((item, index) => partOf(isOne ? 'message' : `message[${index}]`, item));
  if (parts.length === 0 || parts.some(isEmptyText)) throw wrongMessage(message);
  return parts;

  function partOf(place: string, item: unknown): GeminiPart {
    if (typeof item === 'string') return { text: item };
    if (!isObject(item) || builtInClassOf(item) || 'parts' in item || 'subscribe' in item || 'then' in item) {
      throw wrongMessage(message);
    }
    return copyPart(place, item);
  }
}

function wrongMessage(message: unknown): TypeError {
  return typeError('message', 'a non-empty text, a part with content or a list of them', message);
}

/**
 * Copies a caller's part as plain JSON data: the history cannot hold a value that has no JSON.
 *
 * @throws TypeError - If `part` is not a part.
 */
export function copyPart(place: string, part: unknown): GeminiPart {
  const own = jsonCopy(`\`${place}\``, part);
  if (!isObject(own)) throw typeError(place, 'a part', part);
  // As in the JSON of the API, `null` means absent.
  const present = Object.fromEntries(Object.entries(own).filter(([, value]) => value !== null));
  assertValid(place, present, aPart);
  return present;
}
