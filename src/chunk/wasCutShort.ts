import type { ReplyAnnotations } from './replyAnnotations.js';

/** Whether this side ended the reply with this chunk, which counts as a finish. */
export function wasCutShort({ cancelled, stopped }: ReplyAnnotations): boolean {
  return cancelled !== undefined || stopped !== undefined;
}
