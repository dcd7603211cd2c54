// A server of Bun, as a user writes one. `test/clients/bun.test.ts` starts it.
import { GoogleGenAI } from '@google/genai';
import { fromGemini, toSseResponse } from '../../../dist/index.js';

const ai = new GoogleGenAI({
  apiKey: 'none',
  httpOptions: { baseUrl: process.env.GOOGLE_GEMINI_BASE_URL },
});

const server = Bun.serve({
  hostname: '127.0.0.1',
  port: 0,
  // Bun closes a connection after 10 s of silence, before the first heartbeat.
  idleTimeout: 60,
  routes: {
    '/api/chat': {
      async POST(request) {
        const { contents } = await request.json();
        return toSseResponse(fromGemini(ai, { model: 'gemini-2.5-flash', contents }), { request });
      },
    },
  },
});
console.log(`Listens on ${server.url.href}`);
