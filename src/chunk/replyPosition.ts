import type { GeminiChunk } from './geminiChunk.js';

/** The fields of a position that `createReplies` makes. */
export interface PositionFields {
  /** A random token of one start of a reply, so that a reply that was started again is not taken for its rest. */
  readonly run: string;
  /** The index of the first chunk that the follower gets: it shows whether a follower got the rest, or the whole. */
  readonly start: number;
  /** The index of the last chunk that the follower has; -1 before the first. */
  readonly index: number;
}

const runLength = 16;
const letters = '0123456789abcdefghijklmnopqrstuvwxyz';

/** Makes the token of a run. */
export function makeRunToken(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(runLength));
  return Array.from(bytes, (byte) => letters.charAt(byte % letters.length)).join('');
}

/** Writes a position as the text of an event id. */
export function formatPosition({ run, start, index }: PositionFields): string {
  return `${run}-${String(start)}-${String(index)}`;
}

/** Parses the text of {@link formatPosition}; returns undefined for any other text. */
export function parsePosition(text: string): PositionFields | undefined {
  const [, run, start, index] = /^([0-9a-z]{16})-(\d{1,15})-(-1|\d{1,15})$/.exec(text) ?? [];
  return run === undefined ? undefined : { run, start: Number(start), index: Number(index) };
}

/** Whether a value is a position that a header can carry, as it is: a position may be any text of another store. */
export function isPosition(value: unknown): value is string {
  return typeof value === 'string' && /^[!-~]{1,256}$/.test(value);
}

/** The position of a chunk, to number its event; undefined without a position that can be sent. */
export function positionOf({ position }: GeminiChunk): string | undefined {
  return isPosition(position) ? position : undefined;
}

/**
 * Whether a chunk at the position `next`, the first of a new connection, is the one after the position `last`. Of the
 * positions of another store, only equal ones show that it is not.
 */
export function isRestAfter(last: string, next: string): boolean {
  const before = parsePosition(last);
  const after = parsePosition(next);
  if (!before || !after) return !before && !after && last !== next;
  return before.run === after.run && after.start === before.index + 1;
}
