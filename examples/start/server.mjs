import { createServer } from 'node:http';
import { GoogleGenAI } from '@google/genai';
import { defer, switchMap } from 'rxjs';
import { answerContents, pipeToServerResponse, protectReply, readChatRequest, readJsonText } from 'rxjs-gemini';
import { emulatorFetch } from 'rxjs-gemini/emulator-fetch';

const ai = new GoogleGenAI({
  apiKey: process.env.GEMINI_API_KEY ?? 'none',
  httpOptions: { fetch: emulatorFetch() }, // with a key, replace emulatorFetch() by fetch
});
const pipe = protectReply({ timeout: { first: 12_000 }, retry: { count: 1, maxDelay: 2_000 } });

const server = createServer((request, response) => {
  if (request.method !== 'POST' || request.url !== '/api/chat') return void response.writeHead(404).end();
  const reply$ = defer(() => readJsonText(request)).pipe(
    switchMap((body) => answerContents(ai, { ...readChatRequest(body), model: 'gemini-2.5-flash', pipe })),
  );
  void pipeToServerResponse(reply$, response, { waitForFirst: true, waitAtMost: 30_000 });
});
const port = process.env.PORT ?? 3000;
server.listen(port, '127.0.0.1', () => console.log(`Listening on http://127.0.0.1:${port}`));
