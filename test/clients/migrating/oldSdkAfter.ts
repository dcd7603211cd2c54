import type { GoogleGenAI } from '@google/genai';
import { lastValueFrom, tap } from 'rxjs';
import { finalResponse, fromGemini, protectReply, usageOf } from 'rxjs-gemini';

export async function answer(ai: GoogleGenAI, question: string, show: (text: string) => void) {
  const params = { model: 'gemini-2.5-flash', contents: question, config: { systemInstruction: 'Be brief.' } };
  const reply = await lastValueFrom(
    fromGemini(ai, params).pipe(
      protectReply({ timeout: { first: 20_000 }, retry: {} }),
      tap(({ text }) => show(text)),
      finalResponse(),
    ),
  );
  return usageOf(reply)?.totalTokenCount ?? 0;
}
