// A server of Deno, as a user writes one. `test/clients/deno.test.ts` starts it.
import { GoogleGenAI } from '@google/genai';
import { answerContents, readChatRequest, readJsonText, toSseResponse } from '../../../dist/index.js';

// #region serve
const ai = new GoogleGenAI({ apiKey: Deno.env.get('GEMINI_API_KEY') });

Deno.serve({ port: Number(Deno.env.get('PORT') ?? 3000) }, async (request) => {
  const reply$ = answerContents(ai, { ...readChatRequest(await readJsonText(request)), model: 'gemini-2.5-flash' });
  return toSseResponse(reply$);
});
// #endregion
