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
 * Readers take a chunk, a snapshot or the SDK's own response, read one candidate by its `index` (not its position), and
 * never print anything. They throw a `TypeError` if the argument is not a response.
 */

/** Returns the candidate with that index. */
export function candidateOf(response: GeminiResponse, index = 0): GeminiCandidate | undefined {
  assertResponse(response);
  assertIndex(index);
  return response.candidates?.find((candidate, position) => (candidate.index ?? position) === index);
}

/**
 * Returns the answer text of a response, without thoughts.
 *
 * @param response - A chunk, a snapshot or the SDK's response.
 * @param index - The index of the candidate. Default: 0.
 * @returns The text; `''` if the candidate has no answer text.
 * @public
 */
export function textOf(response: GeminiResponse, index = 0): string {
  return answerIn(partsOf(response, index));
}

/**
 * Returns the model's thoughts (`thought` parts) in a response.
 *
 * @param response - A chunk, a snapshot or the SDK's response.
 * @param index - The index of the candidate. Default: 0.
 * @returns The summary of the thoughts; `''` if the candidate has no thoughts.
 * @public
 */
export function thoughtsOf(response: GeminiResponse, index = 0): string {
  return thoughtsIn(partsOf(response, index));
}

/**
 * Returns the parts of a response, in order.
 *
 * @param response - A chunk, a snapshot or the SDK's response.
 * @param index - The index of the candidate. Default: 0.
 * @returns The parts; an empty array if the candidate has no parts.
 * @public
 */
export function partsOf(response: GeminiResponse, index = 0): readonly GeminiPart[] {
  return candidateOf(response, index)?.content?.parts ?? [];
}

/**
 * Returns the reason for which the model stopped.
 *
 * @param response - A chunk, a snapshot or the SDK's response.
 * @param index - The index of the candidate. Default: 0, whose finish is the outcome of the reply.
 * @returns `STOP`, `MAX_TOKENS`, `SAFETY`, …; undefined if the response has no finish reason.
 * @public
 */
export function finishReasonOf(response: GeminiResponse, index = 0): GeminiFinishReason | undefined {
  return normalizeReason(candidateOf(response, index)?.finishReason);
}

/** Returns the reason for which the prompt was blocked; undefined if the prompt was not blocked. */
export function blockReasonOf(response: GeminiResponse): GeminiBlockReason | undefined {
  return normalizeReason(response.promptFeedback?.blockReason);
}

/**
 * Returns the token counts of a response: running totals of the reply so far.
 *
 * @param response - A chunk, a snapshot or the SDK's response.
 * @returns The counts; undefined if the response has no counts.
 * @public
 */
export function usageOf(response: GeminiResponse): GeminiUsage | undefined {
  assertResponse(response);
  return response.usageMetadata;
}

/**
 * Returns the sources that a response quotes.
 *
 * @param response - A chunk, a snapshot or the SDK's response.
 * @param index - The index of the candidate. Default: 0.
 * @returns The citations, in the order of their arrival; an empty array if the candidate has no citations.
 * @public
 */
export function citationsOf(response: GeminiResponse, index = 0): readonly GeminiCitation[] {
  return candidateOf(response, index)?.citationMetadata?.citations ?? [];
}

/** The answer text in some parts. */
export function answerIn(parts: readonly GeminiPart[]): string {
  return joinedText(parts, false);
}

/** The thoughts in some parts. */
export function thoughtsIn(parts: readonly GeminiPart[]): string {
  return joinedText(parts, true);
}

function joinedText(parts: readonly GeminiPart[], areThoughts: boolean): string {
  let joined = '';
  for (const part of parts) if (Boolean(part.thought) === areThoughts) joined += part.text ?? '';
  return joined;
}
