import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { UsageTally } from '../chunk/usageTally.js';
import { withConfig, type ReplyRequest } from './client.js';
import { Continuation } from './continuation.js';
import type { WireEvent } from './eventReader.js';
import type { RequestHandle } from './fromRequest.js';
import { geminiEvent } from './geminiEvent.js';
import { openStream } from './openStream.js';
import { readBody } from './readBody.js';
import { readSdkStream } from './readSdkStream.js';

/** Reads a whole reply: one request, and those with which the server continues it. */
export async function readReply<P>(request: ReplyRequest<P>, handle: RequestHandle<GeminiChunk>): Promise<void> {
  const { params } = request;
  const usage = new UsageTally();
  const continuation = params.config?.automaticContinuation === false ? undefined : new Continuation();
  const onEvent = (event: WireEvent) => {
    const { chunk, error } = geminiEvent(event);
    if (chunk) handle.destination.next(usage.add(continuation?.observe(chunk) ?? chunk));
    if (error) throw error;
  };
  let present: ReplyRequest<P> | undefined = request;
  while (present && !handle.destination.closed) {
    let token: string | undefined;
    try {
      const stream = await openStream(present, handle.signal);
      if (!('body' in stream)) {
        await readSdkStream(stream, handle);
        return;
      }
      await readBody(stream, handle, { onEvent });
      token = continuation?.afterEnd();
    } catch (cause) {
      if (!continuation) throw cause;
      token = continuation.afterFailure(cause);
    }
    usage.nextRequest();
    // The SDK would go on by itself, and without what we know of the reply.
    const config = { continuationToken: token, automaticContinuation: false };
    present = token === undefined ? undefined : { ...request, params: withConfig(params, config) };
  }
}
