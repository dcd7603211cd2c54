import { isEmptyEvent, type ServerSentEvent } from './eventReader.js';
import { eventError, eventJson } from './geminiEvent.js';
import { endOfReply, noWireContent, wireContent, type WireContent } from './wireContent.js';

/**
 * Reads an event of a stream in one of the formats of {@link wireContent}.
 *
 * @param isKnown - See {@link wireContent}.
 * @throws GeminiError - If the event is in none of these formats.
 */
export function sseEvent(event: ServerSentEvent, isKnown: boolean): WireContent {
  const { type, data } = event;
  if (type === 'done' || data === '[DONE]') return endOfReply;
  if (type === 'error') return { error: eventError(event) };
  // As in an `EventSource`, events of other types, such as heartbeats, are for other readers.
  if ((type !== undefined && type !== 'message') || isEmptyEvent(event)) return noWireContent;
  return wireContent(eventJson(event), isKnown);
}
