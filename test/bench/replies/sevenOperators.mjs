import {
  accumulate,
  bufferChunks,
  classifyErrors,
  takeUntilCancel,
  timeoutReply,
  withMetrics,
  withProgress,
} from 'rxjs-gemini';
import { from, lastValueFrom } from 'rxjs';

export async function read(chunks, maxChunks) {
  return (await lastValueFrom(from(chunks).pipe(sevenOperators(maxChunks)))).text;
}

/** All seven on, in the documented order. */
export function sevenOperators(maxChunks) {
  return (reply$) =>
    reply$.pipe(
      timeoutReply({ first: 10_000, each: 10_000 }),
      classifyErrors(),
      takeUntilCancel(new AbortController().signal),
      withProgress(),
      withMetrics(),
      bufferChunks({ maxChunks }),
      accumulate(),
    );
}
