import type { GoogleGenAI } from '@google/genai';
import { answerContents, createReplies, toSseResponse } from 'rxjs-gemini';
import { contentsFromUiMessages, uiMessageStream, type UiMessage } from 'rxjs-gemini/ai-sdk';

/** The routes of a `useChat` whose replies survive a reload of the page; `owner` is the user, who may read their own. */
export function resumableRoutes(ai: GoogleGenAI, model: string) {
  const format = uiMessageStream();
  const replies = createReplies();
  const send = (request: Request, id: string, owner: string) =>
    toSseResponse(replies.follow(id, { owner }), { format, request });

  return {
    /** `POST /api/chat`: the reply goes on without its reader, for the next. */
    async POST(request: Request, owner: string): Promise<Response> {
      const { id, messages } = (await request.json()) as { id: string; messages: UiMessage[] };
      const contents = contentsFromUiMessages(messages);
      // One reply at a time: another message, or another try, ends the reply before.
      await replies.stop(id, { owner });
      await replies.start(id, answerContents(ai, { model, contents }), { owner });
      return send(request, id, owner);
    },
    /** `GET /api/chat/{id}/stream`: the same reply from its start, or 204 if none is running. */
    async GET(request: Request, id: string, owner: string): Promise<Response> {
      const running = await replies.list({ owner });
      return running.some((reply) => reply.id === id) ? send(request, id, owner) : new Response(null, { status: 204 });
    },
    /** `DELETE /api/chat/{id}/stream`: `stop()` alone looks like a lost connection, so the page calls this too. */
    async DELETE(id: string, owner: string): Promise<Response> {
      await replies.stop(id, { owner });
      return new Response(null, { status: 204 });
    },
  };
}
