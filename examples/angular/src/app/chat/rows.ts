import type { ChatMessage } from 'rxjs-gemini';
import type { ShownReply } from '../reply/shownReply';
import type { ChatService } from './chat.service';

/** A message on the page. */
export interface Row {
  readonly message: ChatMessage;
  readonly shown: ShownReply;
  /** The branches at its place, and the position of its own. */
  readonly branches: readonly ChatMessage[];
  readonly position: number;
}

/** The messages of a chat, each as the page shows it. */
export function rowsOf(
  chat: Pick<ChatService, 'branches' | 'request'>,
  messages: readonly ChatMessage[],
  isBusy: boolean,
): Row[] {
  return messages.map((message, index) => {
    const branches = chat.branches(message.id);
    const isLast = index === messages.length - 1;
    return {
      message,
      shown: isLast && message.role === 'model' ? lastReply(message, chat.request(), isBusy) : message,
      branches,
      position: branches.findIndex(({ id }) => id === message.id),
    };
  });
}

function lastReply(message: ChatMessage, request: ShownReply['request'], isBusy: boolean): ShownReply {
  if (message.status === 'waiting' || message.status === 'streaming') return { ...message, request };
  // While another answer is on its way, the old one stays, without its failure and its end.
  if (isBusy) return { ...message, status: 'waiting', error: undefined, finishReason: undefined, request };
  // Another answer that failed before its first word is not among the messages.
  if (request?.error && message.status === 'complete') return { ...message, status: 'failed', error: request.error };
  return { ...message, request };
}
