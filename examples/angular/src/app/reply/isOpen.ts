import type { ReplyState } from 'rxjs-gemini';

/** Whether more may come. */
export function isOpen({ status }: ReplyState): boolean {
  return status === 'waiting' || status === 'streaming';
}
