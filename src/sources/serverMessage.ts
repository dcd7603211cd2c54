import type { EventId } from '../chunk/parseEventId.js';
import { isPosition } from '../chunk/replyPosition.js';
import { GeminiError } from '../errors/geminiError.js';
import { safeExcerpt } from '../errors/safeExcerpt.js';
import { isObject } from '../rx/isObject.js';
import { dataError, isHeartbeat } from './geminiEvent.js';
import { parseUntrustedJson } from './parseUntrustedJson.js';
import { endOfReply, noWireContent, wireContent, type WireContent } from './wireContent.js';

/** A message of a server that answers over a WebSocket as `serveWebSocket` does. */
export type ServerMessage = ReplyMessage | ServerHeartbeat | Refusal | ForeignMessage;

/** A message of a reply. */
export interface ReplyMessage {
  readonly type: 'reply';
  /** The name of the reply. */
  readonly reply: string;
  /** Absent for a chunk. */
  readonly event: unknown;
  /** The index or the position of the chunk; undefined if the reply cannot be resumed. */
  readonly id: EventId | undefined;
  readonly data: unknown;
}

interface ServerHeartbeat {
  readonly type: 'heartbeat';
  /** The time between heartbeats, in ms, if the server announces the time. */
  readonly interval: number | undefined;
}

/** The answer to a message that the server could not read. */
interface Refusal {
  readonly type: 'refusal';
  readonly data: unknown;
}

/** A message that belongs to no reply; `isUnknown` if it is not in the format of the server at all. */
interface ForeignMessage {
  readonly type: 'foreign';
  readonly isUnknown: boolean;
}

/**
 * Reads a message of a server.
 *
 * @throws GeminiError - `overflow`, if the message is nested deeper than this library reads.
 */
export function readServerMessage(text: unknown): ServerMessage {
  const json = typeof text === 'string' ? parseUntrustedJson(text, 'A message') : undefined;
  if (!isObject(json)) return { type: 'foreign', isUnknown: true };
  const { reply, event, id, data } = json;
  if (typeof reply === 'string') return { type: 'reply', reply, event, id: isChunkId(id) ? id : undefined, data };
  if (typeof event === 'string' && isHeartbeat(event)) return { type: 'heartbeat', interval: intervalIn(data) };
  if (event === 'error') return { type: 'refusal', data };
  // `toWebSocket` sends its one reply without a name. Other messages may be the application's own.
  const isUnnamed = (event === undefined && 'data' in json) || event === 'done';
  return { type: 'foreign', isUnknown: isUnnamed };
}

/**
 * The content of a message of a reply.
 *
 * @param isText - Whether the reply is in the plain format.
 * @throws GeminiError - If the message is not in a format that this library reads.
 */
export function messageContent({ event, data }: ReplyMessage, isText: boolean): WireContent {
  if (event === 'done') return endOfReply;
  if (event === 'error') return { error: dataError(data) };
  if (event === 'cancelled') return { error: cancelledError() };
  return event === undefined || event === 'message' ? wireContent(data, isText) : noWireContent;
}

/** Whether a message is the last of its reply. */
export function isLastMessage({ event }: ReplyMessage): boolean {
  return event === 'done' || event === 'error' || event === 'cancelled';
}

/** The error of a message that is not in the format of `serveWebSocket`. */
export function foreignMessage(text: unknown): GeminiError {
  const message = typeof text === 'string' ? `'${safeExcerpt(text, 80)}'` : 'a message that is not a text';
  return new GeminiError(`Expected messages of \`serveWebSocket\`, got ${message}`, { kind: 'protocol' });
}

function cancelledError(): GeminiError {
  return new GeminiError('The server has cancelled the reply', { kind: 'cancelled' });
}

function isChunkId(value: unknown): value is EventId {
  return (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) || isPosition(value);
}

function intervalIn(data: unknown): number | undefined {
  const interval = isObject(data) ? data['interval'] : undefined;
  return typeof interval === 'number' && interval > 0 ? interval : undefined;
}
