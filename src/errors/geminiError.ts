import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { isRetryableKind, type GeminiErrorKind } from './kinds.js';
import { redact } from './redact.js';
import { withoutSecrets } from './withoutSecrets.js';

/** What a {@link GeminiError} is made of; all but `kind` may be left out. @public */
export interface GeminiErrorInit {
  /** What went wrong. */
  readonly kind: GeminiErrorKind;
  /** Whether the same request may succeed later. Default: by `kind`. */
  readonly retryable?: boolean | undefined;
  /** How long the server asks to wait, in ms. */
  readonly retryAfter?: number | undefined;
  /** The HTTP status, or the code of an error event. */
  readonly status?: number | undefined;
  /** Why the model stopped. */
  readonly finishReason?: string | undefined;
  /** Why the prompt was blocked. */
  readonly blockReason?: string | undefined;
  /** What had arrived: the merge of all chunks before the error. */
  readonly partial?: GeminiChunk | undefined;
  /** What was thrown first. */
  readonly cause?: unknown;
}

/** The safe JSON form of a {@link GeminiError}: no cause, no stack. @public */
export interface GeminiErrorJson {
  /** Always `GeminiError`. */
  readonly name: 'GeminiError';
  /** The sentence. */
  readonly message: string;
  /** What went wrong. */
  readonly kind: GeminiErrorKind;
  /** Whether the same request may succeed later. */
  readonly retryable: boolean;
  /** How long the server asks to wait, in ms. */
  readonly retryAfter?: number;
  /** The HTTP status, or the code of an error event. */
  readonly status?: number;
  /** Why the model stopped. */
  readonly finishReason?: string;
  /** Why the prompt was blocked. */
  readonly blockReason?: string;
  /** What had arrived. */
  readonly partial?: GeminiChunk;
}

/** Two copies of the package (ESM and CommonJS, two versions) know each other's errors by it. */
const mark = Symbol.for('rxjs-gemini.GeminiError');

/**
 * The one error of this library: `kind` says what went wrong, `message` is a sentence that a person can act on, and
 * `partial` holds what had arrived.
 *
 * Recognise it with {@link isGeminiError}, not with `instanceof`. `JSON.stringify` gives {@link GeminiErrorJson}.
 *
 * @public
 */
export class GeminiError extends Error {
  static {
    Object.defineProperty(this.prototype, 'name', { value: 'GeminiError', configurable: true, writable: true });
    Object.defineProperty(this.prototype, mark, { value: true });
  }

  /** What went wrong. */
  readonly kind: GeminiErrorKind;
  /** Whether the same request may succeed later. */
  readonly retryable: boolean;
  /** How long the server asks to wait before the next try, in ms; absent if it does not say. */
  declare readonly retryAfter?: number;
  /** The HTTP status, or the code of an error event; absent if there was none. */
  declare readonly status?: number;
  /** Why the model stopped, where the outcome is the failure. */
  declare readonly finishReason?: string;
  /** Why the prompt was blocked. */
  declare readonly blockReason?: string;
  /** What had arrived: the merge of all chunks before the error. From `classifyErrors` on it is always there. */
  declare readonly partial?: GeminiChunk;

  /**
   * @param message - A sentence that a person can act on. A key or a token in it is redacted.
   * @param init - The rest. A `cause` that quotes a key or a token is replaced by a copy without it.
   */
  constructor(message: string, init: GeminiErrorInit) {
    const { kind, retryable = isRetryableKind(kind), cause, ...context } = init;
    // Errors are printed, with all their causes, by whoever did not expect them.
    super(redact(message), cause === undefined ? undefined : { cause: withoutSecrets(cause) });
    this.kind = kind;
    this.retryable = retryable;
    for (const [field, value] of Object.entries(context)) {
      if (value !== undefined) Object.assign(this, { [field]: value });
    }
  }

  /** The safe JSON form: all fields but the cause and the stack. */
  toJSON(): GeminiErrorJson {
    const { kind, retryable, retryAfter, status, finishReason, blockReason, partial } = this;
    return {
      name: 'GeminiError',
      message: this.message,
      kind,
      retryable,
      ...(retryAfter !== undefined && { retryAfter }),
      ...(status !== undefined && { status }),
      ...(finishReason !== undefined && { finishReason }),
      ...(blockReason !== undefined && { blockReason }),
      ...(partial && { partial }),
    };
  }
}

/**
 * Whether a value is a {@link GeminiError}, also one of another copy of this package.
 *
 * @param value - Anything that was thrown.
 * @returns Whether it is.
 * @public
 */
export function isGeminiError(value: unknown): value is GeminiError {
  return typeof value === 'object' && value !== null && mark in value;
}

/** The same error with what had arrived; one that has a partial already is left as it is. */
export function withPartial(error: GeminiError, partial: GeminiChunk): GeminiError {
  if (error.partial) return error;
  const { message, kind, retryable, retryAfter, status, finishReason, blockReason, cause } = error;
  const filled = new GeminiError(message, {
    kind,
    retryable,
    retryAfter,
    status,
    finishReason,
    blockReason,
    partial,
    cause,
  });
  if (error.stack) filled.stack = error.stack;
  return filled;
}
