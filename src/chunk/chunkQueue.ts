import { ChunkBuilder } from './chunkBuilder.js';
import { isEmptyChunk } from './emptyChunk.js';
import type { GeminiChunk } from './geminiChunk.js';
import { noticeAfter } from './noticeAfter.js';
import { splitChunk } from './splitChunk.js';

/** A run of chunks that are taken together. */
class Run<T extends GeminiChunk> {
  /** The first chunk; merged only once a second chunk follows. */
  readonly #chunk: T;
  #merged: ChunkBuilder<T> | undefined;
  /** The end of the answer text of this run, counted from the first chunk that was ever pushed. */
  end: number;

  constructor(chunk: T, end: number) {
    // A chunk written as `{ text }` gets its full form, which can be cut.
    this.#chunk = chunk.candidates ? chunk : new ChunkBuilder<T>().append(chunk).snapshot();
    this.end = end;
  }

  append(chunk: T): void {
    this.#merged ??= new ChunkBuilder<T>().append(this.#chunk);
    this.#merged.append(chunk);
  }

  snapshot(): T {
    return this.#merged?.snapshot() ?? this.#chunk;
  }
}

/** A queue of chunks, which are taken out merged: all chunks, or the chunks up to a place in the answer text. */
export class ChunkQueue<T extends GeminiChunk> {
  readonly #mayCut: boolean;
  /**
   * A single run of all chunks; with `mayCut`, a run for each chunk with answer text, so that a cut merges no other
   * chunk.
   */
  #runs: Run<T>[] = [];
  /** The length of the answer text that was taken. */
  #start = 0;
  #chars = 0;

  constructor(mayCut: boolean) {
    this.#mayCut = mayCut;
  }

  get isEmpty(): boolean {
    return this.#runs.length === 0;
  }

  /** The length of the waiting text, including thoughts and other candidates. */
  get chars(): number {
    return this.#chars;
  }

  push(chunk: T): void {
    this.#chars += charsOf(chunk);
    const last = this.#runs.at(-1);
    // Stryker disable next-line ConditionalExpression,LogicalOperator: many runs or one, their merge is equal
    if (last && !(this.#mayCut && chunk.text)) {
      last.append(chunk);
      last.end += chunk.text.length;
    } else {
      const end = (last?.end ?? this.#start) + chunk.text.length;
      this.#runs.push(new Run(chunk, end));
    }
  }

  /** Takes all waiting chunks; returns undefined if the queue is empty. */
  take(): T | undefined {
    return this.#take(this.#runs.length);
  }

  /**
   * A notice with the standing annotations of the waiting chunks; undefined if they have no standing annotations. If
   * all chunks that a source emits on subscription wait, this notice is emitted ahead of them, so that an annotating
   * operator below does not emit a notice without these annotations.
   */
  notice(): T | undefined {
    const notice = noticeAfter(this.#runs.at(-1)?.snapshot());
    return isEmptyChunk(notice) ? undefined : notice;
  }

  /**
   * Takes all chunks but the chunks that hold the last `length` units of the answer text; undefined if no chunk
   * remains.
   */
  takeAllBut(length: number): T | undefined {
    return this.#takeTo((this.#runs.at(-1)?.end ?? 0) - length);
  }

  /**
   * Takes the chunks up to a place in the answer text.
   *
   * @param offsets - The suitable places, ascending, counted from the first chunk that was ever pushed.
   * @returns The chunks before the last place at which a cut is possible, merged; undefined if no cut is possible.
   */
  takeToLast(offsets: readonly number[]): T | undefined {
    if (offsets.length === 0) return undefined;
    const place = offsets.findLast((offset) => offset > this.#start && this.#cutAt(offset));
    return place === undefined ? undefined : this.#takeTo(place);
  }

  /** Makes a run end at an offset; returns whether that is possible. */
  #cutAt(offset: number): boolean {
    const index = this.#runs.findIndex(({ end }) => end >= offset);
    const run = this.#runs[index];
    if (!run || run.end === offset) return run !== undefined;
    const start = this.#runs[index - 1]?.end ?? this.#start;
    const pieces = splitChunk(run.snapshot(), offset - start);
    if (!pieces) return false;
    const [first, second] = pieces;
    this.#runs.splice(index, 1, new Run(first, offset), new Run(second, run.end));
    return true;
  }

  /** Takes the runs that end at a place or before it. */
  #takeTo(place: number): T | undefined {
    const rest = this.#runs.findIndex(({ end }) => end > place);
    return this.#take(rest < 0 ? this.#runs.length : rest);
  }

  #take(count: number): T | undefined {
    const taken = this.#runs;
    const first = taken[0];
    if (!first || count === 0) return undefined;
    this.#runs = count === taken.length ? [] : taken.splice(count);
    for (const run of taken) if (run !== first) first.append(run.snapshot());
    const chunk = first.snapshot();
    this.#start = taken.at(-1)?.end ?? first.end;
    this.#chars = this.isEmpty ? 0 : this.#chars - charsOf(chunk);
    return chunk;
  }
}

function charsOf({ text, candidates }: GeminiChunk): number {
  if (!candidates) return text.length;
  let chars = 0;
  for (const { content } of candidates) {
    for (const part of content?.parts ?? []) chars += part.text?.length ?? 0;
  }
  return chars;
}
