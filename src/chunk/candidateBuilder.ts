import { CitationList } from './citationList.js';
import { hasContentPart } from './hasContent.js';
import { LogprobsList } from './logprobsList.js';
import { PartList } from './partList.js';
import type { Candidate } from './wire.js';

/** Merges the pieces of one candidate. */
export class CandidateBuilder {
  /** The fields of which the later wins. */
  #fields: object = {};
  #content: object | undefined;
  #parts: PartList | undefined;
  #finishReason: string | undefined;
  #citations: CitationList | undefined;
  #logprobs: LogprobsList | undefined;

  /** The answer text of all pieces. */
  get text(): string {
    return this.#parts?.text ?? '';
  }

  append(piece: Candidate): void {
    const { content, finishReason, citationMetadata, logprobsResult, ...fields } = piece;
    this.#fields = { ...this.#fields, ...fields };
    // Several hops, proxies and some models finish early: what comes after a finish takes it back.
    if (finishReason) this.#finishReason = finishReason;
    else if (hasContentPart(piece)) this.#finishReason = undefined;
    if (content) this.#appendContent(content);
    if (citationMetadata) (this.#citations ??= new CitationList()).append(citationMetadata);
    if (logprobsResult) (this.#logprobs ??= new LogprobsList()).append(logprobsResult);
  }

  snapshot(): Candidate {
    return {
      ...this.#fields,
      ...(this.#content && { content: { ...this.#content, ...(this.#parts && { parts: this.#parts.snapshot() }) } }),
      ...(this.#finishReason && { finishReason: this.#finishReason }),
      ...(this.#citations && { citationMetadata: this.#citations.snapshot() }),
      ...(this.#logprobs && { logprobsResult: this.#logprobs.snapshot() }),
    };
  }

  #appendContent({ parts, ...content }: NonNullable<Candidate['content']>): void {
    // Whoever said the pieces, together they are the model's turn; `contentsOf` tells calls and responses apart.
    this.#content = this.#content ? { ...this.#content, ...content, role: 'model' } : content;
    if (!parts) return;
    this.#parts ??= new PartList();
    for (const part of parts) this.#parts.append(part);
  }
}
