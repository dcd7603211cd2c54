import { GeminiError } from './geminiError.js';
import type { GeminiErrorKind } from './kinds.js';
import { quoted } from './quoted.js';

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
  if (!isObject(first)) return undefined;
  const { error, message } = first;
  if (isObject(error)) return error;
  // A proxy's own, or a framework's, where `error` is only the name of the status.
  return typeof error === 'string' ? { message: typeof message === 'string' ? message : error } : undefined;
}

/** The error that Google's error JSON describes. */
export function apiError(body: ErrorBody, context: ErrorContext): GeminiError {
  const status = codeOf(body) ?? context.status ?? codes.get(body.status);
  const details = Array.isArray(body.details) ? body.details.filter(isObject) : [];
  const message = typeof body.message === 'string' ? body.message : '';
  const kind = kindOf(status, details, message);
  return new GeminiError(sentence(kind, status, quoted(message)), {
    kind,
    status,
    retryAfter: retryInfo(details) ?? durationOf(/retry in (\S+)/i.exec(message)?.[1]) ?? context.retryAfter,
    cause: context.cause,
  });
}

/** The HTTP status that a body names. Some have it as text, and some have gRPC's own number instead. */
function codeOf({ code }: ErrorBody): number | undefined {
  const status = typeof code === 'string' ? Number(code) : code;
  return typeof status === 'number' && Number.isInteger(status) && status >= 100 && status < 600 ? status : undefined;
}

/** The HTTP statuses of the names that Google's APIs have for errors: an error event may come without a code. */
const codes: ReadonlyMap<unknown, number> = new Map<unknown, number>([
  ['INVALID_ARGUMENT', 400],
  ['FAILED_PRECONDITION', 400],
  ['OUT_OF_RANGE', 400],
  ['UNAUTHENTICATED', 401],
  ['PERMISSION_DENIED', 403],
  ['NOT_FOUND', 404],
  ['ABORTED', 409],
  ['ALREADY_EXISTS', 409],
  ['RESOURCE_EXHAUSTED', 429],
  ['CANCELLED', 499],
  ['DATA_LOSS', 500],
  ['INTERNAL', 500],
  ['UNKNOWN', 500],
  ['UNIMPLEMENTED', 501],
  ['UNAVAILABLE', 503],
  ['DEADLINE_EXCEEDED', 504],
]);

function kindOf(status: number | undefined, details: readonly Loose[], message: string): GeminiErrorKind {
  const isKey = details.some(({ reason }) => reason === 'API_KEY_INVALID') || /API key not valid/i.test(message);
  if (isKey) return 'auth';
  const kind = kindOfStatus(status);
  return kind === 'rate_limit' && details.some(isDailyQuota) ? 'quota' : kind;
}

function isDailyQuota({ violations }: Loose): boolean {
  if (!Array.isArray(violations)) return false;
  return violations.filter(isObject).some(({ quotaId }) => typeof quotaId === 'string' && /per_?day/i.test(quotaId));
}

function kindOfStatus(status: number | undefined): GeminiErrorKind {
  if (status === undefined) return 'unknown';
  const exact = statuses.get(status);
  if (exact) return exact;
  if (status >= 500) return 'server';
  return status >= 400 ? 'invalid_request' : 'protocol';
}

const statuses: ReadonlyMap<number, GeminiErrorKind> = new Map<number, GeminiErrorKind>([
  [401, 'auth'],
  [403, 'permission'],
  [404, 'not_found'],
  [408, 'timeout'],
  [429, 'rate_limit'],
  // What Google calls a cancelled request: this side did not do it, or it would not have read the answer.
  [499, 'server'],
  // Not implemented: it will not be a moment later either.
  [501, 'invalid_request'],
  [503, 'overloaded'],
  [504, 'timeout'],
]);

/** `RetryInfo`'s delay in ms. */
function retryInfo(details: readonly Loose[]): number | undefined {
  const delay = details.find(({ retryDelay }) => retryDelay !== undefined)?.['retryDelay'];
  if (!isObject(delay)) return durationOf(delay);
  const ms = Number(delay['seconds'] ?? 0) * 1000 + Number(delay['nanos'] ?? 0) / 1e6;
  return Number.isFinite(ms) ? Math.round(ms) : undefined;
}

/** A duration in ms: JSON has `34.4s`, and sentences have it as Go prints it, `1m2.5s` or `813.4ms`. */
function durationOf(text: unknown): number | undefined {
  if (typeof text !== 'string') return undefined;
  const [, hours, minutes, seconds, ms] = durations.exec(text) ?? [];
  const values = [hours, minutes, seconds, ms];
  if (values.every((value) => value === undefined)) return undefined;
  const [h, m, s, rest] = values.map((value) => Number(value ?? 0)) as [number, number, number, number];
  return Math.round(((h * 60 + m) * 60 + s) * 1000 + rest);
}

const durations = /^(?:(\d+)h)?(?:(\d+)m(?!s))?(?:(\d+(?:\.\d+)?)s)?(?:(\d+(?:\.\d+)?)ms)?\W*$/;

function sentence(kind: GeminiErrorKind, status: number | undefined, said: string): string {
  const code = status === undefined ? '' : ` (${String(status)})`;
  return `${leads[kind] ?? 'The request failed'}${code}${said === '' ? '' : `: ${said}`}`;
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
