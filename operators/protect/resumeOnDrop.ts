import {
  defer,
  from,
  map,
  of,
  retry,
  startWith,
  type MonoTypeOperatorFunction,
  type Observable,
  type ObservableInput,
} from 'rxjs';
import type { Resumed } from '../../src/chunk/annotations.js';
import { ChunkBuilder } from '../../src/chunk/chunkBuilder.js';
import { withField } from '../../src/chunk/copyFields.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { hasContent } from '../../src/chunk/hasContent.js';
import { noticeAfter } from '../../src/chunk/noticeAfter.js';
import { wasCutShort } from '../../src/chunk/wasCutShort.js';
import { withContext, type GeminiError } from '../../src/errors/geminiError.js';
import { isDropKind } from '../../src/errors/isDropKind.js';
import { toGeminiError } from '../../src/errors/toGeminiError.js';
import { assertInteger, assertOptions, typeError } from '../../src/rx/assertions.js';
import { UsageTally } from '../../src/chunk/usageTally.js';

/** Options of {@link resumeOnDrop}. @public */
export interface ResumeOnDropOptions<T extends GeminiChunk = GeminiChunk> {
  /** Makes the next request, from the reply so far: see {@link continueFrom}. */
  readonly continueWith: (partial: T) => ObservableInput<NoInfer<T>>;
  /** The maximum number of further requests for one reply; 0 never continues a reply. @defaultValue 3 */
  readonly count?: number | undefined;
}

/**
 * Continues with another request when a reply breaks in the middle, so that the reader sees one reply.
 *
 * Chunks are emitted as they arrive. When a request that has emitted content fails, and the failure is `retryable` and
 * of kind `network`, `truncated`, `overloaded`, `server` or `timeout` (an error that is not a {@link GeminiError} is
 * judged by {@link toGeminiError}), the result of `continueWith` is subscribed at once, up to `count` times per reply,
 * after a notice (a chunk with annotations only: see {@link isNotice}) with `retrying: { attempt, delay: 0, kind }`.
 * Its first chunk is marked as `resumed`; token counts add up over the requests, unless a request follows the same
 * interaction; later content clears the finish of a broken request. The texts are joined unchanged: an apparent
 * repetition is not removed.
 *
 * Any other failure fails the result with a `GeminiError`, whose `partial` is the merge of all requests: a request that
 * fails before its first content (use `retryTransient` for that, here and within `continueWith`), or after a mark of
 * `cancelled` or `stopped`; `each` and `total` of `timeoutReply`, which are not `retryable`; an interaction that runs in
 * the background and has an id, because its run continues; and a `continueWith` that
 * throws: the result fails with the failure of the request, and the thrown error is its `cause`. An unsubscription
 * closes the open request. Lossless; holds the merge of the reply, at a constant cost per chunk.
 *
 * Place `resumeOnDrop` below `classifyErrors`, which fails a reply without a finish reason, and below `retryTransient`.
 *
 * @param options - See {@link ResumeOnDropOptions}.
 * @returns An operator from chunks to the same chunks, then the chunks of the further requests.
 * @throws TypeError - At the call, if `continueWith` is not a function or `count` not a number.
 * @throws RangeError - At the call, if `count` is not a whole number of at least 0.
 * @example
 * ```ts
 * const params = { model, contents: 'Tell me a long story.' };
 * fromGemini(ai, params)
 *   .pipe(resumeOnDrop({ continueWith: (partial) => fromGemini(ai, continueFrom(params, partial)) }))
 *   .subscribe((chunk) => {
 *     if (chunk.resumed) console.log(`(resumed after ${chunk.resumed.kind})`);
 *   });
 * ```
 * @public
 */
export function resumeOnDrop<T extends GeminiChunk>(options: ResumeOnDropOptions<T>): MonoTypeOperatorFunction<T> {
  assertOptions(options);
  const { continueWith, count = 3 } = options;
  if (typeof continueWith !== 'function') throw typeError('continueWith', 'a function', continueWith);
  assertInteger('count', count, 0);

  return (source) =>
    defer(() => {
      const arrived = new ChunkBuilder<T>();
      const usage = new UsageTally();
      let request$: Observable<T> = source;
      let latest: T | undefined;
      /** Whether the present request has emitted content. */
      let hasShownContent = false;
      let isCutShort = false;
      /** The mark for the next chunk. */
      let seam: Resumed | undefined;
      /** The id of the interaction that the present request reads. */
      let run: string | undefined;
      const answerOf = (answer: T): T => {
        const { id } = answer.interaction ?? {};
        // A request that follows the same interaction continues its running totals.
        if (seam && !(id && id === run)) usage.nextRequest();
        run = id;
        const chunk = usage.add(seam ? { ...answer, resumed: seam } : answer);
        seam = undefined;
        latest = chunk;
        hasShownContent ||= hasContent(chunk);
        isCutShort ||= wasCutShort(chunk);
        arrived.append(chunk);
        return chunk;
      };
      const notices = (): T[] => (seam ? [withField(noticeAfter(latest), 'retrying', { ...seam, delay: 0 })] : []);
      return defer(() => request$.pipe(map(answerOf), startWith(...notices()))).pipe(
        retry({
          delay: (cause: unknown, attempt) => {
            const partial = arrived.snapshot();
            const error = withWholeReply(toGeminiError(cause), partial);
            if (!hasShownContent || isCutShort || !isDrop(error) || attempt > count) throw error;
            try {
              request$ = from(continueWith(partial));
            } catch (thrown) {
              throw withContext(error, { cause: thrown });
            }
            hasShownContent = false;
            seam = { attempt, kind: error.kind };
            return of('continue');
          },
        }),
      );
    });
}

function isDrop(error: GeminiError): error is GeminiError & { readonly kind: Resumed['kind'] } {
  return error.retryable && isDropKind(error.kind);
}

/**
 * The failure with the merge of all requests; the error's own `partial`, if any, has only the last request, but may know
 * its interaction better.
 */
function withWholeReply(error: GeminiError, reply: GeminiChunk): GeminiError {
  const { interaction = reply.interaction } = error.partial ?? {};
  return withContext(error, { partial: interaction ? withField(reply, 'interaction', interaction) : reply });
}
