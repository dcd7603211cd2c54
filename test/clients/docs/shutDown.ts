import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import type { GoogleGenAI } from '@google/genai';
import { createReplies, fromGemini, pipeToServerResponse, protectReply } from 'rxjs-gemini';

/** A server whose open replies may end before it stops; with Express, `server` is the result of `app.listen`. */
export function createDrainingServer(ai: GoogleGenAI) {
  const replies = createReplies();
  const open = new Set<Promise<void>>();

  const server = createServer((_, response) => {
    const id = randomUUID();
    const reply$ = fromGemini(ai, { model: 'gemini-2.5-flash', contents: 'Hello' }).pipe(protectReply({ retry: {} }));
    const sent = replies.start(id, reply$).then(() => pipeToServerResponse(replies.follow(id), response));
    const ended = sent.catch(() => void response.destroy()).finally(() => open.delete(ended));
    open.add(ended);
  });

  /** Resolves when everything is closed: `process.once('SIGTERM', () => void shutDown(10_000))`. */
  async function shutDown(limit: number): Promise<void> {
    server.close(); // accepts no connection any more, and closes the idle ones
    const within = (ms: number) => Promise.race([Promise.all(open), setTimeout(ms, undefined, { ref: false })]);
    await within(limit);
    await replies.close(); // the readers of a reply that still runs get an error of kind `server`
    await within(1_000);
    server.closeAllConnections();
  }

  return { server, shutDown };
}
