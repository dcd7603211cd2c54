import { identity, pipe, type MonoTypeOperatorFunction, type ObservableInput, type OperatorFunction } from 'rxjs';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { assertOptions, describe } from '../../src/rx/assertions.js';
import { builtInClassOf } from '../../src/rx/builtInClassOf.js';
import { isAbortSignal } from '../../src/rx/isAbortSignal.js';
import { isObject } from '../../src/rx/isObject.js';
import { classifyErrors, type ClassifyErrorsOptions } from './classifyErrors.js';
import { resumeOnDrop, type ResumeOnDropOptions } from './resumeOnDrop.js';
import { retryTransient, type RetryTransientOptions } from './retryTransient.js';
import { takeUntilCancel, type TakeUntilCancelOptions } from './takeUntilCancel.js';
import { timeoutReply, type TimeoutReplyOptions } from './timeoutReply.js';

/** The cancellation of {@link protectReply}, with the end of a cancelled reply. @public */
export interface ProtectReplyCancel extends TakeUntilCancelOptions {
  /** The `notifier` of {@link takeUntilCancel}. */
  readonly notifier: AbortSignal | ObservableInput<unknown>;
}

/** Options of {@link protectReply}: the options of its parts. A part whose option is absent is left out. @public */
export interface ProtectReplyOptions<T extends GeminiChunk = GeminiChunk> {
  /** The limits of {@link timeoutReply}, for each request. @defaultValue no time limit */
  readonly timeout?: TimeoutReplyOptions | undefined;
  /** The options of {@link classifyErrors}, which is never left out. @defaultValue `{}` */
  readonly classify?: ClassifyErrorsOptions | undefined;
  /**
   * The operator of a limiter from {@link createRateLimiter}, for each request: `limiter.limit({ key })`.
   * @defaultValue no limit
   */
  readonly limit?: OperatorFunction<T, T | GeminiChunk> | undefined;
  /** The options of {@link retryTransient}; `{}` for its defaults. @defaultValue never makes the request again */
  readonly retry?: RetryTransientOptions | undefined;
  /** The options of {@link resumeOnDrop}. @defaultValue never continues a reply that broke */
  readonly resume?: ResumeOnDropOptions<T | GeminiChunk> | undefined;
  /**
   * The notifier of {@link takeUntilCancel}: an `AbortSignal`, or `{ notifier, as }`. @defaultValue ends only by an
   * unsubscription
   */
  readonly cancel?: AbortSignal | ProtectReplyCancel | undefined;
}

/**
 * Protects a reply: time limits, errors with a kind, a rate limit, retries, resumption and a cancel, as one operator in
 * the right order.
 *
 * Equals a `pipe` of `timeoutReply(timeout)`, `classifyErrors(classify)`, `limit`, `retryTransient(retry)`,
 * `resumeOnDrop(resume)` and `takeUntilCancel(cancel)`. A part whose option is absent is left out, except `classifyErrors`. So the request is made
 * once, unless `retry` or `resume` is set: `retry: {}` retries by the defaults of {@link retryTransient}. Each request
 * waits for the rate limit and has its own time limits, which do not count that wait.
 *
 * Chunks, notices and errors, the values that are held, and the losslessness are those of the parts. Without options,
 * holds the merge of the reply.
 *
 * @param options - See {@link ProtectReplyOptions}.
 * @returns An operator from chunks to the same chunks and notices; `limit` and `cancel` may emit before the source, so
 * their notices are plain {@link GeminiChunk}s.
 * @throws TypeError, RangeError - At the call, if an option is unknown or wrong.
 * @see The parts: {@link timeoutReply}, {@link classifyErrors}, {@link createRateLimiter}, {@link retryTransient}, {@link
 * resumeOnDrop} and {@link takeUntilCancel}.
 * @example
 * ```ts
 * const limiter = createRateLimiter({ requestsPerMinute: 60 });
 * const controller = new AbortController();
 * reply$
 *   .pipe(
 *     protectReply({
 *       timeout: { first: 30_000, each: 15_000 },
 *       limit: limiter.limit(),
 *       retry: {},
 *       cancel: controller.signal,
 *     }),
 *   )
 *   .subscribe(({ text }) => console.log(text));
 * ```
 * @public
 */
export function protectReply<T extends GeminiChunk>(
  options: ProtectReplyOptions<T> = {},
): OperatorFunction<T, T | GeminiChunk> {
  assertProtection(options);
  const { timeout, classify, limit, retry, resume, cancel } = options;

  return pipe(
    timeout === undefined ? (identity as MonoTypeOperatorFunction<T>) : timeoutReply<T>(timeout),
    classifyErrors<T>(classify),
    limit ?? (identity as OperatorFunction<T, T | GeminiChunk>),
    retry === undefined ? identity : retryTransient<T | GeminiChunk>(retry),
    resume === undefined ? identity : resumeOnDrop<T | GeminiChunk>(resume),
    cancel === undefined ? identity : cancelBy(cancel),
  );
}

function cancelBy(cancel: AbortSignal | ProtectReplyCancel): OperatorFunction<GeminiChunk, GeminiChunk> {
  if (isAbortSignal(cancel)) return takeUntilCancel(cancel);
  const { notifier, as } = cancel;
  return takeUntilCancel(notifier, { as });
}

/** The options, each with its right form, for the sentence of an error. */
const forms: Readonly<Record<keyof ProtectReplyOptions, string>> = {
  timeout: 'the options of timeoutReply, such as `{ first: 30_000 }`',
  classify: 'the options of classifyErrors',
  limit: '`limiter.limit()` of a createRateLimiter',
  retry: 'the options of retryTransient, `{}` for its defaults',
  resume: 'the options of resumeOnDrop, such as `{ continueWith }`',
  cancel: 'an AbortSignal or `{ notifier, as }`',
};

/**
 * Throws unless all options are known and of their form; the parts check the rest. Unknown names are errors here: a
 * misspelled `retry` would leave a part out without a word.
 */
function assertProtection(options: unknown): asserts options is ProtectReplyOptions {
  assertOptions(options);
  for (const [name, value] of Object.entries(options as Readonly<Record<string, unknown>>)) {
    if (!Object.hasOwn(forms, name)) {
      const names = Object.keys(forms).join(', ');
      throw new TypeError(`Expected the options of protectReply to be among ${names}, got \`${name}\``);
    }
    if (value !== undefined) assertForm(name as keyof ProtectReplyOptions, value);
  }
}

function assertForm(name: keyof ProtectReplyOptions, value: unknown): void {
  const fault = faultOf(name, value);
  if (fault) throw new TypeError(`Expected \`${name}\` to be ${forms[name]}, got ${fault}`);
}

/** A description of a value of the wrong form; undefined if the form is right. */
function faultOf(name: keyof ProtectReplyOptions, value: unknown): string | undefined {
  const isFunction = typeof value === 'function';
  if (name === 'limit' && (isFunction || isObject(value)) && 'limit' in value) return 'the limiter itself';
  if (name === 'limit') return isFunction ? undefined : describe(value);
  if (!isObject(value)) return describe(value);
  if (name === 'cancel' && (isAbortSignal(value) || 'notifier' in value)) return undefined;
  const builtIn = builtInClassOf(value);
  return builtIn ?? (name === 'cancel' ? describe(value) : undefined);
}
