import type { GeminiContent } from '../chunk/contentsOf.js';
import { alternating } from './alternating.js';
import { contentsOfTurn, type ChatMessage } from './chatMessage.js';

/** What the model is sent of some turns: all that is whole, in the order that the API demands. */
export function sentContents(turns: readonly ChatMessage[]): GeminiContent[] {
  return alternating(turns.filter(isSent).flatMap(contentsOfTurn));
}

/** Whether the model is sent something of a turn. */
export function isSent(turn: ChatMessage): boolean {
  const isOpen = turn.status === 'pending' || turn.status === 'streaming';
  return !isOpen && !turn.draft && turn.parts.length > 0;
}
