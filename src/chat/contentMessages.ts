import type { GeminiCandidateContent } from '../chunk/response.js';
import { typeError } from '../rx/assertions.js';
import { copyPart } from './chatInput.js';
import { roleOf, type ChatMessage } from './chatMessage.js';
import { createMessage } from './messageFields.js';
import { anObject, assertValid, listOf, objectOf, oneOf, optional } from './validators.js';

const aRole = optional(oneOf('user', 'model', 'function', 'tool'));
const aContent = objectOf({ role: aRole, parts: optional(listOf(anObject)) });

/**
 * Copies a caller's contents as plain JSON data.
 *
 * @throws TypeError - If they are not a list of contents.
 */
export function checkedContents(name: string, contents: unknown): GeminiCandidateContent[] {
  if (!Array.isArray(contents)) throw typeError(name, 'a list of contents', contents);
  assertValid(name, contents, listOf(aContent));
  return (contents as readonly GeminiCandidateContent[]).map(({ role, parts = [] }, index) => {
    return { role, parts: parts.map((part, position) => copyPart(`${name}[${index}].parts[${position}]`, part)) };
  });
}

/** The message of a content. */
export function messageOfContent(id: string, { role, parts = [] }: GeminiCandidateContent): ChatMessage {
  return createMessage(id, role === 'model' ? 'model' : roleOf(parts), parts, 'complete');
}
