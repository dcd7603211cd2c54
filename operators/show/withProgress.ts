import type { OperatorFunction } from 'rxjs';
import type { WithProgress } from '../../src/chunk/annotations.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { annotate } from '../../src/chunk/annotate.js';
import { annotatedFailure } from '../../src/errors/annotatedFailure.js';
import { assertOptions, assertPositive } from '../../src/rx/assertions.js';
import { ProgressTracker } from './progressTracker.js';

/** Options of {@link withProgress}. @public */
export interface WithProgressOptions {
  /** The expected number of tokens of the whole reply, thoughts included: 100 percent. @defaultValue 1000 */
  readonly expectedTokens?: number | undefined;
}

/**
 * Adds to each chunk the progress of the reply: its phase, a percentage, the tokens so far and the remaining time.
 *
 * Emits each chunk as it arrives. If the source emits nothing on subscription, or nothing before its end, a notice (a
 * chunk with annotations only: see {@link isNotice}) is emitted first: `{ text: '', progress }`, phase `waiting`.
 * Completion emits one more notice, phase `complete` and 100 percent, if the model finished; a reply that ends without
 * a finish has no such notice. A chunk that is marked `cancelled` or `stopped` has that phase, and no notice follows
 * it. Notices also have the `metrics` and the `cost` of operators above, but no property that your own `map` adds. An
 * error passes, after the first notice if nothing was emitted, with `progress` in the `partial` that a `GeminiError` may
 * have; its phase is the one that the reply had, because a failure has no phase. Lossless; holds no chunk.
 *
 * Token counts are the server's as soon as it reports them. Before that they are estimated from the text, with
 * `estimated: true`: about four characters a token, or one in Chinese, Japanese and Korean. A report may lower the
 * count; the percentage never decreases.
 *
 * @param options - See {@link WithProgressOptions}.
 * @returns An operator from chunks to the same chunks with `progress`.
 * @throws TypeError - At the call, if `options` is not an object or `expectedTokens` is not a number.
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
): OperatorFunction<T, T & WithProgress> {
  assertOptions(options);
  const { expectedTokens = 1000 } = options;
  assertPositive('expectedTokens', expectedTokens);

  return annotate('progress', () => new ProgressTracker(expectedTokens), annotatedFailure);
}
