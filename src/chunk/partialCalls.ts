import type { GeminiChunk } from './geminiChunk.js';

/** Follows a stream and knows whether a function call that comes in pieces waits for its closing one. */
export class PartialCalls {
  /** The candidates whose last part is such a call. */
  readonly #candidates = new Set<number>();

  get hasOpen(): boolean {
    return this.#candidates.size > 0;
  }

  append(chunk: GeminiChunk): void {
    for (const { index = 0, content } of chunk.candidates ?? []) {
      const last = content?.parts?.at(-1);
      if (last?.functionCall?.willContinue) this.#candidates.add(index);
      else if (last) this.#candidates.delete(index);
    }
  }
}
