import type { ReplyCost } from '../chunk/annotations.js';
import { withField } from '../chunk/copyFields.js';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { aCost } from './contentValidators.js';

/** Makes the cost cumulative over a reply that takes several requests, each of which is priced on its own. */
export class CostTally {
  /** The cost of the earlier requests. */
  #before: ReplyCost | undefined;
  /** The latest cumulative cost. */
  #latest: ReplyCost | undefined;

  /** Returns the chunk with the cost of earlier requests added to its own. */
  add(chunk: GeminiChunk): GeminiChunk {
    // A server may send anything.
    if (!chunk.cost || aCost(chunk.cost)) return chunk;
    this.#latest = this.#before ? sumCost(this.#before, chunk.cost) : chunk.cost;
    return this.#before ? withField(chunk, 'cost', this.#latest) : chunk;
  }

  /** Begins another request: later chunks belong to it. */
  nextRequest(): void {
    this.#before = this.#latest;
  }
}

function sumCost(a: ReplyCost, b: ReplyCost): ReplyCost {
  return {
    input: preciseSum(a.input, b.input),
    cached: preciseSum(a.cached, b.cached),
    output: preciseSum(a.output, b.output),
    thoughts: preciseSum(a.thoughts, b.thoughts),
    total: preciseSum(a.total, b.total),
    estimated: a.estimated || b.estimated,
  };
}

/** A sum without the noise of a double: 0.1 and 0.2 are 0.3. */
function preciseSum(a: number, b: number): number {
  return Number((a + b).toPrecision(15));
}
