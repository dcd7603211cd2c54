import { concat, defer, EMPTY, map, of, type OperatorFunction } from 'rxjs';
import type { ReplyProgress } from '../src/chunk/annotations.js';
import { emptyChunk } from '../src/chunk/emptyChunk.js';
import { annotated } from '../src/chunk/fields.js';
import type { GeminiChunk } from '../src/chunk/geminiChunk.js';
import { assertPositive } from '../src/internal/assertions.js';
import { ProgressTracker } from '../src/internal/progressTracker.js';

/** Options of {@link withProgress}. @public */
export interface WithProgressOptions {
  /** How many tokens the whole reply is expected to take, thoughts included: 100 percent. @defaultValue 1000 */
  readonly expectedTokens?: number | undefined;
}

/**
 * Adds to each chunk how far the reply is: its phase, a percentage, the tokens so far and the time that is left.
 *
 * A notice, `{ text: '', progress }`, comes at once on subscription, before the source is subscribed: phase `waiting`.
 * Then each chunk is emitted as it comes. Completion emits one more notice, phase `done` and 100 percent, if the model
 * finished; a reply that ends without a finish has none. A chunk that is marked `cancelled` or `stopped` has that
 * phase, and nothing follows it. An error passes at once, without a notice. Lossless; holds no chunk. A notice has nothing
 * of what operators above add to each chunk, whatever the type says: read it as `chunk.metrics?.chunks`.
 *
 * Tokens are the server's where it reports them; until then they are estimated from the text, about four characters
 * a token, or one in Chinese, Japanese and Korean (`estimated` says so). A report may correct them downwards; the
 * percentage never goes back.
 *
 * @param options - See {@link WithProgressOptions}.
 * @returns An operator from chunks to the same chunks with `progress`.
 * @throws RangeError - At the call, if `expectedTokens` is not positive.
 * @example
 * ```ts
 * reply$.pipe(withProgress({ expectedTokens: 500 })).subscribe(({ progress }) => {
 *   console.log(`${progress.phase}: ${progress.percent} %`);
 * });
 * ```
 * @public
 */
export function withProgress<T extends GeminiChunk>(
  options: WithProgressOptions = {},
): OperatorFunction<T, T & { readonly progress: ReplyProgress }> {
  const { expectedTokens = 1000 } = options;
  assertPositive('expectedTokens', expectedTokens);

  return (source) =>
    defer(() => {
      const tracker = new ProgressTracker(expectedTokens);
      const annotate = (chunk: T) => annotated(chunk, 'progress', tracker.read());
      const notice = () => annotate(emptyChunk as T);
      return concat(
        of(notice()),
        source.pipe(
          map((chunk) => {
            tracker.append(chunk);
            return annotate(chunk);
          }),
        ),
        defer(() => (tracker.complete() ? of(notice()) : EMPTY)),
      );
    });
}
