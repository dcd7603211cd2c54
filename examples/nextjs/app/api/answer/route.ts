import { GoogleGenAI } from '@google/genai';
import { defer, switchMap } from 'rxjs';
import { answerContents, protectReply, readChatRequest, readJsonText, toSseResponse } from 'rxjs-gemini';
import { emulatorFetch } from 'rxjs-gemini/emulator-fetch';

const model = 'gemini-2.5-flash';
const ai = new GoogleGenAI({
  apiKey: process.env['GEMINI_API_KEY'] ?? 'none',
  httpOptions: { fetch: emulatorFetch() }, // with a key, replace emulatorFetch() by fetch
});

export async function POST(request: Request): Promise<Response> {
  const pipe = protectReply({ timeout: { first: 12_000 }, retry: { count: 1, maxDelay: 2_000 } });
  const reply$ = defer(() => readJsonText(request)).pipe(
    switchMap((body) => answerContents(ai, { ...readChatRequest(body), model, pipe })),
  );
  return toSseResponse(reply$, { request, waitForFirst: true, waitAtMost: 30_000 });
}
