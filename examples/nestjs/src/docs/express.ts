import { GoogleGenAI } from '@google/genai';
import express from 'express';
import { defer } from 'rxjs';
import { answerContents, pipeToServerResponse, protectReply, readChatRequest } from 'rxjs-gemini';

const ai = new GoogleGenAI({}); // reads GEMINI_API_KEY
const pipe = protectReply({ timeout: { first: 12_000 }, retry: { count: 1, maxDelay: 2_000 } });
const app = express();

app.post('/api/chat', express.json({ limit: '10mb' }), (request, response) => {
  const reply$ = defer(() => answerContents(ai, { ...readChatRequest(request.body), model: 'gemini-2.5-flash', pipe }));
  void pipeToServerResponse(reply$, response, { waitForFirst: true, waitAtMost: 30_000 });
});

app.listen(process.env['PORT'] ?? 3000);
