import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { isObject } from '../rx/isObject.js';
import { parseDuration } from '../rx/parseDuration.js';
import type { ErrorBody } from './errorBody.js';
import { GeminiError } from './geminiError.js';
import { statusOf } from './httpStatus.js';
import type { GeminiErrorKind } from './kinds.js';
import { isMissingKey, missingKeyAdvice } from './missingKey.js';
import { outcomeFailure } from './outcomeCodes.js';
import { safeExcerpt } from './safeExcerpt.js';
import { exhaustedQuota, type ExhaustedQuota } from './exhaustedQuota.js';
import { isWebPage, webPageAdvice } from './webPage.js';

/** The facts about a failed request beside its body. */
export interface ErrorContext {
  /** The HTTP status; a `code` in the body wins. */
  readonly status?: number | undefined;
  /** The wait of the `Retry-After` header, in ms; a `RetryInfo` in the body wins. */
  readonly retryAfter?: number | undefined;
  /** Whether content of the reply had arrived: a reason to block is then that of the answer, else of the prompt. */
  readonly hasContent?: boolean | undefined;
  /** The kind of a failure that neither a status nor a code describes. Default: `unknown`. */
  readonly otherKind?: GeminiErrorKind | undefined;
  /** The partial reply that the error is to have. */
  readonly partial?: GeminiChunk | undefined;
  /** The value that was thrown first. */
  readonly cause?: unknown;
}

/** The failure that a server's error describes. */
export interface ApiFailure {
  readonly kind: GeminiErrorKind;
  readonly status: number | undefined;
  readonly retryAfter: number | undefined;
  /** The server's own words, fit for a sentence; `''` if there are no such words. */
  readonly serverMessage: string;
  /** The beginning of the sentence, with advice. */
  readonly summary: string;
  /** The reason for which the model stopped, or the prompt was blocked. */
  readonly finishReason?: string | undefined;
  readonly blockReason?: string | undefined;
}

/** Makes the error that Google's error JSON describes. */
export function errorFromBody(body: ErrorBody, context: ErrorContext): GeminiError {
  const { summary, serverMessage, ...failure } = apiFailure(body, context);
  // A reason says more than the status that came with it.
  const isExplained = failure.finishReason !== undefined || failure.blockReason !== undefined;
  const code = failure.status === undefined || isExplained ? '' : ` (${failure.status})`;
  const message = `${summary}${code}${serverMessage === '' ? '' : `: ${serverMessage}`}`;
  return new GeminiError(message, { ...failure, partial: context.partial, cause: context.cause });
}

/** Classifies the error that a server reports for a failed request. */
export function apiFailure(body: ErrorBody, context: ErrorContext): ApiFailure {
  const status = statusOf(body, context.status);
  const details = Array.isArray(body.details) ? body.details.filter(isObject) : [];
  const message = textIn(body.message);
  const retryAfter = retryDelayOf(details) ?? parseDuration(/retry in (\S+)/i.exec(message)?.[1]) ?? context.retryAfter;
  const failure = { status, retryAfter, serverMessage: safeExcerpt(message) };
  if (isMissingKey(message)) return { ...failure, kind: 'auth', serverMessage: '', summary: missingKeyAdvice };
  const outcome = outcomeFailure(body.code, context.hasContent);
  if (outcome) return { ...failure, ...outcome };
  const kind = isBadKey(details, message) ? 'auth' : (kindOfStatus(status) ?? context.otherKind ?? 'unknown');
  const isPaid = status === 402;
  const exhausted =
    kind === 'rate_limit' || isPaid ? exhaustedQuota([body.code, body.status], details, message) : undefined;
  const quota = exhausted ?? (isPaid ? 'credit' : undefined);
  if (quota === undefined) return { ...failure, kind, summary: summaryOf(kind, status, message) };
  return {
    kind: 'quota',
    status,
    // Google sends a time to retry even if waiting does not help.
    retryAfter: quota === 'day' ? retryAfter : undefined,
    serverMessage: safeExcerpt(withoutAdvice(message)),
    summary: quotaSummaries[quota],
  };
}

/** The beginning of the sentence; a web page says nothing about the request. */
function summaryOf(kind: GeminiErrorKind, status: number | undefined, message: string): string {
  const summary = summaries[kind] ?? 'The request failed';
  if (kind === 'not_found' && /\bmodels?\b/i.test(message)) return missingModel;
  if (!isWebPage(message) || status === undefined || status < 400) return summary;
  return status < 500 ? webPageAdvice : 'The service, or a proxy before it, failed with a web page; try again later';
}

const missingModel =
  'The model does not exist, or is not for your key; `ai.models.list()` lists the models that you can use';

/** The message if it consists of words; `''` for JSON. */
function textIn(message: unknown): string {
  const isText = typeof message === 'string' && !/^\s*(?:\{\s*["}]|\[\s*["[{\]])/.test(message);
  return isText ? message : '';
}

/** Removes the sentences that advise to wait. */
function withoutAdvice(text: string): string {
  const sentences = text.split(/\n|(?<=[.!?;])\s+/);
  return sentences.filter((sentence) => !/\b(?:retry|try again|wait|later)\b/i.test(sentence)).join('\n');
}

function isBadKey(details: readonly Loose[], message: string): boolean {
  return details.some(({ reason }) => reason === 'API_KEY_INVALID') || badKey.test(message);
}

const badKey = /API key (?:not valid|not found|expired|is invalid)|invalid API key|\binvalid_(?:grant|rapt)\b/i;

function kindOfStatus(status: number | undefined): GeminiErrorKind | undefined {
  if (status === undefined) return undefined;
  if (status < 400) return 'protocol';
  return kindByStatus.get(status) ?? (status < 500 ? 'invalid_request' : 'server');
}

const kindByStatus: ReadonlyMap<number, GeminiErrorKind> = new Map<number, GeminiErrorKind>([
  [401, 'auth'],
  [403, 'permission'],
  [404, 'not_found'],
  [408, 'timeout'],
  [429, 'rate_limit'],
  // Google's status of a cancelled request. This side did not cancel the request, or it would not have read the answer.
  [499, 'server'],
  // Not implemented: a repeat does not help.
  [501, 'invalid_request'],
  [503, 'overloaded'],
  [504, 'timeout'],
]);

/** The delay of a `RetryInfo`, in ms. */
function retryDelayOf(details: readonly Loose[]): number | undefined {
  const delay = details.find(({ retryDelay }) => retryDelay !== undefined)?.['retryDelay'];
  if (!isObject(delay)) return parseDuration(delay);
  const ms = Number(delay['seconds'] ?? 0) * 1000 + Number(delay['nanos'] ?? 0) / 1e6;
  return Number.isFinite(ms) ? Math.round(ms) : undefined;
}

const summaries: Partial<Record<GeminiErrorKind, string>> = {
  auth: 'Gemini does not accept the API key or the credentials; set GEMINI_API_KEY to a key from https://aistudio.google.com/apikey',
  permission: 'The key or the account may not do this',
  not_found: 'There is no such model, file or interaction',
  invalid_request: 'Gemini refuses the request',
  rate_limit: 'Too many requests; wait and try again',
  overloaded: 'The model is overloaded; try again later',
  server: 'The service failed; try again later',
  timeout: 'The service took too long',
  protocol: 'The answer is not one of Gemini',
};

const quotaSummaries: Readonly<Record<ExhaustedQuota, string>> = {
  day: "The day's quota is used up",
  credit: 'The credit or the spending limit of the account is used up; check its billing',
  plan: "The account's plan has no quota for this model; check its billing, or use another model",
};

type Loose = Readonly<Record<string, unknown>>;
