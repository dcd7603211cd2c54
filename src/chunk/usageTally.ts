import { copyFields, shallowCopy } from './copyFields.js';
import type { Fields } from '../rx/isObject.js';
import type { GeminiChunk } from './geminiChunk.js';

type Usage = Readonly<Record<string, unknown>>;

/**
 * Makes token counts cumulative over a reply that takes several requests: the server reports running totals for each
 * request, which begin at 0 again.
 */
export class UsageTally {
  /** The counts of the earlier requests. */
  #before: Usage | undefined;
  /** The latest cumulative counts. */
  #latest: Fields | undefined;

  /** Returns the chunk with the counts of earlier requests added to its own. */
  add<T extends GeminiChunk>(chunk: T): T {
    if (!chunk.usageMetadata) return chunk;
    const usage = this.#before ? sumUsage(this.#before, chunk.usageMetadata as Usage) : (chunk.usageMetadata as Usage);
    copyFields((this.#latest ??= {}), usage);
    return this.#before ? { ...chunk, usageMetadata: usage } : chunk;
  }

  /** Begins another request: later chunks belong to it. */
  nextRequest(): void {
    this.#before = this.#latest && shallowCopy(this.#latest);
  }
}

/** Adds counts, and lists of counts by modality; of another field the later value wins. */
function sumUsage(a: Usage, b: Usage): Usage {
  const total: Record<string, unknown> = { ...a, ...b };
  for (const [field, later] of Object.entries(b)) {
    const earlier = Object.hasOwn(a, field) ? a[field] : undefined;
    if (typeof earlier === 'number' && typeof later === 'number') total[field] = earlier + later;
    if (Array.isArray(earlier) && Array.isArray(later))
      total[field] = sumByModality([...(earlier as Usage[]), ...(later as Usage[])]);
  }
  return total;
}

function sumByModality(counts: readonly Usage[]): Usage[] {
  const totals = new Map<unknown, Usage>();
  for (const count of counts) {
    const earlier = totals.get(count['modality']);
    totals.set(count['modality'], earlier ? sumUsage(earlier, count) : count);
  }
  return [...totals.values()];
}
