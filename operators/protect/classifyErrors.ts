import type { MonoTypeOperatorFunction } from 'rxjs';
import { ChunkBuilder } from '../../src/chunk/chunkBuilder.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { withPartial } from '../../src/errors/geminiError.js';
import { outcomeError } from '../../src/errors/outcomeError.js';
import { toGeminiError } from '../../src/errors/toGeminiError.js';
import { assertBoolean, assertOptions, typeError } from '../../src/rx/assertions.js';
import { operate } from '../../src/rx/operate.js';

/** Options of {@link classifyErrors}. @public */
export interface ClassifyErrorsOptions {
  /**
   * More finish reasons that count as failures: `['MAX_TOKENS']` makes an answer that was cut at the limit fail, kind
   * `truncated`; any other reason fails with kind `unknown`. Neither is retryable.
   *
   * @defaultValue `[]`
   */
  readonly failOn?: readonly string[] | undefined;
  /**
   * Whether a reply that finishes without an answer fails, kind `empty`. Text, a function call, an image, code and
   * every other part with content is an answer; thoughts alone are not. The failure is retryable, except after
   * `MAX_TOKENS`, when the thoughts used all tokens.
   *
   * @defaultValue false
   */
  readonly failOnEmpty?: boolean | undefined;
}

/**
 * Turns every failure into a {@link GeminiError}, with a kind, a sentence that a person can act on, and the reply so
 * far.
 *
 * Chunks are emitted as they arrive, unchanged. An error of the stream becomes a `GeminiError` by {@link
 * toGeminiError}, also after the model has finished; its `partial` is the merge of all chunks. A `partial` that the error
 * already has is kept if it has content, else merged after the chunks: the place in an interaction, for example. No
 * failure of an interaction that runs in the background and has an id is `retryable`, because its run continues. At
 * completion the outcome is judged, on candidate 0 of that merge, and the result fails in these cases, which the SDK
 * reports as success:
 *
 * - a blocked prompt: `blocked`;
 * - a bad finish: `safety`, `recitation`, `malformed_call`, `permission`, `invalid_request` (`LANGUAGE`) or `unknown`
 *   (`OTHER`);
 * - a finish reason that this version does not know, without any content: `unknown`;
 * - a finish without an answer, with `failOnEmpty`: `empty`;
 * - no finish reason, or no chunk at all: `truncated`.
 *
 * A finish reason that this version does not know is not a failure if there is content, nor is a reply that is marked
 * as `cancelled` or `stopped`. `FINISH_REASON_UNSPECIFIED`, `BLOCK_REASON_UNSPECIFIED` and `BLOCKED_REASON_UNSPECIFIED`
 * count as absent. Unsubscription is silent. Lossless; holds the merge of the reply, at a constant cost per chunk.
 *
 * @param options - See {@link ClassifyErrorsOptions}.
 * @returns An operator from chunks to the same chunks.
 * @throws TypeError - At the call, if `failOn` is not a list of strings or `failOnEmpty` not a boolean.
 * @example
 * ```ts
 * reply$.pipe(classifyErrors()).subscribe({
 *   error: ({ kind, message, partial }: GeminiError) => {
 *     console.log(`${kind}: ${message}, after '${partial?.text ?? ''}'`);
 *   },
 * });
 * ```
 * @public
 */
export function classifyErrors<T extends GeminiChunk>(
  options: ClassifyErrorsOptions = {},
): MonoTypeOperatorFunction<T> {
  assertOptions(options);
  const { failOn = [], failOnEmpty = false } = options;
  if (!isStrings(failOn)) throw typeError('failOn', 'a list of finish reasons', failOn);
  assertBoolean('failOnEmpty', failOnEmpty);

  return operate((destination) => {
    const arrived = new ChunkBuilder<T>();
    return {
      next(chunk) {
        // Appended before `next`, because the subscriber may cause the error.
        arrived.append(chunk);
        destination.next(chunk);
      },
      error(cause) {
        destination.error(withPartial(toGeminiError(cause), arrived.snapshot()));
      },
      complete() {
        const failure = outcomeError(arrived.snapshot(), { failOn, failOnEmpty });
        if (failure) destination.error(failure);
        else destination.complete();
      },
    };
  });
}

function isStrings(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
