import { finishReasonAfter } from '../../src/chunk/finishReasonAfter.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { isNotice } from '../../src/chunk/isNotice.js';
import { wasCutShort } from '../../src/chunk/wasCutShort.js';
import { graphemeEnds } from '../../src/chunk/graphemes.js';
import { OutputTokens } from '../../src/chunk/outputTokens.js';
import type { TextPattern, TextSearch } from './textSearch.js';

/** The end of a reply: its place in the answer text, and the reason. */
export interface Stop {
  readonly reason: string;
  /** The offset from the beginning of the reply; `Infinity` is the end of the chunk. */
  readonly at: number;
}

/** The settings of {@link StopLimits}; an absent setting means no limit. */
export interface StopSettings {
  readonly maxOutputTokens?: number | undefined;
  readonly maxChars?: number | undefined;
  readonly maxCost?: number | undefined;
  readonly pattern?: TextPattern | undefined;
  /** Whether the reply ends after the match, not before. */
  readonly keepMatch: boolean;
}

/** Reads a reply, and finds the first of its limits that is reached. */
export class StopLimits {
  readonly #limits: StopSettings;
  readonly #tokens: OutputTokens | undefined;
  readonly #search: TextSearch | undefined;
  /** The length of the answer text so far. */
  #end = 0;
  #finishReason: string | undefined;

  constructor(limits: StopSettings) {
    this.#limits = limits;
    this.#tokens = limits.maxOutputTokens === undefined ? undefined : new OutputTokens();
    this.#search = limits.pattern?.();
  }

  /** The length of the end of the text that must be held. */
  get openEnd(): number {
    return this.#search && !this.#limits.keepMatch ? this.#search.openEnd : 0;
  }

  read(chunk: GeminiChunk): Stop | undefined {
    this.#end += chunk.text.length;
    this.#finishReason = finishReasonAfter(this.#finishReason, chunk);
    const isFinished = this.#finishReason !== undefined || wasCutShort(chunk);
    const stop = this.#readText(chunk.text) ?? this.#readTokens(chunk) ?? this.#readCost(chunk);
    // A finished reply is not ended early: its own outcome counts.
    return stop && isFinished && stop.at >= this.#end ? undefined : stop;
  }

  /** Finds the first of `pattern` and `maxChars`, for any cut of the text into chunks. */
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
