import type { GeminiError } from '../errors/geminiError.js';
import type { GeminiErrorKind } from '../errors/kinds.js';
import { isSendable } from './toRequestContents.js';
import type { MessageTree } from './messageTree.js';

/** What fails again with the same words, and with any that come with them. */
const kinds: ReadonlySet<GeminiErrorKind> = new Set<GeminiErrorKind>([
  'blocked',
  'safety',
  'recitation',
  'invalid_request',
]);

/** Whether the user's words are at fault. */
export function isRefusal(error: GeminiError | undefined): boolean {
  return error !== undefined && kinds.has(error.kind);
}

/**
 * Makes a question a draft: it is not sent with the next one, which would be refused, too. So do words before it that
 * got no answer, for they went with it; one that was answered in another branch stays.
 */
export function markRefused(tree: MessageTree, questionId: string): void {
  for (const turn of tree.pathTo(questionId).reverse()) {
    if (turn.role !== 'user') {
      if (isSendable(turn)) return;
    } else if (!tree.childrenOf(turn.id).some(isSendable)) tree.replace({ ...turn, draft: true });
  }
}
