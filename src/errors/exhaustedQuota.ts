import { isObject } from '../rx/isObject.js';

/** The exhausted quota: a daily quota, the credit, or a plan without the model. Waiting does not help. */
export type ExhaustedQuota = 'day' | 'credit' | 'plan';

type Loose = Readonly<Record<string, unknown>>;

/**
 * Returns the quota that a 402 or a 429 reports as exhausted; undefined for a limit per minute, which passes.
 *
 * Google uses one sentence for both ("You exceeded your current quota, please check your plan and billing details"):
 * only the id of the quota, its value and further sentences distinguish them.
 *
 * @param names - The code and the status of the error.
 */
export function exhaustedQuota(
  names: readonly unknown[],
  details: readonly Loose[],
  message: string,
): ExhaustedQuota | undefined {
  const violations = details.flatMap(violationsOf);
  if (violations.some(({ value }) => isZero(value)) || zeroLimit.test(message)) return 'plan';
  if (violations.some(({ id }) => longPeriod.test(id))) return 'day';
  if (names.some((name) => typeof name === 'string' && paid.test(name))) return 'credit';
  // The id of a quota is more exact than words.
  if (violations.some(({ id }) => id !== '')) return undefined;
  if (credit.some((words) => words.test(message))) return 'credit';
  // A limit per minute is often explained with an offer of credits, or with the daily limits.
  if (shortLimit.test(message)) return undefined;
  if (offer.some((words) => words.test(message)) && !/\btoo many requests\b/i.test(message)) return 'credit';
  return longLimit.test(message) ? 'day' : undefined;
}

interface Violation {
  readonly id: string;
  readonly value: unknown;
}

/** The quotas that a `QuotaFailure` lists, or that the metadata of an `ErrorInfo` name. */
function violationsOf({ violations, metadata }: Loose): Violation[] {
  const listed = Array.isArray(violations) ? (violations as unknown[]) : [];
  return [...listed, metadata].filter(isObject).map((violation) => {
    const id = violation['quotaId'] ?? violation['quota_limit'];
    return {
      id: typeof id === 'string' ? id : '',
      value: violation['quotaValue'] ?? violation['quota_limit_value'],
    };
  });
}

function isZero(value: unknown): boolean {
  return (typeof value === 'string' || typeof value === 'number') && value !== '' && Number(value) === 0;
}

const zeroLimit =
  /\blimit(?: value)?["']?(?:\s*[:=]\s*|\s+(?:of\s+|is\s+)?)["']?0(?![\d.,]*\d|\s\w+\s(?:free|available|left|remaining)\b)/i;

const longPeriod = /per_?(?:day|week|month|year)/i;

const longLimit =
  /\b(?:per[ -](?:day|month)|daily|monthly)\b[^.]{0,60}\b(?:limits?|quota|allowance)\b|\b(?:limits?|quota|requests|tokens)\b[^.]{0,60}\bper[ -](?:day|month)\b|\BPer_?Day|\b[RT]PD\b/i;

/** A limit that passes within an hour. */
const shortLimit =
  /\bper[ -](?:min(?:ute)?|sec(?:ond)?|hour)\b|\w ?\/ ?(?:min(?:ute)?|sec(?:ond)?|hour)\b|\d ?\/ ?[hms]\b|\b(?:[RTQ]PM|[RTQ]PS)\b|\b(?:this|each|every|current) (?:minute|second|hour)\b|\bconcurren/i;

const paid =
  /^(?:payment_required|quota_exceeded|insufficient_(?:quota|funds|credits?|balance)|billing_\w+|credits?_\w+|spend\w*_(?:cap|limit)\w*)$/i;

/** Exhausted credit, in the words of Google and of gateways. The standard sentence mentions billing, too. */
const credit: readonly RegExp[] = [
  /\bpre-?pa(?:id|y|yment)\b/i,
  /\bcredits?\b[^.]{0,80}\b(?:depleted|exhausted|exceeded|insufficient|expired|ran out|run out|used up|too low|negative|zero)\b/i,
  /\b(?:insufficient|not enough|no (?:more|remaining)|out of|ran out of|run out of|used (?:up )?all|depleted|exhausted|exceeded)\b[^.]{0,40}\b(?:credits?|funds|balance)\b/i,
  /\bbalance\b[^.]{0,40}\b(?:depleted|exhausted|insufficient|too low|negative|zero)\b/i,
  /\b(?:spend(?:ing)?|budget|billing|cost|usage)[ -](?:cap|ceiling|threshold)\b/i,
  /\b(?:monthly|project|account) cap\b/i,
  /\b(?:spend(?:ing)?|budget|cost|billing (?:hard |soft )?)[ -]?limit\b/i,
  /\bover[ -]budget\b/i,
  /\bhard limit\b/i,
  /\blimits?\b[^.]{0,60}\bbilling (?:cycle|period)\b/i,
  /\bfree[ -](?:plan|tier|trial)\b[^.]{0,40}\b(?:ended|exhausted|expired|over|used up)\b/i,
  /\byour (?:\w+ ){0,2}usage limits?\b/i,
  /\bpayment (?:is )?(?:required|failed|overdue)\b/i,
  /\bbilling\b[^.]{0,60}\b(?:not active|not enabled|inactive|disabled|closed|suspended|past due)\b/i,
  /\b(?:0|no|zero)\b[^.]{0,20}\bcredits?\b(?! (?:was|were|has been|have been|will be)\b)/i,
  /\btop(?:ping)?[ -]up\b/i,
];

/** Words that mean exhausted credit only if no limit per minute is mentioned. */
const offer: readonly RegExp[] = [
  /\b(?:add|buy|purchase)\b[^.]{0,40}\b(?:credits?|funds|balance)\b/i,
  /\bbudget\b[^.]{0,40}\b(?:exceeded|exhausted|reached|used up)\b/i,
  /\b(?:exceeded|exhausted|reached|used up)\b[^.]{0,40}\b(?<!\brate )budget\b/i,
];
