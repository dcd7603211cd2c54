import type { Content } from '../chunk/contentsOf.js';
import { alternating } from './alternating.js';
import { contentsOfTurn, type Turn } from './turn.js';

/** What the model is sent of some turns: all that is whole, in the order that the API demands. */
export function sentContents(turns: readonly Turn[]): Content[] {
  return alternating(turns.filter(isSent).flatMap(contentsOfTurn));
}

/** Whether the model is sent something of a turn. */
export function isSent(turn: Turn): boolean {
  const isOpen = turn.status === 'pending' || turn.status === 'streaming';
  return !isOpen && !turn.draft && turn.parts.length > 0;
}
