import { standingAnnotations } from './replyAnnotations.js';
import { emptyChunk } from './emptyChunk.js';
import { shallowCopy } from './copyFields.js';
import type { GeminiChunk } from './geminiChunk.js';

/**
 * Makes the notice of an operator: a chunk with the standing annotations of the last chunk that the operator received,
 * which the type of the chunks promises, and no other field. Marks and places are not copied: they are reported once.
 */
export function noticeAfter<T extends GeminiChunk>(latest: T | undefined): T {
  const notice = shallowCopy(emptyChunk);
  for (const name of standingAnnotations) if (latest?.[name] !== undefined) notice[name] = latest[name];
  return notice as unknown as T;
}
