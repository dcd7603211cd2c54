import { isEmptyEvent, type ServerSentEvent } from './eventReader.js';
import { eventError, eventJson } from './geminiEvent.js';
import { endOfReply, noReplyContent, replyContent, type ReplyContent } from './replyContent.js';

/**
 * Reads an event of a stream in one of the formats of {@link replyContent}.
 *
 * @param isKnown - See {@link replyContent}.
 * @throws GeminiError - If the event is in none of these formats.
 */
export function sseEvent(event: ServerSentEvent, isKnown: boolean): ReplyContent {
  const { type, data } = event;
  if (type === 'done' || data === '[DONE]') return endOfReply;
  if (type === 'error') return { error: eventError(event) };
  // As in an `EventSource`, events of other types, such as heartbeats, are for other readers.
  if ((type !== undefined && type !== 'message') || isEmptyEvent(event)) return noReplyContent;
  return replyContent(eventJson(event), isKnown);
}
