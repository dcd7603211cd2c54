import { finishReasonAfter } from '../../src/chunk/finishReasonAfter.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { isNotice } from '../../src/chunk/isNotice.js';
import { wasCutShort } from '../../src/chunk/wasCutShort.js';
import { graphemeEnds } from '../../src/chunk/graphemes.js';
import { OutputTokens } from '../../src/chunk/outputTokens.js';
import type { TextPattern, TextSearch } from './textSearch.js';

/** Where in the answer text a reply is to end, and why. */
export interface Stop {
  readonly reason: string;
  /** Counted from the beginning of the reply; `Infinity`: after the chunk. */
  readonly at: number;
}

/** What a reply must not pass; what is absent is no limit. */
export interface Limits {
  readonly maxOutputTokens?: number | undefined;
  readonly maxChars?: number | undefined;
  readonly maxCost?: number | undefined;
  readonly pattern?: TextPattern | undefined;
  /** Whether the reply ends after what the pattern matches, or before. */
  readonly keepMatch: boolean;
}

/** Follows a reply and tells when it has reached the first of its limits. */
export class StopLimits {
  readonly #limits: Limits;
  readonly #tokens: OutputTokens | undefined;
  readonly #search: TextSearch | undefined;
  /** How much answer text came. */
  #end = 0;
  #finishReason: string | undefined;

  constructor(limits: Limits) {
    this.#limits = limits;
    this.#tokens = limits.maxOutputTokens === undefined ? undefined : new OutputTokens();
    this.#search = limits.pattern?.();
  }

  /** How much of the end of the text must wait. */
  get openEnd(): number {
    return this.#search && !this.#limits.keepMatch ? this.#search.openEnd : 0;
  }

  read(chunk: GeminiChunk): Stop | undefined {
    this.#end += chunk.text.length;
    this.#finishReason = finishReasonAfter(this.#finishReason, chunk);
    const isFinished = this.#finishReason !== undefined || wasCutShort(chunk);
    const stop = this.#readText(chunk.text) ?? this.#readTokens(chunk) ?? this.#readCost(chunk);
    // A reply that is whole is not ended early, and its outcome counts.
    return stop && isFinished && stop.at >= this.#end ? undefined : stop;
  }

  /** Whichever is reached first, however the text was cut. */
  #readText(text: string): Stop | undefined {
    const { maxChars = Infinity, keepMatch } = this.#limits;
    const match = text === '' ? undefined : this.#search?.next(text);
    if (match && match.end <= maxChars) return { reason: 'pattern', at: keepMatch ? match.end : match.start };
    if (this.#end < maxChars) return undefined;
    const start = this.#end - text.length;
    return { reason: 'maxChars', at: start + graphemeEnds(text)(maxChars - start) };
  }

  #readTokens(chunk: GeminiChunk): Stop | undefined {
    const { maxOutputTokens = Infinity } = this.#limits;
    this.#tokens?.append(chunk);
    return this.#tokens && this.#tokens.total >= maxOutputTokens ? after('maxOutputTokens') : undefined;
  }

  #readCost(chunk: GeminiChunk): Stop | undefined {
    const { maxCost } = this.#limits;
    if (maxCost === undefined) return undefined;
    if (chunk.cost) return chunk.cost.total >= maxCost ? after('maxCost') : undefined;
    if (isNotice(chunk) || wasCutShort(chunk)) return undefined;
    throw new TypeError('Expected `withCost` above `stopWhen({ maxCost })`, got a chunk without `cost`');
  }
}

function after(reason: string): Stop {
  return { reason, at: Infinity };
}
