import type { Cancelled, ReplyInteraction, Stopped } from '../chunk/annotations.js';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import type { GeminiUsage } from '../chunk/response.js';
import { usageAfter } from '../chunk/usageAfter.js';
import { wasCutShort } from '../chunk/wasCutShort.js';
import { stringify, toBoundedJson } from '../errors/jsonDepth.js';
import { publicError } from '../errors/publicError.js';
import { chunkJson, hasSentField, publicInteraction } from './chunkJson.js';
import { orFault, type CheckedFormat } from './formatEncoder.js';
import { isAllSent } from './omittedFields.js';
import type { ReplySseMessage } from './sseMessage.js';

/** Formats of our own, read by `fromSse`. */
export type OwnFormat<T> = 'chunk' | 'text' | ((chunk: T) => unknown);

/** Makes the events of one reply. `id` is undefined where the reply cannot be resumed. */
export interface EventEncoder<T> {
  /** Whether any field of a chunk is sent. Called with each chunk of the source, before chunks are merged. */
  readonly isSent: (chunk: T) => boolean;
  start(): readonly ReplySseMessage[];
  /** The events of a chunk; an empty list if no field of the chunk is sent. */
  chunk(chunk: T, id: string | undefined): readonly ReplySseMessage[];
  failure(cause: unknown, id: string | undefined): readonly ReplySseMessage[];
  end(id: string | undefined): readonly ReplySseMessage[];
}

/**
 * Makes the encoder of a format of another protocol. An event without JSON throws, so that none of the events of its
 * chunk is sent.
 */
export function foreignEncoder<T>(format: CheckedFormat<T>): EventEncoder<T> {
  const encoder = format.begin();
  const terminator = format.terminator === undefined ? [] : [{ data: format.terminator }];
  return {
    isSent: () => true,
    start: () => dataOf(encoder.start()),
    chunk: (chunk) => dataOf(encoder.chunk(chunk)),
    failure: (cause) => orFault(() => [...dataOf(encoder.failure(cause)), ...terminator]),
    end: () => [...dataOf(encoder.end()), ...terminator],
  };
}

function dataOf(events: readonly unknown[]): ReplySseMessage[] {
  return Array.from(events, (event) => ({ data: toBoundedJson(event, 'An event') }));
}

/**
 * @param omitted - The fields of a chunk that are not sent.
 * @param isResumable - Whether chunks are counted. If so, `isSent` must return false for a chunk of which no field is
 * sent.
 */
export function eventEncoder<T extends GeminiChunk>(
  format: OwnFormat<T>,
  omitted: ReadonlySet<string>,
  isResumable: boolean,
): EventEncoder<T> {
  if (format === 'text') return textEncoder();
  const { isSent, json } = format === 'chunk' ? chunkWriter<T>(omitted) : customWriter(format, isResumable);
  return {
    isSent,
    start: () => [],
    chunk(chunk, id) {
      const data = json(chunk);
      return data === undefined ? [] : [{ ...withId(id), data }];
    },
    failure: (cause, id) => [{ type: 'error', ...withId(id), data: JSON.stringify(publicError(cause)) }],
    end: (id) => [{ type: 'done', ...withId(id), data: '{}' }],
  };
}

/** The `id` of an event, if it has one. */
export function withId(id: string | undefined): { readonly id?: string } {
  return id === undefined ? {} : { id };
}

interface ChunkWriter<T> {
  readonly isSent: (chunk: T) => boolean;
  readonly json: (chunk: T) => string | undefined;
}

function chunkWriter<T extends GeminiChunk>(omitted: ReadonlySet<string>): ChunkWriter<T> {
  // With all annotations, every chunk is sent, even an empty one.
  const isSent = isAllSent(omitted) ? () => true : hasSentField(omitted);
  return { isSent, json: (chunk) => chunkJson(chunk, omitted) };
}

function customWriter<T extends GeminiChunk>(format: (chunk: T) => unknown, isCounted: boolean): ChunkWriter<T> {
  /** The JSON of the last chunk. Most often that chunk is sent unmerged, and the function is not called again. */
  let last: { readonly chunk: T; readonly json: string | undefined } | undefined;
  const json = (chunk: T) => (last?.chunk === chunk ? last.json : stringify(format(chunk)));
  const isSent = (chunk: T) => {
    last = { chunk, json: json(chunk) };
    return last.json !== undefined;
  };
  return { isSent: isCounted ? isSent : () => true, json };
}

/** The plain format of many routes: no event types, and no ids unless the reply can be resumed. */
function textEncoder(): EventEncoder<GeminiChunk> {
  let usage: GeminiUsage | undefined;
  let cancelled: Cancelled | undefined;
  let stopped: Stopped | undefined;
  let latest: ReplyInteraction | undefined;
  const end = (event: object) => [
    { data: JSON.stringify({ ...event, interaction: latest && publicInteraction(latest) }) },
  ];
  return {
    isSent(chunk) {
      usage = usageAfter(usage, chunk);
      cancelled = chunk.cancelled ?? cancelled;
      stopped = chunk.stopped ?? stopped;
      latest = chunk.interaction ?? latest;
      return chunk.text !== '';
    },
    start: () => [],
    // Only the last event reports an early end: a reader that has the text alone would resume after it, and miss it.
    chunk: (chunk, id) => [
      { ...withId(wasCutShort(chunk) ? undefined : id), data: JSON.stringify({ text: chunk.text }) },
    ],
    failure: (cause) => end({ error: publicError(cause) }),
    end: () => end({ done: true, usage, cancelled, stopped }),
  };
}
