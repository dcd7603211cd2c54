import type { Observable, Subscriber } from 'rxjs';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { UsageTally } from '../chunk/usageTally.js';
import type { StreamingClient } from './client.js';
import { Continuation } from './continuation.js';
import type { ServerSentEvent } from './eventReader.js';
import { failOnAbort, fromRequest, type RequestHandle } from './fromRequest.js';
import { geminiEvent } from './geminiEvent.js';
import { openResponse, type CapturedBody, type ReplyRequest } from './openResponse.js';
import { readEvents } from './readEvents.js';
import { readSdkStream } from './readSdkStream.js';
import { resolveParams, withConfig } from './requestParams.js';
import { sdkTimeout } from './sdkError.js';

/** The reply of {@link fromGemini}, with an option for this library alone. */
export function geminiReply<P>(
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

/** Reads a whole reply: one response, and the responses with which the server continues the reply. */
async function readReply<P>(request: ReplyRequest<P>, handle: RequestHandle<GeminiChunk>): Promise<void> {
  const { params } = request;
  const usage = new UsageTally();
  const continuation = params.config?.automaticContinuation === false ? undefined : new Continuation();
  const onEvent = (event: ServerSentEvent) => {
    const { chunk, error } = geminiEvent(event);
    if (chunk) handle.destination.next(usage.add(continuation?.observe(chunk) ?? chunk));
    if (error) throw error;
  };
  let next: ReplyRequest<P> | undefined = request;
  while (next && !handle.destination.closed) {
    let token: string | undefined;
    try {
      const response = await openResponse(next, handle.signal);
      if (!('body' in response)) {
        await readSdkStream(response, handle);
        return;
      }
      await readCapturedBody(response, handle.destination, onEvent);
      token = continuation?.afterEnd();
    } catch (cause) {
      if (!continuation) throw cause;
      token = continuation.afterFailure(cause);
    }
    usage.nextRequest();
    // The SDK would continue the reply by itself, without the state of this function.
    const config = { continuationToken: token, automaticContinuation: false };
    next = token === undefined ? undefined : { ...request, params: withConfig(params, config) };
  }
}

async function readCapturedBody(
  { body, signal: sdkSignal }: CapturedBody,
  destination: Subscriber<GeminiChunk>,
  onEvent: (event: ServerSentEvent) => void,
): Promise<void> {
  // Node 20 may leave a read unsettled after an abort, so the SDK's timeout is observed here.
  const timeout = sdkSignal && failOnAbort(destination, sdkSignal, () => sdkTimeout());
  try {
    await readEvents(body, destination, { onEvent });
  } finally {
    timeout?.unsubscribe();
  }
}
