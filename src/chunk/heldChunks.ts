import { moment, msBetween, type Moment } from '../rx/clock.js';
import { ChunkBuilder } from './chunkBuilder.js';
import { withField } from './copyFields.js';
import type { GeminiChunk } from './geminiChunk.js';
import { waitAnnotations, type ReplyAnnotations } from './replyAnnotations.js';

type WaitName = keyof Pick<ReplyAnnotations, 'queued' | 'retrying'>;

/**
 * A merge of chunks that are emitted later than they arrive, to a slow or late reader: its snapshots report a wait
 * (`queued`, `retrying`) with the delay that is left.
 */
export class HeldChunks<T extends GeminiChunk = GeminiChunk> extends ChunkBuilder<T> {
  /** The times at which the waits were reported. */
  readonly #reportedAt = new Map<WaitName, Moment>();

  override append(chunk: T): this {
    super.append(chunk);
    for (const name of waitAnnotations as ReadonlySet<WaitName>) {
      if (chunk[name]?.delay !== undefined) this.#reportedAt.set(name, moment());
    }
    return this;
  }

  override snapshot(): T {
    return this.withDelayLeft(super.snapshot());
  }

  /** A chunk whose waits were reported at the times at which this merge got them, with the delay that is left. */
  withDelayLeft(chunk: T): T {
    let changed = chunk;
    for (const [name, reportedAt] of this.#reportedAt) {
      const wait = chunk[name];
      if (wait?.delay === undefined) continue;
      const delay = Math.max(0, Math.ceil(wait.delay - msBetween(reportedAt, moment())));
      if (delay < wait.delay) changed = withField(changed, name, { ...wait, delay });
    }
    return changed;
  }
}
