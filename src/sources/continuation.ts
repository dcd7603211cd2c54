import { finishReasonAfter } from '../chunk/finishReasonAfter.js';
import { hasContent } from '../chunk/hasContent.js';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { blockReasonOf, candidateOf } from '../chunk/readers.js';
import { GeminiError } from '../errors/geminiError.js';
import { toGeminiError } from '../errors/toGeminiError.js';

/** The maximum number of times in a row that a dropped reply is resumed from one token. */
const maxResumes = 3;

/**
 * Follows the tokens of a long reply, which the server interrupts with `CONTINUATION` and continues in another request.
 *
 * A reply that dropped is resumed only if no content came after the last token: the server begins again at the token,
 * and text that was shown must not be shown twice.
 */
export class Continuation {
  #token: string | undefined;
  /** The token of the current request. */
  #usedToken: string | undefined;
  /** The finish reason so far. `CONTINUATION` ends the reply, unless a new token came with it. */
  #finishReason: string | undefined;
  #hasNewToken = false;
  #hasContentSinceToken = false;
  #resumes = 0;

  /** Reads a chunk of the reply; returns it without a finish reason that is only an interruption. */
  observe(chunk: GeminiChunk): GeminiChunk {
    const candidate = candidateOf(chunk);
    const token = candidate && 'continuationToken' in candidate ? candidate.continuationToken : undefined;
    if (hasContent(chunk)) this.#hasContentSinceToken = true;
    if (typeof token === 'string' && token !== '') {
      this.#token = token;
      this.#hasContentSinceToken = false;
    }
    this.#finishReason = blockReasonOf(chunk) ?? finishReasonAfter(this.#finishReason, chunk);
    if (candidate?.finishReason !== 'CONTINUATION') return chunk;
    this.#hasNewToken = this.#token !== this.#usedToken;
    return this.#hasNewToken ? withoutPause(chunk) : chunk;
  }

  /** Whether the server has interrupted the reply, to continue it in another request. */
  get #isPaused(): boolean {
    return this.#finishReason === 'CONTINUATION' && this.#hasNewToken;
  }

  /** The token to continue with after the current request has ended; undefined if the reply is complete. */
  afterEnd(): string | undefined {
    const isFinished = this.#finishReason !== undefined && !this.#isPaused;
    if (isFinished || this.#token === undefined) return undefined;
    return this.#next() ?? throwTruncated();
  }

  /** The token to resume with after the current request has failed; throws if the reply cannot be resumed. */
  afterFailure(cause: unknown): string {
    const error = toGeminiError(cause);
    const isDrop = error.kind === 'network' || error.kind === 'truncated';
    if (!isDrop || this.#token === undefined) throw error;
    return this.#next() ?? throwTruncated(error);
  }

  #next(): string | undefined {
    this.#resumes = this.#token === this.#usedToken ? this.#resumes + 1 : 0;
    const mayContinue = this.#isPaused || (!this.#hasContentSinceToken && this.#resumes <= maxResumes);
    if (!mayContinue) return undefined;
    this.#finishReason = undefined;
    this.#hasContentSinceToken = false;
    this.#usedToken = this.#token;
    return this.#token;
  }
}

function throwTruncated(cause?: GeminiError): never {
  const message = 'The reply broke off after its last checkpoint, so it cannot be continued';
  throw new GeminiError(message, { kind: 'truncated', cause });
}

function withoutPause(chunk: GeminiChunk): GeminiChunk {
  const candidates = chunk.candidates?.map((candidate) => {
    if (candidate.finishReason !== 'CONTINUATION') return candidate;
    const { finishReason: _, ...rest } = candidate;
    return rest;
  });
  return { ...chunk, ...(candidates && { candidates }) };
}
