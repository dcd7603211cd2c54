import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { hasAnswerPart, hasContent, hasContentPart } from '../chunk/hasContent.js';
import { blockReasonOf, candidateOf, finishReasonOf } from '../chunk/readers.js';
import { finishKinds } from './finishKinds.js';
import { GeminiError } from './geminiError.js';
import type { GeminiErrorKind } from './kinds.js';
import { safeExcerpt } from './safeExcerpt.js';

/** The outcomes that count as failures in addition to the outcomes that always do. */
export interface OutcomeRules {
  /** The additional finish reasons that are failures. */
  readonly failOn?: readonly string[] | undefined;
  /** Whether a reply that finished without an answer is a failure. */
  readonly failOnEmpty?: boolean | undefined;
}

/** Returns the failure of a whole reply, judged on candidate 0 of the merged chunks; undefined if it has not failed. */
export function outcomeError(reply: GeminiChunk, rules: OutcomeRules = {}): GeminiError | undefined {
  if (reply.cancelled ?? reply.stopped) return undefined;
  const finishReason = finishReasonOf(reply);
  const blockReason = blockReasonOf(reply);
  const badKind = finishReason === undefined ? undefined : finishKinds.get(finishReason);
  if (finishReason !== undefined && badKind) return badFinish(reply, finishReason, badKind);
  if (blockReason !== undefined) return blocked(reply, blockReason);
  return finishReason === undefined ? unfinished(reply) : poorFinish(reply, finishReason, rules);
}

/** The finish reasons that are not failures by themselves, even without content. */
const goodFinishes: ReadonlySet<string> = new Set(['STOP', 'MAX_TOKENS', 'CONTINUATION']);

/** The failure of a reply whose finish reason alone is not a failure. */
function poorFinish(reply: GeminiChunk, finishReason: string, rules: OutcomeRules): GeminiError | undefined {
  const { failOn = [], failOnEmpty = false } = rules;
  const candidate = candidateOf(reply) ?? {};
  const isKnown = goodFinishes.has(finishReason);
  // An unknown reason may mean anything; a reply that has content counts as complete.
  if (!isKnown && !hasContentPart(candidate)) return badFinish(reply, finishReason, 'unknown');
  // After `CONTINUATION`, the answer may come in the next request.
  const isEmpty = !hasAnswerPart(candidate) && finishReason !== 'CONTINUATION';
  if (failOnEmpty && isEmpty) return empty(reply, finishReason);
  if (!failOn.includes(finishReason)) return undefined;
  return badFinish(reply, finishReason, finishReason === 'MAX_TOKENS' ? 'truncated' : 'unknown');
}

function badFinish(reply: GeminiChunk, finishReason: string, kind: GeminiErrorKind): GeminiError {
  const said = safeExcerpt(candidateOf(reply)?.finishMessage ?? '');
  const message = `The model stopped with ${safeExcerpt(finishReason)}${said === '' ? '' : `: ${said}`}`;
  // A repeat usually ends in the same way, also at a limit of tokens; a malformed call is an accident.
  return new GeminiError(message, { kind, retryable: kind === 'malformed_call', finishReason, partial: reply });
}

function empty(reply: GeminiChunk, finishReason: string): GeminiError {
  const isCut = finishReason === 'MAX_TOKENS';
  const message = isCut
    ? 'The reply reached its limit of tokens before the answer began; raise `maxOutputTokens` or lower the thinking budget'
    : `The model stopped with ${safeExcerpt(finishReason)} and gave no answer; a repeat usually helps`;
  return new GeminiError(message, { kind: 'empty', retryable: !isCut, finishReason, partial: reply });
}

function blocked(reply: GeminiChunk, blockReason: string): GeminiError {
  const said = safeExcerpt(reply.promptFeedback?.blockReasonMessage ?? '');
  const message = `The prompt was blocked (${safeExcerpt(blockReason)})${said === '' ? '; rephrase it' : `: ${said}`}`;
  return new GeminiError(message, { kind: 'blocked', blockReason, partial: reply });
}

function unfinished(reply: GeminiChunk): GeminiError {
  const message = !hasContent(reply)
    ? 'The reply was empty: the service answered without a word'
    : 'The reply ended without a finish reason, so it is not whole';
  return new GeminiError(message, { kind: 'truncated', partial: reply });
}
