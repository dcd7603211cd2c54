import type { Cancelled, Stopped } from '../chunk/annotations.js';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import type { GeminiUsage } from '../chunk/response.js';
import { publicError } from '../errors/publicError.js';
import { chunkJson, isSentOf } from './chunkJson.js';
import type { SseEvent } from './sseText.js';

/** The form in which a chunk is sent. @public */
export type ReplyFormat<T extends GeminiChunk = GeminiChunk> = 'chunk' | 'text' | ((chunk: T) => unknown);

/** Makes the events of one reply. An `id` is undefined in a reply that cannot be resumed. */
export interface SseEncoder<T> {
  /** Sees each chunk of the source, before any are merged; returns whether anything of it is sent. */
  readonly isSent: (chunk: T) => boolean;
  /** Undefined where a chunk has nothing to be sent. */
  chunk(chunk: T, id: string | undefined): SseEvent | undefined;
  failure(cause: unknown, id: string | undefined): SseEvent;
  end(id: string | undefined): SseEvent;
}

/**
 * @param leftOut - The fields of a chunk that are not sent.
 * @param isResumable - Whether chunks are counted, so that those of which nothing is sent must be known.
 */
export function sseEncoder<T extends GeminiChunk>(
  format: ReplyFormat<T>,
  leftOut: ReadonlySet<string>,
  isResumable: boolean,
): SseEncoder<T> {
  if (format === 'text') return textEncoder();
  const { isSent, json } = format === 'chunk' ? chunkWriter<T>(leftOut) : customWriter(format, isResumable);
  return {
    isSent,
    chunk(chunk, id) {
      const data = json(chunk);
      return data === undefined ? undefined : { ...withId(id), data };
    },
    failure: (cause, id) => ({ type: 'error', ...withId(id), data: JSON.stringify(publicError(cause)) }),
    end: (id) => ({ type: 'done', ...withId(id), data: '{}' }),
  };
}

/** The `id` of an event, if it has one. */
export function withId(id: string | undefined): { readonly id?: string } {
  return id === undefined ? {} : { id };
}

interface Writer<T> {
  readonly isSent: (chunk: T) => boolean;
  readonly json: (chunk: T) => string | undefined;
}

function chunkWriter<T extends GeminiChunk>(leftOut: ReadonlySet<string>): Writer<T> {
  // With all annotations, every chunk is sent, an empty one as well.
  const isSent = leftOut.size === 1 ? () => true : isSentOf(leftOut);
  return { isSent, json: (chunk) => chunkJson(chunk, leftOut) };
}

function customWriter<T extends GeminiChunk>(format: (chunk: T) => unknown, isCounted: boolean): Writer<T> {
  /** The JSON of the last chunk, which most often is sent as it is: the function is not called twice for it. */
  let last: { readonly chunk: T; readonly json: string | undefined } | undefined;
  const json = (chunk: T) => (last?.chunk === chunk ? last.json : jsonOf(format(chunk)));
  const isSent = (chunk: T) => {
    last = { chunk, json: json(chunk) };
    return last.json !== undefined;
  };
  return { isSent: isCounted ? isSent : () => true, json };
}

/** The plain format of many routes: no types, and no ids unless the reply can be resumed. */
function textEncoder(): SseEncoder<GeminiChunk> {
  let usage: GeminiUsage | undefined;
  let cancelled: Cancelled | undefined;
  let stopped: Stopped | undefined;
  return {
    isSent(chunk) {
      if (chunk.usageMetadata) usage = { ...usage, ...chunk.usageMetadata };
      cancelled = chunk.cancelled ?? cancelled;
      stopped = chunk.stopped ?? stopped;
      return chunk.text !== '';
    },
    chunk: ({ text }, id) => ({ ...withId(id), data: JSON.stringify({ text }) }),
    failure: (cause) => ({ data: JSON.stringify({ error: publicError(cause) }) }),
    end: () => ({ data: JSON.stringify({ done: true, usage, cancelled, stopped }) }),
  };
}

/** Its own type is wrong: undefined, a function and a symbol have no JSON. */
const jsonOf: (value: unknown) => string | undefined = JSON.stringify;
