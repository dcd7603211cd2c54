import { ChunkBuilder } from './chunkBuilder.js';
import type { GeminiChunk } from './geminiChunk.js';
import { finishReasonOf } from './readers.js';
import { wasCutShort } from './wasCutShort.js';
import { reportsWait, withoutWaits } from './withoutWaits.js';

/**
 * The merge of a reply so far, as a view shows it: a wait ends with content, as in each merge, and with a finish or an
 * early end after it. A wait that follows a finish stands: a retry of a reply that finished without an answer.
 */
export class ShownReply<T extends GeminiChunk = GeminiChunk> extends ChunkBuilder<T> {
  #hasEnded = false;

  override append(chunk: T): this {
    super.append(chunk);
    if (wasCutShort(chunk) || finishReasonOf(chunk) !== undefined) this.#hasEnded = true;
    else if (reportsWait(chunk)) this.#hasEnded = false;
    return this;
  }

  override snapshot(): T {
    const reply = super.snapshot();
    return this.#hasEnded ? withoutWaits(reply) : reply;
  }
}
