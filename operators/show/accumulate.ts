import { defer, map, type OperatorFunction } from 'rxjs';
import { ShownReply } from '../../src/chunk/shownReply.js';
import { withField } from '../../src/chunk/copyFields.js';
import type { GeminiChunk, ReplySnapshot } from '../../src/chunk/geminiChunk.js';

/**
 * Emits the whole reply so far at each chunk: text, thoughts, calls, citations, usage, annotations of operators.
 *
 * Emits one immutable {@link ReplySnapshot} for each chunk, notices included (a chunk with annotations only: see {@link
 * isNotice}), and nothing for an empty reply. A snapshot is not a chunk, so that the reply cannot be merged a second
 * time. Completion and errors pass through; an unsubscription drops the reply. Holds the reply. Each chunk takes time
 * in proportion to the number of parts so far; *reading* the `text` of a snapshot takes time in proportion to its
 * length: put `bufferChunks` above a view.
 *
 * @returns An operator from chunks to snapshots, with the annotations that the type of the chunks has (`progress`, …).
 * @see {@link finalResponse} for the whole reply only.
 * @example
 * ```ts
 * reply$.pipe(bufferChunks({ maxWait: 50 }), accumulate()).subscribe((reply) => {
 *   console.log(reply.text.length, functionCallsOf(reply));
 * });
 * ```
 * @public
 */
export function accumulate<T extends GeminiChunk>(): OperatorFunction<T, ReplySnapshot & Omit<T, 'chunks'>> {
  return (source) =>
    defer(() => {
      const reply = new ShownReply<T>();
      return source.pipe(map((chunk, index) => withField(reply.append(chunk).snapshot(), 'chunks', index + 1)));
    });
}
