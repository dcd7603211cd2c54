import { maxTimerDelay } from '../rx/maxTimerDelay.js';
import { GeminiError } from './geminiError.js';
import { isKind, isOverflowLimit } from './kinds.js';
import { stripControls } from './stripControls.js';
import { readField } from './readField.js';

/** Facts about an error that may be missing in its JSON. */
export interface SavedErrorContext {
  readonly status?: number | undefined;
  readonly retryAfter?: number | undefined;
}

/**
 * Makes an error from a JSON form that was saved or received. The JSON is foreign, so a field of the wrong type or out
 * of range is omitted, and a long text is cut.
 *
 * @returns The error, with the kind `unknown` if this version does not have the kind; undefined for JSON without a kind
 * or a message.
 */
export function parseSavedError(json: unknown, context: SavedErrorContext = {}): GeminiError | undefined {
  const kind = ownField(json, 'kind');
  const message = ownField(json, 'message');
  if (typeof kind !== 'string' || typeof message !== 'string') return undefined;
  const [retryable, limit] = [ownField(json, 'retryable'), ownField(json, 'limit')];
  return new GeminiError(cut(message, maxMessage), {
    kind: isKind(kind) ? kind : 'unknown',
    retryable: typeof retryable === 'boolean' ? retryable : undefined,
    retryAfter: delayIn(ownField(json, 'retryAfter')) ?? context.retryAfter,
    status: statusIn(ownField(json, 'status')) ?? context.status,
    finishReason: savedReason(ownField(json, 'finishReason')),
    blockReason: savedReason(ownField(json, 'blockReason')),
    limit: isOverflowLimit(limit) ? limit : undefined,
  });
}

/** Makes an error from any JSON: the error of a saved form, or an unknown error. */
export function errorFromJson(json: unknown): GeminiError {
  return parseSavedError(json) ?? new GeminiError('The reply failed', { kind: 'unknown' });
}

const maxMessage = 2_000;
const maxReason = 100;

function ownField(json: unknown, field: string): unknown {
  try {
    return typeof json === 'object' && json !== null && Object.hasOwn(json, field) ? readField(json, field) : undefined;
  } catch {
    // A proxy may throw on any access.
    return undefined;
  }
}

function delayIn(value: unknown): number | undefined {
  return typeof value === 'number' && value >= 0 ? Math.min(value, maxTimerDelay) : undefined;
}

function statusIn(value: unknown): number | undefined {
  return Number.isInteger(value) && Number(value) >= 100 && Number(value) < 600 ? Number(value) : undefined;
}

function savedReason(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? stripControls(value.slice(0, maxReason)) : undefined;
}

function cut(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}
