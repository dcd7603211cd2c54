import type { Observable } from 'rxjs';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { assertDelay, assertOptions } from '../../src/rx/assertions.js';
import { raceReplies } from './raceReplies.js';

/** Options of {@link hedge}. @public */
export interface HedgeOptions {
  /** The wait for content before the next source starts as well, in ms; 0 starts all at once. */
  readonly after: number;
}

/**
 * Takes the reply from the source that is the first to send content, and starts another source if a source is slow to
 * begin.
 *
 * The first source is subscribed at once. While no source has sent content, the next source starts `after` ms later, or
 * at once after a failure. The first content (a thought or a function call counts) decides: the other sources are
 * unsubscribed, which closes their requests, and the content is emitted, merged with the held chunks of the winner; no
 * chunk of the other sources gets into the reply. Before that, only notices of the earliest running source are emitted.
 *
 * A completion decides as well, even without content: apply `classifyErrors` to each source, so that an empty reply is
 * a failure. After a failure before content, of any kind, the other sources continue; when all have failed, the result
 * fails with the last error as a `GeminiError`, whose `cause` is an `AggregateError` of all, in the order of time. A
 * failure of the winner fails the result. An unsubscription closes all requests and clears the timer. Lossless; holds,
 * for each running source, the merge of the chunks before the first content.
 *
 * Each source that starts makes a request, at the cost of at least its prompt. An interaction that runs in the background
 * is not suited: its run continues, at its whole cost, after the source is unsubscribed (`cancel: true` of
 * `fromInteraction` ends it).
 *
 * @param sources - The sources, in the order of preference; each is cold, so that it makes no request before its turn.
 * @param options - See {@link HedgeOptions}.
 * @returns The reply of the winner.
 * @throws TypeError - At the call, if `sources` is not a list of at least one Observable, or `after` not a number.
 * @throws RangeError - At the call, if `after` is not a non-negative number of ms.
 * @see {@link fallback}, which starts another source only after a failure.
 * @example
 * ```ts
 * const ask = () => fromGemini(ai, { model, contents: 'Hello' }).pipe(classifyErrors());
 * hedge([ask(), ask()], { after: 2_000 }).subscribe((chunk) => console.log(chunk.text));
 * ```
 * @public
 */
export function hedge<T extends GeminiChunk>(sources: readonly Observable<T>[], options: HedgeOptions): Observable<T> {
  assertOptions(options);
  const { after } = options;
  assertDelay('after', after);

  return raceReplies(sources, { after, movesOn: () => true });
}
