import { assertIndex, assertResponse } from './assertResponse.js';
import type {
  GeminiResponse,
  GeminiCandidate,
  GeminiCitation,
  GeminiPart,
  GeminiBlockReason,
  GeminiFinishReason,
  GeminiUsage,
} from './response.js';
import { normalizeReason } from './normalizeReason.js';

/**
 * Readers take a chunk, a snapshot or the SDK's own response, look at one candidate by its `index` (not its position),
 * and never print anything. They throw a `TypeError` if the argument is not a response.
 */

/** The candidate with that index. */
export function candidateOf(response: GeminiResponse, index = 0): GeminiCandidate | undefined {
  assertResponse(response);
  assertIndex(index);
  return response.candidates?.find((candidate, position) => (candidate.index ?? position) === index);
}

/**
 * The answer text of a response, without thoughts.
 *
 * @param response - A chunk, a snapshot or the SDK's response.
 * @param index - Which candidate. Default: 0.
 * @returns The text, `''` where there is none.
 * @public
 */
export function textOf(response: GeminiResponse, index = 0): string {
  return joined(partsOf(response, index).filter((part) => !part.thought));
}

/**
 * The model's thoughts (`thought` parts) in a response.
 *
 * @param response - A chunk, a snapshot or the SDK's response.
 * @param index - Which candidate. Default: 0.
 * @returns The summary of the thoughts, `''` where there is none.
 * @public
 */
export function thoughtsOf(response: GeminiResponse, index = 0): string {
  return joined(partsOf(response, index).filter((part) => part.thought));
}

/**
 * The parts of a response, in order.
 *
 * @param response - A chunk, a snapshot or the SDK's response.
 * @param index - Which candidate. Default: 0.
 * @returns The parts; empty where there are none.
 * @public
 */
export function partsOf(response: GeminiResponse, index = 0): readonly GeminiPart[] {
  return candidateOf(response, index)?.content?.parts ?? [];
}

/**
 * Why the model stopped, if it has.
 *
 * @param response - A chunk, a snapshot or the SDK's response.
 * @param index - Which candidate. Default: 0, the one that a reply is judged by.
 * @returns `STOP`, `MAX_TOKENS`, `SAFETY`, …, or undefined where the response does not finish.
 * @public
 */
export function finishReasonOf(response: GeminiResponse, index = 0): GeminiFinishReason | undefined {
  return normalizeReason(candidateOf(response, index)?.finishReason);
}

/** The reason for which the prompt was blocked; undefined if it was not. */
export function blockReasonOf(response: GeminiResponse): GeminiBlockReason | undefined {
  return normalizeReason(response.promptFeedback?.blockReason);
}

/**
 * The token counts of a response: running totals of the reply so far.
 *
 * @param response - A chunk, a snapshot or the SDK's response.
 * @returns The counts, or undefined where the response has none.
 * @public
 */
export function usageOf(response: GeminiResponse): GeminiUsage | undefined {
  assertResponse(response);
  return response.usageMetadata;
}

/**
 * The sources that a response quotes.
 *
 * @param response - A chunk, a snapshot or the SDK's response.
 * @param index - Which candidate. Default: 0.
 * @returns The citations, in the order in which they came; empty where there are none.
 * @public
 */
export function citationsOf(response: GeminiResponse, index = 0): readonly GeminiCitation[] {
  return candidateOf(response, index)?.citationMetadata?.citations ?? [];
}

function joined(parts: readonly GeminiPart[]): string {
  return parts.map((part) => part.text ?? '').join('');
}
