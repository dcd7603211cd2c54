import type { Observable } from 'rxjs';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { readOpening } from '../chunk/openingComment.js';
import { fromRequest } from './fromRequest.js';
import { HeartbeatMonitor } from './heartbeatMonitor.js';
import { readEvents } from './readEvents.js';
import { isEventStream, sseResponseError } from './sseError.js';
import type { SseReply } from './sseReply.js';
import { sseRequest, type FromSseInit } from './sseRequest.js';

/** One request for a reply, or for the rest of it, and the chunks of the response. */
export function sseConnection(
  reply: SseReply,
  init: FromSseInit,
  send: (request: RequestInit) => Promise<Response>,
  maxSilence: number | false | undefined,
): Observable<GeminiChunk> {
  return fromRequest(() => ({
    abortSignal: init.signal ?? undefined,
    async run({ destination, signal }) {
      const { lastEventId } = reply;
      const monitor = new HeartbeatMonitor(destination, maxSilence);
      const response = await send(sseRequest(init, lastEventId, signal));
      monitor.touch();
      if (!isEventStream(response)) throw await sseResponseError(response, lastEventId !== undefined, destination);
      reply.open();
      await readEvents(response.body, destination, {
        onBytes: monitor.touch,
        onEvent: (event) => reply.read(event, destination),
        onRetry: (ms) => (reply.retryDelay = ms),
        onComment(comment) {
          const opening = readOpening(comment);
          if (opening) reply.announce(opening);
          if (opening?.heartbeat !== undefined) monitor.announce(opening.heartbeat);
        },
      });
      if (!destination.closed) reply.end();
    },
  }));
}
