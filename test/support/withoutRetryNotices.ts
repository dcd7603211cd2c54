import { filter, pipe, type OperatorFunction } from 'rxjs';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';

/** Applies an operator, and omits the notices of its retries, for a test of another matter. */
export function withoutRetryNotices<R extends GeminiChunk>(
  operator: OperatorFunction<GeminiChunk, R>,
): OperatorFunction<GeminiChunk, R> {
  return pipe(
    operator,
    filter(({ retrying }) => !retrying),
  );
}
