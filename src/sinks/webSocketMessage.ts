import { parseEventId } from '../chunk/parseEventId.js';
import type { ReplySseMessage } from './sseMessage.js';

/** The text of a message that carries an event; `event.data` is JSON already. */
export function webSocketMessage({ data, id, type }: ReplySseMessage, reply?: string): string {
  const name = reply === undefined ? '' : `"reply":${JSON.stringify(reply)},`;
  const kind = type ? `"event":"${type}",` : id === undefined ? '' : `"id":${idJson(id)},`;
  return `{${name}${kind}"data":${data === '' ? '{}' : data}}`;
}

/** An index is a number in a message, a position a text. */
function idJson(id: string): string {
  return parseEventId(id) === undefined ? JSON.stringify(id) : id;
}

/** The text of the last message of a reply that the client has cancelled. */
export function cancelledMessage(reply: string): string {
  return `{"reply":${JSON.stringify(reply)},"event":"cancelled","data":{}}`;
}
