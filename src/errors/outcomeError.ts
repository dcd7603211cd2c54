import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { hasContent } from '../chunk/hasContent.js';
import { candidateOf, finishReasonOf } from '../chunk/readers.js';
import { GeminiError } from './geminiError.js';
import type { GeminiErrorKind } from './kinds.js';
import { quoted } from './quoted.js';

/**
 * The failure that a reply's outcome is, judged on candidate 0 of the merge of all its chunks; undefined if it is none.
 *
 * @param failOn - Finish reasons that count as failures beside those that always do.
 */
export function outcomeError(reply: GeminiChunk, failOn: readonly string[] = []): GeminiError | undefined {
  if (reply.cancelled ?? reply.stopped) return undefined;
  const finishReason = finishReasonOf(reply);
  const kind = finishReason === undefined ? undefined : kindOfFinish(finishReason, failOn);
  if (finishReason !== undefined && kind) return badFinish(reply, finishReason, kind);
  const blockReason = reply.promptFeedback?.blockReason;
  if (blockReason && blockReason !== 'BLOCKED_REASON_UNSPECIFIED') return blocked(reply, blockReason);
  return finishReason === undefined ? unfinished(reply) : undefined;
}

function kindOfFinish(finishReason: string, failOn: readonly string[]): GeminiErrorKind | undefined {
  const kind = finishReason.startsWith('MALFORMED_') ? 'malformed_call' : finishes.get(finishReason);
  if (kind === undefined && failOn.includes(finishReason)) {
    return finishReason === 'MAX_TOKENS' ? 'truncated' : 'unknown';
  }
  return kind;
}

/** The finish reasons that are failures. One that is not listed, or that we do not know, is none. */
const finishes: ReadonlyMap<string, GeminiErrorKind> = new Map<string, GeminiErrorKind>([
  ['SAFETY', 'safety'],
  ['BLOCKLIST', 'safety'],
  ['PROHIBITED_CONTENT', 'safety'],
  ['SPII', 'safety'],
  ['IMAGE_SAFETY', 'safety'],
  ['IMAGE_PROHIBITED_CONTENT', 'safety'],
  ['RECITATION', 'recitation'],
  ['IMAGE_RECITATION', 'recitation'],
  ['UNEXPECTED_TOOL_CALL', 'malformed_call'],
  ['TOO_MANY_TOOL_CALLS', 'malformed_call'],
  ['LANGUAGE', 'invalid_request'],
  ['OTHER', 'unknown'],
  ['IMAGE_OTHER', 'unknown'],
  ['NO_IMAGE', 'unknown'],
]);

function badFinish(reply: GeminiChunk, finishReason: string, kind: GeminiErrorKind): GeminiError {
  const said = quoted(candidateOf(reply)?.finishMessage ?? '');
  const message = `The model stopped with ${finishReason}${said === '' ? '' : `: ${said}`}`;
  // A limit of tokens is reached again by the same request.
  return new GeminiError(message, { kind, retryable: false, finishReason, partial: reply });
}

function blocked(reply: GeminiChunk, blockReason: string): GeminiError {
  const said = quoted(reply.promptFeedback?.blockReasonMessage ?? '');
  const message = `The prompt was blocked (${blockReason})${said === '' ? '; rephrase it' : `: ${said}`}`;
  return new GeminiError(message, { kind: 'blocked', blockReason, partial: reply });
}

function unfinished(reply: GeminiChunk): GeminiError {
  const message = !hasContent(reply)
    ? 'The reply was empty: the service answered without a word'
    : 'The reply ended without a finish reason, so it is not whole';
  return new GeminiError(message, { kind: 'truncated', partial: reply });
}
