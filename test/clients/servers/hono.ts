import { GoogleGenAI } from '@google/genai';
import { Hono } from 'hono';
import {
  answerContents,
  httpStatusOf,
  isGeminiError,
  protectReply,
  publicError,
  readChatRequest,
  toSseResponse,
} from 'rxjs-gemini';

const ai = new GoogleGenAI({}); // reads GEMINI_API_KEY
const pipe = protectReply({ timeout: { first: 20_000 }, retry: {} });

export const app = new Hono();

app.post('/api/chat', async (context) => {
  const body = await context.req.text();
  const reply$ = answerContents(ai, { ...readChatRequest(body), model: 'gemini-2.5-flash', pipe });
  return toSseResponse(reply$, { request: context.req.raw });
});

app.onError((error) => {
  if ('getResponse' in error) return error.getResponse();
  return Response.json({ error: publicError(error) }, { status: isGeminiError(error) ? httpStatusOf(error) : 500 });
});
