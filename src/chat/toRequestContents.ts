import type { GeminiContent } from '../chunk/contentsOf.js';
import { normalizeHistory } from './normalizeHistory.js';
import { contentsOfMessage, type ChatMessage } from './chatMessage.js';

/** What the model is sent of some turns: all that is whole, in the order that the API demands. */
export function toRequestContents(turns: readonly ChatMessage[]): GeminiContent[] {
  return normalizeHistory(turns.filter(isSendable).flatMap(contentsOfMessage));
}

/** Whether the model is sent something of a turn. */
export function isSendable(turn: ChatMessage): boolean {
  const isOpen = turn.status === 'pending' || turn.status === 'streaming';
  return !isOpen && !turn.draft && turn.parts.length > 0;
}
