import { omitFields, shallowCopy } from './copyFields.js';
import type { GeminiChunk } from './geminiChunk.js';
import { noticeAfter } from './noticeAfter.js';
import { waitAnnotations, type ReplyAnnotations } from './replyAnnotations.js';

/** The merge of a reply that has ended: such a reply does not wait in a queue or for a retry. */
export function withoutWaits<T extends ReplyAnnotations>(reply: T): T {
  return reportsWait(reply) ? (omitFields(reply, waitAnnotations) as unknown as T) : reply;
}

/** Whether a chunk reports that the reply waits. */
export function reportsWait(chunk: ReplyAnnotations): boolean {
  return chunk.queued !== undefined || chunk.retrying !== undefined;
}

/** A notice of the waits that a chunk reports, for an operator that holds the chunk. */
export function waitNotice<T extends GeminiChunk>(chunk: T): T {
  const notice = shallowCopy(noticeAfter(chunk));
  for (const name of waitAnnotations) if (chunk[name] !== undefined) notice[name] = chunk[name];
  return notice as unknown as T;
}
