import type { ChunkBuilder } from '../chunk/chunkBuilder.js';
import type { ChatState } from './chatState.js';
import { isRefusal, markRefused } from './refusedMessages.js';
import { endedRun, responsePart } from './toolRuns.js';
import { finalMessageFields, type ChatMessage, type MessageCut } from './chatMessage.js';
import type { ParentId } from './messageTree.js';

/** The policy for an answer that was cut off. @public */
export type WhenCut = 'draft' | 'commit' | 'rollback';

/** The progress of an exchange. */
export interface Progress {
  /** The user's turn that the exchange adds; undefined if an answer is asked for again. */
  readonly message: ChatMessage | undefined;
  /** Whether it has left the queue. */
  hasBegun: boolean;
  /** The turn that it follows, and the branch that was selected there. */
  place: ParentId;
  before: string | undefined;
  /** Its first turn, where its own branch begins. */
  first: string | undefined;
  /** Its last turn: the one that is being written. */
  last: ChatMessage | undefined;
  /** The user's turn that is answered, until something answers it. */
  question: ChatMessage | undefined;
  /** The question as it was, if it had been refused. */
  refused: ChatMessage | undefined;
  /** Whether the answer is shown: a regenerated one is not before its first content. */
  isShown: boolean;
  /** The reply to the present request. */
  reply: ChunkBuilder;
}

/** Ends an exchange in `state`, which may be a copy of its own, as one that was cancelled or has failed. */
export function cutOff(state: ChatState, exchange: Progress, whenCut: WhenCut, cut: MessageCut): void {
  const { message, question, refused, last } = exchange;
  if (!exchange.hasBegun || whenCut === 'rollback') {
    undo(state, exchange);
    if (message) state.keepUnsent([{ ...message, ...cut }]);
    return;
  }
  const isRefusedStill = refused !== undefined && last?.status === 'pending';
  if (question && (isRefusal(cut.error) || isRefusedStill)) markRefused(state.tree, question.id);
  if (!exchange.isShown) removeOwn(state, exchange);
  else if (last?.role === 'tool') state.tree.replace(withRunsEnded(last, cut));
  else if (last) {
    state.tree.replace({
      ...last,
      ...finalMessageFields(exchange.reply.snapshot()),
      ...cut,
      draft: whenCut === 'draft',
    });
  }
}

/** Restores the chat as it was before the exchange. */
export function undo(state: ChatState, exchange: Progress): void {
  removeOwn(state, exchange);
  if (exchange.refused) state.tree.replace(exchange.refused);
  if (exchange.message) state.stopWaiting(exchange.message);
}

/**
 * Ends the runs of a `tool` turn. It is not a draft, because the tools have run; calls that were cut off are answered,
 * too.
 */
export function withRunsEnded(turn: ChatMessage, end: MessageCut | { readonly status: 'complete' }): ChatMessage {
  const runs = turn.runs.map(endedRun);
  return { ...turn, error: undefined, ...end, runs, parts: runs.map(responsePart) };
}

function removeOwn({ tree }: ChatState, { first, before }: Progress): void {
  if (first !== undefined) tree.remove(first, before);
}
