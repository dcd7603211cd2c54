import { finishReasonOf, thoughtsOf, type ChatMessage, type ReplyState, type ToolRun } from 'rxjs-gemini';
import { runsOf } from './runsOf';

/** A reply as its view shows it: a message of a chat, or a reply that another tab has asked for. */
export interface ShownReply {
  readonly status: ChatMessage['status'];
  readonly text: string;
  readonly thoughts: string;
  readonly runs: readonly ToolRun[];
  readonly finishReason?: string | undefined;
  readonly error?: ChatMessage['error'];
  /** The state of its request: the waits, the progress and the pace. */
  readonly request?: ReplyState | undefined;
}

/** The view of a reply that is no message. */
export function shownReply(state: ReplyState): ShownReply {
  const { status, error, reply } = state;
  return {
    status,
    error,
    text: reply.text,
    thoughts: thoughtsOf(reply),
    runs: runsOf(reply),
    finishReason: finishReasonOf(reply),
    request: state,
  };
}

export function isOpen({ status }: ShownReply): boolean {
  return status === 'waiting' || status === 'streaming';
}

/** Whether the text may end in the middle of its markup. */
export function isPartial({ status, finishReason }: ShownReply): boolean {
  return status !== 'complete' || (finishReason !== undefined && finishReason !== 'STOP');
}

/** A sentence about the end of a reply that is not what its reader expects. */
export function noteOn({ status, text, finishReason = 'STOP' }: ShownReply): string | undefined {
  if (status === 'cancelled') return 'Stopped.';
  if (status !== 'complete' && status !== 'stopped') return undefined;
  const notes = [
    text.trim() === '' && 'The answer is empty.',
    finishReason === 'MAX_TOKENS' && 'The answer reached its length limit (MAX_TOKENS).',
    !['STOP', 'MAX_TOKENS'].includes(finishReason) && `The answer was cut off (${finishReason}).`,
  ];
  return notes.filter(Boolean).join(' ') || undefined;
}
