import { candidateFinishAfter } from './finishReasonAfter.js';
import type { GeminiChunk } from './geminiChunk.js';
import { omitFields } from './copyFields.js';
import { mergeFields } from './mergeFields.js';
import type { FinishPart } from './replyPart.js';
import type { GeminiCandidate, GeminiUsage } from './response.js';
import { usageAfter } from './usageAfter.js';
import type { Fields } from '../rx/isObject.js';

/** Builds the `finish` part of a reply: the fields of the reply as a whole; a later value replaces an earlier one. */
export class FinishBuilder {
  readonly #fields: Fields = {};
  #usage: GeminiUsage | undefined;
  #finishReason: string | undefined;

  /**
   * Reads the next chunk.
   *
   * @param candidate - The piece of candidate 0 in the chunk, if any.
   */
  append(chunk: GeminiChunk, candidate: GeminiCandidate | undefined): void {
    this.#usage = usageAfter(this.#usage, chunk);
    const { promptFeedback } = chunk;
    if (promptFeedback) mergeFields(this.#fields, { promptFeedback });
    for (const mark of replyMarks) if (chunk[mark]) this.#fields[mark] = chunk[mark];
    if (!candidate) return;
    mergeFields(this.#fields, omitFields(candidate, ofParts));
    this.#finishReason = candidateFinishAfter(this.#finishReason, candidate);
  }

  snapshot(): FinishPart {
    const hasUsage = this.#usage !== undefined && Object.keys(this.#usage).length > 0;
    return {
      ...this.#fields,
      ...(this.#finishReason && { finishReason: this.#finishReason }),
      ...(hasUsage && { usageMetadata: this.#usage }),
      type: 'finish',
    };
  }
}

const replyMarks = ['cancelled', 'stopped'] as const;

/** Fields of a candidate that are not fields of its finish; the finish reason is merged by its own rule. */
const ofParts: ReadonlySet<string> = new Set([
  'index',
  'content',
  'finishReason',
  'citationMetadata',
  'logprobsResult',
]);
