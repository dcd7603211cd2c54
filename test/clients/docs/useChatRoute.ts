import { GoogleGenAI } from '@google/genai';
import { defer } from 'rxjs';
import { answerContents, protectReply, toSseResponse } from 'rxjs-gemini';
import { contentsFromUiMessages, uiMessageStream, type UiMessage } from 'rxjs-gemini/ai-sdk';

const ai = new GoogleGenAI({ apiKey: process.env['GEMINI_API_KEY']! });

export async function POST(request: Request): Promise<Response> {
  const { messages } = (await request.json()) as { messages: UiMessage[] };
  const reply$ = defer(() => {
    const contents = contentsFromUiMessages(messages); // throws for messages of a wrong shape: status 400
    return answerContents(ai, { model: 'gemini-2.5-flash', contents, pipe: protectReply({ retry: {} }) });
  });
  return toSseResponse(reply$, { format: uiMessageStream(), request, waitForFirst: true });
}
