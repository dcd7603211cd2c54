// A server of Deno, as a user writes one. `test/clients/deno.test.ts` starts it.
import { GoogleGenAI } from '@google/genai';
import process from 'node:process';
import { fromGemini, toSseResponse } from '../../../dist/index.js';

const ai = new GoogleGenAI({
  apiKey: 'none',
  httpOptions: { baseUrl: process.env.GOOGLE_GEMINI_BASE_URL },
});

Deno.serve(
  { hostname: '127.0.0.1', port: 0, onListen: ({ port }) => console.log(`Listens on http://127.0.0.1:${port}/`) },
  async (request) => {
    const { contents } = await request.json();
    return toSseResponse(fromGemini(ai, { model: 'gemini-2.5-flash', contents }), { request });
  },
);
