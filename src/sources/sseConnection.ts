import type { Observable } from 'rxjs';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { readOpening } from '../chunk/openingComment.js';
import { fromRequest } from './fromRequest.js';
import { readBody } from './readBody.js';
import { Silence } from './silence.js';
import { sseBody } from './sseBody.js';
import type { SseReply } from './sseReply.js';
import { sseRequest, type FromSseInit } from './sseRequest.js';

/** One request for a reply, or for the rest of it, and the chunks that it brings. */
export function sseConnection(
  reply: SseReply,
  init: FromSseInit,
  send: (request: RequestInit) => Promise<Response>,
  maxSilence: number | false | undefined,
): Observable<GeminiChunk> {
  return fromRequest(() => ({
    abortSignal: init.signal ?? undefined,
    async run(handle) {
      const { destination, signal } = handle;
      const { lastEventId } = reply;
      const silence = new Silence(destination, maxSilence);
      const response = await send(sseRequest(init, lastEventId, signal));
      silence.touch();
      const body = await sseBody(response, lastEventId !== undefined, destination);
      reply.open();
      await readBody({ body, signal: undefined }, handle, {
        onBytes: silence.touch,
        onEvent: (event) => reply.read(event, destination),
        onRetry: (ms) => (reply.retryDelay = ms),
        onComment(comment) {
          const opening = readOpening(comment);
          if (opening) reply.hear(opening);
          if (opening?.heartbeat !== undefined) silence.hear(opening.heartbeat);
        },
      });
      if (!destination.closed) reply.end();
    },
  }));
}
