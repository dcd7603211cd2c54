import { GeminiError } from './geminiError.js';
import type { GeminiErrorKind } from './kinds.js';
import { redact } from './redact.js';

/** What is known of a failed request beside its body. */
export interface ErrorContext {
  /** The HTTP status; the body's own `code` wins. */
  readonly status?: number | undefined;
  /** From the `Retry-After` header, in ms; a `RetryInfo` in the body wins. */
  readonly retryAfter?: number | undefined;
  /** What was thrown first. */
  readonly cause?: unknown;
}

interface ErrorBody {
  readonly code?: unknown;
  readonly status?: unknown;
  readonly message?: unknown;
  readonly details?: unknown;
}

/** The `error` object of Google's error JSON, if `body` is one (or a list of one, as the JSON stream has it). */
export function errorBodyOf(body: unknown): ErrorBody | undefined {
  const first: unknown = Array.isArray(body) ? body[0] : body;
  if (!isObject(first) || !('error' in first)) return undefined;
  return isObject(first['error']) ? first['error'] : undefined;
}

/** The error that Google's error JSON describes. */
export function apiError(body: ErrorBody, context: ErrorContext): GeminiError {
  const status = codeOf(body) ?? context.status;
  const state = typeof body.status === 'string' ? body.status : '';
  const details = Array.isArray(body.details) ? body.details.filter(isObject) : [];
  const message = typeof body.message === 'string' ? body.message.trim() : '';
  const kind = kindOf(status, state, details, message);
  return new GeminiError(sentence(kind, redact(message), status), {
    kind,
    status,
    retryAfter: retryInfo(details, message) ?? context.retryAfter,
    cause: context.cause,
  });
}

function codeOf({ code }: ErrorBody): number | undefined {
  const number = typeof code === 'string' ? Number.parseInt(code, 10) : code;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

function kindOf(status: number | undefined, state: string, details: readonly Loose[], message: string): GeminiErrorKind {
  const isKey = details.some((detail) => detail['reason'] === 'API_KEY_INVALID') || /API key not valid/i.test(message);
  if (isKey) return 'auth';
  const isDaily = details.some((detail) => violations(detail).some(({ quotaId }) => /per_?day/i.test(String(quotaId))));
  if (isDaily && (status === 429 || state === 'RESOURCE_EXHAUSTED')) return 'quota';
  return kindOfState(state) ?? kindOfStatus(status);
}

function violations(detail: Loose): readonly Loose[] {
  const list = detail['violations'];
  return Array.isArray(list) ? list.filter(isObject) : [];
}

/** The canonical names of Google's APIs. They agree with the HTTP status where there is one. */
function kindOfState(state: string): GeminiErrorKind | undefined {
  return states.get(state);
}

const states: ReadonlyMap<string, GeminiErrorKind> = new Map<string, GeminiErrorKind>([
  ['UNAUTHENTICATED', 'auth'],
  ['PERMISSION_DENIED', 'permission'],
  ['NOT_FOUND', 'not_found'],
  ['INVALID_ARGUMENT', 'invalid_request'],
  ['FAILED_PRECONDITION', 'invalid_request'],
  ['OUT_OF_RANGE', 'invalid_request'],
  ['ALREADY_EXISTS', 'invalid_request'],
  ['UNIMPLEMENTED', 'invalid_request'],
  ['RESOURCE_EXHAUSTED', 'rate_limit'],
  ['UNAVAILABLE', 'overloaded'],
  ['INTERNAL', 'server'],
  ['CANCELLED', 'server'],
  ['ABORTED', 'server'],
  ['UNKNOWN', 'server'],
  ['DATA_LOSS', 'server'],
  ['DEADLINE_EXCEEDED', 'timeout'],
]);

/** What an HTTP status means on its own. */
export function kindOfStatus(status: number | undefined): GeminiErrorKind {
  if (status === undefined) return 'unknown';
  const exact = statuses.get(status);
  if (exact) return exact;
  if (status >= 500) return 'server';
  if (status >= 400) return 'invalid_request';
  return 'protocol';
}

const statuses: ReadonlyMap<number, GeminiErrorKind> = new Map<number, GeminiErrorKind>([
  [401, 'auth'],
  [403, 'permission'],
  [404, 'not_found'],
  [408, 'timeout'],
  [429, 'rate_limit'],
  // What Google calls a cancelled request: this side did not do it, or it would not have read the answer.
  [499, 'server'],
  [503, 'overloaded'],
  [504, 'timeout'],
]);

/** `RetryInfo`'s delay in ms; some errors say it in words only. */
function retryInfo(details: readonly Loose[], message: string): number | undefined {
  for (const detail of details) {
    const delay = detail['retryDelay'];
    if (typeof delay === 'string') return seconds(delay);
    if (isObject(delay)) return Number(delay['seconds'] ?? 0) * 1000 + Number(delay['nanos'] ?? 0) / 1e6;
  }
  return seconds(/retry in ([\d.]+s)/i.exec(message)?.[1] ?? '');
}

function seconds(text: string): number | undefined {
  const value = /^([\d.]+)s$/.exec(text)?.[1];
  return value === undefined ? undefined : Math.round(Number(value) * 1000);
}

function sentence(kind: GeminiErrorKind, message: string, status: number | undefined): string {
  const said = message === '' || message.startsWith('<') ? '' : `: ${message}`;
  const code = status === undefined ? '' : ` (${String(status)})`;
  return `${leads[kind] ?? 'The request failed'}${code}${said}`;
}

const leads: Partial<Record<GeminiErrorKind, string>> = {
  auth: 'Gemini does not accept the API key or the credentials; check GEMINI_API_KEY',
  permission: 'The key or the account may not do this',
  not_found: 'There is no such model or file',
  invalid_request: 'Gemini refuses the request',
  rate_limit: 'Too many requests; wait and try again',
  quota: "The day's quota is used up",
  overloaded: 'The model is overloaded; try again later',
  server: 'The service failed; try again later',
  timeout: 'The service took too long',
  protocol: 'The answer is not one of Gemini',
};

type Loose = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Loose {
  return typeof value === 'object' && value !== null;
}
