import type { Observable } from 'rxjs';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import type { GeminiError } from '../../src/errors/geminiError.js';
import { assertFunction, assertOptions } from '../../src/rx/assertions.js';
import { raceToContent } from './raceToContent.js';

/** Options of {@link fallback}. @public */
export interface FallbackOptions {
  /**
   * Decides whether a failure leads to the next source; `index` is the place of the source that failed. It is not asked
   * about the last source, nor after content. @defaultValue whether the error is `retryable`
   */
  readonly on?: ((error: GeminiError, index: number) => boolean) | undefined;
}

/**
 * Takes the reply from the first source, and from the next one if that fails before its first content.
 *
 * One source runs at a time, and the next is subscribed when the one before has failed. It moves on after a failure
 * that is `retryable`, or for which `on` returns true, while the source has sent no content; so no text is ever shown
 * twice. Notices pass at once; whatever else comes before the first content (token counts, ids) is held, and goes out
 * merged with the first content or the end: nothing of a source that failed gets into the reply of another.
 *
 * A failure after content, or one that leads nowhere, goes out as a `GeminiError`, after what was held. If sources had
 * failed before, it is the last failure, and its `cause` is an `AggregateError` of all, in order. A completion is not a
 * failure, also without content: apply `classifyErrors` to each source, and a reply that breaks off is one. An `on`
 * that throws fails the result. An unsubscription closes the request that is open. Lossless; holds the merge of what
 * comes before the first content.
 *
 * With `retryTransient` on each source, a source is tried again before the next one is; below the result, all are.
 *
 * @param sources - The sources, in the order of preference; each is cold, so it makes no request before its turn.
 * @param options - See {@link FallbackOptions}.
 * @returns The reply of the first source that does not fail.
 * @throws TypeError - At the call, if `sources` is not a list of at least one Observable, or `on` not a function.
 * @see {@link hedge}, which does not wait for a failure.
 * @example
 * ```ts
 * const ask = (model: string) => fromGemini(ai, { model, contents: 'Hello' }).pipe(classifyErrors());
 * // The next model also answers where the day's allowance of the first is used up.
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
  const { on = isRetryable } = options;
  assertFunction('on', on);

  return raceToContent(sources, { movesOn: on });
}

function isRetryable({ retryable }: GeminiError): boolean {
  return retryable;
}
