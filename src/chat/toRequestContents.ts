import type { GeminiContent } from '../chunk/contentsOf.js';
import { isOpen, type ChatMessage } from './chatMessage.js';
import { contentsOfMessage } from './messageFields.js';
import { normalizeHistory } from '../chunk/normalizeHistory.js';

/** The contents of a request: the contents of all sendable messages, in the order that the API demands. */
export function toRequestContents(messages: readonly ChatMessage[]): GeminiContent[] {
  return normalizeHistory(messages.filter(isSendable).flatMap(contentsOfMessage));
}

/** Whether a message has content that is sent to the model. */
export function isSendable(message: ChatMessage): boolean {
  return !isOpen(message) && !message.draft && message.parts.length > 0;
}
