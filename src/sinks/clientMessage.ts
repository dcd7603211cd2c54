import type { EventId } from '../chunk/parseEventId.js';
import { isPosition } from '../chunk/replyPosition.js';
import { isTextTooDeep } from '../errors/jsonDepth.js';
import { isObject } from '../rx/isObject.js';
import { tryParseJson } from '../rx/tryParseJson.js';

/** A message of a client of `serveWebSocket`. */
export type ClientMessage = ClientHeartbeat | CancelMessage | StartMessage;

interface ClientHeartbeat {
  readonly type: 'heartbeat';
}

interface CancelMessage {
  readonly type: 'cancel';
  readonly reply: string;
}

interface StartMessage {
  readonly type: 'start';
  readonly reply: string;
  readonly message: unknown;
  /** The index or the position of the last chunk that the client has; -1 if the client has no chunk. */
  readonly lastEventId: EventId;
  /** The time between the heartbeats that the client announces, in ms. */
  readonly heartbeat: number | undefined;
}

/** The longest name of a reply: each name is stored, and sent back with every chunk. */
const maxNameLength = 128;

/** Reads a message of a client; returns undefined if it is not a {@link ClientMessage}. */
export function readClientMessage(data: unknown): ClientMessage | undefined {
  const json = typeof data === 'string' && !isTextTooDeep(data) ? tryParseJson(data) : undefined;
  if (!isObject(json)) return undefined;
  const { reply, message, cancel, lastEventId = -1, event, heartbeat } = json;
  if (event === 'heartbeat' && reply === undefined) return { type: 'heartbeat' };
  if (typeof reply !== 'string' || reply.length > maxNameLength) return undefined;
  if ('cancel' in json) return cancel === true ? { type: 'cancel', reply } : undefined;
  if (!('message' in json) || !isEventId(lastEventId)) return undefined;
  return { type: 'start', reply, message, lastEventId, heartbeat: isInterval(heartbeat) ? heartbeat : undefined };
}

function isEventId(value: unknown): value is EventId {
  return (typeof value === 'number' && Number.isSafeInteger(value) && value >= -1) || isPosition(value);
}

function isInterval(value: unknown): value is number {
  return typeof value === 'number' && value > 0;
}
