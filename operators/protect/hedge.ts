import type { Observable } from 'rxjs';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { assertDelay, assertOptions } from '../../src/rx/assertions.js';
import { raceToContent } from './raceToContent.js';

/** Options of {@link hedge}. @public */
export interface HedgeOptions {
  /** The wait for content before the next source starts beside the first, in ms; 0 starts all at once. */
  readonly after: number;
}

/**
 * Takes the reply from the source that is the first to send content, and starts another if one is slow to begin.
 *
 * The first source is subscribed at once; as long as none has sent content, the next one starts `after` ms later, and
 * at once where one has failed. The first content (a thought, or a function call, counts) decides: the other
 * sources are unsubscribed, which closes their requests, and then it is emitted. What the winner sent before, which was
 * held, comes first, merged; nothing of the others gets into the reply. Only notices pass before that, from the
 * earliest source that runs.
 *
 * A completion decides as well, also without content: apply `classifyErrors` to each source, and an empty reply is a
 * failure. A failure before content, of any kind, leaves the race to the others; when all have failed, the last failure
 * goes out as a `GeminiError` whose `cause` is an `AggregateError` of all, in the order of time. A failure of the
 * winner goes out as it comes. An unsubscription closes all requests and ends the wait. Lossless; holds, for each
 * source that runs, the merge of what comes before the first content.
 *
 * Each source that starts is a request that is paid for, at least its prompt.
 *
 * @param sources - The sources, in the order of preference; each is cold, so it makes no request before its turn.
 * @param options - See {@link HedgeOptions}.
 * @returns The reply of the source that was first.
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

  return raceToContent(sources, { after, movesOn: () => true });
}
