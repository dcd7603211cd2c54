import type { Subscriber } from 'rxjs';
import { ChunkBuilder } from '../chunk/chunkBuilder.js';
import { withField } from '../chunk/copyFields.js';
import { emptyChunk } from '../chunk/emptyChunk.js';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { formatPosition } from '../chunk/replyPosition.js';
import { waitAnnotations } from '../chunk/replyAnnotations.js';
import { withoutWaits } from '../chunk/withoutWaits.js';
import { missingChunksError } from './replyFailures.js';
import type { ReplyEntry } from './replyEntry.js';
import type { StoredPart } from './readReply.js';

/** The chunks of one run that a follower gets, each once and in order, with their positions. */
export class FollowedChunks {
  readonly #destination: Subscriber<GeminiChunk>;
  readonly #run: string;
  /** The index of the first chunk that this follower gets. */
  readonly #start: number;
  #next: number;

  constructor(destination: Subscriber<GeminiChunk>, run: string, start: number) {
    this.#destination = destination;
    this.#run = run;
    this.#start = start;
    this.#next = start;
  }

  get run(): string {
    return this.#run;
  }

  /** The index of the next chunk. */
  get next(): number {
    return this.#next;
  }

  /** Emits the chunks that the follower missed as one, or the place before the first of a reply that has none yet. */
  emitMissed({ chunks, count, end, age }: StoredPart): void {
    this.#next += chunks.length;
    if (chunks.length > 0) {
      const missed = mergeAll(chunks);
      this.#emit(end ? withoutWaits(missed) : waitsAfter(missed, age), count - 1);
    } else if (count === 0 && !end) this.#emit(emptyChunk, -1);
  }

  /** Emits the new chunks of an entry. @throws GeminiError - If chunks before the entry are missing. */
  emit({ first, chunks }: Pick<ReplyEntry, 'first' | 'chunks'>): void {
    if (first > this.#next) throw missingChunksError();
    for (const chunk of chunks.slice(this.#next - first)) {
      if (this.#destination.closed) return;
      this.#next += 1;
      this.#emit(chunk, this.#next - 1);
    }
  }

  #emit(chunk: GeminiChunk, index: number): void {
    const position = formatPosition({ run: this.#run, start: this.#start, index });
    this.#destination.next(withField(chunk, 'position', position));
  }
}

/** The merge of the chunks of a reply. */
export function mergeAll(chunks: readonly GeminiChunk[]): GeminiChunk {
  const merged = new ChunkBuilder();
  for (const chunk of chunks) merged.append(chunk);
  return merged.snapshot();
}

/** A chunk that is emitted so many ms after it arrived: its waits have the delay that is left. */
function waitsAfter(chunk: GeminiChunk, age: number): GeminiChunk {
  let changed = chunk;
  for (const name of waitAnnotations as ReadonlySet<'queued' | 'retrying'>) {
    const wait = chunk[name];
    if (wait?.delay !== undefined)
      changed = withField(changed, name, { ...wait, delay: Math.max(0, Math.ceil(wait.delay - age)) });
  }
  return changed;
}
