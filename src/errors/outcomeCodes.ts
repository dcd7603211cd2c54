import { finishKinds } from './finishKinds.js';
import type { GeminiErrorKind } from './kinds.js';

/** The failure that a word of the Interactions API names. */
export interface OutcomeFailure {
  readonly kind: GeminiErrorKind;
  /** The beginning of the sentence. */
  readonly summary: string;
  readonly finishReason?: string;
  readonly blockReason?: string;
}

/** The words that block the prompt if nothing of the reply has arrived, and end the reply if something has. */
const blocking: ReadonlySet<string> = new Set(['SAFETY', 'PROHIBITED_CONTENT', 'BLOCKLIST', 'CONTENT_BLOCKED']);

/** The words that are no finish reason, and mean more than their HTTP status does. */
const otherOutcomes: ReadonlyMap<string, OutcomeFailure> = new Map<string, OutcomeFailure>([
  ['cancelled', { kind: 'cancelled', summary: 'The interaction was cancelled' }],
  ['aborted', { kind: 'server', summary: 'The service aborted the request; try again later' }],
  ['budget_exceeded', { kind: 'quota', summary: 'The interaction has used up its budget' }],
]);

/**
 * Returns the failure that a code of the Interactions API names, in an HTTP body, an `error` event or JSON that is no
 * event: the cancellation by a client, or the reason for which the prompt or the answer was blocked. Returns undefined
 * for all other codes, which an HTTP status describes, and for codes of `generateContent`, which are in upper case.
 *
 * @param hasContent - Whether content of the reply has arrived.
 */
export function outcomeFailure(code: unknown, hasContent = false): OutcomeFailure | undefined {
  if (typeof code !== 'string' || !/^[a-z_]+$/.test(code)) return undefined;
  const other = otherOutcomes.get(code);
  if (other) return other;
  const reason = code.toUpperCase();
  const kind = finishKinds.get(reason);
  // A proxy may send this word for anything.
  if (!kind || reason === 'OTHER') return undefined;
  if (blocking.has(reason) && !hasContent) {
    return { kind: 'blocked', summary: `The prompt was blocked (${reason})`, blockReason: reason };
  }
  return { kind, summary: `The model stopped with ${reason}`, finishReason: reason };
}
