import { waitAnnotations } from './replyAnnotations.js';
import { assertResponse } from './assertResponse.js';
import { CandidateBuilder } from './candidateBuilder.js';
import { mergeFields } from './mergeFields.js';
import { isEmptyChunk } from './emptyChunk.js';
import { candidatesOf } from './candidatesOf.js';
import { copyFields, shallowCopy, omitFields } from './copyFields.js';
import type { Fields } from '../rx/isObject.js';
import type { GeminiChunk } from './geminiChunk.js';
import { hasContent } from './hasContent.js';
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
  /** The fields that are not merged: the later value wins. */
  #fields: Fields = { text: '' };
  #usage: Fields | undefined;
  /** Whether `#fields` has an annotation that later content clears. */
  #isWaiting = false;
  readonly #candidates = new Map<number, CandidateBuilder>();
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
    mergeFields(this.#fields, chunk, fieldsMergedApart);
    for (const name of waitAnnotations) this.#isWaiting ||= chunk[name] !== undefined;
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
    snapshot['text'] = this.#candidates.get(0)?.text ?? '';
    if (this.#candidates.size > 0) snapshot['candidates'] = this.#byIndex();
    if (this.#usage) snapshot['usageMetadata'] = shallowCopy(this.#usage);
    return snapshot as unknown as T;
  }

  #candidate(index: number): CandidateBuilder {
    let candidate = this.#candidates.get(index);
    if (!candidate) this.#candidates.set(index, (candidate = new CandidateBuilder()));
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

const fieldsMergedApart: ReadonlySet<string> = new Set(['text', 'candidates', 'usageMetadata']);
