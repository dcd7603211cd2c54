import {
  accumulate,
  bufferChunks,
  classifyErrors,
  takeUntilCancel,
  timeoutReply,
  withMetrics,
  withProgress,
} from 'rxjs-gemini';

/** What all benches call the seven operators: all on, in the documented order. */
export function sevenOperators(maxChunks) {
  return (reply$) =>
    reply$.pipe(
      timeoutReply({ first: 100_000, each: 100_000 }),
      classifyErrors(),
      takeUntilCancel(new AbortController().signal),
      withProgress(),
      withMetrics(),
      bufferChunks({ maxChunks }),
      accumulate(),
    );
}
