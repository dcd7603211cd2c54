import type { GoogleGenAI } from '@google/genai';
import { fromGemini, protectReply, toAsyncIterable } from 'rxjs-gemini';

export async function answer(ai: GoogleGenAI, question: string, show: (text: string) => void, cancel: AbortSignal) {
  const reply$ = fromGemini(ai, { model: 'gemini-2.5-flash', contents: question }).pipe(
    protectReply({ timeout: { first: 20_000 }, retry: {}, cancel }),
  );
  let tokens = 0;
  for await (const chunk of toAsyncIterable(reply$)) {
    show(chunk.text);
    tokens = chunk.usageMetadata?.totalTokenCount ?? tokens;
  }
  return tokens;
}
