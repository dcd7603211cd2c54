import { normalizeReason } from '../chunk/normalizeReason.js';
import type { GeminiCandidate } from '../chunk/response.js';

/** The finish of a turn: its reason in the words of a reply, and the reason of the Live API if that is another one. */
export type TurnFinish = Pick<GeminiCandidate, 'finishReason' | 'finishMessage'>;

/** Reasons that have no counterpart among the finish reasons of a reply, or have it under another name. */
const sameReasons: ReadonlyMap<string, string> = /* @__PURE__ */ new Map([
  // The model asks back, which is an answer.
  ['NEED_MORE_INPUT', 'STOP'],
  ['INPUT_OTHER', 'SAFETY'],
  ['GENERATED_OTHER', 'OTHER'],
]);

/** Converts the reason of a `turnComplete` into the finish of a reply. */
export function turnFinish(reason: unknown): TurnFinish {
  const given = normalizeReason(reason === 'TURN_COMPLETE_REASON_UNSPECIFIED' ? undefined : reason);
  if (given === undefined) return { finishReason: 'STOP' };
  const finishReason = finishReasonOf(given);
  return finishReason === given || finishReason === 'STOP' ? { finishReason } : { finishReason, finishMessage: given };
}

/** By their words, because the API adds reasons for other media and other subjects. */
function finishReasonOf(reason: string): string {
  const same = sameReasons.get(reason);
  if (same !== undefined) return same;
  if (reason.includes('BLOCKLIST')) return 'BLOCKLIST';
  return /SAFETY|UNSAFE|PROHIBITED|CELEBRITY|PEOPLE|MINORS/.test(reason) ? 'SAFETY' : reason;
}
