import { omitFields } from '../chunk/copyFields.js';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { toChunk } from '../chunk/toChunk.js';
import { GeminiError } from '../errors/geminiError.js';
import { toBoundedJson } from '../errors/jsonDepth.js';
import { errorFromJson } from '../errors/parseSavedError.js';
import { abandonedError, missingChunksError, tooLargeToStore } from './replyFailures.js';
import { textOfAnswer } from './redisScript.js';
import { isObject } from '../rx/isObject.js';
import { tryParseJson } from '../rx/tryParseJson.js';

/** The end of a stored reply: complete, or with an error. */
export interface StoredEnd {
  readonly error?: GeminiError;
}

/** Some chunks of a stored reply, in order, and its end if they are the last. */
export interface ReplyEntry {
  /** The index of the first chunk. */
  readonly first: number;
  readonly chunks: readonly GeminiChunk[];
  readonly end: StoredEnd | undefined;
}

/** A message of the channel of a reply; without an entry if the entry is too large for a message. */
export interface FeedMessage {
  readonly run: string;
  readonly entry: ReplyEntry | undefined;
}

const derived: ReadonlySet<string> = /* @__PURE__ */ new Set(['text']);

/**
 * Returns the JSON of a chunk for the store, with every annotation.
 *
 * @throws GeminiError, TypeError - If the chunk cannot be serialised.
 */
export function storedChunkJson(chunk: GeminiChunk): string {
  // The candidates carry the text.
  return toBoundedJson(chunk.candidates ? omitFields(chunk, derived) : chunk, 'A chunk');
}

/** Returns the JSON of an end for the store. */
export function endJson(error?: GeminiError): string {
  return JSON.stringify(error ? { error } : {});
}

/** Parses an entry of the stream. @throws GeminiError - If the entry was not written by this library. */
export function parseEntry(first: unknown, chunks: unknown, end: unknown): ReplyEntry {
  const ending = textOfAnswer(end);
  return entryOf(Number(first), tryParseJson(textOfAnswer(chunks)), ending === '' ? undefined : tryParseJson(ending));
}

/** Parses a message; undefined if this library did not write it. */
export function parseMessage(text: string): FeedMessage | undefined {
  const message = tryParseJson(text);
  if (!isObject(message) || typeof message['run'] !== 'string') return undefined;
  const { run, first, chunks, end } = message;
  try {
    return { run, entry: chunks === undefined ? undefined : entryOf(first, chunks, end) };
  } catch {
    return undefined;
  }
}

function entryOf(first: unknown, chunks: unknown, end: unknown): ReplyEntry {
  if (!Number.isSafeInteger(first) || !Array.isArray(chunks)) throw unreadableError();
  return { first: first as number, chunks: chunks.map(storedChunk), end: end === undefined ? undefined : endOf(end) };
}

function storedChunk(json: unknown): GeminiChunk {
  if (!isObject(json)) throw unreadableError();
  if (Array.isArray(json['candidates'])) return toChunk(json);
  return { ...json, text: typeof json['text'] === 'string' ? json['text'] : '' };
}

function endOf(json: unknown): StoredEnd {
  if (!isObject(json)) throw unreadableError();
  const { code, error } = json;
  // The scripts end a reply by a code.
  if (code === 'abandoned') return { error: abandonedError() };
  if (code === 'missing') return { error: missingChunksError() };
  if (code === 'full') return { error: tooLargeToStore(Number(json['maxBytes'])) };
  return error === undefined ? {} : { error: errorFromJson(error) };
}

function unreadableError(): GeminiError {
  const message = 'The stored reply cannot be read: another program, or another version of this one, has written it';
  return new GeminiError(message, { kind: 'protocol' });
}
