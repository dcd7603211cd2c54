import { finishReasonAfter } from '../../src/chunk/finishReasonAfter.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { wasCutShort } from '../../src/chunk/wasCutShort.js';
import type { GeminiError } from '../../src/errors/geminiError.js';
import { toGeminiError } from '../../src/errors/toGeminiError.js';
import { EmbeddedJsonReader } from './embeddedJsonReader.js';
import { invalidJson } from './invalidJson.js';
import type { JsonEvents } from './jsonEvents.js';

/** Reads the JSON in the answer text of candidate 0, and judges at the end of the reply whether it is whole. */
export class JsonAnswerReader {
  readonly #json: EmbeddedJsonReader;
  /** Whether this side ended the reply. */
  #wasCutShort = false;
  #finishReason: string | undefined;

  constructor(events: JsonEvents, maxDepth: number) {
    this.#json = new EmbeddedJsonReader(events, maxDepth);
  }

  /** Whether the JSON is whole. */
  get isDone(): boolean {
    return this.#json.isDone;
  }

  /**
   * Reads the next chunk.
   *
   * @returns The failure, if any: `protocol` if the answer is not JSON, `overflow` if it is nested too deep.
   */
  read(chunk: GeminiChunk): GeminiError | undefined {
    this.#wasCutShort ||= wasCutShort(chunk);
    this.#finishReason = finishReasonAfter(this.#finishReason, chunk);
    return catchFailure(() => this.#json.write(chunk.text));
  }

  /**
   * Ends the reply.
   *
   * @returns The failure if the JSON is not whole; undefined if this side ended the reply.
   */
  end(): GeminiError | undefined {
    if (this.#wasCutShort) return undefined;
    return catchFailure(() => {
      this.#json.end();
      if (!this.isDone) throw invalidJson(this.#problem(), this.#finishReason);
    });
  }

  #problem(): string {
    const reason = this.#finishReason === undefined ? '' : ` (the model stopped with ${this.#finishReason})`;
    if (this.#json.isFound) return `The answer ends in the middle of its JSON${reason}`;
    return this.#json.hasProse
      ? `There is no JSON in the answer${reason}`
      : `The answer has no text, so there is no JSON in it${reason}`;
  }
}

function catchFailure(step: () => void): GeminiError | undefined {
  try {
    step();
    return undefined;
  } catch (cause) {
    return toGeminiError(cause);
  }
}
