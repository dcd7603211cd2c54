import { hasIdLength } from '../replies/replyAccess.js';
import { assertString, rangeError } from '../rx/assertions.js';

/** The keys and channels of one reply: all of one slot in a cluster. */
export interface ReplyKeys {
  /** A hash: the run, the owner, counts and the time of the last append. */
  readonly state: string;
  /** The token of the publisher, for as long as it is known to live. */
  readonly lease: string;
  /** A stream: the chunks. */
  readonly chunks: string;
  /** The channel of new chunks. */
  readonly live: string;
  /** The channel of stops. */
  readonly stop: string;
}

/** The beginning of all keys, unless an option has another. */
export const defaultPrefix = 'rxjs-gemini';

/** Throws unless `prefix` may begin a key. */
export function assertPrefix(prefix: string): void {
  assertString('prefix', prefix);
  // A brace would be taken for the beginning of the part that decides the slot.
  if (!/^[^{}]{1,128}$/.test(prefix))
    throw rangeError('prefix', 'a string of 1 to 128 characters without braces', prefix);
}

/** Returns the keys of a reply; undefined for an id that no reply can have. */
export function replyKeys(prefix: string, id: string): ReplyKeys | undefined {
  const encoded = hasIdLength(id) ? encodeId(id) : undefined;
  if (encoded === undefined) return undefined;
  const key = (name: string) => `${prefix}:{${encoded}}:${name}`;
  return { state: key('state'), lease: key('lease'), chunks: key('chunks'), live: key('live'), stop: key('stop') };
}

/** Returns the key of the set of running replies of an owner. */
export function ownerKey(prefix: string, owner: string | undefined): string {
  return `${prefix}:running:${ownerText(owner)}`;
}

/** Returns the form in which an owner is stored and compared: a different one for each owner, and `''` for none. */
export function ownerText(owner: string | undefined): string {
  if (owner === undefined) return '';
  // On its way to the server, half of a surrogate pair would become the same character as any other half.
  return encodeId(owner) ?? JSON.stringify(owner);
}

/** Encodes braces and separators, so that every id has keys of its own; undefined for half of a surrogate pair. */
export function encodeId(id: string): string | undefined {
  try {
    return encodeURIComponent(id);
  } catch {
    return undefined;
  }
}
