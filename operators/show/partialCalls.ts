import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';

/** Follows a stream, and reports whether a function call that arrives in pieces waits for its closing piece. */
export class PartialCalls {
  /** The candidates whose last part is an unfinished call. */
  readonly #candidates = new Set<number>();

  get hasOpen(): boolean {
    return this.#candidates.size > 0;
  }

  append(chunk: GeminiChunk): void {
    for (const { index = 0, content } of chunk.candidates ?? []) {
      const last = content?.parts?.at(-1);
      if (last?.functionCall?.willContinue) this.#candidates.add(index);
      else if (last && this.hasOpen) this.#candidates.delete(index);
    }
  }
}
