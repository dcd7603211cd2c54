import type { GoogleGenAI } from '@google/genai';
import { defer, filter, finalize, Subject, type Observable } from 'rxjs';
import { answerContents, shareReply, takeUntilCancel, toSseResponse, type GeminiChunk } from 'rxjs-gemini';
import { contentsFromUiMessages, uiMessageStream, type UiMessage } from 'rxjs-gemini/ai-sdk';

/** The routes of a `useChat` whose replies survive a reload of the page. */
export function resumableRoutes(ai: GoogleGenAI, model: string) {
  const format = uiMessageStream();
  /** The replies that have not ended, by chat. Check in each route that the chat is the user's. */
  const replies = new Map<string, Observable<GeminiChunk>>();
  const cancelled$ = new Subject<string>();

  return {
    /** `POST /api/chat`: the reply goes on without its reader, for the next. */
    async POST(request: Request): Promise<Response> {
      const { id, messages } = (await request.json()) as { id: string; messages: UiMessage[] };
      const contents = contentsFromUiMessages(messages);
      // One reply at a time: another message, or another try, ends the reply before.
      cancelled$.next(id);
      const reply$: Observable<GeminiChunk> = defer(() => {
        replies.set(id, reply$);
        return answerContents(ai, { model, contents });
      }).pipe(
        takeUntilCancel(cancelled$.pipe(filter((cancelled) => cancelled === id))),
        finalize(() => replies.get(id) === reply$ && replies.delete(id)),
        // A reader that comes at the moment of a failure gets that failure, not a new request.
        shareReply({ keepFailure: true }),
      );
      return toSseResponse(reply$, { format, request, whenDisconnected: 'finish' });
    },
    /** `GET /api/chat/{id}/stream`: the same reply from its start, or 204. */
    GET(request: Request, id: string): Response {
      const reply$ = replies.get(id);
      return reply$ ? toSseResponse(reply$, { format, request }) : new Response(null, { status: 204 });
    },
    /** `DELETE /api/chat/{id}/stream`: `stop()` alone looks like a lost connection, so the page calls this too. */
    DELETE(id: string): Response {
      cancelled$.next(id);
      return new Response(null, { status: 204 });
    },
  };
}
