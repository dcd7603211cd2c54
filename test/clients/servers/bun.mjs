// A server of Bun, as a user writes one. `test/clients/bun.test.ts` starts it.
import { GoogleGenAI } from '@google/genai';
import { answerContents, readChatRequest, readJsonText, toSseResponse } from '../../../dist/index.js';

// #region serve
const ai = new GoogleGenAI({}); // reads GEMINI_API_KEY

const server = Bun.serve({
  port: process.env.PORT ?? 3000,
  // Bun closes a connection after 10 s of silence, before the first heartbeat (15 s).
  idleTimeout: 60,
  routes: {
    '/api/chat': {
      async POST(request) {
        const reply$ = answerContents(ai, {
          ...readChatRequest(await readJsonText(request)),
          model: 'gemini-2.5-flash',
        });
        return toSseResponse(reply$, { request });
      },
    },
  },
});
// #endregion
console.log(`Listens on ${server.url.href}`);
