import { GoogleGenAI } from '@google/genai';
import Fastify from 'fastify';
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

export const app = Fastify();

app.post('/api/chat', (request, reply) => {
  const reply$ = answerContents(ai, { ...readChatRequest(request.body), model: 'gemini-2.5-flash', pipe });
  return reply.send(toSseResponse(reply$));
});

app.setErrorHandler((error, _, reply) => {
  if (!isGeminiError(error)) throw error;
  return reply.code(httpStatusOf(error)).send({ error: publicError(error) });
});
