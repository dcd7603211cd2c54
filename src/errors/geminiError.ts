import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { defineHidden } from './defineHidden.js';
import { assertOptions, typeError } from '../rx/assertions.js';
import { isRetryableKind, type GeminiErrorKind, type OverflowLimit } from './kinds.js';
import { redact } from './redact.js';
import { markSafe, withoutSecrets } from './withoutSecrets.js';

/** What a {@link GeminiError} is made of; all but `kind` may be left out. @public */
export interface GeminiErrorInit {
  /** The kind of the failure. */
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
  /** With kind `overflow`: the limit of this library that was reached. */
  readonly limit?: OverflowLimit | undefined;
  /** The merge of all chunks that had arrived before the error. */
  readonly partial?: GeminiChunk | undefined;
  /** What was thrown first. */
  readonly cause?: unknown;
}

/** The JSON form of a {@link GeminiError}, safe to log: no cause, no stack, no `partial`. @public */
export interface GeminiErrorJson {
  /** Always `GeminiError`. */
  readonly name: 'GeminiError';
  /** The sentence. */
  readonly message: string;
  /** The kind of the failure. */
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
  /** With kind `overflow`: the limit of this library that was reached. */
  readonly limit?: OverflowLimit;
}

/** Two copies of the package (ESM and CommonJS, two versions) know each other's errors by it. */
const mark = Symbol.for('rxjs-gemini.GeminiError');

/**
 * The one error of this library: `kind` says what went wrong, `message` is a sentence that a person can act on, and
 * `partial` holds what had arrived.
 *
 * Recognise it with {@link isGeminiError}, not with `instanceof`. `JSON.stringify` gives {@link GeminiErrorJson}, which
 * has no `partial`: a log of an error must not contain the user's reply. For an error with its reply, write
 * `{ ...error.toJSON(), partial: error.partial }`.
 *
 * @public
 */
export class GeminiError extends Error {
  static {
    Object.defineProperty(this.prototype, 'name', { value: 'GeminiError', configurable: true, writable: true });
    Object.defineProperty(this.prototype, mark, { value: true });
  }

  /** The kind of the failure. */
  readonly kind: GeminiErrorKind;
  /** Whether the same request may succeed later. */
  readonly retryable: boolean;
  /** The wait that the server asks for before the next try, in ms; absent if it does not ask. */
  declare readonly retryAfter?: number;
  /** The HTTP status, or the code of an error event; absent if there was none. */
  declare readonly status?: number;
  /** Why the model stopped, where the outcome is the failure. */
  declare readonly finishReason?: string;
  /** Why the prompt was blocked. */
  declare readonly blockReason?: string;
  /** With kind `overflow`: the limit of this library that was reached. */
  declare readonly limit?: OverflowLimit;
  /**
   * The merge of all chunks that had arrived before the error; always there from `classifyErrors` on. Not enumerable,
   * so that loggers and `JSON.stringify` leave it out, and a getter, so that `util.inspect` with `showHidden` does too.
   */
  declare readonly partial?: GeminiChunk;

  /**
   * @param message - A sentence that a person can act on. A key or a token in it is redacted.
   * @param init - The rest. A `cause` that quotes a key or a token is replaced by a copy without it.
   */
  constructor(message: string, init: GeminiErrorInit) {
    if (typeof message !== 'string') throw typeError('message', 'a sentence', message);
    assertOptions(init, 'init');
    if (typeof init.kind !== 'string') throw typeError('init.kind', 'a kind of failure', init.kind);
    const { kind, retryable = isRetryableKind(kind), cause, partial, ...context } = init;
    // Errors are printed, with all their causes, by whoever did not expect them.
    super(redact(message), cause === undefined ? undefined : { cause: withoutSecrets(cause) });
    this.kind = kind;
    this.retryable = retryable;
    for (const [field, value] of Object.entries(context)) {
      if (value !== undefined) Object.assign(this, { [field]: value });
    }
    if (partial) defineHidden(this, 'partial', partial);
    markSafe(this);
  }

  /** The JSON form, safe to log: all fields but `cause`, `stack` and `partial`. */
  toJSON(): GeminiErrorJson {
    const { kind, retryable, retryAfter, status, finishReason, blockReason, limit } = this;
    return {
      name: 'GeminiError',
      message: this.message,
      kind,
      retryable,
      ...(retryAfter !== undefined && { retryAfter }),
      ...(status !== undefined && { status }),
      ...(finishReason !== undefined && { finishReason }),
      ...(blockReason !== undefined && { blockReason }),
      ...(limit !== undefined && { limit }),
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
  try {
    return typeof value === 'object' && value !== null && mark in value;
  } catch {
    // A proxy may throw when it is read.
    return false;
  }
}

/** The same error with what had arrived; an error that has a partial already is returned as it is. */
export function withPartial(error: GeminiError, partial: GeminiChunk): GeminiError {
  return error.partial ? error : withContext(error, { partial });
}

/** A copy of an error, of whichever copy of this package, with some of its context replaced; keeps stack and cause. */
export function withContext(error: GeminiError, context: Partial<GeminiErrorInit>): GeminiError {
  const { message, kind, retryable, retryAfter, status, finishReason, blockReason, limit, partial, cause } = error;
  const present = { kind, retryable, retryAfter, status, finishReason, blockReason, limit, partial, cause };
  const changed = new GeminiError(message, { ...present, ...context });
  if (error.stack) changed.stack = error.stack;
  return changed;
}
