import type { ChatMessage, ChatStatus } from 'rxjs-gemini';
import type { ShownReply } from '../reply/shownReply';

/** The announcement for screen readers, which read the text itself on request: about three for each reply. */
export function announcementOf(status: ChatStatus, last: ShownReply | undefined): string | undefined {
  if (status !== 'idle') return announcements[status];
  if (!last || last.status === 'waiting') return undefined;
  if (last.status === 'failed') return `The reply failed: ${last.error?.message ?? 'for an unknown reason'}`;
  return announcements[last.status];
}

const announcements: Readonly<Record<Exclude<ChatStatus, 'idle'> | ChatMessage['status'], string>> = {
  waiting: 'The model is thinking',
  streaming: 'The model is answering',
  calling: 'The model is answering',
  complete: 'The reply is complete',
  stopped: 'The reply is complete',
  cancelled: 'The reply was stopped',
  failed: 'The reply failed',
};
