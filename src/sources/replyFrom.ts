import type { Observable } from 'rxjs';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { resolveParams, type ReplyRequest, type StreamingClient } from './client.js';
import { fromRequest } from './fromRequest.js';
import { readReply } from './readReply.js';

/** The reply of `fromGemini`, with options for this library alone. */
export function replyFrom<P>(
  ai: StreamingClient<P>,
  params: NoInfer<P> | (() => NoInfer<P>),
  options: Pick<ReplyRequest<P>, 'isDirect' | 'onRequest'>,
): Observable<GeminiChunk> {
  return fromRequest(() => {
    const resolved = resolveParams(params);
    return {
      abortSignal: resolved.config?.abortSignal,
      run: (handle) => readReply({ ai, params: resolved, ...options }, handle),
    };
  });
}
