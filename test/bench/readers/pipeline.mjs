import { lastValueFrom } from 'rxjs';
import {
  accumulate,
  bufferChunks,
  classifyErrors,
  fromGemini,
  takeUntilCancel,
  timeoutReply,
  withMetrics,
  withProgress,
} from 'rxjs-gemini';
import { client, params } from './request.mjs';

export async function read(baseUrl) {
  const reply$ = fromGemini(client(baseUrl), params).pipe(
    timeoutReply({ first: 10_000, each: 10_000 }),
    classifyErrors(),
    takeUntilCancel(new AbortController().signal),
    withProgress(),
    withMetrics(),
    bufferChunks({ maxChunks: 10 }),
    accumulate(),
  );
  return (await lastValueFrom(reply$)).text;
}
