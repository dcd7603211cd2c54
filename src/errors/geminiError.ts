import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { hasContent } from '../chunk/hasContent.js';
import { isBackgroundRun } from '../chunk/isBackgroundRun.js';
import { mergeChunks } from '../chunk/mergeChunks.js';
import { withoutWaits } from '../chunk/withoutWaits.js';
import { defineHidden } from './defineHidden.js';
import { definedFields } from '../rx/definedFields.js';
import { assertOptions, typeError } from '../rx/assertions.js';
import { isRetryableKind, type GeminiErrorKind, type OverflowLimit } from './kinds.js';
import { redact } from './redact.js';
import { markSafe, withoutSecrets } from './withoutSecrets.js';

/** The fields of a new {@link GeminiError}; only `kind` is required. @public */
export interface GeminiErrorInit {
  /** The kind of the failure. */
  readonly kind: GeminiErrorKind;
  /**
   * Whether a repeat of the request may succeed later. Default: by `kind`. Always false with a `partial` of an
   * interaction that runs in the background and has an id: a repeat would start a second run beside it.
   */
  readonly retryable?: boolean | undefined;
  /** The wait before the next request that the server asks for, in ms. */
  readonly retryAfter?: number | undefined;
  /** The HTTP status, or the code of an error event. */
  readonly status?: number | undefined;
  /** The reason for which the model stopped. */
  readonly finishReason?: string | undefined;
  /** The reason for which the prompt was blocked. */
  readonly blockReason?: string | undefined;
  /** With kind `overflow`: the limit of this library that was reached. */
  readonly limit?: OverflowLimit | undefined;
  /** The merge of all chunks that had arrived before the error. */
  readonly partial?: GeminiChunk | undefined;
  /** The value that was thrown first. */
  readonly cause?: unknown;
}

/** The JSON form of a {@link GeminiError}, safe to log: no cause, no stack, no `partial`. @public */
export interface GeminiErrorJson {
  /** The name of the class, always `GeminiError`. */
  readonly name: 'GeminiError';
  /** The message of the error. */
  readonly message: string;
  /** The kind of the failure. */
  readonly kind: GeminiErrorKind;
  /** Whether a repeat of the request may succeed later. */
  readonly retryable: boolean;
  /** The wait before the next request that the server asks for, in ms. */
  readonly retryAfter?: number;
  /** The HTTP status, or the code of an error event. */
  readonly status?: number;
  /** The reason for which the model stopped. */
  readonly finishReason?: string;
  /** The reason for which the prompt was blocked. */
  readonly blockReason?: string;
  /** With kind `overflow`: the limit of this library that was reached. */
  readonly limit?: OverflowLimit;
}

/** The mark by which two copies of the package (ESM and CommonJS, or two versions) recognise each other's errors. */
const mark = Symbol.for('rxjs-gemini.GeminiError');

/**
 * The error class of this library: `kind` classifies the failure, `message` is a sentence that a person can act on, and
 * `partial` is the part of the reply that had arrived.
 *
 * Recognise it with {@link isGeminiError}, not with `instanceof`. `JSON.stringify` returns {@link GeminiErrorJson},
 * which has no `partial`: a log of an error must not contain the user's reply. To serialise an error with its reply,
 * use `{ ...error.toJSON(), partial: error.partial }`.
 *
 * @public
 */
export class GeminiError extends Error {
  /** The kind of the failure. */
  readonly kind: GeminiErrorKind;
  /** Whether a repeat of the request may succeed later. */
  readonly retryable: boolean;
  /** The wait before the next request that the server asks for, in ms; absent if it asks for no wait. */
  declare readonly retryAfter?: number;
  /** The HTTP status, or the code of an error event; absent if the failure had neither. */
  declare readonly status?: number;
  /** The reason for which the model stopped, if the outcome of the reply is the failure. */
  declare readonly finishReason?: string;
  /** The reason for which the prompt was blocked. */
  declare readonly blockReason?: string;
  /** With kind `overflow`: the limit of this library that was reached. */
  declare readonly limit?: OverflowLimit;
  /**
   * The merge of all chunks that had arrived before the error; always present below `classifyErrors`. Not enumerable,
   * so that loggers and `JSON.stringify` omit it, and a getter, so that `util.inspect` with `showHidden` omits it too.
   */
  declare readonly partial?: GeminiChunk;

  /**
   * @param message - A sentence that a person can act on. A key or a token in it is redacted.
   * @param init - The other fields. A `cause` that quotes a key or a token is replaced by a copy without it.
   */
  constructor(message: string, init: GeminiErrorInit) {
    if (typeof message !== 'string') throw typeError('message', 'a sentence', message);
    assertOptions(init, 'init');
    if (typeof init.kind !== 'string') throw typeError('init.kind', 'a kind of failure', init.kind);
    const { kind, retryable = isRetryableKind(kind), cause, partial, ...context } = init;
    // Not in a static block: bundlers keep a class that has one, used or not.
    if (!(mark in GeminiError.prototype)) {
      Object.defineProperties(GeminiError.prototype, {
        name: { value: 'GeminiError', configurable: true, writable: true },
        [mark]: { value: true },
      });
    }
    // An unexpected error is printed with all its causes.
    super(redact(message), cause === undefined ? undefined : { cause: withoutSecrets(cause) });
    this.kind = kind;
    this.retryable = retryable && !(partial && isBackgroundRun(partial));
    Object.assign(this, definedFields(context));
    if (partial) defineHidden(this, 'partial', withoutWaits(partial));
    markSafe(this);
  }

  /** Returns the JSON form, safe to log: all fields but `cause`, `stack` and `partial`. */
  toJSON(): GeminiErrorJson {
    const { kind, retryable, ...context } = plainFieldsOf(this);
    return { name: 'GeminiError', message: this.message, kind, retryable, ...definedFields(context) };
  }
}

/** The fields of an error that are safe to log. */
function plainFieldsOf({ kind, retryable, retryAfter, status, finishReason, blockReason, limit }: GeminiError) {
  return { kind, retryable, retryAfter, status, finishReason, blockReason, limit };
}

/**
 * Whether a value is a {@link GeminiError}, of this or of another copy of the package.
 *
 * @param value - Any thrown value.
 * @returns Whether the value is a `GeminiError`.
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

/**
 * Copies an error and completes its `partial` with the chunks that arrived, merged. A partial that has content is whole:
 * the error is returned unchanged. A partial without content, such as the place in an interaction, is merged after the
 * chunks that arrived.
 */
export function withPartial(error: GeminiError, arrived: GeminiChunk): GeminiError {
  const { partial } = error;
  if (!partial) return withContext(error, { partial: arrived });
  // Without any content, an equal partial may come from another `classifyErrors`; merging would repeat its signatures.
  const isWhole = hasContent(partial) || (partial.candidates !== undefined && !hasContent(arrived));
  return isWhole ? error : withContext(error, { partial: mergeChunks(arrived, partial) });
}

/** Copies an error, of any copy of this package, and replaces some of its fields; keeps the stack and the cause. */
export function withContext(error: GeminiError, context: Partial<GeminiErrorInit>): GeminiError {
  const { message, partial, cause } = error;
  const changed = new GeminiError(message, { ...plainFieldsOf(error), partial, cause, ...context });
  if (error.stack) changed.stack = error.stack;
  return changed;
}
