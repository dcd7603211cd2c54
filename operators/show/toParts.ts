import type { OperatorFunction } from 'rxjs';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import type { ReplyPart } from '../../src/chunk/replyPart.js';
import { operate } from '../../src/rx/operate.js';
import { PartReader } from './partReader.js';

/**
 * Splits a reply into the parts of candidate 0: emits one value for each whole part, in order, with its `type`.
 *
 * A `text` or a `thought` is a whole run of deltas, emitted when a part of another kind follows or at the end. A
 * `functionCall` that comes in pieces is emitted when it is whole; any other part is emitted at once. A value has all
 * fields of its part in the response, its signature included. A `citation` is emitted once, after the text with which
 * it arrived. A part of a kind that this version does not know, or a call with missing pieces, is `unknown`; an empty
 * text without a signature is omitted.
 *
 * Completion emits the open part, then one `finish`, even for an empty reply: the finish reason (absent if the model
 * sent no reason), the token counts and the grounding. An error emits the open part first and passes through without a
 * `finish`; an unsubscription drops the open part. Leaves out notices (see {@link isNotice}), other candidates and log
 * probabilities. Holds the open part and the citations.
 *
 * @returns An operator from chunks to parts.
 * @see {@link toText} for text as it grows, {@link toEvents} for chunks and the outcome.
 * @example
 * ```ts
 * reply$.pipe(toParts()).subscribe((part) => {
 *   if (part.type === 'text') console.log(part.text);
 *   if (part.type === 'functionCall') console.log(part.functionCall.name, part.functionCall.args);
 *   if (part.type === 'finish') console.log(part.finishReason, part.usageMetadata);
 * });
 * ```
 * @public
 */
export function toParts(): OperatorFunction<GeminiChunk, ReplyPart> {
  return operate((destination) => {
    const reader = new PartReader();
    const emit = (parts: readonly ReplyPart[]) => {
      for (const part of parts) destination.next(part);
    };
    return {
      next(chunk) {
        emit(reader.read(chunk));
      },
      flush() {
        emit(reader.close());
      },
      complete() {
        destination.next(reader.finish());
        destination.complete();
      },
    };
  });
}
