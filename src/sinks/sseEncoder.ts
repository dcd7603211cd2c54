import type { GeminiChunk } from '../chunk/geminiChunk.js';
import type { UsageMetadata } from '../chunk/wire.js';
import { publicError } from '../errors/publicError.js';
import { chunkJson, type SseEvent } from '../internal/sseFormat.js';

/** What a chunk is sent as. @public */
export type SseFormat<T extends GeminiChunk = GeminiChunk> = 'chunk' | 'text' | ((chunk: T) => unknown);

/** Makes the events of one reply. */
export interface SseEncoder<T> {
  /** Undefined where a chunk has nothing to be sent. */
  chunk(chunk: T, id: string): SseEvent | undefined;
  failure(cause: unknown, id: string): SseEvent;
  end(id: string): SseEvent;
}

export function sseEncoder<T extends GeminiChunk>(format: SseFormat<T>, annotations: boolean): SseEncoder<T> {
  if (format === 'text') return textEncoder();
  const json = (chunk: T): string | undefined => {
    if (format !== 'chunk') return jsonOf(format(chunk));
    const data = chunkJson(chunk, annotations);
    // A notice: nothing but annotations.
    return data === '{}' && !annotations ? undefined : data;
  };
  return {
    chunk(chunk, id) {
      const data = json(chunk);
      return data === undefined ? undefined : { id, data };
    },
    failure: (cause, id) => ({ type: 'error', id, data: JSON.stringify(publicError(cause)) }),
    end: (id) => ({ type: 'done', id, data: '{}' }),
  };
}

/** What many routes write by hand: no ids and no types, which their readers would not expect. */
function textEncoder(): SseEncoder<GeminiChunk> {
  let usage: UsageMetadata | undefined;
  return {
    chunk({ text, usageMetadata }) {
      if (usageMetadata) usage = { ...usage, ...usageMetadata };
      return text === '' ? undefined : { data: JSON.stringify({ text }) };
    },
    failure: (cause) => ({ data: JSON.stringify({ error: publicError(cause) }) }),
    end: () => ({ data: JSON.stringify({ done: true, usage }) }),
  };
}

/** Its own type is wrong: undefined, a function and a symbol have no JSON. */
const jsonOf: (value: unknown) => string | undefined = JSON.stringify;
