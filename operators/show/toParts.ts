import type { OperatorFunction } from 'rxjs';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import type { ReplyPart } from '../../src/chunk/replyPart.js';
import { operate } from '../../src/rx/operate.js';
import { PartReader } from './partReader.js';

/**
 * Takes a reply apart: one value for each whole part of candidate 0, in order, with its `type`.
 *
 * A `text` or a `thought` is a whole run of deltas: it is emitted when a part of another kind follows, or at the end.
 * Of a `functionCall` that comes in pieces, too, only the whole is emitted; any other part comes at once. A value has
 * all fields of its part on the wire, its signature too. A `citation` comes once, after the text that it came with. A
 * part of a kind that this version does not know is `unknown`, and so is a call of which pieces are missing; a text
 * that is empty and not signed is left out.
 *
 * Completion emits the open part, then one `finish`: why the model stopped (absent if it has not said), the token
 * counts, the grounding; also for an empty reply. An error emits the open part first and passes, without a `finish`; an
 * unsubscription drops it. Notices, other candidates and log probabilities are left out. Holds the open part and the
 * citations.
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
