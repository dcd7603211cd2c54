import { isTextTooDeep } from '../errors/jsonDepth.js';
import { isObject } from '../rx/isObject.js';
import { tryParseJson } from '../rx/tryParseJson.js';

/** A message of a client of `serveWebSocket`. */
export type ClientMessage =
  | { readonly reply: string; readonly cancel: true }
  | {
      readonly reply: string;
      readonly cancel?: never;
      readonly message: unknown;
      readonly lastEventId?: number | undefined;
    };

/** The longest name of a reply: each name is stored, and sent back with every chunk. */
const maxNameLength = 128;

/** Reads a message of a client; returns undefined if it is not a {@link ClientMessage}. */
export function readClientMessage(data: unknown): ClientMessage | undefined {
  const json = typeof data === 'string' && !isTextTooDeep(data) ? tryParseJson(data) : undefined;
  if (!isObject(json)) return undefined;
  const { reply, message, cancel, lastEventId } = json;
  if (typeof reply !== 'string' || reply.length > maxNameLength) return undefined;
  if ('cancel' in json) return cancel === true ? { reply, cancel: true } : undefined;
  if (!('message' in json)) return undefined;
  if (!('lastEventId' in json)) return { reply, message };
  return isEventIndex(lastEventId) ? { reply, message, lastEventId } : undefined;
}

function isEventIndex(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= -1;
}
