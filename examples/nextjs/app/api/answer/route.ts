import { GoogleGenAI } from '@google/genai';
import { defer } from 'rxjs';
import { answerContents, protectReply, readChatRequest, toSseResponse } from 'rxjs-gemini';
import { emulatorFetch } from 'rxjs-gemini/emulator-fetch';
import { readJson } from '../../../gemini/requestBody';

const model = 'gemini-2.5-flash';
const ai = new GoogleGenAI({
  apiKey: process.env['GEMINI_API_KEY'] ?? 'none',
  httpOptions: { fetch: emulatorFetch() }, // with a key, replace emulatorFetch() by fetch
});

export async function POST(request: Request): Promise<Response> {
  const body = await readJson(request);
  if (body instanceof Response) return body;
  const pipe = protectReply({ timeout: { first: 12_000 }, retry: { count: 1, maxDelay: 2_000 } });
  const limits = { maxContents: 200, maxLength: 100_000 };
  const reply$ = defer(() => answerContents(ai, { ...readChatRequest(body, limits), model, pipe }));
  return toSseResponse(reply$, { request, waitForFirst: true, waitAtMost: 30_000 });
}
