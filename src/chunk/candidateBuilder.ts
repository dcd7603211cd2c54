import { CitationList } from './citationList.js';
import { mergeFields } from './mergeFields.js';
import { copyFields, setOrRemove, shallowCopy } from './copyFields.js';
import type { Fields } from '../rx/isObject.js';
import { candidateFinishAfter } from './finishReasonAfter.js';
import { LogprobsList } from './logprobsList.js';
import { PartList } from './partList.js';
import type { GeminiCandidate } from './response.js';

/** Merges the pieces of a candidate. */
export class CandidateBuilder {
  /** The fields of all pieces; a snapshot overwrites those that are merged. */
  readonly #fields: Fields = {};
  /** The fields of all contents; a snapshot overwrites the parts. */
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
    mergeFields(this.#fields, piece);
    this.#finishReason = candidateFinishAfter(this.#finishReason, piece);
    if (content) this.#appendContent(content);
    if (citationMetadata) (this.#citations ??= new CitationList()).append(citationMetadata);
    if (logprobsResult) (this.#logprobs ??= new LogprobsList()).append(logprobsResult);
  }

  snapshot(): GeminiCandidate {
    const snapshot = shallowCopy(this.#fields);
    setOrRemove(snapshot, 'content', this.#content && this.#contentSnapshot(this.#content));
    setOrRemove(snapshot, 'finishReason', this.#finishReason);
    setOrRemove(snapshot, 'citationMetadata', this.#citations?.snapshot());
    setOrRemove(snapshot, 'logprobsResult', this.#logprobs?.snapshot());
    return snapshot;
  }

  #contentSnapshot(content: Fields): object {
    const snapshot = shallowCopy(content);
    setOrRemove(snapshot, 'parts', this.#parts?.snapshot());
    return snapshot;
  }

  #appendContent(content: NonNullable<GeminiCandidate['content']>): void {
    const isFirst = this.#content === undefined;
    this.#content ??= {};
    copyFields(this.#content, content);
    // Merged pieces are a content of the model, with any roles; `contentsOf` separates the function responses.
    if (!isFirst) this.#content['role'] = 'model';
    if (!content.parts) return;
    this.#parts ??= new PartList();
    for (const part of content.parts) this.#parts.append(part);
  }
}
