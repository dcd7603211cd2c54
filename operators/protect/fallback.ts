import type { Observable } from 'rxjs';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import type { GeminiError } from '../../src/errors/geminiError.js';
import { assertFunction, assertOptions } from '../../src/rx/assertions.js';
import { raceReplies } from './raceReplies.js';

/** Options of {@link fallback}. @public */
export interface FallbackOptions {
  /**
   * Decides whether a failure leads to the next source; `index` is the index of the source that failed. Not called for
   * the last source, nor after content. @defaultValue whether the error is `retryable`
   */
  readonly on?: ((error: GeminiError, index: number) => boolean) | undefined;
}

/**
 * Takes the reply from the first source, or from the next source if the first fails before its first content.
 *
 * One source runs at a time; the next source is subscribed when the current source has failed, before any content, with
 * an error that is `retryable` or for which `on` returns true. So no text is ever emitted twice. Notices are emitted at
 * once; other chunks before the first content (token counts, ids, the place in an interaction) are held, and are
 * emitted merged with the first content or before the end: no chunk of a failed source gets into the reply of another
 * source. Before another source starts, a notice (a chunk with annotations only: see {@link isNotice}) is emitted,
 * marked as `retrying: { attempt, delay: 0, kind }`.
 *
 * A failure after content, or without a next source, fails the result with a `GeminiError`, after the held chunks. If
 * other sources failed before, the result fails with the last error, whose `cause` is an `AggregateError` of all, in
 * order. A completion is not a failure, even without content: apply `classifyErrors` to each source, so that a reply
 * that breaks off is a failure. An `on` that throws fails the result. An unsubscription closes the open request.
 * Lossless; holds the merge of the chunks before the first content.
 *
 * An interaction that runs in the background and has an id does not fail with an error that is `retryable`, because its
 * run continues; an `on` that returns true nevertheless starts the next source beside that run.
 *
 * With `retryTransient` on each source, a source is tried again before the next source; with `retryTransient` below the
 * result, all sources are tried again.
 *
 * @param sources - The sources, in the order of preference; each is cold, so that it makes no request before its turn.
 * @param options - See {@link FallbackOptions}.
 * @returns The reply of the first source that does not fail.
 * @throws TypeError - At the call, if `sources` is not a list of at least one Observable, or `on` not a function.
 * @see {@link hedge}, which does not wait for a failure.
 * @example
 * ```ts
 * const ask = (model: string) => fromGemini(ai, { model, contents: 'Hello' }).pipe(classifyErrors());
 * // The next model also answers when the daily quota of the first is used up.
 * fallback([ask('gemini-2.5-pro'), ask('gemini-2.5-flash')], {
 *   on: ({ retryable, kind }) => retryable || kind === 'quota',
 * }).subscribe((chunk) => console.log(chunk.text));
 * ```
 * @public
 */
export function fallback<T extends GeminiChunk>(
  sources: readonly Observable<T>[],
  options: FallbackOptions = {},
): Observable<T> {
  assertOptions(options);
  const { on = goesByRetryable } = options;
  assertFunction('on', on);

  return raceReplies(sources, { isAnnounced: true, movesOn: on });
}

function goesByRetryable({ retryable }: GeminiError): boolean {
  return retryable;
}
