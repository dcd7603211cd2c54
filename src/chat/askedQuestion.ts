import type { GeminiError } from '../errors/geminiError.js';
import type { GeminiErrorKind } from '../errors/kinds.js';
import type { ChatMessage } from './chatMessage.js';
import type { MessageTree } from './messageTree.js';
import { isSendable } from './toRequestContents.js';

/** The kinds of failure that repeat for a message, and for any message that is sent together with it. */
const refusalKinds: ReadonlySet<GeminiErrorKind> = new Set<GeminiErrorKind>([
  'blocked',
  'safety',
  'recitation',
  'invalid_request',
]);

/**
 * The user's message that a send asks the model to answer. A refused message is a draft and is not sent with later
 * messages, which would be refused, too; a send that asks for an answer to a draft sends the draft again.
 */
export class AskedQuestion {
  readonly #id: string;
  /** The original message, if it had been refused before. */
  readonly #draft: ChatMessage | undefined;
  #isAnswered = false;

  constructor(tree: MessageTree, message: ChatMessage) {
    this.#id = message.id;
    if (!message.draft) return;
    this.#draft = message;
    tree.replace({ ...message, draft: false });
  }

  /** Notes that the model has answered, even if only with calls: a later failure is not caused by the question. */
  markAnswered(): void {
    this.#isAnswered = true;
  }

  /**
   * Makes the question a draft if `error` refuses it, or if it was refused before and still has no answer.
   *
   * @param hasContent - Whether the answer had content before it was cut off.
   */
  cutIn(tree: MessageTree, error: GeminiError | undefined, hasContent: boolean): void {
    if (this.#isAnswered) return;
    const isRefused = error !== undefined && refusalKinds.has(error.kind);
    const isStillRefused = this.#draft !== undefined && !hasContent;
    if (isRefused || isStillRefused) markRefused(tree, this.#id);
  }

  /** Restores the message to its state before the send. */
  restoreIn(tree: MessageTree): void {
    if (this.#draft) tree.replace(this.#draft);
  }
}

/**
 * Makes a question a draft, and the user's messages before it that have no answer, because they were sent together. A
 * message that has an answer in another branch is not changed.
 */
function markRefused(tree: MessageTree, questionId: string): void {
  for (const message of tree.pathTo(questionId).reverse()) {
    if (message.role !== 'user') {
      if (isSendable(message)) return;
    } else if (!tree.childrenOf(message.id).some(isSendable)) tree.replace({ ...message, draft: true });
  }
}
