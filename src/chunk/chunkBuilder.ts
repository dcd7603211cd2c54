import { waitAnnotations } from './replyAnnotations.js';
import { assertResponse } from './assertResponse.js';
import { CandidateBuilder } from './candidateBuilder.js';
import { mergeFields } from './mergeFields.js';
import { isEmptyChunk } from './emptyChunk.js';
import { candidatesOf } from './candidatesOf.js';
import { copyFields, omitFields, setOrRemove, shallowCopy } from './copyFields.js';
import type { Fields } from '../rx/isObject.js';
import type { GeminiChunk } from './geminiChunk.js';
import { hasContent } from './hasContent.js';
import { reportsWait } from './withoutWaits.js';
import type { GeminiCandidate } from './response.js';

/**
 * Merges many chunks in linear time and memory: the result equals the fold of {@link mergeChunks}.
 *
 * `append` takes time proportional to the size of the appended chunk; `snapshot` to the number of parts, citations and
 * log probabilities, not to the length of the text. A snapshot is immutable and does not change when more chunks are
 * appended.
 *
 * @example
 * ```ts
 * const builder = new ChunkBuilder();
 * builder.append(chunk('Hello, ')).append(chunk('world'));
 * console.log(builder.snapshot().text); // 'Hello, world'
 * ```
 * @public
 */
export class ChunkBuilder<T extends GeminiChunk = GeminiChunk> {
  /** The fields of all chunks; a snapshot overwrites those that are merged. */
  #fields: Fields = { text: '' };
  #usage: Fields | undefined;
  /** Whether `#fields` has an annotation that later content clears. */
  #isWaiting = false;
  readonly #candidates = new Map<number, CandidateBuilder>();
  /** Candidate 0, the only one of most replies. */
  #first: CandidateBuilder | undefined;
  #isEmpty = true;

  /** Whether only empty chunks, or no chunks, were appended. */
  get isEmpty(): boolean {
    return this.#isEmpty;
  }

  /**
   * Appends a chunk to the merge.
   *
   * @param chunk - A chunk in the normal form of {@link toChunk}.
   * @returns This builder.
   * @throws TypeError - If `chunk` is not an object.
   */
  append(chunk: T): this {
    assertResponse(chunk, 'chunk');
    if (isEmptyChunk(chunk)) return this;
    this.#isEmpty = false;
    if (this.#isWaiting && hasContent(chunk)) {
      this.#fields = omitFields(this.#fields, waitAnnotations);
      this.#isWaiting = false;
    }
    mergeFields(this.#fields, chunk);
    this.#isWaiting ||= reportsWait(chunk);
    if (chunk.usageMetadata) copyFields((this.#usage ??= {}), chunk.usageMetadata);
    for (const candidate of candidatesOf(chunk)) {
      this.#candidate(candidate.index ?? 0).append(candidate);
    }
    return this;
  }

  /**
   * Returns the merge of all chunks that were appended so far; without chunks, the result equals {@link emptyChunk}.
   *
   * @returns A chunk in normal form.
   */
  snapshot(): T {
    const snapshot = shallowCopy(this.#fields);
    snapshot['text'] = this.#first?.text ?? '';
    setOrRemove(snapshot, 'candidates', this.#candidates.size > 0 ? this.#byIndex() : undefined);
    setOrRemove(snapshot, 'usageMetadata', this.#usage && shallowCopy(this.#usage));
    return snapshot as unknown as T;
  }

  #candidate(index: number): CandidateBuilder {
    if (index === 0 && this.#first) return this.#first;
    let candidate = this.#candidates.get(index);
    if (!candidate) this.#candidates.set(index, (candidate = new CandidateBuilder()));
    if (index === 0) this.#first = candidate;
    return candidate;
  }

  #byIndex(): GeminiCandidate[] {
    const snapshots: GeminiCandidate[] = [];
    this.#candidates.forEach((candidate) => snapshots.push(candidate.snapshot()));
    // Stryker disable next-line ConditionalExpression: only spares the sort
    return snapshots.length === 1 ? snapshots : snapshots.sort(byIndex);
  }
}

function byIndex(a: GeminiCandidate, b: GeminiCandidate): number {
  return (a.index ?? 0) - (b.index ?? 0);
}
