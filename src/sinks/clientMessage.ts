import { isTextTooDeep } from '../errors/jsonDepth.js';

/** A message of a client of `serveWebSocket`. */
export type ClientMessage =
  | { readonly reply: string; readonly cancel: true }
  | {
      readonly reply: string;
      readonly cancel?: never;
      readonly message: unknown;
      readonly lastEventId?: number | undefined;
    };

/** The longest name of a reply: each is kept, and sent back with every chunk. */
const maxName = 128;

/** Reads a message of a client; undefined if it is not one of those. */
export function clientMessage(data: unknown): ClientMessage | undefined {
  const said = typeof data === 'string' ? parsed(data) : undefined;
  if (typeof said !== 'object' || said === null || !('reply' in said)) return undefined;
  const { reply } = said;
  if (typeof reply !== 'string' || reply.length > maxName) return undefined;
  if ('cancel' in said) return said.cancel === true ? { reply, cancel: true } : undefined;
  if (!('message' in said)) return undefined;
  const { message } = said;
  if (!('lastEventId' in said)) return { reply, message };
  const { lastEventId } = said;
  return isIndex(lastEventId) ? { reply, message, lastEventId } : undefined;
}

function isIndex(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= -1;
}

function parsed(text: string): unknown {
  if (isTextTooDeep(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
