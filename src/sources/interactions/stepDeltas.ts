import type { InteractionDelta } from '../../interaction/interactionEvent.js';
import { itemsOf } from '../../interaction/itemsOf.js';
import type { InteractionContent, InteractionStep } from '../../interaction/interactionStep.js';

const none: readonly InteractionDelta[] = [];

/** The content of a text or a thought, as the deltas that would have sent it. A call and a result have no such content. */
export function stepDeltas({ type, content, summary, signature }: InteractionStep): readonly InteractionDelta[] {
  if (!content && !summary && !signature) return none;
  const deltas: InteractionDelta[] = [];
  for (const item of itemsOf(content)) addItem(deltas, item);
  for (const item of itemsOf(summary)) deltas.push({ type: 'thought_summary', content: item });
  if (type === 'thought' && signature) deltas.push({ type: 'thought_signature', signature });
  return deltas;
}

function addItem(deltas: InteractionDelta[], item: InteractionContent): void {
  if (item.type !== 'text' && item.type !== undefined) {
    deltas.push({ ...item });
    return;
  }
  const { annotations, ...text } = item;
  deltas.push({ ...text, type: 'text' });
  if (annotations && annotations.length > 0) deltas.push({ type: 'text_annotation_delta', annotations });
}
