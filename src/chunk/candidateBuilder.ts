import { CitationList } from './citationList.js';
import { mergeFields } from './mergeFields.js';
import { copyFields, shallowCopy } from './copyFields.js';
import type { Fields } from '../rx/isObject.js';
import { candidateFinishAfter } from './finishReasonAfter.js';
import { LogprobsList } from './logprobsList.js';
import { PartList } from './partList.js';
import type { GeminiCandidate } from './response.js';

/** Merges the pieces of a candidate. */
export class CandidateBuilder {
  /** The fields that are not merged: the later value wins. */
  readonly #fields: Fields = {};
  #content: Fields | undefined;
  #parts: PartList | undefined;
  #finishReason: string | undefined;
  #citations: CitationList | undefined;
  #logprobs: LogprobsList | undefined;

  /** The answer text of all pieces. */
  get text(): string {
    return this.#parts?.text ?? '';
  }

  append(piece: GeminiCandidate): void {
    const { content, citationMetadata, logprobsResult } = piece;
    mergeFields(this.#fields, piece, candidateFieldsMergedApart);
    this.#finishReason = candidateFinishAfter(this.#finishReason, piece);
    if (content) this.#appendContent(content);
    if (citationMetadata) (this.#citations ??= new CitationList()).append(citationMetadata);
    if (logprobsResult) (this.#logprobs ??= new LogprobsList()).append(logprobsResult);
  }

  snapshot(): GeminiCandidate {
    const snapshot = shallowCopy(this.#fields);
    if (this.#content) snapshot['content'] = this.#contentSnapshot(this.#content);
    if (this.#finishReason) snapshot['finishReason'] = this.#finishReason;
    if (this.#citations) snapshot['citationMetadata'] = this.#citations.snapshot();
    if (this.#logprobs) snapshot['logprobsResult'] = this.#logprobs.snapshot();
    return snapshot;
  }

  #contentSnapshot(content: Fields): object {
    const snapshot = shallowCopy(content);
    if (this.#parts) snapshot['parts'] = this.#parts.snapshot();
    return snapshot;
  }

  #appendContent(content: NonNullable<GeminiCandidate['content']>): void {
    const isFirst = this.#content === undefined;
    this.#content ??= {};
    copyFields(this.#content, content, candidateFieldsMergedApart);
    // Merged pieces are a content of the model, with any roles; `contentsOf` separates the function responses.
    if (!isFirst) this.#content['role'] = 'model';
    if (!content.parts) return;
    this.#parts ??= new PartList();
    for (const part of content.parts) this.#parts.append(part);
  }
}

const candidateFieldsMergedApart: ReadonlySet<string> = new Set([
  'content',
  'finishReason',
  'citationMetadata',
  'logprobsResult',
  'parts',
]);
